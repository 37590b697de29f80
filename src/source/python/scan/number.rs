//! Numbers, as strictly as Python reads them.

use super::cursor::{Cursor, TokenKind};

const LEADING_ZEROS: &str =
    "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers";

impl Cursor<'_> {
    pub(super) fn number(&mut self) {
        let start = self.at;
        let error = match (self.peek(0), self.peek(1) | 0x20) {
            (b'0', b'x') => self.based(16, "hexadecimal"),
            (b'0', b'o') => self.based(8, "octal"),
            (b'0', b'b') => self.based(2, "binary"),
            _ => self.decimal(),
        };
        let error = error.or_else(|| self.tail());
        if let Some(message) = error {
            while self.peek(0).is_ascii_alphanumeric() || self.peek(0) == b'_' {
                self.at += 1;
            }
            self.fault(start..self.at, message);
        }
        self.token(TokenKind::Number, start);
    }

    fn based(&mut self, base: u32, name: &str) -> Option<String> {
        self.at += 2;
        loop {
            if self.peek(0) == b'_' {
                self.at += 1;
            }
            let digit = char::from(self.peek(0));
            if !digit.is_digit(base) {
                return Some(if digit.is_ascii_digit() {
                    format!("invalid digit '{digit}' in {name} literal")
                } else {
                    format!("invalid {name} literal")
                });
            }
            while char::from(self.peek(0)).is_digit(base) {
                self.at += 1;
            }
            let next = char::from(self.peek(0));
            if next.is_ascii_digit() {
                return Some(format!("invalid digit '{next}' in {name} literal"));
            }
            if next != '_' {
                return None;
            }
        }
    }

    fn decimal(&mut self) -> Option<String> {
        let start = self.at;
        let mut float = false;
        if self.peek(0) != b'.'
            && let Some(message) = self.digits()
        {
            return Some(message);
        }
        let whole = start..self.at;
        if self.peek(0) == b'.' {
            float = true;
            self.at += 1;
            if self.peek(0).is_ascii_digit()
                && let Some(message) = self.digits()
            {
                return Some(message);
            }
        }
        if self.peek(0) | 0x20 == b'e' {
            let sign = usize::from(matches!(self.peek(1), b'+' | b'-'));
            if self.peek(1 + sign).is_ascii_digit() {
                float = true;
                self.at += 1 + sign;
                if let Some(message) = self.digits() {
                    return Some(message);
                }
            } else if sign == 1 {
                return Some("invalid decimal literal".to_owned());
            }
        }
        if self.peek(0) | 0x20 == b'j' {
            float = true;
            self.at += 1;
        }
        let digits = &self.bytes[whole];
        let zeros = digits.first() == Some(&b'0') && digits.iter().any(|digit| !matches!(digit, b'0' | b'_'));
        (zeros && !float).then(|| LEADING_ZEROS.to_owned())
    }

    /// Digits with single underscores between them.
    fn digits(&mut self) -> Option<String> {
        loop {
            while self.peek(0).is_ascii_digit() {
                self.at += 1;
            }
            if self.peek(0) != b'_' {
                return None;
            }
            self.at += 1;
            if !self.peek(0).is_ascii_digit() {
                return Some("invalid decimal literal".to_owned());
            }
        }
    }

    /// What may touch a number: some keywords, for which Python only warns.
    fn tail(&mut self) -> Option<String> {
        let rest = &self.bytes[self.at..];
        let length = rest.iter().take_while(|byte| byte.is_ascii_alphanumeric() || **byte == b'_').count();
        let touches = length > 0 || rest.first().is_some_and(|byte| *byte >= 0x80);
        let keyword = [&b"and"[..], b"else", b"for", b"if", b"in", b"is", b"not", b"or"];
        if !touches || keyword.iter().any(|keyword| rest[..length].starts_with(keyword)) {
            return None;
        }
        Some("invalid decimal literal".to_owned())
    }
}
