//! Calls of builtins and of the few library functions whose result matters.

use super::args::Args;
use super::events::EventKind;
use super::interp::Interp;
use super::returned::class_type;
use super::state::Obj;
use super::value::{At, Kind, Sym, Ty, Val};
use crate::source::python::syntax::Constant;

impl Interp<'_> {
    /// Calls something from outside whose result is known; `None` leaves it to the caller.
    pub(super) fn call_external(&mut self, path: &str, args: &Args, at: At) -> Option<Val> {
        if let Some(walked) = self.walked_args(args) {
            return self.call_external(path, &walked, at);
        }
        if let Some(value) = self.call_reflect(path, args, at) {
            return Some(value);
        }
        let first = args.pos.first();
        match (path, first) {
            ("builtins.dict" | "collections.OrderedDict", _) => {
                let dict = self.new_dict(at);
                if let Some(first) = first {
                    self.dict_update(&dict, first);
                }
                for (name, value, value_at) in &args.named {
                    self.dict_set(&dict, Val::text(&**name, *value_at), *value_at, value.clone(), *value_at);
                }
                if args.open {
                    self.open_obj(&dict);
                }
                Some(dict)
            }
            ("builtins.dict.fromkeys", Some(keys)) => {
                let keys = self.items(keys)?;
                let value = args.pos.get(1).cloned().unwrap_or_else(|| Val::none(at));
                let dict = self.new_dict(at);
                for key in keys {
                    let key_at = key.at;
                    self.dict_set(&dict, key, key_at, value.clone(), at);
                }
                Some(dict)
            }
            ("builtins.list" | "builtins.set" | "builtins.sorted" | "builtins.reversed" | "builtins.frozenset", _) => {
                let is_set = path.ends_with("set");
                let known = first.map_or(Some(Vec::new()), |first| self.items(first));
                let (mut items, open) = match known {
                    Some(items) => (items, false),
                    None => (Vec::new(), true),
                };
                if path == "builtins.reversed" {
                    items.reverse();
                }
                Some(self.new_obj(Obj::List { items, open, is_set }, at))
            }
            ("builtins.tuple", Some(first)) => {
                self.items(first).map(|items| Val { kind: Kind::Tuple(items.into()), at })
            }
            ("builtins.tuple", None) => Some(Val { kind: Kind::Tuple([].into()), at }),
            ("builtins.str", Some(first)) => self.plain_text(first).map(|text| Val::text(text, at)),
            ("builtins.str", None) => Some(Val::text("", at)),
            ("builtins.chr", Some(first)) => match first.as_const() {
                Some(Constant::Int(code)) => {
                    u32::try_from(*code).ok().and_then(char::from_u32).map(|c| Val::text(c.to_string(), at))
                }
                _ => None,
            },
            ("builtins.len", Some(first)) => match first.as_const() {
                Some(Constant::Str(text)) => {
                    Some(Val::constant(Constant::Int(i64::try_from(text.chars().count()).ok()?), at))
                }
                _ => {
                    let count = i64::try_from(self.items(first)?.len()).ok()?;
                    Some(Val::constant(Constant::Int(count), at))
                }
            },
            ("builtins.bool", Some(first)) => self.truth(first).map(|truth| Val::constant(Constant::Bool(truth), at)),
            ("builtins.int", Some(first)) => match first.as_const() {
                Some(Constant::Int(_)) => Some(first.clone()),
                Some(Constant::Str(text)) => match text.trim().parse() {
                    Ok(number) => Some(Val::constant(Constant::Int(number), at)),
                    // Underscores, other digits, and other bases are Python's business.
                    Err(_)
                        if args.pos.len() == 1 && text.chars().all(|c| c.is_ascii() && c != '_') && text.len() < 18 =>
                    {
                        let words = format!("invalid literal for int() with base 10: '{text}'");
                        self.raise_words("ValueError", words, at);
                        None
                    }
                    Err(_) => None,
                },
                _ => None,
            },
            ("builtins.zip", Some(_)) => {
                let lists: Option<Vec<Vec<Val>>> = args.pos.iter().map(|value| self.items(value)).collect();
                let lists = lists?;
                let length = lists.iter().map(Vec::len).min().unwrap_or(0);
                let items = (0..length)
                    .map(|index| {
                        let row: Vec<Val> = lists.iter().map(|list| list[index].clone()).collect();
                        Val { kind: Kind::Tuple(row.into()), at }
                    })
                    .collect();
                Some(self.new_obj(Obj::List { items, open: false, is_set: false }, at))
            }
            ("builtins.enumerate", Some(first)) => {
                let items = self.items(first)?;
                let items = items
                    .into_iter()
                    .zip(0_i64..)
                    .map(|(item, index)| {
                        let index = Val::constant(Constant::Int(index), at);
                        Val { kind: Kind::Tuple([index, item].into()), at }
                    })
                    .collect();
                Some(self.new_obj(Obj::List { items, open: false, is_set: false }, at))
            }
            ("builtins.getattr", Some(base)) => {
                let name = args.pos.get(1)?.as_str()?.to_owned();
                let base = base.clone();
                let has_default = args.pos.len() > 2;
                if has_default {
                    return Some(self.attribute_or(&base, &name, args.pos[2].clone(), at));
                }
                Some(self.attribute(&base, &name, at))
            }
            ("builtins.setattr", Some(base)) => {
                let base = base.clone();
                let value = args.pos.get(2)?.clone();
                let name = args.pos.get(1)?.as_str()?.to_owned();
                self.set_attribute(&base, &name, value, at);
                Some(Val::none(at))
            }
            ("builtins.hasattr", Some(base)) => {
                let name = args.pos.get(1)?.as_str()?.to_owned();
                let base = base.clone();
                self.has_attribute(&base, &name).map(|has| Val::constant(Constant::Bool(has), at))
            }
            ("builtins.type", Some(value)) if args.pos.len() == 1 => {
                self.class_of(value).map(|class| Val { kind: Kind::Class(class), at })
            }
            ("builtins.callable", Some(value)) => match value.kind {
                Kind::Func(_) | Kind::Bound(..) | Kind::Class(_) => Some(Val::constant(Constant::Bool(true), at)),
                Kind::Const(_) | Kind::Tuple(_) => Some(Val::constant(Constant::Bool(false), at)),
                _ => None,
            },
            ("builtins.isinstance", Some(value)) => self.is_instance(value, args.pos.get(1)?, at),
            ("copy.copy" | "copy.deepcopy", Some(value)) => {
                let value = value.clone();
                match value.kind {
                    Kind::Obj(id) => {
                        let copy = self.obj(id)?.clone();
                        Some(self.new_obj(copy, at))
                    }
                    Kind::Const(_) => Some(value),
                    _ => {
                        let ty = self.type_of(&value);
                        if ty == Ty::Dict {
                            let dict = self.new_dict(at);
                            self.dict_update(&dict, &value);
                            return Some(dict);
                        }
                        Some(Val::from(vec![value], ty, at))
                    }
                }
            }
            ("importlib.util.find_spec", Some(value)) => {
                let name = value.as_str()?;
                // A library that could be installed is there on one site and not on another.
                if self.by_module.contains_key(name) || self.outside.module(name) != super::Found::Missing {
                    return None;
                }
                let asked = std::rc::Rc::new(args.clone());
                self.emit(EventKind::Call { callee: Val::external(path, at), args: asked }, at);
                Some(Val::none(at))
            }
            ("importlib.import_module" | "builtins.__import__", Some(value)) => {
                let name = value.as_str()?.to_owned();
                let package = args.get("package", 1).and_then(|(package, _)| package.as_str().map(str::to_owned));
                self.import_by_name(&name, package.filter(|_| path != "builtins.__import__").as_deref(), value.at)
            }
            ("json.load" | "json.loads", Some(value)) => {
                let name = json_name(value, 0)?;
                let data = self.outside.json(&name)?;
                Some(self.of_json(&data, 0))
            }
            ("types.MappingProxyType", Some(value)) => Some(value.clone()),
            ("types.MethodType", Some(value)) => match (&value.kind, args.pos.get(1)) {
                (Kind::Func(func), Some(receiver)) => {
                    Some(Val { kind: Kind::Bound(*func, receiver.clone().into()), at })
                }
                _ => None,
            },
            ("typing.cast", _) => args.pos.get(1).cloned(),
            ("builtins.object.__init__", _) => Some(Val::none(at)),
            _ => None,
        }
    }

    /// A value read from a data file; it has no place in the code.
    fn of_json(&mut self, data: &serde_json::Value, depth: usize) -> Val {
        use serde_json::Value;
        let at = At { file: super::FileId::DATA, span: crate::model::Span::default() };
        if depth > 32 {
            return Val::unknown(at);
        }
        match data {
            Value::Null => Val::none(at),
            Value::Bool(truth) => Val::constant(Constant::Bool(*truth), at),
            Value::Number(number) => match (number.as_i64(), number.as_f64()) {
                (Some(number), _) => Val::constant(Constant::Int(number), at),
                (None, Some(number)) => Val::constant(Constant::Float(number), at),
                (None, None) => Val::unknown(at),
            },
            Value::String(text) => Val::text(text.as_str(), at),
            Value::Array(items) => {
                let items = items.iter().take(4096).map(|item| self.of_json(item, depth + 1)).collect();
                self.new_obj(Obj::List { items, open: false, is_set: false }, at)
            }
            Value::Object(members) => {
                let dict = self.new_dict(at);
                for (key, value) in members.iter().take(4096) {
                    let value = self.of_json(value, depth + 1);
                    self.dict_set(&dict, Val::text(key.as_str(), at), at, value, at);
                }
                dict
            }
        }
    }

    /// The numbers of `range(…)`, if there are not too many.
    pub(super) fn range(args: &Args, at: At) -> Option<Vec<Val>> {
        let numbers: Option<Vec<i64>> = args
            .pos
            .iter()
            .map(|value| match value.as_const() {
                Some(Constant::Int(number)) => Some(*number),
                _ => None,
            })
            .collect();
        let (start, end) = match numbers?[..] {
            [end] => (0, end),
            [start, end] => (start, end),
            _ => return None,
        };
        if end.checked_sub(start)? > 256 {
            return None;
        }
        Some((start..end).map(|number| Val::constant(Constant::Int(number), at)).collect())
    }

    fn attribute_or(&mut self, base: &Val, name: &str, default: Val, at: At) -> Val {
        match self.has_attribute(base, name) {
            Some(true) => self.attribute(base, name, at),
            Some(false) => default,
            None => {
                // What is not there has its default: that is no event.
                let before = self.events.len();
                let value = self.attribute(base, name, at);
                let made = self.events.split_off(before);
                let missed =
                    |kind: &EventKind| matches!(kind, EventKind::MissingAttr { .. } | EventKind::PartlyThere { .. });
                self.events.extend(made.into_iter().filter(|event| event.at != at || !missed(&event.kind)));
                Val::union([value, default], at)
            }
        }
    }

    fn has_attribute(&self, base: &Val, name: &str) -> Option<bool> {
        match &base.kind {
            Kind::Obj(id) => match self.obj(*id)? {
                Obj::Instance { class, attrs } => {
                    if attrs.contains_key(name) || self.find_member(*class, name).is_some() {
                        return Some(true);
                    }
                    (!self.class(*class).is_open).then_some(false)
                }
                _ => None,
            },
            Kind::Class(class) => {
                let found = self.find_member(*class, name).is_some();
                (found || !self.class(*class).is_open).then_some(found)
            }
            Kind::Sym(_) => {
                let module = base.as_external()?;
                let nowhere = self.outside.library(module, name) == super::Presence::Nowhere;
                (nowhere && !self.was_put_there(module, name)).then_some(false)
            }
            Kind::Func(func) | Kind::Bound(func, _) => {
                let known = self.func(*func).attrs.contains_key(name);
                (known || Self::is_free(name)).then_some(known)
            }
            _ => None,
        }
    }

    fn is_instance(&mut self, value: &Val, class: &Val, at: At) -> Option<Val> {
        let wanted: Vec<Ty> = match &class.kind {
            Kind::Tuple(items) => items.iter().map(class_type).collect(),
            _ => vec![class_type(class)],
        };
        let ty = self.type_of(value);
        if ty == Ty::Unknown || wanted.contains(&Ty::Unknown) {
            return None;
        }
        // `bool` is an `int`.
        let is = wanted.contains(&ty) || (ty == Ty::Bool && wanted.contains(&Ty::Int));
        Some(Val::constant(Constant::Bool(is), at))
    }
}

/// The name of the JSON file that a value is a path to, or the text or handle of.
fn json_name(value: &Val, depth: usize) -> Option<String> {
    if depth > 12 {
        return None;
    }
    if let Some(text) = value.as_str() {
        let name = text.rsplit(['/', '\\']).next().unwrap_or(text);
        return name.ends_with(".json").then(|| name.to_owned());
    }
    match value.as_sym()? {
        Sym::Made { callee, args } => {
            args.pos.iter().find_map(|part| json_name(part, depth + 1)).or_else(|| json_name(callee, depth + 1))
        }
        Sym::Attr { base, .. } | Sym::Item { base, .. } => json_name(base, depth + 1),
        Sym::From { parts, .. } => parts.iter().rev().find_map(|part| json_name(part, depth + 1)),
        Sym::External(_) | Sym::Param { .. } => None,
    }
}
