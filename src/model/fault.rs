//! What is wrong with a file that a user wrote, such as settings and rules: a message, the place in the user's own file, and what to do.

use std::fmt;
use std::sync::Arc;

use super::{Source, Span};

/// One thing that is wrong.
#[derive(Clone, Debug)]
pub struct Fault {
    /// What is wrong, as a sentence without a full stop.
    pub message: String,
    /// Where: the file as shown to people, its text, and the span. `None` for flags and variables.
    pub place: Option<(String, Arc<Source>, Span)>,
    /// What the marked text is, in a few words.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
}

impl Fault {
    /// A fault without a place.
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), place: None, label: String::new(), help: None }
    }

    /// Adds what to do.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// `path:line:column`, if there is a place.
    #[must_use]
    pub fn shown_place(&self) -> Option<String> {
        self.place.as_ref().map(|(path, source, span)| {
            let at = source.position(span.start);
            format!("{path}:{}:{}", at.line, at.column)
        })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = self.shown_place() {
            write!(f, "{place}: ")?;
        }
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

/// Everything that is wrong with it; never empty.
pub type Faults = Vec<Fault>;
