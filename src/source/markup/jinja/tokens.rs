//! The tokens inside of marks.

use crate::model::Span;

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: Kind,
    pub(super) span: Span,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or a keyword.
    Name,
    /// A string with its quotes.
    Text,
    Integer,
    Float,
    /// An operator or a bracket.
    Mark(&'static str),
    /// The end of the piece.
    End,
}

/// Operators; a longer one stands before a shorter one that it starts with.
pub(super) const MARKS: &[&str] = &[
    "**", "//", "==", "!=", ">=", "<=", "+", "-", "/", "*", "%", "~", "[", "]", "(", ")", "{", "}", ">", "<", "=", ".",
    ":", "|", ",", ";",
];
