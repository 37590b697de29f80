//! What can be assigned to and deleted.

use super::expr::level;
use super::lexer::{Declined, Go};
use super::parser::{Parser, Written};
use super::token::T;
use crate::source::python::syntax::{ExprId, ExprKind};

/// How a target is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binding {
    Assign,
    /// `+=` and `:` take no tuple.
    Single,
    Delete,
}

impl Parser<'_> {
    /// The targets of a loop or a comprehension, up to its `in`.
    pub(super) fn targets(&mut self) -> Go<Written> {
        let first = self.target_item()?;
        if !self.is(T::Comma) {
            self.check_target(first.id, Binding::Assign)?;
            return if self.is_starred(first.id) { Err(Declined) } else { Ok(first) };
        }
        let floor = self.ids.len();
        self.ids.push(first.id);
        while self.take(T::Comma)? {
            if !self.kind().starts_item() {
                break;
            }
            let item = self.target_item()?;
            self.ids.push(item.id);
        }
        let items = self.items_from(floor);
        let target = self.written(first.start, ExprKind::Tuple(items));
        self.check_target(target.id, Binding::Assign)?;
        Ok(target)
    }

    fn target_item(&mut self) -> Go<Written> {
        if self.is(T::Star) { self.starred(false) } else { self.operators(level::BIT_OR) }
    }

    /// The target after an `as`.
    pub(super) fn as_target(&mut self) -> Go<ExprId> {
        let target = self.primary()?;
        self.check_target(target.id, Binding::Assign)?;
        Ok(target.id)
    }

    /// Whether Python binds or deletes this.
    pub(super) fn check_target(&self, id: ExprId, binding: Binding) -> Go<()> {
        match &self.ast[id].kind {
            ExprKind::Name(name) if &**name != "__debug__" => Ok(()),
            ExprKind::Attribute { attr, .. } if &*attr.name != "__debug__" => Ok(()),
            ExprKind::Subscript { .. } => Ok(()),
            ExprKind::Tuple(items) | ExprKind::List(items) if binding != Binding::Single => {
                let mut stars = items.iter().filter(|item| self.is_starred(**item));
                if stars.nth(1).is_some() {
                    return Err(Declined);
                }
                items.iter().try_for_each(|item| self.check_target(*item, binding))
            }
            // The grammar takes no other starred targets.
            ExprKind::Starred(inner) if binding == Binding::Assign => match self.ast[*inner].kind {
                ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } => {
                    self.check_target(*inner, binding)
                }
                _ => Err(Declined),
            },
            _ => Err(Declined),
        }
    }
}
