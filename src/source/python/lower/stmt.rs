//! Simple statements.

use super::context::Lower;
use super::expr::Allow;
use super::operator::bin_op;
use super::scope::ScopeKind;
use super::target::{Binding, describe};
use crate::model::Span;
use crate::source::python::kinds::{F, K};
use crate::source::python::syntax::{BinOp, ExprId, ExprKind, Ident, StmtId, StmtKind};

impl Lower<'_> {
    /// The statements of a module or a block.
    pub(super) fn statements(&mut self, at: usize, out: &mut Vec<StmtId>) {
        for child in self.tree.children(at) {
            if !self.kind(child).is_part() {
                continue;
            }
            let statement = self.statement(child);
            out.push(statement);
        }
    }

    fn statement(&mut self, at: usize) -> StmtId {
        if self.depth >= super::context::MAX_DEPTH {
            self.too_deep(at);
            return self.push_stmt(self.span(at), StmtKind::Invalid);
        }
        self.depth += 1;
        let id = self.statement_by_kind(at);
        self.depth -= 1;
        id
    }

    fn statement_by_kind(&mut self, at: usize) -> StmtId {
        let span = self.span(at);
        match self.kind(at) {
            K::ExpressionStatement => self.expression_statement(at),
            K::ImportStatement => self.import(at),
            K::ImportFromStatement => self.import_from(at),
            K::FutureImportStatement => self.import_future(at),
            K::ReturnStatement => self.return_stmt(at),
            K::PassStatement => self.push_stmt(span, StmtKind::Pass),
            K::BreakStatement => self.loop_exit(span, StmtKind::Break, "'break' outside loop"),
            K::ContinueStatement => self.loop_exit(span, StmtKind::Continue, "'continue' not properly in loop"),
            K::RaiseStatement => self.raise(at),
            K::AssertStatement => self.assert_stmt(at),
            K::DeleteStatement => self.delete(at),
            K::GlobalStatement => {
                let names = self.declared(at);
                self.push_stmt(span, StmtKind::Global(names))
            }
            K::NonlocalStatement => {
                if self.scope.kind == ScopeKind::Module {
                    self.fault(span, "nonlocal declaration not allowed at module level");
                }
                let names = self.declared(at);
                self.push_stmt(span, StmtKind::Nonlocal(names))
            }
            K::PrintStatement => self.print(at),
            K::ExecStatement => {
                self.fault(span, "Missing parentheses in call to 'exec'. Did you mean exec(...)?");
                self.push_stmt(span, StmtKind::Invalid)
            }
            K::TypeAliasStatement => self.type_alias(at),
            _ => self.compound(at),
        }
    }

    fn expression_statement(&mut self, at: usize) -> StmtId {
        let span = self.span(at);
        let mut parts = self.parts(at);
        let Some(first) = parts.next() else { return self.push_stmt(span, StmtKind::Invalid) };
        match self.kind(first) {
            K::Assignment => return self.assignment(first),
            K::AugmentedAssignment => return self.augmented(first),
            _ => {}
        }
        if !self.tree.has(at, K::Comma) {
            let value = self.expr_in(first, Allow::VALUE);
            return self.push_stmt(span, StmtKind::Expr(value));
        }
        let items: Vec<ExprId> = self.parts(at).map(|item| self.expr_in(item, Allow::STAR)).collect();
        let value = self.push(span, ExprKind::Tuple(items));
        self.push_stmt(span, StmtKind::Expr(value))
    }

    fn assignment(&mut self, at: usize) -> StmtId {
        let tree = self.tree;
        let span = self.span(at);
        if let Some(annotation) = tree.field(at, F::Type) {
            return self.annotated(at, annotation);
        }
        let mut targets = Vec::new();
        let mut current = at;
        loop {
            if let Some(annotation) = tree.field(current, F::Type) {
                self.fault(self.span(annotation), "invalid syntax");
            }
            if let Some(left) = tree.field(current, F::Left) {
                let target = self.target(left);
                targets.push(target);
            }
            let Some(right) = tree.field(current, F::Right) else {
                return self.push_stmt(span, StmtKind::Invalid);
            };
            match self.kind(right) {
                K::Assignment => current = right,
                K::AugmentedAssignment => {
                    self.fault(self.span(right), "invalid syntax");
                    return self.push_stmt(span, StmtKind::Invalid);
                }
                _ => {
                    let value = self.value(right);
                    return self.push_stmt(span, StmtKind::Assign { targets, value });
                }
            }
        }
    }

    fn annotated(&mut self, at: usize, annotation: usize) -> StmtId {
        let span = self.span(at);
        let target = match self.tree.field(at, F::Left) {
            Some(left) => self.expr_in(left, Allow::ITEM),
            None => self.invalid(span),
        };
        let target_span = self.ast[target].span;
        match &self.ast[target].kind {
            ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } | ExprKind::Invalid => {
                self.check_target(target, Binding::Single);
            }
            ExprKind::Tuple(_) => self.fault(target_span, "only single target (not tuple) can be annotated"),
            ExprKind::List(_) => self.fault(target_span, "only single target (not list) can be annotated"),
            _ => self.fault(target_span, "illegal target for annotation"),
        }
        let annotation = self.annotation(annotation);
        let value = match self.tree.field(at, F::Right) {
            Some(right) if matches!(self.kind(right), K::Assignment | K::AugmentedAssignment) => {
                self.fault(self.span(right), "invalid syntax");
                None
            }
            Some(right) => Some(self.value(right)),
            None => None,
        };
        self.push_stmt(span, StmtKind::AnnAssign { target, annotation, value })
    }

    fn augmented(&mut self, at: usize) -> StmtId {
        let tree = self.tree;
        let span = self.span(at);
        let target = match tree.field(at, F::Left) {
            Some(left) => self.expr_in(left, Allow::ITEM),
            None => self.invalid(span),
        };
        match &self.ast[target].kind {
            ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } | ExprKind::Invalid => {
                self.check_target(target, Binding::Single);
            }
            other => {
                let message = format!("'{}' is an illegal expression for augmented assignment", describe(other));
                self.fault(self.ast[target].span, message);
            }
        }
        let op = tree.field(at, F::Operator).and_then(|op| bin_op(self.kind(op)));
        let value = match tree.field(at, F::Right) {
            Some(right) if matches!(self.kind(right), K::Assignment | K::AugmentedAssignment) => {
                self.refused(self.span(right), "invalid syntax")
            }
            Some(right) => self.value(right),
            None => self.invalid(span),
        };
        match op {
            Some(op) => self.push_stmt(span, StmtKind::AugAssign { target, op, value }),
            None => self.push_stmt(span, StmtKind::Invalid),
        }
    }

    fn return_stmt(&mut self, at: usize) -> StmtId {
        let span = self.span(at);
        if self.scope.kind != ScopeKind::Function {
            self.fault(span, "'return' outside function");
        }
        let value = self.parts(at).next().map(|value| self.expr(value));
        if let Some(value) = value {
            self.scope.returns_value.get_or_insert(self.ast[value].span);
        }
        self.push_stmt(span, StmtKind::Return(value))
    }

    fn loop_exit(&mut self, span: Span, kind: StmtKind, message: &str) -> StmtId {
        if self.scope.loops == 0 {
            self.fault(span, message);
        }
        self.push_stmt(span, kind)
    }

    fn raise(&mut self, at: usize) -> StmtId {
        let tree = self.tree;
        let mut exc = None;
        let mut cause = None;
        for child in self.parts(at) {
            if tree[child].field == F::Cause {
                cause = Some(self.expr(child));
            } else if self.kind(child) == K::ExpressionList {
                exc = Some(self.refused(self.span(child), "invalid syntax"));
            } else {
                exc = Some(self.expr(child));
            }
        }
        if cause.is_some() && exc.is_none() {
            self.fault(self.span(at), "invalid syntax");
        }
        self.push_stmt(self.span(at), StmtKind::Raise { exc, cause })
    }

    fn assert_stmt(&mut self, at: usize) -> StmtId {
        let span = self.span(at);
        let mut parts = self.parts(at);
        let test = match parts.next() {
            Some(test) => self.expr(test),
            None => self.invalid(span),
        };
        let msg = parts.next().map(|msg| self.expr(msg));
        if let Some(third) = parts.next() {
            self.fault(self.span(third), "invalid syntax");
        }
        self.push_stmt(span, StmtKind::Assert { test, msg })
    }

    fn delete(&mut self, at: usize) -> StmtId {
        let span = self.span(at);
        let mut targets = Vec::new();
        for child in self.parts(at) {
            if self.kind(child) == K::ExpressionList {
                for item in self.parts(child) {
                    targets.push(self.expr_in(item, Allow::STAR));
                }
            } else {
                targets.push(self.expr_in(child, Allow::STAR));
            }
        }
        for target in &targets {
            self.check_target(*target, Binding::Delete);
        }
        self.push_stmt(span, StmtKind::Delete(targets))
    }

    fn declared(&mut self, at: usize) -> Vec<Ident> {
        self.parts(at).map(|name| self.ident(name)).collect()
    }

    /// `print` as a statement. With `>>` it is an expression in Python 3 as well, if a useless one.
    fn print(&mut self, at: usize) -> StmtId {
        let tree = self.tree;
        let span = self.span(at);
        let Some(chevron) = tree.child(at, K::Chevron) else {
            self.fault(span, "Missing parentheses in call to 'print'. Did you mean print(...)?");
            return self.push_stmt(span, StmtKind::Invalid);
        };
        let left = self.push(Span::new(span.start, span.start + 5), ExprKind::Name("print".into()));
        let right = match self.parts(chevron).next() {
            Some(right) => self.expr(right),
            None => self.invalid(span),
        };
        let first = Span::new(span.start, self.node(chevron).end);
        let mut value = self.push(first, ExprKind::BinOp { left, op: BinOp::RShift, right });
        if tree.has(at, K::Comma) {
            let mut items = vec![value];
            for child in self.parts(at).filter(|child| *child != chevron) {
                items.push(self.expr_in(child, Allow::STAR));
            }
            value = self.push(span, ExprKind::Tuple(items));
        }
        self.push_stmt(span, StmtKind::Expr(value))
    }
}
