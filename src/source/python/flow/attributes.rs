//! `base.name`, `base[key]`, and the names under which rules know values.

use std::rc::Rc;

use super::engine::*;
use super::events::EventKind;
use super::model::Labels;
use super::names::Sym;
use super::taint::*;
use super::value::*;

/// What nearly every module has among its names, and what is looked for there.
const MODULES: &[&str] = &["__builtins__", "builtins", "importlib", "os", "posix", "socket", "subprocess", "sys"];

impl<'a> Engine<'a, '_> {
    /// `base.name`
    pub(super) fn attribute(&mut self, base: &Val, attr: Sym, at: At) -> Val {
        let value = self.attribute_of(base, attr, at);
        if &**self.names.text(attr) == "f_locals" { self.variables_of(value, at) } else { value }
    }

    /// A part of its own of what comes from outside: what a browser says of a file says nothing of its name.
    fn attribute_of(&mut self, base: &Val, attr: Sym, at: At) -> Val {
        let value = self.whole_attribute(base, attr, at);
        let text = &**self.names.text(attr);
        if text == "__dict__" {
            let held = self.held(base);
            return value.with(&held);
        }
        if !matches!(text, "mimetype" | "content_type" | "content_length" | "mimetype_params" | "headers")
            || !matches!(value.kind, Kind::Attr(_) | Kind::Method(..))
        {
            return value;
        }
        let text = text.to_owned();
        let part = self.piece_of(&value.taint, &text);
        value.from(part)
    }

    fn whole_attribute(&mut self, base: &Val, attr: Sym, at: At) -> Val {
        if &**self.names.text(attr) == "__call__"
            && !matches!(base.kind, Kind::Instance(_) | Kind::Class(_) | Kind::Unknown)
        {
            return base.clone();
        }
        match &base.kind {
            Kind::Path(path) => {
                let child = self.paths.child(*path, attr, &self.names);
                let mut value = self.outside(child, at);
                // What was kept for this request before.
                if &**self.paths.text(*path) == "flask.g" {
                    let key = Val::text(format!("g {}", self.names.text(attr)));
                    let kept = self.kept_in_session(Some(&key));
                    return value.with(&kept);
                }
                if base.taint.is_some() {
                    let taint = match &value.taint {
                        Some(_) => self.narrower(&value.taint, &base.taint),
                        None => base.taint.clone(),
                    };
                    value = value.from(taint);
                }
                if self.paths.read(child) {
                    let name = Rc::clone(self.paths.text(child));
                    self.emit(EventKind::Read { name }, at);
                }
                value
            }
            Kind::Made(made) if let Some(field) = self.named_field(made, attr) => field,
            Kind::Made(made) => {
                if let Kind::Path(path) | Kind::Method(path, _) = &made.callee.kind {
                    let result = self.paths.result(*path);
                    let child = self.paths.child(result, attr, &self.names);
                    // `StringField().data`: what is made holds nothing of others, and this part of it does.
                    let labels = self.paths.labels(child);
                    let taint = match base.taint {
                        None if labels != super::model::Labels::NONE => self.source(labels, child, "", at),
                        _ => base.taint.clone(),
                    };
                    return Val::around(Kind::Method(child, Rc::new(base.clone())), taint, base.depth);
                }
                self.unknown_attribute(base, attr)
            }
            Kind::Method(path, _) => {
                let child = self.paths.child(*path, attr, &self.names);
                if self.paths.read(child) {
                    let name = Rc::clone(self.paths.text(child));
                    self.emit(EventKind::Read { name }, at);
                }
                Val::around(Kind::Method(child, Rc::new(base.clone())), base.taint.clone(), base.depth)
            }
            // `for path in folder.iterdir()`: each of them is a path.
            Kind::Item(pair) if self.lists_paths(&pair.0) => {
                let path = self.paths.of("pathlib.Path()");
                let child = self.paths.child(path, attr, &self.names);
                Val::around(Kind::Method(child, Rc::new(base.clone())), base.taint.clone(), base.depth)
            }
            Kind::Module(file) => self.name_in_module(*file, attr, at),
            Kind::Const(_) | Kind::Seq(_) if &**self.names.text(attr) == "value" => base.clone(),
            Kind::Instance(class) if &**self.names.text(attr) == "__class__" => Val::plain(Kind::Class(*class)),
            Kind::Class(_) | Kind::Instance(_) => {
                // `self` of the method around.
                if let (Kind::Instance(class), true) = (&base.kind, base.has_param()) {
                    self.note_read(*class, attr);
                }
                match self
                    .enum_value(base, attr)
                    .or_else(|| self.member(base, attr))
                    .or_else(|| self.host_member(base, attr, at))
                {
                    Some(value) => value,
                    None => match self.looked_up(base, attr, at) {
                        Some(value) => value,
                        None => self.outer_member(base, attr),
                    },
                }
            }
            Kind::Param(0)
                if &**self.names.text(attr) == "__class__"
                    && let Some(class) = self.class_of_self() =>
            {
                Val::plain(Kind::Class(class))
            }
            Kind::Param(0) if self.is_method() => {
                let class = self.frame().class;
                let own = class.and_then(|class| {
                    let object = || Val::plain(Kind::Instance(class));
                    self.own_member(class, base, attr).or_else(|| self.host_member(&object(), attr, at))
                });
                own.unwrap_or_else(|| self.unknown_attribute(base, attr))
            }
            Kind::Union(members) => {
                let members = Rc::clone(members);
                let mut all: Option<Val> = None;
                for member in members.iter() {
                    let value = self.attribute(member, attr, at);
                    all = Some(match all {
                        Some(other) => other.either(value),
                        None => value,
                    });
                }
                all.unwrap_or(Val::UNKNOWN).with(&base.taint)
            }
            Kind::Const(_) | Kind::Text(_) | Kind::Seq(_) | Kind::Dict(_) => {
                let pair = Rc::new((base.clone(), attr));
                Val::around(Kind::Attr(pair), base.taint.clone(), base.depth)
            }
            _ => self.unknown_attribute(base, attr),
        }
    }

    /// Whether a value is the paths in a folder.
    fn lists_paths(&self, value: &Val) -> bool {
        let Kind::Made(made) = &value.kind else { return false };
        matches!(
            self.path_of(&made.callee),
            Some("pathlib.Path().iterdir" | "pathlib.Path().glob" | "pathlib.Path().rglob")
        )
    }

    pub(super) fn unknown_attribute(&mut self, base: &Val, attr: Sym) -> Val {
        Val::around(Kind::Attr(Rc::new((base.clone(), attr))), base.taint.clone(), base.depth)
    }

    /// A part of a source is told apart from the rest of it.
    pub(super) fn narrower(&self, own: &Origins, base: &Origins) -> Origins {
        match (own, base) {
            (Some(own), Some(base)) if own.len() == 1 && base.len() == 1 => {
                let mut taint = own[0].clone();
                taint.cleared = taint.cleared.and(base[0].cleared);
                Some(Rc::from([taint]))
            }
            _ => own.clone(),
        }
    }

    /// `base[key]`
    pub(super) fn item(&mut self, base: &Val, key: &Val, at: At) -> Val {
        self.tell_lookup(base, key, at);
        if let Some(value) = self.of_frame(base, key, at) {
            return value;
        }
        if let Some(parts) = self.slice_key(key) {
            return self.slice_of(base, parts, at);
        }
        match &base.kind {
            Kind::Dict(dict) => {
                if key.is_constant() {
                    if let Some((_, value)) = dict.entries.iter().rev().find(|(known, _)| same_constant(known, key)) {
                        return value.clone();
                    }
                    // The caller knows which arguments by name there are.
                    if dict.entries.iter().any(|(known, _)| self.is_rest(known)) {
                        let pair = Rc::new((base.clone(), key.clone()));
                        let taint = self.part_at(base, key);
                        return Val::around(Kind::Item(pair), taint, base.depth);
                    }
                    // What a loop has put there, under whichever name.
                    if let [(any, value)] = dict.entries.as_slice()
                        && dict.open
                        && matches!(any.kind, Kind::Unknown)
                    {
                        return value.clone().with(&base.taint);
                    }
                    return Val::dirty(if dict.open { base.taint.clone() } else { None });
                }
                // One of them, by a key that is not known. In a dict that holds anything, whoever chooses the key
                // chooses the value.
                if dict.open && key.taint.is_some() {
                    let taint = merge(&base.taint, &key.taint);
                    return Val::around(
                        Kind::Item(Rc::new((base.clone(), key.clone()))),
                        taint,
                        base.depth.max(key.depth),
                    );
                }
                // Which function, class, loader, or set of options it is depends on who asks.
                let chosen = |value: &Val| matches!(value.kind, Kind::Path(_) | Kind::Dict(_));
                if key.has_param() && dict.entries.iter().all(|(_, value)| chosen(value)) {
                    let pair = Rc::new((base.clone(), key.clone()));
                    let chosen = cleared(&key.taint, super::model::Kinds::EVERY);
                    return Val::around(Kind::Item(pair), chosen, base.depth.max(key.depth));
                }
                let values = dict.entries.iter().take(6).map(|(_, value)| value.clone());
                let value = values.reduce(Val::either).unwrap_or(Val::UNKNOWN);
                if dict.entries.len() > 6 { Val::dirty(value.taint) } else { value }
            }
            Kind::Seq(seq) => {
                let length = i64::try_from(seq.items.len()).unwrap_or(i64::MAX);
                let at = key.as_int().map(|index| if index < 0 && !seq.open { index + length } else { index });
                match at.and_then(|at| usize::try_from(at).ok()).and_then(|at| seq.items.get(at)) {
                    Some(item) => item.clone(),
                    None => self.item_of(base),
                }
            }
            Kind::Const(_) | Kind::Text(_) => super::texts::index(base, key),
            Kind::Path(path) => {
                let text = Rc::clone(self.paths.text(*path));
                match (&*text, key.as_str()) {
                    ("sys.modules", Some(name)) => {
                        let name = name.to_owned();
                        let module = self.import_module(&name, at);
                        return self.hidden(module, at);
                    }
                    (_, Some(name)) if text.ends_with(".__globals__") && MODULES.contains(&name) => {
                        let name = if name == "__builtins__" { "builtins" } else { name }.to_owned();
                        let module = self.import_module(&name, at);
                        return self.hidden(module, at);
                    }
                    _ if text.ends_with(".__dict__") || &*text == "builtins" => {
                        if let Some(name) = key.as_str() {
                            let module = text.strip_suffix(".__dict__").unwrap_or(&text).to_owned();
                            let value = self.outside_named(&format!("{module}.{name}"), at);
                            return self.hidden(value, at);
                        }
                    }
                    _ => {}
                }
                let labels = self.paths.labels(*path);
                // One of several names, each of which is known.
                if let Kind::Union(names) = &key.kind
                    && labels != Labels::NONE
                    && names.iter().all(|name| name.as_str().is_some())
                {
                    let names = Rc::clone(names);
                    let all: Vec<Val> = names.iter().map(|name| self.item(base, name, at)).collect();
                    return all.into_iter().reduce(Val::either).unwrap_or(Val::UNKNOWN);
                }
                let taint = match (labels, key.as_str()) {
                    // Among all names of a module each caller may choose another one.
                    (Labels::NONE, None)
                        if text.ends_with(".__dict__") || matches!(&*text, "builtins" | "sys.modules") =>
                    {
                        merge(&base.taint, &key.taint)
                    }
                    (Labels::NONE, _) | (_, None) => self.part_at(base, key),
                    (labels, Some(part)) => {
                        let part = part.to_owned();
                        self.source(labels, *path, &part, at)
                    }
                };
                let kept = if &*text == "flask.session" { self.kept_in_session(Some(key)) } else { None };
                let taint = merge(&taint, &kept);
                let pair = Rc::new((base.clone(), key.clone()));
                Val::around(Kind::Item(pair), taint, base.depth.max(key.depth))
            }
            Kind::Union(members) => {
                let members = Rc::clone(members);
                let all: Vec<Val> = members.iter().map(|member| self.item(member, key, at)).collect();
                all.into_iter().reduce(Val::either).unwrap_or(Val::UNKNOWN)
            }
            Kind::Class(_) | Kind::Instance(_) | Kind::Param(0)
                if let Some(value) = self.item_by_method(base, key, at) =>
            {
                value
            }
            Kind::Attr(_) if let Some(value) = self.in_namespace(base, key, at) => value,
            Kind::Class(class) => {
                // `Colour["red"]` of an enum, `List[int]` of a generic.
                let class = *class;
                key.as_str()
                    .map(|name| self.names.sym(name))
                    .and_then(|name| self.class_member(class, name))
                    .unwrap_or(Val::UNKNOWN)
            }
            // `function.__globals__["os"]`: what its module imported.
            Kind::Attr(pair)
                if matches!(&**self.names.text(pair.1), "__globals__" | "__dict__")
                    && key.as_str().is_some_and(|name| MODULES.contains(&name)) =>
            {
                let name = key.as_str().unwrap_or_default();
                let name = if name == "__builtins__" { "builtins" } else { name }.to_owned();
                let module = self.import_module(&name, at);
                self.hidden(module, at)
            }
            _ => {
                let pair = Rc::new((base.clone(), key.clone()));
                let taint = match self.part_of_made(base, key, at) {
                    Some(taint) => taint,
                    None => self.part_at(base, key),
                };
                Val::around(Kind::Item(pair), taint, base.depth.max(key.depth))
            }
        }
    }

    /// `request.get_json()["name"]`: a part that is told apart from the rest of it.
    fn part_of_made(&mut self, base: &Val, key: &Val, at: At) -> Option<Origins> {
        let (Kind::Made(made), Some(part)) = (&base.kind, key.as_str()) else { return None };
        let Kind::Path(path) = made.callee.kind else { return None };
        let result = self.paths.result(path);
        let labels = self.paths.labels(result);
        if labels == Labels::NONE || base.origins().len() != 1 {
            return None;
        }
        let part = part.to_owned();
        let own = self.source(labels, result, &part, at);
        Some(self.narrower(&own, &base.taint))
    }

    pub(super) fn is_watched(&self, name: &str) -> bool {
        self.model.watches(name)
    }

    /// The class of the method that is followed, when that is what `self` is.
    pub(super) fn is_method(&self) -> bool {
        let frame = self.frame();
        frame.class.is_some()
            && frame.func.is_some_and(|func| {
                let func = &self.funcs[func.0 as usize];
                !func.nested
                    && matches!(
                        func.binding,
                        super::frame::Binding::Plain | super::frame::Binding::Property | super::frame::Binding::Class
                    )
            })
    }

    /// Takes note that what the function does depends on an attribute of a class.
    pub(super) fn note_read(&mut self, class: ClassId, attr: Sym) {
        if let Some(func) = self.frame().func {
            let read = &mut self.funcs[func.0 as usize].read;
            if read.len() < 256 {
                read.push((class, attr));
            }
        }
    }

    /// An attribute of the object of the method that is followed.
    pub(super) fn own_member(&mut self, class: ClassId, base: &Val, attr: Sym) -> Option<Val> {
        self.note_read(class, attr);
        // The object of a class of classes is a class, and which one only the caller knows.
        if self.inherits(class, "builtins.type")
            && let Some(value) = self.class_member(class, attr)
            && let Kind::Func(func, captured) = &value.kind
            && self.funcs[func.0 as usize].binding == super::frame::Binding::Property
        {
            let (func, captured) = (*func, Rc::clone(captured));
            let at = self.at(crate::model::Span::default());
            return Some(self.call_function(func, &captured, Args::of(vec![base.clone()]), at));
        }
        let receiver = base.clone().turned(Kind::Instance(class));
        let value = self.member(&receiver, attr)?;
        Some(match value.kind {
            // The object is our own first argument.
            Kind::Bound(func, _) => value.turned(Kind::Bound(func, Rc::new(base.clone()))),
            _ => value,
        })
    }
}

pub(super) fn same_constant(a: &Val, b: &Val) -> bool {
    match (a.as_const(), b.as_const()) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}
