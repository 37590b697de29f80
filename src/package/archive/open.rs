//! An archive → the plugin in it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;

use unicode_normalization::UnicodeNormalization as _;

use crate::io::fs::Contents;
use crate::model::{FileRecord, FileStatus, Finding, HEAD, Origin, Plugin, RelPath, RuleId};
use crate::package::{Draft, Limits, Loaded, Text, Want, escaped, is_odd, left_out};
use crate::rules::id;

use super::directory::{self, Directory, Entry, Fault};
use super::layout::{self, Layout};
use super::unpack::unpack;

/// What an archive holds.
#[derive(Debug, Default)]
pub struct Archive {
    /// Usually one.
    pub plugins: Vec<Loaded>,
    /// Stands for the plugin when nothing in the archive could be judged; it has no files.
    pub unjudged: Option<Loaded>,
}

/// Reads an archive from memory. `shown` is its path as people see it, `stem` its file name without
/// the extension.
#[must_use]
pub fn open(bytes: &[u8], shown: &str, stem: &str, limits: &Limits) -> Archive {
    let slug = layout::plain_stem(stem).to_owned();
    let plugin = Plugin { slug, root: shown.to_owned(), origin: Origin::Zip, files: Vec::new() };
    let mut opening = Opening { bytes, limits, plugin, findings: Vec::new(), files: Vec::new() };
    match directory::read(bytes, limits.entries) {
        Ok(directory) => opening.judge(&directory, stem),
        Err(Fault::Damaged(what)) => {
            opening.finding(id::ZIP_UNREADABLE, "", format!("the archive cannot be read: {what}"));
            opening.give_up(what)
        }
        Err(Fault::TooManyEntries(count)) => {
            let limit = limits.entries;
            opening.finding(id::ZIP_BOMB, "", format!("the archive has {count} entries; at most {limit} are unpacked"));
            opening.give_up("too many entries")
        }
    }
}

struct Opening<'a> {
    bytes: &'a [u8],
    limits: &'a Limits,
    /// Stands for the archive as a whole.
    plugin: Plugin,
    findings: Vec<Finding>,
    files: Vec<FileRecord>,
}

const TYPE: u32 = 0o170_000;

impl Opening<'_> {
    fn finding(&mut self, rule: RuleId, path: &str, message: impl Into<String>) {
        self.findings.push(Finding::whole(rule, &self.plugin, path, message));
    }

    fn skipped(&mut self, path: &str, reason: &str, bytes: u64) {
        let path = self.plugin.shown(path);
        self.files.push(FileRecord { path, status: FileStatus::Skipped, reason: Some(reason.to_owned()), bytes });
    }

    fn give_up(self, reason: &str) -> Archive {
        let path = self.plugin.root.clone();
        let bytes = self.bytes.len() as u64;
        let record = FileRecord { path, status: FileStatus::Unreadable, reason: Some(reason.to_owned()), bytes };
        let files = self.files.into_iter().chain([record]).collect();
        Archive { plugins: Vec::new(), unjudged: Some(Loaded { plugin: self.plugin, findings: self.findings, files }) }
    }

    fn judge(mut self, directory: &Directory, stem: &str) -> Archive {
        for (name, what) in &directory.disagreements {
            let name = shown_name(name);
            self.finding(
                id::ZIP_HEADERS_DISAGREE,
                &name,
                format!("`{name}` is not what the list of files says: {what}"),
            );
        }
        for place in &directory.hidden {
            self.finding(id::ZIP_HIDDEN_DATA, "", format!("the archive holds unlisted bytes {place}"));
        }
        if let Some(message) = bomb(directory, self.limits) {
            self.finding(id::ZIP_BOMB, "", message);
            return self.give_up("it unpacks to far more than it should");
        }
        if let Some(entry) = directory.entries.iter().find(|entry| entry.too_new()) {
            let name = shown_name(&entry.name);
            self.finding(id::ZIP_UNREADABLE, "", format!("`{name}` asks for a newer program to unpack it"));
            return self.give_up("it asks for a newer program to unpack it");
        }
        let files = self.named(directory);
        self.collisions(directory);
        let paths: Vec<&str> = files.keys().map(RelPath::as_str).collect();
        let Layout { roots, findings } = layout::judge(&paths, stem);
        let [first, ..] = roots.as_slice() else {
            for (rule, path, message) in findings {
                self.finding(rule, &path, message);
            }
            return self.give_up("no plugin in it");
        };
        if !first.is_empty() {
            // What was found so far is about the same plugin.
            self.plugin.slug = slug(first);
            let slug = &self.plugin.slug;
            self.findings.iter_mut().for_each(|finding| finding.plugin.clone_from(slug));
        }
        for (rule, path, message) in findings {
            self.finding(rule, &path, message);
        }
        self.modes(directory);
        let mut plugins: Vec<Loaded> = roots.iter().map(|root| self.read(root, &files)).collect();
        for (path, entry) in &files {
            if !roots.iter().any(|root| below(path.as_str(), root).is_some()) {
                self.skipped(path.as_str(), "outside the plugin's folder", entry.size);
            }
        }
        plugins[0].findings.append(&mut self.findings);
        plugins[0].files.append(&mut self.files);
        Archive { plugins, unjudged: None }
    }

    /// The files by path, the last one where there are several, as the host unpacks them; and
    /// findings about those that are no plain files with plain names.
    fn named<'d>(&mut self, directory: &'d Directory) -> BTreeMap<RelPath, &'d Entry> {
        let mut files = BTreeMap::new();
        for entry in &directory.entries {
            let shown = shown_name(&entry.name);
            let kind = entry.mode.map_or(0, |mode| mode & TYPE);
            let is_folder = entry.name.ends_with(b"/");
            if let Some(why) = escape(&entry.name) {
                self.finding(id::ZIP_PATH_ESCAPE, &shown, format!("the path `{shown}` {why}"));
                self.skipped(&shown, "its path leads elsewhere", entry.size);
            } else if entry.utf8 && std::str::from_utf8(&entry.name).is_err() {
                let message = format!("the name `{shown}` is marked as UTF-8 and is not");
                self.finding(id::ZIP_UNREADABLE, &shown, message);
                self.skipped(&shown, "its name is no text", entry.size);
            } else if entry.name.iter().any(|byte| *byte >= 0x80) && !entry.utf8 {
                let message = format!("`{shown}` is not marked as UTF-8, and the host will give it another name");
                self.finding(id::ODD_FILE_NAME, &shown, message);
                self.skipped(&shown, "the encoding of its name is not known", entry.size);
            } else if kind == 0o120_000 {
                self.finding(id::ZIP_LINK, &shown, format!("`{shown}` is a symbolic link"));
                self.skipped(&shown, "a symbolic link", entry.size);
            } else if !matches!(kind, 0 | 0o100_000 | 0o040_000) {
                self.finding(id::SPECIAL_FILE, &shown, format!("`{shown}` is neither a file nor a folder"));
                self.skipped(&shown, "neither a file nor a folder", entry.size);
            } else if is_folder {
                if entry.size > 0 || entry.packed > 2 {
                    self.finding(id::ZIP_HIDDEN_DATA, &shown, format!("the folder `{shown}` has data of its own"));
                }
            } else {
                match std::str::from_utf8(&entry.name)
                    .ok()
                    .filter(|name| !is_odd(OsStr::new(name)))
                    .and_then(RelPath::new)
                {
                    Some(path) => {
                        files.insert(path, entry);
                    }
                    None => {
                        let message = format!("`{shown}` is a name that hides what it is");
                        self.finding(id::ODD_FILE_NAME, &shown, message);
                        self.skipped(&shown, "a name that hides what it is", entry.size);
                    }
                }
            }
        }
        files
    }

    /// Entries that unpack to one path, here or where case and composition of letters do not count.
    fn collisions(&mut self, directory: &Directory) {
        let mut seen: BTreeMap<String, (String, bool)> = BTreeMap::new();
        let mut told = BTreeSet::new();
        for entry in &directory.entries {
            let name = shown_name(&entry.name);
            let is_folder = name.ends_with('/');
            let name = name.trim_end_matches('/');
            let ends = name.match_indices('/').map(|(at, _)| (at, true)).chain([(name.len(), is_folder)]);
            for (end, folder) in ends {
                let part = &name[..end];
                let key: String = part.nfc().flat_map(char::to_lowercase).nfc().collect();
                let Some((other, other_folder)) = seen.get(&key) else {
                    seen.insert(key, (part.to_owned(), folder));
                    continue;
                };
                let message = match (other == part, folder, *other_folder) {
                    (true, true, true) => continue,
                    (true, false, false) => format!("`{part}` is in the archive twice"),
                    (true, _, _) => format!("`{part}` is in the archive as a file and as a folder"),
                    (false, _, _) => format!("`{part}` and `{other}` are one name on other systems"),
                };
                if told.insert(message.clone()) {
                    self.findings.push(Finding::whole(id::ZIP_DUPLICATE_ENTRY, &self.plugin, part, message));
                }
            }
        }
    }

    fn modes(&mut self, directory: &Directory) {
        let executable = |entry: &&Entry| {
            entry.mode.is_some_and(|mode| matches!(mode & TYPE, 0 | 0o100_000) && mode & 0o111 != 0)
                && !entry.name.ends_with(b"/")
        };
        let names: Vec<String> =
            directory.entries.iter().filter(executable).map(|entry| shown_name(&entry.name)).collect();
        if let [first, rest @ ..] = names.as_slice() {
            let more = if rest.is_empty() { String::new() } else { format!(" and {} more", rest.len()) };
            let verb = if rest.is_empty() { "is" } else { "are" };
            let message = format!("`{first}`{more} {verb} marked executable, which is lost when the host unpacks");
            self.finding(id::ZIP_EXEC_MODE, first, message);
        }
    }

    fn read(&mut self, root: &str, files: &BTreeMap<RelPath, &Entry>) -> Loaded {
        let shown = if root.is_empty() { self.plugin.root.clone() } else { format!("{}/{root}", self.plugin.root) };
        let slug = if root.is_empty() { self.plugin.slug.clone() } else { slug(root) };
        let mut draft = Draft::new(slug, shown, Origin::Zip, self.limits);
        let mut left = BTreeSet::new();
        for (path, entry) in files {
            let Some(path) = below(path.as_str(), root).and_then(RelPath::new) else { continue };
            let parents = path.as_str().match_indices('/').map(|(at, _)| &path.as_str()[..at]);
            let folder = parents.map(|folder| (folder, left_out(folder.rsplit('/').next().unwrap_or(folder))));
            if let Some((folder, Some(kind))) = folder.into_iter().find(|(_, kind)| kind.is_some()) {
                if left.insert(folder.to_owned()) {
                    draft.finding(kind.shipped, folder, format!("the folder `{folder}` is {}", kind.reason));
                    draft.record(&format!("{folder}/"), FileStatus::Skipped, Some(kind.reason.to_owned()), 0);
                }
                continue;
            }
            self.file(&mut draft, path, entry);
        }
        draft.finish()
    }

    fn file(&self, draft: &mut Draft, path: RelPath, entry: &Entry) {
        let size = entry.size;
        let keep = match Want::of(path.as_str(), self.limits) {
            Want::Text(limit) if size > limit => {
                let message = format!("`{path}` has {size} bytes; files of its kind are judged up to {limit}");
                draft.finding(id::FILE_TOO_LARGE, path.as_str(), message);
                return draft.unreadable(path, size, format!("larger than {limit} bytes"));
            }
            Want::TextIfSmall(limit) if size > limit => {
                let bytes = unpack(self.bytes, entry, HEAD).unwrap_or_default();
                return draft.too_large(path, Contents { bytes, size, executable: false }, limit);
            }
            Want::Text(_) | Want::TextIfSmall(_) if !draft.take(size) => {
                let total = self.limits.total;
                if draft.first_time_full() {
                    let message =
                        format!("the plugin holds more than {total} bytes of text, and the rest was not judged");
                    draft.finding(id::TOO_MANY_FILES, "", message);
                }
                return draft.skipped(path, size, format!("more than {total} bytes of text in one plugin"));
            }
            Want::Text(limit) | Want::TextIfSmall(limit) => Some(usize::try_from(limit).unwrap_or(usize::MAX)),
            Want::TextIfText(limit) if size <= limit => {
                let head = unpack(self.bytes, entry, HEAD).unwrap_or_default();
                draft.is_worth_reading(&head, size, limit).then(|| usize::try_from(limit).unwrap_or(usize::MAX))
            }
            Want::TextIfText(_) | Want::Head => None,
        };
        let executable = entry.mode.is_some_and(|mode| mode & 0o111 != 0);
        match (unpack(self.bytes, entry, keep.unwrap_or(HEAD)), keep) {
            (Ok(bytes), Some(_)) => draft.read(path, Text::new(Contents { bytes, size, executable })),
            (Ok(bytes), None) => draft.listed(path, Contents { bytes, size, executable }),
            (Err(why), _) => {
                draft.finding(id::ZIP_UNREADABLE, path.as_str(), format!("`{path}` cannot be unpacked: {why}"));
                draft.unreadable(path, size, why);
            }
        }
    }
}

fn slug(root: &str) -> String {
    root.rsplit('/').next().unwrap_or(root).to_owned()
}

/// The path from `root` on, if it lies below.
fn below<'p>(path: &'p str, root: &str) -> Option<&'p str> {
    if root.is_empty() { Some(path) } else { path.strip_prefix(root)?.strip_prefix('/') }
}

fn bomb(directory: &Directory, limits: &Limits) -> Option<String> {
    let total = directory.entries.iter().fold(0_u64, |total, entry| total.saturating_add(entry.size));
    if directory.overlap {
        return Some("entries share the same packed bytes".to_owned());
    }
    if total > limits.unpacked {
        return Some(format!("the archive unpacks to {total} bytes; at most {} are unpacked", limits.unpacked));
    }
    let swollen = directory
        .entries
        .iter()
        .find(|entry| entry.size >= limits.ratio_from && entry.size > entry.packed.saturating_mul(limits.ratio));
    swollen.map(|entry| format!("`{}` grows from {} to {} bytes", shown_name(&entry.name), entry.packed, entry.size))
}

/// How a path leads out of the folder it is unpacked to, if it does.
fn escape(name: &[u8]) -> Option<&'static str> {
    let drive = name.get(1) == Some(&b':') && name[0].is_ascii_alphabetic();
    let parts = || name.split(|byte| *byte == b'/');
    if name.contains(&0) {
        Some("is cut short by a NUL")
    } else if name.contains(&b'\\') {
        Some("holds a backslash, which separates folders on some systems")
    } else if name.starts_with(b"/") {
        Some("is absolute")
    } else if drive {
        Some("names a drive")
    } else if parts().any(|part| part == b"..") {
        Some("climbs out of its folder with `..`")
    } else if name.is_empty() {
        Some("is empty")
    } else if parts().any(|part| part == b".") || name.windows(2).any(|pair| pair == b"//") {
        Some("is not written plainly")
    } else {
        None
    }
}

#[cfg(unix)]
fn shown_name(name: &[u8]) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    escaped(OsStr::from_bytes(name))
}

#[cfg(not(unix))]
fn shown_name(name: &[u8]) -> String {
    escaped(OsStr::new(String::from_utf8_lossy(name).as_ref()))
}
