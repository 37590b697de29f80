//! `try` and its clauses.

use super::lexer::{Declined, Go};
use super::parser::{Parser, Written};
use super::token::T;
use crate::model::Span;
use crate::source::python::syntax::{ExprId, ExprKind, Handler, StmtId, StmtKind};

impl Parser<'_> {
    pub(super) fn try_stmt(&mut self) -> Go<StmtId> {
        let start = self.start();
        self.advance()?;
        // Whether there will be a `finally`, which counts as a block of its own, shows too late.
        let body = self.in_block(2, false, Self::suite)?;
        let mut handlers: Vec<Handler> = Vec::new();
        let mut groups = None;
        while self.is(T::Except) {
            if handlers.last().is_some_and(|last| last.typ.is_none()) {
                return Err(Declined);
            }
            let handler = self.in_block(1, false, |parser| parser.handler(&mut groups))?;
            handlers.push(handler);
        }
        if handlers.is_empty() && !self.is(T::Finally) {
            return Err(Declined);
        }
        let orelse = self.else_suite()?;
        let finalbody = if self.take(T::Finally)? { self.in_block(1, false, Self::suite)? } else { Vec::new() };
        Ok(self.push_stmt(start, StmtKind::Try { body, handlers, orelse, finalbody }))
    }

    /// One `except`; `groups` is whether those of this `try` are `except*`.
    fn handler(&mut self, groups: &mut Option<bool>) -> Go<Handler> {
        let start = self.start();
        self.advance()?;
        let group = self.take(T::Star)?;
        let first = groups.is_none();
        if *groups.get_or_insert(group) != group {
            return Err(Declined);
        }
        let (mut typ, mut name) = (None, None);
        if !self.is(T::Colon) {
            let value = self.expr()?;
            typ = Some(value.id);
            if self.take(T::As)? {
                name = Some(self.ident()?);
            } else if self.is(T::Comma) {
                typ = Some(self.open_except(value)?);
            }
        } else if group {
            return Err(Declined);
        }
        if group && first {
            let header = Span::new(start, self.lexer.now.end);
            self.feature(header, "except*", 11);
        }
        let body = self.suite()?;
        Ok(Handler { typ, name, body, span: Span::new(start, self.before()) })
    }

    /// `except A, B:`, which is a tuple since 3.14. What looks like Python 2 is left to the grammar.
    fn open_except(&mut self, first: Written) -> Go<ExprId> {
        let floor = self.ids.len();
        self.ids.push(first.id);
        while self.take(T::Comma)? {
            let item = self.expr()?;
            self.ids.push(item.id);
        }
        let items = self.items_from(floor);
        if let [_, second] = items.as_slice()
            && let ExprKind::Name(name) = &self.ast[*second].kind
            && name.starts_with(char::is_lowercase)
        {
            return Err(Declined);
        }
        let span = Span::new(first.start, self.before());
        self.feature(span, "except with several types and no parentheses", 14);
        Ok(self.push(span, ExprKind::Tuple(items)))
    }
}
