//! What the files say: syntax, names, and values of Python, JavaScript, Jinja, HTML, and Rust.

pub mod markup;
pub mod native;
pub mod python;
pub mod script;
