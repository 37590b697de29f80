//! The paths that git tracks, from its index file. Ignore files do not count for these.

use std::path::Path;

use crate::io::fs::{self, Links, ReadError};

/// The tracked paths.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Tracked {
    /// Sorted, with `/`, from the root of the work tree.
    Paths(Vec<Vec<u8>>),
    /// The index is there and cannot be read: any file may be tracked.
    Unknown,
}

const LARGEST: u64 = 64 * 1024 * 1024;

impl Tracked {
    pub(super) fn read(index: &Path) -> Self {
        match fs::read_bounded(index, LARGEST, Links::Refuse) {
            Ok(contents) => parse(&contents.bytes).map_or(Self::Unknown, Self::Paths),
            Err(ReadError::Io(error)) if error.kind() == std::io::ErrorKind::NotFound => Self::Paths(Vec::new()),
            Err(_) => Self::Unknown,
        }
    }

    /// Whether the path is a tracked file, or a folder with one below.
    pub(super) fn has(&self, path: &Path) -> bool {
        let Self::Paths(paths) = self else { return true };
        let parts: Vec<&[u8]> = path.components().map(|part| part.as_os_str().as_encoded_bytes()).collect();
        let file = parts.join(&b'/');
        let folder = [file.as_slice(), b"/"].concat();
        let at = paths.partition_point(|tracked| tracked.as_slice() < folder.as_slice());
        paths.get(at).is_some_and(|tracked| tracked.starts_with(&folder)) || paths.binary_search(&file).is_ok()
    }
}

/// Fixed part of an entry: times, ids, sizes, a 20-byte object name, flags.
const FIXED: usize = 62;
const EXTENDED: u16 = 0x4000;

/// Versions 2 to 4. `None` for what is damaged, or kept in another file (a split index).
fn parse(bytes: &[u8]) -> Option<Vec<Vec<u8>>> {
    let number = |at: usize| Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let version = number(4)?;
    if !bytes.starts_with(b"DIRC") || !(2..=4).contains(&version) {
        return None;
    }
    let count = number(8)?;
    let mut paths: Vec<Vec<u8>> = Vec::new();
    let mut at = 12;
    for _ in 0..count {
        let flags = u16::from_be_bytes(bytes.get(at + FIXED - 2..at + FIXED)?.try_into().ok()?);
        let mut name = at + FIXED + if flags & EXTENDED == 0 { 0 } else { 2 };
        let mut path = Vec::new();
        if version == 4 {
            let (dropped, next) = offset(bytes, name)?;
            let previous = paths.last().map_or(&[][..], Vec::as_slice);
            path.extend_from_slice(previous.get(..previous.len().checked_sub(dropped)?)?);
            name = next;
        }
        let length = bytes.get(name..)?.iter().position(|byte| *byte == 0)?;
        path.extend_from_slice(&bytes[name..name + length]);
        paths.push(path);
        at = if version == 4 { name + length + 1 } else { at + (name - at + length + 8) / 8 * 8 };
    }
    // Extensions: four letters and a length. One with a small first letter changes what the entries mean.
    const CHECKSUM: usize = 20;
    while at + 8 + CHECKSUM <= bytes.len() {
        if bytes[at].is_ascii_lowercase() {
            return None;
        }
        at = at.checked_add(8)?.checked_add(number(at + 4)? as usize)?;
    }
    paths.sort_unstable();
    Some(paths)
}

/// Git's number of varying length: how many bytes of the previous path to drop.
fn offset(bytes: &[u8], mut at: usize) -> Option<(usize, usize)> {
    let mut byte = *bytes.get(at)?;
    let mut value = usize::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        at += 1;
        byte = *bytes.get(at)?;
        value = value.checked_add(1)?.checked_mul(128)? | usize::from(byte & 0x7f);
    }
    Some((value, at + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_index_tracks_everything() {
        for bytes in [b"".as_slice(), b"DIRC", b"DIRC\0\0\0\x02\0\0\0\x01", b"DIRC\0\0\0\x09\0\0\0\0", b"nonsense"] {
            assert_eq!(parse(bytes), None, "{bytes:?}");
        }
        assert_eq!(parse(b"DIRC\0\0\0\x02\0\0\0\0"), Some(Vec::new()));
        assert!(Tracked::Unknown.has(Path::new("x")));
    }

    #[test]
    fn files_and_folders_are_found_by_whole_names() {
        let tracked = Tracked::Paths(["a-b/x", "a/b/c.py", "a0"].map(|path| path.as_bytes().to_vec()).to_vec());
        for (path, expected) in [
            ("a", true),
            ("a/b", true),
            ("a/b/c.py", true),
            ("a-b", true),
            ("a0", true),
            ("a/c", false),
            ("a/b/c", false),
        ] {
            assert_eq!(tracked.has(Path::new(path)), expected, "{path}");
        }
    }
}
