//! Methods of values.

use super::super::syntax::ExprKind;
use super::calls::Call;
use super::engine::{Engine, EventKind};
use super::texts;
use super::value::{Origins, Text, Value, What};

impl Engine<'_> {
    /// A call of a method of a value that is nothing global.
    pub(super) fn method(&mut self, receiver: &Value, name: &str, call: &Call<'_>) -> Value {
        let kind = EventKind::Call {
            name: name.into(),
            receiver: Some(receiver.clone()),
            args: call.args.to_vec(),
            hidden: call.hidden,
        };
        self.event(call.span, kind);
        let args = call.args;
        let first = args.first();
        let text = || first.map_or("", |value| value.start());
        if let Some(value) = self.common_method(receiver, name, call) {
            return value;
        }
        match (&receiver.what, name) {
            (What::Element(_), "getAttribute") => match text() {
                "value" => Value::data(Origins::INPUT, call.span),
                name if name.starts_with("data-") => Value::data(Origins::DATASET, call.span),
                _ => Value::unknown(),
            },
            (
                What::Element(_),
                "querySelector"
                | "querySelectorAll"
                | "closest"
                | "getElementsByTagName"
                | "getElementsByClassName"
                | "item"
                | "cloneNode",
            ) => {
                Value::of(What::Element(if name == "item" || name == "cloneNode" { "".into() } else { text().into() }))
            }
            (What::Query(how), "val") if args.is_empty() => Self::from(super::builtins::typed(how), call.span),
            (What::Query(_), "data") if args.len() == 1 => Value::data(Origins::DATASET, call.span),
            (What::Query(_), "attr" | "prop") if args.len() == 1 && text().starts_with("data-") => {
                Value::data(Origins::DATASET, call.span)
            }
            (What::Query(_), "serialize" | "serializeArray") => Value::data(Origins::FORM, call.span),
            (What::Query(_), "text" | "html" | "height" | "width" | "index" | "is") if args.is_empty() => {
                Value::unknown()
            }
            (What::Query(_), "attr" | "prop" | "css" | "data") if args.len() == 1 && !text().is_empty() => {
                Value::unknown()
            }
            (
                What::Query(_),
                "on" | "one" | "click" | "change" | "submit" | "keypress" | "keyup" | "keydown" | "input",
            ) => {
                let kind = if matches!(name, "on" | "one") { text() } else { name };
                let kind: std::rc::Rc<str> = kind.split([' ', '.']).next().unwrap_or("").into();
                self.give_to_callbacks(args, &Value { what: What::Happening(kind), ..Value::default() });
                receiver.clone()
            }
            (
                What::Query(how),
                "find" | "closest" | "children" | "parent" | "siblings" | "filter" | "eq" | "first" | "last",
            ) => {
                let how = if text().is_empty() { how.clone() } else { text().into() };
                Value::of(What::Query(how))
            }
            (What::Query(_), _) => {
                self.give_to_callbacks(args, &Value::unknown());
                receiver.clone()
            }
            (What::Made("xhr", _), "open") => {
                self.give_to_callbacks(args, &Value::unknown());
                let answer = self.answer("xhr", args.get(1), call.span);
                self.remember(call, &answer);
                Value::harmless()
            }
            (What::Made("form" | "params", _), "append" | "set") => {
                let data = self.data_of(args);
                let joined = Value { text: Text::Unknown, what: receiver.what.clone(), ..receiver.mixed(&data) };
                self.remember(call, &joined);
                Value::harmless()
            }
            (What::Made("response", _), "text" | "json" | "blob" | "arrayBuffer" | "formData" | "clone") => {
                receiver.clone()
            }
            (What::Made("url", detail), "toString") => {
                Value { what: What::Made("url", detail.clone()), ..receiver.clone() }
            }
            _ if texts::is_sanitizer(name) => self.data_of(args).made_safe(),
            _ => {
                self.give_to_callbacks(args, &Value::unknown());
                let carries = matches!(
                    name,
                    "format"
                        | "render"
                        | "template"
                        | "compile"
                        | "wrap"
                        | "prepend"
                        | "parse"
                        | "stringify"
                        | "decode"
                );
                if carries {
                    receiver.mixed(&self.data_of(args))
                } else {
                    Value { unknown: true, safe: false, ..receiver.reshaped() }
                }
            }
        }
    }

    /// Methods that texts, arrays, promises, and whatever can be listened to have.
    pub(super) fn common_method(&mut self, receiver: &Value, name: &str, call: &Call<'_>) -> Option<Value> {
        let args = call.args;
        let first = args.first();
        Some(match name {
            "then" => {
                let mut given = receiver.clone();
                if matches!(given.what, What::Path(_)) {
                    given = Value::unknown();
                }
                let functions = self.give_to_callbacks(args, &given);
                match functions.first() {
                    Some(function) => self.returns(*function, &[given]),
                    None => given,
                }
            }
            "catch" | "finally" => {
                self.give_to_callbacks(args, &Value::unknown());
                receiver.clone()
            }
            "forEach" | "map" | "filter" | "some" | "every" | "find" | "flatMap" | "reduce" | "sort" => {
                let element = self.element(receiver);
                let reduce = name == "reduce";
                let functions: Vec<_> = args
                    .iter()
                    .filter_map(|arg| if let What::Function(id) = arg.what { Some(id) } else { None })
                    .collect();
                for function in &functions {
                    self.give(*function, usize::from(reduce), &element);
                    if reduce && let Some(start) = args.get(1) {
                        self.give(*function, 0, start);
                    }
                }
                match (name, functions.first()) {
                    ("map" | "flatMap" | "reduce", Some(function)) => {
                        let given = if reduce { vec![Value::harmless(), element] } else { vec![element] };
                        let returned = self.returns(*function, &given);
                        Value { what: What::Other, ..returned }
                    }
                    ("find", _) => element,
                    ("filter" | "sort", _) => receiver.clone(),
                    ("forEach", _) => Value::harmless(),
                    _ => Value { unknown: true, ..receiver.reshaped() },
                }
            }
            "addEventListener" => {
                self.listen(args);
                Value::harmless()
            }
            "join" => self.join_elements(receiver, first),
            "push" | "unshift" => {
                if let What::Object(id) = receiver.what {
                    args.iter().for_each(|arg| self.put(id, None, arg));
                }
                Value::harmless()
            }
            "reverse" => match receiver.what {
                What::Object(id) if self.object_at(id).array => self.reversed(id, call),
                _ => Value { unknown: true, ..receiver.reshaped() },
            },
            "split" => match (receiver.as_text(), first.and_then(Value::as_text)) {
                (Some(text), Some(by)) if self.spend(text.len()) => self.split(text, by, receiver, call),
                _ => Value { unknown: true, ..receiver.reshaped() },
            },
            "indexOf" | "lastIndexOf" | "includes" | "startsWith" | "endsWith" | "test" | "charCodeAt"
            | "codePointAt" | "localeCompare" | "hasOwnProperty" | "getTime" | "toFixed" | "search" | "has"
            | "preventDefault" | "stopPropagation" | "focus" | "toISOString" => Value::harmless(),
            "call" | "apply" | "bind" => return None,
            "toLowerCase" | "toUpperCase" | "trim" | "toString" | "valueOf" | "normalize" | "concat" | "charAt"
            | "at" | "slice" | "substring" | "substr" | "replace" | "replaceAll" | "repeat" | "padStart" | "padEnd"
            | "match" | "trimStart" | "trimEnd" | "get" | "getAll" => {
                return self.text_method(receiver, name, call);
            }
            _ => return None,
        })
    }

    fn text_method(&mut self, receiver: &Value, name: &str, call: &Call<'_>) -> Option<Value> {
        let args = call.args;
        if matches!(receiver.what, What::Element(_) | What::Query(_)) {
            return None;
        }
        let numbers: Vec<Option<i64>> = call
            .written
            .iter()
            .map(|arg| match self.script[*arg].kind {
                ExprKind::Number(number) => Some(number),
                _ => None,
            })
            .collect();
        let known = receiver.as_text().filter(|text| self.spend(text.len()));
        if let Some(text) = known.and_then(|text| texts::fold(name, text, args, &numbers)) {
            let hidden = receiver.hidden
                || matches!(name, "replace" | "replaceAll" | "charAt" | "slice" | "substring" | "substr" | "at");
            return Some(Value { hidden, ..texts::decoded(text, receiver) });
        }
        let mut value = receiver.reshaped();
        if name == "concat" {
            value = value.mixed(&self.data_of(args));
        }
        if matches!(name, "replace" | "replaceAll") {
            if self.takes_markup_out(call) {
                return Some(value.made_safe());
            }
            value = match args.get(1) {
                Some(with) if !matches!(with.what, What::Function(_)) => value.mixed(with),
                _ => value,
            };
            // What replaces a text may be data that the function gets.
            let element = receiver.reshaped();
            self.give_to_callbacks(args, &element);
        }
        if matches!(receiver.what, What::Path(_)) {
            value = Value::unknown();
        }
        Some(value)
    }

    /// Whether a `replace` leaves nothing that could open a tag.
    fn takes_markup_out(&self, call: &Call<'_>) -> bool {
        match call.written.first().map(|arg| &self.script[*arg].kind) {
            Some(ExprKind::Regex(pattern)) => {
                let (body, flags) = pattern.rsplit_once('/').unwrap_or((pattern, ""));
                let body = body.trim_start_matches('/');
                let all = flags.contains('g');
                let negated = body.starts_with("[^") && !body.contains('<') && !body.contains(r"\s\S");
                all && (body.contains('<') || negated || body.contains(r"\W") || body.contains(r"\D"))
            }
            Some(ExprKind::Text(text)) => text.contains('<'),
            _ => false,
        }
    }

    fn join_elements(&mut self, receiver: &Value, by: Option<&Value>) -> Value {
        let What::Object(id) = receiver.what else { return Value { unknown: true, ..receiver.reshaped() } };
        let by = match by {
            Some(by) => by.as_text().map(str::to_owned),
            None => Some(",".to_owned()),
        };
        let count = self.object_at(id).members.len();
        if !self.spend(count) {
            return Value { hidden: true, ..receiver.reshaped() };
        }
        let object = self.object_at(id);
        let texts: Option<Vec<String>> =
            (0..count).map(|at| object.members.get(at.to_string().as_str())?.as_text().map(str::to_owned)).collect();
        let plain = object.rest == Value::harmless();
        let all = self.with_members(receiver);
        match (texts, by) {
            (Some(texts), Some(by)) if plain => texts::decoded(texts.join(&by), &all),
            _ => all.reshaped(),
        }
    }

    fn split(&mut self, text: &str, by: &str, receiver: &Value, call: &Call<'_>) -> Value {
        let parts: Vec<String> = match by {
            "" => text.chars().map(String::from).collect(),
            by => text.split(by).map(str::to_owned).collect(),
        };
        let object = if parts.len() <= super::builtins::MOST_ELEMENTS { self.object(call.id.0, true) } else { None };
        let Some(object) = object else { return Value { hidden: true, ..receiver.reshaped() } };
        for (at, part) in parts.iter().enumerate() {
            self.put(object, Some(&at.to_string()), &Value { hidden: true, ..Value::text(part) });
        }
        Value { what: What::Object(object), hidden: true, ..Value::default() }
    }

    fn reversed(&mut self, id: u32, call: &Call<'_>) -> Value {
        let object = self.object_at(id);
        let count = object.members.len();
        let members: Vec<Value> =
            (0..count).rev().filter_map(|at| object.members.get(at.to_string().as_str()).cloned()).collect();
        let Some(made) = self.object(call.id.0, true).filter(|_| members.len() == count) else {
            return Value::unknown();
        };
        for (at, member) in members.iter().enumerate() {
            self.put(made, Some(&at.to_string()), &Value { hidden: true, ..member.clone() });
        }
        Value { what: What::Object(made), hidden: true, ..Value::default() }
    }

    /// Changes what the name before a method holds, where the method changes the thing itself.
    fn remember(&mut self, call: &Call<'_>, value: &Value) {
        let ExprKind::Call { callee, .. } = self.script[call.id].kind else { return };
        let ExprKind::Member { object, .. } = self.script[callee].kind else { return };
        if let ExprKind::Name(name) = &self.script[object].kind
            && let Some(binding) = self.binding_of(name)
        {
            let writer = self.reader();
            self.names.write(binding, value.clone(), writer);
        }
    }
}
