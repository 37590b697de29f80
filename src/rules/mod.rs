//! Rules and host facts as data: `rules/<family>/<id>.toml`, `rules/host/<version>.toml`.

mod capabilities;
mod example;
pub mod fixture;
mod fixture_file;
mod host;
mod matches;
mod own;
mod rule;
mod suggest;

pub use capabilities::{Power, Powers, embedded_powers};
pub use example::{Example, examples};
pub use host::{HookFact, Host, HostError, PluginType, TypeHook, Works};
pub use matches::{Evidence, FlowConstant, FlowFacts, Match, embedded_flow, embedded_matches};
pub use own::{OwnFile, OwnRules, Words, read_own};
pub use rule::{Rule, RuleSet, id};
pub use suggest::{nearest, only_near};
