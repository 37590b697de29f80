//! Operators, conditions and lambdas.

use super::context::Lower;
use super::expr::Allow;
use super::scope::ScopeKind;
use crate::model::Span;
use crate::source::python::kinds::{F, K};
use crate::source::python::syntax::{BinOp, BoolOp, CmpOp, Expr, ExprId, ExprKind, Params, UnaryOp};

/// The operator behind a token, plain or augmented (`+`, `+=`).
pub(super) const fn bin_op(kind: K) -> Option<BinOp> {
    Some(match kind {
        K::Plus | K::PlusEqual => BinOp::Add,
        K::Minus | K::MinusEqual => BinOp::Sub,
        K::Star | K::StarEqual => BinOp::Mult,
        K::At | K::AtEqual => BinOp::MatMult,
        K::Slash | K::SlashEqual => BinOp::Div,
        K::Percent | K::PercentEqual => BinOp::Mod,
        K::StarStar | K::StarStarEqual => BinOp::Pow,
        K::LessLess | K::LessLessEqual => BinOp::LShift,
        K::GreaterGreater | K::GreaterGreaterEqual => BinOp::RShift,
        K::Pipe | K::PipeEqual => BinOp::BitOr,
        K::Caret | K::CaretEqual => BinOp::BitXor,
        K::Ampersand | K::AmpersandEqual => BinOp::BitAnd,
        K::SlashSlash | K::SlashSlashEqual => BinOp::FloorDiv,
        _ => return None,
    })
}

const fn cmp_op(kind: K) -> Option<CmpOp> {
    Some(match kind {
        K::EqualEqual => CmpOp::Eq,
        K::NotEqual => CmpOp::NotEq,
        K::Less => CmpOp::Lt,
        K::LessEqual => CmpOp::LtE,
        K::Greater => CmpOp::Gt,
        K::GreaterEqual => CmpOp::GtE,
        K::KwIs => CmpOp::Is,
        K::IsNot => CmpOp::IsNot,
        K::KwIn => CmpOp::In,
        K::NotIn => CmpOp::NotIn,
        _ => return None,
    })
}

impl Lower<'_> {
    pub(super) fn binary(&mut self, at: usize, left: ExprId, span: Span) -> ExprId {
        let op = self.tree.field(at, F::Operator).and_then(|op| bin_op(self.kind(op)));
        let right = self.expr_field(at, F::Right);
        match op {
            Some(BinOp::BitAnd) => self.bit_and(at, left, right, span),
            Some(op) => self.push(span, ExprKind::BinOp { left, op, right }),
            None => self.invalid(span),
        }
    }

    /// The grammar binds `^` closer than `&`; Python does it the other way round. The nodes that were
    /// made for the grammar's order serve for Python's.
    fn bit_and(&mut self, at: usize, left: ExprId, right: ExprId, span: Span) -> ExprId {
        let xor_of = |lower: &Self, id: ExprId| match lower.ast[id].kind {
            ExprKind::BinOp { left, op: BinOp::BitXor, right } => Some((left, right)),
            _ => None,
        };
        // `a & (b ^ c)` is to be `(a & b) ^ c`: down to `b` first.
        let mut free = Vec::new();
        let mut pieces = Vec::new();
        let mut first = right;
        let mut first_at = self.tree.field(at, F::Right);
        while let (Some((inner, outer)), Some(open)) = (xor_of(self, first), first_at.filter(|at| self.is_xor(*at))) {
            free.push(first);
            pieces.push((outer, self.ast[first].span.end));
            first = inner;
            first_at = self.tree.field(open, F::Left);
        }
        let end = first_at.map_or(span.end, |at| self.node(at).end);
        let open = self.tree.field(at, F::Left).filter(|left| self.kind(*left) == K::BinaryOperator);
        let mut joined = match (xor_of(self, left), open) {
            // `(x ^ y) & z` is to be `x ^ (y & z)`.
            (Some((x, y)), Some(open)) => {
                let start = self.last_operand(open).map_or(self.ast[y].span.start, |at| self.node(at).start);
                let and = ExprKind::BinOp { left: y, op: BinOp::BitAnd, right: first };
                let right = self.put(Some(left), Span::new(start, end), and);
                let xor = ExprKind::BinOp { left: x, op: BinOp::BitXor, right };
                self.put(free.pop(), Span::new(span.start, end), xor)
            }
            _ => {
                let and = ExprKind::BinOp { left, op: BinOp::BitAnd, right: first };
                self.put(free.pop(), Span::new(span.start, end), and)
            }
        };
        for (right, end) in pieces.into_iter().rev() {
            let xor = ExprKind::BinOp { left: joined, op: BinOp::BitXor, right };
            joined = self.put(free.pop(), Span::new(span.start, end), xor);
        }
        joined
    }

    fn is_xor(&self, at: usize) -> bool {
        self.kind(at) == K::BinaryOperator
            && self.tree.field(at, F::Operator).is_some_and(|operator| self.kind(operator) == K::Caret)
    }

    /// The node right of the last `^` of a node that is one in Python, if it is one in the tree.
    fn last_operand(&self, at: usize) -> Option<usize> {
        let right = self.tree.field(at, F::Right)?;
        if self.is_xor(at) {
            return Some(right);
        }
        self.tree.field(right, F::Right).filter(|_| self.is_xor(right))
    }

    /// An expression in the place of one that is no longer needed, or in a new one.
    fn put(&mut self, place: Option<ExprId>, span: Span, kind: ExprKind) -> ExprId {
        match place {
            Some(id) => {
                self.ast.exprs[id.0 as usize] = Expr { kind, span };
                id
            }
            None => self.push(span, kind),
        }
    }

    /// `a and b and c` is one node with three values, as in Python's own tree.
    pub(super) fn boolean(&mut self, at: usize, left: ExprId, span: Span) -> ExprId {
        let op = if self.tree.has(at, K::KwAnd) { BoolOp::And } else { BoolOp::Or };
        let right = self.expr_field(at, F::Right);
        let joins = self.tree.field(at, F::Left).is_some_and(|left| self.kind(left) == K::BooleanOperator);
        if let ExprKind::BoolOp { op: inner, values } = &mut self.ast.exprs[left.0 as usize].kind
            && joins
            && *inner == op
        {
            values.push(right);
            self.ast.exprs[left.0 as usize].span = span;
            return left;
        }
        self.push(span, ExprKind::BoolOp { op, values: vec![left, right] })
    }

    pub(super) fn unary(&mut self, at: usize) -> ExprId {
        let span = self.span(at);
        let op = match self.tree.field(at, F::Operator).map(|op| self.kind(op)) {
            Some(K::Plus) => UnaryOp::UAdd,
            Some(K::Tilde) => UnaryOp::Invert,
            _ => UnaryOp::USub,
        };
        let operand = self.expr_field(at, F::Argument);
        self.push(span, ExprKind::UnaryOp { op, operand })
    }

    pub(super) fn not(&mut self, at: usize) -> ExprId {
        let span = self.span(at);
        let operand = self.expr_field(at, F::Argument);
        self.push(span, ExprKind::UnaryOp { op: UnaryOp::Not, operand })
    }

    pub(super) fn comparison(&mut self, at: usize, allow: Allow) -> ExprId {
        let mut span = self.span(at);
        let mut left = None;
        let mut star = None;
        let mut op = None;
        let mut rest = Vec::new();
        for child in self.tree.children(at) {
            let node = self.node(child);
            if node.field == F::Operators {
                op = cmp_op(node.kind);
                if node.kind == K::LessGreater {
                    self.fault(node.span(), "invalid syntax");
                    op = Some(CmpOp::NotEq);
                }
            } else if left.is_none() && node.kind == K::ListSplat {
                star = Some(node.start);
                let inner = self.parts(child).next().unwrap_or(child);
                span = Span::new(self.node(inner).start, span.end);
                left = Some(self.expr(inner));
            } else {
                let value = self.expr(child);
                match (left, op) {
                    (None, _) => left = Some(value),
                    (Some(_), Some(op)) => rest.push((op, value)),
                    (Some(_), None) => {}
                }
            }
        }
        let value = match left {
            Some(left) => self.push(span, ExprKind::Compare { left, rest }),
            None => self.invalid(span),
        };
        match star {
            Some(star) => self.star_around(star, value, allow),
            None => value,
        }
    }

    pub(super) fn conditional(&mut self, at: usize, allow: Allow) -> ExprId {
        let mut span = self.span(at);
        let mut parts = self.parts(at);
        let (Some(first), Some(test), Some(orelse)) = (parts.next(), parts.next(), parts.next()) else {
            return self.invalid(span);
        };
        // `*a if b else c` is `*(a if b else c)` where Python takes it at all.
        let star = (self.kind(first) == K::ListSplat).then(|| self.node(first).start);
        let first = if star.is_some() { self.parts(first).next().unwrap_or(first) } else { first };
        span.start = self.node(first).start;
        let body = self.expr(first);
        let test = self.expr(test);
        let orelse = self.expr(orelse);
        let value = self.push(span, ExprKind::IfExp { test, body, orelse });
        match star {
            Some(star) => self.star_around(star, value, allow),
            None => value,
        }
    }

    pub(super) fn lambda(&mut self, at: usize) -> ExprId {
        let span = self.span(at);
        let params = match self.tree.field(at, F::Parameters) {
            Some(params) => self.params(params),
            None => Params { list: Vec::new(), span: Span::new(span.start, span.start) },
        };
        let (body, _) = self.in_scope(ScopeKind::Lambda, false, |lower| lower.expr_field(at, F::Body));
        self.push(span, ExprKind::Lambda { params, body })
    }
}
