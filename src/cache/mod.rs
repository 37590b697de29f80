//! Results of earlier runs: a folder of sealed entries, each known by the digest of everything that it was made from.
//!
//! What is in an entry is not this room's business. An entry that is missing, damaged, or of somebody else is no entry;
//! a folder that others can write to is not used, for whoever writes entries decides what is found.

mod entry;
mod store;

pub use store::{Bounds, Content, Store, default_folder};
