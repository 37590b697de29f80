//! White space, comments, and the byte order mark.

use super::reader::Reader;
use super::{Fault, FaultKind};
use crate::model::Span;

impl Reader<'_> {
    pub(super) fn byte_order_mark(&mut self) {
        if self.text.starts_with('\u{feff}') {
            self.at = '\u{feff}'.len_utf8();
            let span = self.from(0);
            let fault = Fault::new(FaultKind::Bom, span, "the file starts with a byte order mark");
            self.fault(fault.mend("remove the byte order mark", span, ""));
        }
    }

    /// Steps over white space; comments and other kinds of space are faults.
    pub(super) fn space(&mut self) {
        loop {
            let rest = &self.text.as_bytes()[self.at..];
            self.at += rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t' | b'\n' | b'\r')).count();
            match self.text.as_bytes()[self.at..] {
                [b'#', ..] | [b'/', b'/', ..] => self.line_comment(),
                [b'/', b'*', ..] => self.block_comment(),
                _ if self.peek_char().is_some_and(is_other_space) => self.other_space(),
                _ => return,
            }
        }
    }

    fn line_comment(&mut self) {
        let start = self.at;
        let rest = &self.text[start..];
        self.at += rest.find(['\n', '\r']).unwrap_or(rest.len());
        self.comment(start);
    }

    fn block_comment(&mut self) {
        let start = self.at;
        match self.text[start + 2..].find("*/") {
            Some(length) => {
                self.at = start + 2 + length + 2;
                self.comment(start);
            }
            None => {
                self.at = self.text.len();
                let opening = Span::of(start..start + 2);
                self.fault(Fault::new(FaultKind::Comment, opening, "a comment that is never closed"));
                self.cut_short();
            }
        }
    }

    fn comment(&mut self, start: usize) {
        let span = self.from(start);
        let text = self.text;
        let before = text[..start].trim_end_matches([' ', '\t']).len();
        let rest = &text[self.at..];
        let blank_after = rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let line_ends = rest[blank_after..].is_empty() || rest[blank_after..].starts_with(['\n', '\r']);
        let line_starts = before == 0 || text[..before].ends_with(['\n', '\r']);
        let (cut, left) = match (line_starts, line_ends) {
            (true, true) => {
                let after = &rest[blank_after..];
                let newline = if after.starts_with("\r\n") { 2 } else { usize::from(!after.is_empty()) };
                (before..self.at + blank_after + newline, "")
            }
            (false, true) => (before..self.at + blank_after, ""),
            _ if rest.starts_with(char::is_whitespace) || before < start => (start..self.at, ""),
            _ => (start..self.at, " "),
        };
        let fault = Fault::new(FaultKind::Comment, span, "a comment: JSON has none");
        self.fault(fault.mend("remove the comment", Span::of(cut), left));
    }

    fn other_space(&mut self) {
        let start = self.at;
        let first = self.peek_char().unwrap_or(' ');
        let rest = &self.text[start..];
        self.at += rest.find(|c| !is_other_space(c)).unwrap_or(rest.len());
        let span = self.from(start);
        let words = format!("U+{:04X} is not white space to JSON", u32::from(first));
        self.fault(Fault::new(FaultKind::Broken, span, words).mend("replace it with a space", span, " "));
    }
}

/// Space to the eye and to Unicode, but not to JSON.
fn is_other_space(c: char) -> bool {
    let json = matches!(c, ' ' | '\t' | '\n' | '\r');
    !json && (c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}'))
}
