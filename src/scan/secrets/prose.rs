//! Which parts of a file are written for people.

use crate::model::{PluginFile, Span};
use crate::source::python;

/// The parts of a file that are comments or documentation.
pub(super) enum Places<'t> {
    /// In Python they are known: their spans, in order.
    Python(&'t str, Vec<Span>),
    /// Elsewhere the beginning of a line tells.
    Lines(&'t str),
    /// All of it.
    All,
}

pub(super) fn of<'t>(file: &PluginFile, text: &'t str) -> Places<'t> {
    match file.path.extension() {
        Some("py" | "pyi") => Places::Python(text, python::prose(text)),
        Some("md" | "rst" | "txt" | "adoc") => Places::All,
        _ => Places::Lines(text),
    }
}

impl Places<'_> {
    /// Whether what stands at `at` is documentation or, if they count, in a comment.
    pub(super) fn has(&self, at: usize, comments: bool) -> bool {
        match self {
            Self::All => true,
            Self::Python(text, spans) => {
                let before = spans.partition_point(|span| span.start as usize <= at);
                let span = before.checked_sub(1).map(|last| spans[last]).filter(|span| at < span.end as usize);
                span.is_some_and(|span| comments || !text[span.range()].starts_with('#'))
            }
            Self::Lines(text) => {
                let line = &text[text[..at].rfind('\n').map_or(0, |end| end + 1)..at];
                let marks = ["#", "//", "/*", "*", "<!--", "{#", ";", "--"];
                comments && marks.iter().any(|mark| line.trim_start().starts_with(mark))
            }
        }
    }
}
