//! What Python's compiler refuses by name: `global` after use, `nonlocal` without a binding, and
//! `:=` in the wrong comprehension.

use std::collections::{BTreeMap, BTreeSet};

use super::children::expr_children;
use super::future::future_faults;
use super::syntax::{Ast, Comprehension, ExprId, ExprKind, Fault, FunctionDef, Ident, Params, StmtId, StmtKind};
use crate::model::Span;

/// The faults of a file whose tree is whole: names, and `from __future__`.
pub(super) fn check(ast: &Ast) -> Vec<Fault> {
    let mut check = Check { ast, scopes: vec![Scope::new(Kind::Module)], faults: Vec::new() };
    check.faults = future_faults(ast);
    // Most files declare nothing and bind nothing inside comprehensions.
    let declares = |kind: &StmtKind| matches!(kind, StmtKind::Global(_) | StmtKind::Nonlocal(_));
    let assigns = |kind: &ExprKind| matches!(kind, ExprKind::NamedExpr { .. });
    if ast.stmts.iter().any(|stmt| declares(&stmt.kind)) || ast.exprs.iter().any(|expr| assigns(&expr.kind)) {
        check.body(&ast.body);
        if let Some(module) = check.scopes.pop() {
            for (name, span) in module.pending {
                check.fault(span, format!("no binding for nonlocal '{name}' found"));
            }
        }
    }
    check.faults
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Module,
    Class,
    Function,
}

/// What a scope does with its names.
struct Scope<'a> {
    kind: Kind,
    params: BTreeSet<&'a str>,
    used: BTreeSet<&'a str>,
    bound: BTreeSet<&'a str>,
    annotated: BTreeSet<&'a str>,
    globals: BTreeSet<&'a str>,
    nonlocals: BTreeMap<&'a str, Span>,
    /// `nonlocal` names of functions inside that are bound further out.
    pending: Vec<(&'a str, Span)>,
}

impl Scope<'_> {
    const fn new(kind: Kind) -> Self {
        Self {
            kind,
            params: BTreeSet::new(),
            used: BTreeSet::new(),
            bound: BTreeSet::new(),
            annotated: BTreeSet::new(),
            globals: BTreeSet::new(),
            nonlocals: BTreeMap::new(),
            pending: Vec::new(),
        }
    }
}

struct Check<'a> {
    ast: &'a Ast,
    scopes: Vec<Scope<'a>>,
    faults: Vec<Fault>,
}

impl<'a> Check<'a> {
    fn fault(&mut self, span: Span, message: impl Into<String>) {
        self.faults.push(Fault { span, message: message.into(), of_layout: false });
    }

    fn scope(&mut self) -> &mut Scope<'a> {
        if self.scopes.is_empty() {
            self.scopes.push(Scope::new(Kind::Module));
        }
        let last = self.scopes.len() - 1;
        &mut self.scopes[last]
    }

    fn body(&mut self, body: &'a [StmtId]) {
        for id in body {
            self.stmt(*id);
        }
    }

    fn stmt(&mut self, id: StmtId) {
        let ast = self.ast;
        let span = ast[id].span;
        match &ast[id].kind {
            StmtKind::FunctionDef(def) => self.function(def),
            StmtKind::ClassDef(def) => {
                self.bind(&def.name.name);
                def.decorators.iter().for_each(|decorator| self.expr(*decorator));
                def.bases.iter().for_each(|base| self.expr(base.value));
                self.scopes.push(Scope::new(Kind::Class));
                self.body(&def.body);
                self.close();
            }
            StmtKind::Global(names) => self.declare(names, span, true),
            StmtKind::Nonlocal(names) => self.declare(names, span, false),
            StmtKind::AnnAssign { target, annotation, value } => {
                if let ExprKind::Name(name) = &ast[*target].kind {
                    if self.scope().globals.contains(&**name) {
                        self.fault(ast[*target].span, format!("annotated name '{name}' can't be global"));
                    } else if self.scope().nonlocals.contains_key(&**name) {
                        self.fault(ast[*target].span, format!("annotated name '{name}' can't be nonlocal"));
                    }
                    self.scope().annotated.insert(name);
                }
                self.target(*target);
                self.expr(*annotation);
                value.iter().for_each(|value| self.expr(*value));
            }
            StmtKind::Import(names) | StmtKind::ImportFrom { names, .. } => {
                for alias in names {
                    let name = alias.asname.as_ref().map_or_else(|| first_part(&alias.name.name), |name| &name.name);
                    self.bind(name);
                }
            }
            StmtKind::If { .. } => self.if_chain(id),
            StmtKind::For { target, iter, body, orelse, .. } => {
                self.target(*target);
                self.expr(*iter);
                self.body(body);
                self.body(orelse);
            }
            StmtKind::While { test, body, orelse } => {
                self.expr(*test);
                self.body(body);
                self.body(orelse);
            }
            StmtKind::With { items, body, .. } => {
                for (manager, target) in items {
                    self.expr(*manager);
                    target.iter().for_each(|target| self.target(*target));
                }
                self.body(body);
            }
            StmtKind::Match { subject, cases } => {
                self.expr(*subject);
                for case in cases {
                    case.binds.iter().for_each(|bind| self.bind(&bind.name));
                    case.guard.iter().for_each(|guard| self.expr(*guard));
                    self.body(&case.body);
                }
            }
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                self.body(body);
                for handler in handlers {
                    handler.typ.iter().for_each(|typ| self.expr(*typ));
                    handler.name.iter().for_each(|name| self.bind(&name.name));
                    self.body(&handler.body);
                }
                self.body(orelse);
                self.body(finalbody);
            }
            StmtKind::Assign { targets, value } => {
                targets.iter().for_each(|target| self.target(*target));
                self.expr(*value);
            }
            StmtKind::AugAssign { target, value, .. } => {
                self.target(*target);
                self.expr(*value);
            }
            StmtKind::Delete(targets) => targets.iter().for_each(|target| self.target(*target)),
            StmtKind::Return(value) => value.iter().for_each(|value| self.expr(*value)),
            StmtKind::Expr(value) | StmtKind::TypeAlias { value, .. } => self.expr(*value),
            StmtKind::Raise { exc, cause } => exc.iter().chain(cause).for_each(|part| self.expr(*part)),
            StmtKind::Assert { test, msg } => [test].into_iter().chain(msg).for_each(|part| self.expr(*part)),
            StmtKind::Pass | StmtKind::Break | StmtKind::Continue | StmtKind::Invalid => {}
        }
    }

    /// A chain of `elif` nests without being nested in the text: no recursion along it.
    fn if_chain(&mut self, mut id: StmtId) {
        let ast = self.ast;
        while let StmtKind::If { test, body, orelse } = &ast[id].kind {
            self.expr(*test);
            self.body(body);
            match orelse.as_slice() {
                [next] if matches!(ast[*next].kind, StmtKind::If { .. }) => id = *next,
                rest => return self.body(rest),
            }
        }
    }

    fn function(&mut self, def: &'a FunctionDef) {
        self.bind(&def.name.name);
        def.decorators.iter().for_each(|decorator| self.expr(*decorator));
        self.signature(&def.params);
        def.returns.iter().for_each(|returns| self.expr(*returns));
        let mut scope = Scope::new(Kind::Function);
        scope.params.extend(def.params.list.iter().map(|param| &*param.name.name));
        self.scopes.push(scope);
        self.body(&def.body);
        self.close();
    }

    fn signature(&mut self, params: &Params) {
        for param in &params.list {
            param.annotation.iter().chain(&param.default).for_each(|part| self.expr(*part));
        }
    }

    /// Closes a scope: hands `nonlocal` names that it does not bind to the scope around it.
    fn close(&mut self) {
        let Some(scope) = self.scopes.pop() else { return };
        let function = scope.kind == Kind::Function;
        let found = |name: &str| {
            function && (scope.bound.contains(name) || scope.params.contains(name)) && !scope.globals.contains(name)
                || !function && name == "__class__"
        };
        let declared = scope.nonlocals.iter().map(|(name, span)| (*name, *span));
        let open: Vec<(&'a str, Span)> =
            scope.pending.iter().copied().filter(|(name, _)| !found(name)).chain(declared).collect();
        self.scope().pending.extend(open);
    }

    fn declare(&mut self, names: &'a [Ident], span: Span, global: bool) {
        let word = if global { "global" } else { "nonlocal" };
        for ident in names {
            let name = &*ident.name;
            let scope = self.scope();
            let problem = if scope.params.contains(name) {
                Some(format!("name '{name}' is parameter and {word}"))
            } else if scope.annotated.contains(name) {
                Some(format!("annotated name '{name}' can't be {word}"))
            } else if scope.bound.contains(name) {
                Some(format!("name '{name}' is assigned to before {word} declaration"))
            } else if scope.used.contains(name) {
                Some(format!("name '{name}' is used prior to {word} declaration"))
            } else if global && scope.nonlocals.contains_key(name) || !global && scope.globals.contains(name) {
                Some(format!("name '{name}' is nonlocal and global"))
            } else {
                None
            };
            if global {
                scope.globals.insert(name);
            } else if scope.kind != Kind::Module {
                scope.nonlocals.insert(name, ident.span);
            }
            if let Some(problem) = problem {
                self.fault(span, problem);
            }
        }
    }

    fn bind(&mut self, name: &'a str) {
        self.scope().bound.insert(name);
    }

    /// Names in a target are bound; the rest of it is evaluated.
    fn target(&mut self, id: ExprId) {
        let ast = self.ast;
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            match &ast[id].kind {
                ExprKind::Name(name) => self.bind(name),
                ExprKind::Tuple(items) | ExprKind::List(items) => open.extend(items),
                ExprKind::Starred(inner) => open.push(*inner),
                _ => self.expr(id),
            }
        }
    }

    fn expr(&mut self, id: ExprId) {
        let ast = self.ast;
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            match &ast[id].kind {
                ExprKind::Name(name) => {
                    self.scope().used.insert(name);
                }
                ExprKind::NamedExpr { target, value } => {
                    self.target(*target);
                    open.push(*value);
                }
                ExprKind::Lambda { params, .. } => self.signature(params),
                ExprKind::ListComp { generators, .. }
                | ExprKind::SetComp { generators, .. }
                | ExprKind::GeneratorExp { generators, .. }
                | ExprKind::DictComp { generators, .. } => {
                    open.extend(generators.first().map(|first| first.iter));
                    self.comprehension(id, generators, &mut BTreeSet::new());
                }
                _ => expr_children(ast, id, &mut |child| open.push(child)),
            }
        }
    }

    /// `:=` in a comprehension binds in the scope around it, where that may be done at all.
    fn comprehension(&mut self, id: ExprId, generators: &'a [Comprehension], outer: &mut BTreeSet<&'a str>) {
        let ast = self.ast;
        let mut own = outer.clone();
        for clause in generators {
            let mut open = vec![clause.target];
            while let Some(target) = open.pop() {
                match &ast[target].kind {
                    ExprKind::Name(name) => {
                        own.insert(name);
                    }
                    _ => expr_children(ast, target, &mut |child| open.push(child)),
                }
            }
        }
        let iterables: BTreeSet<ExprId> = generators.iter().map(|clause| clause.iter).collect();
        let mut open: Vec<(ExprId, bool)> = Vec::new();
        expr_children(ast, id, &mut |child| open.push((child, iterables.contains(&child))));
        while let Some((inner, iterable)) = open.pop() {
            match &ast[inner].kind {
                ExprKind::NamedExpr { target, value } => {
                    self.walrus(*target, iterable, &own);
                    open.push((*value, iterable));
                }
                ExprKind::Lambda { .. } => {}
                ExprKind::ListComp { generators, .. }
                | ExprKind::SetComp { generators, .. }
                | ExprKind::GeneratorExp { generators, .. }
                | ExprKind::DictComp { generators, .. }
                    if !iterable && own.len() < MANY =>
                {
                    self.comprehension(inner, generators, &mut own.clone());
                }
                _ => expr_children(ast, inner, &mut |child| open.push((child, iterable))),
            }
        }
    }

    fn walrus(&mut self, target: ExprId, iterable: bool, own: &BTreeSet<&'a str>) {
        let ast = self.ast;
        let span = ast[target].span;
        let ExprKind::Name(name) = &ast[target].kind else { return };
        if iterable {
            self.fault(span, "assignment expression cannot be used in a comprehension iterable expression");
        } else if own.contains(&**name) {
            let message = format!("assignment expression cannot rebind comprehension iteration variable '{name}'");
            self.fault(span, message);
        } else if self.scope().kind == Kind::Class {
            self.fault(span, "assignment expression within a comprehension cannot be used in a class body");
        } else {
            self.bind(name);
        }
    }
}

/// Comprehensions nested with more variables than this are not looked into any further.
const MANY: usize = 500;

fn first_part(name: &str) -> &str {
    name.split('.').next().unwrap_or(name)
}
