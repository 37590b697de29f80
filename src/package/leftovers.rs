//! Files and folders that do not belong into a plugin, seen by their names.

use crate::model::{Finding, Plugin, RelPath, RuleId};
use crate::rules::id;

/// A kind of folder that is not read.
#[derive(Clone, Copy, Debug)]
pub struct LeftOut {
    /// What it is, for the record of files.
    pub reason: &'static str,
    /// The rule against shipping it.
    pub shipped: RuleId,
}

/// Folders that are no part of a plugin, by their name alone.
#[must_use]
pub fn left_out(name: &str) -> Option<LeftOut> {
    let (reason, shipped) = match name {
        ".git" | ".hg" | ".svn" | ".bzr" => ("version control data", id::VERSION_CONTROL_DATA),
        "__pycache__" => ("byte code that Python makes again", id::COMPILED_FILE),
        ".mypy_cache" | ".pytest_cache" | ".ruff_cache" | ".wicara_cache" | ".tox" | ".nox" | ".cache"
        | ".ipynb_checkpoints" => ("a tool's cache", id::STRAY_FILE),
        ".vscode" | ".idea" => ("an editor's settings", id::STRAY_FILE),
        "__MACOSX" => ("data of the macOS archiver", id::STRAY_FILE),
        _ => return None,
    };
    Some(LeftOut { reason, shipped })
}

/// What is wrong with having a file of this name, with so many bytes, in a plugin, if anything.
#[must_use]
pub fn judge(path: &RelPath, size: u64) -> Option<(RuleId, String)> {
    let name = path.file_name();
    if size > 0
        && let Some(what) = secret(path.as_str(), name)
    {
        return Some((id::SECRET_FILE, format!("`{path}` is {what}, and goes wherever the plugin goes")));
    }
    stray(name).map(|what| (id::STRAY_FILE, format!("`{path}` is {what}, and no part of the plugin")))
}

fn secret(path: &str, name: &str) -> Option<&'static str> {
    let lower = name.to_lowercase();
    let example = ["example", "sample", "template", "dist", "defaults"];
    if lower == ".env" || lower.strip_prefix(".env.").is_some_and(|end| !example.iter().any(|word| end.contains(word)))
    {
        return Some("a file of environment variables");
    }
    if path.ends_with(".aws/credentials") {
        return Some("a credentials file");
    }
    Some(match lower.as_str() {
        "id_rsa" | "id_dsa" | "id_ecdsa" | "id_ed25519" => "a private key",
        ".netrc" | "_netrc" | ".pgpass" | ".pypirc" | ".git-credentials" | ".htpasswd" => "a credentials file",
        _ => match lower.rsplit_once('.').map_or("", |(_, extension)| extension) {
            "p12" | "pfx" | "jks" | "keystore" | "kdbx" => "a key store",
            _ => return None,
        },
    })
}

fn stray(name: &str) -> Option<&'static str> {
    let ends = |end: &str| name.len() > end.len() && name.ends_with(end);
    if matches!(name, ".DS_Store" | "Thumbs.db" | "desktop.ini" | ".directory") || name.starts_with("._") {
        return Some("a leftover of the desktop");
    }
    if ends("~") || ends(".swp") || ends(".swo") || name.starts_with(".#") || (name.starts_with('#') && ends("#")) {
        return Some("a leftover of an editor");
    }
    (ends(".orig") || ends(".rej") || ends(".bak")).then_some("a leftover of a merge or an edit")
}

/// Whether a file is one whose text [`uncollected_tests`] reads.
#[must_use]
pub fn is_test(path: &RelPath) -> bool {
    path.file_name().starts_with("test_") && path.extension() == Some("py")
}

/// Tests that the host's test runner passes over: written for it, in a folder that is no package.
#[must_use]
pub fn uncollected_tests(plugin: &Plugin) -> Vec<Finding> {
    let mut folders: Vec<(&str, usize)> = Vec::new();
    for file in plugin.files.iter().filter(|file| is_test(&file.path)) {
        let for_the_runner = file
            .source()
            .is_some_and(|source| source.text().contains("unittest") || source.text().contains("app.plugins.testing"));
        let Some(gap) = folder_without_init(plugin, file.path.parent()) else { continue };
        if for_the_runner {
            match folders.iter_mut().find(|(folder, _)| *folder == gap) {
                Some((_, count)) => *count += 1,
                None => folders.push((gap, 1)),
            }
        }
    }
    folders
        .into_iter()
        .map(|(folder, count)| {
            let files = if count == 1 { "1 test file".to_owned() } else { format!("{count} test files") };
            let message =
                format!("the host's test runner does not see {files} in `{folder}`, which has no `__init__.py`");
            Finding::whole(id::TESTS_NOT_COLLECTED, plugin, folder, message)
                .help(format!("Add an empty `{folder}/__init__.py`."))
        })
        .collect()
}

/// The outermost folder on the way down to `folder` that is no package.
fn folder_without_init<'a>(plugin: &Plugin, folder: &'a str) -> Option<&'a str> {
    let ends = folder.match_indices('/').map(|(at, _)| at).chain([folder.len()]);
    ends.map(|end| &folder[..end])
        .find(|part| !part.is_empty() && plugin.file(&format!("{part}/__init__.py")).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(path: &str, size: u64) -> &'static str {
        judge(&RelPath::new(path).unwrap(), size).map_or("", |(rule, _)| rule.as_str())
    }

    #[test]
    fn leftovers_are_told_from_honest_files() {
        for (path, size, expected) in [
            (".env", 5, "secret-file"),
            ("conf/.env.production", 5, "secret-file"),
            (".env", 0, ""),
            (".env.example", 4, ""),
            (".environment", 1, ""),
            ("deploy/server.pem", 9, ""),
            ("id_rsa", 9, "secret-file"),
            ("_speed.cpython-311-x86_64-linux-gnu.so", 9, ""),
            (".DS_Store", 1, "stray-file"),
            ("plugin.py~", 0, "stray-file"),
            ("plugin.py.orig", 0, "stray-file"),
            (".gitignore", 5, ""),
            ("README.md", 3, ""),
            ("LICENSE", 3, ""),
        ] {
            assert_eq!(rule(path, size), expected, "{path} {size}");
        }
    }
}
