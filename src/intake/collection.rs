//! A folder of plugins.

use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::io::fs::{self, Entry, Kind, Links};
use crate::model::{FileRecord, FileStatus, Finding, Origin, Plugin};
use crate::package::{Loaded, escaped, left_out};
use crate::rules::id;

use super::folder::{self, Found, Reading};
use super::ignored::WorkTree;
use super::load::PARALLEL_FROM;
use super::locate::{Marks, is_member};
use super::result::{InputError, InputFault, Options};

/// What lies in a folder of plugins.
#[derive(Default)]
pub(super) struct Read {
    /// Sorted by name.
    pub(super) plugins: Vec<Loaded>,
    /// The folders of the plugins, as the collection was named.
    pub(super) folders: Vec<PathBuf>,
    /// What is no plugin.
    pub(super) others: Vec<FileRecord>,
    /// About what may be a plugin and was not read.
    pub(super) findings: Vec<Finding>,
}

enum Member {
    Plugin(Box<Loaded>),
    Other(FileRecord),
    Refused(FileRecord, Box<Finding>),
}

/// Reads all plugins in `path`, shown as `base`.
pub(super) fn read(path: &Path, base: &str, options: &Options) -> Result<Read, InputError> {
    let listed = fs::canonical(path).and_then(|real| Ok((fs::list(&real, options.limits.members)?, real)));
    let ((entries, more), real) = listed.map_err(|error| InputError::folder(base, &error))?;
    if more {
        let message = format!("`{base}` holds more than {} names", options.limits.members);
        return Err(InputError::new(base, InputFault::Unreadable, message, "Name the plugins in smaller parts."));
    }
    let around = if options.ignore_files { WorkTree::around(&real) } else { None };
    let tree = around.as_ref().filter(|tree| !tree.leaves_out_all_of(&real));
    let Options { ignore_files, alone, digests, ref keep, ref limits, .. } = *options;
    // Where plugins are read side by side, each is read by one thread.
    let alone = alone || entries.len() >= PARALLEL_FROM;
    let reading = Reading { limits, ignore_files, alone, digests, keep: keep.as_deref(), tree };
    let members = Members { real: &real, base, reading };
    let member = |entry: &Entry| members.member(entry);
    let found: Vec<Member> = if entries.len() < PARALLEL_FROM {
        entries.iter().map(member).collect()
    } else {
        entries.par_iter().map(member).collect()
    };
    let mut read = Read::default();
    for (entry, member) in entries.iter().zip(found) {
        match member {
            Member::Plugin(loaded) => {
                read.folders.push(path.join(&entry.name));
                read.plugins.push(*loaded);
            }
            Member::Other(record) => read.others.push(record),
            Member::Refused(record, finding) => {
                read.others.push(record);
                read.findings.push(*finding);
            }
        }
    }
    if read.plugins.is_empty() && read.findings.is_empty() {
        let ignored = read.others.iter().any(|record| record.reason.as_deref() == Some(folder::IGNORED));
        let help = if ignored {
            "Some folders in it are left out by `.gitignore`: add `--no-ignore` to judge them too."
        } else {
            "A plugin is a folder with `__init__.py`, `plugin.py` or `plugin.json` in it."
        };
        return Err(InputError::new(base, InputFault::NoPlugin, format!("there is no plugin in `{base}`"), help));
    }
    Ok(read)
}

struct Members<'a> {
    real: &'a Path,
    base: &'a str,
    reading: Reading<'a>,
}

impl Members<'_> {
    fn member(&self, entry: &Entry) -> Member {
        let name = escaped(&entry.name);
        let shown = if self.base == "." { name.clone() } else { format!("{}/{name}", self.base) };
        let here = self.real.join(&entry.name);
        let disk = match entry.kind {
            Kind::Folder => here.clone(),
            Kind::File => return other(shown, "a file beside the plugins"),
            Kind::Special(what) => return other(shown, &format!("a {what} beside the plugins")),
            Kind::Link => match fs::canonical(&here) {
                Ok(target) if !matches!(fs::kind(&target, Links::Refuse), Ok(Kind::Folder)) => {
                    return other(shown, "a link to a file beside the plugins");
                }
                Ok(target) if target.starts_with(self.real) && target != self.real => target,
                Ok(_) => return refused(name, shown),
                Err(error) => return other(shown, &format!("a link that leads nowhere: {error}")),
            },
        };
        let folder = format!("{shown}/");
        if let Some(left_out) = left_out(&name) {
            return other(folder, left_out.reason);
        }
        if self.reading.tree.is_some_and(|tree| tree.leaves_out(&[], &here, true) && !tree.tracks(&here)) {
            return other(folder, folder::IGNORED);
        }
        let entries = match fs::list(&disk, self.reading.limits.files + 1) {
            Ok((entries, _)) => entries,
            Err(error) => {
                let plugin = Plugin { slug: name, root: shown, origin: Origin::Folder, files: Vec::new() };
                let message = format!("the folder `{}` cannot be read: {error}", plugin.root);
                let finding = Box::new(Finding::whole(id::UNREADABLE_FILE, &plugin, "", message));
                return Member::Refused(record(folder, FileStatus::Unreadable, &error.to_string()), finding);
            }
        };
        if is_member(&name, Marks::of(&entries)) {
            let found = Found { real: disk, slug: name, shown };
            return Member::Plugin(Box::new(folder::read(&found, entries, &self.reading)));
        }
        let why = "no plugin: neither `__init__.py` nor `plugin.py` nor `plugin.json` in it";
        other(folder, folder::environment(&name, &entries).unwrap_or(why))
    }
}

fn refused(name: String, shown: String) -> Member {
    let plugin = Plugin { slug: name, root: shown, origin: Origin::Folder, files: Vec::new() };
    let message = format!("the link `{}` leads out of the folder of plugins, and was not followed", plugin.root);
    let finding = Finding::whole(id::LINK_OUTSIDE, &plugin, "", message).help(
        "Name the folder that the link leads to, to have it judged; or put the plugin itself in the place of the link.",
    );
    let reason = "a link that leads out of the folder of plugins";
    Member::Refused(record(plugin.root, FileStatus::Skipped, reason), Box::new(finding))
}

fn other(path: String, reason: &str) -> Member {
    Member::Other(record(path, FileStatus::Skipped, reason))
}

fn record(path: String, status: FileStatus, reason: &str) -> FileRecord {
    FileRecord { path, status, reason: Some(reason.to_owned()), bytes: 0 }
}
