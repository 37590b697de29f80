//! Paths as people see them.

use std::path::{Component, Path, PathBuf};

use crate::io::fs;
use crate::package::escaped;

/// A typed path as an absolute one without `.` parts; with `..` in it, as the system resolves it.
pub(super) fn absolute(typed: &Path, cwd: &Path) -> PathBuf {
    let joined = cwd.join(typed);
    if joined.components().any(|part| part == Component::ParentDir)
        && let Ok(path) = fs::canonical(&joined)
    {
        return path;
    }
    joined.components().collect()
}

/// The path relative to the working directory, with `/`; with leading `..` when it lies elsewhere
/// and was typed relative, absolute when it was not.
pub(super) fn shown(path: &Path, cwd: &Path, typed_relative: bool) -> String {
    if let Ok(inside) = path.strip_prefix(cwd) {
        let text = joined(inside);
        return if text.is_empty() { ".".to_owned() } else { text };
    }
    if !typed_relative {
        return format!("/{}", joined(path)).replace("//", "/");
    }
    let shared = path.components().zip(cwd.components()).take_while(|(a, b)| a == b).count();
    let up = cwd.components().count() - shared;
    let down: PathBuf = path.components().skip(shared).collect();
    let mut parts = vec!["..".to_owned(); up];
    if !down.as_os_str().is_empty() {
        parts.push(joined(&down));
    }
    parts.join("/")
}

fn joined(path: &Path) -> String {
    let parts: Vec<String> = path
        .components()
        .filter_map(|part| match part {
            Component::Normal(name) => Some(escaped(name)),
            Component::Prefix(prefix) => Some(escaped(prefix.as_os_str())),
            Component::RootDir | Component::CurDir | Component::ParentDir => None,
        })
        .collect();
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_shown_from_the_working_directory() {
        let cwd = Path::new("/home/me/site");
        for (path, relative, expected) in [
            ("/home/me/site", true, "."),
            ("/home/me/site/app/x", true, "app/x"),
            ("/home/me/site/app/x", false, "app/x"),
            ("/home/me/other/x", true, "../other/x"),
            ("/home/me", true, ".."),
            ("/srv/x", false, "/srv/x"),
            ("/srv/x", true, "../../../srv/x"),
        ] {
            assert_eq!(shown(Path::new(path), cwd, relative), expected, "{path}");
        }
        assert_eq!(absolute(Path::new("./a/./b/"), cwd), Path::new("/home/me/site/a/b"));
    }
}
