//! What the files say: syntax, names, and values of Python, JavaScript, Jinja, HTML, and Rust.

pub mod markup;
mod memory;
pub mod native;
pub mod python;
pub mod script;

pub use memory::share_allocator;
