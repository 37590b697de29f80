//! The pass itself: token after token, with brackets and line ends.

use super::layout::Layout;
use super::text::prefix_length;
use crate::model::Span;
use crate::source::python::parse::TOO_COMPLEX;
use crate::source::python::syntax::Fault;

/// Python's own bound on open brackets.
const MAX_BRACKETS: usize = 200;

/// Python stops at the first fault; a file with more than these has no more to say.
const MAX_FAULTS: usize = 50;

/// A token, kept only when the place of an error is looked for.
#[derive(Clone, Copy, Debug)]
pub(in crate::source::python) struct Token {
    pub(in crate::source::python) kind: TokenKind,
    pub(in crate::source::python) span: Span,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::source::python) enum TokenKind {
    /// A name or a keyword.
    Word,
    Number,
    String,
    /// An operator, a bracket or punctuation.
    Mark,
    /// The end of a logical line.
    Newline,
}

/// What the pass found.
#[derive(Debug, Default)]
pub(in crate::source::python) struct Scanned {
    pub(in crate::source::python) faults: Vec<Fault>,
    pub(in crate::source::python) comments: Vec<Span>,
    /// What means no more than a blank, though the grammar may stumble over it: comments, joined
    /// lines, and line ends in brackets.
    pub(in crate::source::python) blanks: Vec<Span>,
    pub(in crate::source::python) tokens: Vec<Token>,
    /// Nested beyond Python's own bounds: not to be parsed.
    pub(in crate::source::python) fatal: bool,
}

/// Runs the pass over a whole file.
pub(in crate::source::python) fn scan(text: &str) -> Scanned {
    run(text, false)
}

/// Runs the pass again and keeps the tokens.
pub(in crate::source::python) fn tokens(text: &str) -> Vec<Token> {
    run(text, true).tokens
}

fn run(text: &str, keep: bool) -> Scanned {
    let mut cursor = Cursor {
        text,
        bytes: text.as_bytes(),
        at: if text.starts_with('\u{feff}') { 3 } else { 0 },
        brackets: Vec::new(),
        brackets_broken: false,
        layout: Layout::default(),
        line: Line::default(),
        rescans: text.len() * 4 + 100_000,
        keep,
        tokens: 0,
        found: Scanned::default(),
    };
    if let Some(at) = text.bytes().position(|byte| byte == 0) {
        cursor.fault(at..at + 1, "source code string cannot contain null bytes");
        cursor.found.fatal = true;
    } else {
        cursor.walk();
    }
    cursor.found
}

/// Tokens and line ends of one file: more than any file that people write, and little enough to bound memory.
const MAX_TOKENS: usize = 200_000;

/// The logical line that is being read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Line {
    /// Its first token; `None` until there is one.
    pub(super) first: Option<Span>,
    /// Its second token, where the first is `async` or `except`.
    pub(super) second: Option<Span>,
    /// Its last token so far.
    pub(super) last: Span,
    /// A `:` outside brackets.
    pub(super) colon: bool,
}

pub(super) struct Cursor<'t> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) at: usize,
    brackets: Vec<(u8, usize)>,
    brackets_broken: bool,
    pub(super) layout: Layout,
    pub(super) line: Line,
    /// Bytes that may still be read twice for f-strings that do not close.
    pub(super) rescans: usize,
    keep: bool,
    tokens: usize,
    pub(super) found: Scanned,
}

impl Cursor<'_> {
    pub(super) fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    pub(super) fn fault(&mut self, range: std::ops::Range<usize>, message: impl Into<String>) {
        if self.found.faults.len() >= MAX_FAULTS {
            return;
        }
        // What is one byte here may be the first of several of a character.
        let end = self.text.ceil_char_boundary(range.end.min(self.bytes.len()));
        let span = Span::of(self.text.floor_char_boundary(range.start)..end);
        self.found.faults.push(Fault { span, message: message.into(), of_layout: false });
    }

    /// The number of the line that holds `offset`, from 1. Only asked for when there is a fault.
    pub(super) fn line_number(&self, offset: usize) -> usize {
        if self.found.faults.len() >= MAX_FAULTS {
            return 0;
        }
        let before = &self.bytes[..offset.min(self.bytes.len())];
        let breaks = before
            .iter()
            .enumerate()
            .filter(|(at, byte)| **byte == b'\n' || **byte == b'\r' && before.get(at + 1) != Some(&b'\n'));
        breaks.count() + 1
    }

    fn walk(&mut self) {
        let mut fresh = true;
        while self.at < self.bytes.len() && !self.found.fatal {
            if fresh {
                fresh = false;
                if self.brackets.is_empty() && !self.indentation() {
                    fresh = true;
                    continue;
                }
                if self.at >= self.bytes.len() {
                    break;
                }
            }
            let byte = self.bytes[self.at];
            match byte {
                b' ' | b'\t' | 0x0c => self.at += 1,
                b'\n' | b'\r' => {
                    self.end_line();
                    let start = self.at;
                    self.at += if byte == b'\r' && self.peek(1) == b'\n' { 2 } else { 1 };
                    if !self.brackets.is_empty() {
                        self.found.blanks.push(Span::of(start..self.at));
                    }
                    fresh = true;
                }
                b'#' => self.comment(),
                b'\\' => self.continuation(),
                b'\'' | b'"' => self.string(0),
                b'0'..=b'9' => self.number(),
                b'.' if self.peek(1).is_ascii_digit() => self.number(),
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => self.word(),
                _ => self.mark(byte),
            }
        }
        if self.found.fatal {
            return;
        }
        self.end_line();
        if !self.brackets_broken
            && let Some((open, at)) = self.brackets.last().copied()
        {
            self.fault(at..at + 1, format!("'{}' was never closed", char::from(open)));
        }
        self.end_layout();
    }

    pub(super) fn token(&mut self, kind: TokenKind, start: usize) {
        self.count();
        let span = Span::of(start..self.at);
        if self.line.first.is_none() {
            self.line.first = Some(span);
        } else if self.line.second.is_none() {
            self.line.second = Some(span);
        }
        self.line.last = span;
        if self.keep {
            self.found.tokens.push(Token { kind, span });
        }
    }

    /// Counts a token. Each costs some 350 bytes while a file is parsed, whatever its length in the text.
    fn count(&mut self) {
        self.tokens += 1;
        if self.tokens > MAX_TOKENS && !self.found.fatal {
            self.found.fatal = true;
            self.found.faults = vec![Fault { span: Span::of(0..0), message: TOO_COMPLEX.to_owned(), of_layout: false }];
        }
    }

    fn end_line(&mut self) {
        if !self.brackets.is_empty() || self.line.first.is_none() {
            return;
        }
        self.count();
        if self.keep {
            self.found.tokens.push(Token { kind: TokenKind::Newline, span: Span::of(self.at..self.at) });
        }
        self.close_line();
        self.line = Line::default();
    }

    pub(super) fn comment(&mut self) {
        let start = self.at;
        let rest = &self.bytes[start..];
        self.at += rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).unwrap_or(rest.len());
        let span = Span::of(start..self.at);
        self.found.comments.push(span);
        self.found.blanks.push(span);
    }

    /// A backslash at a line's end.
    fn continuation(&mut self) {
        let start = self.at;
        self.at += match (self.peek(1), self.peek(2)) {
            (b'\r', b'\n') => 3,
            (b'\r' | b'\n', _) => 2,
            _ => {
                self.at += 1;
                if self.at >= self.bytes.len() {
                    self.fault(start..start + 1, "unexpected EOF while parsing");
                } else {
                    self.fault(start..start + 1, "unexpected character after line continuation character");
                }
                return;
            }
        };
        if self.at >= self.bytes.len() {
            self.fault(start..start + 1, "unexpected EOF while parsing");
        } else if self.line.first.is_some() {
            self.found.blanks.push(Span::of(start..self.at));
        }
    }

    fn word(&mut self) {
        let start = self.at;
        if let Some(length) = prefix_length(&self.bytes[start..]) {
            self.string(length);
            return;
        }
        while let Some(&byte) = self.bytes.get(self.at) {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' => self.at += 1,
                0x80.. => {
                    let char = self.text[self.at..].chars().next().unwrap_or(' ');
                    let end = self.at + char.len_utf8();
                    if let Some(message) = stray(char) {
                        if self.at == start {
                            self.at = end;
                            self.fault(start..end, message);
                            self.token(TokenKind::Mark, start);
                            return;
                        }
                        break;
                    }
                    self.at = end;
                }
                _ => break,
            }
        }
        self.token(TokenKind::Word, start);
    }

    fn mark(&mut self, byte: u8) {
        let start = self.at;
        match byte {
            b'(' | b'[' | b'{' => {
                if self.brackets.len() >= MAX_BRACKETS {
                    self.fault(start..start + 1, "too many nested parentheses");
                    self.found.fatal = true;
                    return;
                }
                self.brackets.push((byte, start));
                self.at += 1;
            }
            b')' | b']' | b'}' => {
                self.close(byte);
                self.at += 1;
            }
            b'$' | b'?' | b'`' | b'!' if byte != b'!' || self.peek(1) != b'=' => {
                self.at += 1;
                self.fault(start..start + 1, "invalid syntax");
            }
            0..=31 | 127 => {
                self.at += 1;
                self.fault(start..start + 1, format!("invalid non-printable character U+{byte:04X}"));
            }
            _ => {
                self.at += operator_length(&self.bytes[start..]);
                self.line.colon |= byte == b':' && self.at == start + 1 && self.brackets.is_empty();
            }
        }
        self.token(TokenKind::Mark, start);
    }

    fn close(&mut self, byte: u8) {
        let at = self.at;
        let wanted = match byte {
            b')' => b'(',
            b']' => b'[',
            _ => b'{',
        };
        match self.brackets.last().copied() {
            Some((open, _)) if open == wanted => {
                self.brackets.pop();
            }
            // One mistake makes many brackets look wrong; only the first is reported.
            _ if self.brackets_broken => {
                self.brackets.pop();
            }
            Some((open, opened)) => {
                let (line, here) = (self.line_number(opened), self.line_number(at));
                let place = if line == here { String::new() } else { format!(" on line {line}") };
                let (byte, open) = (char::from(byte), char::from(open));
                let message =
                    format!("closing parenthesis '{byte}' does not match opening parenthesis '{open}'{place}");
                self.fault(at..at + 1, message);
                self.brackets_broken = true;
                self.brackets.pop();
            }
            None => {
                self.fault(at..at + 1, format!("unmatched '{}'", char::from(byte)));
                self.brackets_broken = true;
            }
        }
    }
}

fn operator_length(bytes: &[u8]) -> usize {
    const LONG: [&[u8]; 26] = [
        b"**=", b"//=", b">>=", b"<<=", b"...", b"**", b"//", b">>", b"<<", b"<=", b">=", b"==", b"!=", b"->", b":=",
        b"+=", b"-=", b"*=", b"/=", b"%=", b"&=", b"|=", b"^=", b"@=", b"<>", b"~",
    ];
    LONG.iter().find(|operator| bytes.starts_with(operator)).map_or(1, |operator| operator.len())
}

/// Why a character beyond ASCII cannot stand in a name; `None` where it can, or where it is not
/// certain (the grammar knows the whole table).
fn stray(char: char) -> Option<String> {
    if char.is_alphanumeric() {
        return None;
    }
    let code = char as u32;
    let continues = matches!(code, 0xB7 | 0x203F | 0x2040 | 0x2054 | 0x2118 | 0x212E | 0x20D0..=0x20F0);
    let mark = matches!(code, 0x80..=0xBF | 0xD7 | 0xF7 | 0x2000..=0x2BFF | 0x3000..=0x3004 | 0x3008..=0x3020
        | 0x3030 | 0xFEFF | 0xFF01..=0xFF0F | 0xFF1A..=0xFF20 | 0xFFFC..=0xFFFD | 0xE000..=0xF8FF | 0x1F000..=0x1FAFF);
    if continues || !mark {
        return None;
    }
    let hidden = char.is_control()
        || char.is_whitespace()
        || matches!(code, 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xAD | 0xFEFF | 0xE000..=0xF8FF);
    Some(if hidden {
        format!("invalid non-printable character U+{code:04X}")
    } else {
        format!("invalid character '{char}' (U+{code:04X})")
    })
}
