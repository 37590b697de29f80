//! Patterns: what parameters, declarations, and assignments bind.

use super::super::kinds::{F, K};
use super::super::syntax::Pattern;
use super::context::Context;

impl Context<'_> {
    /// A pattern; whatever is none is a place.
    pub(super) fn pattern(&mut self, at: usize) -> Pattern {
        let pattern = self.deeper(|context| match context.kind(at) {
            K::Identifier | K::ShorthandPattern | K::Undefined | K::Shorthand => context.name_pattern(at),
            K::AssignmentPattern | K::ObjectAssignmentPattern | K::Assignment => {
                let left = context.tree.field(at, F::Left).map(|left| context.pattern(left));
                let right = context.tree.field(at, F::Right).map(|right| context.expr(right));
                match (left, right) {
                    (Some(left), Some(right)) => Pattern::Default(Box::new(left), right),
                    (left, _) => left.unwrap_or(Pattern::Array(Vec::new())),
                }
            }
            K::ArrayPattern | K::Array => {
                let children: Vec<usize> = context.tree.named(at).collect();
                Pattern::Array(children.into_iter().map(|child| context.pattern(child)).collect())
            }
            K::RestPattern | K::Spread | K::Parenthesized => match context.tree.first(at) {
                Some(inner) => context.pattern(inner),
                None => Pattern::Array(Vec::new()),
            },
            K::ObjectPattern | K::Object => {
                let children: Vec<usize> = context.tree.named(at).collect();
                Pattern::Object(children.into_iter().map(|child| context.entry(child)).collect())
            }
            _ => Pattern::Place(context.expr(at)),
        });
        pattern.unwrap_or(Pattern::Array(Vec::new()))
    }

    fn name_pattern(&self, at: usize) -> Pattern {
        Pattern::Name(self.source(at).into(), self.span(at))
    }

    /// One entry of an object pattern.
    fn entry(&mut self, at: usize) -> (Option<Box<str>>, Pattern) {
        match self.kind(at) {
            K::PairPattern | K::Pair => {
                let key = self.tree.field(at, F::Key).and_then(|key| self.key(key));
                let value = self.tree.field(at, F::Value).map(|value| self.pattern(value));
                (key, value.unwrap_or(Pattern::Array(Vec::new())))
            }
            K::ObjectAssignmentPattern => {
                let key = self.tree.field(at, F::Left).map(|left| self.source(left).into());
                (key, self.pattern(at))
            }
            K::RestPattern | K::Spread => (None, self.pattern(at)),
            _ => (Some(self.source(at).into()), self.pattern(at)),
        }
    }
}
