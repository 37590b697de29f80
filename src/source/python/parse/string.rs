//! String literals: plain, bytes, formatted, and adjacent ones joined.

use super::lexer::{Declined, Go};
use super::parser::{Parser, Written};
use super::quote::Quoted;
use super::token::T;
use crate::model::Span;
use crate::source::python::literal;
use crate::source::python::syntax::{Constant, ExprKind, FPart};

/// What has been joined so far.
#[derive(Default)]
pub(super) struct Joined {
    pub(super) text: String,
    pub(super) parts: Vec<FPart>,
}

impl Joined {
    pub(super) fn flush(&mut self) {
        if !self.text.is_empty() {
            self.parts.push(FPart::Literal(std::mem::take(&mut self.text).into()));
        }
    }
}

impl Parser<'_> {
    /// One literal, or several that are one value.
    pub(super) fn strings(&mut self) -> Go<Written> {
        let start = self.start();
        if self.is(T::String) {
            let quoted = self.lexer.now.quoted;
            self.advance()?;
            if !matches!(self.kind(), T::String | T::Format) {
                let kind = ExprKind::Constant(self.constant(quoted)?);
                return Ok(self.written(start, kind));
            }
            if quoted.bytes {
                return self.joined_bytes(start, quoted);
            }
            let mut joined = Joined::default();
            self.plain_text(quoted, &mut joined)?;
            return self.joined_text(start, joined, false);
        }
        self.joined_text(start, Joined::default(), false)
    }

    /// The value of a literal alone.
    fn constant(&self, quoted: Quoted) -> Go<Constant> {
        let text = self.lexer.slice(quoted.inner.0, quoted.inner.1);
        if quoted.bytes {
            if !quoted.special && text.is_ascii() {
                return Ok(Constant::Bytes(text.as_bytes().into()));
            }
            let mut bytes = Vec::with_capacity(text.len());
            literal::decode_bytes(text, quoted.raw, &mut bytes).map_err(|_| Declined)?;
            return Ok(Constant::Bytes(bytes.into()));
        }
        if !quoted.special {
            return Ok(Constant::Str(text.into()));
        }
        let mut out = String::with_capacity(text.len());
        literal::decode_str(text, quoted.raw, &mut out).map_err(|_| Declined)?;
        Ok(Constant::Str(out.into()))
    }

    fn plain_text(&self, quoted: Quoted, joined: &mut Joined) -> Go<()> {
        let text = self.lexer.slice(quoted.inner.0, quoted.inner.1);
        if quoted.bytes {
            return Err(Declined);
        }
        literal::decode_str(text, quoted.raw, &mut joined.text).map_err(|_| Declined)
    }

    fn joined_bytes(&mut self, start: u32, first: Quoted) -> Go<Written> {
        let mut bytes = Vec::new();
        let mut quoted = first;
        loop {
            let text = self.lexer.slice(quoted.inner.0, quoted.inner.1);
            literal::decode_bytes(text, quoted.raw, &mut bytes).map_err(|_| Declined)?;
            match self.kind() {
                T::String if self.lexer.now.quoted.bytes => quoted = self.lexer.now.quoted,
                T::String | T::Format => return Err(Declined),
                _ => break,
            }
            self.advance()?;
        }
        Ok(self.written(start, ExprKind::Constant(Constant::Bytes(bytes.into()))))
    }

    /// The current literal and those that follow it, after what is joined already.
    fn joined_text(&mut self, start: u32, mut joined: Joined, mut is_format: bool) -> Go<Written> {
        let mut templates = None;
        loop {
            let quoted = self.lexer.now.quoted;
            match self.kind() {
                T::String => self.plain_text(quoted, &mut joined)?,
                T::Format => {
                    is_format = true;
                    // What a template joins with depends on the version.
                    if *templates.get_or_insert(quoted.template) != quoted.template {
                        return Err(Declined);
                    }
                    let start = self.start();
                    self.nested(|parser| parser.format_string(quoted, &mut joined))?;
                    if quoted.template {
                        self.feature(Span::new(start, self.lexer.now.end), "template string", 14);
                    }
                }
                _ => break,
            }
            self.advance()?;
        }
        if !is_format {
            return Ok(self.written(start, ExprKind::Constant(Constant::Str(joined.text.into()))));
        }
        joined.flush();
        Ok(self.written(start, ExprKind::JoinedStr(joined.parts)))
    }

    /// The rest of an f-string after its opening quotes. Leaves the token that it is at its end.
    fn format_string(&mut self, quoted: Quoted, joined: &mut Joined) -> Go<()> {
        let mut from = quoted.inner.0;
        let mut at = from as usize;
        let mut special = false;
        loop {
            let byte = self.lexer.byte(at);
            if byte == quoted.quote {
                let closes = |offset| self.lexer.byte(at + offset) == byte;
                if !quoted.triple || closes(1) && closes(2) {
                    break;
                }
                at += 1;
                continue;
            }
            match byte {
                b'\\' => {
                    special = true;
                    at = self.backslash(at, quoted.raw)?;
                }
                b'\n' if !quoted.triple => return Err(Declined),
                b'\r' => {
                    if !quoted.triple {
                        return Err(Declined);
                    }
                    special = true;
                    at += 1;
                }
                b'{' | b'}' if self.lexer.byte(at + 1) == byte => {
                    special = true;
                    at += 2;
                }
                b'{' => {
                    self.format_text(from, at, quoted, special, joined)?;
                    at = self.format_field(at, quoted, joined)?;
                    from = super::lexer::offset(at);
                    special = false;
                }
                b'}' => return Err(Declined),
                0 if at >= self.lexer.bytes.len() => return Err(Declined),
                _ => at += 1,
            }
        }
        self.format_text(from, at, quoted, special, joined)?;
        self.lexer.now.at = at + quoted.quotes();
        self.lexer.now.end = super::lexer::offset(self.lexer.now.at);
        Ok(())
    }

    /// A backslash in an f-string; answers where the text goes on.
    pub(super) fn backslash(&self, at: usize, raw: bool) -> Go<usize> {
        match self.lexer.byte(at + 1) {
            b'{' | b'}' => Ok(at + 1),
            b'N' if !raw && self.lexer.byte(at + 2) == b'{' => {
                let rest = self.lexer.bytes.get(at..).unwrap_or_default();
                let length = rest.iter().take(200).position(|byte| *byte == b'}').ok_or(Declined)?;
                Ok(at + length + 1)
            }
            b'\r' if self.lexer.byte(at + 2) == b'\n' => Ok(at + 3),
            _ => Ok(at + 2),
        }
    }

    /// Appends the text between two fields.
    fn format_text(&self, from: u32, at: usize, quoted: Quoted, special: bool, joined: &mut Joined) -> Go<()> {
        let text = self.lexer.slice(from, super::lexer::offset(at));
        if !special {
            joined.text.push_str(text);
            return Ok(());
        }
        literal::decode_format(text, quoted.raw, &mut joined.text).map_err(|_| Declined)
    }
}
