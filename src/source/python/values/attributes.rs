//! Attributes: how they are looked up on instances, classes, modules, and what comes from outside.

use std::rc::Rc;

use super::args::Args;
use super::events::EventKind;
use super::func::FuncKind;
use super::interp::Interp;
use super::state::Obj;
use super::value::{At, ClassId, Kind, Sym, Val};

impl Interp<'_> {
    /// `base.name`
    pub(super) fn attribute(&mut self, base: &Val, name: &str, at: At) -> Val {
        match &base.kind {
            Kind::Obj(id) => match self.state.obj(*id) {
                Some(Obj::Instance { class, attrs }) => {
                    let class = *class;
                    if let Some(slot) = attrs.get(name) {
                        return self.seen(slot.value.clone(), at);
                    }
                    let mro = self.classes[class.0 as usize].mro.clone();
                    self.budget.walk(mro.len());
                    self.instance_member(base, class, &mro, name, at)
                }
                _ if self.lacks_attribute(base, name) => self.missing(base, name, at),
                _ => self.attr_of(base, name, at),
            },
            Kind::Super(after, receiver) => {
                let receiver = (**receiver).clone();
                let class = match &receiver.kind {
                    Kind::Obj(id) => match self.state.obj(*id) {
                        Some(Obj::Instance { class, .. }) => *class,
                        _ => return Val::unknown(at),
                    },
                    Kind::Class(class) => *class,
                    _ => return Val::unknown(at),
                };
                let mro = &self.classes[class.0 as usize].mro;
                let rest = mro.iter().position(|id| id == after).map_or_else(Vec::new, |i| mro[i + 1..].to_vec());
                if name == "__init__" && self.member_in(&rest, name).is_none() {
                    let outside = std::iter::once(after).chain(&rest).any(|id| self.derives_outside(*id));
                    return match outside {
                        true => self.attr_of(base, name, at),
                        false => Val::external("builtins.object.__init__", at),
                    };
                }
                let known = !self.classes[class.0 as usize].is_open && !name.starts_with("__");
                if known && self.member_in(&rest, name).is_none() && self.member_in(&rest, "__getattr__").is_none() {
                    return self.missing(base, name, at);
                }
                self.instance_member(&receiver, class, &rest, name, at)
            }
            Kind::Class(class) => {
                let class = *class;
                match (self.find_member(class, name), name) {
                    (Some(member), _) => match member.value.kind {
                        Kind::Func(func) if self.func(func).kind == FuncKind::ClassMethod => {
                            Val { kind: Kind::Bound(func, Rc::new(base.clone())), at }
                        }
                        _ => self.seen(member.value, at),
                    },
                    (None, "__name__" | "__qualname__") => {
                        let name = Rc::clone(&self.classes[class.0 as usize].name);
                        Val::text(&*name, at)
                    }
                    (None, _) if name.starts_with("__") => Val::unknown(at),
                    (None, _) if self.classes[class.0 as usize].is_open => self.attr_of(base, name, at),
                    (None, _) => self.missing(base, name, at),
                }
            }
            Kind::Module(file) => {
                let scope = self.files[file.0 as usize].scope;
                let Some(scope) = self.state.scope(scope) else { return Val::unknown(at) };
                match scope.vars.get(name) {
                    Some(slot) => {
                        let value = slot.value.clone();
                        self.seen(value, at)
                    }
                    None if scope.open || name.starts_with("__") => Val::unknown(at),
                    None if scope.vars.contains_key("__getattr__") => {
                        let file = *file;
                        self.on_demand(file, name, at).unwrap_or_else(|| Val::unknown(at))
                    }
                    None => self.missing(base, name, at),
                }
            }
            Kind::Sym(sym) => match &**sym {
                Sym::External(path) => {
                    let path = Rc::clone(path);
                    self.outside_attribute(&path, name, at)
                }
                _ => self.attr_of(base, name, at),
            },
            Kind::Func(func) | Kind::Bound(func, _) if self.func(*func).attrs.contains_key(name) => {
                let value = self.func(*func).attrs[name].clone();
                self.seen(value, at)
            }
            Kind::Func(_) | Kind::Bound(..) if name == "__func__" => base.clone(),
            Kind::Func(func) | Kind::Bound(func, _) if name == "__name__" => {
                let name = self.func(*func).name();
                Val::text(name, at)
            }
            Kind::Union(members) => {
                let members = members.to_vec();
                let found: Vec<Val> = members
                    .iter()
                    .filter(|member| !member.is_none())
                    .map(|member| self.attribute(member, name, at))
                    .collect();
                Val::union(found, at)
            }
            Kind::Unknown => {
                self.may_raise = true;
                self.attr_of(base, name, at)
            }
            // A member of an enum of texts or numbers.
            Kind::Const(_) if name == "value" && !base.is_none() => base.clone(),
            Kind::Const(_) if name == "name" && !base.is_none() => match self.member_name(base) {
                Some(name) => Val::text(&*name, at),
                None => self.attr_of(base, name, at),
            },
            Kind::Const(_) if base.is_none() && !name.starts_with("__") => self.missing(base, name, at),
            Kind::Const(_) | Kind::Tuple(_) if self.lacks_attribute(base, name) => self.missing(base, name, at),
            _ => self.attr_of(base, name, at),
        }
    }

    fn outside_attribute(&mut self, path: &str, name: &str, at: At) -> Val {
        if self.outside.module(path) == super::Found::Outside && self.outside.has_name(path, name).is_some() {
            return self.outside_name(path, path, name, at);
        }
        self.library_attribute(path, name, at);
        let full = format!("{path}.{name}");
        self.emit(EventKind::Read(full.as_str().into()), at);
        Val::external(full, at)
    }

    pub(super) fn attr_of(&mut self, base: &Val, name: &str, at: At) -> Val {
        let name = self.name(name);
        if let Some(Sym::Param { .. }) = base.as_sym() {
            self.emit(EventKind::GetAttr { target: base.clone(), name: Rc::clone(&name) }, at);
        }
        Val::sym(Sym::Attr { base: base.clone(), name }, at)
    }

    fn seen(&self, value: Val, at: At) -> Val {
        match value.kind {
            Kind::Const(_) | Kind::Obj(_) | Kind::Union(_) | Kind::Tuple(_) => value,
            _ => value.seen_at(at),
        }
    }

    fn missing(&mut self, base: &Val, name: &str, at: At) -> Val {
        let name = self.name(name);
        self.emit(EventKind::MissingAttr { target: base.clone(), name }, at);
        self.may_raise = true;
        Val::unknown(at)
    }

    fn instance_member(&mut self, receiver: &Val, class: ClassId, mro: &[ClassId], name: &str, at: At) -> Val {
        let Some(member) = self.member_in(mro, name) else {
            let class = &self.classes[class.0 as usize];
            let any = class.is_open || class.is_decorated || name.starts_with("__");
            if any || self.member_in(mro, "__getattr__").is_some() || self.member_in(mro, "__slots__").is_some() {
                self.may_raise = true;
                return self.attr_of(receiver, name, at);
            }
            return match name {
                "__class__" => Val::unknown(at),
                _ => self.missing(receiver, name, at),
            };
        };
        // A constructor that we do not see may have put something else in its place.
        let class_info = &self.classes[class.0 as usize];
        if member.value.is_none() && (class_info.is_open || class_info.is_decorated) {
            return Val::union([member.value, Val::unknown(at)], at);
        }
        self.bound(member.value, receiver, class, at)
    }

    fn bound(&mut self, value: Val, receiver: &Val, class: ClassId, at: At) -> Val {
        match &value.kind {
            Kind::Func(func) => {
                let func = *func;
                match self.func(func).kind {
                    FuncKind::Plain => Val { kind: Kind::Bound(func, Rc::new(receiver.clone())), at },
                    FuncKind::StaticMethod => value.seen_at(at),
                    FuncKind::ClassMethod => {
                        let class = Val { kind: Kind::Class(class), at };
                        Val { kind: Kind::Bound(func, Rc::new(class)), at }
                    }
                    FuncKind::Property => self.call_function(func, Args::of(vec![receiver.clone()], at), at).value,
                }
            }
            // A method wrapped by a decorator from outside binds the same way.
            Kind::Sym(sym) if self.function_of(&value).is_some() => match &**sym {
                Sym::Made { callee, args } => {
                    let inner = self.bound(args.pos[0].clone(), receiver, class, at);
                    Val::sym(Sym::Made { callee: callee.clone(), args: Rc::new(Args::of(vec![inner], at)) }, at)
                }
                _ => value,
            },
            Kind::Union(members) => {
                let members = members.to_vec();
                let bound: Vec<Val> =
                    members.into_iter().map(|member| self.bound(member, receiver, class, at)).collect();
                Val::union(bound, at)
            }
            _ => self.seen(value, at),
        }
    }

    /// Sets an attribute from outside the running code.
    pub fn set_attribute_of(&mut self, base: &Val, name: &str, value: Val) {
        let at = base.at;
        self.with_frame(at.file, |me| me.set_attribute(base, name, value, at));
    }

    /// Reads an attribute from outside the running code.
    pub fn read_attribute(&mut self, base: &Val, name: &str) -> Val {
        let at = base.at;
        self.with_frame(at.file, |me| me.attribute(base, name, at))
    }
}
