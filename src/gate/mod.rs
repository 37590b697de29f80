//! From loaded plugins to a report: runs the engines over them, silences what settings, comments,
//! and a baseline silence, decides severities in one place, and mends what can be mended.

mod baseline;
mod comments;
mod decide;
mod engine;
mod examine;
mod exclude;
mod fingerprint;
mod panics;
mod suppress;

pub use baseline::{Baseline, Entry};
pub use decide::{Docket, Ruling, decide};
pub use engine::{Bench, Found, Outcome, Seen, judge};
pub use exclude::exclude;
pub use panics::{listen, take as take_panic};
