//! Expressions: their values.

use super::super::syntax::{ExprId, ExprKind, Pattern};
use super::builtins;
use super::engine::{Engine, EventKind};
use super::guards;
use super::value::{Origins, Text, Value, What};
use crate::model::Span;

impl Engine<'_> {
    /// The value of an expression.
    pub(super) fn eval(&mut self, id: ExprId) -> Value {
        self.deeper(|engine| engine.eval_kind(id)).unwrap_or_else(Value::unknown)
    }

    fn eval_kind(&mut self, id: ExprId) -> Value {
        let script = self.script;
        let span = script[id].span;
        match &script[id].kind {
            ExprKind::Name(name) => self.name(name),
            ExprKind::Text(text) => Value::text(text),
            ExprKind::Regex(_) | ExprKind::Constant | ExprKind::Number(_) => Value::harmless(),
            ExprKind::Template(parts) => self.joined(parts),
            ExprKind::Member { object, name, .. } => {
                let object_value = self.eval(*object);
                self.member(&object_value, name, span)
            }
            ExprKind::Index { object, index } => {
                let object_value = self.eval(*object);
                let index_value = self.eval(*index);
                self.element_at(&object_value, &index_value, *index, span)
            }
            ExprKind::Call { callee, args, new } => self.call(*callee, args, *new, id),
            ExprKind::Assign { target, keeps, value } => self.assign(target, *keeps, *value),
            ExprKind::Or(left, right) => {
                let left = self.eval(*left);
                let right = self.eval(*right);
                if left.is_constant() && left.text == Text::Unknown && left.what == What::Other {
                    right
                } else {
                    left.or(&right)
                }
            }
            ExprKind::And(left, right) => {
                self.eval(*left);
                let mark = self.names.mark();
                let guards = guards::of(script, *left, 0);
                self.trust(&guards.when_true);
                let value = self.eval(*right);
                let after = self.names.back(mark);
                self.names.join(&[after], true);
                value
            }
            ExprKind::Compute(_, of) => {
                for one in of {
                    self.eval(*one);
                }
                Value::harmless()
            }
            ExprKind::Conditional { test, yes, no } => {
                self.eval(*test);
                let guards = guards::of(script, *test, 0);
                let mark = self.names.mark();
                self.trust(&guards.when_true);
                let yes = self.eval(*yes);
                let after_yes = self.names.back(mark);
                let mark = self.names.mark();
                self.trust(&guards.when_false);
                let no = self.eval(*no);
                let after_no = self.names.back(mark);
                self.names.join(&[after_yes, after_no], false);
                yes.or(&no)
            }
            ExprKind::Sequence(parts) => parts.iter().fold(Value::harmless(), |_, part| self.eval(*part)),
            ExprKind::Array(elements) => {
                let object = self.object(id.0, true);
                for (at, element) in elements.iter().enumerate() {
                    let value = self.eval(*element);
                    if let Some(object) = object {
                        let name = at.to_string();
                        self.put(object, (at < builtins::MOST_ELEMENTS).then_some(name.as_str()), &value);
                    }
                }
                object.map_or_else(Value::unknown, |object| Value { what: What::Object(object), ..Value::default() })
            }
            ExprKind::Object(entries) => {
                let object = self.object(id.0, false);
                for (name, value) in entries {
                    let value = self.eval(*value);
                    if let Some(object) = object {
                        self.put(object, name.as_deref(), &value);
                    }
                }
                object.map_or_else(Value::unknown, |object| Value { what: What::Object(object), ..Value::default() })
            }
            ExprKind::Function(function) => {
                self.function(*function);
                Value { what: What::Function(*function), ..Value::default() }
            }
            ExprKind::Class(members) => {
                members.iter().for_each(|member| drop(self.eval(*member)));
                Value::unknown()
            }
            ExprKind::Of(inner) => self.eval(*inner),
            ExprKind::Other(parts) => {
                parts.iter().for_each(|part| drop(self.eval(*part)));
                Value::unknown()
            }
        }
    }

    fn name(&mut self, name: &str) -> Value {
        if let Some(binding) = self.binding_of(name) {
            return self.names.read(binding, self.reader());
        }
        match name {
            "undefined" | "NaN" | "Infinity" => Value::harmless(),
            "this" => Value::of(What::Made("this", "".into())),
            _ => Value::path(name),
        }
    }

    /// Texts and values put together.
    fn joined(&mut self, parts: &[ExprId]) -> Value {
        let mut whole = Value::text("");
        // What is known from the start on, and whether that is all of it.
        let mut start = String::new();
        let mut known = true;
        for part in parts {
            let value = self.eval(*part);
            let value = self.with_members(&value);
            if known {
                let piece = value.start();
                known = value.as_text().is_some() && start.len() + piece.len() <= builtins::MOST_JOINED;
                start.push_str(&piece[..piece.floor_char_boundary(builtins::MOST_JOINED)]);
            }
            whole = whole.mixed(&value);
        }
        let text = match (known, start.is_empty()) {
            (true, _) => Text::Whole(start.into()),
            (false, true) => Text::Unknown,
            (false, false) => Text::Starts(start.into()),
        };
        Value { text, ..whole }
    }

    /// The value with the data of everything that it holds, as text made of it would have.
    pub(super) fn with_members(&self, value: &Value) -> Value {
        let mut all = value.clone();
        let mut open = vec![(value.what.clone(), 0)];
        let mut budget = 64;
        while let Some((what, depth)) = open.pop() {
            let What::Object(id) = what else { continue };
            let object = self.object_at(id);
            for member in object.members.values().chain([&object.rest]) {
                budget -= 1;
                if budget == 0 {
                    return all;
                }
                all = Value { text: all.text.clone(), what: all.what.clone(), ..all.mixed(member) };
                if depth < 4 {
                    open.push((member.what.clone(), depth + 1));
                }
            }
        }
        all
    }

    /// `object.name`.
    pub(super) fn member(&mut self, object: &Value, name: &str, span: Span) -> Value {
        match &object.what {
            What::Path(path) => return builtins::member_of_path(path, name, span, object.hidden),
            What::Object(id) => {
                let here = self.object_at(*id);
                let found = here
                    .members
                    .get(name)
                    .map(|member| if here.rest == Value::harmless() { member.clone() } else { member.or(&here.rest) });
                if let Some(member) = found {
                    return member;
                }
                if here.array && name == "length" {
                    return Value::harmless();
                }
                return here.rest.clone();
            }
            What::Made("this", _) => {
                return self.fields.get(name).cloned().unwrap_or_else(Value::unknown);
            }
            What::Element(how) => return builtins::member_of_element(how, name, span),
            What::Happening(kind) => return builtins::member_of_event(kind, name, span, object),
            What::Made(what, detail) => return builtins::member_of_made(what, detail, name, object),
            What::Function(_) | What::Query(_) | What::Other => {}
        }
        match name {
            // Numbers, and parts of an address that the page's own host decides.
            "length" | "size" | "host" | "hostname" | "origin" | "protocol" | "port" | "status"
            | "childElementCount" => Value::harmless(),
            _ => Value { unknown: object.unknown || object.is_constant(), safe: false, ..object.reshaped() },
        }
    }

    /// What an array holds at a place, for `[a, b] = …`.
    pub(super) fn indexed(&mut self, value: &Value, at: usize) -> Value {
        match value.what {
            What::Object(_) => self.member(value, &at.to_string(), Span::default()),
            _ => self.element(value),
        }
    }

    /// What a walk over a value meets.
    pub(super) fn element(&mut self, value: &Value) -> Value {
        match &value.what {
            What::Object(id) => self.object_at(*id).any.clone(),
            What::Element(how) => Value::of(What::Element(how.clone())),
            What::Path(_) => Value::unknown(),
            _ => Value { unknown: true, ..value.reshaped() },
        }
    }

    fn element_at(&mut self, object: &Value, index: &Value, index_expr: ExprId, span: Span) -> Value {
        let Some(name) = index.as_text().map(str::to_owned) else {
            // A number, or a name that is not known.
            return match &object.what {
                What::Path(path) if builtins::is_everything(path) => Value { hidden: true, ..Value::unknown() },
                What::Path(path) => Value { what: What::Path(format!("{path}.[]").into()), ..Value::unknown() },
                _ => self.element(object),
            };
        };
        let written = matches!(self.script[index_expr].kind, ExprKind::Text(_));
        let member = self.member(object, &name, span);
        // A name of something global that is put together is meant not to be read.
        let hidden = member.hidden || index.hidden || !written && member.as_path().is_some();
        Value { hidden, ..member }
    }

    fn assign(&mut self, target: &Pattern, keeps: bool, value: ExprId) -> Value {
        let new = self.eval(value);
        if !keeps {
            self.bind(target, &new);
            return new;
        }
        let old = match target {
            Pattern::Name(name, _) => self.name(name),
            // What is already in the page is judged where it was put.
            Pattern::Place(place) => match self.script[*place].kind {
                ExprKind::Member { object, .. } => {
                    let object = self.eval(object);
                    if matches!(object.what, What::Object(_) | What::Made("this", _)) {
                        self.eval(*place)
                    } else {
                        Value::text("")
                    }
                }
                _ => Value::text(""),
            },
            _ => Value::text(""),
        };
        let text = match (old.as_text(), new.as_text()) {
            (Some(a), Some(b)) if a.len() + b.len() <= builtins::MOST_JOINED => Text::Whole(format!("{a}{b}").into()),
            _ if old.start().is_empty() => Text::Unknown,
            _ => Text::Starts(old.start().into()),
        };
        let sum = Value { text, ..old.mixed(&self.with_members(&new)) };
        self.bind(target, &sum);
        sum
    }

    pub(super) fn assign_name(&mut self, name: &str, value: &Value, span: Span) {
        match self.binding_of(name) {
            Some(binding) => {
                let writer = self.reader();
                self.names.write(binding, value.clone(), writer);
            }
            None => {
                // `location = …`, and globals that are never declared.
                let path = builtins::plain_path(name);
                self.handler(&path, value);
                let kind = EventKind::Set { object: None, name: path.into(), value: value.clone() };
                self.event(span, kind);
            }
        }
    }

    pub(super) fn assign_place(&mut self, place: ExprId, value: &Value) {
        let script = self.script;
        let span = script[place].span;
        let (object, name) = match &script[place].kind {
            ExprKind::Member { object, name, at } => {
                let object = self.eval(*object);
                self.name_at = *at;
                (object, Some(name.to_string()))
            }
            ExprKind::Index { object, index } => {
                let object = self.eval(*object);
                let index = self.eval(*index);
                (object, index.as_text().map(str::to_owned))
            }
            _ => return,
        };
        match &object.what {
            What::Object(id) => self.put(*id, name.as_deref(), value),
            What::Made("this", _) => {
                if let Some(name) = &name {
                    let before = self.fields.get(&**name).map_or_else(|| value.clone(), |before| before.or(value));
                    self.fields.insert(name.as_str().into(), before);
                }
            }
            What::Path(path) => {
                let name = name.unwrap_or_else(|| "[]".to_owned());
                let whole = builtins::plain_path(&format!("{path}.{name}"));
                self.handler(&name, value);
                self.event(span, EventKind::Set { object: None, name: whole.into(), value: value.clone() });
                return;
            }
            _ => {}
        }
        if let Some(name) = name {
            self.handler(&name, value);
            self.event(span, EventKind::Set { object: Some(object), name: name.into(), value: value.clone() });
        }
    }

    /// `onmessage = function`.
    fn handler(&mut self, name: &str, value: &Value) {
        if let (Some(kind), What::Function(_)) = (name.strip_prefix("on"), &value.what) {
            self.listen(&[Value::text(kind), value.clone()]);
        }
    }

    /// Data of an origin, unless it is none.
    pub(super) fn from(origins: Origins, span: Span) -> Value {
        if origins.is_empty() { Value::unknown() } else { Value::data(origins, span) }
    }
}
