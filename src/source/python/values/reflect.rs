//! What code asks of objects about themselves: `dir`, `vars`, `inspect.getmembers`, and the fields of records.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::args::Args;
use super::interp::Interp;
use super::records::Fields;
use super::state::{Obj, ScopeKind};
use super::value::{At, ClassId, FileId, Kind, Val};

/// Names that are listed of one object.
const MOST: usize = 256;

impl Interp<'_> {
    /// Calls a function that looks into an object; `None` leaves it to the caller.
    pub(super) fn call_reflect(&mut self, path: &str, args: &Args, at: At) -> Option<Val> {
        match (path, args.pos.as_slice()) {
            ("builtins.type", [_, _, _]) => self.made_class(args, at),
            ("collections.namedtuple", _) => self.named_tuple(args, at),
            ("dataclasses.asdict", [value]) => self.record_dict(&value.clone(), at, 0),
            ("dataclasses.astuple", [value]) => {
                let (_, fields) = self.fields_of(value)?;
                let items: Vec<Val> = fields.into_iter().map(|(_, value)| value).collect();
                Some(Val { kind: Kind::Tuple(items.into()), at })
            }
            ("builtins.dir", [value]) => {
                let items = self.names_of(value)?.into_iter().map(|name| Val::text(&*name, at)).collect();
                Some(self.new_obj(Obj::List { items, open: false, is_set: false }, at))
            }
            ("builtins.vars", [value]) => self.variables(&value.clone(), at),
            ("builtins.locals" | "builtins.vars", []) => self.local_variables(at),
            ("inspect.getmembers", [value, test @ ..]) => {
                let (value, test) = (value.clone(), test.first().cloned());
                self.members_of(&value, test.as_ref(), at)
            }
            _ => None,
        }
    }

    /// The names of an object in the order of `dir`; those that every object has are left out.
    fn names_of(&self, value: &Val) -> Option<Vec<Rc<str>>> {
        let mut names: BTreeSet<Rc<str>> = BTreeSet::new();
        let class = match &value.kind {
            Kind::Class(class) => *class,
            Kind::Obj(id) => match self.obj(*id)? {
                Obj::Instance { class, attrs } => {
                    names.extend(attrs.keys().cloned());
                    *class
                }
                _ => return None,
            },
            Kind::Module(file) => {
                let scope = self.scope(self.files[file.0 as usize].scope).filter(|scope| !scope.open)?;
                names.extend(scope.vars.keys().filter(|name| !name.starts_with('\0')).cloned());
                return (names.len() <= MOST).then(|| names.into_iter().collect());
            }
            _ => return None,
        };
        if self.class(class).is_open {
            return None;
        }
        for id in &self.class(class).mro {
            let scope = self.scope(self.class(*id).scope)?;
            self.budget.walk(scope.vars.len());
            names.extend(scope.vars.keys().filter(|name| !name.starts_with('\0')).cloned());
        }
        (names.len() <= MOST).then(|| names.into_iter().collect())
    }

    /// `vars(object)`: a dict of what is there now.
    fn variables(&mut self, value: &Val, at: At) -> Option<Val> {
        let (known, maybe): (Fields, bool) = match &value.kind {
            Kind::Obj(id) => match self.obj(*id)? {
                Obj::Instance { attrs, .. } => (
                    attrs.iter().map(|(name, slot)| (Rc::clone(name), slot.value.clone())).collect(),
                    attrs.values().any(|slot| slot.maybe),
                ),
                _ => return None,
            },
            Kind::Class(class) => {
                let scope = self.scope(self.class(*class).scope)?;
                let vars = scope.vars.iter().filter(|(name, _)| !name.starts_with('\0'));
                (vars.map(|(name, slot)| (Rc::clone(name), slot.value.clone())).collect(), false)
            }
            _ => return None,
        };
        self.dict_of(known, maybe, at)
    }

    /// `locals()` in a function: a dict of what is bound there now.
    fn local_variables(&mut self, at: At) -> Option<Val> {
        let scope = self.scope(self.frame().scope).filter(|scope| scope.kind == ScopeKind::Function && !scope.open)?;
        let bound = || scope.vars.iter().filter(|(name, _)| !name.starts_with('\0'));
        let maybe = bound().any(|(_, slot)| slot.maybe);
        let known = bound().map(|(name, slot)| (Rc::clone(name), slot.value.clone())).collect();
        self.dict_of(known, maybe, at)
    }

    /// A dict of names; it may hold others when `maybe`.
    fn dict_of(&mut self, known: Fields, maybe: bool, at: At) -> Option<Val> {
        if known.len() > MOST {
            return None;
        }
        let dict = self.new_dict(at);
        for (name, value) in known {
            let value_at = value.at;
            self.dict_set(&dict, Val::text(&*name, at), at, value, value_at);
        }
        // What was not set on every way, and a class that may have more.
        if maybe {
            self.open_obj(&dict);
        }
        Some(dict)
    }

    /// `inspect.getmembers(object, inspect.ismethod)`
    fn members_of(&mut self, value: &Val, test: Option<&Val>, at: At) -> Option<Val> {
        let wanted = test.filter(|test| !test.is_none()).map(|test| test.as_external().unwrap_or("").to_owned());
        let names = self.names_of(value)?;
        let mut items = Vec::new();
        for name in names {
            let member = self.attribute(value, &name, at);
            let taken = match wanted.as_deref() {
                None => true,
                Some("inspect.ismethod") => matches!(member.kind, Kind::Bound(..)),
                Some("inspect.isfunction") => matches!(member.kind, Kind::Func(_)),
                Some("inspect.isroutine" | "builtins.callable") => {
                    matches!(member.kind, Kind::Bound(..) | Kind::Func(_))
                }
                Some("inspect.isclass") => matches!(member.kind, Kind::Class(_)),
                Some(_) => return None,
            };
            if taken {
                items.push(Val { kind: Kind::Tuple([Val::text(&*name, at), member].into()), at });
            }
        }
        Some(self.new_obj(Obj::List { items, open: false, is_set: false }, at))
    }

    /// A method that every instance of a record has.
    pub(super) fn record_method(&mut self, value: &Val, name: &str, args: &Args, at: At) -> Option<Val> {
        let (record, fields) = self.fields_of(value)?;
        if !record.is_tuple {
            return None;
        }
        match name {
            "_asdict" => self.record_dict(value, at, 0),
            "_replace" if !args.open => {
                let Kind::Obj(id) = value.kind else { return None };
                let copy = self.obj(id)?.clone();
                let copy = self.new_obj(copy, at);
                for (name, value, _) in &args.named {
                    if fields.iter().any(|(field, _)| field == name) {
                        self.set_slot(&copy, name, value.clone());
                    }
                }
                Some(copy)
            }
            _ => None,
        }
    }

    /// What a module makes on demand with its own `__getattr__`; `None` when it has none that can be followed.
    pub(super) fn on_demand(&mut self, file: FileId, name: &str, at: At) -> Option<Val> {
        let scope = self.files[file.0 as usize].scope;
        let maker = self.scope(scope)?.vars.get("__getattr__")?.value.clone();
        let Kind::Func(func) = maker.kind else { return None };
        let undecided = self.undecided();
        let outcome = self.call_function(func, Args::of(vec![Val::text(name, at)], at), at);
        self.frame_mut().undecided = undecided;
        Some(outcome.value)
    }

    /// The names that `dir(module)` gives where the module has a `__dir__` of its own; `Some(None)`: not known.
    pub fn listed_by_module(&mut self, file: FileId) -> Option<Option<Vec<Rc<str>>>> {
        let scope = self.files[file.0 as usize].scope;
        let lister = self.scope(scope)?.vars.get("__dir__")?.value.clone();
        let Kind::Func(_) = lister.kind else { return Some(None) };
        let outcome = self.invoke(&lister, Vec::new());
        let mut names = self.texts(&outcome.value);
        if let Some(names) = &mut names {
            names.sort();
        }
        Some(names)
    }

    /// Whether an attribute can be set and read on a function, because Python gives it none of that name.
    pub(super) fn is_free(name: &str) -> bool {
        !matches!(
            name,
            "__annotations__"
                | "__call__"
                | "__class__"
                | "__closure__"
                | "__code__"
                | "__defaults__"
                | "__dict__"
                | "__doc__"
                | "__func__"
                | "__globals__"
                | "__kwdefaults__"
                | "__module__"
                | "__name__"
                | "__qualname__"
                | "__self__"
                | "__wrapped__"
        )
    }

    /// The class of an instance.
    pub(super) fn class_of(&self, value: &Val) -> Option<ClassId> {
        let Kind::Obj(id) = value.kind else { return None };
        match self.obj(id)? {
            Obj::Instance { class, .. } => Some(*class),
            _ => None,
        }
    }
}
