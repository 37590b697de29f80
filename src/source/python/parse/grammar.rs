//! The way of the grammar: scan, tree, lowering, and the faults of whichever finds some first.

use std::borrow::Cow;

use super::TOO_COMPLEX;
use crate::model::Span;
use crate::source::python::syntax::{Ast, Fault};
use crate::source::python::{check, faults, lower, scan, tree};

/// Reads any text.
pub(super) fn parse(text: &str) -> Ast {
    let scanned = scan::scan(text);
    if scanned.fatal {
        return Ast { comments: scanned.comments, faults: scanned.faults, ..Ast::default() };
    }
    let blanks = if scanned.faults.is_empty() { scanned.blanks.as_slice() } else { &[] };
    let prepared = prepare(text, blanks);
    let Some(tree) = tree::parse(&prepared, !scanned.faults.is_empty()) else {
        let mut faults = scanned.faults;
        if faults.is_empty() {
            let span = Span::first_of(text);
            faults.push(Fault { span, message: TOO_COMPLEX.to_owned(), of_layout: false });
        }
        return Ast { comments: scanned.comments, faults, ..Ast::default() };
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

/// The text as the grammar reads it best, of the same length: a lone carriage return ends a line in
/// Python and not in the grammar, and what means no more than a blank becomes blanks.
fn prepare<'t>(text: &'t str, blanks: &[Span]) -> Cow<'t, [u8]> {
    let bytes = text.as_bytes();
    let lone = |bytes: &[u8], at: usize| bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
    let returns = text.contains('\r') && (0..bytes.len()).any(|at| lone(bytes, at));
    if blanks.is_empty() && !returns {
        return Cow::Borrowed(bytes);
    }
    let mut prepared = bytes.to_vec();
    if returns {
        for at in (0..prepared.len()).rev() {
            if lone(bytes, at) {
                prepared[at] = b'\n';
            }
        }
    }
    for blank in blanks {
        prepared[blank.range()].fill(b' ');
    }
    Cow::Owned(prepared)
}
