//! The names that a function uses.

use rustc_hash::FxHashSet;

use super::engine::*;
use super::names::Sym;
use crate::source::python::children::expr_children;
use crate::source::python::syntax::*;

impl<'a> Engine<'a, '_> {
    pub(super) fn names_in(&mut self, ast: &Ast, id: ExprId, used: &mut FxHashSet<Sym>) {
        if let ExprKind::Name(name) = &ast[id].kind {
            used.insert(self.names.sym(name));
        }
        let mut children = Vec::new();
        expr_children(ast, id, &mut |child| children.push(child));
        for child in children {
            self.names_in(ast, child, used);
        }
    }

    pub(super) fn names_in_block(&mut self, ast: &Ast, body: &[StmtId], used: &mut FxHashSet<Sym>) {
        for id in body {
            let (exprs, blocks) = parts(&ast[*id].kind);
            for expr in exprs {
                self.names_in(ast, expr, used);
            }
            for block in blocks {
                self.names_in_block(ast, block, used);
            }
        }
    }
}

/// The expressions and blocks of a statement.
pub(super) fn parts(stmt: &StmtKind) -> (Vec<ExprId>, Vec<&[StmtId]>) {
    match stmt {
        StmtKind::FunctionDef(def) => {
            let mut exprs = def.decorators.clone();
            exprs.extend(def.params.list.iter().filter_map(|param| param.default));
            (exprs, vec![&def.body])
        }
        StmtKind::ClassDef(def) => {
            let mut exprs = def.decorators.clone();
            exprs.extend(def.bases.iter().map(|base| base.value));
            (exprs, vec![&def.body])
        }
        StmtKind::Return(value) => (value.iter().copied().collect(), Vec::new()),
        StmtKind::Delete(targets) => (targets.clone(), Vec::new()),
        StmtKind::Assign { targets, value } => (targets.iter().copied().chain([*value]).collect(), Vec::new()),
        StmtKind::AugAssign { target, value, .. } => (vec![*target, *value], Vec::new()),
        StmtKind::AnnAssign { target, value, .. } => ([*target].into_iter().chain(*value).collect(), Vec::new()),
        StmtKind::For { target, iter, body, orelse, .. } => (vec![*target, *iter], vec![body, orelse]),
        StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
            (vec![*test], vec![body, orelse])
        }
        StmtKind::With { items, body, .. } => {
            (items.iter().flat_map(|(manager, target)| [Some(*manager), *target]).flatten().collect(), vec![body])
        }
        StmtKind::Match { subject, cases } => (
            [*subject].into_iter().chain(cases.iter().filter_map(|case| case.guard)).collect(),
            cases.iter().map(|case| case.body.as_slice()).collect(),
        ),
        StmtKind::Raise { exc, cause } => (exc.iter().chain(cause).copied().collect(), Vec::new()),
        StmtKind::Try { body, handlers, orelse, finalbody } => {
            let mut blocks: Vec<&[StmtId]> = vec![body, orelse, finalbody];
            blocks.extend(handlers.iter().map(|handler| handler.body.as_slice()));
            (handlers.iter().filter_map(|handler| handler.typ).collect(), blocks)
        }
        StmtKind::Assert { test, msg } => ([*test].into_iter().chain(*msg).collect(), Vec::new()),
        StmtKind::Expr(value) => (vec![*value], Vec::new()),
        StmtKind::TypeAlias { value, .. } => (vec![*value], Vec::new()),
        StmtKind::Import(_)
        | StmtKind::ImportFrom { .. }
        | StmtKind::Global(_)
        | StmtKind::Nonlocal(_)
        | StmtKind::Pass
        | StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Invalid => (Vec::new(), Vec::new()),
    }
}
