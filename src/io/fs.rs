//! Files: bounded reads that never block, and atomic writes.
#![expect(clippy::disallowed_methods, reason = "this is the door to the file system")]

use std::ffi::OsString;
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use super::buffer::{About, Buffer};

/// What a name in a folder stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Link,
    /// Anything else, in words (`named pipe`, `socket`, `device`).
    Special(&'static str),
}

/// One name in a folder.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The name alone.
    pub name: OsString,
    /// What it is; links are not followed.
    pub kind: Kind,
}

/// Whether the last part of a path may be a symbolic link.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Links {
    /// It may; for paths that a person named.
    Follow,
    /// It may not; for names that were found.
    Refuse,
}

/// A file's bytes.
#[derive(Clone, Debug)]
pub struct Contents {
    /// All of them, or the first ones for [`read_head`].
    pub bytes: Vec<u8>,
    /// The size that the file system says.
    pub size: u64,
    /// Whether any execute bit is set.
    pub executable: bool,
}

/// Why a file was not read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// Larger than the bound.
    #[error("it has {size} bytes; at most {limit} are read")]
    TooLarge {
        /// Its size, or where reading stopped if that is more.
        size: u64,
        /// The bound.
        limit: u64,
    },
    /// Neither a file nor a link to one.
    #[error("it is a {0}, not a file")]
    NotAFile(&'static str),
    /// The system refused.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads a whole file of at most `limit` bytes. Never blocks on a pipe or a device, never reads
/// more than the bound even if the file grows meanwhile.
///
/// # Errors
///
/// When it is larger, no regular file, or cannot be read.
pub fn read_bounded(path: &Path, limit: u64, links: Links) -> Result<Contents, ReadError> {
    let mut buffer = Buffer::default();
    let About { size, executable } = read_into(&mut buffer, path, limit, links)?;
    Ok(Contents { bytes: buffer.into_bytes(), size, executable })
}

/// Does the same as [`read_bounded`] in a buffer that is there.
///
/// # Errors
///
/// When the file is larger, no regular file, or cannot be read.
pub fn read_into(buffer: &mut Buffer, path: &Path, limit: u64, links: Links) -> Result<About, ReadError> {
    buffer.clear();
    let (file, about) = opened(path, links)?;
    if about.size > limit {
        return Err(ReadError::TooLarge { size: about.size, limit });
    }
    buffer.fill(&file, about.size, limit.saturating_add(1))?;
    match buffer.bytes().len() as u64 {
        size if size > limit => Err(ReadError::TooLarge { size, limit }),
        _ => Ok(about),
    }
}

/// Reads the first `limit` bytes of a file of any size.
///
/// # Errors
///
/// When it is no regular file, or cannot be read.
pub fn read_head(path: &Path, limit: u64, links: Links) -> Result<Contents, ReadError> {
    let mut buffer = Buffer::default();
    let (About { size, executable }, _) = read_head_or_all(&mut buffer, path, limit, 0, links, |_| false)?;
    Ok(Contents { bytes: buffer.into_bytes(), size, executable })
}

/// Reads the first `head` bytes of a file of any size. Where `worth` says so of them, and the file has at most `limit`
/// bytes, reads the rest as well: the second value tells whether it did.
///
/// # Errors
///
/// When it is no regular file, or cannot be read.
pub fn read_head_or_all(
    buffer: &mut Buffer,
    path: &Path,
    head: u64,
    limit: u64,
    links: Links,
    worth: impl FnOnce(&[u8]) -> bool,
) -> Result<(About, bool), ReadError> {
    buffer.clear();
    let (file, about) = opened(path, links)?;
    buffer.fill(&file, about.size, head)?;
    if about.size > limit || !worth(buffer.bytes()) {
        return Ok((about, false));
    }
    let before = buffer.bytes().len();
    buffer.fill(&file, about.size, limit.saturating_add(1))?;
    let whole = buffer.bytes().len() as u64 <= limit;
    if !whole {
        // It grew meanwhile.
        buffer.truncate(before);
    }
    Ok((about, whole))
}

fn opened(path: &Path, links: Links) -> Result<(File, About), ReadError> {
    let (file, meta) = open(path, links)?;
    Ok((file, About { size: meta.len(), executable: is_executable(&meta) }))
}

pub(super) fn open(path: &Path, links: Links) -> Result<(File, Metadata), ReadError> {
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        let refuse = if links == Links::Refuse { libc::O_NOFOLLOW } else { 0 };
        options.custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | refuse);
    }
    #[cfg(not(unix))]
    if links == Links::Refuse && fs::symlink_metadata(path)?.is_symlink() {
        return Err(ReadError::NotAFile("symbolic link"));
    }
    let file = options.open(path)?;
    let meta = file.metadata()?;
    match kind_of(meta.file_type()) {
        Kind::File => Ok((file, meta)),
        Kind::Folder => Err(ReadError::NotAFile("folder")),
        Kind::Link => Err(ReadError::NotAFile("symbolic link")),
        Kind::Special(what) => Err(ReadError::NotAFile(what)),
    }
}

/// The names in a folder, sorted; at most `limit` of them, and whether there were more.
///
/// # Errors
///
/// When it is no folder, or cannot be read.
pub fn list(folder: &Path, limit: usize) -> io::Result<(Vec<Entry>, bool)> {
    let mut entries = Vec::new();
    for entry in fs::read_dir(folder)? {
        if entries.len() == limit {
            return Ok((sorted(entries), true));
        }
        let entry = entry?;
        entries.push(Entry { kind: kind_of(entry.file_type()?), name: entry.file_name() });
    }
    Ok((sorted(entries), false))
}

fn sorted(mut entries: Vec<Entry>) -> Vec<Entry> {
    entries.sort_unstable_by(|a, b| a.name.cmp(&b.name));
    entries
}

/// What a path is.
///
/// # Errors
///
/// When it is not there, or a folder above it may not be entered.
pub fn kind(path: &Path, links: Links) -> io::Result<Kind> {
    let meta = match links {
        Links::Follow => fs::metadata(path)?,
        Links::Refuse => fs::symlink_metadata(path)?,
    };
    Ok(kind_of(meta.file_type()))
}

/// Whether something is there, be it a link to nowhere.
#[must_use]
pub fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// The absolute path without links.
///
/// # Errors
///
/// When it is not there, or its links go round in a circle.
pub fn canonical(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path)
}

/// Writes a whole file at once: readers see the old content or the new, never half of it.
/// Follows a link to its target and keeps the mode of a file that is replaced. A device or pipe (`/dev/null`,
/// `/dev/stdout`, `>(…)` of a shell) is written to, never replaced.
///
/// # Errors
///
/// When the folder cannot be written to or the disk is full; the old file is then untouched.
pub fn write_atomic(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if fs::metadata(path).is_ok_and(|meta| !meta.is_file() && !meta.is_dir()) {
        return fs::OpenOptions::new().write(true).open(path)?.write_all(bytes);
    }
    let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    builder.prefix(".wicara-tool-").suffix(".tmp");
    // A temporary file is for its owner alone; a new file gets what the process's mask leaves of 0666.
    #[cfg(unix)]
    let builder = {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(fs::Permissions::from_mode(0o666))
    };
    let mut temporary = builder.tempfile_in(folder)?;
    temporary.write_all(bytes)?;
    if let Ok(meta) = fs::metadata(&target) {
        temporary.as_file().set_permissions(meta.permissions())?;
    }
    temporary.as_file().sync_all()?;
    temporary.persist(&target).map_err(|error| error.error)?;
    Ok(())
}

/// Makes a folder and those above it.
///
/// # Errors
///
/// What the system says.
pub fn create_folders(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// Removes a file; one that is not there is no error.
///
/// # Errors
///
/// What the system says.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

fn kind_of(kind: fs::FileType) -> Kind {
    if kind.is_file() {
        return Kind::File;
    }
    if kind.is_dir() {
        return Kind::Folder;
    }
    if kind.is_symlink() {
        return Kind::Link;
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if kind.is_fifo() {
            return Kind::Special("named pipe");
        }
        if kind.is_socket() {
            return Kind::Special("socket");
        }
    }
    Kind::Special("device")
}

#[cfg(unix)]
fn is_executable(meta: &Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    meta.permissions().mode() & 0o111 != 0
}

#[cfg(not(unix))]
fn is_executable(_: &Metadata) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reading_stops_at_the_bound() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        write_atomic(&path, b"12345").unwrap();
        assert_eq!(read_bounded(&path, 5, Links::Refuse).unwrap().bytes, b"12345");
        let error = read_bounded(&path, 4, Links::Refuse).unwrap_err();
        assert!(matches!(error, ReadError::TooLarge { size: 5, limit: 4 }), "{error}");
        assert_eq!(read_head(&path, 2, Links::Refuse).unwrap().bytes, b"12");
        assert!(matches!(read_bounded(folder.path(), 9, Links::Follow), Err(ReadError::NotAFile("folder"))));
    }

    #[cfg(unix)]
    #[test]
    fn a_write_keeps_the_mode_follows_links_and_leaves_nothing_else() {
        use std::os::unix::fs::{PermissionsExt as _, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("a"), folder.path().join("link"));
        write_atomic(&path, b"old").unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o600, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o754)).unwrap();
        symlink("a", &link).unwrap();
        write_atomic(&link, b"new").unwrap();
        assert_eq!(kind(&link, Links::Refuse).unwrap(), Kind::Link);
        let contents = read_bounded(&path, 9, Links::Refuse).unwrap();
        assert_eq!((contents.bytes.as_slice(), contents.executable), (b"new".as_slice(), true));
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o754);
        assert_eq!(list(folder.path(), 9).unwrap().0.len(), 2);
        assert!(read_bounded(&link, 9, Links::Refuse).is_err(), "a link is not read where links are refused");
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert!(!exists(&path) && exists(&link));
    }
}
