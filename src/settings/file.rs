//! What a settings file may say: the keys, and what they became.

use std::path::PathBuf;

use super::{Allow, FailOn, Layer, Scope};

/// One key of a settings file.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// What it takes, in words.
    pub takes: &'static str,
    /// What it does, in one sentence.
    pub does: &'static str,
    /// Whether only a policy may have it.
    pub policy_only: bool,
}

/// Every key, sorted by name. The reader, the guide, and did-you-mean use this one table.
pub const KEYS: &[Key] = &[
    Key {
        name: "allow-suppressions",
        takes: "true, false or a list of rules",
        does: "What may be silenced locally; nothing if absent.",
        policy_only: true,
    },
    key("baseline", "a path", "The file of findings that were accepted once."),
    key("exclude", "a list of path patterns", "Plugins and files that are left out."),
    key("fail-on", "info, low, medium, high or never", "The severity at which a run fails."),
    key("host-version", "a version", "The Wicara version to judge against."),
    key("ignore", "a list of rules and families", "Rules that are silent."),
    key("per-path", "tables with paths, ignore, severity", "Settings for some paths only."),
    key("python-version", "a version such as 3.10", "The Python version to assume."),
    key("respect-gitignore", "true or false", "Whether files that Git ignores are left out."),
    key("select", "a list of rules and families", "The only rules that speak."),
    key("severity", "a table of rule = level", "Other severities, or off."),
];

/// The keys of a `[[per-path]]` table.
pub(super) const PER_PATH_KEYS: &[&str] = &["ignore", "paths", "severity"];

const fn key(name: &'static str, takes: &'static str, does: &'static str) -> Key {
    Key { name, takes, does, policy_only: false }
}

/// A settings file that was read without a fault.
#[derive(Clone, Debug, Default)]
pub struct FileSettings {
    /// As shown to people.
    pub path: String,
    /// What it says about rules.
    pub layer: Layer,
    /// `host-version`
    pub host_version: Option<String>,
    /// `python-version`
    pub python_version: Option<String>,
    /// `fail-on`
    pub fail_on: Option<FailOn>,
    /// `baseline`, from the file's folder.
    pub baseline: Option<PathBuf>,
    /// `exclude`
    pub exclude: Scope,
    /// `respect-gitignore`
    pub respect_gitignore: Option<bool>,
    /// `allow-suppressions`
    pub allow: Option<Allow>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_sorted_and_one_is_for_policies() {
        assert!(KEYS.is_sorted_by_key(|key| key.name));
        let only: Vec<&str> = KEYS.iter().filter(|key| key.policy_only).map(|key| key.name).collect();
        assert_eq!(only, ["allow-suppressions"]);
    }
}
