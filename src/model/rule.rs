//! The id of a rule.

use std::fmt;

/// A rule's one name: file stem, config key, docs anchor, SARIF id, suppression and fixture.
///
/// Only the rule table makes one, so an id that exists here exists in `rules/`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RuleId(&'static str);

impl RuleId {
    /// For the generated rule table.
    #[must_use]
    pub(crate) const fn known(id: &'static str) -> Self {
        Self(id)
    }

    /// The id as text, in kebab-case.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl fmt::Display for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

impl fmt::Debug for RuleId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}
