//! A plugin folder → a plugin in memory.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::io::fs::{self, Entry, Kind, Links};
use crate::model::{FileStatus, Origin, RelPath};
use crate::package::{Draft, LeftOut, Limits, Loaded, escaped, is_odd, left_out};
use crate::rules::id;

use super::ignored::{WorkTree, of_folder};
use super::patterns::Patterns;
use super::texts::{self, Wanted};

/// A plugin folder that was found.
#[derive(Clone, Debug)]
pub(super) struct Found {
    /// Where it is, without links.
    pub(super) real: PathBuf,
    /// The folder's name as it was typed or found.
    pub(super) slug: String,
    /// As people see it.
    pub(super) shown: String,
}

/// How to read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reading<'a> {
    pub(super) limits: &'a Limits,
    pub(super) ignore_files: bool,
    /// One thread reads all files.
    pub(super) alone: bool,
    /// The digests of texts are asked for later.
    pub(super) digests: bool,
    /// The texts that are held, as [`Options::keep`](super::Options) says.
    pub(super) keep: Option<&'a BTreeSet<String>>,
    /// The work tree around the plugin, seen from the folder that the plugin lies in.
    pub(super) tree: Option<&'a WorkTree>,
}

/// Why an ignored file is not there.
pub(super) const IGNORED: &str = "left out by an ignore file of git";

/// Reads a plugin. `entries` is the listing of its folder.
pub(super) fn read(found: &Found, entries: Vec<Entry>, reading: &Reading<'_>) -> Loaded {
    let limits = reading.limits;
    let own = (reading.ignore_files && holds(&entries, ".git")).then(|| WorkTree::at(&found.real));
    let tree = own.as_ref().or(reading.tree);
    let draft = Draft::new(found.slug.clone(), found.shown.clone(), Origin::Folder, limits);
    let root = &found.real;
    let wanted = Vec::new();
    let mut walk = Walk { draft, wanted, limits, root, tree, rules: Vec::new(), open: Vec::new(), stopped: false };
    walk.entries(root, "", entries, false);
    let Walk { mut draft, wanted, .. } = walk;
    texts::fill(&mut draft, wanted, reading);
    draft.finish()
}

struct Walk<'a> {
    draft: Draft,
    /// The files, in the order of the walk.
    wanted: Vec<Wanted>,
    limits: &'a Limits,
    root: &'a Path,
    tree: Option<&'a WorkTree>,
    /// The ignore files from the root down to the folder that is being read.
    rules: Vec<Patterns>,
    /// The real paths of the folders from the root down to the one that is being read.
    open: Vec<PathBuf>,
    stopped: bool,
}

impl Walk<'_> {
    /// Reads what is in a folder; in an ignored one, what git tracks all the same.
    fn entries(&mut self, disk: &Path, rel: &str, entries: Vec<Entry>, only_tracked: bool) {
        self.open.push(disk.to_owned());
        let rules = if self.tree.is_some() && holds(&entries, ".gitignore") { of_folder(disk) } else { None };
        let depth = self.rules.len();
        self.rules.extend(rules);
        for entry in entries {
            if self.stopped {
                break;
            }
            if !self.draft.count() {
                self.stop();
                break;
            }
            self.entry(disk, rel, &entry, only_tracked);
        }
        self.rules.truncate(depth);
        self.open.pop();
    }

    /// Whether git leaves out a path; `None` for a folder of which it tracks a part.
    fn ignored(&self, disk: &Path, is_folder: bool, only_tracked: bool) -> Option<bool> {
        let Some(tree) = self.tree else { return Some(false) };
        match only_tracked || tree.leaves_out(&self.rules, disk, is_folder) {
            false => Some(false),
            true if !tree.tracks(disk) => Some(true),
            true if is_folder => None,
            true => Some(false),
        }
    }

    fn stop(&mut self) {
        self.stopped = true;
        let files = self.limits.files;
        let reason = format!("more than {files} files and folders in one plugin");
        self.draft.record("", FileStatus::Skipped, Some(format!("{reason}; the rest was not looked at")), 0);
        self.draft.finding(id::TOO_MANY_FILES, "", format!("there are {reason}, and the rest was not judged"));
    }

    fn entry(&mut self, disk: &Path, rel: &str, entry: &Entry, only_tracked: bool) {
        let shown = escaped(&entry.name);
        let below = if rel.is_empty() { shown.clone() } else { format!("{rel}/{shown}") };
        let path = if is_odd(&entry.name) { None } else { RelPath::new(&below) };
        let Some(path) = path else {
            let reason = "the name holds characters that are not text, are invisible, or separate folders elsewhere";
            self.draft.record(&below, FileStatus::Skipped, Some(reason.to_owned()), 0);
            self.draft.finding(id::ODD_FILE_NAME, &below, format!("`{shown}` is a name that hides what it is"));
            return;
        };
        let disk = disk.join(&entry.name);
        let is_folder = entry.kind == Kind::Folder;
        let ignored = self.ignored(&disk, is_folder, only_tracked);
        match entry.kind {
            Kind::Folder if ignored == Some(true) && left_out(path.file_name()).is_none() => {
                self.draft.record(&format!("{path}/"), FileStatus::Skipped, Some(IGNORED.to_owned()), 0);
            }
            _ if ignored == Some(true) && !is_folder => self.draft.skipped(path, 0, IGNORED),
            Kind::File => self.wanted.push(Wanted { disk, path }),
            Kind::Folder => self.folder(&disk, path, ignored.is_none()),
            Kind::Link => self.link(&disk, path),
            Kind::Special(what) => texts::special(&mut self.draft, path, what),
        }
    }

    fn folder(&mut self, disk: &Path, path: RelPath, only_tracked: bool) {
        if matches!(path.as_str(), "__init__.py" | "plugin.py" | "plugin.json") {
            let message = format!("`{path}` is a folder, where the host reads a file");
            self.draft.finding(id::UNREADABLE_FILE, path.as_str(), message);
            self.draft.unreadable(path, 0, "it is a folder, not a file");
            return;
        }
        if let Some(LeftOut { reason, shipped }) = left_out(path.file_name()) {
            let nested = shipped == id::VERSION_CONTROL_DATA && path.as_str() != path.file_name();
            let tracked = || shipped == id::COMPILED_FILE && self.tree.is_some_and(|tree| tree.tracks(disk));
            if nested || path.file_name() == "__MACOSX" || tracked() {
                self.draft.finding(shipped, path.as_str(), format!("the folder `{path}` is {reason}"));
            }
            self.draft.record(&format!("{path}/"), FileStatus::Skipped, Some(reason.to_owned()), 0);
            return;
        }
        if self.open.len() >= self.limits.depth {
            let depth = self.limits.depth;
            self.draft.finding(
                id::TOO_MANY_FILES,
                path.as_str(),
                format!("`{path}` lies more than {depth} folders deep, and was not judged"),
            );
            let reason = format!("more than {depth} folders deep");
            self.draft.record(&format!("{path}/"), FileStatus::Skipped, Some(reason), 0);
            return;
        }
        match fs::list(disk, self.limits.files + 1) {
            Ok((entries, _)) => {
                if let Some(reason) = environment(path.file_name(), &entries) {
                    self.draft.record(&format!("{path}/"), FileStatus::Skipped, Some(reason.to_owned()), 0);
                } else {
                    self.entries(disk, path.as_str(), entries, only_tracked);
                }
            }
            Err(error) => {
                let message = format!("the folder `{path}` cannot be read: {error}");
                self.draft.finding(id::UNREADABLE_FILE, path.as_str(), message);
                self.draft.record(&format!("{path}/"), FileStatus::Unreadable, Some(error.to_string()), 0);
            }
        }
    }

    fn link(&mut self, disk: &Path, path: RelPath) {
        let target = match fs::canonical(disk) {
            Ok(target) => target,
            Err(error) if error.raw_os_error() == Some(ELOOP) => {
                self.draft.finding(id::LINK_LOOP, path.as_str(), format!("the link `{path}` leads back to itself"));
                return self.draft.unreadable(path, 0, "a link that leads back to itself");
            }
            Err(error) => {
                let message = format!("the link `{path}` leads nowhere: {error}");
                self.draft.finding(id::UNREADABLE_FILE, path.as_str(), message);
                return self.draft.unreadable(path, 0, format!("a link that leads nowhere: {error}"));
            }
        };
        if !target.starts_with(self.root) {
            let message = format!("the link `{path}` leads out of the plugin, and was not followed");
            self.draft.finding(id::LINK_OUTSIDE, path.as_str(), message);
            return self.draft.skipped(path, 0, "a link that leads out of the plugin");
        }
        match fs::kind(&target, Links::Refuse) {
            Ok(Kind::File) => self.wanted.push(Wanted { disk: target, path }),
            Ok(Kind::Folder) if self.open.contains(&target) => {
                let message = format!("the link `{path}` leads to a folder that it lies in");
                self.draft.finding(id::LINK_LOOP, path.as_str(), message);
                self.draft.skipped(path, 0, "a link to a folder that it lies in");
            }
            Ok(Kind::Folder) => self.folder(&target, path, false),
            Ok(Kind::Special(what)) => texts::special(&mut self.draft, path, what),
            Ok(Kind::Link) => texts::unreadable(&mut self.draft, path, "it changed while it was read"),
            Err(error) => texts::unreadable(&mut self.draft, path, &error.to_string()),
        }
    }
}

fn holds(entries: &[Entry], name: &str) -> bool {
    entries.binary_search_by(|entry| entry.name.as_os_str().cmp(name.as_ref())).is_ok()
}

/// Folders that hold other people's programs, and why they are left out. One that is a Python
/// package is read: the plugin can import it.
pub(super) fn environment(name: &str, entries: &[Entry]) -> Option<&'static str> {
    if holds(entries, "__init__.py") {
        None
    } else if holds(entries, "pyvenv.cfg") {
        Some("a virtual environment")
    } else if name == "node_modules" {
        Some("packages of Node.js")
    } else {
        None
    }
}

/// `ELOOP`: links that go round in a circle.
const ELOOP: i32 = if cfg!(target_os = "linux") { 40 } else { 62 };
