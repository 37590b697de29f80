//! Names of packages: those that everybody knows, and those that only look like one.

use std::collections::BTreeSet;
use std::sync::LazyLock;

/// Packages that are downloaded most, and those of Flask's surroundings.
static KNOWN: LazyLock<Vec<&'static str>> = LazyLock::new(|| include_str!("known.txt").lines().collect());
/// Honest packages whose names are one letter away from those.
static NEAR: LazyLock<BTreeSet<&'static str>> = LazyLock::new(|| include_str!("near.txt").lines().collect());

/// Names shorter than this are one letter apart by chance.
const SHORTEST: usize = 5;
const LONGEST: usize = 60;

/// The well-known package that a name, in its normal form, is taken for.
pub(super) fn taken_for(name: &str) -> Option<&'static str> {
    if !(SHORTEST..=LONGEST).contains(&name.len()) || KNOWN.binary_search(&name).is_ok() || NEAR.contains(name) {
        return None;
    }
    let joined = |name: &str| name.replace('-', "");
    KNOWN.iter().copied().find(|known| {
        // The extension of an author may well be called like another one with one more word.
        let apart = known.len().abs_diff(name.len()) <= 1 && strsim::osa_distance(known, name) == 1;
        apart || joined(known) == joined(name)
    })
}

/// Packages that build, test, or check, and that a running site does not need.
pub(super) fn is_tool(name: &str) -> bool {
    matches!(
        name,
        "setuptools"
            | "wheel"
            | "pip"
            | "build"
            | "twine"
            | "hatchling"
            | "flit-core"
            | "poetry"
            | "poetry-core"
            | "tox"
            | "nox"
            | "pytest"
            | "coverage"
            | "mock"
            | "hypothesis"
            | "black"
            | "isort"
            | "flake8"
            | "pylint"
            | "mypy"
            | "ruff"
            | "bandit"
            | "pyright"
            | "autopep8"
            | "pre-commit"
            | "ipdb"
            | "sphinx"
    ) || ["pytest-", "flake8-", "types-", "sphinx-"].iter().any(|start| name.starts_with(start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_in_order_and_share_nothing() {
        assert!(KNOWN.is_sorted() && KNOWN.len() > 200);
        assert!(NEAR.iter().all(|name| KNOWN.binary_search(name).is_err()));
    }

    #[test]
    fn names_that_only_look_like_known_ones_are_seen() {
        for (name, expected) in [
            ("requests", None),
            ("reqeusts", Some("requests")),
            ("requestss", Some("requests")),
            ("flask-logins", Some("flask-login")),
            ("flasklogin", Some("flask-login")),
            ("pyjwt", None),
            ("flask-wicara", None),
            ("pilow", Some("pillow")),
            ("six", None),
        ] {
            assert_eq!(taken_for(name), expected, "{name}");
        }
    }
}
