//! What the user wants: `wicara-tool.toml` or `[tool.wicara-tool]`, the environment, flags, and a policy.
//!
//! Precedence, from strong to weak: policy, flags, environment (`WICARA_TOOL_*`), file, default.

mod choice;
mod file;
mod find;
mod level;
mod read;
mod resolve;
mod scope;

pub use crate::model::{Fault, Faults};
pub use choice::{Allow, Choice, Decision, Layer, PerPath};
pub use file::{FileSettings, KEYS, Key};
pub use find::{MAX_SETTINGS_BYTES, find, load};
pub use level::{FailOn, Level, Selector, parse_severity};
pub use resolve::{Asked, Origin, Settings, resolve};
pub use scope::Scope;
