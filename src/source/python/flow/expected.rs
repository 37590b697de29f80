//! Requests that hold what the program expects: a word, a key, or what has the right hash.

use super::engine::Engine;
use super::guards::Passes;
use super::model::Kinds;
use super::taint::Origin;
use super::told::EXPECTED;
use super::value::{Made, Val};

impl Engine<'_, '_> {
    /// What it says of a value, or of what it was made of, to be equal to this one: the program expects it.
    pub(super) fn expected(&self, other: &Val) -> Kinds {
        let said = other.alternatives().all(|one| one.as_bytes().is_some_and(|text| !text.is_empty()));
        if said { self.model.find_kind(EXPECTED) } else { Kinds::NONE }
    }

    /// What it says when a function that compares two texts, or a text with a hash, finds them alike.
    pub(super) fn expected_by(&self, made: &Made) -> Passes {
        let compares = |name: &str| {
            let last = name.rsplit('.').next().unwrap_or(name);
            matches!(last, "compare_digest" | "check_password_hash" | "checkpw" | "eq")
        };
        if !self.called_name(&made.callee, None).is_some_and(|name| compares(&name)) {
            return Passes::new();
        }
        let said = made.args.values().find(|value| self.expected(value) != Kinds::NONE);
        let Some(kinds) = said.map(|value| self.expected(value)) else { return Passes::new() };
        made.args.values().flat_map(Val::origins).map(|taint| (taint.origin, kinds)).collect()
    }

    /// Whether what is followed runs only for requests that hold what the program expects.
    pub(super) fn is_opened(&self) -> bool {
        let passed = self.frames.last().map(|frame| frame.passed.as_slice()).unwrap_or_default();
        if passed.is_empty() {
            return false;
        }
        let (kinds, request) = (self.model.find_kind(EXPECTED), self.model.find_label("request"));
        let from_request = |origin: &Origin| matches!(origin, Origin::Source(labels, ..) if labels.meets(request));
        passed.iter().any(|(origin, told)| told.has(kinds) && from_request(origin))
    }
}
