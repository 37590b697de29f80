//! Calls that mean something to the language itself: `getattr`, `import_module`, `partial`, `map` …

use std::rc::Rc;

use super::engine::*;
use super::events::EventKind;
use super::taint::*;
use super::value::*;

impl<'a> Engine<'a, '_> {
    /// Calls that mean something to the language itself.
    pub(super) fn call_known(&mut self, name: &str, receiver: Option<&Val>, args: &Args, at: At) -> Option<Val> {
        let first = args.pos.first();
        match name {
            "builtins.getattr" => {
                let (base, attr) = (first?, args.pos.get(1)?);
                let found = match attr.as_str() {
                    // One of several names.
                    _ if let Kind::Union(names) = &attr.kind
                        && names.iter().all(|name| name.as_str().is_some()) =>
                    {
                        let one = |me: &mut Self, name: &Val| {
                            let asked = Args::of(vec![base.clone(), name.clone()]);
                            me.call_known("builtins.getattr", None, &asked, at)
                        };
                        let found: Vec<Val> = names.iter().filter_map(|name| one(self, name)).collect();
                        found.into_iter().reduce(Val::either)?
                    }
                    Some(attr) => {
                        let attr = self.names.sym(attr);
                        let value = self.attribute(base, attr, at);
                        self.tell_named(&value, at);
                        self.hidden(value, at)
                    }
                    None => {
                        // It stays what it is until the name is known.
                        let asked = Args::of(vec![base.clone(), attr.clone()]);
                        let getattr = self.outside_named("builtins.getattr", at);
                        self.made(&getattr, asked, at, |_, args| args.taint())
                    }
                };
                Some(match args.pos.get(2) {
                    Some(default) if !default.is_constant() => found.either(default.clone()),
                    _ => found,
                })
            }
            "builtins.staticmethod"
            | "builtins.classmethod"
            | "functools.lru_cache"
            | "functools.cache"
            | "functools.singledispatch"
            | "contextlib.contextmanager"
            | "functools.lru_cache()"
            | "contextlib.asynccontextmanager"
                if matches!(first?.kind, Kind::Func(..) | Kind::Path(_) | Kind::Bound(..) | Kind::Partial(_)) =>
            {
                first.cloned()
            }
            // Each object gets what the function answers; it runs then, not while the class is made.
            "dataclasses.field" | "attr.ib" | "attr.field" | "attrs.field" | "pydantic.Field" => {
                let given = |name: &str| self.argument(args, name, None).cloned();
                match (given("default"), given("default_factory").or_else(|| given("factory"))) {
                    (Some(value), _) => Some(value),
                    (None, Some(make)) => Some(self.quietly(|me| me.call(&make, Args::default(), at))),
                    (None, None) => None,
                }
            }
            "sys.modules.get" | "sys.modules.pop" | "sys.modules.__getitem__" => {
                let modules = self.outside_named("sys.modules", at);
                Some(self.item(&modules, first?, at))
            }
            _ if name.ends_with(".__dict__.get")
                || name.ends_with(".__dict__.__getitem__")
                || name.ends_with(".__dict__.pop") =>
            {
                let dict = name.rsplit_once('.').map_or(name, |(dict, _)| dict).to_owned();
                let dict = self.outside_named(&dict, at);
                Some(self.item(&dict, first?, at))
            }
            _ if name.ends_with(".__getattribute__") => {
                let base = name.strip_suffix(".__getattribute__").unwrap_or(name).to_owned();
                let attr = args.pos.last()?.as_str()?.to_owned();
                let attr = self.names.sym(&attr);
                let base = match receiver {
                    Some(receiver) if receiver.taint.is_none() || self.path_of(receiver).is_none() => receiver.clone(),
                    _ => self.outside_named(&base, at),
                };
                let value = self.attribute(&base, attr, at);
                Some(self.hidden(value, at))
            }
            // It is the same module.
            "importlib.reload" if matches!(first?.kind, Kind::Path(_)) => first.cloned(),
            "functools.reduce" if args.pos.len() >= 2 => {
                let items = super::questions::items(args.pos.get(1)?).filter(|items| items.len() <= 64)?;
                let callee = first?.clone();
                let mut items = items.into_iter();
                let mut value = match args.pos.get(2) {
                    Some(start) => start.clone(),
                    None => items.next()?,
                };
                for item in items {
                    value = self.call(&callee, Args::of(vec![value, item]), at);
                }
                Some(value)
            }
            "dataclasses.asdict" | "dataclasses.astuple" | "attr.asdict" | "attrs.asdict" => {
                let object = first?.clone();
                self.fields_of(&object, at)
            }
            "operator.getitem" if args.pos.len() == 2 => Some(self.item(first?, args.pos.get(1)?, at)),
            _ if args.pos.len() == 2
                && let Some(op) = super::operators::named(name) =>
            {
                Some(self.binary(first?.clone(), op, args.pos.get(1)?.clone()))
            }
            "builtins.iter" if args.pos.len() == 2 => Some(self.answers_until(first?, at)),
            "builtins.str" | "builtins.repr" | "builtins.format" if matches!(first?.kind, Kind::Instance(_)) => {
                let object = first?.clone();
                Some(self.said(object.clone(), at)).filter(|said| !matches!(said.kind, Kind::Instance(_)))
            }
            // `for number, name in enumerate(names)`: the number is ours.
            "builtins.enumerate" if super::questions::items(first?).is_none() => {
                let item = self.item_of(first?);
                Some(super::walks::some_items(Val::seq(vec![Val::number(), item], false)))
            }
            "builtins.zip"
                if args.rest.is_none() && args.pos.iter().any(|value| super::questions::items(value).is_none()) =>
            {
                let items = args.pos.iter().map(|value| self.item_of(value)).collect();
                Some(super::walks::some_items(Val::seq(items, false)))
            }
            "builtins.setattr" | "builtins.object.__setattr__" | "builtins.type.__setattr__" => {
                let (base, attr, value) = (first?, args.pos.get(1)?, args.pos.get(2)?);
                let names: Option<Vec<String>> =
                    attr.alternatives().map(|name| name.as_str().map(str::to_owned)).collect();
                for name in names? {
                    let attr = self.names.sym(&name);
                    match &base.kind {
                        Kind::Class(class) | Kind::Instance(class) => {
                            let value = self.erase(value);
                            self.keep(*class, attr, value);
                        }
                        _ => self.set_attribute(base, attr, value.clone(), at.span),
                    }
                }
                Some(Val::UNKNOWN)
            }
            "importlib.import_module" | "builtins.__import__" | "importlib.__import__" => {
                let module = first?;
                let text = module.as_str()?.to_owned();
                if text.starts_with('.') {
                    return None;
                }
                if self.is_watched(name) {
                    self.emit(EventKind::Call { name: name.into(), receiver: None, args: args.clone() }, at);
                }
                let top = name.ends_with("__import__") && args.pos.len() < 4;
                let path = if top { text.split('.').next().unwrap_or(&text) } else { &text };
                let module = self.import_module(path, at);
                Some(self.hidden(module, at))
            }
            "builtins.globals" | "builtins.locals" | "builtins.vars" if first.is_none() => {
                let frame = self.frame();
                let file = frame.file.0 as usize;
                let stars = self.files[file].stars.clone();
                let mut vars: Vec<_> = self.files[file].vars.iter().map(|(sym, value)| (*sym, value.clone())).collect();
                if name != "builtins.globals" {
                    vars.extend(frame.vars.iter().map(|(sym, value)| (*sym, value.clone())));
                }
                vars.sort_unstable_by_key(|(sym, _)| *sym);
                let mut entries: Vec<(Val, Val)> = vars
                    .into_iter()
                    .take(512)
                    .map(|(sym, value)| (Val::text(&**self.names.text(sym)), value))
                    .collect();
                let builtins = self.outside_named("builtins", at);
                entries.push((Val::text("__builtins__"), builtins));
                drop(stars);
                // Names of others may be there, and whoever chooses the name chooses among all.
                Some(Val::dict(super::value::Dict { entries, open: true }))
            }
            "builtins.vars" => {
                let base = first?;
                let attr = self.names.sym("__dict__");
                Some(self.attribute(base, attr, at))
            }
            "builtins.dict" if first.is_none() || matches!(first?.kind, Kind::Dict(_)) => {
                let mut dict = match first.map(|value| &value.kind) {
                    Some(Kind::Dict(dict)) => (**dict).clone(),
                    _ => super::value::Dict::default(),
                };
                dict.open |= args.rest.is_some();
                for (key, value) in &args.named {
                    dict.entries.push((Val::text(&**self.names.text(*key)), value.clone()));
                }
                Some(Val::dict(dict))
            }
            "functools.partial" | "functools.partialmethod" => {
                let callee = first?.clone();
                let mut rest = args.clone();
                rest.pos.remove(0);
                if let Kind::Func(func, _) | Kind::Bound(func, _) = &callee.kind {
                    self.funcs[func.0 as usize].called = true;
                }
                let (depth, taint) = (callee.depth.max(rest.depth()), merge(&callee.taint, &rest.taint()));
                Some(Val::around(Kind::Partial(Rc::new((callee, rest))), taint, depth))
            }
            "functools.wraps()" => first.cloned(),
            "operator.attrgetter()" => {
                let Kind::Made(made) = &receiver?.kind else { return None };
                let path = made.args.pos.first()?.as_str()?.to_owned();
                let mut value = first?.clone();
                for part in path.split('.') {
                    let part = self.names.sym(part);
                    value = self.attribute(&value, part, at);
                }
                Some(self.hidden(value, at))
            }
            "builtins.map" | "builtins.filter" | "itertools.starmap" | "functools.reduce" => {
                let (callee, items) = (first?.clone(), args.pos.get(1)?.clone());
                let known = super::questions::items(&items).filter(|items| items.len() <= 512);
                if name == "builtins.map"
                    && args.pos.len() == 2
                    && let Some(known) = known
                {
                    let all = known.into_iter().map(|item| self.call(&callee, Args::of(vec![item]), at)).collect();
                    return Some(Val::seq(all, false));
                }
                let item = self.item_of(&items);
                let given = match (&item.kind, name) {
                    (Kind::Seq(seq), "itertools.starmap") => Args::of(seq.items.clone()),
                    _ => Args::of(vec![item.clone()]),
                };
                if matches!(callee.kind, Kind::Const(_)) {
                    return Some(super::walks::some_items(item));
                }
                let made = self.call(&callee, given, at);
                if name != "builtins.filter" {
                    return Some(super::walks::some_items(made));
                }
                // What the function said yes to.
                let (yes, _) = self.passed_by(&made);
                Some(super::walks::some_items(super::guards::harmless(&item, &yes, 3)))
            }
            "operator.methodcaller()" => {
                let Kind::Made(made) = &receiver?.kind else { return None };
                let made = Rc::clone(made);
                let method = made.args.pos.first()?.as_str()?.to_owned();
                let method = self.names.sym(&method);
                let callee = self.attribute(first?, method, at);
                let callee = self.hidden(callee, at);
                let mut given = made.args.clone();
                given.pos.remove(0);
                Some(self.call(&callee, given, at))
            }
            "operator.itemgetter()" => {
                let Kind::Made(made) = &receiver?.kind else { return None };
                let key = made.args.pos.first()?.clone();
                Some(self.item(first?, &key, at))
            }
            // The first map that has a key answers.
            "collections.ChainMap" if !args.pos.is_empty() && args.rest.is_none() => {
                args.pos.iter().rev().cloned().reduce(Val::either)
            }
            "builtins.super" => {
                let frame = self.frame();
                let home = frame.func.and_then(|func| self.funcs[func.0 as usize].home);
                let class = home.or(frame.class)?;
                let base = self.classes[class.0 as usize].bases.first()?.clone();
                match base.kind {
                    Kind::Class(base) => {
                        // The object is still our own.
                        Some(Val::plain(Kind::Instance(base)))
                    }
                    Kind::Path(_) => Some(self.made(&base, Args::default(), at, |_, _| None)),
                    _ => None,
                }
            }
            "builtins.type" if args.pos.len() == 1 => match first?.kind {
                Kind::Instance(class) => Some(Val::plain(Kind::Class(class))),
                Kind::Param(0) => self.class_of_self().map(|class| Val::plain(Kind::Class(class))),
                _ => None,
            },
            _ => None,
        }
    }

    /// `getattr(session, method)` with a method that is not known: each of them asks somebody over the network.
    pub(super) fn some_request(&mut self, callee: &Val, at: At) -> Option<Val> {
        let Kind::Made(made) = &callee.kind else { return None };
        if !self.is_getattr(made) || callee.has_param() {
            return None;
        }
        let get = self.names.sym("get");
        let method = self.quietly(|me| me.attribute(made.args.pos.first().unwrap_or(&Val::UNKNOWN), get, at));
        let (Kind::Path(path) | Kind::Method(path, _)) = method.kind else { return None };
        let answer = self.paths.result(path);
        self.paths.labels(answer).meets(self.model.find_label("network")).then_some(method)
    }

    pub(super) fn is_getattr(&self, made: &Made) -> bool {
        self.path_of(&made.callee) == Some("builtins.getattr")
    }

    /// `getattr(object, name)`, `globals()[name]`: it is the name that chooses. In a table of functions it chooses
    /// among those alone.
    pub(super) fn chooser(&self, callee: &Val) -> Option<Val> {
        let name = match &callee.kind {
            Kind::Made(made) if self.is_getattr(made) => made.args.pos.get(1),
            Kind::Item(pair) => {
                let all_names = match &pair.0.kind {
                    Kind::Dict(dict) => {
                        dict.entries.last().is_some_and(|(key, _)| key.as_str() == Some("__builtins__"))
                    }
                    Kind::Attr(inner) => matches!(&**self.names.text(inner.1), "__dict__" | "__globals__"),
                    Kind::Path(path) | Kind::Method(path, _) => {
                        let text = self.paths.text(*path);
                        text.ends_with(".__dict__") || matches!(&**text, "sys.modules" | "builtins")
                    }
                    _ => false,
                };
                all_names.then_some(&pair.1)
            }
            _ => None,
        };
        let name = name.filter(|name| !name.is_constant())?;
        // Tests on the way here have made the whole harmless, not its parts.
        let whole = |part: &Taint| callee.origins().iter().find(|whole| whole.origin == part.origin).cloned();
        let taint: Vec<Taint> = name.origins().iter().map(|part| whole(part).unwrap_or_else(|| part.clone())).collect();
        Some(name.clone().from((!taint.is_empty()).then(|| taint.into())))
    }
}
