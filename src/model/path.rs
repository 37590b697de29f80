//! Paths inside a plugin.

use std::fmt;

/// A relative path with `/` between its parts that cannot leave its root:
/// never absolute, without `.`, `..`, empty parts, backslashes, NUL or a drive.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelPath(String);

impl RelPath {
    /// The path, if it is one that stays inside.
    #[must_use]
    pub fn new(path: &str) -> Option<Self> {
        let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
        let bad = path.is_empty()
            || drive
            || path.contains(['\\', '\0'])
            || path.split('/').any(|part| matches!(part, "" | "." | ".."));
        if bad { None } else { Some(Self(path.to_owned())) }
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    #[must_use]
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The folder it lies in; empty at the root.
    #[must_use]
    pub fn parent(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(parent, _)| parent)
    }

    /// What follows the last dot of the file name, if there is one.
    #[must_use]
    pub fn extension(&self) -> Option<&str> {
        self.file_name().rsplit_once('.').map(|(_, extension)| extension)
    }
}

impl fmt::Display for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for RelPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_leaves_the_root_is_a_rel_path() {
        for bad in ["", "/a", "a/../b", "..", ".", "a//b", "a\\b", "c:/x", "C:x", "a/./b", "a/", "a\0b"] {
            assert!(RelPath::new(bad).is_none(), "{bad:?} was accepted");
        }
        let path = RelPath::new("templates/x/page.html").unwrap();
        assert_eq!((path.parent(), path.file_name(), path.extension()), ("templates/x", "page.html", Some("html")));
    }
}
