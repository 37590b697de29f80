//! The names that the statements of one scope bind.

use std::collections::BTreeSet;

use crate::source::python::children::expr_children;
use crate::source::python::syntax::{Ast, ExprId, ExprKind, StmtId, StmtKind};

/// Names that `global` statements bind in the module.
pub(super) fn globals(ast: &Ast) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for stmt in ast.stmts() {
        if let StmtKind::Global(list) = &stmt.kind {
            names.extend(list.iter().map(|name| name.name.to_string()));
        }
    }
    names
}

/// Every name that anything in the file binds, in whatever scope.
pub(in crate::source::python) fn bound_anywhere(ast: &Ast) -> BTreeSet<String> {
    let mut names = bound_in(ast, &ast.body);
    for stmt in ast.stmts() {
        match &stmt.kind {
            StmtKind::FunctionDef(def) => {
                names.extend(bound_in(ast, &def.body));
                names.extend(def.params.list.iter().map(|param| param.name.name.to_string()));
            }
            StmtKind::ClassDef(def) => names.extend(bound_in(ast, &def.body)),
            _ => {}
        }
    }
    for expr in ast.exprs() {
        match &expr.kind {
            ExprKind::Lambda { params, .. } => {
                names.extend(params.list.iter().map(|param| param.name.name.to_string()));
            }
            ExprKind::ListComp { generators, .. }
            | ExprKind::SetComp { generators, .. }
            | ExprKind::GeneratorExp { generators, .. }
            | ExprKind::DictComp { generators, .. } => {
                generators.iter().for_each(|generator| targets_of(ast, generator.target, &mut names));
            }
            _ => {}
        }
    }
    names
}

/// The names that the statements of one scope bind, without those of nested functions and classes.
pub(super) fn bound_in(ast: &Ast, body: &[StmtId]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut queue: Vec<StmtId> = body.to_vec();
    let mut exprs: Vec<ExprId> = Vec::new();
    while let Some(id) = queue.pop() {
        match &ast[id].kind {
            StmtKind::FunctionDef(def) => {
                names.insert(def.name.name.to_string());
                exprs.extend(&def.decorators);
            }
            StmtKind::ClassDef(def) => {
                names.insert(def.name.name.to_string());
            }
            StmtKind::Assign { targets, value } => {
                targets.iter().for_each(|target| targets_of(ast, *target, &mut names));
                exprs.push(*value);
            }
            StmtKind::AugAssign { target, value, .. } => {
                targets_of(ast, *target, &mut names);
                exprs.push(*value);
            }
            StmtKind::AnnAssign { target, value, .. } => {
                targets_of(ast, *target, &mut names);
                exprs.extend(value);
            }
            StmtKind::For { target, iter, body, orelse, .. } => {
                targets_of(ast, *target, &mut names);
                exprs.push(*iter);
                queue.extend(body.iter().chain(orelse));
            }
            StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
                exprs.push(*test);
                queue.extend(body.iter().chain(orelse));
            }
            StmtKind::With { items, body, .. } => {
                for (manager, target) in items {
                    exprs.push(*manager);
                    if let Some(target) = target {
                        targets_of(ast, *target, &mut names);
                    }
                }
                queue.extend(body);
            }
            StmtKind::Match { subject, cases } => {
                exprs.push(*subject);
                for case in cases {
                    names.extend(case.binds.iter().map(|name| name.name.to_string()));
                    exprs.extend(case.guard);
                    queue.extend(&case.body);
                }
            }
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                queue.extend(body.iter().chain(orelse).chain(finalbody));
                for handler in handlers {
                    names.extend(handler.name.iter().map(|name| name.name.to_string()));
                    queue.extend(&handler.body);
                }
            }
            StmtKind::Import(list) => {
                for alias in list {
                    let name = alias.asname.as_ref().map_or_else(
                        || alias.name.name.split('.').next().unwrap_or_default().to_owned(),
                        |name| name.name.to_string(),
                    );
                    names.insert(name);
                }
            }
            StmtKind::ImportFrom { names: list, .. } => {
                names.extend(list.iter().map(|alias| alias.asname.as_ref().unwrap_or(&alias.name).name.to_string()));
            }
            StmtKind::TypeAlias { name, .. } => targets_of(ast, *name, &mut names),
            StmtKind::Return(value) => exprs.extend(value),
            StmtKind::Expr(value) => exprs.push(*value),
            StmtKind::Assert { test, .. } => exprs.push(*test),
            StmtKind::Delete(_)
            | StmtKind::Raise { .. }
            | StmtKind::Global(_)
            | StmtKind::Nonlocal(_)
            | StmtKind::Pass
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::Invalid => {}
        }
    }
    walrus(ast, exprs, &mut names);
    names
}

/// Names that `:=` binds, comprehensions included, since they bind around themselves.
fn walrus(ast: &Ast, mut queue: Vec<ExprId>, names: &mut BTreeSet<String>) {
    while let Some(id) = queue.pop() {
        if let ExprKind::NamedExpr { target, .. } = ast[id].kind {
            targets_of(ast, target, names);
        }
        expr_children(ast, id, &mut |child| queue.push(child));
    }
}

pub(super) fn targets_of(ast: &Ast, target: ExprId, names: &mut BTreeSet<String>) {
    let mut queue = vec![target];
    while let Some(id) = queue.pop() {
        match &ast[id].kind {
            ExprKind::Name(name) => {
                names.insert(name.to_string());
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => queue.extend(items),
            ExprKind::Starred(inner) => queue.push(*inner),
            _ => {}
        }
    }
}
