//! Path patterns of a settings file, relative to its folder.

use std::fmt;
use std::path::{Component, Path, PathBuf};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

/// Patterns and the folder that they start from.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    set: GlobSet,
    base: PathBuf,
    cwd: PathBuf,
    patterns: Vec<String>,
}

impl Scope {
    /// Compiles `patterns`. One without `/` counts at any depth, and each counts for all that lies
    /// below what it matches. `base` is the folder of the settings file, `cwd` the working directory.
    ///
    /// # Errors
    ///
    /// The index of the first pattern that is none, and why.
    pub fn new(patterns: &[String], base: &Path, cwd: &Path) -> Result<Self, (usize, String)> {
        let mut builder = GlobSetBuilder::new();
        for (at, pattern) in patterns.iter().enumerate() {
            let body = pattern.strip_prefix("./").unwrap_or(pattern).trim_end_matches('/');
            let anchored = match body.strip_prefix('/') {
                Some(rest) => rest.to_owned(),
                None if body.contains('/') => body.to_owned(),
                None => format!("**/{body}"),
            };
            if body.is_empty() {
                return Err((at, "the pattern is empty".to_owned()));
            }
            for glob in [anchored.clone(), format!("{anchored}/**")] {
                let glob = GlobBuilder::new(&glob).literal_separator(true).build();
                builder.add(glob.map_err(|error| (at, error.kind().to_string()))?);
            }
        }
        let set = builder.build().map_err(|error| (0, error.to_string()))?;
        Ok(Self { set, base: base.to_owned(), cwd: cwd.to_owned(), patterns: patterns.to_vec() })
    }

    /// Whether there are no patterns.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set.is_empty()
    }

    /// Whether a path, as shown to people, is meant.
    #[must_use]
    pub fn contains(&self, shown: &str) -> bool {
        if self.set.is_empty() {
            return false;
        }
        let full = plain(&self.cwd.join(shown));
        self.set.is_match(full.strip_prefix(&self.base).unwrap_or(&full))
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.patterns.join(", "))
    }
}

/// Without `.` and `..`, as far as that can be done without looking at the disk.
fn plain(path: &Path) -> PathBuf {
    let mut out = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => drop(out.pop()),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_start_at_the_settings_file_wherever_the_run_starts() {
        let patterns = ["tests", "old/*.py", "/top.py"].map(str::to_owned);
        let scope = Scope::new(&patterns, Path::new("/site"), Path::new("/site/plugins")).unwrap();
        for (path, inside) in [
            ("a/tests/test_x.py", true),
            ("tests", true),
            ("a/testsuite/x.py", false),
            ("../old/x.py", true),
            ("../old/deep/x.py", false),
            ("old/x.py", false),
            ("../top.py", true),
            ("top.py", false),
            ("/site/old/x.py", true),
        ] {
            assert_eq!(scope.contains(path), inside, "{path}");
        }
        assert_eq!(Scope::new(&["a".to_owned(), "[".to_owned()], Path::new("/"), Path::new("/")).unwrap_err().0, 1);
        assert!(Scope::default().is_empty() && !Scope::default().contains("x"));
    }
}
