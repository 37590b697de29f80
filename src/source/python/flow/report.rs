//! What the program does, told to whoever listens.

use std::rc::Rc;

use super::engine::*;
use super::events::{Event, EventKind};
use super::model::{Kinds, Labels};
use super::names::{PathId, Sym};
use super::taint::*;
use super::value::*;
use crate::source::python::syntax::*;

impl<'a> Engine<'a, '_> {
    /// Data from outside: `part` tells apart what is read from one path.
    pub(super) fn source(&mut self, labels: Labels, path: PathId, part: &str, at: At) -> Origins {
        let name: Rc<str> = if part.is_empty() {
            Rc::clone(self.paths.text(path))
        } else {
            let text = self.paths.text(path);
            let text = text.strip_suffix(".get").or_else(|| text.strip_suffix(".getlist")).unwrap_or(text);
            format!("{text}[{part}]").into()
        };
        let (path, part) = (self.holder(path), self.part(part));
        let step = Step { at, what: StepKind::Source(name), before: None, length: 0 };
        let cleared = self.model.harmless(self.paths.text(path));
        let taint = Taint { origin: Origin::Source(labels, path, part), cleared, step: Rc::new(step) };
        Some(Rc::from([taint]))
    }

    /// What is one thing however it is read: `args.get("page")` and `args["page"]`, `get_json()` and `json`.
    fn holder(&mut self, path: PathId) -> PathId {
        const WAYS: &[&str] = &["()", ".get", ".getlist", ".items", ".keys", ".values", ".to_dict", ".copy", ".pop"];
        let text = Rc::clone(self.paths.text(path));
        let mut held = &*text;
        while let Some(shorter) = WAYS.iter().find_map(|way| held.strip_suffix(way)) {
            held = shorter;
        }
        match held {
            "flask.request.get_json" => self.paths.of("flask.request.json"),
            "flask.request" => path,
            _ if held.len() == text.len() => path,
            _ => self.paths.of(held),
        }
    }

    /// Marks a text that was hidden, if only by being written backwards.
    pub(super) fn decoded(&mut self, value: Val, at: At) -> Val {
        let labels = self.model.find_label("decoded");
        if labels == Labels::NONE || value.as_const().is_none() {
            return value;
        }
        let path = self.paths.of("text written backwards");
        let mark = self.source(labels, path, "", at);
        value.with(&mark)
    }

    /// Marks a function that was reached by a name which is looked up while the program runs.
    pub(super) fn hidden(&mut self, value: Val, at: At) -> Val {
        let labels = self.model.find_label("hidden");
        match value.kind {
            Kind::Path(path) if labels != Labels::NONE => {
                let mark = self.source(labels, path, "", at);
                value.with(&mark)
            }
            _ => value,
        }
    }

    /// Whether a name is one of a secret.
    pub(super) fn is_secret(&mut self, name: Sym) -> bool {
        match self.secret_names.get(&name) {
            Some(known) => *known,
            None => {
                let known = self.model.names_secret(self.names.text(name));
                self.secret_names.insert(name, known);
                known
            }
        }
    }

    /// `user.password` of an object that is not known: a password by its name.
    pub(super) fn named_password(&mut self, name: Sym, value: Val, at: At) -> Val {
        let lower = self.names.text(name).to_ascii_lowercase();
        let password = ["password", "passwd", "passphrase"].iter().any(|word| lower.ends_with(word));
        if password && matches!(value.kind, Kind::Attr(_) | Kind::Item(_) | Kind::Unknown) {
            self.named(name, value, at)
        } else {
            value
        }
    }

    /// A value that has the name of a secret is taken for one.
    pub(super) fn named(&mut self, name: Sym, value: Val, at: At) -> Val {
        let labels = self.model.find_label("named");
        if labels == Labels::NONE || !self.is_secret(name) || value.is_constant() {
            return value;
        }
        let text = Rc::clone(self.names.text(name));
        let path = self.paths.of("name of a secret");
        let mark = self.source(labels, path, &text, at);
        value.with(&mark)
    }

    /// Tells of a value that is kept under the name of a secret.
    pub(super) fn tell_secret(&mut self, name: Sym, value: &Val, at: At) {
        let told = value.taint.is_some() || matches!(value.as_const(), Some(Constant::Str(_)));
        if !told {
            return;
        }
        if self.is_secret(name) {
            let key = Some(Val::text(&**self.names.text(name)));
            self.emit(EventKind::Set { name: "=secret".into(), key, value: value.clone() }, at);
        }
    }

    /// A value from outside by its path.
    pub(super) fn outside(&mut self, path: PathId, at: At) -> Val {
        if let Some(constant) = self.paths.worth(path) {
            return Val::plain(Kind::Const(Rc::clone(constant)));
        }
        let labels = self.paths.labels(path);
        let taint = if labels == Labels::NONE { None } else { self.source(labels, path, "", at) };
        Val::new(Kind::Path(path), taint, 0)
    }

    pub(super) fn outside_named(&mut self, text: &str, at: At) -> Val {
        let path = self.paths.of(text);
        self.outside(path, at)
    }

    /// Tells of something that happens; later, by the caller, when it depends on our arguments.
    pub(super) fn emit(&mut self, kind: EventKind, at: At) {
        let function = self.frames.last().and_then(|frame| frame.func);
        let endless = self.frames.last().is_some_and(|frame| frame.endless);
        let script = self.frames.iter().any(|frame| frame.script);
        let chosen = self.frames.last().is_some_and(|frame| frame.chosen);
        let (at_import, outside, opened) = (self.at_import, self.outside, self.is_opened());
        self.emit_as(Event { kind, at, function, at_import, endless, outside, script, chosen, opened });
    }

    pub(super) fn emit_as(&mut self, mut event: Event) {
        let waits = self.frames.last().is_some_and(|frame| frame.func.is_some()) && super::summary::depends(&event);
        if let Some(frame) = self.frames.last()
            && !frame.passed.is_empty()
        {
            super::events::apply(&frame.passed, &mut event);
        }
        if waits {
            if self.silent == 0 {
                let event = Rc::new(event);
                if !self.frame_mut().wait(Rc::clone(&event)) && in_shape_only(&event) {
                    self.tell_now(&event);
                }
            }
        } else if self.silent > 0 {
            // Nobody listens.
        } else {
            self.tell(event);
        }
    }

    /// Tells of something that depends on arguments which no caller will be asked for, as if nothing were known of them.
    fn tell_now(&mut self, event: &Event) {
        let erased = |me: &mut Self, args: &Args| Args {
            pos: args.pos.iter().map(|value| me.erase(value)).collect(),
            named: args.named.iter().map(|(name, value)| (*name, me.erase(value))).collect(),
            rest: args.rest.as_ref().map(|rest| Rc::new(me.erase(rest))),
        };
        let kind = match &event.kind {
            EventKind::Call { name, receiver, args } => {
                if name.strip_prefix("*.").is_some_and(|method| !self.model.watches_method(method)) {
                    return;
                }
                let receiver = receiver.as_ref().map(|value| self.erase(value));
                EventKind::Call { name: Rc::clone(name), receiver, args: erased(self, args) }
            }
            EventKind::Set { name, key, value } => {
                let key = key.as_ref().map(|key| self.erase(key));
                EventKind::Set { name: Rc::clone(name), key, value: self.erase(value) }
            }
            EventKind::Return { value } => EventKind::Return { value: self.erase(value) },
            EventKind::Change { .. }
            | EventKind::Dynamic { .. }
            | EventKind::Import { .. }
            | EventKind::Read { .. } => return,
        };
        self.tell(Event { kind, ..event.clone() });
    }

    /// Keeps an event for whoever listens, and who told it.
    fn tell(&mut self, event: Event) {
        if self.events.len() < EVENTS {
            self.told_by.push(self.frames.last().and_then(|frame| frame.func));
            self.events.push(event);
        }
    }
}

/// Whether data of our arguments is in no part of an event, though which file it is about depends on them.
fn in_shape_only(event: &Event) -> bool {
    let shape = |value: &Val| {
        let mut params = value.origins().iter().filter(|taint| matches!(taint.origin, Origin::Param(..)));
        params.all(|taint| taint.cleared.has(Kinds::ALL))
    };
    match &event.kind {
        EventKind::Call { receiver, args, .. } => receiver.as_ref().is_none_or(shape) && args.values().all(shape),
        EventKind::Set { key, value, .. } => key.as_ref().is_none_or(shape) && shape(value),
        EventKind::Return { value } => shape(value),
        EventKind::Change { .. } | EventKind::Dynamic { .. } | EventKind::Import { .. } | EventKind::Read { .. } => {
            false
        }
    }
}
