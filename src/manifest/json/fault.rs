//! What can be wrong with a JSON text, and how it is mended.

use crate::model::{Safety, Span};

/// Which of the rules a fault belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum FaultKind {
    /// A byte order mark at the start.
    Bom,
    /// A comment in the style of JavaScript, C, or Python.
    Comment,
    /// A comma before a closing bracket.
    TrailingComma,
    /// Python reads it, the JSON standard and other readers do not.
    Nonstandard,
    /// Neither reads it.
    Broken,
}

/// One fault.
#[derive(Clone, Debug)]
pub(crate) struct Fault {
    /// Which rule.
    pub(crate) kind: FaultKind,
    /// Where.
    pub(crate) span: Span,
    /// What, as a sentence without a full stop.
    pub(crate) message: String,
    /// What to do, when there is more to say than the rule does.
    pub(crate) help: Option<&'static str>,
    /// The mend.
    pub(crate) mend: Option<Mend>,
}

/// Edits that mend one fault.
#[derive(Clone, Debug)]
pub(crate) struct Mend {
    /// A short imperative sentence.
    pub(crate) title: String,
    /// Whether the author's meaning is beyond doubt.
    pub(crate) safety: Safety,
    /// What is replaced, and by what.
    pub(crate) edits: Vec<(Span, String)>,
}

impl Fault {
    pub(super) fn new(kind: FaultKind, span: Span, message: impl Into<String>) -> Self {
        Self { kind, span, message: message.into(), help: None, mend: None }
    }

    pub(super) const fn help(mut self, help: &'static str) -> Self {
        self.help = Some(help);
        self
    }

    /// A mend that certainly restores what was meant.
    pub(super) fn mend(self, title: impl Into<String>, span: Span, replacement: impl Into<String>) -> Self {
        self.mend_as(Safety::Safe, title, span, replacement)
    }

    pub(super) fn mend_as(
        mut self,
        safety: Safety,
        title: impl Into<String>,
        span: Span,
        replacement: impl Into<String>,
    ) -> Self {
        self.mend = Some(Mend { title: title.into(), safety, edits: vec![(span, replacement.into())] });
        self
    }
}
