//! Python: the only room that knows tree-sitter.
//!
//! [`parse()`] lowers a file into the typed syntax of [`syntax`] and drops the tree.

mod kinds;
mod literal;
mod lower;
mod parse;
pub mod syntax;
mod tree;

pub use lower::MAX_DEPTH;
pub use parse::parse;
