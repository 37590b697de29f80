//! What Python's own tokenizer would refuse, found in one pass before the parse.
//!
//! The grammar is generous: it takes any indentation, mends brackets and strings, and knows no
//! bound on nesting. This pass is strict, cheap, and never recurses on the text.

mod cursor;
mod format;
mod layout;
mod number;
mod text;

pub(super) use cursor::{Token, TokenKind, scan, tokens};
