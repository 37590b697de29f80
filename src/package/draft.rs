//! A plugin while it is being read.

use std::sync::Arc;

use crate::io::buffer::About;
use crate::io::fs::Contents;
use crate::model::{
    Decoded, Digest, FileRecord, FileState, FileStatus, Finding, HEAD, Origin, Plugin, PluginFile, RelPath, RuleId,
    Source,
};

use super::contents::is_text;
use super::{Limits, leftovers};

/// A file that was read whole, before it belongs to a plugin.
#[derive(Clone, Debug)]
pub struct Text {
    about: About,
    /// Its first bytes, at most [`HEAD`]; empty where the text has them.
    head: Vec<u8>,
    state: FileState,
}

impl Text {
    /// Decodes what was read.
    #[must_use]
    pub fn new(contents: Contents) -> Self {
        let Contents { bytes, size, executable } = contents;
        let beginning = beginning(&bytes);
        let source = Source::new(bytes);
        let head = if matches!(source.decoded(), Decoded::Invalid(_)) { beginning } else { Vec::new() };
        Self { about: About { size, executable }, head, state: FileState::Read(Arc::new(source)) }
    }

    /// Keeps what the bytes are known by, and no more.
    #[must_use]
    pub fn known(bytes: &[u8], about: About) -> Self {
        Self { about, head: beginning(bytes), state: FileState::Known(Digest::of(bytes)) }
    }

    /// The size that the file system says.
    #[must_use]
    pub const fn size(&self) -> u64 {
        self.about.size
    }

    /// Computes what the bytes are known by, if that was not done yet.
    pub fn prepare(&self) {
        if let FileState::Read(source) = &self.state {
            let _ = source.digest();
        }
    }

    /// The same file, were only its beginning read.
    #[must_use]
    pub fn beginning(&self) -> Contents {
        let About { size, executable } = self.about;
        let bytes = match &self.state {
            FileState::Read(source) if !matches!(source.decoded(), Decoded::Invalid(_)) => {
                beginning(source.text().as_bytes())
            }
            _ => self.head.clone(),
        };
        Contents { bytes, size, executable }
    }
}

fn beginning(bytes: &[u8]) -> Vec<u8> {
    bytes[..bytes.len().min(HEAD)].to_vec()
}

/// A plugin that was read, with what was found on the way.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// The plugin; its files are sorted.
    pub plugin: Plugin,
    /// About files that could not be judged, or do not belong there.
    pub findings: Vec<Finding>,
    /// One record for each file, and for each folder that was left out.
    pub files: Vec<FileRecord>,
}

/// Collects a plugin's files, findings and records within the bounds.
#[derive(Debug)]
pub struct Draft {
    loaded: Loaded,
    text_left: u64,
    other_left: u64,
    names_left: usize,
    full: bool,
}

impl Draft {
    /// An empty plugin.
    #[must_use]
    pub fn new(slug: String, root: String, origin: Origin, limits: &Limits) -> Self {
        let plugin = Plugin { slug, root, origin, files: Vec::new() };
        let loaded = Loaded { plugin, findings: Vec::new(), files: Vec::new() };
        Self { loaded, text_left: limits.total, other_left: limits.other, names_left: limits.files, full: false }
    }

    /// The plugin so far; its files are not sorted yet.
    #[must_use]
    pub const fn plugin(&self) -> &Plugin {
        &self.loaded.plugin
    }

    /// Counts one more file or folder; `false` when there are too many.
    pub fn count(&mut self) -> bool {
        let room = self.names_left > 0;
        self.names_left = self.names_left.saturating_sub(1);
        room
    }

    /// Takes `bytes` from the text that may still be read; `false` when that is more than is left.
    pub fn take(&mut self, bytes: u64) -> bool {
        let fits = bytes <= self.text_left;
        if fits {
            self.text_left -= bytes;
        }
        fits
    }

    /// Whether a file that starts like this, and that need not be text, is worth reading whole, with at most
    /// `limit` bytes. Takes its bytes from a budget of their own.
    pub fn is_worth_reading(&mut self, head: &[u8], size: u64, limit: u64) -> bool {
        let worth = is_text(head) && size <= limit.min(self.other_left);
        if worth {
            self.other_left -= size;
        }
        worth
    }

    /// Whether this is the first time that a bound of the whole plugin is met.
    pub fn first_time_full(&mut self) -> bool {
        !std::mem::replace(&mut self.full, true)
    }

    /// A finding about a whole file or folder.
    pub fn finding(&mut self, rule: RuleId, path: &str, message: impl Into<String>) {
        let finding = Finding::whole(rule, &self.loaded.plugin, path, message);
        self.loaded.findings.push(finding);
    }

    /// A finding that the caller built.
    pub fn push(&mut self, finding: Finding) {
        self.loaded.findings.push(finding);
    }

    /// A file whose text was read.
    pub fn read(&mut self, path: RelPath, text: Text) {
        let Text { about: About { size, executable }, head, state } = text;
        self.record(path.as_str(), FileStatus::Read, None, size);
        self.leftover(&path, size);
        self.loaded.plugin.files.push(PluginFile { path, size, executable, head, state });
    }

    /// A file of which only the beginning was read.
    pub fn listed(&mut self, path: RelPath, contents: Contents) {
        let Contents { bytes: mut head, size, executable } = contents;
        head.truncate(HEAD);
        self.leftover(&path, size);
        self.record(path.as_str(), FileStatus::Listed, None, size);
        self.loaded.plugin.files.push(PluginFile { path, size, executable, head, state: FileState::Listed });
    }

    fn leftover(&mut self, path: &RelPath, size: u64) {
        if let Some((rule, message)) = leftovers::judge(path, size) {
            self.finding(rule, path.as_str(), message);
        }
    }

    /// A file that was left out, and why.
    pub fn skipped(&mut self, path: RelPath, size: u64, reason: impl Into<String>) {
        let reason = reason.into();
        self.record(path.as_str(), FileStatus::Skipped, Some(reason.clone()), size);
        let state = FileState::Skipped(reason);
        self.loaded.plugin.files.push(PluginFile { path, size, executable: false, head: Vec::new(), state });
    }

    /// A file of which only the beginning was read, because it is larger than files of its kind are judged.
    pub fn too_large(&mut self, path: RelPath, contents: Contents, limit: u64) {
        let Contents { bytes: mut head, size, executable } = contents;
        head.truncate(HEAD);
        let reason = format!("larger than {limit} bytes");
        self.record(path.as_str(), FileStatus::Skipped, Some(reason.clone()), size);
        let state = FileState::Skipped(reason);
        self.loaded.plugin.files.push(PluginFile { path, size, executable, head, state });
    }

    /// A file that could not be read, and why.
    pub fn unreadable(&mut self, path: RelPath, size: u64, reason: impl Into<String>) {
        let reason = reason.into();
        self.record(path.as_str(), FileStatus::Unreadable, Some(reason.clone()), size);
        let state = FileState::Unreadable(reason);
        self.loaded.plugin.files.push(PluginFile { path, size, executable: false, head: Vec::new(), state });
    }

    /// A record alone: of a folder that was left out, or of a name that cannot be a path here.
    pub fn record(&mut self, path: &str, status: FileStatus, reason: Option<String>, bytes: u64) {
        let path = self.loaded.plugin.shown(path);
        self.loaded.files.push(FileRecord { path, status, reason, bytes });
    }

    /// The plugin, with everything in its final order.
    #[must_use]
    pub fn finish(mut self) -> Loaded {
        self.loaded.plugin.files.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        self.loaded.plugin.files.dedup_by(|a, b| a.path == b.path);
        let uncollected = leftovers::uncollected_tests(&self.loaded.plugin);
        self.loaded.findings.extend(uncollected);
        self.loaded.files.sort_by(|a, b| a.path.cmp(&b.path));
        self.loaded.findings.sort_by(|a, b| (&a.place.path, a.rule).cmp(&(&b.place.path, b.rule)));
        self.loaded
    }
}
