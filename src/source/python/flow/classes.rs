//! Classes: how their attributes are found, and their objects made.

use std::rc::Rc;

use super::engine::*;
use super::events::EventKind;
use super::frame::*;
use super::names::Sym;
use super::taint::{Origins, Taint, merge};
use super::value::*;
use crate::model::Span;
use crate::source::python::syntax::*;

/// The class that stands for what requests keep in the session.
pub(super) const SESSION: ClassId = ClassId(0);

impl<'a> Engine<'a, '_> {
    /// Keeps what a request puts into the session.
    pub(super) fn keep_in_session(&mut self, key: &Val, value: &Val) {
        if let Some(key) = key.as_str()
            && value.taint.is_some()
        {
            let key = self.names.sym(key);
            let value = self.as_passed(value.clone());
            let taint = self.erase(&value).taint;
            self.keep(SESSION, key, Val::dirty(taint));
        }
    }

    /// Where that comes from which some request has put into the session.
    pub(super) fn kept_in_session(&mut self, key: Option<&Val>) -> Origins {
        let key = self.names.sym(key?.as_str()?);
        if let Some(func) = self.frame().func {
            let read = &mut self.funcs[func.0 as usize].read;
            if read.len() < 256 {
                read.push((SESSION, key));
            }
        }
        self.classes[SESSION.0 as usize].attrs.get(&key)?.taint.clone()
    }

    /// The class that an annotation names, if it is one of the program.
    pub(super) fn annotated(&mut self, annotation: ExprId) -> Option<ClassId> {
        let ast = self.ast();
        let value = match &ast[annotation].kind {
            ExprKind::Name(name) => {
                let name = self.names.sym(name);
                self.lookup(name)?
            }
            ExprKind::Constant(Constant::Str(text)) if text.len() < 100 => {
                let name = self.names.sym(text);
                self.lookup(name)?
            }
            _ => return None,
        };
        match value.kind {
            Kind::Class(class) => Some(class),
            _ => None,
        }
    }

    /// Whether an annotation says that something is an application of Flask.
    pub(super) fn is_application(&mut self, annotation: ExprId) -> bool {
        let value = match &self.ast()[annotation].kind {
            ExprKind::Constant(Constant::Str(text)) => return &**text == "Flask",
            ExprKind::Name(_) | ExprKind::Attribute { .. } => self.quietly(|me| me.eval(annotation)),
            _ => return false,
        };
        matches!(self.path_of(&value), Some("flask.Flask" | "flask.app.Flask"))
    }

    pub(super) fn define_class(&mut self, id: StmtId, def: &'a ClassDef) -> Val {
        let decorators: Vec<Val> = def.decorators.iter().map(|decorator| self.eval(*decorator)).collect();
        let (mut bases, mut meta) = (Vec::new(), None);
        for base in &def.bases {
            let value = self.eval(base.value);
            match (&base.kind, &value.kind) {
                (ArgKind::Positional, _) => bases.push(value),
                (ArgKind::Keyword(name), Kind::Class(class)) if &*name.name == "metaclass" => meta = Some(*class),
                _ => {}
            }
        }
        let file = self.frame().file;
        let class = match self.class_of.get(&(file, id.index())) {
            Some(known) => *known,
            None => {
                let class = ClassId(u32::try_from(self.classes.len()).unwrap_or(u32::MAX));
                self.classes.push(Class::default());
                self.class_of.insert((file, id.index()), class);
                class
            }
        };
        let mut frame = Self::new_frame(Level::Class, file);
        frame.class = Some(class);
        frame.func = self.frame().func;
        self.frames.push(frame);
        self.exec_block(&def.body);
        if let Some(frame) = self.frames.pop() {
            for event in frame.pending {
                if let Some(outer) = self.frames.last_mut() {
                    outer.wait(event);
                }
            }
            let mut vars: Vec<(Sym, Val)> = frame.vars.into_iter().collect();
            vars.sort_unstable_by_key(|(sym, _)| *sym);
            for (sym, value) in vars {
                let name: Rc<str> = format!("=class {} {}", def.name.name, self.names.text(sym)).into();
                if self.is_watched(&name) {
                    let at = self.at(self.place_of(def, sym));
                    self.emit(EventKind::Set { name, key: None, value: value.clone() }, at);
                }
                let value = self.erase(&value);
                self.classes[class.0 as usize].vars.insert(sym, value);
            }
        }
        let answers = bases.iter().any(|base| self.path_of(base).is_some_and(|path| path.starts_with("flask.views.")));
        if answers {
            for func in self.answering(class) {
                let func = &mut self.funcs[func.0 as usize];
                (func.view, func.escapes) = (true, true);
            }
        }
        let bases = bases.iter().map(|base| self.erase(base)).collect();
        let fields = def.body.iter().filter_map(|id| match &self.ast()[*id].kind {
            StmtKind::AnnAssign { target, .. } => match &self.ast()[*target].kind {
                ExprKind::Name(name) => Some(name),
                _ => None,
            },
            _ => None,
        });
        let fields: Vec<_> = fields.take(64).collect();
        self.classes[class.0 as usize].fields = fields.into_iter().map(|name| self.names.sym(name)).collect();
        self.classes[class.0 as usize].bases = bases;
        self.classes[class.0 as usize].meta = meta;
        self.name_descriptors(class);
        let mut value = Val::plain(Kind::Class(class));
        for (decorator, written) in decorators.iter().zip(&def.decorators).rev() {
            let at = self.at(self.ast()[*written].span);
            let watched = self.path_of(decorator).is_some_and(|path| self.model.watches(path));
            let args = Args::of(vec![value.clone()]);
            // What a function of the program makes of it is decorated in turn.
            match &decorator.kind {
                Kind::Func(func, _) if self.funcs[func.0 as usize].def().is_none() => {
                    value = self.call(decorator, args, at);
                }
                _ if watched => {
                    self.call(decorator, args, at);
                }
                _ => {}
            }
        }
        if matches!(value.kind, Kind::Class(_)) { value } else { Val::plain(Kind::Class(class)) }
    }

    /// The methods of a class of views that answer requests.
    pub(super) fn answering(&mut self, class: ClassId) -> Vec<FuncId> {
        let names = ["get", "post", "put", "patch", "delete", "dispatch_request"];
        let methods = names.map(|method| self.names.sym(method));
        let found = methods.into_iter().filter_map(|method| self.class_member(class, method));
        found
            .filter_map(|value| match value.kind {
                Kind::Func(func, _) => Some(func),
                _ => None,
            })
            .collect()
    }

    /// Where a class gives one of its attributes a value.
    fn place_of(&self, def: &ClassDef, attr: Sym) -> Span {
        let ast = self.ast();
        let found = def.body.iter().find_map(|id| match &ast[*id].kind {
            StmtKind::Assign { targets, .. } => targets
                .iter()
                .copied()
                .find(|target| matches!(&ast[*target].kind, ExprKind::Name(name) if **name == **self.names.text(attr))),
            StmtKind::AnnAssign { target, .. } => Some(*target),
            _ => None,
        });
        found.map_or(def.name.span, |target| ast[target].span)
    }

    /// The classes of the program that a class derives from, nearest first.
    pub(super) fn bases_of(&self, class: ClassId) -> Vec<ClassId> {
        let mut all = Vec::new();
        let mut next = vec![class];
        while let Some(class) = next.pop() {
            for base in self.classes[class.0 as usize].bases.iter().rev() {
                if let Kind::Class(base) = base.kind
                    && base != class
                    && !all.contains(&base)
                    && all.len() < 64
                {
                    all.push(base);
                    next.push(base);
                }
            }
        }
        all
    }

    /// An attribute in the namespace of a class or of what it derives from.
    pub(super) fn class_member(&self, class: ClassId, name: Sym) -> Option<Val> {
        let own = self.classes[class.0 as usize].vars.get(&name);
        own.cloned().or_else(|| {
            self.bases_of(class).into_iter().find_map(|base| self.classes[base.0 as usize].vars.get(&name).cloned())
        })
    }

    pub(super) fn kept_member(&self, class: ClassId, name: Sym) -> Option<Val> {
        let own = self.classes[class.0 as usize].attrs.get(&name);
        own.cloned().or_else(|| {
            self.bases_of(class).into_iter().find_map(|base| self.classes[base.0 as usize].attrs.get(&name).cloned())
        })
    }

    fn is_enum(&self, class: ClassId) -> bool {
        let bases = &self.classes[class.0 as usize].bases;
        bases.iter().any(|base| self.path_of(base).is_some_and(|path| path.starts_with("enum.")))
    }

    /// `Order(text).value`: one of the constants of the enum. A member that is named is its constant from the start.
    pub(super) fn enum_value(&self, base: &Val, name: Sym) -> Option<Val> {
        let Kind::Instance(class) = base.kind else { return None };
        if &**self.names.text(name) != "value" || !self.is_enum(class) {
            return None;
        }
        let vars = &self.classes[class.0 as usize].vars;
        let mut all: Vec<(&Sym, &Val)> = vars.iter().filter(|(_, value)| value.as_const().is_some()).collect();
        all.sort_unstable_by_key(|(name, _)| **name);
        // Too many to be kept apart are still constants of ours.
        all.into_iter().map(|(_, value)| value.clone()).reduce(Val::either)
    }

    /// An attribute of a class or of an object of it, bound where it is a method.
    pub(super) fn member(&mut self, base: &Val, name: Sym) -> Option<Val> {
        let (class, is_object) = match base.kind {
            Kind::Class(class) => (class, false),
            Kind::Instance(class) => (class, true),
            _ => return None,
        };
        let kept = self.kept_member(class, name);
        let Some(value) = self.class_member(class, name) else {
            let of_meta = if is_object { None } else { self.meta_member(class, name) };
            return kept.or_else(|| of_meta.map(|value| self.bound(value, class, base, true)));
        };
        let bound = self.bound(value, class, base, is_object);
        Some(match kept {
            Some(kept) => bound.either(kept),
            None => bound,
        })
    }

    /// What is found in a class, as an attribute of an object of it or of the class itself.
    pub(super) fn bound(&mut self, value: Val, class: ClassId, base: &Val, is_object: bool) -> Val {
        match &value.kind {
            Kind::Func(func, captured) => {
                let binding = self.funcs[func.0 as usize].binding;
                match (binding, is_object) {
                    (Binding::Static, _) | (Binding::Plain, false) => value,
                    (Binding::Property, true) => {
                        let (func, captured) = (*func, Rc::clone(captured));
                        let at = At { file: self.frame().file, span: Span::default() };
                        self.call_function(func, &captured, Args::of(vec![base.clone()]), at)
                    }
                    _ if captured.is_empty() => {
                        Val::new(Kind::Bound(*func, Rc::new(base.clone())), base.taint.clone(), base.depth)
                    }
                    _ => {
                        let args = Args::of(vec![base.clone()]);
                        let depth = value.depth.max(base.depth);
                        let taint = value.taint.clone();
                        Val::around(Kind::Partial(Rc::new((value, args))), taint, depth)
                    }
                }
            }
            Kind::Instance(_) => {
                let at = At { file: self.frame().file, span: Span::default() };
                let (object, owner) = if is_object {
                    (base.clone(), Val::plain(Kind::Class(class)))
                } else {
                    (Val::constant(Constant::None), base.clone())
                };
                self.special(&value, "__get__", Args::of(vec![object, owner]), at).unwrap_or(value)
            }
            _ => value,
        }
    }

    /// An attribute that a class has from outside the program.
    pub(super) fn outer_member(&mut self, base: &Val, name: Sym) -> Val {
        let class = match base.kind {
            Kind::Class(class) | Kind::Instance(class) => class,
            _ => return Val::UNKNOWN,
        };
        let mut all = vec![class];
        all.extend(self.bases_of(class));
        let outer =
            all.into_iter().flat_map(|class| self.classes[class.0 as usize].bases.clone()).find_map(|base| match base
                .kind
            {
                Kind::Path(path) => Some(path),
                _ => None,
            });
        match outer {
            Some(path) => {
                let result = self.paths.result(path);
                let child = self.paths.child(result, name, &self.names);
                // `self.rfile` of a server: what another machine sends.
                let labels = self.paths.labels(child);
                let taint = if labels.meets(self.model.find_label("network")) {
                    let at = self.at(Span::default());
                    merge(&base.taint, &self.source(labels, child, "", at))
                } else {
                    base.taint.clone()
                };
                Val::around(Kind::Method(child, Rc::new(base.clone())), taint, base.depth)
            }
            None => Val::around(Kind::Attr(Rc::new((base.clone(), name))), base.taint.clone(), base.depth),
        }
    }

    /// Makes an object of a class of the program.
    pub(super) fn instantiate(&mut self, class: ClassId, args: Args, at: At) -> Val {
        // A member of an enum is one of our own values.
        if self.is_enum(class) {
            return Val::plain(Kind::Instance(class));
        }
        let init = self.names.sym("__init__");
        let taint = args.taint();
        match self.class_member(class, init).map(|value| value.kind) {
            Some(Kind::Func(func, captured)) => {
                let receiver = Val::plain(Kind::Instance(class));
                let mut all = Args::of(vec![receiver]);
                all.pos.extend(args.pos);
                all.named = args.named;
                all.rest = args.rest;
                self.call_function(func, &captured, all, at);
                Val::plain(Kind::Instance(class))
            }
            _ => {
                self.tell_made(class, &args, at);
                // Fields of a dataclass and the like are given by name.
                for (name, value) in self.given_fields(class, &args) {
                    if value.has_param() {
                        self.keep_for_others(class, name, &value.taint);
                    }
                    // A number is one, whoever chose it.
                    let number = |taint: &Taint| taint.cleared.has(super::model::Kinds::ALL);
                    let number = value.has_param() && value.origins().iter().all(number);
                    let value = if number { Val::number() } else { self.erase(&value) };
                    self.keep(class, name, value);
                }
                Val::new(Kind::Instance(class), taint, 0)
            }
        }
    }
}
