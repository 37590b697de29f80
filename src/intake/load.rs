//! Paths → groups of plugins.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

use rayon::prelude::*;

use crate::io::fs::{self, Kind, Links};
use crate::model::{FileRecord, FileStatus, Plugin};
use crate::package::{Loaded, archive, escaped};

use super::collection;
use super::folder::{self, Found};
use super::ignored::WorkTree;
use super::locate::{Located, changed, locate};
use super::result::{Group, InputError, InputFault, Intake, Options};
use super::shown::{absolute, shown};

/// From this many plugins on it pays to wake the other processors.
pub(super) const PARALLEL_FROM: usize = 16;

/// Loads what `paths` name; the working directory when there is none. Relative paths count from `cwd`.
#[must_use]
pub fn load(paths: &[PathBuf], options: &Options, cwd: &Path) -> Intake {
    let here = [PathBuf::from(".")];
    let mut loading = Loading { options, cwd, intake: Intake::default() };
    let mut named = Named::default();
    for typed in if paths.is_empty() { &here } else { paths } {
        let path = absolute(typed, cwd);
        if options.changed && !matches!(fs::kind(&path, Links::Follow), Ok(Kind::Folder)) {
            match changed(&path) {
                Some(plugin) => drop(named.plugins.insert(plugin, typed.is_relative())),
                None => loading.passed_over(&shown(&path, cwd, typed.is_relative())),
            }
            continue;
        }
        if options.any && !is_archive(&path) {
            named.plugins.insert(path, typed.is_relative());
            continue;
        }
        let list = match locate(&path, &escaped(typed.as_os_str()), &options.limits) {
            Ok(Located::Plugin(path)) => (&mut named.plugins, path),
            Ok(Located::Collection(path)) => (&mut named.collections, path),
            Ok(Located::Zip(path)) => (&mut named.archives, path),
            Err(error) => {
                loading.intake.errors.push(error);
                continue;
            }
        };
        list.0.insert(list.1, typed.is_relative());
    }
    let mut seen = BTreeSet::new();
    for (path, relative) in &named.collections {
        loading.collection(path, *relative, &mut seen);
    }
    named.plugins.retain(|path, _| !seen.contains(path));
    loading.plugins(&named.plugins);
    for (path, relative) in &named.archives {
        loading.archive(path, *relative);
    }
    loading.intake.sorted()
}

fn is_archive(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
        && matches!(fs::kind(path, Links::Follow), Ok(Kind::File))
}

/// What was named, each once → whether it was typed relative.
#[derive(Default)]
struct Named {
    plugins: BTreeMap<PathBuf, bool>,
    collections: BTreeMap<PathBuf, bool>,
    archives: BTreeMap<PathBuf, bool>,
}

struct Loading<'a> {
    options: &'a Options,
    cwd: &'a Path,
    intake: Intake,
}

impl Loading<'_> {
    fn plugins(&mut self, named: &BTreeMap<PathBuf, bool>) {
        let mut found = Vec::with_capacity(named.len());
        let mut only_of = Vec::new();
        for (path, relative) in named {
            // A file alone is a tree with one file, in the folder that it lies in.
            let only = match fs::kind(path, Links::Follow) {
                Ok(Kind::File) if self.options.any => path.file_name().map(OsStr::to_owned),
                _ => None,
            };
            let path = if only.is_some() { path.parent().unwrap_or(path) } else { path };
            let shown = shown(path, self.cwd, *relative);
            match fs::canonical(path) {
                Ok(real) => {
                    only_of.push(only);
                    let name = path.file_name().or_else(|| real.file_name()).unwrap_or(OsStr::new("plugin"));
                    found.push(Found { slug: escaped(name), shown, real });
                }
                Err(error) => self.intake.errors.push(InputError::folder(&shown, &error)),
            }
        }
        let mut trees: BTreeMap<&Path, Option<WorkTree>> = BTreeMap::new();
        if self.options.ignore_files {
            for parent in found.iter().filter_map(|found| found.real.parent()) {
                trees.entry(parent).or_insert_with(|| WorkTree::around(parent));
            }
        }
        let Options { ignore_files, alone, digests, ref keep, ref limits, .. } = *self.options;
        // Where plugins are read side by side, each is read by one thread.
        let (alone, keep) = (alone || found.len() >= PARALLEL_FROM, keep.as_deref());
        let load = |(found, only): (&Found, &Option<std::ffi::OsString>)| {
            let tree = found.real.parent().and_then(|parent| trees.get(parent)?.as_ref());
            let tree = tree.filter(|tree| !tree.leaves_out_all_of(&found.real));
            let reading = folder::Reading { limits, ignore_files, alone, digests, keep, tree };
            let listed = fs::list(&found.real, limits.files + 1);
            listed
                .map(|(mut entries, _)| {
                    if let Some(only) = only {
                        entries.retain(|entry| entry.name == *only);
                    }
                    folder::read(found, entries, &reading)
                })
                .map_err(|error| (found.shown.clone(), error))
        };
        let loaded: Vec<_> = if found.len() < PARALLEL_FROM {
            found.iter().zip(&only_of).map(load).collect()
        } else {
            found.par_iter().zip(&only_of).map(load).collect()
        };
        for result in loaded {
            match result {
                Ok(loaded) => self.group(vec![loaded], false),
                Err((shown, error)) => self.intake.errors.push(InputError::folder(&shown, &error)),
            }
        }
    }

    /// A file that changed and is none of our business.
    fn passed_over(&mut self, shown: &str) {
        let reason = Some("belongs to no plugin".to_owned());
        let record = FileRecord { path: shown.to_owned(), status: FileStatus::Skipped, reason, bytes: 0 };
        self.intake.files.push(record);
    }

    fn collection(&mut self, path: &Path, relative: bool, seen: &mut BTreeSet<PathBuf>) {
        let base = shown(path, self.cwd, relative);
        match collection::read(path, &base, self.options) {
            Ok(read) => {
                seen.extend(read.folders);
                self.intake.files.extend(read.others);
                self.intake.findings.extend(read.findings);
                if !read.plugins.is_empty() {
                    self.group(read.plugins, true);
                }
            }
            Err(error) => self.intake.errors.push(error),
        }
    }

    fn archive(&mut self, path: &Path, relative: bool) {
        let shown = shown(path, self.cwd, relative);
        let limits = &self.options.limits;
        let bytes = match fs::read_bounded(path, limits.archive, Links::Follow) {
            Ok(contents) => contents.bytes,
            Err(error) => {
                let message = format!("the archive `{shown}` cannot be read: {error}");
                let help = "Name a ZIP archive of a plugin that you may read.";
                self.intake.errors.push(InputError::new(&shown, InputFault::Unreadable, message, help));
                return;
            }
        };
        let stem = escaped(path.file_stem().unwrap_or(OsStr::new("plugin")));
        let archive = archive::open(&bytes, &shown, &stem, limits);
        if let Some(unjudged) = archive.unjudged {
            self.intake.findings.extend(unjudged.findings);
            self.intake.files.extend(unjudged.files);
            self.intake.unjudged.push(unjudged.plugin);
        }
        if !archive.plugins.is_empty() {
            self.group(archive.plugins, false);
        }
    }

    fn group(&mut self, loaded: Vec<Loaded>, collection: bool) {
        let mut plugins: Vec<Plugin> = Vec::with_capacity(loaded.len());
        for one in loaded {
            self.intake.findings.extend(one.findings);
            self.intake.files.extend(one.files);
            plugins.push(one.plugin);
        }
        self.intake.groups.push(Group { plugins, collection });
    }
}
