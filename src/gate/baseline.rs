//! The baseline file: findings that were accepted once, in a form that makes small diffs.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

/// One accepted finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The plugin's folder name.
    pub plugin: String,
    /// Path from the plugin's root; empty for the plugin itself.
    pub path: String,
    /// The rule's id.
    pub rule: String,
    /// What it is known by; the other fields are for people.
    pub fingerprint: String,
    /// What was found.
    pub message: String,
}

/// A baseline, sorted, each entry once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline(BTreeSet<Entry>);

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    version: u32,
    findings: BTreeSet<Entry>,
}

/// The version of the file's shape.
const VERSION: u32 = 1;

impl Baseline {
    /// Reads a file's text.
    ///
    /// # Errors
    ///
    /// Why it is no baseline, as a sentence without a full stop.
    pub fn parse(text: &str) -> Result<Self, String> {
        let shape: Shape = serde_json::from_str(text).map_err(|error| error.to_string())?;
        match shape.version {
            VERSION => Ok(Self(shape.findings)),
            other => Err(format!("it has version {other}; this program knows version {VERSION}")),
        }
    }

    /// The file's text; the same entries give the same bytes.
    #[must_use]
    pub fn text(&self) -> String {
        let shape = Shape { version: VERSION, findings: self.0.clone() };
        serde_json::to_string_pretty(&shape).unwrap_or_default() + "\n"
    }

    /// Its entries, sorted.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.0.iter()
    }

    /// Adds an entry.
    pub fn add(&mut self, entry: Entry) {
        self.0.insert(entry);
    }

    /// Without the entries that `stale` names.
    pub fn drop_where(&mut self, stale: impl Fn(&Entry) -> bool) {
        self.0.retain(|entry| !stale(entry));
    }
}
