//! Where f-strings end, with the nesting that Python has since 3.12.

use super::cursor::Cursor;
use super::text::{Quotes, plain_end, prefix_length};

/// How deep f-strings may stand in one another. Older versions allow four, newer ones 150.
const MAX_NESTING: usize = 20;

const OPEN: &str = "f-string: expecting '}'";

impl Cursor<'_> {
    /// One past the last quote of the f-string that opens at `open`, or what is wrong with it.
    pub(super) fn format_end(&mut self, open: usize, quotes: Quotes) -> Result<usize, &'static str> {
        let mut reader = Reader { bytes: self.bytes, furthest: open };
        let end = reader.text(open + quotes.length(), quotes, 0);
        if end.is_err() {
            // An f-string that does not close is read twice; a file full of them must not cost more.
            let read = reader.furthest.saturating_sub(open);
            self.found.fatal |= read > self.rescans;
            self.rescans = self.rescans.saturating_sub(read);
        }
        end
    }
}

struct Reader<'t> {
    bytes: &'t [u8],
    furthest: usize,
}

impl Reader<'_> {
    fn peek(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// The literal text of an f-string, up to its closing quotes.
    fn text(&mut self, mut at: usize, quotes: Quotes, depth: usize) -> Result<usize, &'static str> {
        while let Some(&byte) = self.bytes.get(at) {
            self.furthest = self.furthest.max(at);
            if byte == quotes.quote && quotes.closes(self.bytes, at) {
                return Ok(at + quotes.length());
            }
            match byte {
                b'\\' => at = self.backslash(at, quotes.raw),
                b'\n' | b'\r' if !quotes.triple => break,
                b'{' if self.peek(at + 1) == b'{' => at += 2,
                b'{' => at = self.field(at + 1, quotes, depth)?,
                b'}' if self.peek(at + 1) == b'}' => at += 2,
                b'}' => return Err("f-string: single '}' is not allowed"),
                _ => at += 1,
            }
        }
        Err("unterminated f-string literal")
    }

    fn backslash(&self, at: usize, raw: bool) -> usize {
        match self.peek(at + 1) {
            b'{' | b'}' => at + 1,
            b'N' if !raw && self.peek(at + 2) == b'{' => {
                let rest = &self.bytes[at..];
                at + rest.iter().take(200).position(|byte| *byte == b'}').map_or(2, |length| length + 1)
            }
            b'\r' if self.peek(at + 2) == b'\n' => at + 3,
            _ => at + 2,
        }
    }

    /// A replacement field after its `{`; answers one past its `}`.
    fn field(&mut self, mut at: usize, quotes: Quotes, depth: usize) -> Result<usize, &'static str> {
        if depth >= MAX_NESTING {
            return Err("f-string: expressions nested too deeply");
        }
        let mut brackets: Vec<u8> = Vec::new();
        let mut empty = true;
        while let Some(&byte) = self.bytes.get(at) {
            self.furthest = self.furthest.max(at);
            match byte {
                b'}' | b':' | b'!' | b'=' if brackets.is_empty() && empty && self.peek(at + 1) != b'=' => {
                    return Err("f-string: empty expression not allowed");
                }
                b'(' | b'[' | b'{' => {
                    if brackets.len() >= 200 {
                        return Err("f-string: too many nested parenthesis");
                    }
                    brackets.push(byte);
                    at += 1;
                }
                b'}' if brackets.is_empty() => return Ok(at + 1),
                b')' | b']' | b'}' => {
                    let open = brackets.pop();
                    if !matches!((open, byte), (Some(b'('), b')') | (Some(b'['), b']') | (Some(b'{'), b'}')) {
                        return Err("f-string: unmatched closing parenthesis");
                    }
                    at += 1;
                }
                b':' if brackets.is_empty() => return self.spec(at + 1, quotes, depth),
                b'!' if self.peek(at + 1) == b'=' => at += 2,
                b'\'' | b'"' => at = self.nested(at, 0, depth)?,
                b'#' => at += self.bytes[at..].iter().position(|byte| *byte == b'\n').ok_or(OPEN)?,
                b'a'..=b'z' | b'A'..=b'Z' | b'_' => match prefix_length(&self.bytes[at..]) {
                    Some(length) => at = self.nested(at + length, length, depth)?,
                    None => {
                        let rest = &self.bytes[at..];
                        let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_' || *byte >= 0x80;
                        at += rest.iter().position(|byte| !word(byte)).unwrap_or(rest.len());
                    }
                },
                _ => at += 1,
            }
            empty &= matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0c);
        }
        Err(OPEN)
    }

    /// A string inside a replacement field.
    fn nested(&mut self, open: usize, prefix: usize, depth: usize) -> Result<usize, &'static str> {
        let quotes = Quotes::read(self.bytes, open, prefix);
        let format = self.bytes[open - prefix..open].iter().any(|letter| matches!(letter | 0x20, b'f' | b't'));
        if format {
            return self.text(open + quotes.length(), quotes, depth + 1);
        }
        plain_end(self.bytes, open, quotes).map_err(|end| {
            self.furthest = self.furthest.max(end);
            OPEN
        })
    }

    /// A format spec after its `:`; answers one past the `}` of the field.
    fn spec(&mut self, mut at: usize, quotes: Quotes, depth: usize) -> Result<usize, &'static str> {
        while let Some(&byte) = self.bytes.get(at) {
            self.furthest = self.furthest.max(at);
            if byte == quotes.quote && quotes.closes(self.bytes, at) {
                return Err(OPEN);
            }
            match byte {
                b'}' => return Ok(at + 1),
                b'{' => at = self.field(at + 1, quotes, depth + 1)?,
                b'\\' => at = self.backslash(at, quotes.raw),
                b'\n' | b'\r' if !quotes.triple => return Err(OPEN),
                _ => at += 1,
            }
        }
        Err(OPEN)
    }
}
