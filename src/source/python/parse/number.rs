//! Numbers, as strictly as Python reads them.

use super::lexer::{Declined, Go, Lexer};
use super::token::T;
use crate::source::python::literal;
use crate::source::python::syntax::Constant;

/// Digits that are certain to fit 64 bits.
const SAFE_DIGITS: usize = 18;

impl Lexer<'_> {
    /// A number; what it is worth is asked later.
    pub(super) fn number(&mut self, start: usize) -> Go<T> {
        let at = match (self.byte(start), self.byte(start + 1) | 0x20) {
            (b'0', b'x') => self.based(start, |byte| byte.is_ascii_hexdigit())?,
            (b'0', b'o') => self.based(start, |byte| matches!(byte, b'0'..=b'7'))?,
            (b'0', b'b') => self.based(start, |byte| matches!(byte, b'0' | b'1'))?,
            _ => self.decimal(start)?,
        };
        // Some keywords may touch a number, for now and with a warning.
        if matches!(self.byte(at), b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80..) {
            return Err(Declined);
        }
        self.now.at = at;
        Ok(T::Number)
    }

    fn based(&self, start: usize, digit: impl Fn(u8) -> bool + Copy) -> Go<usize> {
        self.digits(start + 2 + usize::from(self.byte(start + 2) == b'_'), digit)
    }

    /// Digits with single underscores between them; answers where they end.
    fn digits(&self, mut at: usize, digit: impl Fn(u8) -> bool + Copy) -> Go<usize> {
        loop {
            if !digit(self.byte(at)) {
                return Err(Declined);
            }
            while digit(self.byte(at)) {
                at += 1;
            }
            if self.byte(at) != b'_' {
                return Ok(at);
            }
            at += 1;
        }
    }

    fn decimal(&self, start: usize) -> Go<usize> {
        let digit = |byte: u8| byte.is_ascii_digit();
        let mut at = start;
        if self.byte(at) != b'.' {
            at = self.digits(at, digit)?;
        }
        let whole = start..at;
        if self.byte(at) == b'.' {
            at += 1;
            if self.byte(at).is_ascii_digit() {
                at = self.digits(at, digit)?;
            }
        }
        if self.byte(at) | 0x20 == b'e' {
            at += 1 + usize::from(matches!(self.byte(at + 1), b'+' | b'-'));
            at = self.digits(at, digit)?;
        }
        at += usize::from(self.byte(at) | 0x20 == b'j');
        let zeros = at == whole.end
            && self.byte(start) == b'0'
            && self.bytes.get(whole).is_some_and(|digits| digits.iter().any(|digit| !matches!(digit, b'0' | b'_')));
        if zeros { Err(Declined) } else { Ok(at) }
    }
}

/// The value of a number.
pub(super) fn value(text: &str) -> Go<Constant> {
    if text.len() <= SAFE_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Ok(Constant::Int(text.bytes().fold(0, |value, digit| value * 10 + i64::from(digit - b'0'))));
    }
    literal::number(text).map_err(|_| Declined)
}
