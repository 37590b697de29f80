//! What is told of texts, names, and handlers as they are met, for rules to judge.

use std::rc::Rc;

use super::engine::Engine;
use super::events::EventKind;
use super::frame::Level;
use super::names::Sym;
use super::taint::Origins;
use super::value::{Args, At, Kind, Piece, Val};
use crate::model::Span;
use crate::source::python::children::expr_children;
use crate::source::python::syntax::{Constant, ExprId, ExprKind, Handler, Params, StmtKind};

impl Engine<'_, '_> {
    /// `config.update({"DEBUG": True})` sets each of the keys.
    pub(super) fn tell_update(&mut self, name: &str, args: &Args, at: At) {
        let Some((base, _)) = name.rsplit_once('.') else { return };
        let known = self.matters_set(base) || base.ends_with(".__dict__");
        let by_key = self.is_watched("*.update");
        if !known && !by_key {
            return;
        }
        let name: Rc<str> = base.into();
        let mut all: Vec<(Val, Val)> =
            args.named.iter().map(|(key, value)| (Val::text(&**self.names.text(*key)), value.clone())).collect();
        if let Some(Kind::Dict(dict)) = args.pos.first().map(|value| &value.kind) {
            all.extend(dict.entries.iter().take(256).cloned());
        }
        if let Some(dict) = args.pos.first().and_then(super::questions::pairs) {
            all.extend(dict.entries.into_iter().take(256));
        }
        for (key, value) in all {
            let mut at = at;
            if let Some(text) = key.as_str() {
                let sym = self.names.sym(text);
                if !known || base.ends_with("config") {
                    at.span = self.places.get(&(at, sym)).copied().unwrap_or(at.span);
                }
                // A setting by its name, whatever the object is that keeps it.
                if by_key && text.starts_with(|c: char| c.is_ascii_uppercase()) {
                    let name = "*.update".into();
                    self.emit(EventKind::Set { name, key: Some(key.clone()), value: value.clone() }, at);
                }
                if known {
                    self.tell_secret(sym, &value, at);
                }
            }
            if !known {
                continue;
            }
            // The names of a module are its functions.
            if let (Some(module), Some(key)) = (name.strip_suffix(".__dict__"), key.as_str()) {
                let name: Rc<str> = format!("{module}.{key}").into();
                if self.matters_set(&name) {
                    self.emit(EventKind::Set { name, key: None, value }, at);
                }
                continue;
            }
            self.emit(EventKind::Set { name: Rc::clone(&name), key: Some(key), value }, at);
        }
    }

    /// Whether rules speak of an assignment to this name.
    pub(super) fn matters_set(&self, name: &str) -> bool {
        self.is_watched(name) || self.model.watches_set(name)
    }

    /// The name of what a value is a part of: of `app.view_functions["page"]`, say.
    pub(super) fn part_of(&self, value: &Val) -> Option<Rc<str>> {
        let mut base = value;
        while let Kind::Item(pair) = &base.kind {
            base = &pair.0;
        }
        if matches!(value.kind, Kind::Item(_)) { self.called_name(base, None) } else { None }
    }

    /// Something is taken out of, or put in front in, what rules speak of with `[]` at its end.
    pub(super) fn tell_part(&mut self, base: &str, method: &str, at: At) {
        let takes = matches!(
            method,
            "clear" | "pop" | "popitem" | "remove" | "insert" | "reverse" | "sort" | "__setitem__" | "__delitem__"
        );
        if !takes {
            return;
        }
        let parts = [".setdefault()", ".get()", ".items()", ".values()"];
        let base = parts.iter().find_map(|part| base.strip_suffix(part)).unwrap_or(base);
        let name: Rc<str> = format!("{base}[]").into();
        if self.is_watched(&name) {
            self.emit(EventKind::Set { name, key: Some(Val::text(method)), value: Val::UNKNOWN }, at);
        }
    }

    /// `session.setdefault("name", value)`, `session.__setitem__("name", value)`.
    pub(super) fn tell_put(&mut self, base: &str, method: &str, args: &Args, at: At) {
        if let ("setdefault" | "__setitem__", [key, value, ..]) = (method, args.pos.as_slice())
            && self.matters_set(base)
            // A list that is looked for, and made where there is none.
            && !matches!(value.kind, Kind::Seq(_) | Kind::Dict(_))
        {
            let (key, value) = (Some(key.clone()), value.clone());
            self.emit(EventKind::Set { name: base.into(), key, value }, at);
        }
    }

    /// The same, of something that is not known.
    pub(super) fn tell_put_into(&mut self, base: &Val, method: &str, args: &Args, at: At) {
        if matches!(method, "setdefault" | "__setitem__")
            && let Some(name) = self.called_name(base, None)
        {
            self.tell_put(&name, method, args, at);
        }
    }

    /// A constant text that a secret is compared with, or that stands beside the name of one. The key of the event
    /// has the origins of what is compared.
    pub(super) fn tell_compared(&mut self, name: Sym, compared: &Origins, value: &Val, at: At) {
        if value.as_str().is_some() && self.is_secret(name) {
            let key = Some(Val::text(&**self.names.text(name)).with(compared));
            self.emit(EventKind::Set { name: "=compared".into(), key, value: value.clone() }, at);
        }
    }

    /// Constant texts that arguments with the name of a secret have when nobody gives one.
    pub(super) fn tell_defaults(&mut self, params: &Params, defaults: &[Option<Val>]) {
        for (param, default) in params.list.iter().zip(defaults) {
            let (Some(value), Some(written)) = (default, param.default) else { continue };
            let name = self.names.sym(&param.name.name);
            if value.as_str().is_some() && self.is_secret(name) {
                let key = Some(Val::text(&*param.name.name));
                let at = self.at(self.ast()[written].span);
                self.emit(EventKind::Set { name: "=default".into(), key, value: value.clone() }, at);
            }
        }
    }

    /// A constant text that does not stand in the file as it is.
    pub(super) fn tell_pieced(&mut self, value: &Val, span: Span) {
        let Some(text) = value.as_str() else { return };
        if (16..=256).contains(&text.len()) && span.range().len() != text.len() + 2 && self.is_watched("=pieced") {
            let at = self.at(span);
            self.emit(EventKind::Set { name: "=pieced".into(), key: None, value: value.clone() }, at);
        }
    }

    /// A setting by its name alone, as in a class or module of settings.
    pub(super) fn tell_setting(&mut self, name: Sym, value: &Val, at: At) {
        let text = self.names.text(name);
        if self.frame().level != Level::Function && text.starts_with(|c: char| c.is_ascii_uppercase()) {
            let event: Rc<str> = format!("={text}").into();
            if self.is_watched(&event) {
                self.emit(EventKind::Set { name: event, key: None, value: value.clone() }, at);
            }
        }
    }

    /// A text that was put together from known and unknown pieces.
    pub(super) fn tell_text(&mut self, value: &Val, span: Span) {
        let Kind::Text(pieces) = &value.kind else { return };
        if let Some(Piece::Literal(start)) = pieces.first()
            && self.model.tells_text(start)
        {
            let at = self.at(span);
            self.emit(EventKind::Set { name: "=text".into(), key: None, value: value.clone() }, at);
        }
    }

    /// A text or a list that is repeated as often as data from outside says.
    pub(super) fn tell_repeated(&mut self, left: &Val, right: &Val, span: Span) {
        let holds = |value: &Val| matches!(value.kind, Kind::Seq(_) | Kind::Text(_)) || value.as_bytes().is_some();
        for (what, times) in [(left, right), (right, left)] {
            if holds(what) && times.taint.is_some() && self.is_watched("=repeated") {
                let at = self.at(span);
                self.emit(EventKind::Set { name: "=repeated".into(), key: None, value: times.clone() }, at);
            }
        }
    }

    /// A name that is looked up among all names of a module while the program runs.
    pub(super) fn tell_lookup(&mut self, base: &Val, key: &Val, at: At) {
        let all_names = match &base.kind {
            Kind::Dict(dict) => dict.entries.last().is_some_and(|(key, _)| key.as_str() == Some("__builtins__")),
            Kind::Attr(pair) => &**self.names.text(pair.1) == "__globals__",
            _ => false,
        };
        if all_names && !key.is_constant() {
            self.emit(EventKind::Set { name: "=lookup".into(), key: None, value: key.clone() }, at);
        }
    }

    /// Whether a test speaks of a choice of the site's: `if not self.verify:`, `if options.get("insecure"):`.
    pub(super) fn asks_for_choice(&self, test: ExprId) -> bool {
        let ast = self.ast();
        let mut next = vec![test];
        while let Some(id) = next.pop() {
            let name = match &ast[id].kind {
                ExprKind::Name(name) => Some(&**name),
                ExprKind::Attribute { attr, .. } => Some(&*attr.name),
                ExprKind::Constant(Constant::Str(text)) => Some(&**text),
                _ => None,
            };
            if name.is_some_and(|name| self.model.is_choice(name)) {
                return true;
            }
            expr_children(ast, id, &mut |child| next.push(child));
        }
        false
    }

    /// Something outside that is fetched by its name as text.
    pub(super) fn tell_named(&mut self, value: &Val, at: At) {
        if let Kind::Path(path) = value.kind
            && self.is_watched("=named")
        {
            let name = Val::text(&**self.paths.text(path));
            self.emit(EventKind::Set { name: "=named".into(), key: None, value: name }, at);
        }
    }

    /// A handler that catches everything and does nothing.
    pub(super) fn tell_swallowed(&mut self, caught: Option<&Val>, handler: &Handler) {
        let all = caught
            .is_none_or(|caught| matches!(self.path_of(caught), Some("builtins.Exception" | "builtins.BaseException")));
        let ast = self.ast();
        let silent = handler.body.iter().all(|id| match &ast[*id].kind {
            StmtKind::Pass | StmtKind::Continue => true,
            StmtKind::Expr(value) => matches!(ast[*value].kind, ExprKind::Constant(_)),
            _ => false,
        });
        if all && silent && self.is_watched("=swallowed") {
            let at = self.at(handler.span);
            self.emit(EventKind::Read { name: "=swallowed".into() }, at);
        }
    }
}
