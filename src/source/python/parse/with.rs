//! `with`, whose parentheses may be of the statement or of a value.

use super::lexer::{Declined, Go};
use super::parser::Parser;
use super::token::T;
use crate::source::python::syntax::{ExprId, ExprKind, StmtId, StmtKind};

/// Pairs of context manager and target.
type Items = Vec<(ExprId, Option<ExprId>)>;

impl Parser<'_> {
    pub(super) fn with_stmt(&mut self, start: u32, is_async: bool) -> Go<StmtId> {
        self.advance()?;
        let items = self.with_items()?;
        let body = self.in_block(1, false, Self::suite)?;
        Ok(self.push_stmt(start, StmtKind::With { items, body, is_async }))
    }

    fn with_items(&mut self) -> Go<Items> {
        if self.is(T::LeftParen) {
            let mark = self.mark();
            match self.enclosed_items() {
                Ok(items) if self.is(T::Colon) => return Ok(items),
                _ => self.back_to(&mark),
            }
        }
        let mut items = Vec::with_capacity(1);
        loop {
            self.with_item(&mut items)?;
            if !self.take(T::Comma)? {
                break;
            }
        }
        // A tuple that could not be read as items: one with stars in it, say.
        match items.as_slice() {
            [(only, None)] if matches!(self.ast[*only].kind, ExprKind::Tuple(_)) => Err(Declined),
            _ => Ok(items),
        }
    }

    /// Items in parentheses of their own.
    fn enclosed_items(&mut self) -> Go<Items> {
        self.advance()?;
        let mut items = Vec::new();
        while !self.take(T::RightParen)? {
            self.with_item(&mut items)?;
            if !self.is(T::RightParen) {
                self.expect(T::Comma)?;
            }
        }
        if items.is_empty() { Err(Declined) } else { Ok(items) }
    }

    fn with_item(&mut self, items: &mut Items) -> Go<()> {
        let manager = self.expr()?;
        let target = if self.take(T::As)? { Some(self.as_target()?) } else { None };
        items.push((manager.id, target));
        Ok(())
    }
}
