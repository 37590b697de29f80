//! Simple statements, and which kind of statement one is.

use super::lexer::{Declined, Go};
use super::parser::{Parser, Written};
use super::scope::ScopeKind;
use super::target::Binding;
use super::token::T;
use crate::source::python::syntax::{BinOp, ExprKind, Ident, StmtId, StmtKind};

impl Parser<'_> {
    /// One compound statement, or the simple statements of one line.
    pub(super) fn statement(&mut self, body: &mut Vec<StmtId>) -> Go<()> {
        let compound = match self.kind() {
            T::If => Self::if_stmt,
            T::For | T::While | T::With | T::Try | T::Def | T::Class | T::At | T::Async => Self::compound,
            T::Name if self.text() == "match" => match self.match_stmt()? {
                Some(id) => {
                    body.push(id);
                    return Ok(());
                }
                None => return self.simple_statements(body),
            },
            _ => return self.simple_statements(body),
        };
        self.deeper()?;
        let id = compound(self)?;
        self.blocks -= 1;
        body.push(id);
        Ok(())
    }

    /// Statements with semicolons between them, and the end of the line.
    pub(super) fn simple_statements(&mut self, body: &mut Vec<StmtId>) -> Go<()> {
        loop {
            let id = self.simple_statement()?;
            body.push(id);
            if !self.take(T::Semicolon)? || self.is(T::Newline) {
                return self.end_line();
            }
        }
    }

    fn simple_statement(&mut self) -> Go<StmtId> {
        let start = self.start();
        match self.kind() {
            T::Name => self.expression_statement(),
            T::Import => self.import(),
            T::From => self.import_from(),
            T::Return => self.return_stmt(),
            T::Raise => self.raise(),
            T::Assert => self.assert_stmt(),
            T::Del => self.delete(),
            T::Global | T::Nonlocal => self.declaration(),
            T::Pass => {
                self.advance()?;
                Ok(self.push_stmt(start, StmtKind::Pass))
            }
            T::Break | T::Continue if self.scope.loops > 0 => {
                let kind = if self.is(T::Break) { StmtKind::Break } else { StmtKind::Continue };
                self.advance()?;
                Ok(self.push_stmt(start, kind))
            }
            _ => self.expression_statement(),
        }
    }

    fn expression_statement(&mut self) -> Go<StmtId> {
        if self.is(T::Name) {
            match self.text() {
                "type" => {
                    if let Some(alias) = self.type_alias()? {
                        return Ok(alias);
                    }
                }
                "print" | "exec" => return self.old_statement(),
                _ => {}
            }
        }
        let first = self.value()?;
        self.after_value(first)
    }

    fn after_value(&mut self, first: Written) -> Go<StmtId> {
        match self.kind() {
            T::Equal => self.assignment(first),
            T::Colon => self.annotated(first),
            kind => match augmented(kind) {
                Some(op) => self.augmented(first, op),
                None if self.is_starred(first.id) => Err(Declined),
                None => Ok(self.push_stmt(first.start, StmtKind::Expr(first.id))),
            },
        }
    }

    /// A statement that starts with `print` or `exec` and might be one of Python 2.
    fn old_statement(&mut self) -> Go<StmtId> {
        let mark = self.mark();
        self.advance()?;
        let next = self.kind();
        self.back_to(&mark);
        if matches!(next, T::Plus | T::Minus | T::Star | T::LeftBracket | T::Not) {
            return Err(Declined);
        }
        let first = self.value()?;
        if next == T::GreaterGreater {
            let shift = match &self.ast[first.id].kind {
                ExprKind::Tuple(items) => items.first().copied().unwrap_or(first.id),
                _ => first.id,
            };
            // The grammar takes all that follows for what is shifted by.
            match self.ast[shift].kind {
                ExprKind::BinOp { left, op: BinOp::RShift, .. }
                    if self.is(T::Newline) && matches!(self.ast[left].kind, ExprKind::Name(_)) => {}
                _ => return Err(Declined),
            }
        }
        self.after_value(first)
    }

    /// What may stand right of an assignment, and left of it.
    fn value(&mut self) -> Go<Written> {
        if self.is(T::Yield) { self.yielded() } else { self.open_values() }
    }

    fn assignment(&mut self, first: Written) -> Go<StmtId> {
        let mut value = first;
        let mut targets = Vec::with_capacity(1);
        while self.take(T::Equal)? {
            if self.is_starred(value.id) {
                return Err(Declined);
            }
            self.check_target(value.id, Binding::Assign)?;
            targets.push(value.id);
            value = self.value()?;
        }
        if self.is_starred(value.id) {
            return Err(Declined);
        }
        Ok(self.push_stmt(first.start, StmtKind::Assign { targets, value: value.id }))
    }

    fn annotated(&mut self, target: Written) -> Go<StmtId> {
        self.check_target(target.id, Binding::Single)?;
        self.advance()?;
        let annotation = self.annotation()?;
        let mut value = None;
        if self.take(T::Equal)? {
            let written = self.value()?;
            if self.is_starred(written.id) {
                return Err(Declined);
            }
            value = Some(written.id);
        }
        Ok(self.push_stmt(target.start, StmtKind::AnnAssign { target: target.id, annotation, value }))
    }

    fn augmented(&mut self, target: Written, op: BinOp) -> Go<StmtId> {
        self.check_target(target.id, Binding::Single)?;
        self.advance()?;
        let value = self.value()?;
        if self.is_starred(value.id) {
            return Err(Declined);
        }
        Ok(self.push_stmt(target.start, StmtKind::AugAssign { target: target.id, op, value: value.id }))
    }

    fn return_stmt(&mut self) -> Go<StmtId> {
        let start = self.start();
        if self.scope.kind != ScopeKind::Function {
            return Err(Declined);
        }
        self.advance()?;
        let mut value = None;
        if self.kind().starts_item() {
            value = Some(self.values()?.id);
            self.scope.returns_value = true;
        }
        Ok(self.push_stmt(start, StmtKind::Return(value)))
    }

    fn raise(&mut self) -> Go<StmtId> {
        let start = self.start();
        self.advance()?;
        let (mut exc, mut cause) = (None, None);
        if self.kind().starts_item() {
            exc = Some(self.expr()?.id);
            if self.take(T::From)? {
                cause = Some(self.expr()?.id);
            }
        }
        Ok(self.push_stmt(start, StmtKind::Raise { exc, cause }))
    }

    fn assert_stmt(&mut self) -> Go<StmtId> {
        let start = self.start();
        self.advance()?;
        let test = self.expr()?.id;
        let msg = if self.take(T::Comma)? { Some(self.expr()?.id) } else { None };
        Ok(self.push_stmt(start, StmtKind::Assert { test, msg }))
    }

    fn delete(&mut self) -> Go<StmtId> {
        let start = self.start();
        self.advance()?;
        let mut targets = Vec::with_capacity(1);
        loop {
            let target = self.primary()?;
            self.check_target(target.id, Binding::Delete)?;
            targets.push(target.id);
            if !self.take(T::Comma)? || !self.kind().starts_item() {
                break;
            }
        }
        Ok(self.push_stmt(start, StmtKind::Delete(targets)))
    }

    /// `global` and `nonlocal`
    fn declaration(&mut self) -> Go<StmtId> {
        let start = self.start();
        let global = self.is(T::Global);
        if !global && self.scope.kind == ScopeKind::Module {
            return Err(Declined);
        }
        self.advance()?;
        self.unusual = true;
        let mut names: Vec<Ident> = vec![self.ident()?];
        while self.take(T::Comma)? {
            names.push(self.ident()?);
        }
        Ok(self.push_stmt(start, if global { StmtKind::Global(names) } else { StmtKind::Nonlocal(names) }))
    }

    /// `type X = …`. `None` when `type` is a name like any other.
    fn type_alias(&mut self) -> Go<Option<StmtId>> {
        let mark = self.mark();
        let start = self.start();
        self.advance()?;
        match self.kind() {
            T::Name => {}
            // The grammar takes `type[…]` for more than it is.
            T::LeftBracket => return Err(Declined),
            _ => {
                self.back_to(&mark);
                return Ok(None);
            }
        }
        self.feature(crate::model::Span::new(start, start + 4), "type statement", 12);
        let (name_start, name) = (self.start(), self.name_text()?);
        self.advance()?;
        let name = self.written(name_start, ExprKind::Name(name)).id;
        self.type_params(false)?;
        self.expect(T::Equal)?;
        let value = self.annotation()?;
        Ok(Some(self.push_stmt(start, StmtKind::TypeAlias { name, value })))
    }
}

/// The operator of an augmented assignment.
const fn augmented(kind: T) -> Option<BinOp> {
    Some(match kind {
        T::PlusEqual => BinOp::Add,
        T::MinusEqual => BinOp::Sub,
        T::StarEqual => BinOp::Mult,
        T::AtEqual => BinOp::MatMult,
        T::SlashEqual => BinOp::Div,
        T::PercentEqual => BinOp::Mod,
        T::StarStarEqual => BinOp::Pow,
        T::LessLessEqual => BinOp::LShift,
        T::GreaterGreaterEqual => BinOp::RShift,
        T::PipeEqual => BinOp::BitOr,
        T::CaretEqual => BinOp::BitXor,
        T::AmpersandEqual => BinOp::BitAnd,
        T::SlashSlashEqual => BinOp::FloorDiv,
        _ => return None,
    })
}
