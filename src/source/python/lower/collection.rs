//! Displays, comprehensions and subscripts.

use super::context::Lower;
use super::expr::Allow;
use super::scope::ScopeKind;
use crate::model::Span;
use crate::source::python::kinds::{F, K};
use crate::source::python::syntax::{Comprehension, ExprId, ExprKind};

impl Lower<'_> {
    fn items(&mut self, at: usize, allow: Allow) -> Vec<ExprId> {
        self.parts(at).map(|child| self.expr_in(child, allow)).collect()
    }

    /// `(a, b)`; also `(a)` and `(*a)`, which the grammar calls a tuple in some places.
    pub(super) fn tuple(&mut self, at: usize) -> ExprId {
        let span = self.span(at);
        let mut items = self.items(at, Allow::ITEM);
        if items.len() == 1 && !self.tree.has(at, K::Comma) {
            let only = items.remove(0);
            if let ExprKind::Starred(_) = self.ast[only].kind {
                self.fault(self.ast[only].span, "cannot use starred expression here");
            }
            return only;
        }
        self.push(span, ExprKind::Tuple(items))
    }

    /// `a, b` without parentheses.
    pub(super) fn open_tuple(&mut self, at: usize) -> ExprId {
        let span = self.span(at);
        let items = self.items(at, Allow::STAR);
        self.push(span, ExprKind::Tuple(items))
    }

    pub(super) fn list(&mut self, at: usize) -> ExprId {
        let items = self.items(at, Allow::ITEM);
        self.push(self.span(at), ExprKind::List(items))
    }

    pub(super) fn set(&mut self, at: usize) -> ExprId {
        let items = self.items(at, Allow::ITEM);
        self.push(self.span(at), ExprKind::Set(items))
    }

    pub(super) fn dict(&mut self, at: usize) -> ExprId {
        let mut pairs = Vec::new();
        for child in self.parts(at) {
            let pair = match self.kind(child) {
                K::Pair => self.pair(child),
                _ => {
                    let value = match self.parts(child).next() {
                        Some(inner) => self.expr(inner),
                        None => self.invalid(self.span(child)),
                    };
                    (None, value)
                }
            };
            pairs.push(pair);
        }
        self.lone_comma(at, pairs.is_empty());
        self.push(self.span(at), ExprKind::Dict(pairs))
    }

    fn pair(&mut self, at: usize) -> (Option<ExprId>, ExprId) {
        let key = self.expr_field(at, F::Key);
        (Some(key), self.expr_field(at, F::Value))
    }

    pub(super) fn comprehension(&mut self, at: usize) -> ExprId {
        let span = self.span(at);
        let words = match self.kind(at) {
            K::ListComprehension => "list comprehension",
            K::SetComprehension => "set comprehension",
            _ => "generator expression",
        };
        let first = self.first_iterable(at);
        let ((elt, generators), seen) = self.in_scope(ScopeKind::Comprehension(words), false, |lower| {
            let elt = match lower.tree.field(at, F::Body) {
                Some(body) => {
                    let elt = lower.expr_in(body, Allow::ITEM);
                    if let ExprKind::Starred(_) = lower.ast[elt].kind {
                        let span = lower.ast[elt].span;
                        lower.fault(span, "iterable unpacking cannot be used in comprehension");
                    }
                    elt
                }
                None => lower.invalid(span),
            };
            (elt, lower.generators(at, first))
        });
        self.close_comprehension(span, &seen);
        let kind = match self.kind(at) {
            K::ListComprehension => ExprKind::ListComp { elt, generators },
            K::SetComprehension => ExprKind::SetComp { elt, generators },
            _ => ExprKind::GeneratorExp { elt, generators },
        };
        self.push(span, kind)
    }

    pub(super) fn dict_comprehension(&mut self, at: usize) -> ExprId {
        let span = self.span(at);
        let first = self.first_iterable(at);
        let words = ScopeKind::Comprehension("dict comprehension");
        let ((key, value, generators), seen) = self.in_scope(words, false, |lower| {
            let body = lower.tree.field(at, F::Body);
            let pair = body.map(|body| lower.pair(body));
            let (key, value) = match pair {
                Some((Some(key), value)) => (key, value),
                _ => (lower.invalid(span), lower.invalid(span)),
            };
            (key, value, lower.generators(at, first))
        });
        self.close_comprehension(span, &seen);
        self.push(span, ExprKind::DictComp { key, value, generators })
    }

    /// The first iterable of a comprehension belongs to the scope around it.
    fn first_iterable(&mut self, at: usize) -> Option<ExprId> {
        let clause = self.tree.child(at, K::ForInClause)?;
        let right = self.tree.field(clause, F::Right)?;
        Some(self.expr(right))
    }

    fn generators(&mut self, at: usize, mut first: Option<ExprId>) -> Vec<Comprehension> {
        let tree = self.tree;
        let mut generators: Vec<Comprehension> = Vec::new();
        for child in tree.children(at) {
            match self.kind(child) {
                K::ForInClause => {
                    let is_async = tree.has(child, K::KwAsync);
                    self.scope.awaits |= is_async;
                    let target = match tree.field(child, F::Left) {
                        Some(left) => self.target(left),
                        None => self.invalid(self.span(child)),
                    };
                    let iter = match first.take() {
                        Some(iter) => iter,
                        None => self.expr_field(child, F::Right),
                    };
                    let mut stray = tree.children(child).filter(|part| tree[*part].kind == K::Comma);
                    if let Some(comma) = stray.next() {
                        self.fault(self.span(comma), "invalid syntax");
                    }
                    generators.push(Comprehension { target, iter, ifs: Vec::new(), is_async });
                }
                K::IfClause => {
                    let test = match self.parts(child).next() {
                        Some(test) => self.expr(test),
                        None => self.invalid(self.span(child)),
                    };
                    if let Some(last) = generators.last_mut() {
                        last.ifs.push(test);
                    }
                }
                _ => {}
            }
        }
        generators
    }

    /// `value[…]`
    pub(super) fn subscript(&mut self, at: usize, value: ExprId, span: Span) -> ExprId {
        let tree = self.tree;
        let mut items = Vec::new();
        let mut comma = None;
        for child in tree.children(at) {
            let node = self.node(child);
            if node.field == F::Subscript {
                items.push(if node.kind == K::Slice { self.slice_expr(child) } else { self.index_item(child) });
            } else if node.kind == K::Comma {
                comma = Some(node.end);
            }
        }
        let slice = match (items.as_slice(), comma) {
            ([only], None) => match self.ast[*only].kind {
                ExprKind::Starred(_) => {
                    let span = self.ast[*only].span;
                    self.push(span, ExprKind::Tuple(items))
                }
                _ => *only,
            },
            ([], _) => self.invalid(span),
            ([first, .., last], None) => {
                let span = self.ast[*first].span.cover(self.ast[*last].span);
                self.push(span, ExprKind::Tuple(items))
            }
            ([first, ..], Some(comma)) => {
                let last = items.last().map_or(0, |last| self.ast[*last].span.end);
                let span = Span::new(self.ast[*first].span.start, comma.max(last));
                self.push(span, ExprKind::Tuple(items))
            }
        };
        // A parenthesised item starts before the span that its value has.
        self.push(span, ExprKind::Subscript { value, slice })
    }

    fn index_item(&mut self, at: usize) -> ExprId {
        let id = self.expr_in(at, Allow::ITEM);
        if let ExprKind::Starred(_) = self.ast[id].kind {
            self.feature(self.ast[id].span, "starred expression in a subscript", 11);
        }
        if let ExprKind::NamedExpr { .. } = self.ast[id].kind
            && self.kind(at) == K::NamedExpression
        {
            self.feature(self.ast[id].span, "assignment expression in a subscript", 10);
        }
        id
    }

    fn slice_expr(&mut self, at: usize) -> ExprId {
        let tree = self.tree;
        let mut bounds = [None, None, None];
        let mut place = 0;
        for child in tree.children(at) {
            match self.kind(child) {
                K::Colon => place += 1,
                kind if kind.is_part() && place < 3 => bounds[place] = Some(self.expr(child)),
                _ => {}
            }
        }
        let [lower, upper, step] = bounds;
        self.push(self.span(at), ExprKind::Slice { lower, upper, step })
    }
}
