//! Which of the two ways a file goes.

use super::grammar;
use super::parser;
use crate::source::python::syntax::Ast;

/// The fault of a file that is too large or too tangled for us; Python might read it.
pub const TOO_COMPLEX: &str = "too complex to parse";

/// Reads a Python file. Whatever the text, there is an answer: what Python would refuse is in
/// [`Ast::faults`], and what could not be understood is left out or `Invalid`.
///
/// Offsets are bytes of `text`. The text may start with a byte order mark.
#[must_use]
pub fn parse(text: &str) -> Ast {
    parse_directly(text).unwrap_or_else(|| parse_with_grammar(text))
}

/// Our own parser alone. `None` for a text that Python refuses or that this parser leaves to the
/// grammar; otherwise what [`parse_with_grammar()`] answers, but for the order in the arena.
#[must_use]
pub fn parse_directly(text: &str) -> Option<Ast> {
    parser::parse(text)
}

/// The way of the grammar alone: slower, and with an answer for every text.
#[must_use]
pub fn parse_with_grammar(text: &str) -> Ast {
    grammar::parse(text)
}
