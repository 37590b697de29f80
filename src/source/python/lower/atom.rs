//! Names, numbers and the constants that are keywords.

use super::context::Lower;
use crate::model::Span;
use crate::source::python::kinds::K;
use crate::source::python::literal;
use crate::source::python::syntax::{Constant, ExprId, ExprKind};

impl Lower<'_> {
    pub(super) fn name(&mut self, at: usize) -> ExprId {
        let span = self.span(at);
        if matches!(self.text(at), "async" | "await") {
            self.fault(span, "invalid syntax");
        }
        self.push(span, ExprKind::Name(self.name_text(at)))
    }

    pub(super) fn number(&mut self, at: usize) -> ExprId {
        let span = self.span(at);
        match literal::number(self.text(at)) {
            Ok(constant) => self.push(span, ExprKind::Constant(constant)),
            Err(message) => self.refused(span, message),
        }
    }

    pub(super) fn keyword_constant(&mut self, at: usize) -> ExprId {
        let constant = match self.kind(at) {
            K::True => Constant::Bool(true),
            K::False => Constant::Bool(false),
            K::None => Constant::None,
            _ => Constant::Ellipsis,
        };
        self.push(self.span(at), ExprKind::Constant(constant))
    }

    /// A dotted name as nested attributes.
    pub(super) fn dotted(&mut self, at: usize) -> ExprId {
        let tree = self.tree;
        let mut value = None;
        for child in self.parts(at) {
            let span = Span::new(tree[at].start, tree[child].end);
            value = Some(match value {
                None => self.name(child),
                Some(value) => {
                    let attr = self.ident(child);
                    self.push(span, ExprKind::Attribute { value, attr })
                }
            });
        }
        value.unwrap_or_else(|| self.invalid(tree[at].span()))
    }
}
