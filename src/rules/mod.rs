//! Rules and host facts as data: `rules/<family>/<id>.toml`, `rules/host/<version>.toml`.

mod host;
mod rule;
mod suggest;

pub use host::{HookFact, Host, HostError, PluginType, TypeHook, Works};
pub use rule::{Example, Rule, RuleSet, id};
pub use suggest::nearest;
