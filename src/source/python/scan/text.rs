//! Where strings end.

use super::cursor::{Cursor, TokenKind};

/// The length of a string prefix, when `bytes` start with one and its quote.
pub(super) fn prefix_length(bytes: &[u8]) -> Option<usize> {
    let length = bytes.iter().take(3).position(|byte| matches!(byte, b'\'' | b'"'))?;
    let mut letters = [0_u8; 2];
    for (slot, byte) in letters.iter_mut().zip(bytes.get(..length).filter(|_| length <= 2)?) {
        *slot = byte | 0x20;
    }
    match &letters[..length] {
        b"" | b"r" | b"u" | b"b" | b"f" | b"t" | b"br" | b"rb" | b"fr" | b"rf" | b"tr" | b"rt" => Some(length),
        _ => None,
    }
}

/// How a string is delimited.
#[derive(Clone, Copy, Debug)]
pub(super) struct Quotes {
    pub(super) quote: u8,
    pub(super) triple: bool,
    pub(super) raw: bool,
}

impl Quotes {
    /// Reads the quotes at `at`, after a prefix of `prefix` bytes.
    pub(super) fn read(bytes: &[u8], at: usize, prefix: usize) -> Self {
        let quote = bytes[at];
        let triple = bytes.get(at + 1) == Some(&quote) && bytes.get(at + 2) == Some(&quote);
        let raw = bytes[at - prefix..at].iter().any(|letter| letter | 0x20 == b'r');
        Self { quote, triple, raw }
    }

    pub(super) const fn length(self) -> usize {
        if self.triple { 3 } else { 1 }
    }

    /// Whether the string ends at `at`.
    pub(super) fn closes(self, bytes: &[u8], at: usize) -> bool {
        let same = |offset| bytes.get(at + offset) == Some(&self.quote);
        same(0) && (!self.triple || same(1) && same(2))
    }
}

/// Where a string that is not formatted ends: one past its last quote, or why it does not.
pub(super) fn plain_end(bytes: &[u8], open: usize, quotes: Quotes) -> Result<usize, usize> {
    let mut at = open + quotes.length();
    while let Some(&byte) = bytes.get(at) {
        if byte == quotes.quote && quotes.closes(bytes, at) {
            return Ok(at + quotes.length());
        }
        match byte {
            b'\\' => at += if bytes[at + 1..].starts_with(b"\r\n") { 3 } else { 2 },
            b'\n' | b'\r' if !quotes.triple => return Err(at),
            _ => at += 1,
        }
    }
    Err(bytes.len())
}

impl Cursor<'_> {
    /// A string whose prefix has `prefix` bytes.
    pub(super) fn string(&mut self, prefix: usize) {
        let start = self.at;
        let open = start + prefix;
        let quotes = Quotes::read(self.bytes, open, prefix);
        let format = self.bytes[start..open].iter().any(|letter| matches!(letter | 0x20, b'f' | b't'));
        let refused = match format.then(|| self.format_end(open, quotes)) {
            Some(Ok(end)) => {
                self.at = end;
                self.token(TokenKind::String, start);
                return;
            }
            Some(Err(message)) => Some(message),
            None => None,
        };
        match plain_end(self.bytes, open, quotes) {
            Ok(end) => {
                self.at = end;
                if let Some(message) = refused {
                    self.fault(start..end, message);
                }
            }
            Err(end) => {
                self.at = end;
                let what = if quotes.triple { "triple-quoted string" } else { "string" };
                let line = self.line_number(end);
                let message = format!("unterminated {what} literal (detected at line {line})");
                self.fault(start..open + quotes.length(), message);
            }
        }
        self.token(TokenKind::String, start);
    }
}
