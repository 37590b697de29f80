//! ZIP archives: read in memory, within bounds, as the host's Python would unpack them.

mod directory;
mod layout;
mod open;
mod unpack;

pub use open::{Archive, open};
