//! Objects, arrays, and what goes wrong between their parts.

use super::{Fault, FaultKind, Json, Member, Node};
use crate::model::Span;

/// Brackets that may be open at once; `serde_json` draws the same line, Python's reader gives up at about 990.
const MAX_DEPTH: usize = 127;
/// Values that a tree may hold. A manifest has a few dozen; the bound keeps memory in proportion.
const MAX_VALUES: usize = 200_000;
/// Faults that are listed one by one.
const MAX_FAULTS: usize = 200;

/// Reads a text: a tree in every case, and every fault in order of position.
pub(crate) fn parse(text: &str) -> (Node, Vec<Fault>) {
    let mut reader = Reader::new(text);
    let node = reader.document();
    let mut faults = reader.faults;
    faults.sort_by_key(|fault| fault.span);
    (node, faults)
}

pub(super) struct Reader<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    faults: Vec<Fault>,
    values: usize,
    open_lists: usize,
    open_objects: usize,
    /// Set when the text ended inside something that was already reported.
    cut_short: bool,
}

impl<'a> Reader<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, faults: Vec::new(), values: 0, open_lists: 0, open_objects: 0, cut_short: false }
    }

    pub(super) fn fault(&mut self, fault: Fault) {
        if self.faults.len() < MAX_FAULTS {
            self.faults.push(fault);
        } else if self.faults.len() == MAX_FAULTS {
            let words = format!("there are more faults after these {MAX_FAULTS}; they are not listed");
            self.faults.push(Fault::new(FaultKind::Broken, fault.span, words));
        }
    }

    pub(super) fn broken(&mut self, span: Span, message: impl Into<String>) {
        self.fault(Fault::new(FaultKind::Broken, span, message));
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn peek_char(&self) -> Option<char> {
        self.text.get(self.at..)?.chars().next()
    }

    pub(super) fn from(&self, start: usize) -> Span {
        Span::of(start..self.at)
    }

    fn document(&mut self) -> Node {
        self.byte_order_mark();
        self.space();
        if self.at >= self.text.len() {
            let message = "the file is empty: it holds no JSON value";
            self.broken(Span::of(0..0), message);
            return Node { span: Span::of(0..0), json: Json::Broken };
        }
        let node = self.value();
        loop {
            self.space();
            let rest = &self.text[self.at..];
            if rest.is_empty() {
                return node;
            }
            let line = rest.lines().next().unwrap_or_default().trim_end();
            let span = Span::of(self.at..self.at + line.len().max(1));
            let words = "text after the end of the JSON value";
            let fault =
                Fault::new(FaultKind::Broken, span, words).help("A manifest is one object; remove what follows.");
            self.fault(fault);
            self.at = self.text.len();
        }
    }

    /// A value; when there is none, a fault is reported and nothing is consumed.
    fn value(&mut self) -> Node {
        let start = self.at;
        self.values += 1;
        if self.values == MAX_VALUES {
            let span = Span::of(start..start + 1);
            self.broken(span, format!("the file holds more than {MAX_VALUES} values; the rest is not read"));
        }
        let json = match self.peek() {
            Some(b'{' | b'[') if self.open_lists + self.open_objects >= MAX_DEPTH => self.too_deep(),
            Some(b'{') => self.object(),
            Some(b'[') => self.list(),
            Some(b'"') => Json::Text(self.string()),
            None | Some(b',' | b'}' | b']' | b':' | b';') => {
                let message = if self.peek().is_none() {
                    "the text ends where a value is due"
                } else {
                    "a value is missing here"
                };
                let span = Span::of(start..(start + 1).min(self.text.len()));
                if !self.cut_short {
                    self.broken(span, message);
                }
                Json::Broken
            }
            Some(_) => self.odd_value(),
        };
        let json = if self.values > MAX_VALUES { Json::Broken } else { json };
        Node { span: self.from(start), json }
    }

    fn object(&mut self) -> Json {
        let open = self.at;
        let mut members: Vec<Member> = Vec::new();
        self.at += 1;
        self.open_objects += 1;
        loop {
            self.space();
            match self.peek() {
                Some(b'}') => {
                    self.at += 1;
                    break;
                }
                None => {
                    self.unclosed(open);
                    break;
                }
                Some(b']') if self.open_lists > 0 => {
                    self.unclosed(open);
                    break;
                }
                Some(b',') => self.extra_comma(),
                Some(b']' | b':' | b';') => self.stray(),
                Some(b'{' | b'[') => {
                    let start = self.at;
                    self.broken(Span::of(start..start + 1), "a key in double quotes is due here");
                    self.value();
                    self.separator();
                }
                Some(_) => {
                    let Some((key, key_span)) = self.key() else { continue };
                    let value = self.member_value(key_span);
                    if self.values < MAX_VALUES {
                        members.push(Member { key, key_span, value });
                    }
                    self.separator();
                }
            }
        }
        self.open_objects -= 1;
        Json::Object(members)
    }

    fn member_value(&mut self, key: Span) -> Node {
        self.space();
        match self.peek() {
            Some(b':') => self.at += 1,
            Some(b'=') => {
                let start = self.at;
                self.at += if self.text[start..].starts_with("=>") { 2 } else { 1 };
                let fault = Fault::new(FaultKind::Broken, self.from(start), "JSON has a colon between key and value");
                self.fault(fault.mend("replace it with a colon", self.from(start), ":"));
            }
            None | Some(b',' | b'}' | b']' | b';') => {
                if !self.cut_short {
                    self.broken(key, "the key has no value");
                }
                return Node { span: Span::new(key.end, key.end), json: Json::Broken };
            }
            Some(_) => {
                let after = Span::new(key.end, key.end);
                let fault = Fault::new(FaultKind::Broken, key, "there is no colon after the key");
                self.fault(fault.mend("insert a colon", after, ":"));
            }
        }
        self.space();
        self.value()
    }

    fn list(&mut self) -> Json {
        let open = self.at;
        let mut items: Vec<Node> = Vec::new();
        self.at += 1;
        self.open_lists += 1;
        loop {
            self.space();
            match self.peek() {
                Some(b']') => {
                    self.at += 1;
                    break;
                }
                None => {
                    self.unclosed(open);
                    break;
                }
                Some(b'}') if self.open_objects > 0 => {
                    self.unclosed(open);
                    break;
                }
                Some(b',') => self.extra_comma(),
                Some(b'}' | b':' | b';') => self.stray(),
                Some(_) => {
                    let item = self.value();
                    if self.values < MAX_VALUES {
                        items.push(item);
                    }
                    self.separator();
                }
            }
        }
        self.open_lists -= 1;
        Json::List(items)
    }

    /// After a value: a comma, a closing bracket, or a fault.
    fn separator(&mut self) {
        let end = self.at;
        self.space();
        let start = self.at;
        match self.peek() {
            None | Some(b'}' | b']') => {}
            Some(b',') => {
                self.at += 1;
                let comma = self.from(start);
                self.space();
                if matches!(self.peek(), None | Some(b'}' | b']')) && !self.cut_short {
                    let words = "a comma after the last item: JSON has none there";
                    let fault = Fault::new(FaultKind::TrailingComma, comma, words);
                    self.fault(fault.mend("remove the comma", comma, ""));
                }
            }
            Some(b';') => {
                self.at += 1;
                let span = self.from(start);
                let fault = Fault::new(FaultKind::Broken, span, "JSON separates with commas, not with semicolons");
                self.fault(fault.mend("replace it with a comma", span, ","));
            }
            Some(b':') => self.stray(),
            Some(_) => {
                let mut last = end.saturating_sub(1);
                while !self.text.is_char_boundary(last) {
                    last -= 1;
                }
                let fault = Fault::new(FaultKind::Broken, Span::of(last..end), "a comma is missing after this value");
                self.fault(fault.mend("insert a comma", Span::of(end..end), ","));
            }
        }
    }

    fn extra_comma(&mut self) {
        let start = self.at;
        self.at += 1;
        let span = self.from(start);
        let fault = Fault::new(FaultKind::Broken, span, "a comma with nothing before it");
        self.fault(fault.mend("remove the comma", span, ""));
    }

    fn stray(&mut self) {
        let start = self.at;
        self.at += 1;
        let sign = &self.text[start..self.at];
        self.broken(self.from(start), format!("`{sign}` has no place here"));
    }

    fn unclosed(&mut self, open: usize) {
        if !self.cut_short {
            let sign = &self.text[open..=open];
            self.broken(Span::of(open..open + 1), format!("`{sign}` is never closed"));
        }
    }

    /// Steps over a value that is nested too deep, without recursion.
    fn too_deep(&mut self) -> Json {
        let start = self.at;
        let words = format!("nested more than {MAX_DEPTH} levels deep");
        let fault = Fault::new(FaultKind::Broken, Span::of(start..start + 1), words);
        self.fault(fault.help(
            "A manifest has no use for that. Most readers of JSON refuse it; Python's breaks off at about 990 levels with a RecursionError that ends the lists of all plugins.",
        ));
        let bytes = self.text.as_bytes();
        let mut depth = 0_usize;
        let mut quoted = false;
        while let Some(byte) = bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' if quoted && self.at < bytes.len() => self.at += 1,
                b'"' => quoted = !quoted,
                b'{' | b'[' if !quoted => depth += 1,
                b'}' | b']' if !quoted => depth -= 1,
                _ => {}
            }
            if depth == 0 {
                return Json::Broken;
            }
        }
        self.at = bytes.len();
        self.cut_short = true;
        Json::Broken
    }

    pub(super) fn cut_short(&mut self) {
        self.cut_short = true;
    }
}
