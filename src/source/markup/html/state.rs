//! Where in a page the reader is.

use super::attributes::OpenTag;

/// Where the reader is.
#[derive(Clone, Debug, Default)]
pub(super) enum State {
    /// Between tags.
    #[default]
    Text,
    /// `<!-- …`.
    Comment,
    /// `<!…` or `<?…` from this offset on; brackets that are open.
    Declaration(u32, u32),
    /// Inside of a tag.
    Tag(OpenTag),
    /// Inside of an element whose content holds no tags.
    Raw(Raw),
}

/// An element whose content holds no tags.
#[derive(Clone, Debug)]
pub(super) struct Raw {
    /// Its name.
    pub(super) name: Box<str>,
    /// Where its content starts.
    pub(super) start: u32,
    /// Whether its content is code of a browser.
    pub(super) code: bool,
    /// How code is read so far.
    pub(super) lex: Lex,
}

/// Where in a piece of JavaScript.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lex {
    Code,
    /// In a string with this quote; behind a backslash.
    Text(u8, bool),
    /// `// …`.
    Line,
    /// `/* …`.
    Block,
}

impl Lex {
    pub(super) const fn quote(self) -> Option<u8> {
        if let Self::Text(quote, _) = self { Some(quote) } else { None }
    }

    /// The state behind `byte`, which `next` follows.
    pub(super) const fn after(self, byte: u8, before: u8, next: u8) -> Self {
        match (self, byte) {
            (Self::Code, b'\'' | b'"' | b'`') => Self::Text(byte, false),
            (Self::Code, b'/') if next == b'/' && before != b':' => Self::Line,
            (Self::Code, b'/') if next == b'*' => Self::Block,
            (Self::Text(quote, true), _) => Self::Text(quote, false),
            (Self::Text(quote, false), b'\\') => Self::Text(quote, true),
            (Self::Text(b'`', false), b'`') => Self::Code,
            (Self::Text(b'`', _), _) => self,
            (Self::Text(_, _), b'\n') | (Self::Line, b'\n') => Self::Code,
            (Self::Text(quote, false), other) if quote == other => Self::Code,
            (Self::Block, b'/') if before == b'*' => Self::Code,
            _ => self,
        }
    }
}
