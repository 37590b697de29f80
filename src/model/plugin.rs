//! A plugin as it was read: a folder or a ZIP, in memory, bounded.

use std::sync::Arc;

use super::{Decoded, Digest, RelPath, Source};

/// Where a plugin came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A folder on disk.
    Folder,
    /// A ZIP archive; its files are shown as `archive.zip/entry`.
    Zip,
}

/// Why a file has no text here, or its text.
#[derive(Clone, Debug)]
pub enum FileState {
    /// Read.
    Read(Arc<Source>),
    /// Read, and not kept: only what the bytes are known by.
    Known(Digest),
    /// Seen, and of a kind that has no text (images, archives …).
    Listed,
    /// Left out, with the reason in words.
    Skipped(String),
    /// Could not be read, with the system's reason in words.
    Unreadable(String),
}

/// One file of a plugin.
#[derive(Clone, Debug)]
pub struct PluginFile {
    /// Path from the plugin's root.
    pub path: RelPath,
    /// Size in bytes as the file system or the archive says.
    pub size: u64,
    /// Whether any execute bit is set.
    pub executable: bool,
    /// Its first bytes, at most [`HEAD`]; empty where they were not read, and where the text has them.
    pub head: Vec<u8>,
    /// Its text, or why there is none.
    pub state: FileState,
}

/// So many bytes at the beginning of a file tell what it is.
pub const HEAD: usize = 512;

impl PluginFile {
    /// The text, if it was read.
    #[must_use]
    pub fn source(&self) -> Option<&Arc<Source>> {
        match &self.state {
            FileState::Read(source) => Some(source),
            FileState::Known(_) | FileState::Listed | FileState::Skipped(_) | FileState::Unreadable(_) => None,
        }
    }

    /// Its first bytes as they are on the disk, at most [`HEAD`]; empty where they were not read.
    #[must_use]
    pub fn head(&self) -> &[u8] {
        match self.source().filter(|source| !matches!(source.decoded(), Decoded::Invalid(_))) {
            Some(source) => &source.text().as_bytes()[..source.text().len().min(HEAD)],
            None => &self.head,
        }
    }
}

/// One plugin: the folder's name is its identity on the host.
#[derive(Clone, Debug)]
pub struct Plugin {
    /// The directory name: import name, registry key, `depends_on` key.
    pub slug: String,
    /// The root as shown to people: relative to the working directory, with `/`.
    pub root: String,
    /// Folder or ZIP.
    pub origin: Origin,
    /// Sorted by path.
    pub files: Vec<PluginFile>,
}

impl Plugin {
    /// The file at `path`, if the plugin has it.
    #[must_use]
    pub fn file(&self, path: &str) -> Option<&PluginFile> {
        self.files.binary_search_by(|file| file.path.as_str().cmp(path)).ok().map(|at| &self.files[at])
    }

    /// Whether any file lies below the folder `folder`.
    #[must_use]
    pub fn has_folder(&self, folder: &str) -> bool {
        let prefix = format!("{folder}/");
        self.files.iter().any(|file| file.path.as_str().starts_with(&prefix))
    }

    /// The path of one of its files as shown to people.
    #[must_use]
    pub fn shown(&self, path: &str) -> String {
        match self.root.as_str() {
            "" | "." => path.to_owned(),
            root if path.is_empty() => root.to_owned(),
            root => format!("{root}/{path}"),
        }
    }
}
