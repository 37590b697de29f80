//! Classes whose constructor Python writes from a list of fields: data classes and named tuples.

use std::rc::Rc;

use super::args::Args;
use super::classes::Making;
use super::interp::Interp;
use super::state::Obj;
use super::value::{At, ClassId, Kind, Sym, Val};
use crate::source::python::signature::lacking;
use crate::source::python::syntax::{Ast, ClassDef, Constant, ExprId, ExprKind, StmtKind};

/// How a field gets its value when the call gives none.
#[derive(Clone, Debug)]
pub enum Default {
    /// It must be given.
    None,
    /// This one.
    Value(Val),
    /// What a call of this gives.
    Factory(Val),
}

/// One field.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name.
    pub name: Rc<str>,
    /// Without a value in the call.
    pub default: Default,
    /// The constructor takes it.
    pub in_call: bool,
    /// Only by name.
    pub by_name: bool,
}

/// The fields of a class.
#[derive(Clone, Debug)]
pub struct Record {
    /// In the order of the constructor's parameters.
    pub fields: Vec<Field>,
    /// A named tuple, not a data class.
    pub is_tuple: bool,
    /// Python writes a constructor.
    pub constructs: bool,
}

/// The fields of an instance, each with its value.
pub(super) type Fields = Vec<(Rc<str>, Val)>;

/// What `@dataclass(…)` and `field(…)` say by name.
fn flag(args: &Args, name: &str) -> Option<bool> {
    args.named(name).and_then(|(value, _)| match value.as_const() {
        Some(Constant::Bool(flag)) => Some(*flag),
        _ => None,
    })
}

impl<'a> Interp<'a> {
    /// The fields of a class that was just made, if Python writes a constructor from them.
    pub(super) fn record_of(&mut self, class: ClassId, def: &'a ClassDef, decorators: &[Val]) -> Option<Rc<Record>> {
        let bases = &self.class(class).bases;
        if bases.iter().any(|base| base.as_external() == Some("typing.NamedTuple")) {
            let fields = self.fields_in(class, def, false);
            return Some(Rc::new(Record { fields, is_tuple: true, constructs: true }));
        }
        let options = decorators.iter().find_map(|decorator| match decorator.as_sym() {
            Some(Sym::External(path)) if &**path == "dataclasses.dataclass" => Some(Args::default()),
            Some(Sym::Made { callee, args }) if callee.as_external() == Some("dataclasses.dataclass") => {
                Some((**args).clone())
            }
            _ => None,
        })?;
        let mut fields: Vec<Field> = Vec::new();
        let inherited: Vec<Rc<Record>> =
            self.class(class).mro[1..].iter().rev().filter_map(|id| self.class(*id).record.clone()).collect();
        let own = self.fields_in(class, def, flag(&options, "kw_only") == Some(true));
        for field in inherited.iter().flat_map(|record| record.fields.clone()).chain(own) {
            match fields.iter_mut().find(|known| known.name == field.name) {
                Some(known) => *known = field,
                None => fields.push(field),
            }
        }
        let constructs = flag(&options, "init") != Some(false) && !self.has_own(class, "__init__");
        Some(Rc::new(Record { fields, is_tuple: false, constructs }))
    }

    fn has_own(&self, class: ClassId, name: &str) -> bool {
        self.scope(self.class(class).scope).is_some_and(|scope| scope.vars.contains_key(name))
    }

    /// The annotated names of a class body, in order.
    fn fields_in(&mut self, class: ClassId, def: &'a ClassDef, by_name: bool) -> Vec<Field> {
        let ast = self.ast(self.class(class).file);
        let mut by_name = by_name;
        let mut fields = Vec::new();
        for stmt in &def.body {
            let StmtKind::AnnAssign { target, annotation, value } = &ast[*stmt].kind else { continue };
            let ExprKind::Name(name) = &ast[*target].kind else { continue };
            match annotated(ast, *annotation) {
                Some("ClassVar") => continue,
                Some("KW_ONLY") => {
                    by_name = true;
                    continue;
                }
                _ => {}
            }
            let scope = self.class(class).scope;
            let written = value.and_then(|_| self.scope(scope)?.vars.get(&**name).map(|slot| slot.value.clone()));
            let mut field = Field { name: self.name(name), default: Default::None, in_call: true, by_name };
            match written.as_ref().map(|value| (value, value.as_sym())) {
                Some((_, Some(Sym::Made { callee, args }))) if callee.as_external() == Some("dataclasses.field") => {
                    field.in_call = flag(args, "init") != Some(false);
                    field.by_name = flag(args, "kw_only").unwrap_or(by_name);
                    if let Some((value, _)) = args.named("default") {
                        field.default = Default::Value(value.clone());
                    } else if let Some((maker, _)) = args.named("default_factory") {
                        field.default = Default::Factory(maker.clone());
                    }
                }
                Some((value, _)) => field.default = Default::Value(value.clone()),
                None if value.is_some() => field.default = Default::Value(Val::unknown(self.at(ast[*target].span))),
                None => {}
            }
            fields.push(field);
        }
        fields
    }

    /// The fields of the constructor that Python has written, if that is the one which a call of the class runs.
    #[must_use]
    pub fn written_constructor(&self, class: ClassId) -> Option<Rc<Record>> {
        for id in &self.class(class).mro {
            if self.has_own(*id, "__init__") {
                return None;
            }
            if let Some(record) = self.class(*id).record.as_ref().filter(|record| record.constructs) {
                return Some(Rc::clone(record));
            }
        }
        None
    }

    /// Sets the fields of a new instance, and runs `__post_init__`.
    pub(super) fn fill_record(&mut self, class: ClassId, record: &Record, instance: &Val, args: Args, at: At) {
        let mut positional = args.pos.into_iter();
        let mut named = args.named;
        for field in &record.fields {
            let given = if field.in_call && !field.by_name { positional.next() } else { None };
            let by_name = named.iter().position(|(name, _, _)| *name == field.name).filter(|_| field.in_call);
            let value = given.or_else(|| by_name.map(|index| named.remove(index).1));
            let value = match (value, &field.default) {
                (Some(value), _) => value,
                (None, _) if args.open => Val::unknown(at),
                (None, Default::Value(value)) => value.clone(),
                (None, Default::Factory(maker)) => {
                    let maker = maker.clone();
                    self.call(&maker, Args::default(), at)
                }
                (None, Default::None) => Val::unknown(at),
            };
            self.set_slot(instance, &field.name, value);
        }
        if let Some(member) = self.find_member(class, "__post_init__")
            && let Some(func) = self.function_of(&member.value)
        {
            self.call_function(func, Args::of(vec![instance.clone()], at), at);
        }
    }

    /// What Python says when the written constructor does not take these arguments.
    #[must_use]
    pub fn record_misfit(&self, class: ClassId, record: &Record, args: &Args) -> Option<String> {
        if args.open {
            return None;
        }
        let taken: Vec<&Field> = record.fields.iter().filter(|field| field.in_call).collect();
        let given = |name: &str| args.named.iter().any(|(key, _, _)| &**key == name);
        let method = if record.is_tuple { "__new__" } else { "__init__" };
        let called = format!("{}.{method}()", self.class(class).name);
        let by_position: Vec<&&Field> = taken.iter().filter(|field| !field.by_name).collect();
        if let Some((name, _, _)) = args.named.iter().find(|(key, _, _)| !taken.iter().any(|field| field.name == *key))
        {
            return Some(format!("{called} got an unexpected keyword argument '{name}'"));
        }
        let params = by_position.len() + 1;
        if args.pos.len() > by_position.len() {
            let required = 1 + by_position.iter().filter(|field| matches!(field.default, Default::None)).count();
            let takes = if required == params {
                format!("{params} positional argument{}", if params == 1 { "" } else { "s" })
            } else {
                format!("from {required} to {params} positional arguments")
            };
            return Some(format!("{called} takes {takes} but {} were given", args.pos.len() + 1));
        }
        let lacks = |field: &&&Field| matches!(field.default, Default::None) && !given(&field.name);
        let missing: Vec<String> = by_position
            .iter()
            .skip(args.pos.len())
            .filter(|field| lacks(field))
            .map(|field| field.name.to_string())
            .collect();
        if !missing.is_empty() {
            return Some(format!("{called} {}", lacking(&missing, "positional")));
        }
        let by_name: Vec<&&Field> = taken.iter().filter(|field| field.by_name).collect();
        let missing: Vec<String> =
            by_name.iter().filter(|field| lacks(field)).map(|field| field.name.to_string()).collect();
        let words = lacking(&missing, "keyword-only");
        (!missing.is_empty()).then(|| format!("{called} {words}"))
    }

    /// `namedtuple("Meta", "name version")`
    pub(super) fn named_tuple(&mut self, args: &Args, at: At) -> Option<Val> {
        let name = args.get("typename", 0)?.0.as_str()?.to_owned();
        let names: Vec<Rc<str>> = match args.get("field_names", 1)?.0.clone() {
            text if text.as_str().is_some() => {
                text.as_str()?.replace(',', " ").split_whitespace().map(Rc::from).collect()
            }
            list => self.texts(&list)?,
        };
        let defaults = match args.named("defaults").map(|(value, _)| value.clone()) {
            Some(value) => self.items(&value)?,
            None => Vec::new(),
        };
        let first = names.len().checked_sub(defaults.len())?;
        let fields = names
            .into_iter()
            .enumerate()
            .map(|(index, name)| {
                let default = index.checked_sub(first).map_or(Default::None, |at| Default::Value(defaults[at].clone()));
                Field { name, default, in_call: true, by_name: false }
            })
            .collect();
        let base = Val::external("typing.NamedTuple", at);
        let class = self.new_class(&name, at, vec![base], &Making { span: at.span, ..Making::default() });
        self.classes[class.0 as usize].record = Some(Rc::new(Record { fields, is_tuple: true, constructs: true }));
        Some(Val { kind: Kind::Class(class), at })
    }

    /// The fields of an instance with their values, if it is one of a record.
    pub(super) fn fields_of(&self, value: &Val) -> Option<(Rc<Record>, Fields)> {
        let Kind::Obj(id) = value.kind else { return None };
        let Some(Obj::Instance { class, attrs }) = self.obj(id) else { return None };
        let record = self.class(*class).mro.iter().find_map(|id| self.class(*id).record.clone())?;
        let values = record.fields.iter().map(|field| {
            let slot = attrs.get(&field.name).filter(|slot| !slot.maybe)?;
            Some((Rc::clone(&field.name), slot.value.clone()))
        });
        let values = values.collect::<Option<Vec<_>>>()?;
        Some((record, values))
    }

    /// `asdict(record)`, `record._asdict()`
    pub(super) fn record_dict(&mut self, value: &Val, at: At, depth: usize) -> Option<Val> {
        let (record, fields) = self.fields_of(value)?;
        let dict = self.new_dict(at);
        for (name, value) in fields {
            let inner = if record.is_tuple || depth > 4 { None } else { self.record_dict(&value, at, depth + 1) };
            let value_at = value.at;
            let key_at = self.expr_place(value_at, at);
            self.dict_set(&dict, Val::text(&*name, key_at), key_at, inner.unwrap_or(value), value_at);
        }
        Some(dict)
    }

    /// Where a key is shown that is written nowhere: beside its value, or at the call when that is elsewhere.
    fn expr_place(&self, value: At, call: At) -> At {
        if value.file == call.file { value } else { call }
    }

    /// `type("Name", (Base,), {…})`
    pub(super) fn made_class(&mut self, args: &Args, at: At) -> Option<Val> {
        let [name, bases, namespace] = args.pos.as_slice() else { return None };
        let bases = self.items(bases)?;
        let Kind::Obj(id) = namespace.kind else { return None };
        let Some(Obj::Dict { entries, open, .. }) = self.obj(id).cloned() else { return None };
        let name = name.as_str().unwrap_or("type").to_owned();
        let is_open = open || entries.iter().any(|entry| entry.key.as_str().is_none());
        let class = self.new_class(&name, at, bases, &Making { span: at.span, is_open, ..Making::default() });
        let scope = self.class(class).scope;
        for entry in entries {
            if let Some(name) = entry.key.as_str().map(str::to_owned) {
                self.bind_in(scope, &name, entry.value);
            }
        }
        self.classes[class.0 as usize].missing = self.abstract_methods(class);
        self.made_subclass(class, args.named.clone(), at);
        Some(Val { kind: Kind::Class(class), at })
    }
}

/// The last part of the name of an annotation: `ClassVar` for `typing.ClassVar[int]`.
fn annotated(ast: &Ast, annotation: ExprId) -> Option<&str> {
    match &ast[annotation].kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Attribute { attr, .. } => Some(&attr.name),
        ExprKind::Subscript { value, .. } => annotated(ast, *value),
        ExprKind::Constant(Constant::Str(text)) if text.contains("ClassVar") => Some("ClassVar"),
        _ => None,
    }
}
