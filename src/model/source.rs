//! The text of one file, with its lines.

use std::sync::OnceLock;

use super::{Digest, LineIndex, Position, Span};

/// What the bytes of a file are as text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decoded {
    /// UTF-8 without a byte order mark.
    Utf8,
    /// UTF-8 that starts with a byte order mark; the mark is part of the text.
    Utf8Bom,
    /// Not UTF-8: the first bad byte is at this offset; the text has replacement characters.
    Invalid(usize),
}

/// One file's bytes, its text and its line index. The text is the bytes where they are UTF-8;
/// offsets into the text are offsets into the bytes in that case only.
#[derive(Debug)]
pub struct Source {
    text: String,
    decoded: Decoded,
    lines: OnceLock<LineIndex>,
    digest: OnceLock<Digest>,
}

impl Source {
    /// Decodes `bytes`.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        match String::from_utf8(bytes) {
            Ok(text) => {
                let decoded = if text.starts_with('\u{feff}') { Decoded::Utf8Bom } else { Decoded::Utf8 };
                Self { text, decoded, lines: OnceLock::new(), digest: OnceLock::new() }
            }
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let text = String::from_utf8_lossy(error.as_bytes()).into_owned();
                // The text is not the bytes, which are gone afterwards.
                let digest = OnceLock::from(Digest::of(error.as_bytes()));
                Self { text, decoded: Decoded::Invalid(at), lines: OnceLock::new(), digest }
            }
        }
    }

    /// The text; with replacement characters where the bytes are not UTF-8.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// How the bytes decoded.
    #[must_use]
    pub const fn decoded(&self) -> Decoded {
        self.decoded
    }

    /// The line index, computed at first use.
    #[must_use]
    pub fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }

    /// What the bytes are known by, computed at first use.
    #[must_use]
    pub fn digest(&self) -> &Digest {
        self.digest.get_or_init(|| Digest::of(self.text.as_bytes()))
    }

    /// Line and column of a byte offset.
    #[must_use]
    pub fn position(&self, offset: u32) -> Position {
        self.lines().position(&self.text, offset)
    }

    /// The text of a span; empty where the span does not fit the text.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.range()).unwrap_or("")
    }
}
