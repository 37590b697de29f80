//! What git leaves out: `.gitignore` files and `.git/info/exclude`, but never a file that git tracks.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use crate::io::fs::{self, Kind, Links};

use super::patterns::Patterns;
use super::tracked::Tracked;

/// A git work tree, seen from a folder in it.
#[derive(Debug)]
pub(super) struct WorkTree {
    root: PathBuf,
    git: PathBuf,
    /// From the root down to the folder it is seen from.
    above: Vec<Patterns>,
    tracked: OnceLock<Tracked>,
}

const LARGEST: u64 = 1024 * 1024;

impl WorkTree {
    /// The work tree that `folder` (without links) lies in, with the ignore files from its root down
    /// to `folder`, included.
    pub(super) fn around(folder: &Path) -> Option<Self> {
        let root = folder.ancestors().find(|above| fs::exists(&above.join(".git")))?;
        let mut tree = Self::at(root);
        let down: Vec<&Path> = folder.ancestors().take_while(|above| above.starts_with(root)).collect();
        tree.above.extend(down.into_iter().rev().filter_map(|folder| rules(folder, &folder.join(".gitignore"))));
        Some(tree)
    }

    /// The work tree whose root `root` is, without the ignore file in it.
    pub(super) fn at(root: &Path) -> Self {
        let git = git_folder(root);
        let exclude = rules(root, &git.join("info/exclude"));
        Self { root: root.to_owned(), git, above: exclude.into_iter().collect(), tracked: OnceLock::new() }
    }

    /// Whether `folder` itself, or a folder above it, is left out: then whoever names it wants it all the same.
    pub(super) fn leaves_out_all_of(&self, folder: &Path) -> bool {
        folder
            .ancestors()
            .take_while(|above| *above != self.root && above.starts_with(&self.root))
            .any(|above| self.leaves_out(&[], above, true))
    }

    /// Whether the ignore files, those of `below` first, leave out a path.
    pub(super) fn leaves_out(&self, below: &[Patterns], path: &Path, is_folder: bool) -> bool {
        for rules in below.iter().rev().chain(self.above.iter().rev()) {
            if let Some(left_out) = rules.judge(path, is_folder) {
                return left_out;
            }
        }
        false
    }

    /// Whether git tracks a file, or a file below a folder.
    pub(super) fn tracks(&self, path: &Path) -> bool {
        let tracked = self.tracked.get_or_init(|| Tracked::read(&self.git.join("index")));
        path.strip_prefix(&self.root).is_ok_and(|inside| tracked.has(inside))
    }
}

/// The ignore file of a folder.
pub(super) fn of_folder(folder: &Path) -> Option<Patterns> {
    rules(folder, &folder.join(".gitignore"))
}

fn rules(root: &Path, file: &Path) -> Option<Patterns> {
    let contents = fs::read_bounded(file, LARGEST, Links::Refuse).ok()?;
    Patterns::new(root, &String::from_utf8_lossy(&contents.bytes))
}

/// `.git` is a folder, or in linked work trees and submodules a file that names one.
fn git_folder(root: &Path) -> PathBuf {
    let git = root.join(".git");
    if !matches!(fs::kind(&git, Links::Follow), Ok(Kind::File)) {
        return git;
    }
    let named = fs::read_bounded(&git, 64 * 1024, Links::Follow).ok().and_then(|contents| {
        let text = String::from_utf8_lossy(&contents.bytes).into_owned();
        text.strip_prefix("gitdir:").map(|path| root.join(path.trim()))
    });
    named.unwrap_or(git)
}
