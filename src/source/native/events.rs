//! What a file of Rust does, as far as it matters.

use crate::model::Span;

/// What a file does, in order.
#[derive(Clone, Debug, Default)]
pub struct Native {
    /// In the order of the text, more or less: parts of one expression may stand in another order.
    pub events: Vec<Event>,
    /// Where the text is no Rust; then there are no events.
    pub fault: Option<Span>,
    /// Whether it is too deep or too tangled to be read; then nothing else is known.
    pub given_up: bool,
}

/// One thing that a file does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// Where.
    pub span: Span,
}

/// What a file does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EventKind {
    /// Names something that the file does not define.
    Uses {
        /// Its full path, as far as the file tells: `std::process::Command::new`. `core` and `alloc` are `std`.
        path: Box<str>,
        /// Whether a `use …::*` only makes it likely.
        perhaps: bool,
        /// What it is called with first: a text, or the name of a variable or constant.
        first: Option<Box<str>>,
    },
    /// Calls a method of this name on a value that is not followed.
    Method(Box<str>),
    /// Does without the compiler's checks: a block, a function, or an implementation.
    Unsafe(&'static str),
    /// Declares functions of another language; the library that it is linked with, if it says so.
    Foreign(Option<Box<str>>),
    /// Calls a macro: its last name, and the first text that it gets.
    Macro(Box<str>, Option<Box<str>>),
}
