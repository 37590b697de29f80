//! String literals: plain, bytes, formatted, and adjacent ones joined.

use super::context::{Lower, MAX_DEPTH};
use super::expr::Allow;
use crate::model::Span;
use crate::source::python::kinds::{F, K};
use crate::source::python::literal::{self, Prefix};
use crate::source::python::syntax::{Constant, ExprId, ExprKind, FPart};

/// A value in a format spec in a format spec costs more of the stack than other nesting.
const FORMAT_DEPTH: usize = 5;

/// What has been joined so far.
#[derive(Default)]
struct Joined {
    text: String,
    bytes: Vec<u8>,
    parts: Vec<FPart>,
    is_bytes: bool,
    is_format: bool,
}

impl Joined {
    fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(FPart::Literal(std::mem::take(&mut self.text).into()));
        }
    }
}

impl Lower<'_> {
    pub(super) fn string(&mut self, at: usize) -> ExprId {
        let mut joined = Joined::default();
        self.one_string(at, &mut joined);
        self.finish_string(self.span(at), joined)
    }

    /// Adjacent literals: one value.
    pub(super) fn strings(&mut self, at: usize) -> ExprId {
        let span = self.span(at);
        let mut joined = Joined::default();
        let (mut bytes, mut text) = (false, false);
        for part in self.parts(at) {
            joined.is_bytes = false;
            self.one_string(part, &mut joined);
            bytes |= joined.is_bytes;
            text |= !joined.is_bytes;
        }
        if bytes && text {
            return self.refused(span, "cannot mix bytes and nonbytes literals");
        }
        joined.is_bytes = bytes;
        self.finish_string(span, joined)
    }

    fn finish_string(&mut self, span: Span, mut joined: Joined) -> ExprId {
        let kind = if joined.is_format {
            joined.flush();
            ExprKind::JoinedStr(joined.parts)
        } else if joined.is_bytes {
            ExprKind::Constant(Constant::Bytes(joined.bytes.into()))
        } else {
            ExprKind::Constant(Constant::Str(joined.text.into()))
        };
        self.push(span, kind)
    }

    fn one_string(&mut self, at: usize, joined: &mut Joined) {
        let tree = self.tree;
        let span = self.span(at);
        let (Some(start), Some(end)) = (tree.child(at, K::StringStart), tree.child(at, K::StringEnd)) else {
            return;
        };
        let (start, end) = (self.node(start), self.node(end));
        let prefix = Prefix::read(self.slice(start.span()));
        // The grammar's last token takes a raw string's backslashes along with the quotes.
        let quotes = if prefix.triple { 3 } else { 1 };
        let inner = Span::new(start.end, end.end.saturating_sub(quotes));
        if !prefix.valid {
            self.fault(span, "invalid syntax");
        } else if prefix.bytes {
            joined.is_bytes = true;
            if let Err(message) = literal::decode_bytes(self.slice(inner), prefix.raw, &mut joined.bytes) {
                self.fault(span, message);
            }
        } else if prefix.format {
            joined.is_format = true;
            if prefix.template {
                self.feature(span, "template string", 14);
            }
            self.format_string(at, inner, prefix, joined);
        } else if let Err(message) = literal::decode_str(self.slice(inner), prefix.raw, &mut joined.text) {
            self.fault(span, message);
        }
    }

    fn format_string(&mut self, at: usize, inner: Span, prefix: Prefix, joined: &mut Joined) {
        let mut from = inner.start;
        for child in self.tree.children(at) {
            let node = self.node(child);
            if node.kind != K::Interpolation {
                continue;
            }
            self.format_text(Span::new(from, node.start), prefix, joined);
            self.format_value(child, prefix, joined);
            from = node.end;
        }
        self.format_text(Span::new(from, inner.end), prefix, joined);
    }

    fn format_text(&mut self, span: Span, prefix: Prefix, joined: &mut Joined) {
        if let Err(message) = literal::decode_format(self.slice(span), prefix.raw, &mut joined.text) {
            self.fault(span, message);
        }
    }

    /// `{value!r:spec}`
    fn format_value(&mut self, at: usize, prefix: Prefix, joined: &mut Joined) {
        if self.depth >= MAX_DEPTH {
            self.too_deep(at);
            return;
        }
        self.depth += FORMAT_DEPTH;
        self.format_value_parts(at, prefix, joined);
        self.depth -= FORMAT_DEPTH;
    }

    fn format_value_parts(&mut self, at: usize, prefix: Prefix, joined: &mut Joined) {
        let tree = self.tree;
        let node = self.node(at);
        let Some(inner) = tree.field(at, F::Expression) else { return };
        if self.kind(inner) == K::NamedExpression {
            return self.format_not_walrus(at, inner, joined);
        }
        let allow = Allow { star: self.kind(inner) != K::ListSplat, walrus: false, yielding: true };
        let value = self.expr_in(inner, allow);
        let conversion = tree.field(at, F::TypeConversion);
        let spec = tree.field(at, F::FormatSpecifier);
        let equal = tree.child(at, K::Equal);
        let stop = [conversion, spec].into_iter().flatten().map(|part| self.node(part).start).min();
        let stop = stop.unwrap_or(node.end.saturating_sub(1));
        if equal.is_some() {
            joined.text.push_str(self.slice(Span::new(node.start + 1, stop)));
        }
        joined.flush();
        self.newer_format(Span::new(node.start + 1, stop), prefix);
        let conversion = match conversion.map(|part| self.text(part)) {
            Some(text) => {
                let letter = text.chars().nth(1);
                if !matches!(text, "!s" | "!r" | "!a") {
                    let message = "f-string: invalid conversion character: expected 's', 'r', or 'a'";
                    self.fault(node.span(), message);
                }
                letter
            }
            None => (equal.is_some() && spec.is_none()).then_some('r'),
        };
        let plain = match spec {
            Some(spec) => self.format_spec(spec, prefix),
            None => None,
        };
        joined.parts.push(FPart::Value { value, conversion, spec: plain, has_spec: spec.is_some() });
    }

    /// `{value:=10}` has the spec `=10`; the grammar takes it for an assignment expression.
    fn format_not_walrus(&mut self, at: usize, inner: usize, joined: &mut Joined) {
        let tree = self.tree;
        joined.flush();
        let Some(name) = tree.field(inner, F::Name) else { return };
        let value = self.name(name);
        let walrus = tree.child(inner, K::Walrus).map_or(self.node(inner).end, |walrus| self.node(walrus).start);
        let spec = self.slice(Span::new(walrus + 1, self.node(at).end.saturating_sub(1)));
        joined.parts.push(FPart::Value { value, conversion: None, spec: Some(spec.into()), has_spec: true });
    }

    /// The format spec where it is plain text; values nested in it are lowered for their faults
    /// and features only.
    fn format_spec(&mut self, at: usize, prefix: Prefix) -> Option<Box<str>> {
        let mut nested = false;
        for child in self.tree.children(at) {
            if matches!(self.kind(child), K::FormatExpression | K::Interpolation) {
                nested = true;
                let mut unused = Joined::default();
                self.format_value(child, prefix, &mut unused);
            }
        }
        if nested {
            return None;
        }
        let span = self.span(at);
        let mut text = String::new();
        let decoded = literal::decode_format(self.slice(Span::new(span.start + 1, span.end)), prefix.raw, &mut text);
        if let Err(message) = decoded {
            self.fault(span, message);
        }
        Some(text.into())
    }

    /// What Python before 3.12 does not take between the braces.
    fn newer_format(&mut self, span: Span, prefix: Prefix) {
        let text = self.slice(span);
        let quote = char::from(prefix.quote);
        let name = if text.contains('\\') {
            "backslash in an f-string expression"
        } else if !prefix.triple && text.contains(quote) || prefix.triple && literal::has_triple(text, prefix.quote) {
            "quotes of the f-string reused inside it"
        } else if literal::has_comment(text) {
            "comment in an f-string expression"
        } else if !prefix.triple && text.contains('\n') {
            "line break in an f-string expression"
        } else {
            return;
        };
        self.feature(span, name, 12);
    }
}
