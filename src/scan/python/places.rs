//! Which findings stand at, around, or inside which place.

use std::collections::BTreeMap;

use crate::source::python::flow::At;

/// Places of one kind, for questions in logarithmic time: a program of megabytes may have a finding on every line.
#[derive(Debug, Default)]
pub(super) struct Places {
    /// For each file: where places start and end, by start; and the last end of all up to there.
    files: BTreeMap<u32, Vec<(u32, u32, u32)>>,
}

impl Places {
    /// Adds a place. They have to come in order.
    pub(super) fn push(&mut self, at: At) {
        let known = self.files.entry(at.file.0).or_default();
        let last = known.last().map_or(0, |(_, _, last)| *last).max(at.span.end);
        known.push((at.span.start, at.span.end, last));
    }

    /// Whether one of them is this place or around it.
    pub(super) fn around(&self, at: At) -> bool {
        let Some(known) = self.files.get(&at.file.0) else { return false };
        let upto = known.partition_point(|(start, ..)| *start <= at.span.start);
        upto.checked_sub(1).is_some_and(|before| known[before].2 >= at.span.end)
    }

    /// Whether one of them is inside this place, and is not the place itself.
    pub(super) fn within(&self, at: At) -> bool {
        let Some(known) = self.files.get(&at.file.0) else { return false };
        let from = known.partition_point(|(start, ..)| *start < at.span.start);
        let inside = known[from..].iter().take_while(|(start, ..)| *start <= at.span.end);
        inside
            .filter(|(start, end, _)| (*start, *end) != (at.span.start, at.span.end))
            .any(|(_, end, _)| *end <= at.span.end)
    }

    /// Whether one of them is this place or inside it.
    pub(super) fn inside(&self, at: At) -> bool {
        let Some(known) = self.files.get(&at.file.0) else { return false };
        let from = known.partition_point(|(start, ..)| *start < at.span.start);
        known[from..].iter().take_while(|(start, ..)| *start <= at.span.end).any(|(_, end, _)| *end <= at.span.end)
    }
}
