//! Places of tokens in the text.

use proc_macro2::Span as Token;

use crate::model::Span;

/// Where a token stands, in a text of which the first `skipped` bytes were not read.
pub(super) fn span(token: Token, skipped: usize) -> Span {
    let range = token.byte_range();
    Span::of(range.start + skipped..range.end + skipped)
}
