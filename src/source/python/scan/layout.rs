//! Indentation, as Python's tokenizer and parser see it.

use super::cursor::Cursor;
use crate::model::Span;

/// Python's own bound on levels of indentation.
const MAX_INDENTS: usize = 99;

/// How many empty joined lines may stand before a statement: more serve nothing but to slow a parser.
const MAX_JOINED: usize = 100;

/// The open levels of indentation.
#[derive(Debug, Default)]
pub(super) struct Layout {
    /// Width with tabs to eight columns, and width with tabs as one.
    levels: Vec<(u32, u32)>,
    /// The line before ended with `:`: what opened, and where.
    opener: Option<Span>,
}

impl Cursor<'_> {
    /// Reads the blanks at a line's start. `false` when the line holds nothing and was skipped.
    pub(super) fn indentation(&mut self) -> bool {
        let start = self.at;
        let (mut width, mut narrow) = (0_u32, 0_u32);
        let mut continued = None;
        let mut joined = 0;
        loop {
            match self.peek(0) {
                b' ' => (width, narrow) = (width + 1, narrow + 1),
                b'\t' => (width, narrow) = ((width / 8 + 1) * 8, narrow + 1),
                0x0c => (width, narrow) = (0, 0),
                b'\\' if matches!(self.peek(1), b'\n' | b'\r') => {
                    joined += 1;
                    // The first of joined lines sets the indentation.
                    continued = continued.or(Some((width, narrow)));
                    (width, narrow) = (0, 0);
                    self.at += if self.peek(1) == b'\r' && self.peek(2) == b'\n' { 2 } else { 1 };
                }
                _ => break,
            }
            self.at += 1;
        }
        let (width, narrow) = continued.unwrap_or((width, narrow));
        if joined > 0 && self.at >= self.bytes.len() {
            self.fault(self.at.saturating_sub(1)..self.at, "unexpected EOF while parsing");
        }
        if joined > MAX_JOINED {
            self.fault(start..start + 1, "too many joined lines before a statement");
            self.found.fatal = true;
        }
        match self.peek(0) {
            _ if self.at >= self.bytes.len() => return true,
            b'#' => {
                self.comment();
                return self.skip_break();
            }
            b'\n' | b'\r' => return self.skip_break(),
            _ => {}
        }
        self.level(width, narrow, start);
        true
    }

    fn skip_break(&mut self) -> bool {
        if self.at >= self.bytes.len() {
            return true;
        }
        self.at += if self.peek(0) == b'\r' && self.peek(1) == b'\n' { 2 } else { 1 };
        false
    }

    fn level(&mut self, width: u32, narrow: u32, start: usize) {
        let here = self.at..self.at + 1;
        let opener = self.layout.opener.take();
        let top = self.layout.levels.last().copied().unwrap_or((0, 0));
        if width == top.0 {
            if narrow != top.1 {
                self.misplaced(start..self.at, TABS);
            } else if let Some(opener) = opener {
                self.no_block(opener, here);
            }
            return;
        }
        if width > top.0 {
            if narrow <= top.1 {
                self.misplaced(start..self.at, TABS);
            } else if opener.is_none() {
                self.misplaced(here, "unexpected indent");
            }
            if self.layout.levels.len() >= MAX_INDENTS {
                self.fault(start..self.at, "too many levels of indentation");
                self.found.fatal = true;
                return;
            }
            self.layout.levels.push((width, narrow));
            return;
        }
        while self.layout.levels.last().is_some_and(|level| width < level.0) {
            self.layout.levels.pop();
        }
        let top = self.layout.levels.last().copied().unwrap_or((0, 0));
        if width != top.0 {
            self.misplaced(here, "unindent does not match any outer indentation level");
            // Going on as if the level were open keeps one mistake one fault.
            self.layout.levels.push((width, narrow));
        } else if narrow != top.1 {
            self.misplaced(start..self.at, TABS);
        } else if let Some(opener) = opener {
            self.no_block(opener, here);
        }
    }

    fn misplaced(&mut self, place: std::ops::Range<usize>, message: impl Into<String>) {
        self.fault(place, message);
        if let Some(fault) = self.found.faults.last_mut() {
            fault.of_layout = true;
        }
    }

    fn no_block(&mut self, opener: Span, here: std::ops::Range<usize>) {
        let line = self.line_number(opener.start as usize);
        match owner(self.text.get(opener.range()).unwrap_or("")) {
            Some(what) => self.misplaced(here, format!("expected an indented block after {what} on line {line}")),
            None => self.fault(opener.range(), "invalid syntax"),
        }
    }

    /// Called at the end of a logical line with something on it.
    pub(super) fn close_line(&mut self) {
        self.unfinished();
        let last = self.line.last;
        let colon = self.text.get(last.range()) == Some(":");
        self.layout.opener = self.line.first.filter(|_| colon).map(|first| {
            let second = self.line.second.unwrap_or(first);
            match self.text.get(first.range()) {
                Some("async") => second,
                Some("except") if self.text.get(second.range()) == Some("*") => first.cover(second),
                _ => first,
            }
        });
    }

    /// The grammar reads on over a line's end where a statement is not complete; Python does not.
    fn unfinished(&mut self) {
        let Some(first) = self.line.first else { return };
        let end = self.line.last.end as usize..self.at.max(self.line.last.end as usize + 1);
        let first = self.text.get(first.range()).unwrap_or("");
        let last = self.text.get(self.line.last.range()).unwrap_or("");
        if !self.line.colon && needs_colon(first) {
            self.fault(end, "expected ':'");
        } else if needs_more(last) && !(last == "*" && first == "from")
            || last == "," && matches!(first, "import" | "global" | "nonlocal" | "assert")
        {
            self.fault(end, "invalid syntax");
        }
    }

    /// Called at the end of the file.
    pub(super) fn end_layout(&mut self) {
        if let Some(opener) = self.layout.opener.take() {
            let end = self.bytes.len();
            self.no_block(opener, end.saturating_sub(1)..end);
        }
    }
}

const TABS: &str = "inconsistent use of tabs and spaces in indentation";

fn needs_colon(first: &str) -> bool {
    matches!(
        first,
        "if" | "elif" | "else" | "while" | "for" | "with" | "try" | "except" | "finally" | "def" | "class" | "async"
    )
}

/// Whether a line cannot end with this token.
fn needs_more(last: &str) -> bool {
    match last.as_bytes() {
        [b')' | b']' | b'}' | b',' | b':' | b';' | b'\'' | b'"', ..] | b"..." => false,
        [b'a'..=b'z', ..] => matches!(
            last,
            "and"
                | "or"
                | "not"
                | "in"
                | "is"
                | "if"
                | "else"
                | "lambda"
                | "as"
                | "import"
                | "from"
                | "del"
                | "await"
                | "global"
                | "nonlocal"
                | "assert"
        ),
        [b'A'..=b'Z' | b'_' | b'0'..=b'9' | 0x80.., ..] => false,
        // A number may start with a dot.
        [b'.', digit, ..] => !digit.is_ascii_digit(),
        [_, ..] => true,
        [] => false,
    }
}

/// How Python calls what a keyword opens.
fn owner(keyword: &str) -> Option<&'static str> {
    Some(match keyword {
        "if" => "'if' statement",
        "elif" => "'elif' statement",
        "else" => "'else' statement",
        "for" => "'for' statement",
        "while" => "'while' statement",
        "with" => "'with' statement",
        "try" => "'try' statement",
        "except" => "'except' statement",
        "finally" => "'finally' statement",
        "match" => "'match' statement",
        "case" => "'case' statement",
        "def" => "function definition",
        "class" => "class definition",
        other if other.starts_with("except") => "'except*' statement",
        _ => return None,
    })
}
