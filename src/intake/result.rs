//! What loading answers.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::model::{FileRecord, Finding, Plugin};
use crate::package::Limits;

/// How to load.
#[derive(Clone, Debug)]
pub struct Options {
    /// Leave out what `.gitignore` leaves out, inside a git work tree.
    pub ignore_files: bool,
    /// The paths are files that changed: some are gone, and some belong to no plugin.
    pub changed: bool,
    /// Any folder and any file will do: each path is one tree of files, and need be no plugin.
    pub any: bool,
    /// One thread reads all files of a plugin.
    pub alone: bool,
    /// The digests of texts are asked for later, and are best computed while the texts are read.
    pub digests: bool,
    /// The texts that are held, by the paths of their files as shown to people; of the others only the digests are.
    /// All of them when `None`.
    pub keep: Option<Arc<BTreeSet<String>>>,
    /// Bounds.
    pub limits: Limits,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            ignore_files: true,
            changed: false,
            any: false,
            alone: false,
            digests: false,
            keep: None,
            limits: Limits::default(),
        }
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

impl InputError {
    pub(super) fn new(path: &str, fault: InputFault, message: String, help: &str) -> Self {
        Self { path: path.to_owned(), fault, message, help: help.to_owned() }
    }

    pub(super) fn folder(path: &str, error: &std::io::Error) -> Self {
        let message = format!("the folder `{path}` cannot be read: {error}");
        Self::new(path, InputFault::Unreadable, message, "Make the folder readable for you, or name another one.")
    }
}

/// Everything that was loaded.
#[derive(Clone, Debug, Default)]
pub struct Intake {
    /// Sorted by the path of their first plugin.
    pub groups: Vec<Group>,
    /// Stand for plugins of which nothing could be read; without files, each with a finding.
    pub unjudged: Vec<Plugin>,
    /// About files that could not be judged, or do not belong there.
    pub findings: Vec<Finding>,
    /// Sorted by path, each once.
    pub files: Vec<FileRecord>,
    /// In the order of the paths.
    pub errors: Vec<InputError>,
}

impl Intake {
    /// Everything in its final order.
    pub(super) fn sorted(mut self) -> Self {
        let root = |group: &Group| group.plugins.first().map_or_else(String::new, |plugin| plugin.root.clone());
        self.groups.sort_by_cached_key(root);
        self.files.sort_by(|a, b| a.path.cmp(&b.path));
        self.files.dedup_by(|a, b| a.path == b.path);
        self.findings.sort_by(|a, b| (&a.place.path, a.rule).cmp(&(&b.place.path, b.rule)));
        self
    }
}
