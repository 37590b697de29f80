//! What a rule matches, and the facts about data flow that all such rules share, as data.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::rule;
use crate::model::{Confidence, RuleId};

/// How much is known of a value. The order is from harmless to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Evidence {
    /// It is made of literals, or harmless for this kind of sink.
    Constant,
    /// It could not be followed to its end.
    Unknown,
    /// It comes from outside.
    Tainted,
}

/// One kind of event that a rule is about.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Match {
    /// Calls of these dotted paths. `x().m` is the method of what a call makes, `*.m` a method of anything.
    #[serde(default)]
    pub call: Vec<String>,
    /// Assignments to these paths, or to items of them.
    #[serde(default)]
    pub set: Vec<String>,
    /// Imports of these modules.
    #[serde(default)]
    pub import: Vec<String>,
    /// Uses of these paths as a value.
    #[serde(default)]
    pub read: Vec<String>,
    /// What a view returns to a browser.
    #[serde(default)]
    pub returns: bool,
    /// A call of something that was computed.
    #[serde(default)]
    pub dynamic: bool,
    /// Which argument it is about: the first of these that is given. Numbers are positions, names are keywords,
    /// `*` is the worst of all, `body` the worst of all that a request sends but its headers, `but-last` the worst of all positions but the last one, `receiver` the object of a method, `value` and `key` those of an assignment.
    #[serde(default)]
    pub arg: Vec<String>,
    /// How much must be known of that argument; anything when empty.
    #[serde(default)]
    pub evidence: Vec<Evidence>,
    /// From which sources it must come to count as tainted; any when empty.
    #[serde(default)]
    pub from: Vec<String>,
    /// The kind of sink, for what clears data; the rule's family when empty.
    #[serde(default)]
    pub kind: String,
    /// What other arguments must be, by position or keyword (`0|shell`).
    #[serde(default, rename = "where")]
    pub conditions: BTreeMap<String, String>,
    /// What a text must look like: `sql`, `html`, `host` (the host part of a URL is open), `secret`.
    #[serde(default)]
    pub looks: String,
    /// It is about a constant text, and `plain-http-address` tells where that stands when it is not in the call.
    #[serde(default)]
    pub stands: bool,
    /// Rules that say less about the same place: they are silent where this one speaks.
    #[serde(default)]
    pub supersedes: Vec<String>,
    /// It is silent where another rule speaks about the place, what is around it, or what is in it.
    #[serde(default)]
    pub yields: bool,
    /// Only while the package is imported.
    #[serde(default)]
    pub at_import: bool,
    /// The trace that it leaves for other rules: they ask for it by `left:NAME` of an argument, which then is one of the
    /// paths of the trace, and by the context `after NAME` (in one function), `with NAME`, or `without NAME` (in one program), the last also as `opened without NAME`: only for requests that hold what the program expects. Without
    /// a message it leaves the trace and says nothing.
    #[serde(default)]
    pub leaves: String,
    /// The arguments that the trace is of.
    #[serde(default)]
    pub of: Vec<String>,
    /// The finding stands where this argument was made, if a call made it: `receiver` for the object of a method.
    #[serde(default)]
    pub place: String,
    /// The argument is a program: a constant one is scanned, too, and what it does is reported at the call.
    #[serde(default)]
    pub runs: bool,
    /// How sure it is, when that differs from the rule's own.
    #[serde(default)]
    pub confidence: Option<Confidence>,
    /// What is said; `{call}` is what is called, `{value}` what the argument is, `{text}` a constant text.
    #[serde(default)]
    pub message: String,
}

/// Data from outside.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FlowSource {
    /// Its label, which rules name in `from`.
    pub label: String,
    /// The paths it is read from; `x()` is what a call makes.
    pub paths: Vec<String>,
    /// The kinds of sinks for which it is harmless.
    #[serde(default)]
    pub harmless_for: Vec<String>,
}

/// What makes data harmless, or a test that says that it is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FlowClear {
    /// Calls of these; `*.m` is a method of anything.
    pub call: Vec<String>,
    /// For these kinds of sinks; `all` for every kind.
    pub kinds: Vec<String>,
}

/// Functions that are alike in something: whose result is as dirty as their arguments, say.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FlowPass {
    /// Calls of these; `*.m` is a method of anything.
    pub call: Vec<String>,
}

/// Calls to which functions are handed that then get what others do.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FlowGives {
    /// Calls of these.
    pub call: Vec<String>,
    /// The label of what the functions get.
    pub label: String,
}

/// Facts about data flow.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct FlowFacts {
    /// Other names of a path.
    #[serde(default)]
    pub aliases: BTreeMap<String, String>,
    /// Where data comes from.
    #[serde(default)]
    pub source: Vec<FlowSource>,
    /// What makes it harmless.
    #[serde(default)]
    pub clears: Vec<FlowClear>,
    /// What makes it dirty again, as `html.unescape` does.
    #[serde(default)]
    pub restores: Vec<FlowClear>,
    /// Tests that say that it is harmless.
    #[serde(default)]
    pub guard: Vec<FlowClear>,
    /// Calls that raise unless it is harmless.
    #[serde(default)]
    pub ensures: Vec<FlowClear>,
    /// What hands it on.
    #[serde(default)]
    pub passes: Vec<FlowPass>,
    /// Calls whose first argument is a template: what a constant one puts out is judged as in a file of templates.
    #[serde(default)]
    pub renders: Vec<FlowPass>,
    /// Words that make a name one of a secret.
    #[serde(default)]
    pub secret_words: Vec<String>,
    /// What the host calls plugins for.
    #[serde(default)]
    pub hooks: Vec<String>,
    /// Last words of names of what has to do with secrets and is none.
    #[serde(default)]
    pub about_words: Vec<String>,
    /// Beginnings of texts that rules speak of, in small letters.
    #[serde(default)]
    pub text_starts: Vec<String>,
    /// Words in the names of options that switch a check off.
    #[serde(default)]
    pub choice_words: Vec<String>,
    /// Labels that are not data of others; a rule that names no source does not mean them.
    #[serde(default)]
    pub marks: Vec<String>,
    /// What names of the standard library are worth.
    #[serde(default)]
    pub constants: BTreeMap<String, FlowConstant>,
    /// Calls that read the file of a path, and put what is in it into their object.
    #[serde(default)]
    pub reads: Vec<FlowPass>,
    /// Calls that show what others do to the functions that they are handed.
    #[serde(default)]
    pub gives: Vec<FlowGives>,
    /// Calls that belong together, by the name under which rules speak of them: `call = ["@name"]`.
    #[serde(default)]
    pub groups: BTreeMap<String, Vec<String>>,
}

impl FlowFacts {
    /// Adds what other facts say.
    pub fn extend(&mut self, other: Self) {
        self.aliases.extend(other.aliases);
        self.source.extend(other.source);
        self.clears.extend(other.clears);
        self.restores.extend(other.restores);
        self.guard.extend(other.guard);
        self.ensures.extend(other.ensures);
        self.passes.extend(other.passes);
        self.renders.extend(other.renders);
        self.constants.extend(other.constants);
        self.secret_words.extend(other.secret_words);
        self.about_words.extend(other.about_words);
        self.hooks.extend(other.hooks);
        self.text_starts.extend(other.text_starts);
        self.choice_words.extend(other.choice_words);
        self.marks.extend(other.marks);
        self.reads.extend(other.reads);
        self.gives.extend(other.gives);
        for (name, calls) in other.groups {
            self.groups.entry(name).or_default().extend(calls);
        }
    }
}

/// The value of a constant.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum FlowConstant {
    /// A number.
    Number(i64),
    /// A text.
    Text(String),
}

/// The `[[match]]` parts of all built-in rules.
///
/// # Panics
///
/// When an embedded rule does not parse, which a test makes sure of.
#[must_use]
pub fn embedded_matches() -> Vec<(RuleId, Match)> {
    let mut all = Vec::new();
    for (id, text) in rule::matches() {
        match serde_json::from_str::<Vec<Match>>(text) {
            Ok(matches) => all.extend(matches.into_iter().map(|one| (RuleId::known(id), one))),
            Err(error) => panic!("rule {id}: {error}"),
        }
    }
    all
}

/// The built-in facts about data flow, all files together.
///
/// # Panics
///
/// When an embedded file does not parse, which a test makes sure of.
#[must_use]
pub fn embedded_flow() -> FlowFacts {
    let mut all = FlowFacts::default();
    for (name, text) in rule::flows().iter().filter(|(name, _)| *name != super::capabilities::FILE) {
        match serde_json::from_str::<FlowFacts>(text) {
            Ok(facts) => all.extend(facts),
            Err(error) => panic!("rules/flow/{name}.toml: {error}"),
        }
    }
    all
}
