//! The inside of a tag, byte by byte.

use super::page::{Attr, Tag};
use crate::model::Span;

/// Attributes of one tag that are kept.
const MOST: usize = 100;

/// A tag that is being read.
#[derive(Clone, Debug)]
pub(super) struct OpenTag {
    pub(super) tag: Tag,
    /// The attribute that is being read.
    pub(super) attr: Option<Attr>,
    inside: Inside,
}

/// Where in a tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Inside {
    /// Its name.
    Name,
    /// Between attributes.
    Between,
    /// The name of an attribute.
    AttrName,
    /// Behind the name of an attribute.
    AfterName,
    /// Behind `=`.
    BeforeValue,
    /// In a value.
    Value,
}

impl OpenTag {
    pub(super) fn new(start: u32, closes: bool) -> Self {
        let tag = Tag { name: "".into(), span: Span::new(start, start), closes, attrs: Vec::new(), open_ended: false };
        Self { tag, attr: None, inside: Inside::Name }
    }

    /// Reads the byte at `at`; whether the tag ends with it.
    pub(super) fn step(&mut self, text: &str, byte: u8, at: u32) -> bool {
        let blank = byte.is_ascii_whitespace();
        match self.inside {
            Inside::Name if blank || byte == b'/' => {
                self.name(text, at);
                self.inside = Inside::Between;
            }
            Inside::Name if byte == b'>' => {
                self.name(text, at);
                return self.close(text, at);
            }
            Inside::Name => {}
            Inside::Between | Inside::AfterName | Inside::AttrName | Inside::BeforeValue if byte == b'>' => {
                return self.close(text, at);
            }
            Inside::Between if blank || byte == b'/' => {}
            Inside::Between => self.start(text, at),
            Inside::AttrName | Inside::AfterName if byte == b'=' => self.inside = Inside::BeforeValue,
            Inside::AttrName if blank => self.inside = Inside::AfterName,
            Inside::AttrName if byte == b'/' => {
                self.keep(text);
                self.inside = Inside::Between;
            }
            Inside::AttrName => {
                if let Some(attr) = &mut self.attr {
                    attr.span.end = at + 1;
                }
            }
            Inside::AfterName if blank => {}
            Inside::AfterName => self.start(text, at),
            Inside::BeforeValue if blank => {}
            Inside::BeforeValue => {
                let quoted = matches!(byte, b'"' | b'\'');
                if let Some(attr) = &mut self.attr {
                    attr.quote = quoted.then_some(byte);
                    let from = if quoted { at + 1 } else { at };
                    attr.value = Some(Span::new(from, at + 1));
                }
                self.inside = Inside::Value;
            }
            Inside::Value => return self.value(text, byte, at),
        }
        false
    }

    fn value(&mut self, text: &str, byte: u8, at: u32) -> bool {
        let quote = self.attr.as_ref().and_then(|attr| attr.quote);
        let ends = match quote {
            Some(quote) => byte == quote,
            None => byte.is_ascii_whitespace() || byte == b'>',
        };
        if let Some(value) = self.attr.as_mut().and_then(|attr| attr.value.as_mut()) {
            value.end = if ends { at } else { at + 1 };
        }
        if ends {
            self.keep(text);
            self.inside = Inside::Between;
        }
        ends && quote.is_none() && byte == b'>' && self.close(text, at)
    }

    /// Reads a template's piece: it may be a part of a value, or anything.
    pub(super) fn piece(&mut self, text: &str, span: Span, puts_out: bool) {
        match self.inside {
            Inside::BeforeValue if puts_out => {
                if let Some(attr) = &mut self.attr {
                    attr.value = Some(span);
                    attr.dynamic = true;
                }
                self.inside = Inside::Value;
            }
            Inside::Value => {
                if let Some(attr) = &mut self.attr {
                    attr.dynamic |= puts_out;
                    let quoted = attr.quote.is_some();
                    if let Some(value) = attr.value.as_mut().filter(|_| puts_out || quoted) {
                        value.end = span.end;
                    }
                }
            }
            Inside::AttrName | Inside::Name => self.tag.open_ended |= puts_out,
            Inside::Between | Inside::AfterName => {
                self.keep(text);
                self.inside = Inside::Between;
                if puts_out {
                    // It may be the name of an attribute.
                    self.attr = Some(Attr { name: "".into(), span, value: None, quote: None, dynamic: true });
                    self.inside = Inside::AttrName;
                    self.tag.open_ended = true;
                }
            }
            Inside::BeforeValue => {}
        }
    }

    /// Whether a value without quotes is being read, or may start here.
    pub(super) fn in_value(&self) -> Option<&Attr> {
        self.attr.as_ref().filter(|_| matches!(self.inside, Inside::Value | Inside::BeforeValue))
    }

    /// Adds the attributes that another branch gave to the same tag.
    pub(super) fn merge(&mut self, other: Self) {
        if other.tag.span.start == self.tag.span.start {
            self.tag.open_ended |= other.tag.open_ended;
            for attr in other.tag.attrs {
                self.add(attr);
            }
        }
    }

    fn name(&mut self, text: &str, end: u32) {
        let start = self.tag.span.start + 1 + u32::from(self.tag.closes);
        self.tag.name = lower(text, Span::new(start, end));
    }

    fn start(&mut self, text: &str, at: u32) {
        self.keep(text);
        self.attr =
            Some(Attr { name: "".into(), span: Span::new(at, at + 1), value: None, quote: None, dynamic: false });
        self.inside = Inside::AttrName;
    }

    fn keep(&mut self, text: &str) {
        if let Some(mut attr) = self.attr.take() {
            attr.name = lower(text, attr.span);
            self.add(attr);
        }
    }

    fn add(&mut self, attr: Attr) {
        if self.tag.attrs.len() < MOST && self.tag.attr(&attr.name).is_none() {
            self.tag.attrs.push(attr);
        }
    }

    fn close(&mut self, text: &str, at: u32) -> bool {
        self.keep(text);
        self.tag.span.end = at + 1;
        true
    }
}

/// A name in small letters, cut where it is longer than any name.
fn lower(text: &str, span: Span) -> Box<str> {
    let name = text.get(span.range()).unwrap_or("");
    name[..name.floor_char_boundary(100)].to_ascii_lowercase().into()
}
