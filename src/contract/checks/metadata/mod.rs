//! What `get_metadata()` returns, and whether the manifest says the same.

mod check;
mod config;
mod dependencies;
mod json;
mod keys;
mod manifest;
mod shape;
mod version;

pub(super) use check::check;
pub(in crate::contract) use check::identity;
pub(super) use json::unserialisable;
