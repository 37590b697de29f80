//! Bytes to tokens, one at a time and when asked for.

use super::quote::Quoted;
use super::token::T;
use crate::model::Span;

/// The text is not for this parser: Python refuses it, or it is too unusual to be sure.
#[derive(Clone, Copy, Debug)]
pub(super) struct Declined;

/// What a step of the parser answers.
pub(super) type Go<R> = Result<R, Declined>;

/// Tokens and line ends of one file; the grammar's way has the same bound and says so.
const MAX_TOKENS: u32 = 200_000;

/// Python's own bound on open brackets.
const MAX_BRACKETS: u32 = 200;

/// The state of reading one text.
#[derive(Debug)]
pub(super) struct Lexer<'t> {
    pub(super) text: &'t str,
    pub(super) bytes: &'t [u8],
    pub(super) now: Now,
    /// Open levels of indentation: width with tabs to eight columns, and width with tabs as one.
    pub(super) levels: Vec<(u32, u32)>,
    pub(super) comments: Vec<Span>,
}

/// The current token and where the reading stands: small, so that a copy of it is a way back.
#[derive(Clone, Copy, Debug)]
pub(super) struct Now {
    pub(super) kind: T,
    pub(super) start: u32,
    pub(super) end: u32,
    /// Where the token before ended; tokens of layout do not count.
    pub(super) before: u32,
    /// One past the current token.
    pub(super) at: usize,
    /// The current token, when it is a string.
    pub(super) quoted: Quoted,
    /// Open brackets.
    pub(super) brackets: u32,
    /// Fields of f-strings around the current token.
    pub(super) fields: u32,
    /// Levels of indentation that have ended and have not been told yet.
    pub(super) dedents: u32,
    /// A logical line begins at `at`.
    pub(super) fresh: bool,
    tokens: u32,
}

impl<'t> Lexer<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let at = if text.starts_with('\u{feff}') { 3 } else { 0 };
        let now = Now {
            kind: T::Newline,
            start: 0,
            end: 0,
            before: 0,
            at,
            quoted: Quoted::default(),
            brackets: 0,
            fields: 0,
            dedents: 0,
            fresh: true,
            tokens: 0,
        };
        Self { text, bytes: text.as_bytes(), now, levels: Vec::new(), comments: Vec::new() }
    }

    /// The byte at `at`; 0 beyond the end. The text has no 0 of its own.
    pub(super) fn byte(&self, at: usize) -> u8 {
        self.bytes.get(at).copied().unwrap_or(0)
    }

    /// The text between two offsets.
    pub(super) fn slice(&self, start: u32, end: u32) -> &'t str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    /// Whether the current token is of this kind.
    pub(super) fn is(&self, kind: T) -> bool {
        self.now.kind == kind
    }

    /// Goes past the current token, which has to be of this kind.
    pub(super) fn expect(&mut self, kind: T) -> Go<()> {
        if self.now.kind != kind {
            return Err(Declined);
        }
        self.advance()
    }

    /// Goes past the current token if it is of this kind.
    pub(super) fn take(&mut self, kind: T) -> Go<bool> {
        if self.now.kind != kind {
            return Ok(false);
        }
        self.advance()?;
        Ok(true)
    }

    /// Reads the next token.
    pub(super) fn advance(&mut self) -> Go<()> {
        self.now.before = self.now.end;
        self.now.tokens += 1;
        if self.now.tokens > MAX_TOKENS {
            return Err(Declined);
        }
        if self.now.dedents > 0 {
            self.now.dedents -= 1;
            self.layout(T::Dedent);
            return Ok(());
        }
        if self.now.fresh {
            self.now.fresh = false;
            if let Some(kind) = self.line_start()? {
                self.layout(kind);
                return Ok(());
            }
        }
        self.plain()
    }

    /// Makes the current token one of layout: nothing of the text is in it.
    pub(super) fn layout(&mut self, kind: T) {
        self.now.kind = kind;
        self.now.start = self.now.before;
        self.now.end = self.now.before;
    }

    fn plain(&mut self) -> Go<()> {
        let mut at = self.now.at;
        loop {
            let byte = self.byte(at);
            match byte {
                b' ' | b'\t' | 0x0c => at += 1,
                b'a'..=b'z' | b'A'..=b'Z' | b'_' | 0x80.. => return self.finish(at, Self::word),
                b'0'..=b'9' => return self.finish(at, Self::number),
                b'.' if self.byte(at + 1).is_ascii_digit() => return self.finish(at, Self::number),
                b'\'' | b'"' => return self.finish(at, |lexer, start| lexer.string(start, start)),
                b'\n' | b'\r' => {
                    at += if byte == b'\r' && self.byte(at + 1) == b'\n' { 2 } else { 1 };
                    if self.now.brackets == 0 {
                        self.now.at = at;
                        self.now.fresh = true;
                        self.layout(T::Newline);
                        return Ok(());
                    }
                }
                b'#' => at = self.comment(at)?,
                b'\\' => at = self.continuation(at)?,
                0 if at >= self.bytes.len() => {
                    if self.now.brackets > 0 {
                        return Err(Declined);
                    }
                    self.now.at = at;
                    self.now.fresh = true;
                    self.layout(T::Newline);
                    return Ok(());
                }
                _ => return self.finish(at, |lexer, start| lexer.mark(start, byte)),
            }
        }
    }

    /// Reads the token that starts at `start`; `read` moves past it.
    fn finish(&mut self, start: usize, read: impl FnOnce(&mut Self, usize) -> Go<T>) -> Go<()> {
        self.now.kind = read(self, start)?;
        self.now.start = offset(start);
        self.now.end = offset(self.now.at);
        Ok(())
    }

    /// A comment; answers where it ends.
    pub(super) fn comment(&mut self, start: usize) -> Go<usize> {
        let rest = self.bytes.get(start..).unwrap_or_default();
        let end = rest.iter().position(|byte| matches!(byte, b'\n' | b'\r')).map_or(self.bytes.len(), |at| start + at);
        if self.now.fields == 0 {
            self.comments.push(Span::of(start..end));
        } else if self.byte(end) == b'\r' {
            return Err(Declined);
        }
        Ok(end)
    }

    /// A backslash that joins two lines; answers where the second begins.
    fn continuation(&self, at: usize) -> Go<usize> {
        let next = match (self.byte(at + 1), self.byte(at + 2)) {
            (b'\r', b'\n') => at + 3,
            (b'\r' | b'\n', _) => at + 2,
            _ => return Err(Declined),
        };
        if next >= self.bytes.len() || self.now.fields > 0 { Err(Declined) } else { Ok(next) }
    }

    /// Whether a single `=` follows the current token on its line.
    pub(super) fn equal_follows(&self) -> bool {
        let rest = self.bytes.get(self.now.at..).unwrap_or_default();
        let mut rest = rest.iter().skip_while(|byte| matches!(byte, b' ' | b'\t'));
        rest.next() == Some(&b'=') && rest.next() != Some(&b'=')
    }

    fn open(&mut self, at: usize, kind: T) -> Go<T> {
        self.now.brackets += 1;
        if self.now.brackets > MAX_BRACKETS {
            return Err(Declined);
        }
        self.now.at = at + 1;
        Ok(kind)
    }

    fn close(&mut self, at: usize, kind: T) -> Go<T> {
        self.now.brackets = self.now.brackets.checked_sub(1).ok_or(Declined)?;
        self.now.at = at + 1;
        Ok(kind)
    }

    /// A bracket, an operator, or punctuation.
    fn mark(&mut self, at: usize, byte: u8) -> Go<T> {
        let next = self.byte(at + 1);
        let equal = next == b'=';
        let (kind, length) = match byte {
            b'(' => return self.open(at, T::LeftParen),
            b'[' => return self.open(at, T::LeftBracket),
            b'{' => return self.open(at, T::LeftBrace),
            b')' => return self.close(at, T::RightParen),
            b']' => return self.close(at, T::RightBracket),
            b'}' => return self.close(at, T::RightBrace),
            b',' => (T::Comma, 1),
            b':' if equal => (T::Walrus, 2),
            b':' => (T::Colon, 1),
            b';' => (T::Semicolon, 1),
            b'.' if next == b'.' && self.byte(at + 2) == b'.' => (T::Ellipsis, 3),
            b'.' => (T::Dot, 1),
            b'=' if equal => (T::EqualEqual, 2),
            b'=' => (T::Equal, 1),
            b'+' if equal => (T::PlusEqual, 2),
            b'+' => (T::Plus, 1),
            b'-' if equal => (T::MinusEqual, 2),
            b'-' if next == b'>' => (T::Arrow, 2),
            b'-' => (T::Minus, 1),
            b'*' | b'/' | b'<' | b'>' if next == byte => {
                let equal = self.byte(at + 2) == b'=';
                let kind = match (byte, equal) {
                    (b'*', false) => T::StarStar,
                    (b'*', true) => T::StarStarEqual,
                    (b'/', false) => T::SlashSlash,
                    (b'/', true) => T::SlashSlashEqual,
                    (b'<', false) => T::LessLess,
                    (b'<', true) => T::LessLessEqual,
                    (_, false) => T::GreaterGreater,
                    (_, true) => T::GreaterGreaterEqual,
                };
                (kind, if equal { 3 } else { 2 })
            }
            b'*' if equal => (T::StarEqual, 2),
            b'*' => (T::Star, 1),
            b'/' if equal => (T::SlashEqual, 2),
            b'/' => (T::Slash, 1),
            b'%' if equal => (T::PercentEqual, 2),
            b'%' => (T::Percent, 1),
            b'@' if equal => (T::AtEqual, 2),
            b'@' => (T::At, 1),
            b'|' if equal => (T::PipeEqual, 2),
            b'|' => (T::Pipe, 1),
            b'^' if equal => (T::CaretEqual, 2),
            b'^' => (T::Caret, 1),
            b'&' if equal => (T::AmpersandEqual, 2),
            b'&' => (T::Ampersand, 1),
            b'~' => (T::Tilde, 1),
            b'<' if equal => (T::LessEqual, 2),
            b'<' => (T::Less, 1),
            b'>' if equal => (T::GreaterEqual, 2),
            b'>' => (T::Greater, 1),
            b'!' if equal => (T::NotEqual, 2),
            b'!' if self.now.fields > 0 => (T::Bang, 1),
            _ => return Err(Declined),
        };
        self.now.at = at + length;
        Ok(kind)
    }
}

/// An offset as a span has it. Longer texts than it can hold are not read at all.
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
