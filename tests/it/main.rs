//! One integration test binary; it finds its cases by walking folders.
#![allow(clippy::disallowed_methods, reason = "tests look at the world directly")]

mod cli;
mod fixtures;
mod hostile;
mod house;
mod intake;
mod manifest;
mod report;
mod syntax;
