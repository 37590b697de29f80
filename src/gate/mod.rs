//! From loaded plugins to a report: runs the engines over them, silences what settings, comments,
//! and a baseline silence, decides severities in one place, and mends what can be mended.

mod baseline;
mod comments;
mod decide;
mod diff;
mod engine;
mod examine;
mod exclude;
mod fingerprint;
mod fix;
mod memo;
mod panics;
mod recall;
mod run;
mod suppress;
mod survey;
mod write;

pub use baseline::{Baseline, Entry};
pub use decide::{Docket, Ruling, decide};
pub use diff::diff;
pub use engine::{Bench, Found, Outcome, Seen, Texts, judge, prepare};
pub use exclude::exclude;
pub use fix::{MAX_ROUNDS, Mended, Originals, changes, mend};
pub use panics::{listen, take as take_panic};
pub use run::{Done, Mending, Run, Watch};
pub use survey::{Surveyed, survey};
pub use write::write;
