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
pub mod scan;
pub mod settings;
pub mod source;

use std::panic;
use std::process::ExitCode;

use exit::Exit;
use io::console::{ColorChoice, Console};

/// Runs the program with the process's own arguments and surroundings.
#[must_use]
pub fn run_process() -> ExitCode {
    gate::listen();
    let exit = panic::catch_unwind(|| commands::run(io::env::arguments())).unwrap_or_else(|_| {
        let said = gate::take_panic().unwrap_or_else(|| "no message".to_owned());
        Console::new(ColorChoice::Auto).err(&format!(
            "wicara-tool has a bug: {said}\nPlease report it with the command that you ran and, if you may, its input.\n"
        ));
        Exit::Bug
    });
    ExitCode::from(exit.code())
}
