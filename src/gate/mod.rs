//! From loaded plugins to a report: runs the engines over them, silences what settings, comments,
//! and a baseline silence, decides severities in one place, and mends what can be mended.

mod engine;
mod examine;
mod panics;

pub use engine::{Bench, Found, Group, Outcome, Seen, judge};
pub use panics::{listen, take as take_panic};
