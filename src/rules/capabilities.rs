//! What gives a plugin which capability, as data: `rules/flow/capabilities.toml`.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::rule;
use crate::model::Capability;

/// The stem of the file among those about data flow.
pub(super) const FILE: &str = "capabilities";

/// One kind of event that gives capabilities.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Power {
    /// Which.
    pub gives: Vec<Capability>,
    /// Calls of these dotted paths, as in the `[[match]]` parts of rules.
    #[serde(default)]
    pub call: Vec<String>,
    /// Uses of these paths as a value.
    #[serde(default)]
    pub read: Vec<String>,
    /// Assignments to these paths, or to items of them.
    #[serde(default)]
    pub set: Vec<String>,
    /// Imports of these modules.
    #[serde(default)]
    pub import: Vec<String>,
    /// Handlers of these hooks.
    #[serde(default)]
    pub hook: Vec<String>,
    /// Handlers of these hooks that return something.
    #[serde(default)]
    pub answer: Vec<String>,
    /// What arguments must be, by position or keyword (`0|url`), as in rules.
    #[serde(default, rename = "where")]
    pub conditions: BTreeMap<String, String>,
    /// The argument that is a path: a constant one inside the plugin's own folder gives nothing.
    #[serde(default)]
    pub own: String,
    /// The argument that is SQL: its first word decides which of the capabilities are given. The others are left out,
    /// and nothing is given by a method of anything when the text is no SQL.
    #[serde(default)]
    pub sql: String,
    /// The argument that is an address, `https://…`.
    #[serde(default)]
    pub url: String,
    /// The argument that is a host, or a pair of host and port.
    #[serde(default)]
    pub host: String,
    /// The argument that is the address of a page; only those of the administration count.
    #[serde(default)]
    pub page: String,
}

/// The whole file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Powers {
    /// The events.
    #[serde(default)]
    pub power: Vec<Power>,
    /// Calls whose effect cannot be told: they run code or import modules that are named while they run.
    #[serde(default)]
    pub open_ended: Vec<String>,
}

impl Powers {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// What is wrong and where, over several lines.
    pub fn parse(text: &str) -> Result<Self, String> {
        toml::from_str::<Self>(text).map_err(|error| error.to_string())?.checked()
    }

    fn checked(self) -> Result<Self, String> {
        for (at, power) in self.power.iter().enumerate() {
            let number = at + 1;
            if power.gives.is_empty() {
                return Err(format!("power {number} gives nothing: name a capability in `gives`"));
            }
            let events = [&power.call, &power.read, &power.set, &power.import, &power.hook, &power.answer];
            if events.iter().all(|list| list.is_empty()) {
                let wanted = "call, read, set, import, hook, or answer";
                return Err(format!("power {number} is about nothing: name something in {wanted}"));
            }
            if power.call.is_empty() {
                let arguments = [
                    ("own", &power.own),
                    ("sql", &power.sql),
                    ("url", &power.url),
                    ("host", &power.host),
                    ("page", &power.page),
                ];
                if let Some((key, _)) = arguments.iter().find(|(_, value)| !value.is_empty()) {
                    return Err(format!("power {number}: `{key}` names an argument, and only a `call` has arguments"));
                }
            }
        }
        Ok(self)
    }
}

/// The built-in file.
///
/// # Panics
///
/// When it does not parse, which a test makes sure of.
#[must_use]
pub fn embedded_powers() -> Powers {
    let text = rule::flows().iter().find(|(name, _)| *name == FILE).map_or("", |(_, text)| text);
    let read = serde_json::from_str::<Powers>(text).map_err(|error| error.to_string());
    match read.and_then(Powers::checked) {
        Ok(powers) => powers,
        Err(error) => panic!("rules/flow/{FILE}.toml: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn faults_are_told_with_their_place() {
        let fault = |text| Powers::parse(text).unwrap_err();
        let unknown = fault("[[power]]\ngives = [\"read:confg\"]\ncall = [\"a.b\"]\n");
        assert!(unknown.contains("line 2") && unknown.contains("there is no capability `read:confg`"), "{unknown}");
        assert!(unknown.contains("write:config"), "{unknown}");
        let key = fault("[[power]]\ngives = [\"process\"]\ncalls = [\"a.b\"]\n");
        assert!(key.contains("line 3") && key.contains("`calls`") && key.contains("`call`"), "{key}");
        assert!(fault("[[power]]\ngives = []\ncall = [\"a\"]\n").contains("power 1 gives nothing"));
        assert!(fault("[[power]]\ngives = [\"native\"]\n").contains("power 1 is about nothing"));
        let argument = fault("[[power]]\ngives = [\"native\"]\nread = [\"a\"]\nurl = \"0\"\n");
        assert!(argument.contains("`url` names an argument"), "{argument}");
    }

    #[test]
    fn the_built_in_file_speaks_of_every_capability() {
        let powers = embedded_powers();
        for capability in Capability::ALL {
            assert!(powers.power.iter().any(|power| power.gives.contains(&capability)), "{capability}");
        }
    }
}
