//! From a text to typed syntax, in two ways.
//!
//! A file without faults is read by our own parser: one pass over the bytes, straight into the arena.
//! It answers `None` for whatever Python might refuse and for what it does not know itself; such a
//! file goes the way of the grammar, which mends a broken text and says what is wrong with it.
//! Where both answer, the answers are equal; tests and a fuzz target hold them against each other.

mod args;
mod atom;
mod collection;
mod compound;
mod declare;
mod entry;
mod exception;
mod expr;
mod field;
mod grammar;
mod heights;
mod import;
mod layout;
mod lexer;
mod number;
mod params;
mod parser;
mod pattern;
mod quote;
mod scope;
mod statement;
mod string;
mod subscript;
mod target;
mod token;
mod with;
mod word;

pub use entry::{TOO_COMPLEX, parse, parse_directly, parse_with_grammar};
