//! What a test tells of the names in it: on the side where `x is None` fails, `x` is not `None`.

use std::rc::Rc;

use super::interp::Interp;
use super::state::{Obj, Slot};
use super::value::{Kind, ObjId, ScopeId, Val};
use crate::source::python::syntax::{BoolOp, CmpOp, ExprId, ExprKind, UnaryOp};

/// Where a value that was narrowed is kept, and what was there.
#[derive(Debug)]
pub(super) struct Narrowed {
    place: Place,
    before: Val,
}

#[derive(Clone, Debug)]
enum Place {
    Name(ScopeId, Rc<str>),
    Attribute(ObjId, Rc<str>),
}

impl Interp<'_> {
    /// Drops the alternatives that cannot be there when `test` is `truth`, and says what they were.
    pub(super) fn narrow(&mut self, test: ExprId, truth: bool) -> Vec<Narrowed> {
        let mut narrowed = Vec::new();
        self.narrow_into(test, truth, &mut narrowed);
        narrowed
    }

    fn narrow_into(&mut self, test: ExprId, truth: bool, narrowed: &mut Vec<Narrowed>) {
        let ast = self.ast(self.frame().file);
        match &ast[test].kind {
            ExprKind::UnaryOp { op: UnaryOp::Not, operand } => self.narrow_into(*operand, !truth, narrowed),
            // All of them hold, or all of them fail.
            ExprKind::BoolOp { op, values } if (*op == BoolOp::And) == truth => {
                for value in values {
                    self.narrow_into(*value, truth, narrowed);
                }
            }
            ExprKind::Compare { left, rest } => {
                let [(op @ (CmpOp::Is | CmpOp::IsNot | CmpOp::Eq | CmpOp::NotEq), right)] = rest.as_slice() else {
                    return;
                };
                let ExprKind::Constant(crate::source::python::syntax::Constant::None) = &ast[*right].kind else {
                    return;
                };
                let is_none = matches!(op, CmpOp::Is | CmpOp::Eq) == truth;
                self.keep(*left, narrowed, |_, value| match &value.kind {
                    Kind::Unknown | Kind::Sym(_) => true,
                    _ => value.is_none() == is_none,
                });
            }
            ExprKind::Name(_) | ExprKind::Attribute { .. } => {
                self.keep(test, narrowed, |me, value| me.truth(value) != Some(!truth));
            }
            _ => {}
        }
    }

    fn keep(&mut self, target: ExprId, narrowed: &mut Vec<Narrowed>, kept: impl Fn(&Self, &Val) -> bool) {
        let Some((place, before)) = self.place_of(target) else { return };
        let Kind::Union(members) = &before.kind else { return };
        let left: Vec<Val> = members.iter().filter(|value| kept(self, value)).cloned().collect();
        if left.is_empty() || left.len() == members.len() {
            return;
        }
        let value = Val::union(left, before.at);
        self.put(&place, value);
        narrowed.push(Narrowed { place, before });
    }

    /// The slot of a name of the running function, or of an attribute of an object that such a name holds.
    fn place_of(&self, target: ExprId) -> Option<(Place, Val)> {
        let scope = self.frame().scope;
        let ast = self.ast(self.frame().file);
        let slot = |name: &str| self.state.scope(scope)?.vars.get_key_value(name);
        match &ast[target].kind {
            ExprKind::Name(name) => {
                let (name, slot) = slot(name)?;
                Some((Place::Name(scope, Rc::clone(name)), slot.value.clone()))
            }
            ExprKind::Attribute { value, attr } => {
                let ExprKind::Name(base) = &ast[*value].kind else { return None };
                let Kind::Obj(id) = slot(base)?.1.value.kind else { return None };
                let Some(Obj::Instance { attrs, .. }) = self.obj(id) else { return None };
                let (name, slot) = attrs.get_key_value(&*self.private(&attr.name))?;
                Some((Place::Attribute(id, Rc::clone(name)), slot.value.clone()))
            }
            _ => None,
        }
    }

    fn put(&mut self, place: &Place, value: Val) {
        let slot: Option<&mut Slot> = match place {
            Place::Name(scope, name) => self.state.scope_mut(*scope).and_then(|scope| scope.vars.get_mut(name)),
            Place::Attribute(id, name) => match self.state.obj_mut(*id) {
                Some(Obj::Instance { attrs, .. }) => attrs.get_mut(name),
                _ => None,
            },
        };
        if let Some(slot) = slot {
            slot.value = value;
        }
    }

    /// Puts back what was there before, where the two sides of a test meet again.
    pub(super) fn widen(&mut self, narrowed: Vec<Narrowed>) {
        for Narrowed { place, before } in narrowed.into_iter().rev() {
            self.put(&place, before);
        }
    }
}
