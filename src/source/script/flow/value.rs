//! What is known of a value.

use std::rc::Rc;

use super::super::syntax::FunctionId;
use crate::model::Span;

/// Where data came from: a set.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Origins(u16);

impl Origins {
    /// From nowhere that matters.
    pub const NONE: Self = Self(0);
    /// The part of the page's address that whoever makes a link decides, or the name of its window.
    pub const ADDRESS: Self = Self(1);
    /// A message from another window.
    pub const MESSAGE: Self = Self(2);
    /// What another host answered.
    pub const FOREIGN: Self = Self(4);
    /// What the page's own host answered.
    pub const ANSWER: Self = Self(8);
    /// What somebody typed or chose.
    pub const INPUT: Self = Self(16);
    /// A `data-…` attribute.
    pub const DATASET: Self = Self(32);
    /// The cookies of the page.
    pub const COOKIE: Self = Self(64);
    /// One value of the browser's storage.
    pub const STORAGE: Self = Self(128);
    /// All of the browser's storage.
    pub const ALL_STORAGE: Self = Self(256);
    /// What was typed into a field for passwords.
    pub const PASSWORD: Self = Self(512);
    /// Which keys were pressed.
    pub const KEYS: Self = Self(1024);
    /// All fields of a form.
    pub const FORM: Self = Self(2048);
    /// The whole address of the page, or of the one before it.
    pub const WHOLE_ADDRESS: Self = Self(4096);

    /// Both sets.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The one without the other.
    #[must_use]
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether they share anything.
    #[must_use]
    pub const fn any(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether it is empty.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }
}

/// What is known of a value as text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Text {
    /// Nothing.
    #[default]
    Unknown,
    /// It starts so.
    Starts(Rc<str>),
    /// All of it.
    Whole(Rc<str>),
}

/// What a value is besides text.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum What {
    /// Anything.
    #[default]
    Other,
    /// Something global, by its dotted path without `window`.
    Path(Rc<str>),
    /// An element of the page, by its tag or the selector that found it.
    Element(Rc<str>),
    /// Elements in the hand of jQuery.
    Query(Rc<str>),
    /// An event of this kind.
    Happening(Rc<str>),
    /// Made by a constructor or a function of the browser: its name, and the text it was made with.
    Made(&'static str, Rc<str>),
    /// A function of this script.
    Function(FunctionId),
    /// An object or an array of this script.
    Object(u32),
}

/// The most parameters that a value remembers to depend on.
const MOST_PARAMS: usize = 8;

/// What is known of a value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Value {
    /// As text.
    pub text: Text,
    /// As a thing.
    pub what: What,
    /// Where its data came from.
    pub origins: Origins,
    /// Where in the text the first of its data was read.
    pub from: Option<Span>,
    /// Whether it may hold data that was not followed.
    pub unknown: bool,
    /// Whether none of its data can be markup.
    pub safe: bool,
    /// Whether its text was put together or decoded so that a reader does not see it.
    pub hidden: bool,
    /// Parameters that it depends on.
    pub(super) params: Vec<u32>,
}

impl Value {
    /// A value that nothing is known about.
    pub(super) fn unknown() -> Self {
        Self { unknown: true, ..Self::default() }
    }

    /// A number, a truth value, or nothing: no data that could do harm.
    pub(super) fn harmless() -> Self {
        Self { safe: true, ..Self::default() }
    }

    /// A text of the script.
    #[must_use]
    pub fn text(text: &str) -> Self {
        Self { text: Text::Whole(text.into()), ..Self::default() }
    }

    pub(super) fn path(path: &str) -> Self {
        Self { what: What::Path(path.into()), unknown: true, ..Self::default() }
    }

    pub(super) fn of(what: What) -> Self {
        Self { what, unknown: true, ..Self::default() }
    }

    pub(super) fn data(origins: Origins, from: Span) -> Self {
        Self { origins, from: Some(from), unknown: true, ..Self::default() }
    }

    /// The whole text, if it is known.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match &self.text {
            Text::Whole(text) => Some(text),
            Text::Starts(_) | Text::Unknown => None,
        }
    }

    /// What it starts with; empty when nothing is known.
    #[must_use]
    pub fn start(&self) -> &str {
        match &self.text {
            Text::Whole(text) | Text::Starts(text) => text,
            Text::Unknown => "",
        }
    }

    /// The global path, if it is one.
    #[must_use]
    pub fn as_path(&self) -> Option<&str> {
        if let What::Path(path) = &self.what { Some(path) } else { None }
    }

    /// The same data in another shape: neither its text nor what it was is known.
    pub(super) fn reshaped(&self) -> Self {
        Self { text: Text::Unknown, what: What::Other, ..self.clone() }
    }

    /// The same without data that could be markup.
    pub(super) fn made_safe(&self) -> Self {
        Self { safe: true, ..self.reshaped() }
    }

    /// Either of the two.
    pub(super) fn or(&self, other: &Self) -> Self {
        let text = match (&self.text, &other.text) {
            (a, b) if a == b => a.clone(),
            _ => Text::Unknown,
        };
        let what = match (&self.what, &other.what) {
            (a, b) if a == b => a.clone(),
            // What is missing on one side was filled in on the other.
            (What::Other, b) if !self.unknown => b.clone(),
            (a, What::Other) if !other.unknown => a.clone(),
            _ => What::Other,
        };
        Self { text, what, ..self.mixed(other) }
    }

    /// Data of both, without text and shape.
    pub(super) fn mixed(&self, other: &Self) -> Self {
        let mut params = self.params.clone();
        for param in &other.params {
            if params.len() < MOST_PARAMS && !params.contains(param) {
                params.push(*param);
            }
        }
        Self {
            text: Text::Unknown,
            what: What::Other,
            origins: self.origins.with(other.origins),
            from: if self.origins.is_empty() { other.from.or(self.from) } else { self.from },
            unknown: self.unknown || other.unknown,
            safe: (self.safe || self.is_constant()) && (other.safe || other.is_constant()),
            hidden: self.hidden || other.hidden,
            params,
        }
    }

    /// Whether it is made of nothing but what the script itself says.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        !self.unknown && self.origins.is_empty() && self.params.is_empty()
    }
}
