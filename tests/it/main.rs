//! One integration test binary; it finds its cases by walking folders.

mod cli;
mod fixtures;
mod hostile;
mod house;
mod intake;
mod manifest;
mod report;
mod syntax;
