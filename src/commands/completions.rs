//! `wicara-tool completions`

use clap_complete::Shell;

use super::cli::{World, command};
use crate::exit::Exit;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The shell to print a script for.
    shell: Shell,
}

pub(super) fn run(args: &Args, world: &World) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command(), "wicara-tool", &mut script);
    world.answer(&String::from_utf8_lossy(&script))
}
