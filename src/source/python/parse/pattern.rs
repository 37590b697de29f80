//! `match` and its patterns.

use super::lexer::{Declined, Go};
use super::parser::{Parser, Written};
use super::token::T;
use crate::model::Span;
use crate::source::python::syntax::{Constant, Expr, ExprId, ExprKind, Ident, MatchCase, StmtId, StmtKind, UnaryOp};

/// What a pattern is worth to its `case`.
struct Pattern {
    constants: Option<Vec<ExprId>>,
    /// It always matches: a name that it binds, or `_`.
    irrefutable: bool,
}

impl Pattern {
    const OTHER: Self = Self { constants: None, irrefutable: false };
    const ANY: Self = Self { constants: None, irrefutable: true };

    fn constant(id: ExprId) -> Self {
        Self { constants: Some(vec![id]), irrefutable: false }
    }
}

impl Parser<'_> {
    /// A `match` statement; `None`, and nothing read, when `match` is a name like any other.
    pub(super) fn match_stmt(&mut self) -> Go<Option<StmtId>> {
        let mark = self.mark();
        let start = self.start();
        let subject = match self.subject() {
            Ok(subject) => subject,
            Err(Declined) => {
                self.back_to(&mark);
                return Ok(None);
            }
        };
        self.feature(Span::new(start, start + 5), "match statement", 10);
        self.deeper()?;
        self.end_line()?;
        self.expect(T::Indent)?;
        let mut cases: Vec<MatchCase> = Vec::new();
        while !self.take(T::Dedent)? {
            if cases.last().is_some_and(|last| last.irrefutable) {
                return Err(Declined);
            }
            cases.push(self.case()?);
        }
        self.blocks -= 1;
        Ok(Some(self.push_stmt(start, StmtKind::Match { subject, cases })))
    }

    /// From `match` to the end of its line.
    fn subject(&mut self) -> Go<ExprId> {
        self.advance()?;
        let first = self.item()?;
        let subject = if self.is(T::Comma) {
            let floor = self.ids.len();
            self.ids.push(first.id);
            while self.take(T::Comma)? && !self.is(T::Colon) {
                let item = self.item()?;
                self.ids.push(item.id);
            }
            let items = self.items_from(floor);
            self.written(first.start, ExprKind::Tuple(items)).id
        } else if self.is_starred(first.id) {
            return Err(Declined);
        } else {
            first.id
        };
        self.expect(T::Colon)?;
        if self.is(T::Newline) { Ok(subject) } else { Err(Declined) }
    }

    fn case(&mut self) -> Go<MatchCase> {
        if self.text() != "case" {
            return Err(Declined);
        }
        self.advance()?;
        let mut binds = Vec::new();
        let star = self.is(T::Star);
        let mut pattern = self.pattern_item(&mut binds)?;
        if self.is(T::Comma) {
            let mut stars = usize::from(star);
            while self.take(T::Comma)? && !self.is(T::Colon) && !self.is(T::If) {
                stars += usize::from(self.is(T::Star));
                self.pattern_item(&mut binds)?;
            }
            if stars > 1 {
                return Err(Declined);
            }
            pattern = Pattern::OTHER;
        } else if star {
            return Err(Declined);
        }
        let repeated = |(place, bind): (usize, &Ident)| binds.iter().take(place).any(|other| other.name == bind.name);
        if binds.len() > 100 || binds.iter().enumerate().any(repeated) {
            return Err(Declined);
        }
        let guard = if self.take(T::If)? { Some(self.named()?.id) } else { None };
        let body = self.suite()?;
        let irrefutable = pattern.irrefutable && guard.is_none();
        Ok(MatchCase { binds, constants: pattern.constants, irrefutable, guard, body })
    }

    /// A pattern, or a `*rest` in a sequence.
    fn pattern_item(&mut self, binds: &mut Vec<Ident>) -> Go<Pattern> {
        if !self.take(T::Star)? {
            return self.pattern(binds);
        }
        let name = self.ident()?;
        if &*name.name != "_" {
            binds.push(name);
        }
        Ok(Pattern::OTHER)
    }

    /// `pattern as name`
    fn pattern(&mut self, binds: &mut Vec<Ident>) -> Go<Pattern> {
        let pattern = self.nested(|parser| parser.alternatives(binds))?;
        if !self.take(T::As)? {
            return Ok(pattern);
        }
        let name = self.ident()?;
        if &*name.name == "_" {
            return Err(Declined);
        }
        binds.push(name);
        Ok(pattern)
    }

    /// `a | b`: every alternative has to bind the same names.
    fn alternatives(&mut self, binds: &mut Vec<Ident>) -> Go<Pattern> {
        let mut bound = Vec::new();
        let mut pattern = self.closed_pattern(&mut bound)?;
        if !self.is(T::Pipe) {
            binds.append(&mut bound);
            return Ok(pattern);
        }
        let names = sorted(&bound);
        binds.append(&mut bound);
        while self.take(T::Pipe)? {
            if pattern.irrefutable {
                return Err(Declined);
            }
            let next = self.closed_pattern(&mut bound)?;
            if names != sorted(&bound) {
                return Err(Declined);
            }
            bound.clear();
            let constants = match (pattern.constants, next.constants) {
                (Some(mut all), Some(more)) => {
                    all.extend(more);
                    Some(all)
                }
                _ => None,
            };
            pattern = Pattern { constants, irrefutable: next.irrefutable };
        }
        if pattern.irrefutable { Ok(Pattern::ANY) } else { Ok(pattern) }
    }

    fn closed_pattern(&mut self, binds: &mut Vec<Ident>) -> Go<Pattern> {
        match self.kind() {
            T::Name => self.named_pattern(binds),
            T::String | T::Format => {
                let value = self.strings()?;
                if let ExprKind::JoinedStr(_) = self.ast[value.id].kind {
                    return Err(Declined);
                }
                Ok(Pattern::constant(value.id))
            }
            T::Number | T::Minus => self.number_pattern(),
            T::None | T::True | T::False => Ok(Pattern::constant(self.primary_word()?.id)),
            T::LeftParen => self.sequence(T::RightParen, binds),
            T::LeftBracket => self.sequence(T::RightBracket, binds),
            T::LeftBrace => self.mapping(binds),
            _ => Err(Declined),
        }
    }

    /// `None`, `True`, `False`
    fn primary_word(&mut self) -> Go<Written> {
        let constant = match self.kind() {
            T::None => Constant::None,
            kind => Constant::Bool(kind == T::True),
        };
        let start = self.start();
        self.advance()?;
        Ok(self.written(start, ExprKind::Constant(constant)))
    }

    fn number_pattern(&mut self) -> Go<Pattern> {
        let start = self.start();
        let minus = self.take(T::Minus)?;
        if !self.is(T::Number) {
            return Err(Declined);
        }
        let (number_start, constant) = (self.start(), super::number::value(self.text())?);
        self.advance()?;
        if self.is(T::Plus) || self.is(T::Minus) {
            self.advance()?;
            if !self.is(T::Number) || !self.text().ends_with(['j', 'J']) {
                return Err(Declined);
            }
            let text = self.lexer.slice(start, self.lexer.now.end);
            self.advance()?;
            let constant = Constant::Complex(text.into());
            return Ok(Pattern::constant(self.written(start, ExprKind::Constant(constant)).id));
        }
        let number = self.written(number_start, ExprKind::Constant(constant));
        if !minus {
            return Ok(Pattern::constant(number.id));
        }
        let kind = ExprKind::UnaryOp { op: UnaryOp::USub, operand: number.id };
        Ok(Pattern::constant(self.written(start, kind).id))
    }

    /// The grammar loses the sign of a number in some places.
    fn lost_sign(&self, signed: bool, pattern: &Pattern) -> Go<()> {
        let first = pattern.constants.as_ref().and_then(|all| all.first().copied());
        let lost = first.is_some_and(|id| matches!(self.ast[id].kind, ExprKind::UnaryOp { .. }));
        if signed && (lost || first.is_none()) { Err(Declined) } else { Ok(()) }
    }

    /// A name alone, `a.b`, or `a.B(…)`.
    fn named_pattern(&mut self, binds: &mut Vec<Ident>) -> Go<Pattern> {
        let start = self.start();
        let name = self.ident()?;
        if !matches!(self.kind(), T::Dot | T::LeftParen) {
            if &*name.name != "_" {
                binds.push(name);
            }
            return Ok(Pattern::ANY);
        }
        // A wildcard is nothing that has attributes.
        if &*name.name == "_" {
            return Err(Declined);
        }
        let floor = self.ast.exprs.len();
        let mut value = self.written(start, ExprKind::Name(name.name));
        while self.take(T::Dot)? {
            let attr = self.ident()?;
            value = self.written(start, ExprKind::Attribute { value: value.id, attr });
        }
        if !self.is(T::LeftParen) {
            return Ok(Pattern::constant(value.id));
        }
        // The name of a class in a pattern is no expression of the file.
        self.ast.exprs.drain(floor..).for_each(|_: Expr| ());
        self.class_pattern(binds)?;
        Ok(Pattern::OTHER)
    }

    fn class_pattern(&mut self, binds: &mut Vec<Ident>) -> Go<()> {
        self.advance()?;
        let mut keyword = false;
        while !self.take(T::RightParen)? {
            if self.is(T::Name) && self.lexer.equal_follows() {
                keyword = true;
                self.advance()?;
                self.expect(T::Equal)?;
                // The grammar takes an `as` here for that of the whole.
                let signed = self.is(T::Minus);
                let pattern = self.nested(|parser| parser.alternatives(binds))?;
                self.lost_sign(signed, &pattern)?;
            } else if keyword {
                return Err(Declined);
            } else {
                self.pattern(binds)?;
            }
            if !self.is(T::RightParen) {
                self.expect(T::Comma)?;
            }
        }
        Ok(())
    }

    /// A sequence, or a pattern in parentheses.
    fn sequence(&mut self, close: T, binds: &mut Vec<Ident>) -> Go<Pattern> {
        self.advance()?;
        let (mut count, mut stars, mut comma) = (0, 0, false);
        let mut pattern = Pattern::OTHER;
        while !self.take(close)? {
            stars += usize::from(self.is(T::Star));
            count += 1;
            pattern = self.pattern_item(binds)?;
            comma = self.is(T::Comma);
            if comma {
                self.advance()?;
            } else if !self.is(close) {
                return Err(Declined);
            }
        }
        if stars > 1 {
            return Err(Declined);
        }
        if close == T::RightParen && count == 1 && !comma {
            return if stars == 0 { Ok(pattern) } else { Err(Declined) };
        }
        Ok(Pattern::OTHER)
    }

    fn mapping(&mut self, binds: &mut Vec<Ident>) -> Go<Pattern> {
        self.advance()?;
        let mut rest = false;
        while !self.take(T::RightBrace)? {
            if rest {
                return Err(Declined);
            }
            if self.take(T::StarStar)? {
                rest = true;
                let name = self.ident()?;
                if &*name.name == "_" {
                    return Err(Declined);
                }
                binds.push(name);
            } else {
                self.mapping_key()?;
                self.expect(T::Colon)?;
                self.pattern(binds)?;
            }
            if !self.is(T::RightBrace) {
                self.expect(T::Comma)?;
            }
        }
        Ok(Pattern::OTHER)
    }

    fn mapping_key(&mut self) -> Go<()> {
        if matches!(self.kind(), T::LeftParen | T::LeftBracket | T::LeftBrace | T::Format) {
            return Err(Declined);
        }
        let signed = self.is(T::Minus);
        let key = self.closed_pattern(&mut Vec::new())?;
        self.lost_sign(signed, &key)?;
        if key.constants.is_some() { Ok(()) } else { Err(Declined) }
    }
}

fn sorted(bound: &[Ident]) -> Vec<Box<str>> {
    let mut names: Vec<Box<str>> = bound.iter().map(|bind| bind.name.clone()).collect();
    names.sort();
    names
}
