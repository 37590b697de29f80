//! What a value of a template holds, and what was done to it.

use super::names::{self, Names};
use crate::model::Span;
use crate::source::markup::jinja::{ExprId, ExprKind, Template};

/// Where the data in a value comes from; from harmless to bad.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Data {
    /// The template, or it is a number.
    #[default]
    None,
    /// A function or a filter that is not written here.
    Result,
    /// A variable.
    Variable,
    /// The request.
    Request,
}

/// How a value is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Form {
    #[default]
    Plain,
    /// As JSON, by `tojson`.
    Json,
    /// As an address of the site, or as a part of one.
    Address,
}

/// What is known of a value.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Value {
    /// What is in it.
    pub(super) data: Data,
    /// What is in it without being escaped when it is put out.
    pub(super) raw: Data,
    pub(super) form: Form,
    /// Whether it was escaped, and is markup since.
    pub(super) escaped: bool,
    /// Whether it is `request` itself.
    pub(super) request: bool,
    /// Where the data is written.
    pub(super) at: Span,
}

impl Value {
    pub(super) fn of(data: Data, at: Span) -> Self {
        Self { data, at, ..Self::default() }
    }

    /// One of both, or both put together.
    pub(super) fn join(self, other: Self) -> Self {
        let worse = if other.data > self.data { other } else { self };
        let plain = |value: &Self| value.data != Data::None && value.form == Form::Plain;
        let form = if plain(&self) || plain(&other) { Form::Plain } else { worse.form };
        let escaped = (self.escaped || self.data == Data::None) && (other.escaped || other.data == Data::None);
        Self {
            data: worse.data,
            raw: self.raw.max(other.raw),
            form,
            escaped: escaped && (self.escaped || other.escaped),
            request: false,
            at: worse.at,
        }
    }
}

/// Values inside of one another that are looked into.
const MAX_DEPTH: usize = 100;

/// What `id` holds where the names hold `names`.
pub(super) fn value(template: &Template, names: &Names, id: ExprId) -> Value {
    Reader { template, names }.value(id, 0)
}

struct Reader<'t> {
    template: &'t Template,
    names: &'t Names,
}

impl Reader<'_> {
    fn all(&self, ids: &[ExprId], depth: usize) -> Value {
        ids.iter().map(|id| self.value(*id, depth)).reduce(Value::join).unwrap_or_default()
    }

    fn value(&self, id: ExprId, depth: usize) -> Value {
        let expr = &self.template[id];
        if depth > MAX_DEPTH {
            return Value::of(Data::Result, expr.span);
        }
        let depth = depth + 1;
        match &expr.kind {
            ExprKind::Text(_) | ExprKind::Constant | ExprKind::Truth(_) => Value::default(),
            ExprKind::Name(name) => match &**name {
                "request" => Value { request: true, ..Value::default() },
                "loop" | "self" => Value::default(),
                "config" => Value::of(Data::Result, expr.span),
                _ => match self.names.get(name) {
                    // What the request sent is shown where it was read.
                    Some(known) if known.data == Data::Request => known,
                    Some(known) => Value { at: expr.span, ..known },
                    None if names::is_of_author(name) => Value::of(Data::Result, expr.span),
                    None => Value::of(Data::Variable, expr.span),
                },
            },
            ExprKind::Attr(of, name) => {
                // What describes a field of a form stands in the class of the form.
                let field = matches!(&self.template[*of].kind, ExprKind::Name(of) if &**of == "field");
                let written = field && matches!(&**name, "description" | "label");
                if written || names::is_of_author(name) {
                    return Value::of(Data::Result, expr.span);
                }
                self.member(self.value(*of, depth), name, expr.span)
            }
            ExprKind::Item(of, index) => {
                let of = self.value(*of, depth);
                match &self.template[*index].kind {
                    ExprKind::Text(name) => self.member(of, name, expr.span),
                    _ => Value { at: expr.span, ..of },
                }
            }
            ExprKind::Call(callee, args) => self.call(*callee, args, expr.span, depth),
            ExprKind::Filter(of, name, args) => {
                let of = of.map(|of| self.value(of, depth)).unwrap_or_default();
                self.filter(of, name, args, depth)
            }
            ExprKind::Conditional { yes, no, .. } => {
                let yes = self.value(*yes, depth);
                no.map_or(yes, |no| yes.join(self.value(no, depth)))
            }
            ExprKind::Joined(parts) | ExprKind::Collection(parts) => self.all(parts, depth),
            ExprKind::Either(left, right) => self.value(*left, depth).join(self.value(*right, depth)),
        }
    }

    fn member(&self, of: Value, name: &str, at: Span) -> Value {
        if of.request {
            return match name {
                "args" | "form" | "values" | "cookies" | "headers" | "json" | "data" | "files" | "query_string"
                | "view_args" | "referrer" | "user_agent" | "host" => Value::of(Data::Request, at),
                "url" | "base_url" | "path" | "full_path" | "url_root" | "host_url" | "script_root" => {
                    Value { form: Form::Address, ..Value::of(Data::Request, at) }
                }
                _ => Value::default(),
            };
        }
        if of.data == Data::None || names::is_number(name) {
            return Value { data: Data::None, ..of };
        }
        Value { at, ..of }
    }

    fn call(&self, callee: ExprId, args: &[ExprId], at: Span, depth: usize) -> Value {
        let known = |template: &Template, id: ExprId, wanted: &[&str]| matches!(&template[id].kind, ExprKind::Name(name) if wanted.contains(&&**name));
        // `type=int` makes a number of whatever was sent.
        if args.iter().any(|arg| known(self.template, *arg, &["int", "float"])) {
            return Value::default();
        }
        match &self.template[callee].kind {
            ExprKind::Name(name) => match &**name {
                "url_for" | "get_url" | "static_url" => Value { form: Form::Address, ..Value::default() },
                "_" | "gettext" | "ngettext" | "_gettext" | "_ngettext" | "namespace" | "dict" | "joiner"
                | "cycler" => self.all(args, depth),
                "range" | "lipsum" | "csrf_token" | "super" | "caller" => Value::default(),
                "get_flashed_messages" => Value::of(Data::Variable, at),
                // A macro has escaped what it puts out.
                _ => Value { escaped: self.names.get(name).is_some(), ..Value::of(Data::Result, at) },
            },
            ExprKind::Attr(of, method) => {
                let of = self.value(*of, depth);
                if of.request && matches!(&**method, "get_json" | "get_data") {
                    return Value::of(Data::Request, at);
                }
                if names::keeps_text(method) || of.data == Data::Request {
                    let args = self.all(args, depth);
                    return Value { at: if of.data >= args.data { at } else { args.at }, ..of.join(args) };
                }
                if of.data == Data::None || names::is_number_method(method) {
                    return Value::default();
                }
                Value::of(Data::Result, at)
            }
            _ => Value::of(Data::Result, at),
        }
    }

    fn filter(&self, of: Value, name: &str, args: &[ExprId], depth: usize) -> Value {
        match name {
            "safe" => Value { raw: if of.escaped { of.raw } else { of.raw.max(of.data) }, escaped: true, ..of },
            "e" | "escape" => Value { escaped: true, ..of },
            "forceescape" => Value { escaped: true, raw: Data::None, ..of },
            "tojson" | "htmlsafe_json_dumps" => {
                Value { form: Form::Json, escaped: true, raw: Data::None, request: false, ..of }
            }
            "urlencode" => Value { form: Form::Address, escaped: true, raw: Data::None, ..of },
            "int" | "float" | "round" | "length" | "count" | "abs" | "sum" | "filesizeformat" | "wordcount" => {
                Value::default()
            }
            // It quotes and escapes.
            "xmlattr" => Value { escaped: true, ..Value::default() },
            "striptags" => Value { escaped: false, raw: Data::None, ..of },
            "default" | "d" | "replace" | "format" | "join" => {
                let args = self.all(args, depth);
                let joined = of.join(args);
                // What is put into markup is escaped.
                let kept = of.escaped && matches!(name, "replace" | "format");
                Value { escaped: kept || joined.escaped, ..joined }
            }
            "map" => match args.first().map(|arg| &self.template[*arg].kind) {
                Some(ExprKind::Text(name)) if depth < MAX_DEPTH => self.filter(of, &name.clone(), &[], MAX_DEPTH),
                _ => of,
            },
            _ if names::keeps(name) => of,
            _ if names::is_number_method(name) => Value::default(),
            _ if names::cleans(name) => Value { escaped: true, raw: Data::None, ..of },
            _ => {
                let data = of.data.min(Data::Result);
                Value { data, raw: of.raw.min(data), escaped: false, form: Form::Plain, ..of }
            }
        }
    }
}
