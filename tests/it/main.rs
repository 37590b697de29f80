//! One integration test binary; it finds its cases by walking folders.
#![allow(clippy::disallowed_methods, reason = "tests look at the world directly")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod archive;
mod cache;
mod cli;
mod design;
mod docs;
mod fixtures;
mod host;
mod hostile;
mod house;
mod intake;
mod manifest;
mod permissions;
mod report;
mod syntax;
mod zips;
