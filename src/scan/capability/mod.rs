//! What a plugin can do, with every place where it shows, and what it asks leave for.

mod compare;
mod declared;
mod files;
mod least;
mod rows;
mod seen;

pub use compare::{Change, Changes, Version, changes};
pub use declared::{enough, permissions};
pub use files::of_files;
pub use least::{covers, least};
pub use rows::{Row, State, rows};
pub use seen::{Capabilities, Use};
