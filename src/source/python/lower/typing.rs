//! Annotations, type parameters and `type` statements.
//!
//! The grammar has nodes of its own for the shapes of types; Python has plain expressions there.

use super::context::Lower;
use super::expr::Allow;
use crate::model::Span;
use crate::source::python::kinds::{F, K};
use crate::source::python::syntax::{BinOp, ExprId, ExprKind, StmtId, StmtKind};

impl Lower<'_> {
    /// An annotation as the expression that it is in Python.
    pub(super) fn annotation(&mut self, at: usize) -> ExprId {
        self.annotation_in(at, Allow::PLAIN)
    }

    pub(super) fn annotation_in(&mut self, at: usize, allow: Allow) -> ExprId {
        let span = self.span(at);
        let mut parts = self.parts(at);
        match self.kind(at) {
            K::Type => match parts.next() {
                Some(inner) => self.typed(inner, allow),
                None => self.invalid(span),
            },
            _ => self.typed(at, allow),
        }
    }

    /// One of the nodes inside a `type` node.
    fn typed(&mut self, at: usize, allow: Allow) -> ExprId {
        let span = self.span(at);
        let mut parts = self.parts(at);
        match self.kind(at) {
            K::GenericType => {
                let (name, params) = (parts.next(), parts.next());
                // `type[int]`: the keyword is no part, yet it is the name here.
                let (value, params) = match (name, params) {
                    (Some(name), Some(params)) => (self.expr(name), params),
                    (Some(params), None) => (self.push(Span::new(span.start, span.start + 4), type_name()), params),
                    _ => return self.invalid(span),
                };
                self.generic(params, value, span)
            }
            K::UnionType => self.union_type(at),
            K::MemberType => match (parts.next(), parts.next()) {
                (Some(value), Some(attr)) => {
                    let value = self.expr(value);
                    let attr = self.ident(attr);
                    self.push(span, ExprKind::Attribute { value, attr })
                }
                _ => self.invalid(span),
            },
            K::SplatType => {
                let Some(inner) = parts.next() else { return self.invalid(span) };
                let value = self.expr(inner);
                if self.tree.has(at, K::StarStar) {
                    return self.refused(span, "invalid syntax");
                }
                self.star_around(span.start, value, allow)
            }
            K::ConstrainedType => self.refused(span, "invalid syntax"),
            _ => self.expr_in(at, allow),
        }
    }

    /// `a | b | c` from left to right, however the grammar has grouped it.
    fn union_type(&mut self, at: usize) -> ExprId {
        let start = self.node(at).start;
        let mut open = vec![at];
        let mut members = Vec::new();
        while let Some(node) = open.pop() {
            let inner = match self.kind(node) {
                K::Type => self.parts(node).next().unwrap_or(node),
                _ => node,
            };
            let is_pipe = |operator| self.kind(operator) == K::Pipe;
            let joins = match self.kind(inner) {
                K::UnionType => true,
                K::BinaryOperator => self.tree.field(inner, F::Operator).is_some_and(is_pipe),
                _ => false,
            };
            if joins {
                let floor = open.len();
                open.extend(self.parts(inner));
                open[floor..].reverse();
            } else {
                members.push(node);
            }
        }
        if self.depth + members.len() > super::context::MAX_DEPTH {
            return self.too_deep(at);
        }
        let mut value = None;
        for member in members {
            let right = self.expr(member);
            let span = Span::new(start, self.node(member).end);
            value = Some(match value {
                None => right,
                Some(left) => self.push(span, ExprKind::BinOp { left, op: BinOp::BitOr, right }),
            });
        }
        value.unwrap_or_else(|| self.invalid(Span::new(start, start)))
    }

    /// `list[int, str]` as a subscript.
    fn generic(&mut self, params: usize, value: ExprId, span: Span) -> ExprId {
        let items: Vec<ExprId> = self.parts(params).map(|item| self.annotation_in(item, Allow::STAR)).collect();
        for item in &items {
            if let ExprKind::Starred(_) = self.ast[*item].kind {
                self.feature(self.ast[*item].span, "starred expression in a subscript", 11);
            }
        }
        let comma = self.tree.children(params).filter(|child| self.kind(*child) == K::Comma).last();
        let slice = match (items.as_slice(), comma) {
            ([], _) => self.invalid(span),
            ([only], None) if !matches!(self.ast[*only].kind, ExprKind::Starred(_)) => *only,
            ([first, ..], comma) => {
                let last = items.last().map_or(0, |last| self.ast[*last].span.end);
                let end = comma.map_or(last, |comma| self.node(comma).end.max(last));
                self.push(Span::new(self.ast[*first].span.start, end), ExprKind::Tuple(items))
            }
        };
        self.push(span, ExprKind::Subscript { value, slice })
    }

    /// `[T, *Ts, **P]` of a function or a class: only its presence matters here.
    pub(super) fn type_params(&mut self, at: usize) {
        if let Some(params) = self.tree.field(at, F::TypeParameters) {
            self.feature(self.span(params), "type parameters", 12);
        }
    }

    /// `type X = …`
    pub(super) fn type_alias(&mut self, at: usize) -> StmtId {
        let span = self.span(at);
        if let Some(statement) = self.call_of_type(at) {
            return statement;
        }
        self.feature(Span::new(span.start, span.start + 4), "type statement", 12);
        let name = match self.tree.field(at, F::Left) {
            Some(left) => {
                let inner = self.parts(left).next().unwrap_or(left);
                match self.kind(inner) {
                    K::GenericType | K::Subscript => {
                        let name = self.parts(inner).next().unwrap_or(inner);
                        self.expr(name)
                    }
                    _ => self.expr(inner),
                }
            }
            None => self.invalid(span),
        };
        if !matches!(self.ast[name].kind, ExprKind::Name(_)) {
            self.fault(self.ast[name].span, "invalid syntax");
        }
        let value = match self.tree.field(at, F::Right) {
            Some(right) => self.annotation(right),
            None => self.invalid(span),
        };
        self.push_stmt(span, StmtKind::TypeAlias { name, value })
    }
}

impl Lower<'_> {
    /// `type(x).y = z` and `type[0] = z` are assignments that the grammar takes for `type` statements.
    fn call_of_type(&mut self, at: usize) -> Option<StmtId> {
        let tree = self.tree;
        let span = self.span(at);
        let left = tree.field(at, F::Left)?;
        let mut links = Vec::new();
        let mut base = self.parts(left).next()?;
        loop {
            let field = match self.kind(base) {
                K::Attribute => F::Object,
                K::Call => F::Function,
                K::Subscript => F::Value,
                _ => break,
            };
            links.push(base);
            base = tree.field(base, field)?;
        }
        if links.len() > super::context::MAX_DEPTH {
            self.too_deep(at);
            return Some(self.push_stmt(span, StmtKind::Invalid));
        }
        if !matches!(self.kind(base), K::ParenthesizedExpression | K::Tuple | K::List) {
            return None;
        }
        let name = self.push(Span::new(span.start, span.start + 4), type_name());
        let whole = Span::new(span.start, self.node(base).end);
        let kind = if self.kind(base) == K::List {
            let items: Vec<ExprId> = self.parts(base).map(|item| self.expr_in(item, Allow::ITEM)).collect();
            let slice = match items.as_slice() {
                [only] => *only,
                _ => self.push(self.span(base), ExprKind::Tuple(items)),
            };
            ExprKind::Subscript { value: name, slice }
        } else {
            ExprKind::Call { func: name, args: self.args(base) }
        };
        let mut target = self.push(whole, kind);
        for link in links.into_iter().rev() {
            target = self.link(link, target, Span::new(span.start, self.node(link).end));
        }
        self.check_target(target, super::target::Binding::Assign);
        let value = match tree.field(at, F::Right) {
            Some(right) => self.annotation(right),
            None => self.invalid(span),
        };
        Some(self.push_stmt(span, StmtKind::Assign { targets: vec![target], value }))
    }
}

fn type_name() -> ExprKind {
    ExprKind::Name("type".into())
}
