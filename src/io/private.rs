//! Files that only this user can have written: what others could have put there is not read.
#![expect(clippy::disallowed_methods, reason = "this is the door to the file system")]

use std::fs::{self, Metadata};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use super::fs::{Links, open};

/// What a temporary file's name starts with.
const TEMPORARY: &str = ".new-";

/// Why a folder is not this user's alone.
#[derive(Debug, thiserror::Error)]
pub enum Refusal {
    /// Somebody else owns it.
    #[error("it belongs to another user")]
    Foreign,
    /// Its mode lets others write.
    #[error("others may write to it")]
    Open,
    /// A file, or something else.
    #[error("it is no folder")]
    NotAFolder,
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// A file in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// The name alone.
    pub name: String,
    /// Its size.
    pub bytes: u64,
    /// When it was last written to or [refreshed](refresh), in seconds since 1970-01-01 UTC.
    pub modified: u64,
}

impl Item {
    /// Whether it is what a [write](write()) leaves behind that was broken off.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        self.name.starts_with(TEMPORARY)
    }
}

/// Whether nobody but this user can write to a folder, as far as the system knows owners and modes.
///
/// # Errors
///
/// When others can, when it is no folder, and when it is not there.
pub fn check_folder(path: &Path) -> Result<(), Refusal> {
    let meta = fs::metadata(path)?;
    if !meta.is_dir() {
        return Err(Refusal::NotAFolder);
    }
    check(&meta)
}

#[cfg(unix)]
#[allow(unsafe_code, reason = "the standard library does not say who runs the process")]
fn check(meta: &Metadata) -> Result<(), Refusal> {
    use std::os::unix::fs::MetadataExt as _;
    // SAFETY: it takes nothing and cannot fail.
    let user = unsafe { libc::geteuid() };
    if meta.uid() != user {
        return Err(Refusal::Foreign);
    }
    if meta.mode() & 0o022 != 0 {
        return Err(Refusal::Open);
    }
    Ok(())
}

#[cfg(not(unix))]
fn check(_: &Metadata) -> Result<(), Refusal> {
    Ok(())
}

/// Makes a folder and those above it, for this user alone.
///
/// # Errors
///
/// What the system says.
pub fn create_folders(path: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(path)
}

/// Reads a file of at most `limit` bytes, and when it was last written to; `None` when it is not there, when others
/// can have written it, and when it cannot be read.
#[must_use]
pub fn read(path: &Path, limit: u64) -> Option<(Vec<u8>, u64)> {
    let (file, meta) = open(path, Links::Refuse).ok()?;
    check(&meta).ok()?;
    let mut bytes = Vec::with_capacity(usize::try_from(meta.len().min(limit)).ok()?.saturating_add(1));
    file.take(limit.saturating_add(1)).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= limit).then(|| (bytes, modified(&meta)))
}

/// Writes a whole file at once, for this user alone: readers see nothing, the old content, or the new. Does not wait for
/// the disk, so that the file may be damaged after a power cut.
///
/// # Errors
///
/// What the system says.
pub fn write(folder: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    // A temporary file is for its owner alone.
    let mut temporary = tempfile::Builder::new().prefix(TEMPORARY).tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    temporary.persist(folder.join(name)).map_err(|error| error.error)?;
    Ok(())
}

/// The files in a folder, at most `limit` of them, in no order; others than files are passed over, and so are names that
/// are not UTF-8.
///
/// # Errors
///
/// When it is no folder, or cannot be read.
pub fn list(folder: &Path, limit: usize) -> io::Result<Vec<Item>> {
    let mut items = Vec::new();
    for entry in fs::read_dir(folder)?.take(limit) {
        let entry = entry?;
        // It may be gone already.
        let Ok(meta) = entry.metadata() else { continue };
        if let (true, Ok(name)) = (meta.is_file(), entry.file_name().into_string()) {
            items.push(Item { name, bytes: meta.len(), modified: modified(&meta) });
        }
    }
    Ok(items)
}

/// Notes that a file is in use, for [`Item::modified`].
pub fn refresh(path: &Path) {
    if let Ok(file) = fs::OpenOptions::new().append(true).open(path) {
        // It is a note, and no more.
        let _ = file.set_modified(SystemTime::now());
    }
}

/// Removes a folder if nothing is in it.
pub fn remove_if_empty(folder: &Path) {
    // That something is in it is the answer, too.
    let _ = fs::remove_dir(folder);
}

fn modified(meta: &Metadata) -> u64 {
    let time = meta.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
    time.map_or(0, |since| since.as_secs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_within_the_bound() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "a", b"12345").unwrap();
        write(folder.path(), "a", b"123456").unwrap();
        assert_eq!(read(&folder.path().join("a"), 6).unwrap().0, b"123456");
        assert_eq!(read(&folder.path().join("a"), 5), None);
        assert_eq!(read(&folder.path().join("b"), 5), None);
        assert_eq!(read(folder.path(), 5), None);
        let items = list(folder.path(), 9).unwrap();
        assert_eq!((items.len(), items[0].name.as_str(), items[0].bytes), (1, "a", 6));
        assert!(!items[0].is_temporary());
        assert_eq!(list(folder.path(), 0).unwrap(), []);
    }

    #[cfg(unix)]
    #[test]
    fn what_others_can_write_is_refused() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (inner, path) = (folder.path().join("x/y"), folder.path().join("x/y/a"));
        create_folders(&inner).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&folder.path().join("x")), mode(&inner)), (0o700, 0o700));
        assert!(check_folder(&inner).is_ok());
        write(&inner, "a", b"1").unwrap();
        assert_eq!(mode(&path), 0o600);
        let change = |path: &Path, mode| fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
        change(&path, 0o620);
        assert_eq!(read(&path, 9), None);
        change(&path, 0o640);
        assert!(read(&path, 9).is_some());
        symlink(&path, inner.join("link")).unwrap();
        assert_eq!(read(&inner.join("link"), 9), None, "links are not followed");
        for mode in [0o770, 0o707, 0o777] {
            change(&inner, mode);
            assert!(matches!(check_folder(&inner), Err(Refusal::Open)), "{mode:o}");
        }
        change(&inner, 0o755);
        assert!(check_folder(&inner).is_ok());
        assert!(matches!(check_folder(&path), Err(Refusal::NotAFolder)));
        assert!(matches!(check_folder(&inner.join("none")), Err(Refusal::Io(_))));
        // Only the system's administrator can give files away.
        if std::os::unix::fs::chown(&path, Some(12_345), None).is_ok() {
            assert_eq!(read(&path, 9), None);
            std::os::unix::fs::chown(&inner, Some(12_345), None).unwrap();
            assert!(matches!(check_folder(&inner), Err(Refusal::Foreign)));
        }
    }

    #[test]
    fn a_refreshed_file_is_new() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), "a", b"1").unwrap();
        let path = folder.path().join("a");
        fs::OpenOptions::new().append(true).open(&path).unwrap().set_modified(UNIX_EPOCH).unwrap();
        assert_eq!(read(&path, 9).unwrap().1, 0);
        refresh(&path);
        assert!(read(&path, 9).unwrap().1 > 1_000_000_000);
    }
}
