//! `wicara-tool man`

use std::io;
use std::path::PathBuf;

use clap_mangen::Man;

use super::cli::{World, command};
use super::complain;
use crate::exit::Exit;
use crate::io::fs;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Write one page for the program and one for each subcommand into this folder.
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

pub(super) fn run(args: &Args, world: &World) -> Exit {
    let pages = match pages() {
        Ok(pages) => pages,
        Err(error) => {
            complain::say(world, format!("cannot make the manual pages: {error}"), None);
            return Exit::Bug;
        }
    };
    let Some(folder) = &args.out else {
        return world.answer(pages.first().map_or("", |(_, text)| text));
    };
    let folder = world.cwd.join(folder);
    let write = || {
        fs::create_folders(&folder)?;
        pages.iter().try_for_each(|(name, text)| fs::write_atomic(&folder.join(name), text.as_bytes()))
    };
    match write() {
        Ok(()) => Exit::Clean,
        Err(error) => {
            complain::say(world, format!("cannot write to `{}`: {error}", folder.display()), None);
            Exit::Usage
        }
    }
}

/// File name and text of each page, the program's own first.
fn pages() -> io::Result<Vec<(String, String)>> {
    let mut program = command();
    program.build();
    let mut pages = Vec::new();
    let subcommands = program.get_subcommands().filter(|sub| sub.get_name() != "help").cloned();
    for page in std::iter::once(program.clone()).chain(subcommands.collect::<Vec<_>>()) {
        let name = page.get_display_name().unwrap_or_else(|| page.get_name()).replace(' ', "-");
        let mut text = Vec::new();
        Man::new(page.name(name.clone())).render(&mut text)?;
        pages.push((format!("{name}.1"), String::from_utf8_lossy(&text).into_owned()));
    }
    Ok(pages)
}
