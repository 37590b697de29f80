//! Paths as typed → plugins in memory, bounded; nothing is skipped in silence.

mod folder;
mod load;
mod locate;
mod shown;

pub use load::{Group, InputError, InputFault, Intake, Options, load};
