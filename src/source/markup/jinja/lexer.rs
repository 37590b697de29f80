//! From a text to its pieces, and from the inside of a piece to tokens.

use super::syntax::Fault;
use super::tokens::{Kind, MARKS, Token};
use crate::model::Span;

/// A piece before it is parsed.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    /// With its marks.
    pub(super) span: Span,
    pub(super) kind: RawKind,
}

#[derive(Clone, Debug)]
pub(super) enum RawKind {
    Text,
    Comment,
    /// `{{ … }}`.
    Output(Vec<Token>),
    /// `{% … %}`.
    Statement(Vec<Token>),
    /// `{% raw %}` and `{% endraw %}`.
    Raw,
}

pub(super) struct Lexer<'t> {
    text: &'t str,
    at: usize,
    pub(super) found: Vec<Raw>,
}

fn fault(start: usize, end: usize, message: impl Into<String>) -> Fault {
    Fault { span: Span::of(start..end), message: message.into(), tag: None }
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, found: Vec::new() }
    }

    fn push(&mut self, start: usize, kind: RawKind) {
        if self.at > start {
            self.found.push(Raw { span: Span::of(start..self.at), kind });
        }
    }

    /// Cuts the whole text, up to the first fault.
    pub(super) fn run(&mut self) -> Result<(), Fault> {
        while self.at < self.text.len() {
            let start = self.at;
            let Some(open) = self.next_mark() else {
                self.at = self.text.len();
                self.push(start, RawKind::Text);
                break;
            };
            self.at = open;
            self.push(start, RawKind::Text);
            let done = match self.text.as_bytes()[open + 1] {
                b'#' => self.comment(open),
                b'{' => self.code(open, "}}"),
                _ => match self.raw_begin(open) {
                    Some(end) => self.raw(open, end),
                    None => self.code(open, "%}"),
                },
            };
            if let Err(fault) = done {
                self.at = open;
                return Err(fault);
            }
        }
        Ok(())
    }

    /// Where the next `{{`, `{%`, or `{#` stands.
    fn next_mark(&self) -> Option<usize> {
        let bytes = self.text.as_bytes();
        let mut at = self.at;
        loop {
            at += self.text[at..].find('{')?;
            if matches!(bytes.get(at + 1), Some(b'{' | b'%' | b'#')) {
                return Some(at);
            }
            at += 1;
        }
    }

    fn comment(&mut self, open: usize) -> Result<(), Fault> {
        if matches!(&self.text[open + 2..], "" | "\n" | "\r" | "\r\n") {
            // The very end of a template, which Jinja lets pass; it drops one line break there.
            self.at = self.text.len();
            self.push(open, RawKind::Comment);
            return Ok(());
        }
        let Some(end) = self.text[open + 2..].find("#}") else {
            return Err(fault(open, open + 2, "Missing end of comment tag"));
        };
        self.at = open + 2 + end + 2;
        self.push(open, RawKind::Comment);
        Ok(())
    }

    /// The end of `{% raw %}`, if that stands here.
    fn raw_begin(&self, open: usize) -> Option<usize> {
        let rest = &self.text[open + 2..];
        let inner = rest.strip_prefix(['-', '+']).unwrap_or(rest).trim_start();
        let after = inner.strip_prefix("raw")?.trim_start();
        let after = after.strip_prefix('-').unwrap_or(after).strip_prefix("%}")?;
        Some(self.text.len() - after.len())
    }

    fn raw(&mut self, open: usize, end: usize) -> Result<(), Fault> {
        self.at = end;
        self.push(open, RawKind::Raw);
        let mut from = end;
        while let Some(close) = self.text[from..].find("{%").map(|at| from + at) {
            let rest = &self.text[close + 2..];
            let inner = rest.strip_prefix(['-', '+']).unwrap_or(rest).trim_start();
            let after = inner.strip_prefix("endraw").map(str::trim_start);
            let after = after
                .map(|after| after.strip_prefix(['-', '+']).unwrap_or(after))
                .and_then(|after| after.strip_prefix("%}"));
            if let Some(after) = after {
                self.at = close;
                self.push(end, RawKind::Text);
                self.at = self.text.len() - after.len();
                self.push(close, RawKind::Raw);
                return Ok(());
            }
            from = close + 2;
        }
        Err(fault(open, end, "Missing end of raw directive"))
    }

    /// A piece of code up to `end`.
    fn code(&mut self, open: usize, end: &str) -> Result<(), Fault> {
        self.at = open + 2;
        if self.text[self.at..].starts_with(['-', '+']) && (end == "%}" || self.text[self.at..].starts_with('-')) {
            self.at += 1;
        }
        let mut tokens = Vec::new();
        let mut brackets: Vec<&'static str> = Vec::new();
        loop {
            let rest = &self.text[self.at..];
            let blank = rest.len() - rest.trim_start().len();
            self.at += blank;
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                let message = match end {
                    "}}" => "unexpected end of template, expected 'end of print statement'",
                    _ => "unexpected end of template, expected 'end of statement block'",
                };
                return Err(fault(open, open + 2, message));
            }
            if brackets.is_empty() {
                let signs: &[&str] = if end == "%}" { &["", "-", "+"] } else { &["", "-"] };
                let close =
                    signs.iter().find(|sign| rest.strip_prefix(**sign).is_some_and(|rest| rest.starts_with(end)));
                if let Some(sign) = close {
                    let at = self.at;
                    self.at += sign.len() + 2;
                    tokens.push(Token { kind: Kind::End, span: Span::of(at..self.at) });
                    let kind = if end == "%}" { RawKind::Statement(tokens) } else { RawKind::Output(tokens) };
                    self.push(open, kind);
                    return Ok(());
                }
            }
            let token = self.token(&mut brackets)?;
            self.at = token.span.end as usize;
            tokens.push(token);
        }
    }

    fn token(&self, brackets: &mut Vec<&'static str>) -> Result<Token, Fault> {
        let start = self.at;
        let rest = &self.text[start..];
        let made = |kind, length: usize| Token { kind, span: Span::of(start..start + length) };
        let first = rest.chars().next().unwrap_or(' ');
        if first.is_ascii_digit() {
            let after_dot = start > 0 && self.text.as_bytes()[start - 1] == b'.';
            let (length, float) = number(rest, after_dot);
            return Ok(made(if float { Kind::Float } else { Kind::Integer }, length));
        }
        if first == '_' || first.is_alphanumeric() {
            let length = rest
                .char_indices()
                .find(|(_, c)| *c != '_' && !c.is_alphanumeric() && !is_mark(*c))
                .map_or(rest.len(), |(at, _)| at);
            if !first.is_alphabetic() && first != '_' {
                return Err(fault(start, start + length, "Invalid character in identifier"));
            }
            return Ok(made(Kind::Name, length));
        }
        if first == '\'' || first == '"' {
            return match string_end(rest) {
                Some(length) => Ok(made(Kind::Text, length)),
                None => Err(fault(start, start + 1, format!("unexpected char {first:?}"))),
            };
        }
        let Some(mark) = MARKS.iter().find(|mark| rest.starts_with(**mark)) else {
            return Err(fault(start, start + first.len_utf8(), format!("unexpected char '{first}'")));
        };
        match *mark {
            "(" => brackets.push(")"),
            "[" => brackets.push("]"),
            "{" => brackets.push("}"),
            ")" | "]" | "}" => match brackets.pop() {
                Some(expected) if expected == *mark => {}
                Some(expected) => {
                    return Err(fault(start, start + 1, format!("unexpected '{mark}', expected '{expected}'")));
                }
                None => return Err(fault(start, start + 1, format!("unexpected '{mark}'"))),
            },
            _ => {}
        }
        Ok(made(Kind::Mark(mark), mark.len()))
    }
}

/// Combining marks, which may stand inside of a name.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{203f}' | '\u{2040}')
}

/// The length of a number, and whether it has a fraction or an exponent.
fn number(text: &str, after_dot: bool) -> (usize, bool) {
    let bytes = text.as_bytes();
    let digits = |from: usize, is: fn(&u8) -> bool| {
        let mut at = from;
        loop {
            let run = bytes[at..].iter().take_while(|byte| is(byte)).count();
            at += run;
            let more = run > 0 && bytes.get(at) == Some(&b'_') && bytes.get(at + 1).is_some_and(is);
            if !more {
                return at;
            }
            at += 1;
        }
    };
    let whole = digits(0, u8::is_ascii_digit);
    let mut end = whole;
    if !after_dot {
        if bytes.get(end) == Some(&b'.') && bytes.get(end + 1).is_some_and(u8::is_ascii_digit) {
            end = digits(end + 1, u8::is_ascii_digit);
        }
        if matches!(bytes.get(end), Some(b'e' | b'E')) {
            let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
            if bytes.get(end + 1 + sign).is_some_and(u8::is_ascii_digit) {
                end = digits(end + 1 + sign, u8::is_ascii_digit);
            }
        }
        if end > whole {
            return (end, true);
        }
    }
    let based = |is: fn(&u8) -> bool| {
        let from = 2 + usize::from(bytes.get(2) == Some(&b'_'));
        let end = digits(from, is);
        (end > from).then_some(end)
    };
    let prefixed = match bytes.get(..2) {
        Some(b"0x" | b"0X") => based(u8::is_ascii_hexdigit),
        Some(b"0b" | b"0B") => based(|byte| matches!(byte, b'0' | b'1')),
        Some(b"0o" | b"0O") => based(|byte| matches!(byte, b'0'..=b'7')),
        _ => None,
    };
    if let Some(end) = prefixed {
        return (end, false);
    }
    // A number does not start with a zero, but zero may be written with several.
    let end = if bytes[0] == b'0' { digits(0, |byte| *byte == b'0') } else { whole };
    (end, false)
}

/// The length of a string with its quotes; it may go over several lines.
fn string_end(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut at = 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            quote if *quote == bytes[0] => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}
