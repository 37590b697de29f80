//! Operators: what is known on both sides is computed.

use super::events::EventKind;
use super::interp::Interp;
use super::state::Obj;
use super::value::{At, Kind, Ty, Val};
use crate::source::python::syntax::{BinOp, BoolOp, CmpOp, Constant, ExprId, UnaryOp};

impl<'a> Interp<'a> {
    pub(super) fn eval_bool(&mut self, op: BoolOp, values: &'a [ExprId], at: At) -> Val {
        let mut seen = Vec::new();
        for (index, id) in values.iter().enumerate() {
            let value = match seen.last().cloned() {
                None => self.eval(*id),
                Some(left) => {
                    let tested = self.open_test(&left, at);
                    let mut side = self.side();
                    let value = self.eval_maybe(*id);
                    self.close_side(&mut side, false);
                    let none = super::Side { from: side.to, to: side.to, ends: false };
                    self.close_test(tested, if op == BoolOp::And { [side, none] } else { [none, side] });
                    value
                }
            };
            let last = index + 1 == values.len();
            match (op, self.truth(&value)) {
                (BoolOp::And, Some(false)) | (BoolOp::Or, Some(true)) => {
                    seen.push(value);
                    break;
                }
                (_, Some(_)) if !last => {}
                // On the side that goes on to the next operand the value is dropped.
                (BoolOp::Or, None) if !last => seen.push(self.without_falsy(value)),
                _ => seen.push(value),
            }
        }
        Val::union(seen, at)
    }

    fn without_falsy(&self, value: Val) -> Val {
        let at = value.at;
        let kept: Vec<Val> = value.alternatives().filter(|value| self.truth(value) != Some(false)).cloned().collect();
        if kept.is_empty() { value } else { Val::union(kept, at) }
    }

    pub(super) fn eval_compare(&mut self, left: ExprId, rest: &'a [(CmpOp, ExprId)], at: At) -> Val {
        let mut left = self.eval(left);
        let mut all = Some(true);
        let mut parts = vec![left.clone()];
        for (op, right) in rest {
            let right = self.eval(*right);
            if matches!(op, CmpOp::In | CmpOp::NotIn) && matches!(right.kind, Kind::Sym(_)) {
                self.emit(EventKind::Contains { container: right.clone(), key: left.clone() }, at);
            }
            all = match (all, self.compare(&left, *op, &right)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
            parts.push(right.clone());
            left = right;
        }
        match all {
            Some(known) => Val::constant(Constant::Bool(known), at),
            None => Val::from(parts, Ty::Bool, at),
        }
    }

    pub(super) fn unary(&mut self, op: UnaryOp, value: &Val, at: At) -> Val {
        match (op, value.as_const()) {
            (UnaryOp::Not, _) => match self.truth(value) {
                Some(truth) => Val::constant(Constant::Bool(!truth), at),
                None => Val::from(vec![value.clone()], Ty::Bool, at),
            },
            (UnaryOp::USub, Some(Constant::Int(number))) => Val::constant(Constant::Int(number.wrapping_neg()), at),
            (UnaryOp::USub, Some(Constant::Float(number))) => Val::constant(Constant::Float(-number), at),
            (UnaryOp::UAdd, Some(Constant::Int(_) | Constant::Float(_))) => value.clone().seen_at(at),
            _ => Val::from(vec![value.clone()], Ty::Unknown, at),
        }
    }

    pub(super) fn binary(&mut self, left: &Val, op: BinOp, right: &Val, at: At) -> Val {
        if let Some(words) = super::failures::by_zero(left, op, right) {
            self.raise_builtin("ZeroDivisionError", vec![Val::text(words, at)], at);
            return Val::unknown(at);
        }
        if let Some(folded) = super::fold::binary(left, op, right, at) {
            self.budget.text(folded.as_str().map_or(0, str::len));
            return folded;
        }
        if let (Some(format), BinOp::Mod) = (left.as_str(), op)
            && let Some(text) = self.percent(format, right)
        {
            self.budget.text(text.len());
            return Val::text(text, at);
        }
        if self.not_added(left, op, right, at) {
            return Val::unknown(at);
        }
        // `a | b` of dicts, `a + b` of lists.
        if op == BinOp::BitOr && self.type_of(left) == Ty::Dict {
            let dict = self.new_dict(at);
            self.dict_update(&dict, left);
            self.dict_update(&dict, right);
            return dict;
        }
        if let (BinOp::Add, Some(mut a), Some(b)) = (op, self.items(left), self.items(right)) {
            a.extend(b);
            return match (self.type_of(left), self.type_of(right)) {
                (Ty::List, Ty::List) => self.new_obj(Obj::List { items: a, open: false, is_set: false }, at),
                (Ty::Tuple, Ty::Tuple) => Val { kind: Kind::Tuple(a.into()), at },
                _ => Val::unknown(at),
            };
        }
        let ty = super::fold::binary_type(self.type_of(left), op, self.type_of(right));
        Val::from(vec![left.clone(), right.clone()], ty, at)
    }

    pub(super) fn binary_in_place(&mut self, left: &Val, op: BinOp, right: &Val, at: At) -> Val {
        if let Kind::Obj(id) = left.kind {
            match (op, self.state.obj(id)) {
                (BinOp::BitOr, Some(Obj::Dict { .. })) => {
                    self.dict_update(left, right);
                    return left.clone();
                }
                (BinOp::Add | BinOp::BitOr, Some(Obj::List { .. })) => {
                    self.list_extend(left, right);
                    return left.clone();
                }
                _ => {}
            }
        }
        self.binary(left, op, right, at)
    }

    /// Adds the items of `more` to a list or set.
    pub(super) fn list_extend(&mut self, list: &Val, more: &Val) {
        let added = self.items(more);
        if let Kind::Obj(id) = list.kind
            && let Some(Obj::List { items, open, .. }) = self.state.obj_mut(id)
        {
            match added {
                Some(added) if items.len() + added.len() <= 4096 => items.extend(added),
                _ => *open = true,
            }
        }
    }
}
