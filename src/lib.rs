//! wicara-tool: the toolchain of the Wicara plugin world.
//!
//! The rooms, one line each; ARCHITECTURE.md draws who may use whom.

pub mod commands;
pub mod contract;
pub mod exit;
pub mod gate;
pub mod intake;
pub mod io;
pub mod manifest;
pub mod model;
pub mod package;
pub mod report;
pub mod rules;
pub mod settings;
pub mod source;

use std::process::ExitCode;

/// Runs the program with the process's own arguments and surroundings.
#[must_use]
pub fn run_process() -> ExitCode {
    ExitCode::from(exit::Exit::Clean.code())
}
