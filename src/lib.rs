//! wicara-tool: the toolchain of the Wicara plugin world.
//!
//! The rooms, one line each; ARCHITECTURE.md draws who may use whom.

pub mod cache;
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

use std::panic::{self, UnwindSafe};
use std::process::ExitCode;

use exit::Exit;
use io::console::{ColorChoice, Console};

/// Runs the program with the process's own arguments and surroundings.
#[must_use]
pub fn run_process() -> ExitCode {
    source::share_allocator();
    gate::listen();
    ExitCode::from(guarded(|| commands::run(io::env::arguments())).code())
}

/// Runs something; a panic of it is told on standard error, and is a bug.
pub fn guarded(run: impl FnOnce() -> Exit + UnwindSafe) -> Exit {
    panic::catch_unwind(run).unwrap_or_else(|_| {
        let said = gate::take_panic().unwrap_or_else(|| "no message".to_owned());
        Console::new(ColorChoice::Auto).err(&format!(
            "wicara-tool has a bug: {said}\nPlease report it with the command that you ran and, if you may, its input.\n"
        ));
        Exit::Bug
    })
}
