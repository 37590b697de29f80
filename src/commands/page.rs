//! Text for people at a terminal: headings, wrapped paragraphs, code.

use std::fmt::Write as _;

/// A page of text that is being written.
pub(super) struct Page {
    text: String,
    colour: bool,
    width: usize,
}

/// Longer lines are hard to read, however wide the terminal is.
const WIDEST: usize = 96;

impl Page {
    pub(super) fn new(colour: bool, width: usize) -> Self {
        Self { text: String::new(), colour, width: width.min(WIDEST) }
    }

    /// `words` in an ANSI style, where colour is on.
    pub(super) fn paint(&self, code: &str, words: &str) -> String {
        if self.colour { format!("\u{1b}[{code}m{words}\u{1b}[0m") } else { words.to_owned() }
    }

    /// A line as it is.
    pub(super) fn line(&mut self, line: &str) {
        self.text.push_str(line);
        self.text.push('\n');
    }

    /// A heading above what follows.
    pub(super) fn heading(&mut self, words: &str) {
        let heading = self.paint("1", words);
        let _ = write!(self.text, "\n{heading}\n");
    }

    /// Paragraphs, wrapped; `Markdown` code spans are kept as they are written.
    pub(super) fn prose(&mut self, markdown: &str) {
        for (at, paragraph) in markdown.trim().split("\n\n").enumerate() {
            if at > 0 {
                self.text.push('\n');
            }
            let mut column = 0;
            for word in paragraph.split_whitespace() {
                let length = word.chars().count();
                if column > 0 && column + 1 + length > self.width.saturating_sub(2) {
                    self.text.push('\n');
                    column = 0;
                }
                self.text.push_str(if column == 0 { "  " } else { " " });
                column += length + usize::from(column > 0);
                self.text.push_str(word);
            }
            self.text.push('\n');
        }
    }

    /// Code, set off.
    pub(super) fn code(&mut self, code: &str) {
        for line in code.lines() {
            let line = if line.is_empty() { String::new() } else { format!("    {line}") };
            let line = self.paint("36", &line);
            self.line(&line);
        }
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_wrapped_to_the_width() {
        let mut page = Page::new(false, 20);
        page.prose("one two three four five\nsix\n\nseven");
        assert_eq!(page.finish(), "  one two three four\n  five six\n\n  seven\n");
    }
}
