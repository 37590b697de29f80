//! Python: the only room that knows tree-sitter.
//!
//! [`parse`] lowers a file into the typed syntax of [`syntax`] and drops the tree.

pub mod syntax;
