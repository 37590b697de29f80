//! What a plugin is made of, whichever way it comes: bounds, names, contents; and ZIP archives, read safely.

mod contents;
mod draft;
mod limits;
mod names;

pub use contents::Want;
pub use draft::{Draft, Loaded};
pub use limits::Limits;
pub use names::{escaped, is_odd};
