//! Strings and keys.

use super::reader::Reader;
use super::{Fault, FaultKind};
use crate::model::{Safety, Span};

impl Reader<'_> {
    /// A string in double quotes, from its opening quote on.
    pub(super) fn string(&mut self) -> String {
        let start = self.at;
        let mut out = String::new();
        // Line breaks before this offset belong to the string.
        let mut several_lines = 0;
        self.at += 1;
        loop {
            let bytes = &self.text.as_bytes()[self.at..];
            let plain = bytes.iter().take_while(|byte| !matches!(byte, b'"' | b'\\' | 0..=0x1f)).count();
            out.push_str(&self.text[self.at..self.at + plain]);
            self.at += plain;
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    return out;
                }
                Some(b'\\') => self.escape(&mut out),
                Some(b'\n' | b'\r') if self.at >= several_lines => match self.string_goes_on() {
                    Some(end) => several_lines = end,
                    None => return self.unclosed_string(start, out),
                },
                Some(byte) => self.control(byte, &mut out),
                None => return self.unclosed_string(start, out),
            }
        }
    }

    /// At a line break inside a string: where the string ends, if what follows looks like its end
    /// and not like the next string's start.
    fn string_goes_on(&self) -> Option<usize> {
        let rest = &self.text[self.at..];
        let quote = rest.find('"')?;
        let after = rest[quote + 1..].trim_start_matches([' ', '\t', '\r', '\n']);
        let opens = rest[..quote].trim().is_empty() && !after.is_empty() && !after.starts_with([',', '}', ']', ':']);
        let ends = after.is_empty() || after.starts_with([',', '}', ']']);
        (ends && !opens).then_some(self.at + quote)
    }

    fn unclosed_string(&mut self, start: usize, mut out: String) -> String {
        let line = self.text[start..self.at].trim_end();
        let body = line.strip_suffix(',').filter(|body| body.len() > 1).unwrap_or(line).trim_end();
        let cut = line.len() - body.len();
        out.truncate(out.trim_end().len().saturating_sub(cut.min(1)));
        self.at = start + body.len();
        let fault = Fault::new(FaultKind::Broken, self.from(start), "the string is never closed");
        let end = Span::of(self.at..self.at);
        self.fault(fault.mend_as(Safety::Unsafe, "close the string at the end of the line", end, "\""));
        out
    }

    fn control(&mut self, byte: u8, out: &mut String) {
        let start = self.at;
        self.at += 1;
        out.push(char::from(byte));
        let escape = match byte {
            b'\n' => "\\n".to_owned(),
            b'\r' => "\\r".to_owned(),
            b'\t' => "\\t".to_owned(),
            other => format!("\\u{other:04x}"),
        };
        let name = match byte {
            b'\n' | b'\r' => "a line break".to_owned(),
            b'\t' => "a tab".to_owned(),
            other => format!("the control character U+{other:04X}"),
        };
        let span = self.from(start);
        let fault = Fault::new(FaultKind::Broken, span, format!("{name} inside a string"));
        self.fault(fault.mend(format!("write it as `{escape}`"), span, escape));
    }

    fn escape(&mut self, out: &mut String) {
        let start = self.at;
        self.at += 1;
        let Some(sign) = self.peek_char() else { return };
        let plain = match sign {
            '"' | '\\' | '/' => Some(sign),
            'b' => Some('\u{8}'),
            'f' => Some('\u{c}'),
            'n' => Some('\n'),
            'r' => Some('\r'),
            't' => Some('\t'),
            _ => None,
        };
        if let Some(plain) = plain {
            self.at += 1;
            out.push(plain);
        } else if sign == 'u' {
            self.unicode_escape(start, out);
        } else {
            self.bad_escape(start, sign, out);
        }
    }

    fn bad_escape(&mut self, start: usize, sign: char, out: &mut String) {
        let hex =
            self.text.get(self.at + 1..self.at + 3).filter(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()));
        let (length, meant, replacement) = match (sign, hex) {
            ('\'' | '`', _) => (sign.len_utf8(), sign.to_string(), sign.to_string()),
            ('x', Some(hex)) => {
                let code = u8::from_str_radix(hex, 16).unwrap_or_default();
                (3, char::from(code).to_string(), format!("\\u00{hex}"))
            }
            // The line break itself is reported when the string goes on.
            ('\n' | '\r', _) => (0, String::new(), String::new()),
            _ => (sign.len_utf8(), format!("\\{sign}"), format!("\\\\{sign}")),
        };
        self.at += length;
        out.push_str(&meant);
        let span = self.from(start);
        let written = self.text[span.range()].escape_debug().to_string();
        let fault = Fault::new(FaultKind::Broken, span, format!("`{written}` is not an escape of JSON"));
        let title = if replacement.is_empty() { "remove it".to_owned() } else { format!("write `{replacement}`") };
        self.fault(fault.mend(title, span, replacement));
    }

    fn unicode_escape(&mut self, start: usize, out: &mut String) {
        let Some(code) = self.four_hex_digits() else {
            let span = self.from(start);
            self.broken(span, "`\\u` needs four hexadecimal digits");
            out.push_str(&self.text[span.range()]);
            return;
        };
        let high = (0xd800..0xdc00).contains(&code);
        if high && self.text[self.at..].starts_with("\\u") {
            let before = self.at;
            self.at += 1;
            match self.four_hex_digits() {
                Some(low) if (0xdc00..0xe000).contains(&low) => {
                    let scalar = 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                    out.push(char::from_u32(scalar).unwrap_or(char::REPLACEMENT_CHARACTER));
                    return;
                }
                _ => self.at = before,
            }
        }
        if let Some(c) = char::from_u32(code) {
            out.push(c);
            return;
        }
        out.push(char::REPLACEMENT_CHARACTER);
        let span = self.from(start);
        let written = &self.text[span.range()];
        let fault = Fault::new(FaultKind::Nonstandard, span, format!("`{written}` is half of a surrogate pair"));
        self.fault(fault.help(
            "Write the character itself, or both halves of the pair. Python reads the half, and fails when it prints or stores it.",
        ));
    }

    /// At the `u` of an escape: its number, with the digits consumed; else the `u` alone is consumed.
    fn four_hex_digits(&mut self) -> Option<u32> {
        self.at += 1;
        let digits = self.text.get(self.at..self.at + 4)?;
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        self.at += 4;
        u32::from_str_radix(digits, 16).ok()
    }

    /// A string in other quotes than double ones, from its opening quote on.
    pub(super) fn odd_string(&mut self) -> String {
        let start = self.at;
        let open = self.peek_char().unwrap_or('\'');
        let closes: &[char] = match open {
            '\u{201c}' | '\u{201d}' | '\u{201e}' => &['\u{201c}', '\u{201d}', '"'],
            '\u{2018}' | '\u{2019}' => &['\u{2018}', '\u{2019}', '\''],
            '`' => &['`'],
            _ => &['\''],
        };
        self.at += open.len_utf8();
        let mut out = String::new();
        while let Some(c) = self.peek_char() {
            if matches!(c, '\n' | '\r') {
                break;
            }
            self.at += c.len_utf8();
            if closes.contains(&c) {
                let span = self.from(start);
                let written = serde_json::Value::String(out.clone()).to_string();
                let words = format!("`{open}` does not quote a string in JSON; only `\"` does");
                self.fault(Fault::new(FaultKind::Broken, span, words).mend("use double quotes", span, written));
                return out;
            }
            match (c, self.peek_char()) {
                ('\\', Some(next)) if next != '\n' && next != '\r' => {
                    self.at += next.len_utf8();
                    match next {
                        'n' => out.push('\n'),
                        't' => out.push('\t'),
                        '\\' | '"' | '\'' | '`' => out.push(next),
                        other => out.extend(['\\', other]),
                    }
                }
                _ => out.push(c),
            }
        }
        self.broken(self.from(start), format!("the string that starts with `{open}` is never closed"));
        out
    }

    /// A key with its span, or `None` when something else stood there (then a fault was reported and it is consumed).
    pub(super) fn key(&mut self) -> Option<(String, Span)> {
        let start = self.at;
        match self.peek_char()? {
            '"' => {
                let key = self.string();
                Some((key, self.from(start)))
            }
            quote if is_odd_quote(quote) => {
                let key = self.odd_string();
                Some((key, self.from(start)))
            }
            c if c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '.' | '@') => {
                let rest = &self.text[start..];
                let word = |c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '-' | '.' | '@');
                self.at += rest.find(|c| !word(c)).unwrap_or(rest.len());
                let span = self.from(start);
                let key = self.text[span.range()].to_owned();
                let written = serde_json::Value::String(key.clone()).to_string();
                let fault = Fault::new(FaultKind::Broken, span, format!("the key `{key}` has no quotes"));
                self.fault(fault.mend("put it in double quotes", span, written));
                Some((key, span))
            }
            _ => {
                self.junk();
                None
            }
        }
    }
}

/// Quotes that people type and JSON does not know.
pub(super) const fn is_odd_quote(c: char) -> bool {
    matches!(c, '\'' | '`' | '\u{2018}' | '\u{2019}' | '\u{201c}' | '\u{201d}' | '\u{201e}')
}
