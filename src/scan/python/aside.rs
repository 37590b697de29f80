//! Which files are tests, and so never run on a site.

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
    members.iter().map(|member| !is_aside(member) || is_imported(member, members)).collect()
}

/// Whether nothing on a site runs a file unless another one names it.
fn is_aside(member: &Member<'_>) -> bool {
    let path = member.file.path.as_str();
    is_test(path) || path == "setup.py"
}

/// Whether a line of another file speaks of importing this one.
fn is_imported(member: &Member<'_>, members: &[Member<'_>]) -> bool {
    let path = member.file.path.as_str();
    let stem = path.strip_suffix(".py").unwrap_or(path);
    let names: Vec<&str> = stem.split('/').filter(|part| *part != "__init__").collect();
    let others = members.iter().filter(|other| !is_aside(other)).filter_map(|other| other.file.source());
    let mut lines = others.flat_map(|source| source.text().lines());
    lines.any(|line| {
        let mut words = line.split(|c: char| !(c.is_alphanumeric() || c == '_'));
        line.contains("import") && words.any(|word| names.contains(&word))
    })
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
