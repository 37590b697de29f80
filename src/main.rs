//! The program: argv in, exit code out. Everything else is in the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    wicara_tool::run_process()
}
