//! Parentheses, displays, and comprehensions.

use super::expr::level;
use super::lexer::{Declined, Go};
use super::parser::{Parser, Written};
use super::scope::Seen;
use super::token::T;
use crate::source::python::syntax::{Comprehension, ExprId, ExprKind};

impl Parser<'_> {
    /// A group, a tuple, or a generator.
    pub(super) fn parentheses(&mut self) -> Go<Written> {
        let start = self.start();
        self.advance()?;
        if self.take(T::RightParen)? {
            return Ok(self.written(start, ExprKind::Tuple(Vec::new())));
        }
        if self.is(T::Yield) {
            let value = self.yielded()?;
            self.expect(T::RightParen)?;
            return Ok(Written { id: value.id, start, end: self.before() });
        }
        let seen = self.scope.seen;
        let first = self.item()?;
        match self.kind() {
            T::RightParen if !self.is_starred(first.id) => {
                self.advance()?;
                // Parentheses leave no node of their own.
                Ok(Written { id: first.id, start, end: self.before() })
            }
            T::Comma => {
                let items = self.items(first, T::RightParen)?;
                Ok(self.written(start, ExprKind::Tuple(items)))
            }
            T::For | T::Async => {
                let generators = self.generators(first.id, seen, true)?;
                self.expect(T::RightParen)?;
                Ok(self.written(start, ExprKind::GeneratorExp { elt: first.id, generators }))
            }
            _ => Err(Declined),
        }
    }

    pub(super) fn list(&mut self) -> Go<Written> {
        let start = self.start();
        self.advance()?;
        if self.take(T::RightBracket)? {
            return Ok(self.written(start, ExprKind::List(Vec::new())));
        }
        let seen = self.scope.seen;
        let first = self.item()?;
        let kind = if matches!(self.kind(), T::For | T::Async) {
            let generators = self.generators(first.id, seen, false)?;
            self.expect(T::RightBracket)?;
            ExprKind::ListComp { elt: first.id, generators }
        } else {
            ExprKind::List(self.items(first, T::RightBracket)?)
        };
        Ok(self.written(start, kind))
    }

    /// A dict or a set.
    pub(super) fn braces(&mut self) -> Go<Written> {
        let start = self.start();
        self.advance()?;
        if self.is(T::RightBrace) || self.is(T::StarStar) {
            let kind = ExprKind::Dict(self.pairs(Vec::new())?);
            return Ok(self.written(start, kind));
        }
        let seen = self.scope.seen;
        let first = self.item()?;
        if self.take(T::Colon)? {
            if matches!(self.ast[first.id].kind, ExprKind::Starred(_)) || self.is_open_walrus(first) {
                return Err(Declined);
            }
            let value = self.expr()?;
            let kind = if matches!(self.kind(), T::For | T::Async) {
                let generators = self.generators(first.id, seen, false)?;
                self.expect(T::RightBrace)?;
                ExprKind::DictComp { key: first.id, value: value.id, generators }
            } else {
                ExprKind::Dict(self.pairs(vec![(Some(first.id), value.id)])?)
            };
            return Ok(self.written(start, kind));
        }
        let kind = if matches!(self.kind(), T::For | T::Async) {
            let generators = self.generators(first.id, seen, false)?;
            self.expect(T::RightBrace)?;
            ExprKind::SetComp { elt: first.id, generators }
        } else {
            ExprKind::Set(self.items(first, T::RightBrace)?)
        };
        Ok(self.written(start, kind))
    }

    /// `name := value` without parentheses around it.
    fn is_open_walrus(&self, item: Written) -> bool {
        let span = self.span(item.id);
        matches!(self.ast[item.id].kind, ExprKind::NamedExpr { .. }) && (span.start, span.end) == (item.start, item.end)
    }

    /// The rest of a dict, to its closing brace.
    fn pairs(&mut self, mut pairs: Vec<(Option<ExprId>, ExprId)>) -> Go<Vec<(Option<ExprId>, ExprId)>> {
        let mut comma = pairs.is_empty() || self.take(T::Comma)?;
        while !self.take(T::RightBrace)? {
            if !comma {
                return Err(Declined);
            }
            if self.take(T::StarStar)? {
                let value = self.operators(level::BIT_OR)?;
                pairs.push((None, value.id));
            } else {
                let key = self.expr()?;
                self.expect(T::Colon)?;
                let value = self.expr()?;
                pairs.push((Some(key.id), value.id));
            }
            comma = self.take(T::Comma)?;
        }
        Ok(pairs)
    }

    /// An item of a list, a set, or a tuple in parentheses.
    pub(super) fn item(&mut self) -> Go<Written> {
        if self.is(T::Star) { self.starred(false) } else { self.named() }
    }

    /// The rest of such items, to the closing bracket.
    fn items(&mut self, first: Written, close: T) -> Go<Vec<ExprId>> {
        let floor = self.ids.len();
        self.ids.push(first.id);
        while !self.take(close)? {
            self.expect(T::Comma)?;
            if self.take(close)? {
                break;
            }
            let item = self.item()?;
            self.ids.push(item.id);
        }
        Ok(self.items_from(floor))
    }

    /// The clauses of a comprehension. There may be no `yield` in it but in its first iterable, and
    /// `await` in a generator is its own; `before` is what was seen before the comprehension began.
    pub(super) fn generators(&mut self, elt: ExprId, before: Seen, generator: bool) -> Go<Vec<Comprehension>> {
        let mut generators: Vec<Comprehension> = Vec::with_capacity(1);
        let mut outside = Seen::default();
        if self.is_starred(elt) {
            return Err(Declined);
        }
        loop {
            let is_async = self.take(T::Async)?;
            if is_async {
                self.note_await();
            } else if !self.is(T::For) {
                break;
            }
            self.expect(T::For)?;
            let target = self.targets()?;
            self.expect(T::In)?;
            let seen = self.scope.seen;
            let iter = self.operators(level::OR)?;
            if generators.is_empty() {
                let Seen { yields, awaits } = self.scope.seen;
                outside = Seen { yields: yields - seen.yields, awaits: awaits - seen.awaits };
            }
            let mut ifs = Vec::new();
            while self.take(T::If)? {
                ifs.push(self.operators(level::OR)?.id);
            }
            generators.push(Comprehension { target: target.id, iter: iter.id, ifs, is_async });
        }
        if self.scope.seen.yields - outside.yields != before.yields {
            return Err(Declined);
        }
        if generator {
            self.scope.seen.awaits = before.awaits + outside.awaits;
        }
        Ok(generators)
    }
}
