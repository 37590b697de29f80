//! Expressions: dispatch, left-deep chains, and what is allowed where.

use super::context::{Lower, MAX_DEPTH};
use crate::model::Span;
use crate::source::python::kinds::{F, K};
use crate::source::python::syntax::{ExprId, ExprKind};

/// Expressions that Python has in some places only.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Allow {
    /// `*value`
    pub(super) star: bool,
    /// `name := value` without parentheses.
    pub(super) walrus: bool,
    /// `yield` without parentheses.
    pub(super) yielding: bool,
}

impl Allow {
    /// Nothing beyond plain expressions.
    pub(super) const PLAIN: Self = Self { star: false, walrus: false, yielding: false };
    /// The items of a list, a set, or a tuple in parentheses.
    pub(super) const ITEM: Self = Self { star: true, walrus: true, yielding: false };
    /// The items of a tuple without parentheses.
    pub(super) const STAR: Self = Self { star: true, walrus: false, yielding: false };
    /// Conditions of statements, decorators, and arguments.
    pub(super) const WALRUS: Self = Self { star: false, walrus: true, yielding: false };
    /// The right side of an assignment.
    pub(super) const VALUE: Self = Self { star: false, walrus: false, yielding: true };
    /// Between parentheses.
    pub(super) const GROUP: Self = Self { star: false, walrus: true, yielding: true };
}

impl Lower<'_> {
    /// A plain expression.
    pub(super) fn expr(&mut self, at: usize) -> ExprId {
        self.expr_in(at, Allow::PLAIN)
    }

    /// An expression in a place that allows more than plain ones.
    pub(super) fn expr_in(&mut self, at: usize, allow: Allow) -> ExprId {
        if self.depth >= MAX_DEPTH {
            return self.too_deep(at);
        }
        self.depth += 1;
        let id = self.expr_by_kind(at, allow);
        self.depth -= 1;
        id
    }

    fn expr_by_kind(&mut self, at: usize, allow: Allow) -> ExprId {
        let node = self.node(at);
        let span = node.span();
        match node.kind {
            K::Identifier => self.name(at),
            K::Integer | K::Float => self.number(at),
            K::True | K::False | K::None | K::Ellipsis => self.keyword_constant(at),
            K::String => self.string(at),
            K::ConcatenatedString => self.strings(at),
            K::Attribute | K::Call | K::Subscript | K::BinaryOperator | K::BooleanOperator => self.chain(at, allow),
            K::UnaryOperator => self.unary(at),
            K::NotOperator => self.not(at),
            K::ComparisonOperator => self.comparison(at, allow),
            K::ConditionalExpression => self.conditional(at, allow),
            K::Lambda => self.lambda(at),
            K::Await => self.await_expr(at),
            K::NamedExpression => self.walrus(at, allow),
            K::ListSplat | K::ListSplatPattern => self.starred(at, allow),
            K::Yield => self.yield_expr(at, allow),
            K::ParenthesizedExpression => self.group(at),
            K::Tuple | K::TuplePattern => self.tuple(at),
            K::List | K::ListPattern => self.list(at),
            K::Set => self.set(at),
            K::Dictionary => self.dict(at),
            K::ListComprehension | K::SetComprehension | K::GeneratorExpression => self.comprehension(at),
            K::DictionaryComprehension => self.dict_comprehension(at),
            K::ExpressionList | K::PatternList => self.open_tuple(at),
            K::Slice => self.refused(span, "invalid syntax"),
            K::AsPattern => self.refused(span, "invalid syntax"),
            K::Type | K::GenericType | K::UnionType | K::MemberType | K::ConstrainedType | K::SplatType => {
                self.annotation(at)
            }
            K::AsPatternTarget | K::CasePattern => match self.parts(at).next() {
                Some(inner) => self.expr_in(inner, allow),
                None => self.invalid(span),
            },
            K::Error => self.invalid(span),
            _ => self.refused(span, "invalid syntax"),
        }
    }

    /// `a.b(c)[d] + e and f`: lowers from the innermost left operand outwards without recursion.
    fn chain(&mut self, at: usize, allow: Allow) -> ExprId {
        let floor = self.spine.len();
        let mut inner = at;
        loop {
            let field = match self.kind(inner) {
                K::Attribute => F::Object,
                K::Call => F::Function,
                K::Subscript => F::Value,
                K::BinaryOperator | K::BooleanOperator => F::Left,
                _ => break,
            };
            self.spine.push(inner);
            match self.tree.field(inner, field) {
                Some(next) => inner = next,
                None => break,
            }
        }
        let length = self.spine[floor..].iter().filter(|link| !self.merges(**link)).count();
        if self.depth + length > MAX_DEPTH {
            self.spine.truncate(floor);
            return self.too_deep(at);
        }
        self.depth += length;
        // The grammar hangs `*` on the innermost operand; in Python it covers the whole chain.
        let star = (self.kind(inner) == K::ListSplat).then(|| self.node(inner).start);
        let base = if star.is_some() { self.parts(inner).next().unwrap_or(inner) } else { inner };
        let mut value =
            if self.spine.last() == Some(&inner) { self.invalid(self.span(inner)) } else { self.expr(base) };
        let start = self.node(base).start;
        while self.spine.len() > floor {
            let Some(link) = self.spine.pop() else { break };
            self.depth -= usize::from(!self.merges(link));
            let node = self.node(link);
            let start = if star.is_some() { start } else { node.start };
            value = self.link(link, value, Span::new(start, node.end));
        }
        match star {
            Some(star) => self.star_around(star, value, allow),
            None => value,
        }
    }

    /// Whether a link becomes part of the node left of it: the second `or` of `a or b or c`.
    pub(super) fn merges(&self, at: usize) -> bool {
        let is_and = |at| self.tree.has(at, K::KwAnd);
        self.kind(at) == K::BooleanOperator
            && self
                .tree
                .field(at, F::Left)
                .is_some_and(|left| self.kind(left) == K::BooleanOperator && is_and(left) == is_and(at))
    }

    /// One element of a chain, around what stands left of it.
    pub(super) fn link(&mut self, at: usize, value: ExprId, span: Span) -> ExprId {
        match self.kind(at) {
            K::Attribute => match self.tree.field(at, F::Attribute) {
                Some(attr) => {
                    let attr = self.ident(attr);
                    self.push(span, ExprKind::Attribute { value, attr })
                }
                None => self.invalid(span),
            },
            K::Call => self.call(at, value, span),
            K::Subscript => self.subscript(at, value, span),
            K::BooleanOperator => self.boolean(at, value, span),
            _ => self.binary(at, value, span),
        }
    }

    /// `*value`, where a tuple, a list, a set or a call takes it.
    fn starred(&mut self, at: usize, allow: Allow) -> ExprId {
        let start = self.node(at).start;
        let value = match self.parts(at).next() {
            Some(inner) => self.expr(inner),
            None => self.invalid(self.span(at)),
        };
        self.star_around(start, value, allow)
    }

    pub(super) fn star_around(&mut self, start: u32, value: ExprId, allow: Allow) -> ExprId {
        let span = Span::new(start, self.ast[value].span.end);
        if !allow.star {
            self.fault(span, "can't use starred expression here");
        }
        self.push(span, ExprKind::Starred(value))
    }

    /// `(value)`: parentheses leave no node of their own.
    fn group(&mut self, at: usize) -> ExprId {
        match self.parts(at).next() {
            Some(inner) => self.expr_in(inner, Allow::GROUP),
            None => self.invalid(self.span(at)),
        }
    }

    fn walrus(&mut self, at: usize, allow: Allow) -> ExprId {
        let span = self.span(at);
        if !allow.walrus {
            self.fault(span, "invalid syntax");
        }
        let target = match self.tree.field(at, F::Name) {
            Some(name) => self.name(name),
            None => self.invalid(span),
        };
        let value = self.expr_field(at, F::Value);
        self.push(span, ExprKind::NamedExpr { target, value })
    }

    fn yield_expr(&mut self, at: usize, allow: Allow) -> ExprId {
        let span = self.span(at);
        let from = self.tree.has(at, K::KwFrom);
        if !allow.yielding {
            self.fault(span, "invalid syntax");
        }
        self.note_yield(span, from);
        let inner = self.parts(at).next();
        match inner {
            Some(inner) if from => {
                let value = self.expr(inner);
                self.push(span, ExprKind::YieldFrom(value))
            }
            Some(inner) => {
                let value = self.value(inner);
                self.push(span, ExprKind::Yield(Some(value)))
            }
            None => self.push(span, ExprKind::Yield(None)),
        }
    }

    fn await_expr(&mut self, at: usize) -> ExprId {
        let span = self.span(at);
        self.note_await(span);
        let Some(inner) = self.parts(at).next() else { return self.invalid(span) };
        // The grammar binds `**` closer than `await`; Python does it the other way round.
        let value = self.expr(inner);
        let power = match self.ast[value].kind {
            ExprKind::BinOp { left, op: crate::source::python::syntax::BinOp::Pow, right }
                if self.kind(inner) == K::BinaryOperator =>
            {
                Some((left, right))
            }
            _ => None,
        };
        match power {
            Some((left, right)) => {
                let awaited = Span::new(span.start, self.ast[left].span.end);
                let left = self.push(awaited, ExprKind::Await(left));
                let op = crate::source::python::syntax::BinOp::Pow;
                self.push(span, ExprKind::BinOp { left, op, right })
            }
            None => self.push(span, ExprKind::Await(value)),
        }
    }

    /// A value that may be a tuple without parentheses, with stars in it.
    pub(super) fn value(&mut self, at: usize) -> ExprId {
        self.expr_in(at, Allow::VALUE)
    }
}
