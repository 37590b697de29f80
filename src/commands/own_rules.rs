//! `--rules DIR`: folders of rules that users bring along.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::cli::World;
use super::complain;
use crate::exit::Exit;
use crate::io::fs::{self, Entry, Kind, Links};
use crate::model::Source;
use crate::rules::OwnFile;
use crate::scan;

/// Entries of one folder of rules that are looked at.
const MAX_ENTRIES: usize = 1_000;
/// Rule files larger than this, in bytes, are refused.
const MAX_BYTES: u64 = 256 << 10;

/// Reads the folders, and adds their rules to those of the world.
pub(super) fn add(folders: &[PathBuf], world: &mut World) -> Result<(), Exit> {
    let mut files = Vec::new();
    for folder in folders {
        let before = files.len();
        collect(&world.cwd.join(folder), folder, None, &mut files).map_err(|why| {
            let help = "A folder of rules holds `RULE.toml` or `FAMILY/RULE.toml`.";
            complain::say(world, format!("cannot use the rules in `{}`: {why}", folder.display()), Some(help));
            Exit::Usage
        })?;
        if files.len() == before {
            let help = "It holds no `RULE.toml` and no `FAMILY/RULE.toml`.";
            complain::say(world, format!("there are no rules in `{}`", folder.display()), Some(help));
            return Err(Exit::Usage);
        }
    }
    if files.is_empty() {
        return Ok(());
    }
    let own = scan::read_rules(&files).map_err(|faults| {
        complain::faults(world, &faults);
        Exit::Usage
    })?;
    world.rules.add(own);
    Ok(())
}

/// The rule files of a folder (`family` is `None`) and of the folders in it.
fn collect(folder: &Path, shown: &Path, family: Option<&str>, files: &mut Vec<OwnFile>) -> Result<(), String> {
    let (entries, more) = fs::list(folder, MAX_ENTRIES).map_err(|error| error.to_string())?;
    if more {
        return Err(format!("it has more than {MAX_ENTRIES} entries"));
    }
    for Entry { name, kind } in entries {
        let (path, shown) = (folder.join(&name), shown.join(&name));
        match kind {
            Kind::Folder if family.is_none() => {
                let name = name.to_string_lossy();
                if !name.starts_with('.') {
                    collect(&path, &shown, Some(&name), files)?;
                }
            }
            _ if path.extension() == Some(OsStr::new("toml")) && kind != Kind::Folder => {
                let contents = fs::read_bounded(&path, MAX_BYTES, Links::Follow)
                    .map_err(|error| format!("{}: {error}", shown.display()))?;
                files.push(OwnFile {
                    path: shown.display().to_string(),
                    family: family.map(str::to_owned),
                    stem: path.file_stem().unwrap_or_default().to_string_lossy().into_owned(),
                    source: Arc::new(Source::new(contents.bytes)),
                });
            }
            _ => {}
        }
    }
    Ok(())
}
