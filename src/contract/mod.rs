//! What the host would do with a plugin, simulated without running a line of it.
//!
//! [`judge()`] follows a plugin through discovery, import, choice of the class, construction,
//! metadata, `init`, `get_hooks` and every handler, against the facts of one host version; the
//! checks read what was seen on the way. [`across()`] compares the plugins of one collection.

mod across;
mod checks;
mod context;
mod facts;
mod judge;
mod later;
mod parsed;
mod simulate;
mod world;

pub use across::across;
pub use facts::{Claim, Facts, HookUse};
pub use judge::{Given, Judgement, Model, judge};
pub use parsed::Parsed;
