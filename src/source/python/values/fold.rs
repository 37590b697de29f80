//! Truth, comparison, operators: folding what is constant, typing what is not.

use super::interp::Interp;
use super::state::Obj;
use super::value::{At, Kind, Sym, Ty, Val};
use crate::source::python::syntax::{BinOp, CmpOp, Constant};

/// Longer texts are not folded.
pub(super) const TEXT_LIMIT: usize = 1 << 16;

/// `left op right` of constants.
pub(super) fn binary(left: &Val, op: BinOp, right: &Val, at: At) -> Option<Val> {
    use Constant::{Float, Int, Str};
    let folded = match (left.as_const()?, op, right.as_const()?) {
        (Str(a), BinOp::Add, Str(b)) if a.len() + b.len() <= TEXT_LIMIT => Str(format!("{a}{b}").into()),
        (Str(a), BinOp::Mult, Int(n)) | (Int(n), BinOp::Mult, Str(a)) => {
            let times = usize::try_from(*n).unwrap_or(0);
            if a.len().checked_mul(times)? > TEXT_LIMIT {
                return None;
            }
            Str(a.repeat(times).into())
        }
        (Constant::Bytes(a), BinOp::Add, Constant::Bytes(b)) if a.len() + b.len() <= TEXT_LIMIT => {
            Constant::Bytes([&**a, &**b].concat().into())
        }
        (Int(a), BinOp::Add, Int(b)) => Int(a.checked_add(*b)?),
        (Int(a), BinOp::Sub, Int(b)) => Int(a.checked_sub(*b)?),
        (Int(a), BinOp::Mult, Int(b)) => Int(a.checked_mul(*b)?),
        (Int(a), BinOp::FloorDiv, Int(b)) if *b > 0 => Int(a.div_euclid(*b)),
        (Int(a), BinOp::Mod, Int(b)) if *b > 0 => Int(a.rem_euclid(*b)),
        (Int(a), BinOp::BitXor, Int(b)) => Int(a ^ b),
        (Int(a), BinOp::BitOr, Int(b)) => Int(a | b),
        (Int(a), BinOp::BitAnd, Int(b)) => Int(a & b),
        #[expect(clippy::cast_precision_loss, reason = "Python divides the same way")]
        (Int(a), BinOp::Div, Int(b)) if *b != 0 => Float(*a as f64 / *b as f64),
        (Float(a), BinOp::Add, Float(b)) => Float(a + b),
        (Float(a), BinOp::Mult, Float(b)) => Float(a * b),
        (Str(format), BinOp::Mod, Str(text))
            if format.len() + text.len() <= TEXT_LIMIT && format.matches('%').count() == 1 && format.contains("%s") =>
        {
            Str(format.replacen("%s", text, 1).into())
        }
        _ => return None,
    };
    Some(Val::constant(folded, at))
}

/// The type of `left op right`, where one is known.
pub(super) const fn binary_type(left: Ty, op: BinOp, right: Ty) -> Ty {
    match (left, op, right) {
        (Ty::Str, BinOp::Add | BinOp::Mod | BinOp::Mult, _) | (_, BinOp::Add, Ty::Str) => Ty::Str,
        (Ty::Bytes, BinOp::Add | BinOp::Mod | BinOp::Mult, _) | (_, BinOp::Add, Ty::Bytes) => Ty::Bytes,
        (Ty::List, BinOp::Add | BinOp::Mult, _) => Ty::List,
        (Ty::Tuple, BinOp::Add | BinOp::Mult, _) => Ty::Tuple,
        (Ty::Dict, BinOp::BitOr, _) => Ty::Dict,
        (Ty::Set, BinOp::BitOr | BinOp::BitAnd | BinOp::Sub, _) => Ty::Set,
        (Ty::Int, BinOp::Div, Ty::Int) | (Ty::Float, _, Ty::Int | Ty::Float) | (Ty::Int, _, Ty::Float) => Ty::Float,
        (Ty::Int, _, Ty::Int) => Ty::Int,
        _ => Ty::Unknown,
    }
}

impl Interp<'_> {
    /// Whether a value counts as true; `None` when that depends.
    #[must_use]
    pub fn truth(&self, value: &Val) -> Option<bool> {
        match &value.kind {
            Kind::Const(constant) => Some(match &**constant {
                Constant::None => false,
                Constant::Bool(truth) => *truth,
                Constant::Ellipsis | Constant::BigInt(_) | Constant::Complex(_) => true,
                Constant::Int(number) => *number != 0,
                Constant::Float(number) => *number != 0.0,
                Constant::Str(text) => !text.is_empty(),
                Constant::Bytes(bytes) => !bytes.is_empty(),
            }),
            Kind::Tuple(items) => Some(!items.is_empty()),
            Kind::Obj(id) => match self.obj(*id)? {
                Obj::Dict { entries, open, from } => {
                    if entries.iter().any(|entry| !entry.maybe) {
                        Some(true)
                    } else if entries.is_empty() && !open && from.is_empty() {
                        Some(false)
                    } else {
                        None
                    }
                }
                Obj::List { items, open: false, .. } => Some(!items.is_empty()),
                Obj::List { .. } => None,
                Obj::Instance { class, .. } => {
                    let plain = self.find_member(*class, "__bool__").is_none()
                        && self.find_member(*class, "__len__").is_none()
                        && !self.class(*class).is_open;
                    plain.then_some(true)
                }
            },
            Kind::Func(_) | Kind::Bound(..) | Kind::Class(_) | Kind::Module(_) | Kind::Super(..) => Some(true),
            Kind::Coroutine(_) | Kind::Generator(..) => Some(true),
            Kind::Sym(sym) => match &**sym {
                Sym::External(path) if &**path == "typing.TYPE_CHECKING" => Some(false),
                _ => None,
            },
            Kind::Union(members) => {
                let mut truths = members.iter().map(|member| self.truth(member));
                let first = truths.next()??;
                truths.all(|truth| truth == Some(first)).then_some(first)
            }
            Kind::Unknown => None,
        }
    }

    /// Whether every Python that the host runs on is newer than this version, or none is.
    fn newer_than(&self, version: &Val) -> Option<bool> {
        let Kind::Tuple(parts) = &version.kind else { return None };
        let number = |index: usize| match parts.get(index).map(Val::as_const) {
            Some(Some(Constant::Int(number))) => Some(*number),
            None => Some(0),
            _ => None,
        };
        let wanted = (number(0)?, number(1)?);
        let [min, below] = self.outside.python()?;
        if wanted < min || (wanted == min && parts.len() <= 2) {
            return Some(true);
        }
        (wanted >= below).then_some(false)
    }

    pub(super) fn compare(&self, left: &Val, op: CmpOp, right: &Val) -> Option<bool> {
        use Constant::{Float, Int, Str};
        match op {
            CmpOp::Is | CmpOp::IsNot | CmpOp::Eq | CmpOp::NotEq => {
                let negated = matches!(op, CmpOp::IsNot | CmpOp::NotEq);
                let equal = match (left.as_const(), right.as_const()) {
                    (Some(a), Some(b)) => Some(a == b),
                    // Nothing of a known other type is None.
                    (_, Some(Constant::None)) => self.never_none(left).then_some(false),
                    (Some(Constant::None), _) => self.never_none(right).then_some(false),
                    _ => None,
                };
                equal.map(|equal| equal != negated)
            }
            CmpOp::In | CmpOp::NotIn => {
                let key = left.as_const()?;
                let found = match &right.kind {
                    Kind::Const(constant) => match (key, &**constant) {
                        (Str(part), Str(text)) => Some(text.contains(&**part)),
                        _ => None,
                    },
                    Kind::Obj(id) => match self.obj(*id)? {
                        Obj::Dict { entries, open, from } => {
                            match entries.iter().find(|entry| entry.key.as_const() == Some(key)) {
                                Some(entry) => (!entry.maybe).then_some(true),
                                None if *open || !from.is_empty() => None,
                                None => entries.iter().all(|entry| entry.key.as_const().is_some()).then_some(false),
                            }
                        }
                        _ => self.contains(right, key),
                    },
                    _ => self.contains(right, key),
                };
                found.map(|found| found == (op == CmpOp::In))
            }
            CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE if is_version(left) => {
                self.newer_than(right).map(|newer| newer == matches!(op, CmpOp::Gt | CmpOp::GtE))
            }
            CmpOp::Lt | CmpOp::LtE | CmpOp::Gt | CmpOp::GtE => {
                let order = match (left.as_const()?, right.as_const()?) {
                    (Int(a), Int(b)) => a.partial_cmp(b),
                    (Float(a), Float(b)) => a.partial_cmp(b),
                    (Str(a), Str(b)) => a.partial_cmp(b),
                    _ => None,
                }?;
                Some(match op {
                    CmpOp::Lt => order.is_lt(),
                    CmpOp::LtE => order.is_le(),
                    CmpOp::Gt => order.is_gt(),
                    _ => order.is_ge(),
                })
            }
        }
    }

    fn contains(&self, container: &Val, key: &Constant) -> Option<bool> {
        let items = self.items(container)?;
        if items.iter().any(|item| item.as_const() == Some(key)) {
            return Some(true);
        }
        items.iter().all(|item| item.as_const().is_some()).then_some(false)
    }

    fn never_none(&self, value: &Val) -> bool {
        value.alternatives().all(|value| !matches!(self.type_of(value), Ty::Unknown | Ty::None))
    }

    /// What is known of a value's type; of a union only what all members share.
    #[must_use]
    pub fn type_of(&self, value: &Val) -> Ty {
        match &value.kind {
            Kind::Unknown => Ty::Unknown,
            Kind::Const(constant) => match &**constant {
                Constant::None => Ty::None,
                Constant::Bool(_) => Ty::Bool,
                Constant::Ellipsis | Constant::Complex(_) => Ty::Other,
                Constant::Int(_) | Constant::BigInt(_) => Ty::Int,
                Constant::Float(_) => Ty::Float,
                Constant::Str(_) => Ty::Str,
                Constant::Bytes(_) => Ty::Bytes,
            },
            Kind::Tuple(_) => Ty::Tuple,
            Kind::Obj(id) => match self.obj(*id) {
                Some(Obj::Dict { .. }) => Ty::Dict,
                Some(Obj::List { is_set: true, .. }) => Ty::Set,
                Some(Obj::List { .. }) => Ty::List,
                Some(Obj::Instance { class, .. }) => {
                    // A subclass of `dict` or of something unknown may pass for anything.
                    if self.class(*class).is_open { Ty::Unknown } else { Ty::Instance }
                }
                None => Ty::Unknown,
            },
            Kind::Func(_) | Kind::Bound(..) => Ty::Function,
            Kind::Class(_) => Ty::Class,
            Kind::Module(_) => Ty::Module,
            Kind::Super(..) => Ty::Other,
            Kind::Coroutine(_) => Ty::Coroutine,
            Kind::Generator(..) => Ty::Generator,
            Kind::Union(members) => {
                let mut types = members.iter().map(|member| self.type_of(member));
                let first = types.next().unwrap_or(Ty::Unknown);
                if types.all(|ty| ty == first) { first } else { Ty::Unknown }
            }
            Kind::Sym(sym) => match &**sym {
                Sym::Param { ty, .. } | Sym::From { ty, .. } => *ty,
                Sym::Made { callee, args } => self.type_of_call(callee, args),
                Sym::External(path) => super::returned::type_of_external(path),
                Sym::Item { base, .. } if base.as_external() == Some("os.environ") => Ty::Str,
                Sym::Attr { .. } | Sym::Item { .. } => Ty::Unknown,
            },
        }
    }
}

/// `sys.version_info`
fn is_version(value: &Val) -> bool {
    value.as_external() == Some("sys.version_info")
}
