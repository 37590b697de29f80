//! What words and texts of a file are, without a parse.

use super::scan::{self, TokenKind};
use crate::model::Span;

/// Every name and keyword that is written as code, in order; names inside of formatted strings are not among them.
#[must_use]
pub fn identifiers(text: &str) -> Vec<Span> {
    let tokens = scan::tokens(text).into_iter();
    tokens.filter(|token| token.kind == TokenKind::Word).map(|token| token.span).collect()
}

/// What is written for people, in order: comments, and strings that stand alone, as documentation does.
#[must_use]
pub fn prose(text: &str) -> Vec<Span> {
    let mut found = scan::scan(text).comments;
    let tokens = scan::tokens(text);
    for line in tokens.split_inclusive(|token| token.kind == TokenKind::Newline) {
        let strings = line.iter().filter(|token| token.kind == TokenKind::String);
        if line.iter().all(|token| matches!(token.kind, TokenKind::String | TokenKind::Newline)) {
            found.extend(strings.map(|token| token.span));
        }
    }
    found.sort_by_key(|span| span.start);
    found
}
