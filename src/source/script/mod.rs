//! JavaScript: parsed by tree-sitter, lowered into typed syntax, and followed.
//!
//! [`parse()`] lowers a text into the syntax of [`syntax`] and drops the tree; [`flow`] follows values through it.

pub mod flow;
mod kinds;
mod lower;
mod parse;
pub mod syntax;
mod tree;

pub use parse::parse;
