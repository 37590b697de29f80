//! What a plugin is made of, whichever way it comes: bounds, names, contents; and ZIP archives, read safely.

pub mod archive;
mod contents;
mod draft;
mod leftovers;
mod limits;
mod names;

pub use contents::{Want, is_text};
pub use draft::{Draft, Loaded, Text};
pub use leftovers::{LeftOut, is_test, judge, left_out, uncollected_tests};
pub use limits::Limits;
pub use names::{escaped, is_odd};
