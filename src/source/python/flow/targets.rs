//! What is assigned to.

use std::rc::Rc;

use super::engine::*;
use super::events::EventKind;
use super::names::Sym;
use super::value::*;
use crate::source::python::syntax::*;

impl<'a> Engine<'a, '_> {
    /// Binds a target.
    pub(super) fn assign(&mut self, target: ExprId, value: Val) {
        let ast = self.ast();
        match &ast[target].kind {
            ExprKind::Name(name) => {
                let name = self.names.sym(name);
                let at = self.at(ast[target].span);
                self.tell_secret(name, &value, at);
                self.tell_setting(name, &value, at);
                let value = self.named(name, value, at);
                self.set_var(name, value);
            }
            ExprKind::Attribute { value: base, attr } => {
                let attr_sym = self.names.sym(&attr.name);
                self.tell_secret(attr_sym, &value, self.at(ast[target].span));
                let base_value = self.eval(*base);
                if let ExprKind::Name(name) = &ast[*base].kind {
                    let name = self.names.sym(name);
                    let field = self.field(name, attr_sym);
                    self.set_var(field, value.clone());
                }
                self.set_attribute(&base_value, attr_sym, value, ast[target].span);
            }
            ExprKind::Subscript { value: base, slice } => {
                let base_value = self.eval(*base);
                let key = self.eval(*slice);
                if let Some(name) = key.as_str() {
                    let name = self.names.sym(name);
                    self.tell_secret(name, &value, self.at(ast[target].span));
                }
                self.set_item(*base, base_value, key, &value, ast[target].span);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                let starred = items.iter().position(|item| matches!(ast[*item].kind, ExprKind::Starred(_)));
                let known = match &value.kind {
                    Kind::Seq(seq) if !seq.open => Some(Rc::clone(seq)),
                    _ => None,
                };
                for (at, item) in items.iter().enumerate() {
                    let part = match (&known, starred) {
                        (Some(seq), None) if seq.items.len() == items.len() => seq.items[at].clone(),
                        (Some(seq), Some(star)) if at < star => seq.items.get(at).cloned().unwrap_or(Val::UNKNOWN),
                        (None, None) if !matches!(value.kind, Kind::Seq(_) | Kind::Dict(_) | Kind::Const(_)) => {
                            let place = Val::int(i64::try_from(at).unwrap_or(0));
                            let span = self.at(ast[*item].span);
                            self.item(&value, &place, span)
                        }
                        _ => self.item_of(&value),
                    };
                    self.assign(*item, part);
                }
            }
            ExprKind::Starred(inner) => {
                let list = Val::seq(vec![value], true);
                self.assign(*inner, list);
            }
            _ => {}
        }
    }

    pub(super) fn set_attribute(&mut self, base: &Val, attr: Sym, value: Val, span: crate::model::Span) {
        match &base.kind {
            Kind::Module(file) => {
                if value.taint.is_some() {
                    self.keep_for_others(Self::class_of_module(*file), attr, &value.taint);
                }
                let value = self.erase(&value);
                self.files[file.0 as usize].vars.insert(attr, value);
                return;
            }
            Kind::Class(class) => {
                let value = self.erase(&value);
                self.keep(*class, attr, value);
                return;
            }
            Kind::Instance(class) => {
                // What came in by an argument the callers know.
                if value.has_param() {
                    self.keep_for_others(*class, attr, &value.taint);
                }
                self.tell_inherited(*class, attr, &value, span);
                let erased = self.erase(&value);
                self.keep(*class, attr, erased);
                return;
            }
            Kind::Param(0) if self.is_method() => {
                if let Some(class) = self.frame().class {
                    let erased = self.erase(&value);
                    if value.has_param() {
                        self.keep_loosely(class, attr, erased);
                    } else {
                        self.keep(class, attr, erased);
                    }
                }
                if let Some(class) = self.frame().class {
                    self.tell_inherited(class, attr, &value, span);
                }
                if value.has_param() {
                    self.frame_mut().kept.push((attr, value));
                }
                return;
            }
            _ => {}
        }
        if self.path_of(base) == Some("flask.g") {
            self.keep_in_session(&Val::text(format!("g {}", self.names.text(attr))), &value);
            return;
        }
        let name = self.called_name(base, Some(attr));
        if let Some(name) = name {
            let at = self.at(span);
            if base.has_param() && self.model.may_matter(self.names.text(attr)) {
                self.emit(EventKind::Change { base: base.clone(), attr, value: value.clone() }, at);
            }
            if self.matters_set(&name) {
                self.emit(EventKind::Set { name, key: None, value }, at);
            }
        }
    }

    /// An attribute that the objects of a class have from a class outside: `self.verify = False` in a session.
    fn tell_inherited(&mut self, class: ClassId, attr: Sym, value: &Val, span: crate::model::Span) {
        let Some(base) = self.outer_base(class).and_then(|base| self.called_name(&base, None)) else { return };
        let name: Rc<str> = format!("{base}().{}", self.names.text(attr)).into();
        if self.model.watched.paths.contains(&*name) {
            let at = self.at(span);
            self.emit(EventKind::Set { name, key: None, value: value.clone() }, at);
        }
    }

    /// Whether a value is an attribute of the object whose method is followed.
    pub(super) fn is_own(&self, value: &Val) -> bool {
        matches!(&value.kind, Kind::Attr(pair) if matches!(pair.0.kind, Kind::Param(0) | Kind::Instance(_)))
            && self.is_method()
    }

    /// Whether something is an attribute of `self`, in a function inside a method, too.
    fn is_of_self(&self, place: ExprId) -> bool {
        let ast = self.ast();
        matches!(&ast[place].kind, ExprKind::Attribute { value, .. }
            if matches!(&ast[*value].kind, ExprKind::Name(name) if &**name == "self"))
            && self.frame().class.is_some()
    }

    pub(super) fn set_item(&mut self, base: ExprId, container: Val, key: Val, value: &Val, span: crate::model::Span) {
        let place = self.at(span);
        if self.special(&container, "__setitem__", Args::of(vec![key.clone(), value.clone()]), place).is_some() {
            return;
        }
        let updated = match &container.kind {
            Kind::Dict(dict) => {
                let mut dict = (**dict).clone();
                let room = dict.entries.len() < 256;
                let found = dict.entries.iter_mut().find(|(known, _)| known.as_const().is_some() && known.same(&key));
                match found {
                    Some(entry) => entry.1 = value.clone(),
                    None if key.is_constant() && room => dict.entries.push((key.clone(), value.clone())),
                    None => {
                        // Under which key is not known; it is in there.
                        if room && value.taint.is_some() {
                            dict.entries.push((key.clone(), value.clone()));
                        }
                        dict.open = true;
                    }
                }
                let taint = super::taint::merge(&container.taint, &value.taint);
                Some(Val::dict(dict).from(taint))
            }
            Kind::Seq(seq) => {
                let mut seq = (**seq).clone();
                match key.as_int().and_then(|at| usize::try_from(at).ok()).and_then(|at| seq.items.get_mut(at)) {
                    Some(item) => *item = value.clone(),
                    None => seq.open = true,
                }
                let taint = super::taint::merge(&container.taint, &value.taint);
                Some(Val::seq(seq.items, seq.open).from(taint))
            }
            _ => None,
        };
        match updated {
            Some(updated) => self.store(base, updated),
            None => {
                let named = self.called_name(&container, None);
                if let Some(name) = self.part_of(&container) {
                    self.tell_part(&name, "__setitem__", self.at(span));
                }
                if named.as_deref() == Some("flask.session") {
                    self.keep_in_session(&key, value);
                }
                // `app.jinja_env.filters["name"] = function`
                if named.as_deref().is_some_and(|name| name.ends_with("jinja_env.filters") || name == "*.filters")
                    && let Kind::Func(func, _) | Kind::Bound(func, _) = value.kind
                {
                    self.filter(func);
                }
                self.tell_change(&container, None, self.at(span));
                // The names of a module are its functions.
                let of_module = match (&named, key.as_str()) {
                    (Some(name), Some(key)) => name.strip_suffix(".__dict__").map(|module| format!("{module}.{key}")),
                    _ => None,
                };
                if let Some(name) = of_module {
                    if self.matters_set(&name) {
                        let at = self.at(span);
                        self.emit(EventKind::Set { name: name.into(), key: None, value: value.clone() }, at);
                    }
                } else if let Some(name) = named
                    && self.matters_set(&name)
                    && !self.is_own(&container)
                    && !(matches!(container.kind, Kind::Attr(_)) && self.is_of_self(base))
                {
                    let at = self.at(span);
                    self.emit(EventKind::Set { name, key: Some(key), value: value.clone() }, at);
                }
                if value.taint.is_some() && !matches!(container.kind, Kind::Path(_)) {
                    let dirty = container.with(&value.taint);
                    self.store(base, dirty);
                }
            }
        }
    }

    /// Puts a changed container back where it came from.
    pub(super) fn store(&mut self, place: ExprId, value: Val) {
        let ast = self.ast();
        match &ast[place].kind {
            ExprKind::Name(name) => {
                let name = self.names.sym(name);
                if self.lookup(name).is_some() {
                    self.keep_around(name, &value);
                    self.set_var(name, value);
                }
            }
            ExprKind::Attribute { value: base, .. } if matches!(ast[*base].kind, ExprKind::Name(_)) => {
                self.quietly(|me| me.assign(place, value));
            }
            _ => {}
        }
    }
}
