//! Paths as typed → plugins in memory, bounded; nothing is skipped in silence.

mod collection;
mod folder;
mod ignored;
mod load;
mod locate;
mod patterns;
mod result;
mod shown;
mod texts;
mod tracked;

pub use load::load;
pub use result::{Group, InputError, InputFault, Intake, Options};
