//! `from __future__`: which features there are, and where the import may stand.

use std::collections::BTreeSet;

use super::syntax::{Alias, Ast, Constant, ExprKind, Fault, StmtId, StmtKind};
use crate::model::Span;

const FEATURES: [&str; 10] = [
    "nested_scopes",
    "generators",
    "division",
    "absolute_import",
    "with_statement",
    "print_function",
    "unicode_literals",
    "barry_as_FLUFL",
    "generator_stop",
    "annotations",
];

const PLACE: &str = "from __future__ imports must occur at the beginning of the file";

/// Future imports that Python refuses.
pub(super) fn future_faults(ast: &Ast) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut fault = |span: Span, message: String| faults.push(Fault { span, message, of_layout: false });
    // Statements of blocks come before their owner, so one look finds imports at every depth.
    if !ast.stmts.iter().any(|stmt| imported(&stmt.kind).is_some()) {
        return faults;
    }
    let mut started = false;
    for id in &ast.body {
        match imported(&ast[*id].kind) {
            Some(names) => {
                if started {
                    fault(ast[*id].span, PLACE.to_owned());
                }
                for alias in names {
                    match &*alias.name.name {
                        "braces" => fault(alias.name.span, "not a chance".to_owned()),
                        name if FEATURES.contains(&name) => {}
                        name => fault(alias.name.span, format!("future feature {name} is not defined")),
                    }
                }
            }
            None => started |= !is_docstring(ast, *id),
        }
    }
    let top: BTreeSet<Span> = ast.body.iter().map(|id| ast[*id].span).collect();
    let inner = ast.stmts.iter().filter(|stmt| imported(&stmt.kind).is_some() && !top.contains(&stmt.span));
    inner.for_each(|stmt| fault(stmt.span, PLACE.to_owned()));
    faults
}

fn imported(kind: &StmtKind) -> Option<&[Alias]> {
    match kind {
        StmtKind::ImportFrom { module: Some(module), level: 0, names, .. } if &**module == "__future__" => Some(names),
        _ => None,
    }
}

fn is_docstring(ast: &Ast, id: StmtId) -> bool {
    let StmtKind::Expr(value) = ast[id].kind else { return false };
    ast.body.first() == Some(&id) && matches!(ast[value].kind, ExprKind::Constant(Constant::Str(_)))
}
