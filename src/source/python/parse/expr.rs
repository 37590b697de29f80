//! Expressions by precedence.

use super::lexer::{Declined, Go};
use super::parser::{Parser, Written};
use super::scope::{Scope, ScopeKind};
use super::token::T;
use crate::model::Span;
use crate::source::python::syntax::{BinOp, BoolOp, CmpOp, ExprKind, Params, UnaryOp};

/// How close operators bind, from `or` on.
pub(super) mod level {
    pub(in super::super) const OR: u8 = 1;
    pub(super) const AND: u8 = 2;
    pub(super) const NOT: u8 = 3;
    pub(super) const COMPARE: u8 = 4;
    pub(in super::super) const BIT_OR: u8 = 5;
}

/// A binary operator and how close it binds.
const fn binary(kind: T) -> Option<(u8, BinOp)> {
    Some(match kind {
        T::Pipe => (level::BIT_OR, BinOp::BitOr),
        T::Caret => (6, BinOp::BitXor),
        T::Ampersand => (7, BinOp::BitAnd),
        T::LessLess => (8, BinOp::LShift),
        T::GreaterGreater => (8, BinOp::RShift),
        T::Plus => (9, BinOp::Add),
        T::Minus => (9, BinOp::Sub),
        T::Star => (10, BinOp::Mult),
        T::Slash => (10, BinOp::Div),
        T::Percent => (10, BinOp::Mod),
        T::SlashSlash => (10, BinOp::FloorDiv),
        T::At => (10, BinOp::MatMult),
        _ => return None,
    })
}

impl Parser<'_> {
    /// A plain expression: no `:=`, no star, and no `yield` without parentheses.
    pub(super) fn expr(&mut self) -> Go<Written> {
        self.nested(|parser| {
            if parser.is(T::Lambda) {
                return parser.lambda();
            }
            let body = parser.operators(level::OR)?;
            if parser.is(T::If) { parser.conditional(body) } else { Ok(body) }
        })
    }

    fn conditional(&mut self, body: Written) -> Go<Written> {
        self.advance()?;
        let test = self.operators(level::OR)?;
        self.expect(T::Else)?;
        let orelse = self.expr()?;
        let kind = ExprKind::IfExp { test: test.id, body: body.id, orelse: orelse.id };
        Ok(self.placed(body.start, orelse.end, kind))
    }

    /// An expression that may be `name := value`.
    pub(super) fn named(&mut self) -> Go<Written> {
        let target = self.expr()?;
        if !self.is(T::Walrus) {
            return Ok(target);
        }
        self.advance()?;
        let span = self.span(target.id);
        if !matches!(self.ast[target.id].kind, ExprKind::Name(_)) || span != Span::new(target.start, target.end) {
            return Err(Declined);
        }
        self.unusual = true;
        let value = self.expr()?;
        let kind = ExprKind::NamedExpr { target: target.id, value: value.id };
        Ok(self.placed(target.start, value.end, kind))
    }

    /// `*value` with the star at hand; `whole` takes any expression, otherwise only operators
    /// that bind closer than comparisons.
    pub(super) fn starred(&mut self, whole: bool) -> Go<Written> {
        let start = self.start();
        self.expect(T::Star)?;
        let value = if whole { self.expr()? } else { self.operators(level::BIT_OR)? };
        let span = Span::new(start, self.span(value.id).end);
        Ok(Written { id: self.push(span, ExprKind::Starred(value.id)), start, end: value.end })
    }

    /// Operators that bind at least as close as `floor`.
    pub(super) fn operators(&mut self, floor: u8) -> Go<Written> {
        let mut left = if self.is(T::Not) { self.not(floor)? } else { self.factor()? };
        loop {
            let kind = self.kind();
            if let Some((level, op)) = binary(kind) {
                if level < floor {
                    return Ok(left);
                }
                self.advance()?;
                let right = self.operators(level + 1)?;
                left = self.placed(left.start, right.end, ExprKind::BinOp { left: left.id, op, right: right.id });
                continue;
            }
            match kind {
                T::Or if floor <= level::OR => left = self.boolean(left, T::Or, BoolOp::Or, level::AND)?,
                T::And if floor <= level::AND => left = self.boolean(left, T::And, BoolOp::And, level::NOT)?,
                T::Less
                | T::LessEqual
                | T::EqualEqual
                | T::NotEqual
                | T::GreaterEqual
                | T::Greater
                | T::In
                | T::Is
                | T::Not
                    if floor <= level::COMPARE =>
                {
                    left = self.comparison(left)?;
                }
                _ => return Ok(left),
            }
        }
    }

    fn not(&mut self, floor: u8) -> Go<Written> {
        if floor > level::NOT {
            return Err(Declined);
        }
        let start = self.start();
        self.advance()?;
        let operand = self.nested(|parser| parser.operators(level::NOT))?;
        Ok(self.placed(start, operand.end, ExprKind::UnaryOp { op: UnaryOp::Not, operand: operand.id }))
    }

    /// `a and b and c` is one node with three values, as in Python's own tree.
    fn boolean(&mut self, first: Written, word: T, op: BoolOp, inner: u8) -> Go<Written> {
        let floor = self.ids.len();
        self.ids.push(first.id);
        let mut end = first.end;
        while self.take(word)? {
            let value = self.operators(inner)?;
            self.ids.push(value.id);
            end = value.end;
        }
        let values = self.items_from(floor);
        Ok(self.placed(first.start, end, ExprKind::BoolOp { op, values }))
    }

    fn comparison(&mut self, left: Written) -> Go<Written> {
        let mut rest = Vec::with_capacity(1);
        let mut end = left.end;
        while let Some(op) = self.comparator()? {
            let value = self.operators(level::BIT_OR)?;
            rest.push((op, value.id));
            end = value.end;
        }
        Ok(self.placed(left.start, end, ExprKind::Compare { left: left.id, rest }))
    }

    fn comparator(&mut self) -> Go<Option<CmpOp>> {
        let op = match self.kind() {
            T::Less => CmpOp::Lt,
            T::LessEqual => CmpOp::LtE,
            T::EqualEqual => CmpOp::Eq,
            T::NotEqual => CmpOp::NotEq,
            T::GreaterEqual => CmpOp::GtE,
            T::Greater => CmpOp::Gt,
            T::In => CmpOp::In,
            T::Is => {
                self.advance()?;
                return Ok(Some(if self.take(T::Not)? { CmpOp::IsNot } else { CmpOp::Is }));
            }
            T::Not => {
                self.advance()?;
                self.expect(T::In)?;
                return Ok(Some(CmpOp::NotIn));
            }
            _ => return Ok(None),
        };
        self.advance()?;
        Ok(Some(op))
    }

    /// Signs and powers.
    fn factor(&mut self) -> Go<Written> {
        let op = match self.kind() {
            T::Minus => UnaryOp::USub,
            T::Plus => UnaryOp::UAdd,
            T::Tilde => UnaryOp::Invert,
            _ => return self.power(),
        };
        let start = self.start();
        self.advance()?;
        let operand = self.nested(Self::factor)?;
        Ok(self.placed(start, operand.end, ExprKind::UnaryOp { op, operand: operand.id }))
    }

    fn power(&mut self) -> Go<Written> {
        let left = if self.is(T::Await) { self.awaited()? } else { self.primary()? };
        if !self.is(T::StarStar) {
            return Ok(left);
        }
        self.advance()?;
        let right = self.nested(Self::factor)?;
        Ok(self.placed(left.start, right.end, ExprKind::BinOp { left: left.id, op: BinOp::Pow, right: right.id }))
    }

    fn awaited(&mut self) -> Go<Written> {
        self.note_await();
        let start = self.start();
        self.advance()?;
        let value = self.primary()?;
        // What follows decides where the grammar's node ends, and so where this one does.
        let end = if self.is(T::StarStar) { self.span(value.id).end } else { value.end };
        Ok(Written { id: self.push(Span::new(start, end), ExprKind::Await(value.id)), start, end: value.end })
    }

    /// `yield`, `yield value`, `yield from value`.
    pub(super) fn yielded(&mut self) -> Go<Written> {
        let start = self.start();
        self.advance()?;
        let from = self.take(T::From)?;
        self.note_yield(from)?;
        let kind = if from {
            ExprKind::YieldFrom(self.expr()?.id)
        } else if self.kind().starts_item() {
            ExprKind::Yield(Some(self.values()?.id))
        } else {
            ExprKind::Yield(None)
        };
        Ok(self.written(start, kind))
    }

    fn lambda(&mut self) -> Go<Written> {
        // In a field of an f-string the colon would begin the format.
        if self.field == Some(self.lexer.now.brackets) {
            return Err(Declined);
        }
        let start = self.start();
        self.advance()?;
        let params = if self.is(T::Colon) {
            Params { list: Vec::new(), span: Span::new(start, start) }
        } else {
            self.lambda_params()?
        };
        self.expect(T::Colon)?;
        let (body, _) = self.in_scope(Scope::new(ScopeKind::Lambda, false), Self::expr)?;
        Ok(self.placed(start, body.end, ExprKind::Lambda { params, body: body.id }))
    }

    /// One value or several without parentheses, stars among them.
    pub(super) fn values(&mut self) -> Go<Written> {
        let value = self.open_values()?;
        if self.is_starred(value.id) { Err(Declined) } else { Ok(value) }
    }

    /// The same, also for a target: a single starred one comes back as it is.
    pub(super) fn open_values(&mut self) -> Go<Written> {
        let first = self.value_item()?;
        if !self.is(T::Comma) {
            return Ok(first);
        }
        let floor = self.ids.len();
        self.ids.push(first.id);
        while self.take(T::Comma)? {
            if !self.kind().starts_item() {
                break;
            }
            let item = self.value_item()?;
            self.ids.push(item.id);
        }
        let items = self.items_from(floor);
        Ok(self.written(first.start, ExprKind::Tuple(items)))
    }

    fn value_item(&mut self) -> Go<Written> {
        if self.is(T::Star) { self.starred(false) } else { self.expr() }
    }
}
