//! What stands between the brackets of a subscript.

use super::lexer::{Declined, Go};
use super::parser::{Parser, Written};
use super::token::T;
use crate::model::Span;
use crate::source::python::syntax::{ExprId, ExprKind};

impl Parser<'_> {
    /// `[…]` after a value.
    pub(super) fn subscript(&mut self) -> Go<ExprId> {
        self.nested(|parser| {
            parser.advance()?;
            let first = parser.index()?;
            if parser.take(T::RightBracket)? {
                if parser.is_starred(first.id) {
                    let span = parser.span(first.id);
                    return Ok(parser.push(span, ExprKind::Tuple(vec![first.id])));
                }
                return Ok(first.id);
            }
            let floor = parser.ids.len();
            parser.ids.push(first.id);
            let mut last = first;
            let mut comma = 0;
            while !parser.take(T::RightBracket)? {
                parser.expect(T::Comma)?;
                comma = parser.before();
                if parser.take(T::RightBracket)? {
                    break;
                }
                last = parser.index()?;
                parser.ids.push(last.id);
            }
            let items = parser.items_from(floor);
            let span = Span::new(parser.span(first.id).start, parser.span(last.id).end.max(comma));
            Ok(parser.push(span, ExprKind::Tuple(items)))
        })
    }

    fn index(&mut self) -> Go<Written> {
        if self.is(T::Star) {
            let item = self.starred(true)?;
            self.feature(self.span(item.id), "starred expression in a subscript", 11);
            return Ok(item);
        }
        let start = self.start();
        let mut lower = None;
        if !self.is(T::Colon) {
            let item = self.named()?;
            if !self.is(T::Colon) {
                self.index_walrus(item)?;
                if self.annotations > 0 {
                    self.check_type(item.id)?;
                }
                return Ok(item);
            }
            if matches!(self.ast[item.id].kind, ExprKind::NamedExpr { .. }) {
                return Err(Declined);
            }
            lower = Some(item.id);
        }
        // The grammar has slices in types, too, and not those of Python.
        if self.annotations > 0 {
            return Err(Declined);
        }
        self.expect(T::Colon)?;
        let upper = self.bound()?;
        let step = if self.take(T::Colon)? { self.bound()? } else { None };
        Ok(self.written(start, ExprKind::Slice { lower, upper, step }))
    }

    fn bound(&mut self) -> Go<Option<ExprId>> {
        if matches!(self.kind(), T::Colon | T::Comma | T::RightBracket) {
            return Ok(None);
        }
        Ok(Some(self.expr()?.id))
    }

    /// `name := value` in a subscript without parentheses.
    fn index_walrus(&mut self, item: Written) -> Go<()> {
        let span = self.span(item.id);
        if matches!(self.ast[item.id].kind, ExprKind::NamedExpr { .. }) && span == Span::new(item.start, item.end) {
            if self.annotations > 0 {
                return Err(Declined);
            }
            self.feature(span, "assignment expression in a subscript", 10);
        }
        Ok(())
    }
}
