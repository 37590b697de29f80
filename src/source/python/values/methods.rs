//! Methods of the builtin types.

use super::args::Args;
use super::events::EventKind;
use super::interp::Interp;
use super::state::Obj;
use super::value::{At, Kind, Sym, Ty, Val};
use crate::source::python::syntax::Constant;

/// Methods that change the container that they belong to.
const MUTATORS: &[&str] =
    &["append", "extend", "insert", "add", "update", "setdefault", "pop", "remove", "clear", "discard", "popitem"];

impl Interp<'_> {
    /// The text that `str()` or a plain `{}` makes of a constant.
    pub(super) fn plain_text(&self, value: &Val) -> Option<String> {
        match value.as_const()? {
            Constant::Str(text) => Some((**text).to_owned()),
            Constant::Int(number) => Some(number.to_string()),
            Constant::Bool(true) => Some("True".to_owned()),
            Constant::Bool(false) => Some("False".to_owned()),
            Constant::None => Some("None".to_owned()),
            _ => None,
        }
    }

    /// A method of a value whose kind is known; `None` leaves it to the caller.
    pub(super) fn call_method(&mut self, base: &Val, name: &str, args: &Args, at: At) -> Option<Val> {
        match &base.kind {
            Kind::Obj(id) => {
                let id = *id;
                if MUTATORS.contains(&name) {
                    let callee = Val::sym(Sym::Attr { base: base.clone(), name: name.into() }, at);
                    self.emit(EventKind::Call { callee, args: std::rc::Rc::new(args.clone()) }, at);
                }
                match self.obj(id)? {
                    Obj::Dict { .. } => Some(self.dict_method(base, id, name, args, at)),
                    Obj::List { .. } => Some(self.list_method(base, id, name, args, at)),
                    Obj::Instance { .. } => self.record_method(base, name, args, at),
                }
            }
            Kind::Const(_) => self.constant_method(base, name, args, at),
            Kind::Sym(_) if self.type_of(base) == Ty::Dict => match name {
                "copy" => {
                    let dict = self.new_dict(at);
                    self.dict_update(&dict, base);
                    Some(dict)
                }
                "update" => {
                    for more in &args.pos {
                        self.emit(
                            EventKind::SetItem { target: base.clone(), key: Val::unknown(at), value: more.clone() },
                            at,
                        );
                    }
                    for (key, value, value_at) in &args.named {
                        let key = Val::text(&**key, *value_at);
                        self.emit(EventKind::SetItem { target: base.clone(), key, value: value.clone() }, at);
                    }
                    Some(Val::none(at))
                }
                "setdefault" | "pop" => {
                    let key = args.pos.first().cloned().unwrap_or_else(|| Val::unknown(at));
                    let value = args.pos.get(1).cloned().unwrap_or_else(|| Val::none(at));
                    self.emit(EventKind::SetItem { target: base.clone(), key, value }, at);
                    None
                }
                "get" => {
                    let key = args.pos.first().cloned().unwrap_or_else(|| Val::unknown(at));
                    self.emit(EventKind::GetItem { target: base.clone(), key }, at);
                    None
                }
                _ => None,
            },
            _ => None,
        }
    }
}
