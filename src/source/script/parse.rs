//! From a text to typed syntax.

use super::lower;
use super::syntax::Script;
use super::tree;

/// Reads a script or a module. Whatever the text, there is an answer; offsets are bytes of `text`.
#[must_use]
pub fn parse(text: &str) -> Script {
    match tree::parse(text) {
        Some(tree) => lower::lower(text, &tree),
        None => Script { given_up: true, ..Script::default() },
    }
}
