//! Paths → groups of plugins.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::io::fs::{self, Entry, Kind, Links};
use crate::model::{FileRecord, FileStatus, Finding, Plugin};
use crate::package::{Limits, Loaded, escaped};

use super::folder::{self, Found};
use super::locate::{Located, Marks, is_member, locate};
use super::shown::{absolute, shown};

/// How to load.
#[derive(Clone, Debug)]
pub struct Options {
    /// Leave out what `.gitignore` leaves out, inside a git work tree.
    pub ignore_files: bool,
    /// Bounds.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self { ignore_files: true, limits: Limits::default() }
    }
}

/// Plugins that are judged together.
#[derive(Clone, Debug)]
pub struct Group {
    /// Sorted by slug.
    pub plugins: Vec<Plugin>,
    /// Whether they lie in one folder, as the host's installed plugins do.
    pub collection: bool,
}

/// What is wrong with a path that was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InputFault {
    /// Nothing is there.
    Missing,
    /// The system refuses, or it is no file and no folder.
    Unreadable,
    /// A folder without a plugin.
    NoPlugin,
    /// A file outside all plugins.
    InNoPlugin,
}

/// An error about the run: a path that leads to no plugin.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct InputError {
    /// As typed.
    pub path: String,
    /// What kind of fault.
    pub fault: InputFault,
    /// What is wrong, without a full stop.
    pub message: String,
    /// What to do, in full sentences.
    pub help: String,
}

/// Everything that was loaded.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// Sorted by the path of their first plugin.
    pub groups: Vec<Group>,
    /// About files that could not be judged, or do not belong there.
    pub findings: Vec<Finding>,
    /// Sorted by path, each once.
    pub files: Vec<FileRecord>,
    /// In the order of the paths.
    pub errors: Vec<InputError>,
}

/// From this many plugins on it pays to wake the other processors.
const PARALLEL_FROM: usize = 16;

/// Loads what `paths` name; the working directory when there is none. Relative paths count from `cwd`.
#[must_use]
pub fn load(paths: &[PathBuf], options: &Options, cwd: &Path) -> Intake {
    let here = [PathBuf::from(".")];
    let mut loading =
        Loading { options, cwd, intake: Intake::default(), named: BTreeMap::new(), collections: BTreeMap::new() };
    for typed in if paths.is_empty() { &here } else { paths } {
        loading.path(typed);
    }
    loading.finish()
}

struct Loading<'a> {
    options: &'a Options,
    cwd: &'a Path,
    intake: Intake,
    /// Plugin folder as named or found → whether it was typed relative.
    named: BTreeMap<PathBuf, bool>,
    collections: BTreeMap<PathBuf, bool>,
}

impl Loading<'_> {
    fn path(&mut self, typed: &Path) {
        let path = absolute(typed, self.cwd);
        let relative = typed.is_relative();
        match locate(&path, &escaped(typed.as_os_str()), &self.options.limits) {
            Ok(Located::Plugin(folder)) => {
                self.named.insert(folder, relative);
            }
            Ok(Located::Collection(folder)) => {
                self.collections.insert(folder, relative);
            }
            Ok(Located::Zip(_)) => {}
            Err(error) => self.intake.errors.push(error),
        }
    }

    fn finish(mut self) -> Intake {
        let collections = std::mem::take(&mut self.collections);
        let mut seen = BTreeSet::new();
        for (folder, relative) in &collections {
            self.collection(folder, *relative, &mut seen);
        }
        let named: Vec<_> =
            std::mem::take(&mut self.named).into_iter().filter(|(path, _)| !seen.contains(path)).collect();
        let load = |(path, relative): &(PathBuf, bool)| self.plugin(path, *relative);
        let loaded: Vec<_> = if named.len() < PARALLEL_FROM {
            named.iter().map(load).collect()
        } else {
            named.par_iter().map(load).collect()
        };
        for result in loaded {
            match result {
                Ok(loaded) => self.group(vec![loaded], false),
                Err(error) => self.intake.errors.push(error),
            }
        }
        let mut intake = self.intake;
        intake.groups.sort_by(|a, b| first_root(a).cmp(first_root(b)));
        intake.files.sort_by(|a, b| a.path.cmp(&b.path));
        intake.files.dedup_by(|a, b| a.path == b.path);
        intake.findings.sort_by(|a, b| (&a.place.path, a.rule).cmp(&(&b.place.path, b.rule)));
        intake
    }

    fn plugin(&self, path: &Path, relative: bool) -> Result<Loaded, InputError> {
        let shown = shown(path, self.cwd, relative);
        let unreadable = |error: std::io::Error| InputError {
            path: shown.clone(),
            fault: InputFault::Unreadable,
            message: format!("the folder `{shown}` cannot be read: {error}"),
            help: "Make the folder readable for you, or name another one.".to_owned(),
        };
        let real = fs::canonical(path).map_err(unreadable)?;
        let (entries, _) = fs::list(&real, self.options.limits.files + 1).map_err(unreadable)?;
        let name = path.file_name().or_else(|| real.file_name()).unwrap_or(OsStr::new("plugin"));
        let found = Found { slug: escaped(name), shown: shown.clone(), real };
        Ok(folder::read(&found, entries, &self.options.limits))
    }

    fn collection(&mut self, folder: &Path, relative: bool, seen: &mut BTreeSet<PathBuf>) {
        let base = shown(folder, self.cwd, relative);
        let listed = fs::canonical(folder).and_then(|real| Ok((fs::list(&real, self.options.limits.members)?.0, real)));
        let (entries, real) = match listed {
            Ok(listed) => listed,
            Err(error) => {
                self.intake.errors.push(InputError {
                    message: format!("the folder `{base}` cannot be read: {error}"),
                    path: base,
                    fault: InputFault::Unreadable,
                    help: "Make the folder readable for you, or name another one.".to_owned(),
                });
                return;
            }
        };
        let limits = &self.options.limits;
        let member = |entry: &Entry| member(entry, &real, &base, limits);
        let members: Vec<Member> = if entries.len() < PARALLEL_FROM {
            entries.iter().map(member).collect()
        } else {
            entries.par_iter().map(member).collect()
        };
        let mut plugins = Vec::with_capacity(members.len());
        for (entry, member) in entries.iter().zip(members) {
            match member {
                Member::Plugin(loaded) => {
                    seen.insert(folder.join(&entry.name));
                    plugins.push(*loaded);
                }
                Member::Other(record) => self.intake.files.push(record),
            }
        }
        if plugins.is_empty() {
            self.intake.errors.push(InputError {
                message: format!("there is no plugin in `{base}`"),
                path: base,
                fault: InputFault::NoPlugin,
                help: "A plugin is a folder with `__init__.py`, `plugin.py` or `plugin.json` in it.".to_owned(),
            });
            return;
        }
        self.group(plugins, true);
    }

    fn group(&mut self, loaded: Vec<Loaded>, collection: bool) {
        let mut plugins = Vec::with_capacity(loaded.len());
        for one in loaded {
            self.intake.findings.extend(one.findings);
            self.intake.files.extend(one.files);
            plugins.push(one.plugin);
        }
        self.intake.groups.push(Group { plugins, collection });
    }
}

fn first_root(group: &Group) -> &str {
    group.plugins.first().map_or("", |plugin| plugin.root.as_str())
}

enum Member {
    Plugin(Box<Loaded>),
    Other(FileRecord),
}

fn member(entry: &Entry, real: &Path, base: &str, limits: &Limits) -> Member {
    let name = escaped(&entry.name);
    let shown = if base == "." { name.clone() } else { format!("{base}/{name}") };
    let other = |path: String, status, reason: &str| {
        Member::Other(FileRecord { path, status, reason: Some(reason.to_owned()), bytes: 0 })
    };
    let disk = real.join(&entry.name);
    let disk = match entry.kind {
        Kind::Folder => disk,
        Kind::File => return other(shown, FileStatus::Skipped, "a file beside the plugins"),
        Kind::Special(what) => return other(shown, FileStatus::Skipped, &format!("a {what} beside the plugins")),
        Kind::Link => match fs::canonical(&disk) {
            Ok(target) if matches!(fs::kind(&target, Links::Refuse), Ok(Kind::Folder)) => target,
            Ok(_) => return other(shown, FileStatus::Skipped, "a link to a file beside the plugins"),
            Err(error) => return other(shown, FileStatus::Unreadable, &format!("a link that leads nowhere: {error}")),
        },
    };
    if let Some(reason) = folder::left_out(&name) {
        return other(format!("{shown}/"), FileStatus::Skipped, reason);
    }
    match fs::list(&disk, limits.files + 1) {
        Err(error) => other(format!("{shown}/"), FileStatus::Unreadable, &error.to_string()),
        Ok((entries, _)) if is_member(&name, Marks::of(&entries)) => {
            let found = Found { real: disk, slug: name, shown };
            Member::Plugin(Box::new(folder::read(&found, entries, limits)))
        }
        Ok((entries, _)) => {
            let why = "no plugin: neither `__init__.py` nor `plugin.py` nor `plugin.json` in it";
            other(format!("{shown}/"), FileStatus::Skipped, folder::environment(&name, &entries).unwrap_or(why))
        }
    }
}
