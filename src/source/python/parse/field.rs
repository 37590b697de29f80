//! The fields of f-strings: `{value!r:spec}`.

use super::lexer::{Declined, Go, offset};
use super::parser::Parser;
use super::quote::Quoted;
use super::string::Joined;
use super::token::T;
use crate::model::Span;
use crate::source::python::literal;
use crate::source::python::syntax::{ExprKind, FPart};

/// Fields in fields, deeper than anybody writes them.
const MAX_FIELDS: u32 = 8;

impl Parser<'_> {
    /// The field whose brace stands at `open`; answers one past its end.
    pub(super) fn format_field(&mut self, open: usize, quoted: Quoted, joined: &mut Joined) -> Go<usize> {
        let brackets = self.lexer.now.brackets;
        self.lexer.now.at = open + 1;
        self.lexer.now.end = offset(open + 1);
        self.lexer.now.brackets += 1;
        self.lexer.now.fields += 1;
        if self.lexer.now.fields > MAX_FIELDS {
            return Err(Declined);
        }
        let outer = self.field.replace(brackets + 1);
        self.advance()?;
        self.nested(|parser| parser.field_parts(open, quoted, joined))?;
        self.field = outer;
        self.lexer.now.fields -= 1;
        self.lexer.now.brackets = brackets;
        Ok(self.lexer.now.at)
    }

    fn field_parts(&mut self, open: usize, quoted: Quoted, joined: &mut Joined) -> Go<()> {
        let value = if self.is(T::Yield) { self.yielded()? } else { self.values()? };
        if self.is(T::Walrus) {
            let bare = self.span(value.id) == Span::new(value.start, value.end);
            if !bare || !matches!(self.ast[value.id].kind, ExprKind::Name(_)) {
                return Err(Declined);
            }
            joined.flush();
            let spec = Some(self.walrus_spec()?);
            joined.parts.push(FPart::Value { value: value.id, conversion: None, spec, has_spec: true });
            return Ok(());
        }
        let equal = self.take(T::Equal)?;
        let stop = self.start();
        let text = self.lexer.slice(offset(open + 1), stop);
        if equal {
            joined.text.push_str(text);
        }
        joined.flush();
        self.newer_field(Span::new(offset(open + 1), stop), text, quoted);
        let mut conversion = None;
        if self.is(T::Bang) {
            let letter = self.lexer.byte(self.lexer.now.at);
            let next = self.lexer.byte(self.lexer.now.at + 1);
            if !matches!(letter, b's' | b'r' | b'a') || !matches!(next, b'}' | b':') {
                return Err(Declined);
            }
            conversion = Some(char::from(letter));
            self.lexer.now.at += 1;
            self.lexer.now.end += 1;
            // A format may begin with `=`, and `:=` is no token here.
            self.lexer.now.kind = if next == b':' { T::Colon } else { T::RightBrace };
            self.lexer.now.at += 1;
        }
        let (spec, has_spec) = match self.kind() {
            T::RightBrace => (None, false),
            T::Colon => (self.format_spec(quoted)?, true),
            _ => return Err(Declined),
        };
        if equal && !has_spec && conversion.is_none() {
            conversion = Some('r');
        }
        joined.parts.push(FPart::Value { value: value.id, conversion, spec, has_spec });
        Ok(())
    }

    /// `{value:=10}` has the spec `=10`: a number is all that the grammar takes there.
    fn walrus_spec(&mut self) -> Go<Box<str>> {
        let start = self.lexer.now.end as usize - 1;
        let mut at = start + 1;
        while self.lexer.byte(at).is_ascii_digit() {
            at += 1;
        }
        if at == start + 1 || self.lexer.byte(start + 1) == b'0' || self.lexer.byte(at) != b'}' {
            return Err(Declined);
        }
        self.lexer.now.at = at + 1;
        Ok(self.lexer.slice(offset(start), offset(at)).into())
    }

    /// A format spec after its colon, to the brace that ends the field: its text where it is plain.
    /// Values nested in it are parts of the file and not of the spec.
    fn format_spec(&mut self, quoted: Quoted) -> Go<Option<Box<str>>> {
        let start = self.lexer.now.at;
        let mut at = start;
        let (mut nested, mut special) = (false, false);
        loop {
            let byte = self.lexer.byte(at);
            match byte {
                b'}' => break,
                b'\\' if !matches!(self.lexer.byte(at + 1), b'{' | b'}' | b'N' | b'\n' | b'\r') => {
                    special = true;
                    at += 2;
                }
                b'{' if self.lexer.byte(at + 1) == b'{' => return Err(Declined),
                b'{' => {
                    nested = true;
                    at = self.format_field(at, quoted, &mut Joined::default())?;
                }
                b'\\' | b'\n' | b'\r' => return Err(Declined),
                _ if byte == quoted.quote => return Err(Declined),
                0 if at >= self.lexer.bytes.len() => return Err(Declined),
                _ => at += 1,
            }
        }
        self.lexer.now.at = at + 1;
        let text = self.lexer.slice(offset(start), offset(at));
        if nested {
            return Ok(None);
        }
        if !special {
            return Ok(Some(text.into()));
        }
        let mut out = String::with_capacity(text.len());
        literal::decode_format(text, quoted.raw, &mut out).map_err(|_| Declined)?;
        Ok(Some(out.into()))
    }

    /// What Python before 3.12 does not take between the braces.
    fn newer_field(&mut self, span: Span, text: &str, quoted: Quoted) {
        let quote = char::from(quoted.quote);
        let name = if text.contains('\\') {
            "backslash in an f-string expression"
        } else if !quoted.triple && text.contains(quote) || quoted.triple && literal::has_triple(text, quoted.quote) {
            "quotes of the f-string reused inside it"
        } else if literal::has_comment(text) {
            "comment in an f-string expression"
        } else if !quoted.triple && text.contains('\n') {
            "line break in an f-string expression"
        } else {
            return;
        };
        self.feature(span, name, 12);
    }
}
