//! The walk that meets every read of a name.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::bound::{bound_in, globals, targets_of};
use crate::model::Span;
use crate::source::python::children::expr_children;
use crate::source::python::syntax::{Ast, Comprehension, ExprId, ExprKind, MatchCase, Params, StmtId, StmtKind};
use crate::source::python::values::is_builtin;

/// A name that is read and bound nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unbound {
    /// The name.
    pub name: String,
    /// Where it is read.
    pub span: Span,
    /// The function around it.
    pub function: Option<Span>,
    /// The names that are bound there, scope by scope.
    known: Vec<Rc<BTreeSet<String>>>,
    /// It is read while the module is imported.
    pub at_import: bool,
}

impl Unbound {
    /// The names that are bound there; one that several scopes bind comes several times.
    pub fn known(&self) -> impl Iterator<Item = &str> {
        self.known.iter().flat_map(|names| names.iter().map(String::as_str))
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Module,
    Class,
    Function,
}

struct Scope {
    kind: Kind,
    /// Shared by everything that is found in the scope.
    names: Rc<BTreeSet<String>>,
    span: Option<Span>,
}

struct Walk<'a> {
    ast: &'a Ast,
    scopes: Vec<Scope>,
    found: Vec<Unbound>,
    /// Inside `try` with a handler for `NameError`, or in a branch that never runs.
    excused: u32,
    /// `from __future__ import annotations`: annotations are never evaluated.
    lazy: bool,
}

/// Every read of a name that no enclosing scope and no builtin binds, in order of position.
/// A file with a star import or with `exec` may bind anything; for such a file the answer is empty.
#[must_use]
pub fn unbound(ast: &Ast) -> Vec<Unbound> {
    let any = ast.stmts().iter().any(
        |stmt| matches!(&stmt.kind, StmtKind::ImportFrom { names, .. } if names.iter().any(|name| &*name.name.name == "*")),
    );
    let dynamic = ast.exprs().iter().any(|expr| match &expr.kind {
        ExprKind::Name(name) => matches!(&**name, "exec" | "globals"),
        _ => false,
    });
    if any || dynamic {
        return Vec::new();
    }
    let lazy = ast.stmts().iter().any(|stmt| match &stmt.kind {
        StmtKind::ImportFrom { module: Some(module), names, .. } => {
            &**module == "__future__" && names.iter().any(|name| &*name.name.name == "annotations")
        }
        _ => false,
    });
    let mut walk = Walk { ast, scopes: Vec::new(), found: Vec::new(), excused: 0, lazy };
    let mut names = bound_in(ast, &ast.body);
    names.extend(globals(ast));
    walk.scopes.push(Scope { kind: Kind::Module, names: names.into(), span: None });
    walk.block(&ast.body);
    walk.found.sort_by_key(|unbound| unbound.span);
    walk.found
}

impl Walk<'_> {
    fn block(&mut self, body: &[StmtId]) {
        for id in body {
            self.stmt(*id);
        }
    }

    fn stmt(&mut self, id: StmtId) {
        let ast = self.ast;
        match &ast[id].kind {
            StmtKind::FunctionDef(def) => {
                def.decorators.iter().for_each(|decorator| self.expr(*decorator));
                self.defaults(&def.params);
                if !self.lazy {
                    let annotations = def.params.list.iter().filter_map(|param| param.annotation).chain(def.returns);
                    annotations.for_each(|annotation| self.expr(annotation));
                }
                let mut names = bound_in(ast, &def.body);
                names.extend(def.params.list.iter().map(|param| param.name.name.to_string()));
                self.scopes.push(Scope { kind: Kind::Function, names: names.into(), span: Some(ast[id].span) });
                self.block(&def.body);
                self.scopes.pop();
            }
            StmtKind::ClassDef(def) => {
                def.decorators.iter().for_each(|decorator| self.expr(*decorator));
                def.bases.iter().for_each(|base| self.expr(base.value));
                let names = bound_in(ast, &def.body);
                let span = self.scopes.last().and_then(|scope| scope.span);
                self.scopes.push(Scope { kind: Kind::Class, names: names.into(), span });
                self.block(&def.body);
                self.scopes.pop();
            }
            StmtKind::Return(value) => value.iter().for_each(|value| self.expr(*value)),
            StmtKind::Delete(targets) => targets.iter().for_each(|target| self.target(*target)),
            StmtKind::Assign { targets, value } => {
                self.expr(*value);
                targets.iter().for_each(|target| self.target(*target));
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.expr(*value);
                self.target(*target);
            }
            StmtKind::AnnAssign { target, value, annotation } => {
                // In a function they are never evaluated.
                if !self.lazy && self.scopes.last().is_some_and(|scope| scope.kind != Kind::Function) {
                    self.expr(*annotation);
                }
                value.iter().for_each(|value| self.expr(*value));
                self.target(*target);
            }
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.expr(*iter);
                self.target(*target);
                self.block(body);
                self.block(orelse);
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(*test);
                self.block(body);
                self.block(orelse);
            }
            StmtKind::If { test, body, orelse } => {
                self.expr(*test);
                let checking = matches!(&ast[*test].kind, ExprKind::Name(name) if &**name == "TYPE_CHECKING")
                    || matches!(&ast[*test].kind, ExprKind::Attribute { attr, .. } if &*attr.name == "TYPE_CHECKING");
                self.excused += u32::from(checking);
                self.block(body);
                self.excused -= u32::from(checking);
                self.block(orelse);
            }
            StmtKind::With { items, body, .. } => {
                for (manager, target) in items {
                    self.expr(*manager);
                    target.iter().for_each(|target| self.target(*target));
                }
                self.block(body);
            }
            StmtKind::Match { subject, cases } => {
                self.expr(*subject);
                cases.iter().for_each(|case| self.case(case));
            }
            StmtKind::Raise { exc, cause } => {
                exc.iter().chain(cause).for_each(|value| self.expr(*value));
            }
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                let caught = handlers.iter().any(|handler| {
                    handler.typ.is_none_or(|typ| mentions(ast, typ, &["NameError", "Exception", "BaseException"]))
                });
                self.excused += u32::from(caught);
                self.block(body);
                self.excused -= u32::from(caught);
                for handler in handlers {
                    handler.typ.iter().for_each(|typ| self.expr(*typ));
                    self.block(&handler.body);
                }
                self.block(orelse);
                self.block(finalbody);
            }
            StmtKind::Assert { test, msg } => {
                self.expr(*test);
                msg.iter().for_each(|msg| self.expr(*msg));
            }
            StmtKind::Expr(value) => self.expr(*value),
            StmtKind::Import(_)
            | StmtKind::ImportFrom { .. }
            | StmtKind::Global(_)
            | StmtKind::Nonlocal(_)
            | StmtKind::Pass
            | StmtKind::Break
            | StmtKind::Continue
            | StmtKind::TypeAlias { .. }
            | StmtKind::Invalid => {}
        }
    }

    fn case(&mut self, case: &MatchCase) {
        case.guard.iter().for_each(|guard| self.expr(*guard));
        self.block(&case.body);
    }

    fn defaults(&mut self, params: &Params) {
        params.list.iter().filter_map(|param| param.default).for_each(|default| self.expr(default));
    }

    /// Names in a target are bound, but `a.b = …` and `a[b] = …` read.
    fn target(&mut self, id: ExprId) {
        match &self.ast[id].kind {
            ExprKind::Name(_) => {}
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                let items = items.clone();
                items.iter().for_each(|item| self.target(*item));
            }
            ExprKind::Starred(inner) => self.target(*inner),
            _ => self.expr(id),
        }
    }

    fn expr(&mut self, id: ExprId) {
        let ast = self.ast;
        let mut queue = vec![id];
        while let Some(id) = queue.pop() {
            match &ast[id].kind {
                ExprKind::Name(name) => self.read(name, ast[id].span),
                ExprKind::Lambda { params, body } => {
                    self.defaults(params);
                    let names: BTreeSet<String> = params.list.iter().map(|param| param.name.name.to_string()).collect();
                    let span = self.scopes.last().and_then(|scope| scope.span).or(Some(ast[id].span));
                    self.scopes.push(Scope { kind: Kind::Function, names: names.into(), span });
                    self.expr(*body);
                    self.scopes.pop();
                }
                ExprKind::ListComp { elt, generators }
                | ExprKind::SetComp { elt, generators }
                | ExprKind::GeneratorExp { elt, generators } => self.comprehension(&[*elt], generators),
                ExprKind::DictComp { key, value, generators } => self.comprehension(&[*key, *value], generators),
                _ => expr_children(ast, id, &mut |child| queue.push(child)),
            }
        }
    }

    fn comprehension(&mut self, parts: &[ExprId], generators: &[Comprehension]) {
        let mut names = BTreeSet::new();
        if let Some(first) = generators.first() {
            self.expr(first.iter);
        }
        generators.iter().for_each(|generator| targets_of(self.ast, generator.target, &mut names));
        let span = self.scopes.last().and_then(|scope| scope.span);
        self.scopes.push(Scope { kind: Kind::Function, names: names.into(), span });
        for (index, generator) in generators.iter().enumerate() {
            if index > 0 {
                self.expr(generator.iter);
            }
            generator.ifs.iter().for_each(|test| self.expr(*test));
        }
        parts.iter().for_each(|part| self.expr(*part));
        self.scopes.pop();
    }

    fn read(&mut self, name: &str, span: Span) {
        if self.excused > 0
            || is_builtin(name)
            || matches!(
                name,
                "__class__" | "__module__" | "__qualname__" | "__annotations__" | "WindowsError" | "__dict__"
            )
        {
            return;
        }
        let innermost = self.scopes.len() - 1;
        let bound = self
            .scopes
            .iter()
            .enumerate()
            .any(|(index, scope)| (scope.kind != Kind::Class || index == innermost) && scope.names.contains(name));
        if bound {
            return;
        }
        let known = self
            .scopes
            .iter()
            .enumerate()
            .filter(|(index, scope)| scope.kind != Kind::Class || *index == innermost)
            .map(|(_, scope)| Rc::clone(&scope.names))
            .collect();
        let at_import = self.scopes.iter().all(|scope| scope.kind != Kind::Function);
        let function = self.scopes.last().and_then(|scope| scope.span);
        self.found.push(Unbound { name: name.to_owned(), span, function, known, at_import });
    }
}

fn mentions(ast: &Ast, typ: ExprId, names: &[&str]) -> bool {
    match &ast[typ].kind {
        ExprKind::Tuple(items) => items.iter().any(|item| mentions(ast, *item, names)),
        ExprKind::Name(name) => names.contains(&&**name),
        _ => false,
    }
}
