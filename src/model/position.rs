//! Byte offsets to lines and columns: the one place where that is computed.

/// A half-open range of byte offsets, `start..end`, in one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// A span; `end` is raised to `start` when it lies before it.
    #[must_use]
    pub const fn new(start: u32, end: u32) -> Self {
        Self { start, end: if end < start { start } else { end } }
    }

    /// From `usize` offsets; files are bounded far below 4 GiB, larger offsets saturate.
    #[must_use]
    pub fn of(range: std::ops::Range<usize>) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self::new(clamp(range.start), clamp(range.end))
    }

    /// The first character of a text, which stands for all of it; empty for an empty one.
    #[must_use]
    pub fn first_of(text: &str) -> Self {
        Self::of(0..text.chars().next().map_or(0, char::len_utf8))
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn cover(self, other: Self) -> Self {
        Self::new(self.start.min(other.start), self.end.max(other.end))
    }

    /// As a range for slicing.
    #[must_use]
    pub const fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// Whether `offset` lies in it.
    #[must_use]
    pub const fn contains(self, offset: u32) -> bool {
        self.start <= offset && offset < self.end
    }
}

/// A place for people and machines: both numbers count from 1; the column counts
/// Unicode scalar values, as SARIF's `unicodeCodePoints` does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1, in Unicode scalar values.
    pub column: u32,
}

/// Where each line of a text starts. Lines end at `\n`, `\r\n` or a lone `\r`, as in Python.
///
/// Columns count characters, and a line may be the whole of a large file; so the characters are
/// counted once, with a mark after every `STEP` bytes.
#[derive(Clone, Debug)]
pub struct LineIndex {
    starts: Vec<u32>,
    /// How many characters start before each multiple of [`STEP`] bytes; empty when each byte is one.
    counted: Vec<u32>,
}

/// Bytes between two marks of [`LineIndex`].
const STEP: usize = 1024;

impl LineIndex {
    /// Reads the line starts of `text`.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let bytes = text.as_bytes();
        let mut starts = vec![0];
        for at in memchr::memchr2_iter(b'\n', b'\r', bytes) {
            let ends_line = bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n');
            if ends_line {
                starts.push(u32::try_from(at + 1).unwrap_or(u32::MAX));
            }
        }
        if text.is_ascii() {
            return Self { starts, counted: Vec::new() };
        }
        let mut counted = vec![0];
        let mut count = 0;
        for chunk in bytes.chunks(STEP) {
            count += chunk.iter().filter(|byte| starts_character(**byte)).count();
            counted.push(u32::try_from(count).unwrap_or(u32::MAX));
        }
        Self { starts, counted }
    }

    /// How many characters start before `offset`.
    fn characters(&self, text: &str, offset: usize) -> usize {
        let mark = offset / STEP;
        let Some(counted) = self.counted.get(mark) else { return offset };
        let rest = &text.as_bytes()[mark * STEP..offset];
        *counted as usize + rest.iter().filter(|byte| starts_character(**byte)).count()
    }

    /// How many lines there are; a text that ends with a line break has an empty last one.
    #[must_use]
    pub fn line_count(&self) -> usize {
        self.starts.len()
    }

    /// The position of a byte offset. Offsets inside a character count as its start,
    /// offsets past the end as the end.
    #[must_use]
    pub fn position(&self, text: &str, offset: u32) -> Position {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.starts.partition_point(|start| (*start as usize) <= offset).saturating_sub(1);
        let start = self.starts[line] as usize;
        let column = self.characters(text, offset) - self.characters(text, start) + 1;
        Position {
            line: u32::try_from(line + 1).unwrap_or(u32::MAX),
            column: u32::try_from(column).unwrap_or(u32::MAX),
        }
    }

    /// The span of line `line` (from 1) without its line break; empty for a line that is not there.
    #[must_use]
    pub fn line_span(&self, text: &str, line: u32) -> Span {
        let at = (line as usize).saturating_sub(1);
        let Some(&start) = self.starts.get(at) else {
            return Span::of(text.len()..text.len());
        };
        let end = self.starts.get(at + 1).map_or(text.len(), |next| *next as usize);
        let body = text[start as usize..end].trim_end_matches(['\r', '\n']);
        Span::of(start as usize..start as usize + body.len())
    }
}

/// Whether a byte of UTF-8 is the first of its character.
const fn starts_character(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_in_long_lines_are_counted_from_the_start_of_the_line() {
        let text = format!("{}\n{}\n", "é1".repeat(1000), "插\u{1f600}x".repeat(1500));
        let index = LineIndex::new(&text);
        let mut expected = Position { line: 1, column: 1 };
        for (offset, character) in text.char_indices() {
            assert_eq!(index.position(&text, u32::try_from(offset).unwrap()), expected, "at {offset}");
            expected = match character {
                '\n' => Position { line: expected.line + 1, column: 1 },
                _ => Position { column: expected.column + 1, ..expected },
            };
        }
        assert_eq!(index.position(&text, u32::MAX), expected);
    }

    #[test]
    fn columns_count_characters_and_every_line_break_counts_once() {
        let text = "a\r\n\u{e9}\u{1f600}x\ry\n";
        let index = LineIndex::new(text);
        let at = |offset| {
            let position = index.position(text, offset);
            (position.line, position.column)
        };
        assert_eq!(at(0), (1, 1));
        assert_eq!(at(3), (2, 1));
        assert_eq!(at(9), (2, 3), "after a two-byte and a four-byte character");
        assert_eq!(at(6), (2, 2), "inside a character counts as its start");
        assert_eq!(at(11), (3, 1), "a lone carriage return ends a line");
        assert_eq!(at(999), (4, 1), "past the end is the end");
        assert_eq!(index.line_count(), 4);
        assert_eq!(index.line_span(text, 2).range(), 3..10);
        assert_eq!(index.line_span(text, 99).range(), 13..13);
    }
}
