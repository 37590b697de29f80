//! Indentation: where blocks begin and end.

use super::lexer::{Declined, Go, Lexer};
use super::token::T;

/// Python's own bound on levels of indentation.
const MAX_LEVELS: usize = 99;

/// Wider lines than this are left to the grammar.
const MAX_WIDTH: u32 = 1_000;

impl Lexer<'_> {
    /// Skips lines that hold nothing and compares the next one with the lines before. `None` when
    /// it belongs to the same block.
    pub(super) fn line_start(&mut self) -> Go<Option<T>> {
        let mut at = self.now.at;
        let (mut width, mut narrow) = (0_u32, 0_u32);
        let mut mixed = false;
        loop {
            match self.byte(at) {
                b' ' => (width, narrow) = (width + 1, narrow + 1),
                b'\t' => {
                    // Blanks before a tab: how wide that is depends on whom one asks.
                    mixed |= width % 8 != 0;
                    (width, narrow) = ((width / 8 + 1) * 8, narrow + 1);
                }
                0x0c => (width, narrow, mixed) = (0, 0, false),
                b'\n' | b'\r' => (width, narrow, mixed) = (0, 0, false),
                b'#' => {
                    at = self.comment(at)?;
                    (width, narrow, mixed) = (0, 0, false);
                    continue;
                }
                0 if at >= self.bytes.len() => {
                    self.now.at = at;
                    return Ok(Some(self.end()));
                }
                _ => break,
            }
            at += 1;
        }
        self.now.at = at;
        if mixed || width > MAX_WIDTH || self.byte(at) == b'\\' {
            return Err(Declined);
        }
        self.level(width, narrow)
    }

    fn level(&mut self, width: u32, narrow: u32) -> Go<Option<T>> {
        let top = self.levels.last().copied().unwrap_or((0, 0));
        if width == top.0 {
            return if narrow == top.1 { Ok(None) } else { Err(Declined) };
        }
        if width > top.0 {
            if narrow <= top.1 || self.levels.len() >= MAX_LEVELS {
                return Err(Declined);
            }
            self.levels.push((width, narrow));
            return Ok(Some(T::Indent));
        }
        let mut ended = 0;
        while self.levels.last().is_some_and(|level| width < level.0) {
            self.levels.pop();
            ended += 1;
        }
        if self.levels.last().copied().unwrap_or((0, 0)) != (width, narrow) {
            return Err(Declined);
        }
        self.now.dedents = ended - 1;
        Ok(Some(T::Dedent))
    }

    /// The end of the text ends all blocks first.
    fn end(&mut self) -> T {
        self.now.fresh = true;
        if self.levels.pop().is_some() { T::Dedent } else { T::End }
    }
}
