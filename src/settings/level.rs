//! The values that settings are made of: selectors, levels, and the bar.

use std::fmt;

use crate::model::{RuleId, Severity};
use crate::rules::{RuleSet, nearest};

/// Which rules are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Selector {
    /// `all`
    All,
    /// `hooks` or `hooks/*`
    Family(&'static str),
    /// `unknown-hook` or `hooks/unknown-hook`
    Rule(RuleId),
}

impl Selector {
    /// Reads one.
    ///
    /// # Errors
    ///
    /// With what is wrong, and what was probably meant.
    pub fn parse(text: &str, rules: &RuleSet) -> Result<Self, (String, Option<String>)> {
        if matches!(text, "all" | "*" | "ALL") {
            return Ok(Self::All);
        }
        let families = rules.families();
        let family = |name: &str| families.iter().find(|family| **family == name).copied();
        if let Some(found) = family(text.strip_suffix("/*").unwrap_or(text)) {
            return Ok(Self::Family(found));
        }
        let (prefix, id) = text.rsplit_once('/').map_or((None, text), |(prefix, id)| (Some(prefix), id));
        match rules.find(id) {
            Some(rule) if prefix.is_none_or(|prefix| prefix == rules.family(rule)) => Ok(Self::Rule(rule)),
            Some(rule) => {
                let right = format!("{}/{rule}", rules.family(rule));
                Err((format!("rule `{rule}` is not in family `{}`", prefix.unwrap_or_default()), Some(right)))
            }
            None => {
                let ids: Vec<&str> = rules.ids().map(RuleId::as_str).collect();
                let near = nearest(id.trim_end_matches("/*"), ids.into_iter().chain(families)).map(str::to_owned);
                Err((format!("there is no rule or family `{text}`"), near))
            }
        }
    }

    /// Whether a rule is meant.
    #[must_use]
    pub fn matches(&self, rule: RuleId, family: &str) -> bool {
        self.weight(rule, family).is_some()
    }

    /// How closely a rule is meant; a larger number wins.
    #[must_use]
    pub fn weight(&self, rule: RuleId, family: &str) -> Option<u8> {
        match self {
            Self::All => Some(0),
            Self::Family(name) => (*name == family).then_some(1),
            Self::Rule(id) => (*id == rule).then_some(2),
        }
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("all"),
            Self::Family(name) => write!(f, "{name}/*"),
            Self::Rule(id) => write!(f, "{id}"),
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = Self::WORDS.into_iter().find(|word| Self::parse(word) == Some(*self));
        f.write_str(word.unwrap_or_default())
    }
}

/// A severity, or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    /// The rule is silent.
    Off,
    /// The rule has this severity.
    Is(Severity),
}

impl Level {
    /// The words that [`Level::parse`] reads.
    pub const WORDS: [&'static str; 5] = ["off", "info", "low", "medium", "high"];

    /// Reads one of [`Level::WORDS`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        if word == "off" { Some(Self::Off) } else { parse_severity(word).map(Self::Is) }
    }
}

/// Reads a severity.
#[must_use]
pub fn parse_severity(word: &str) -> Option<Severity> {
    match word {
        "info" => Some(Severity::Info),
        "low" => Some(Severity::Low),
        "medium" => Some(Severity::Medium),
        "high" => Some(Severity::High),
        _ => None,
    }
}

/// The severity at which a run fails, or `never`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FailOn(pub Option<Severity>);

impl FailOn {
    /// The words that [`FailOn::parse`] reads.
    pub const WORDS: [&'static str; 5] = ["info", "low", "medium", "high", "never"];

    /// Reads one of [`FailOn::WORDS`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        if word == "never" { Some(Self(None)) } else { parse_severity(word).map(|severity| Self(Some(severity))) }
    }
}

impl Default for FailOn {
    fn default() -> Self {
        Self(Some(Severity::Medium))
    }
}
