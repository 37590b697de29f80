//! `wicara-tool cache`: where results are kept, how much there is, and how to be rid of it.

use std::path::PathBuf;

use super::caching::folder;
use super::cli::World;
use super::complain;
use crate::cache::{Bounds, Content, Store};
use crate::exit::Exit;

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(subcommand)]
    what: What,
    /// The folder [default: WICARA_TOOL_CACHE_DIR, or the system's folder for caches].
    #[arg(long, value_name = "DIR", global = true)]
    cache_dir: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, clap::Subcommand)]
enum What {
    /// Print the folder.
    Dir,
    /// Print how much is in it.
    Size,
    /// Remove everything that this program keeps in it.
    Clean,
}

pub(super) fn run(args: &Args, world: &World) -> Exit {
    let stop = |message: String, help: Option<&str>| {
        complain::say(world, message, help);
        Exit::Usage
    };
    let folder = match folder(args.cache_dir.as_deref(), world) {
        Ok(Some(folder)) => folder,
        Ok(None) => return stop("there is no place for a cache".to_owned(), Some("Name one with --cache-dir.")),
        Err(message) => return stop(message, None),
    };
    let shown = folder.display().to_string();
    if matches!(args.what, What::Dir) {
        return world.answer(&format!("{shown}\n"));
    }
    let store = match Store::open(folder, Bounds::default()) {
        Ok(store) => store,
        Err(why) => return stop(format!("cannot use the cache in `{shown}`: {why}"), None),
    };
    match args.what {
        What::Clean => match store.clean() {
            Ok(content) => world.answer(&format!("removed {} from {shown}\n", told(content))),
            Err(why) => stop(format!("cannot clean the cache in `{shown}`: {why}"), None),
        },
        What::Dir | What::Size => world.answer(&format!("{} in {shown}\n", told(store.content()))),
    }
}

fn told(Content { entries, bytes }: Content) -> String {
    let noun = if entries == 1 { "result" } else { "results" };
    let size = match bytes {
        0..1_024 => format!("{bytes} bytes"),
        1_024..1_048_576 => format!("{:.1} KiB", bytes as f64 / 1_024.0),
        _ => format!("{:.1} MiB", bytes as f64 / 1_048_576.0),
    };
    format!("{entries} {noun} ({size})")
}
