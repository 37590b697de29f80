//! The rule table: embedded text, parsed when a rule is needed.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use serde::Deserialize;

use super::matches::{FlowFacts, Match};
use super::own::{OwnRules, leaked};
use crate::model::{Confidence, Digest, RuleId, Severity};

include!(concat!(env!("OUT_DIR"), "/rule_table.rs"));

/// What the build embeds of one rule.
pub(super) struct RuleSource {
    id: &'static str,
    family: &'static str,
    toml: &'static str,
    fixture: Option<&'static str>,
}

/// One rule as its file describes it. `explain`, the docs page, SARIF help and the finding's
/// default help all come from here.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Rule {
    /// Filled from the file's name.
    #[serde(skip)]
    pub id: String,
    /// Filled from the folder's name.
    #[serde(skip)]
    pub family: &'static str,
    /// What is wrong, as a short phrase in sentence case, without a full stop.
    pub title: String,
    /// Default severity.
    pub severity: Severity,
    /// The usual confidence; a finding carries its own.
    pub confidence: Confidence,
    /// Why it matters: what the host does, in full sentences (Markdown).
    pub why: String,
    /// What to do, in full sentences (Markdown).
    pub help: String,
    /// The host's exact words, with `…` for the parts that vary.
    #[serde(default)]
    pub host_says: Option<String>,
    /// What a bad plugin looks like, where no fixture can say it: a listing of files or of an archive.
    #[serde(default)]
    pub bad: Option<String>,
    /// And what a good one does.
    #[serde(default)]
    pub good: Option<String>,
    /// Rows of the catalogue of proven pitfalls that this rule covers (`D01`, `A03` …).
    #[serde(default)]
    pub pitfalls: Vec<String>,
    /// `CWE-…` numbers and links.
    #[serde(default)]
    pub references: Vec<String>,
    /// What bandit calls the same thing.
    #[serde(default)]
    pub bandit: Vec<String>,
    /// What ruff calls the same thing.
    #[serde(default)]
    pub ruff: Vec<String>,
    /// Which events of a program it is about.
    #[serde(default, rename = "match")]
    pub matches: Vec<Match>,
    /// The version of this program that brought it; empty for a rule of a user.
    #[serde(default)]
    pub since: String,
}

impl Rule {
    /// The numbers of the weaknesses of the Common Weakness Enumeration that it is about.
    pub fn weaknesses(&self) -> impl Iterator<Item = String> {
        self.references.iter().filter_map(|reference| cwe(reference))
    }
}

/// The number in a reference such as `CWE-79`, or in a link that ends in it.
fn cwe(reference: &str) -> Option<String> {
    let at = reference.to_ascii_uppercase().find("CWE-")?;
    let digits: String = reference[at + 4..].chars().take_while(char::is_ascii_digit).collect();
    (!digits.is_empty()).then_some(digits)
}

/// All rules.
#[derive(Debug, Default)]
pub struct RuleSet {
    parsed: Vec<OnceLock<Rule>>,
    /// Rules that users brought along, sorted by id.
    own: BTreeMap<&'static str, Rule>,
    /// Facts about data flow that came with them.
    facts: FlowFacts,
    /// The digest of the files of both.
    own_digest: Option<Digest>,
}

impl RuleSet {
    /// The rules that are built in. Nothing is parsed yet.
    #[must_use]
    pub fn embedded() -> Self {
        Self { parsed: SOURCES.iter().map(|_| OnceLock::new()).collect(), ..Self::default() }
    }

    /// Every rule id, sorted.
    pub fn ids(&self) -> impl Iterator<Item = RuleId> + use<> {
        let mut ids: Vec<&'static str> = SOURCES.iter().map(|source| source.id).collect();
        if !self.own.is_empty() {
            ids.extend(self.own.keys());
            ids.sort_unstable();
        }
        ids.into_iter().map(RuleId::known)
    }

    /// Adds rules that users brought along. Their ids are not those of built-in ones.
    pub fn add(&mut self, own: OwnRules) {
        self.own.extend(own.rules.into_iter().map(|rule| (leaked(&rule.id), rule)));
        self.facts.extend(own.facts);
        self.own_digest = own.digest;
    }

    /// What the rules and facts that users brought along are known by; `None` without any.
    #[must_use]
    pub const fn own_digest(&self) -> Option<&Digest> {
        self.own_digest.as_ref()
    }

    /// What the rules that users brought along match, and the facts that came with them; `None` without any.
    #[must_use]
    pub fn own(&self) -> Option<(Vec<(RuleId, Match)>, &FlowFacts)> {
        if self.own.is_empty() && self.facts == FlowFacts::default() {
            return None;
        }
        let all =
            self.own.iter().flat_map(|(id, rule)| rule.matches.iter().map(|one| (RuleId::known(id), one.clone())));
        Some((all.collect(), &self.facts))
    }

    /// Every family, sorted, each once.
    #[must_use]
    pub fn families(&self) -> Vec<&'static str> {
        let mut families: Vec<_> = SOURCES.iter().map(|source| source.family).collect();
        families.extend(self.own.values().map(|rule| rule.family));
        families.sort_unstable();
        families.dedup();
        families
    }

    /// The id behind a text, if there is such a rule.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<RuleId> {
        let own = || self.own.get_key_value(id).map(|(id, _)| *id);
        index(id).map(|at| SOURCES[at].id).or_else(own).map(RuleId::known)
    }

    /// The family of a rule, without parsing the rule.
    #[must_use]
    pub fn family(&self, id: RuleId) -> &'static str {
        let own = || self.own.get(id.as_str()).map(|rule| rule.family);
        index(id.as_str()).map(|at| SOURCES[at].family).or_else(own).unwrap_or_default()
    }

    /// A rule, parsed at first use.
    ///
    /// # Panics
    ///
    /// When an embedded rule does not parse, which a test makes sure of.
    #[must_use]
    pub fn get(&self, id: RuleId) -> &Rule {
        if let Some(rule) = self.own.get(id.as_str()) {
            return rule;
        }
        let at = index(id.as_str()).unwrap_or_default();
        self.parsed[at].get_or_init(|| {
            let source = &SOURCES[at];
            match toml::from_str::<Rule>(source.toml) {
                Ok(rule) => Rule { id: source.id.to_owned(), family: source.family, ..rule },
                Err(error) => panic!("rules/{}/{}.toml: {error}", source.family, source.id),
            }
        })
    }

    /// The fixture text of a rule, from which its examples are cut.
    #[must_use]
    pub fn fixture(&self, id: RuleId) -> Option<&'static str> {
        index(id.as_str()).and_then(|at| SOURCES[at].fixture)
    }
}

/// The embedded facts about data flow: name and text.
pub(super) fn flows() -> &'static [(&'static str, &'static str)] {
    FLOWS
}

/// The `[[match]]` parts of the embedded rules: id and text.
pub(super) fn matches() -> &'static [(&'static str, &'static str)] {
    MATCHES
}

/// The embedded host files: version and text, sorted by file name.
pub(super) fn hosts() -> &'static [(&'static str, &'static str)] {
    HOSTS
}

fn index(id: &str) -> Option<usize> {
    SOURCES.binary_search_by(|source| source.id.cmp(id)).ok()
}

#[cfg(test)]
mod tests {
    use super::cwe;

    #[test]
    fn cwe_numbers_are_found_in_names_and_links() {
        assert_eq!(cwe("CWE-79").as_deref(), Some("79"));
        assert_eq!(cwe("see cwe-1321 for more").as_deref(), Some("1321"));
        assert_eq!(cwe("https://example.org/cwe-"), None);
        assert_eq!(cwe("RFC 3986"), None);
    }
}
