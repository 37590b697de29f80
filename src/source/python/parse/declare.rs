//! Functions and classes.

use super::lexer::{Declined, Go};
use super::parser::Parser;
use super::scope::{Scope, ScopeKind};
use super::token::T;
use crate::model::Span;
use crate::source::python::syntax::{ClassDef, ExprId, FunctionDef, StmtId, StmtKind};

impl Parser<'_> {
    pub(super) fn decorated(&mut self) -> Go<StmtId> {
        let span_start = self.start();
        let mut decorators = Vec::with_capacity(1);
        while self.take(T::At)? {
            decorators.push(self.named()?.id);
            self.end_line()?;
        }
        let start = self.start();
        match self.kind() {
            T::Def => self.function(start, span_start, false, decorators),
            T::Class => self.class(span_start, decorators),
            T::Async => {
                self.advance()?;
                if self.is(T::Def) { self.function(start, span_start, true, decorators) } else { Err(Declined) }
            }
            _ => Err(Declined),
        }
    }

    /// A function from its `def` on; `start` is where it or its `async` stands, `span_start` where
    /// its first decorator does.
    pub(super) fn function(
        &mut self,
        start: u32,
        span_start: u32,
        is_async: bool,
        decorators: Vec<ExprId>,
    ) -> Go<StmtId> {
        self.expect(T::Def)?;
        let name = self.ident()?;
        self.type_params(true)?;
        let params = self.def_params()?;
        let returns = if self.take(T::Arrow)? { Some(self.annotation()?) } else { None };
        let header = Span::new(start, self.lexer.now.end);
        let (body, seen) = self.in_scope(Scope::new(ScopeKind::Function, is_async), Self::suite)?;
        let is_generator = seen.seen.yields > 0;
        if is_async && is_generator && seen.returns_value {
            return Err(Declined);
        }
        let def = FunctionDef { name, params, body, decorators, returns, is_async, is_generator, header };
        Ok(self.push_stmt(span_start, StmtKind::FunctionDef(Box::new(def))))
    }

    pub(super) fn class(&mut self, span_start: u32, decorators: Vec<ExprId>) -> Go<StmtId> {
        let start = self.start();
        self.expect(T::Class)?;
        let name = self.ident()?;
        self.type_params(true)?;
        let (mut bases, mut bases_span) = (Vec::new(), None);
        if self.is(T::LeftParen) {
            let open = self.start();
            bases = self.bases()?;
            bases_span = Some(Span::new(open, self.before()));
        }
        let header = Span::new(start, self.lexer.now.end);
        let (body, _) = self.in_scope(Scope::new(ScopeKind::Class, false), Self::suite)?;
        let def = ClassDef { name, bases, bases_span, body, decorators, header };
        Ok(self.push_stmt(span_start, StmtKind::ClassDef(Box::new(def))))
    }

    /// `[T, *Ts, **P]`: only its presence matters, and that only where it is `noted`.
    pub(super) fn type_params(&mut self, noted: bool) -> Go<()> {
        if !self.is(T::LeftBracket) {
            return Ok(());
        }
        let start = self.start();
        let (exprs, features) = (self.ast.exprs.len(), self.ast.features.len());
        self.advance()?;
        self.annotations += 1;
        loop {
            let plain = !self.take(T::Star)? && !self.take(T::StarStar)?;
            self.ident()?;
            if plain && self.take(T::Colon)? {
                self.expr()?;
            }
            if !self.take(T::Comma)? || self.is(T::RightBracket) {
                break;
            }
        }
        self.annotations -= 1;
        self.expect(T::RightBracket)?;
        self.ast.exprs.truncate(exprs);
        self.ast.features.truncate(features);
        if noted {
            self.feature(Span::new(start, self.before()), "type parameters", 12);
        }
        Ok(())
    }
}
