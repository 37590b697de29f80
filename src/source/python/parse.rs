//! From a text to typed syntax.

use std::borrow::Cow;

use super::check;
use super::faults;
use super::lower;
use super::scan;
use super::syntax::{Ast, Fault};
use super::tree;
use crate::model::Span;

/// Reads a Python file. Whatever the text, there is an answer: what Python would refuse is in
/// [`Ast::faults`], and what could not be understood is left out or `Invalid`.
///
/// Offsets are bytes of `text`. The text may start with a byte order mark.
#[must_use]
pub fn parse(text: &str) -> Ast {
    let scanned = scan::scan(text);
    if scanned.fatal {
        return Ast { comments: scanned.comments, faults: scanned.faults, ..Ast::default() };
    }
    let unified = unify_breaks(text);
    let Some(tree) = tree::parse(unified.as_bytes()) else {
        let span = Span::of(0..text.len().min(1));
        let fault = Fault { span, message: "too complex to parse".to_owned() };
        return Ast { comments: scanned.comments, faults: vec![fault], ..Ast::default() };
    };
    let mut ast = lower::lower(text, &tree);
    ast.comments = scanned.comments;
    // A mistake in the layout breaks the tree, and a broken tree breaks what its nodes say:
    // the first of these three that finds something is believed.
    if !scanned.faults.is_empty() {
        ast.faults = scanned.faults;
    } else if tree.is_broken() {
        ast.faults = faults::locate(text, &tree);
    } else {
        ast.faults.extend(check::check(&ast));
    }
    ast.faults.sort_by_key(|fault| (fault.span.start, fault.span.end));
    ast.features.sort_by_key(|feature| (feature.span.start, feature.span.end));
    ast
}

/// A lone carriage return ends a line in Python, and not in the grammar. Lengths stay the same.
fn unify_breaks(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    let lone = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    if !text.contains('\r') || !(0..bytes.len()).any(lone) {
        return Cow::Borrowed(text);
    }
    let mut rest = text.chars().peekable();
    let mut unified = String::with_capacity(text.len());
    while let Some(char) = rest.next() {
        unified.push(if char == '\r' && rest.peek() != Some(&'\n') { '\n' } else { char });
    }
    Cow::Owned(unified)
}
