//! Where strings begin and end.

use super::lexer::{Declined, Go, Lexer};
use super::token::T;

/// A string as it is written.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Quoted {
    pub(super) quote: u8,
    pub(super) triple: bool,
    pub(super) raw: bool,
    pub(super) bytes: bool,
    pub(super) template: bool,
    /// Something in it is not worth itself: an escape, or a carriage return.
    pub(super) special: bool,
    /// Between the quotes. Of an f-string only the start is known.
    pub(super) inner: (u32, u32),
}

impl Quoted {
    pub(super) const fn quotes(self) -> usize {
        if self.triple { 3 } else { 1 }
    }
}

impl Lexer<'_> {
    /// A string whose quotes stand at `open`, if the letters before them are a prefix.
    pub(super) fn prefixed(&mut self, start: usize, open: usize) -> Go<Option<T>> {
        let (first, second) = (self.byte(start) | 0x20, self.byte(start + 1) | 0x20);
        let known = match open - start {
            1 => matches!(first, b'r' | b'u' | b'b' | b'f' | b't'),
            _ => matches!((first, second), (b'r', b'b' | b'f' | b't') | (b'b' | b'f' | b't', b'r')),
        };
        if known { self.string(start, open).map(Some) } else { Ok(None) }
    }

    /// A string from its prefix at `start` on; its quotes stand at `open`.
    pub(super) fn string(&mut self, start: usize, open: usize) -> Go<T> {
        let quote = self.byte(open);
        let triple = self.byte(open + 1) == quote && self.byte(open + 2) == quote;
        let mut quoted = Quoted { quote, triple, ..Quoted::default() };
        let mut format = false;
        for at in start..open {
            match self.byte(at) | 0x20 {
                b'r' => quoted.raw = true,
                b'b' => quoted.bytes = true,
                b'f' => format = true,
                b't' => (format, quoted.template) = (true, true),
                _ => {}
            }
        }
        let inner = open + quoted.quotes();
        quoted.inner = (super::lexer::offset(inner), 0);
        self.now.at = inner;
        if !format {
            let end = self.string_end(inner, &mut quoted)?;
            quoted.inner.1 = super::lexer::offset(end);
            self.now.at = end + quoted.quotes();
        }
        self.now.quoted = quoted;
        Ok(if format { T::Format } else { T::String })
    }

    /// Where the closing quotes of a string stand whose text begins at `at`.
    fn string_end(&self, mut at: usize, quoted: &mut Quoted) -> Go<usize> {
        let bytes = self.bytes;
        loop {
            let Some(&byte) = bytes.get(at) else { return Err(Declined) };
            if byte == quoted.quote {
                if !quoted.triple || self.byte(at + 1) == byte && self.byte(at + 2) == byte {
                    return Ok(at);
                }
                at += 1;
                continue;
            }
            match byte {
                b'\\' => {
                    quoted.special |= !quoted.raw;
                    let next = self.byte(at + 1);
                    quoted.special |= next == b'\r';
                    at += if next == b'\r' && self.byte(at + 2) == b'\n' { 3 } else { 2 };
                }
                b'\n' if !quoted.triple => return Err(Declined),
                b'\r' => {
                    if !quoted.triple {
                        return Err(Declined);
                    }
                    quoted.special = true;
                    at += 1;
                }
                _ => at += 1,
            }
        }
    }
}
