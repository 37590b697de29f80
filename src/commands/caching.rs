//! `--cache-dir` and `--no-cache`: which cache a run has, if any.

use std::path::{Path, PathBuf};

use super::cli::World;
use crate::cache::{Bounds, Store, default_folder};
use crate::io::{env, fs};
use crate::package::{escaped, left_out};

#[derive(Debug, clap::Args)]
#[command(next_help_heading = "Cache")]
pub(super) struct CacheArgs {
    /// Where results are kept for later runs [default: the system's folder for caches].
    #[arg(long, value_name = "DIR")]
    cache_dir: Option<PathBuf>,
    /// Judge everything anew, and keep nothing.
    #[arg(long, conflicts_with = "cache_dir")]
    no_cache: bool,
}

/// The folder that is asked for: by a flag, the environment, or nobody.
pub(super) fn folder(flag: Option<&Path>, world: &World) -> Result<Option<PathBuf>, String> {
    let named = match flag {
        Some(folder) => Some(folder.to_owned()),
        None => env::variable("WICARA_TOOL_CACHE_DIR")?.map(PathBuf::from),
    };
    Ok(named.map(|folder| world.cwd.join(folder)).or_else(default_folder))
}

impl CacheArgs {
    /// The cache of a run over `paths`. Where there is none that can be trusted the run goes without, and says so unless
    /// it is `quiet`.
    ///
    /// # Errors
    ///
    /// When a variable is not UTF-8, or no truth value where it must be one.
    pub(super) fn open(&self, paths: &[PathBuf], quiet: bool, world: &World) -> Result<Option<Store>, String> {
        if self.no_cache || self.cache_dir.is_none() && env::truth("WICARA_TOOL_NO_CACHE")? {
            return Ok(None);
        }
        let Some(folder) = folder(self.cache_dir.as_deref(), world)? else { return Ok(None) };
        let why = match inside(&folder, paths, &world.cwd) {
            true => "it lies inside of what is judged; a folder `.wicara_cache` is left out".to_owned(),
            false => match Store::open(folder.clone(), Bounds::default()) {
                Ok(store) => return Ok(Some(store)),
                Err(why) => why.to_string(),
            },
        };
        if !quiet {
            world.console.err(&format!("not using the cache in `{}`: {why}\n", folder.display()));
        }
        Ok(None)
    }
}

/// Whether a folder is among what is read: then each run would be about other files than the one before, and who wrote
/// the plugins might have written results, too.
fn inside(folder: &Path, paths: &[PathBuf], cwd: &Path) -> bool {
    let folder = real(folder);
    let here = [PathBuf::new()];
    let paths = if paths.is_empty() { &here } else { paths };
    paths.iter().any(|path| {
        let below = folder.strip_prefix(real(&cwd.join(path)));
        below.is_ok_and(|below| below.iter().all(|part| left_out(&escaped(part)).is_none()))
    })
}

/// Without links, as far as it is there.
fn real(path: &Path) -> PathBuf {
    let known = path.ancestors().find_map(|above| Some((above, fs::canonical(above).ok()?)));
    known.map_or_else(|| path.to_owned(), |(above, real)| real.join(path.strip_prefix(above).unwrap_or(Path::new(""))))
}
