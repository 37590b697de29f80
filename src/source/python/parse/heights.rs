//! How deep the expressions of one logical line are.

use crate::source::python::children::expr_children;
use crate::source::python::syntax::{Ast, ExprId};

/// Whether no expression since `first` is deeper than `bound`. Deeper ones are left to the grammar,
/// which counts every level and tells when there are too many. Parts come before their owners in the arena,
/// so one pass is enough.
pub(super) fn are_low(ast: &Ast, first: usize, bound: u16) -> bool {
    let count = ast.exprs.len() - first;
    let mut heights: Vec<u16> = Vec::with_capacity(count);
    for at in 0..count {
        let mut height = 0;
        let id = ExprId(super::lexer::offset(first + at));
        expr_children(ast, id, &mut |child| {
            let below = (child.0 as usize).checked_sub(first).and_then(|place| heights.get(place)).copied();
            height = below.unwrap_or(bound).max(height);
        });
        if height >= bound {
            return false;
        }
        heights.push(height + 1);
    }
    true
}
