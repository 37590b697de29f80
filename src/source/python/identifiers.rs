//! The names of a text, without a parse.

use super::scan::{self, TokenKind};
use crate::model::Span;

/// Every name and keyword that is written as code, in order; names inside of formatted strings are not among them.
#[must_use]
pub fn identifiers(text: &str) -> Vec<Span> {
    let tokens = scan::tokens(text).into_iter();
    tokens.filter(|token| token.kind == TokenKind::Word).map(|token| token.span).collect()
}
