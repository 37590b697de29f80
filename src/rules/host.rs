//! What one Wicara version really does, as data.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::rule::hosts;

/// The facts of one host version, from `rules/host/<version>.toml`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Host {
    /// Filled from the file's name.
    #[serde(skip)]
    pub version: String,
    /// Where the facts come from.
    pub source: String,
    /// The base class as plugins see it, in Python.
    pub stub: String,
    /// The Python versions it starts on.
    pub python: PythonRange,
    /// Hook name → facts, for every name that `get_hooks()` may use.
    pub hooks: BTreeMap<String, HookFact>,
    /// Base classes by name.
    pub types: BTreeMap<String, PluginType>,
    /// Module → the names that can be imported from it, separated by spaces.
    pub modules: BTreeMap<String, String>,
    /// Module of a library → its names, separated by spaces; `name>=3.10` is there from that Python on, `name<3.10`
    /// before it. Of a module that is not listed nothing is known.
    #[serde(default)]
    pub names: BTreeMap<String, String>,
    /// Class or object of a library → attributes that it no longer has.
    #[serde(default)]
    pub gone: BTreeMap<String, String>,
    /// Top-level modules of the standard library, separated by spaces.
    pub stdlib: String,
    /// Third-party distributions it brings: import name → pinned version (empty: not pinned).
    pub provides: BTreeMap<String, String>,
    /// Standard-library and other modules that are in `sys.modules` before plugins load.
    pub imported_first: Vec<String>,
    /// Names of the host's methods on every plugin object, with how many arguments the host passes (after self).
    pub calls: BTreeMap<String, usize>,
    /// How code asks for a login.
    pub login: LoginFacts,
    /// Metadata keys.
    pub metadata: MetadataFacts,
    /// Blueprint names that stop the host from starting.
    pub blueprints: Vec<String>,
    /// URL rules of the host's own pages.
    pub routes: Vec<String>,
    /// Endpoints of the host's own pages that plugins may collide with on `app`.
    pub endpoints: Vec<String>,
    /// Template names of the host.
    pub templates: Vec<String>,
    /// Names that the page context sets; they win over plugin globals.
    pub context: Vec<String>,
    /// Jinja's built-in filters.
    pub filters: Vec<String>,
    /// Globals that Flask and Jinja set.
    pub globals: Vec<String>,
    /// Plugin names whose admin detail page cannot be reached.
    pub admin_names: Vec<String>,
    /// Field types that a page may use.
    pub field_types: Vec<String>,
}

/// How code asks whether a visitor is logged in, by dotted names; what lies below one counts as well.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LoginFacts {
    /// Decorators and functions that turn visitors away by themselves.
    pub checks: Vec<String>,
    /// Values that tell who asks.
    pub state: Vec<String>,
    /// Libraries that are known although the host does not bring them; nothing else in them asks for a login.
    pub libraries: Vec<String>,
}

/// Supported Python versions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PythonRange {
    /// Lowest, as `3.9`.
    pub min: String,
    /// First that fails, as `3.12`.
    pub below: String,
}

/// One hook.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HookFact {
    /// Names of the positional arguments, in order.
    pub args: Vec<String>,
    /// Their types, in order; empty where the host never passes any.
    #[serde(default)]
    pub types: Vec<String>,
    /// Whether any code of the host executes it.
    pub executed: bool,
    /// Group: page, config, cache, import-export, admin, field, cli, template.
    pub category: String,
    /// Type whose return value replaces the argument: `dict`, `str`; absent: the result is ignored.
    #[serde(default)]
    pub replaces: Option<String>,
    /// Values that a string result may have.
    #[serde(default)]
    pub allowed: Vec<String>,
    /// Every handler's result is merged (filters and globals).
    #[serde(default)]
    pub collects: bool,
    /// Keys of arguments that are dicts.
    #[serde(default)]
    pub keys: BTreeMap<String, Vec<String>>,
    /// One sentence about the result, for messages.
    pub result: String,
}

impl HookFact {
    /// How many positional arguments a handler gets.
    #[must_use]
    pub fn arity(&self) -> usize {
        self.args.len()
    }
}

/// One base class for plugins.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PluginType {
    /// Module to import it from.
    pub module: String,
    /// All abstract methods, the base's included.
    pub requires: Vec<String>,
    /// Methods beyond the base's that return an empty dict when a plugin does not write them.
    #[serde(default)]
    pub optional: Vec<String>,
    /// Hooks that its own `get_hooks()` registers.
    #[serde(default)]
    pub hooks: Vec<TypeHook>,
    /// Whether the host makes use of it.
    pub works: Works,
}

/// A hook that a base class registers.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TypeHook {
    /// Hook name.
    pub name: String,
    /// The method that is the handler.
    pub handler: String,
    /// Its priority.
    pub priority: i64,
    /// Registered only when this method returns something.
    #[serde(default)]
    pub only_if: Option<String>,
}

/// Whether the host makes use of a base class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Works {
    /// It does.
    Yes,
    /// It loads and is never asked.
    Inert,
    /// It cannot load.
    CannotLoad,
}

/// What `get_metadata()` must and may hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MetadataFacts {
    /// Keys without which the plugin does not load.
    pub required: Vec<String>,
    /// Keys that the host reads when they are there.
    pub optional: Vec<String>,
}

/// Why there are no facts for a version.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// The version is not one of those we have a file for.
    #[error("unknown host version `{wanted}`; known: {known}")]
    Unknown {
        /// What was asked for.
        wanted: String,
        /// The versions there are, joined with commas.
        known: String,
    },
}

impl Host {
    /// The versions there are facts for, oldest first.
    #[must_use]
    pub fn known() -> Vec<&'static str> {
        let mut versions: Vec<_> = hosts().iter().map(|(version, _)| *version).collect();
        versions.sort_by_key(|version| version.parse::<pep440_rs::Version>().ok());
        versions
    }

    /// The facts of one version; of the newest when `wanted` is `None`.
    ///
    /// # Errors
    ///
    /// When there is no file for that version.
    ///
    /// # Panics
    ///
    /// When an embedded file does not parse, which a test makes sure of.
    pub fn load(wanted: Option<&str>) -> Result<Self, HostError> {
        let known = Self::known();
        let version = wanted.or_else(|| known.last().copied()).unwrap_or_default();
        let Some((name, text)) = hosts().iter().find(|(name, _)| *name == version) else {
            return Err(HostError::Unknown { wanted: version.to_owned(), known: known.join(", ") });
        };
        match serde_json::from_str::<Self>(text) {
            Ok(host) => Ok(Self { version: version.to_owned(), ..host }),
            Err(error) => panic!("rules/host/{name}.toml: {error}"),
        }
    }

    /// The facts that a text of the format of `rules/host/<version>.toml` holds.
    ///
    /// # Errors
    ///
    /// When the text is not TOML, lacks a key, or has an unknown one.
    pub fn parse(version: &str, text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str::<Self>(text).map(|host| Self { version: version.to_owned(), ..host })
    }
}
