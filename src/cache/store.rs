//! The folder: its parts, what is read from it and written to it, and how it stays small.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU16, Ordering};

use super::entry;
use crate::io::fs::{self, Links};
use crate::io::private::{self, Item, Refusal};
use crate::io::{clock, env};
use crate::model::Digest;

/// The parts of the folder: one for each first hexadecimal digit of a key. A run looks through those that it wrote to.
const PARTS: &[u8; 16] = b"0123456789abcdef";
/// Tells backup programs that there is nothing to keep; see <https://bford.info/cachedir/>.
const TAG: (&str, &str) = ("CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n# A cache of wicara-tool.\n");
/// Tells Git the same.
const IGNORE: (&str, &str) = (".gitignore", "*\n");
/// After so many seconds an entry that is read is noted as used.
const DAY: u64 = 24 * 60 * 60;
/// After so many seconds a temporary file belongs to no program that still runs.
const HOUR: u64 = 60 * 60;
/// Files of one part that are looked at when it is made smaller.
const LISTED: usize = 100_000;

/// How much is kept.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// Bytes of one entry.
    pub entry: u64,
    /// Bytes of each of the sixteen parts.
    pub bytes: u64,
    /// Entries of each part.
    pub entries: usize,
}

impl Default for Bounds {
    /// 256 MiB.
    fn default() -> Self {
        Self { entry: 8 << 20, bytes: 16 << 20, entries: 2_000 }
    }
}

/// How much is in a cache.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Content {
    /// How many results.
    pub entries: usize,
    /// Their bytes.
    pub bytes: u64,
}

/// The folder for this program in the place where the system keeps caches; `None` when the environment names none.
#[must_use]
pub fn default_folder() -> Option<PathBuf> {
    env::caches().map(|caches| caches.join("wicara-tool"))
}

/// A cache on disk. Several threads and several processes may use it at once.
#[derive(Debug)]
pub struct Store {
    folder: PathBuf,
    bounds: Bounds,
    /// One bit for each part that was written to.
    written: AtomicU16,
}

impl Store {
    /// Opens a cache. A folder that is not there is made when there is something to keep.
    ///
    /// # Errors
    ///
    /// When others can write to the folder, or it is none.
    pub fn open(folder: PathBuf, bounds: Bounds) -> Result<Self, Refusal> {
        match private::check_folder(&folder) {
            Err(Refusal::Io(error)) if error.kind() == io::ErrorKind::NotFound => {}
            other => other?,
        }
        Ok(Self { folder, bounds, written: AtomicU16::new(0) })
    }

    /// The value that was kept under a key, if it is whole.
    #[must_use]
    pub fn get(&self, key: &Digest) -> Option<Vec<u8>> {
        let path = self.path(key);
        let (mut sealed, modified) = private::read(&path, self.bounds.entry)?;
        let value = entry::open(key, &sealed)?.len();
        if clock::unix_seconds().saturating_sub(modified) > DAY {
            private::refresh(&path);
        }
        Some(sealed.split_off(sealed.len() - value))
    }

    /// Keeps a value under a key, unless it is larger than an entry may be.
    ///
    /// # Errors
    ///
    /// What the system says; nothing but time is lost.
    pub fn put(&self, key: &Digest, value: &[u8]) -> Result<(), Refusal> {
        let sealed = entry::seal(key, value);
        if sealed.len() as u64 > self.bounds.entry {
            return Ok(());
        }
        let (part, name) = names(key);
        let folder = self.folder.join(&part);
        if let Err(error) = private::write(&folder, &name, &sealed) {
            if error.kind() != io::ErrorKind::NotFound {
                return Err(error.into());
            }
            self.prepare(&folder)?;
            private::write(&folder, &name, &sealed)?;
        }
        let bit = PARTS.iter().position(|digit| part.as_bytes() == [*digit]).map_or(0, |at| 1 << at);
        self.written.fetch_or(bit, Ordering::Relaxed);
        Ok(())
    }

    /// Makes the folder, and a part of it.
    fn prepare(&self, part: &Path) -> Result<(), Refusal> {
        private::create_folders(part)?;
        private::check_folder(&self.folder)?;
        for (name, text) in [TAG, IGNORE] {
            if !fs::exists(&self.folder.join(name)) {
                private::write(&self.folder, name, text.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Drops the oldest entries of the parts that were written to, until they are within the bounds.
    pub fn tidy(&self) {
        let written = self.written.swap(0, Ordering::Relaxed);
        for (at, digit) in PARTS.iter().enumerate() {
            if written & (1 << at) != 0 {
                self.shrink(*digit);
            }
        }
    }

    fn shrink(&self, digit: u8) {
        let (folder, mut items) = self.part(digit);
        let now = clock::unix_seconds();
        items.sort_unstable_by(|a, b| (b.modified, &b.name).cmp(&(a.modified, &a.name)));
        let (mut bytes, mut entries) = (0_u64, 0);
        for item in items {
            let keep = if item.is_temporary() {
                now.saturating_sub(item.modified) < HOUR
            } else {
                bytes = bytes.saturating_add(item.bytes);
                entries += 1;
                bytes <= self.bounds.bytes && entries <= self.bounds.entries
            };
            if !keep {
                // Another process may have been faster.
                let _ = fs::remove(&folder.join(item.name));
            }
        }
    }

    /// How much there is.
    #[must_use]
    pub fn content(&self) -> Content {
        let mut content = Content::default();
        for item in PARTS.iter().flat_map(|digit| self.part(*digit).1) {
            content.entries += usize::from(!item.is_temporary());
            content.bytes += item.bytes;
        }
        content
    }

    /// Removes everything that is the cache's, and tells how much it was. Other files stay, and then the folder, too.
    ///
    /// # Errors
    ///
    /// When something cannot be removed.
    pub fn clean(&self) -> io::Result<Content> {
        let content = self.content();
        for digit in PARTS {
            let (folder, items) = self.part(*digit);
            for item in items {
                fs::remove(&folder.join(item.name))?;
            }
            private::remove_if_empty(&folder);
        }
        for (name, text) in [TAG, IGNORE] {
            let path = self.folder.join(name);
            let ours = fs::read_bounded(&path, text.len() as u64, Links::Refuse);
            if ours.is_ok_and(|found| found.bytes == text.as_bytes()) {
                fs::remove(&path)?;
            }
        }
        private::remove_if_empty(&self.folder);
        Ok(content)
    }

    /// The files of one part that are the cache's.
    fn part(&self, digit: u8) -> (PathBuf, Vec<Item>) {
        let folder = self.folder.join(char::from(digit).to_string());
        let mut items = private::list(&folder, LISTED).unwrap_or_default();
        items.retain(|item| item.is_temporary() || is_name(&item.name));
        (folder, items)
    }

    fn path(&self, key: &Digest) -> PathBuf {
        let (part, name) = names(key);
        self.folder.join(part).join(name)
    }
}

/// The part that an entry lies in, and its name there.
fn names(key: &Digest) -> (String, String) {
    let mut part = key.to_string();
    let name = part.split_off(1);
    (part, name)
}

fn is_name(name: &str) -> bool {
    name.len() == 2 * Digest::BYTES - 1 && name.bytes().all(|byte| PARTS.contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn store(folder: &Path, bounds: Bounds) -> Store {
        Store::open(folder.join("cache"), bounds).unwrap()
    }

    fn key(number: u32) -> Digest {
        Digest::of(&number.to_le_bytes())
    }

    #[test]
    fn what_was_kept_is_found_and_can_be_removed() {
        let folder = tempfile::tempdir().unwrap();
        let cache = store(folder.path(), Bounds::default());
        assert_eq!((cache.get(&key(1)), cache.content()), (None, Content::default()));
        assert_eq!(cache.clean().unwrap(), Content::default());
        for number in 0..100 {
            cache.put(&key(number), &number.to_le_bytes()).unwrap();
        }
        cache.tidy();
        for number in 0..100 {
            assert_eq!(cache.get(&key(number)).as_deref(), Some(number.to_le_bytes().as_slice()));
        }
        assert_eq!((cache.get(&key(100)), cache.content()), (None, Content { entries: 100, bytes: 100 * 44 }));
        assert!(fs::exists(&folder.path().join("cache/CACHEDIR.TAG")));
        assert_eq!(cache.clean().unwrap().entries, 100);
        assert!(!fs::exists(&folder.path().join("cache")));
    }

    #[test]
    fn cleaning_leaves_what_is_not_ours() {
        let folder = tempfile::tempdir().unwrap();
        let cache = store(folder.path(), Bounds::default());
        cache.put(&key(1), b"value").unwrap();
        let (part, _) = names(&key(1));
        let (inner, outer) = (cache.folder.join(part).join("notes"), cache.folder.join("notes"));
        for path in [&inner, &outer, &cache.folder.join(".gitignore")] {
            fs::write_atomic(path, b"mine").unwrap();
        }
        cache.clean().unwrap();
        assert!(fs::exists(&inner) && fs::exists(&outer) && fs::exists(&cache.folder.join(".gitignore")));
        assert_eq!((cache.get(&key(1)), cache.content()), (None, Content::default()));
    }

    #[test]
    fn the_oldest_entries_go_and_a_large_one_is_not_kept() {
        let folder = tempfile::tempdir().unwrap();
        let bounds = Bounds { entry: 1_000, bytes: 10_000, entries: 20 };
        let cache = store(folder.path(), bounds);
        let all: Vec<Digest> = (0..2_000).map(key).collect();
        let part: Vec<&Digest> = all.iter().filter(|key| key.to_string().starts_with('a')).take(60).collect();
        cache.put(part[0], &[0; 960]).unwrap();
        cache.put(part[1], &[0; 961]).unwrap();
        assert!(cache.get(part[0]).is_some() && cache.get(part[1]).is_none());
        for (age, key) in part.iter().enumerate().rev() {
            cache.put(key, &[0; 60]).unwrap();
            let file = std::fs::OpenOptions::new().append(true).open(cache.path(key)).unwrap();
            let ago = std::time::Duration::from_secs(100 * age as u64);
            file.set_modified(file.metadata().unwrap().modified().unwrap() - ago).unwrap();
        }
        cache.tidy();
        let left: Vec<usize> = (0..part.len()).filter(|at| cache.get(part[*at]).is_some()).collect();
        assert_eq!(left, (0..20).collect::<Vec<_>>(), "as many as may be there");
        for key in &part[..20] {
            cache.put(key, &[0; 900]).unwrap();
        }
        cache.tidy();
        let content = cache.content();
        assert_eq!((content.entries, content.bytes), (10, 9_400), "as large as it may be");
    }

    #[test]
    fn what_was_broken_off_goes_after_a_while() {
        let folder = tempfile::tempdir().unwrap();
        let cache = store(folder.path(), Bounds::default());
        cache.put(&key(1), b"value").unwrap();
        let part = cache.folder.join(names(&key(1)).0);
        let (old, new) = (part.join(".new-old"), part.join(".new-new"));
        for path in [&old, &new] {
            fs::write_atomic(path, b"half").unwrap();
        }
        let file = std::fs::OpenOptions::new().append(true).open(&old).unwrap();
        file.set_modified(std::time::UNIX_EPOCH).unwrap();
        cache.tidy();
        assert!(!fs::exists(&old) && fs::exists(&new) && cache.get(&key(1)).is_some());
    }

    #[test]
    fn an_entry_of_another_key_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let cache = store(folder.path(), Bounds::default());
        cache.put(&key(1), b"value").unwrap();
        cache.put(&key(2), b"other").unwrap();
        std::fs::copy(cache.path(&key(1)), cache.path(&key(2))).unwrap();
        assert_eq!(cache.get(&key(2)), None);
        assert_eq!(cache.get(&key(1)).as_deref(), Some(b"value".as_slice()));
    }
}
