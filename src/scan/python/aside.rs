//! Which files are tests, and so never run on a site.

use std::collections::BTreeSet;

use super::programs::Member;

/// Whether a file is one of tests, by the names that test runners look for.
pub(super) fn is_test(path: &str) -> bool {
    let (folders, name) = path.rsplit_once('/').unwrap_or(("", path));
    folders.split('/').any(|folder| matches!(folder, "tests" | "test" | "testing"))
        || name.starts_with("test_")
        || name.ends_with("_test.py")
        || name == "conftest.py"
}

/// For each file, whether it may run on a site: tests do when another file imports them.
pub(super) fn counted(members: &[Member<'_>]) -> Vec<bool> {
    let aside: Vec<bool> = members.iter().map(is_aside).collect();
    if !aside.contains(&true) {
        return vec![true; members.len()];
    }
    let others = members.iter().zip(&aside).filter(|(_, aside)| !**aside);
    let sources = others.filter_map(|(member, _)| member.file.source());
    let lines = sources.flat_map(|source| source.text().lines()).filter(|line| line.contains("import"));
    let words: BTreeSet<&str> =
        lines.flat_map(|line| line.split(|c: char| !(c.is_alphanumeric() || c == '_'))).collect();
    members.iter().zip(aside).map(|(member, aside)| !aside || is_named(member, &words)).collect()
}

/// Whether nothing on a site runs a file unless another one names it.
fn is_aside(member: &Member<'_>) -> bool {
    let path = member.file.path.as_str();
    is_test(path) || path == "setup.py"
}

/// Whether one of the words that others import is this file.
fn is_named(member: &Member<'_>, words: &BTreeSet<&str>) -> bool {
    let path = member.file.path.as_str();
    let stem = path.strip_suffix(".py").unwrap_or(path);
    let stem = stem.strip_suffix("/__init__").unwrap_or(stem);
    stem.rsplit('/').next().is_some_and(|name| words.contains(name))
}

#[cfg(test)]
mod tests {
    use super::is_test;

    #[test]
    fn tests_are_known_by_name() {
        for path in ["tests/a.py", "x/test/a.py", "test_a.py", "x/a_test.py", "conftest.py"] {
            assert!(is_test(path), "{path}");
        }
        for path in ["a.py", "testimonials/a.py", "contest.py", "attest.py"] {
            assert!(!is_test(path), "{path}");
        }
    }
}
