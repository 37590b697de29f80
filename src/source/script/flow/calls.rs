//! Calls: of functions of the script, and of the browser's own.

use std::rc::Rc;

use super::super::syntax::{ExprId, ExprKind, FunctionId};
use super::builtins;
use super::engine::{Engine, EventKind};
use super::texts;
use super::value::{Origins, Text, Value, What};
use crate::model::Span;

/// A call that is being followed.
pub(super) struct Call<'c> {
    pub(super) args: &'c [Value],
    pub(super) written: &'c [ExprId],
    pub(super) new: bool,
    pub(super) span: Span,
    pub(super) id: ExprId,
    pub(super) hidden: bool,
}

impl Engine<'_> {
    /// The value of a call.
    pub(super) fn call(&mut self, callee: ExprId, args: &[ExprId], new: bool, id: ExprId) -> Value {
        let script = self.script;
        let span = script[id].span;
        // A function that is called where it is written gets its arguments before it is walked.
        let at_once = self.inner(callee);
        if let Some(function) = self.written_function(at_once) {
            let values: Vec<Value> = args.iter().map(|arg| self.eval(*arg)).collect();
            self.give_all(function, &values);
            self.function(function);
            return self.returns(function, &values);
        }
        let (receiver, callee_value, name) = match &script[callee].kind {
            ExprKind::Member { object, name, .. } => {
                let receiver = self.eval(*object);
                let value = self.member(&receiver, name, script[callee].span);
                (Some(receiver), value, Some(name.to_string()))
            }
            ExprKind::Index { object, index } => {
                let receiver = self.eval(*object);
                let name = self.eval(*index).as_text().map(str::to_owned);
                let value = self.eval(callee);
                (Some(receiver), value, name)
            }
            _ => (None, self.eval(callee), None),
        };
        let values: Vec<Value> = args.iter().map(|arg| self.eval(*arg)).collect();
        if let ExprKind::Member { at, .. } = script[callee].kind {
            self.name_at = at;
        }
        let call = Call { args: &values, written: args, new, span, id, hidden: callee_value.hidden };
        if let What::Function(function) = callee_value.what {
            self.give_all(function, &values);
            return self.returns(function, &values);
        }
        match (callee_value.as_path(), receiver, name) {
            (Some(path), receiver, name) => {
                let path: Rc<str> = path.into();
                self.global(&path, receiver.as_ref(), name.as_deref(), &call)
            }
            (None, Some(receiver), Some(name)) => self.method(&receiver, &name, &call),
            _ => {
                // Something that is not known is called: what it gets may come out of it.
                if !callee_value.origins.is_empty() || callee_value.hidden {
                    let kind = EventKind::Call {
                        name: "".into(),
                        receiver: Some(callee_value),
                        args: values.clone(),
                        hidden: true,
                    };
                    self.event(span, kind);
                }
                self.give_to_callbacks(&values, &Value::unknown());
                self.data_of(&values)
            }
        }
    }

    fn inner(&self, expr: ExprId) -> ExprId {
        let mut at = expr;
        for _ in 0..10 {
            match self.script[at].kind {
                ExprKind::Of(inner) => at = inner,
                _ => break,
            }
        }
        at
    }

    pub(super) fn give_all(&mut self, function: FunctionId, values: &[Value]) {
        for (at, value) in values.iter().enumerate() {
            self.give(function, at, value);
        }
    }

    /// What a function of the script returns when it is called so.
    pub(super) fn returns(&mut self, function: FunctionId, values: &[Value]) -> Value {
        let known = &self.functions[function.0 as usize];
        let Some(returned) = known.returns.clone() else { return Value::harmless() };
        let own: Vec<u32> = known.params.clone();
        let mut value = Value { params: Vec::new(), ..returned.clone() };
        for param in &returned.params {
            match own.iter().position(|other| other == param) {
                Some(at) => {
                    if let Some(given) = values.get(at) {
                        let given = self.with_members(given);
                        let safe = returned.safe;
                        value = Value { text: value.text.clone(), what: value.what.clone(), ..value.mixed(&given) };
                        value.safe |= safe;
                    }
                }
                None => value.params.push(*param),
            }
        }
        // A function that hands back what it is given hands back its text.
        if let ([param], Text::Unknown, What::Other) = (returned.params.as_slice(), &value.text, &value.what)
            && returned.origins.is_empty()
            && !returned.unknown
            && self.hands_back(function)
            && let Some(given) = own.iter().position(|other| other == param).and_then(|at| values.get(at))
        {
            value.text = given.text.clone();
            value.what = given.what.clone();
        }
        value
    }

    /// Whether the body of a function is only `return parameter`.
    fn hands_back(&self, function: FunctionId) -> bool {
        use super::super::syntax::Stmt;
        match self.script[function].body.as_slice() {
            [Stmt::Return(Some(value))] => matches!(self.script[*value].kind, ExprKind::Name(_)),
            _ => false,
        }
    }

    /// Gives a value to every function among the arguments, which will be called with it.
    pub(super) fn give_to_callbacks(&mut self, args: &[Value], value: &Value) -> Vec<FunctionId> {
        let functions: Vec<FunctionId> =
            args.iter().filter_map(|arg| if let What::Function(id) = arg.what { Some(id) } else { None }).collect();
        for function in &functions {
            self.give(*function, 0, value);
        }
        functions
    }

    /// Data of all values, in a shape that is not known.
    pub(super) fn data_of(&self, values: &[Value]) -> Value {
        values
            .iter()
            .filter(|value| !matches!(value.what, What::Function(_)))
            .fold(Value::unknown(), |all, value| Value { safe: false, ..all.mixed(&self.with_members(value)) })
    }

    /// A call of something global.
    fn global(&mut self, path: &Rc<str>, receiver: Option<&Value>, name: Option<&str>, call: &Call<'_>) -> Value {
        let args = call.args;
        let first = args.first();
        let last = path.rsplit('.').next().unwrap_or(path);
        let text = || first.map_or("", |value| value.start());
        // Whatever is global may be a sink, and only the rules know which.
        let kind = EventKind::Call { name: path.clone(), receiver: None, args: args.to_vec(), hidden: call.hidden };
        self.event(call.span, kind);
        match &**path {
            "atob" | "unescape" | "decodeURIComponent" | "decodeURI" => {
                let Some(first) = first else { return Value::harmless() };
                return match first
                    .as_text()
                    .filter(|text| self.spend(text.len()))
                    .and_then(|text| texts::decode(path, text))
                {
                    Some(text) => Value {
                        hidden: matches!(&**path, "atob" | "unescape") || first.hidden,
                        ..texts::decoded(text, first)
                    },
                    None => Value { hidden: first.hidden || &**path == "atob", safe: false, ..first.reshaped() },
                };
            }
            "String.fromCharCode" | "String.fromCodePoint" => {
                let codes: Option<String> = call
                    .written
                    .iter()
                    .map(|arg| {
                        if let ExprKind::Number(code) = self.script[*arg].kind {
                            u32::try_from(code).ok().and_then(char::from_u32)
                        } else {
                            None
                        }
                    })
                    .collect();
                return match codes.filter(|codes| !codes.is_empty()) {
                    Some(text) => texts::decoded(text, &Value::default()),
                    None => Value { hidden: true, ..Value::unknown() },
                };
            }
            "String" | "JSON.parse" | "JSON.stringify" | "structuredClone" | "Object.values" | "Object.entries"
            | "Object.assign" | "Object.fromEntries" | "Array.from" | "Array.of" | "Object.freeze"
            | "Promise.resolve" | "encodeURI" | "encodeURIComponent" | "btoa" | "escape" => {
                if first.and_then(Value::as_path).is_some_and(|path| matches!(path, "localStorage" | "sessionStorage"))
                {
                    return Value::data(Origins::ALL_STORAGE, call.span);
                }
                let data = self.data_of(args);
                let data = Value { unknown: args.iter().any(|arg| arg.unknown), ..data };
                let safe = texts::is_sanitizer(path);
                let same = matches!(&**path, "String" | "Promise.resolve" | "Object.freeze");
                return match (safe, same, first) {
                    (true, ..) => data.made_safe(),
                    (_, true, Some(first)) => first.clone(),
                    _ => data,
                };
            }
            "document.createElement" => {
                let tag = text().to_ascii_lowercase();
                return Value { what: What::Element(format!("<{tag}>").into()), ..Value::default() };
            }
            "document.createElementNS" => {
                let tag = args.get(1).map_or("", |value| value.start()).to_ascii_lowercase();
                return Value { what: What::Element(format!("<{tag}>").into()), ..Value::default() };
            }
            "document.getElementById"
            | "document.querySelector"
            | "document.querySelectorAll"
            | "document.getElementsByName"
            | "document.getElementsByTagName"
            | "document.getElementsByClassName" => return Value::of(What::Element(text().into())),
            "localStorage.getItem" | "sessionStorage.getItem" => return Value::data(Origins::STORAGE, call.span),
            "fetch" => return self.answer("response", first, call.span),
            "$" | "jQuery" => {
                if let Some(What::Function(_)) = first.map(|first| &first.what) {
                    self.give_to_callbacks(args, &Value::unknown());
                }
                let how = match first.map(|first| &first.what) {
                    Some(What::Element(how)) => how.clone(),
                    _ => text().into(),
                };
                return Value::of(What::Query(how));
            }
            "addEventListener" | "document.addEventListener" | "document.body.addEventListener" => {
                self.listen(args);
                return Value::harmless();
            }
            "URLSearchParams" | "URL" if call.new => {
                let what = if &**path == "URL" { "url" } else { "params" };
                let mut data = self.data_of(args);
                if data.origins.any(Origins::WHOLE_ADDRESS) {
                    // What is asked of it is a part.
                    data.origins = data.origins.without(Origins::WHOLE_ADDRESS).with(Origins::ADDRESS);
                }
                if matches!(first.and_then(Value::as_path), Some("location" | "document.location")) {
                    data = Value::data(Origins::ADDRESS, call.span);
                }
                return Value { what: What::Made(what, text().into()), unknown: data.unknown, ..data };
            }
            "FormData" if call.new => {
                let origins = if args.is_empty() { Origins::NONE } else { Origins::FORM };
                return Value { what: What::Made("form", "".into()), ..Self::from(origins, call.span) };
            }
            "Image" if call.new => return Value { what: What::Element("<img>".into()), ..Value::default() },
            "XMLHttpRequest" if call.new => return Value { what: What::Made("xhr", "".into()), ..Value::default() },
            "WebSocket" | "EventSource" if call.new => {
                return Value { what: What::Made("socket", text().into()), ..self.data_of(args) };
            }
            "$.get" | "$.post" | "$.getJSON" | "$.ajax" | "jQuery.get" | "jQuery.post" | "jQuery.ajax" | "axios"
            | "axios.get" | "axios.post" => {
                let address =
                    first.map(|first| self.flow.member(first, "url").cloned().unwrap_or_else(|| first.clone()));
                let answer = self.answer("response", address.as_ref(), call.span);
                let element = Value { what: What::Other, ..answer.clone() };
                self.give_to_callbacks(args, &element);
                if let Some(What::Object(id)) = first.map(|first| &first.what) {
                    let members: Vec<Value> = self.object_at(*id).members.values().cloned().collect();
                    self.give_to_callbacks(&members, &element);
                }
                return answer;
            }
            _ => {}
        }
        if texts::is_number(path) {
            return Value::harmless();
        }
        if texts::is_sanitizer(path) {
            return self.data_of(args).made_safe();
        }
        // A method of something global that is not known is a method like any other.
        if let (Some(receiver), Some(name)) = (receiver, name)
            && let Some(value) = self.common_method(receiver, name, call)
        {
            return value;
        }
        self.give_to_callbacks(args, &Value::unknown());
        if last.starts_with(char::is_uppercase) && call.new {
            return self.data_of(args);
        }
        match name {
            // What a method of an unknown library gives is its own, not what it was asked with.
            Some(_) => Value::unknown(),
            None => self.data_of(args),
        }
    }

    /// What a server answers, by its address.
    pub(super) fn answer(&self, what: &'static str, address: Option<&Value>, span: Span) -> Value {
        let Some(address) = address else { return Value::unknown() };
        let origins = match builtins::is_foreign(address.start()) {
            Some(true) => Origins::FOREIGN,
            Some(false) => Origins::ANSWER,
            // The start decides whose answer it is.
            None if self.flow.origins(address, false).0.any(Origins::ADDRESS.with(Origins::MESSAGE)) => {
                Origins::FOREIGN
            }
            None => Origins::NONE,
        };
        Value { what: What::Made(what, address.start().into()), ..Self::from(origins, span) }
    }

    /// `addEventListener(kind, function)`.
    pub(super) fn listen(&mut self, args: &[Value]) {
        let kind: Rc<str> = args.first().map_or("", |kind| kind.start()).into();
        for arg in args.iter().skip(1) {
            if let What::Function(function) = arg.what {
                let asks = &*kind == "message" && self.asks_origin(function);
                let kind = if asks { "trusted message".into() } else { kind.clone() };
                self.give(function, 0, &Value { what: What::Happening(kind), ..Value::default() });
            }
        }
    }

    /// Whether a function reads the origin of its event: then the author thought of foreign windows.
    fn asks_origin(&self, function: FunctionId) -> bool {
        self.functions[function.0 as usize].asks_origin
    }
}
