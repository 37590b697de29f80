//! Paths, folders, ZIPs.

use std::path::{Path, PathBuf};

use wicara_tool::intake::{InputFault, Intake, Options, load};

/// A folder of files, removed at the end.
pub(crate) struct Tree(tempfile::TempDir);

impl Tree {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let tree = Self(tempfile::tempdir().unwrap());
        for (path, text) in files {
            tree.write(path, text.as_bytes());
        }
        tree
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.0.path().canonicalize().unwrap()
    }

    pub(crate) fn write(&self, path: &str, bytes: &[u8]) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }

    pub(crate) fn load(&self, paths: &[&str]) -> Intake {
        let paths: Vec<PathBuf> = paths.iter().map(PathBuf::from).collect();
        load(&paths, &Options::default(), &self.path())
    }
}

/// Root and slug of each plugin, per group; collections in brackets.
fn groups(intake: &Intake) -> Vec<String> {
    let names = |group: &wicara_tool::intake::Group| {
        let names: Vec<_> = group.plugins.iter().map(|plugin| format!("{}={}", plugin.root, plugin.slug)).collect();
        if group.collection { format!("[{}]", names.join(" ")) } else { names.join(" ") }
    };
    intake.groups.iter().map(names).collect()
}

/// `rule path` of each finding.
pub(crate) fn findings(intake: &Intake) -> Vec<String> {
    intake.findings.iter().map(|finding| format!("{} {}", finding.rule, finding.place.path)).collect()
}

fn two_plugins() -> Tree {
    Tree::new(&[
        ("col/b/__init__.py", "from .plugin import B\n"),
        ("col/b/plugin.py", "class B: pass\n"),
        ("col/b/tests/test_b.py", "import unittest\n"),
        ("col/b/static/deep/x.css", "a{}"),
        ("col/a/__init__.py", "class A: pass\n"),
        ("col/a/plugin.json", "{}"),
        ("col/notes.txt", "notes"),
        ("col/empty/readme.md", "x"),
    ])
}

#[test]
fn a_path_is_a_plugin_a_collection_or_a_file_of_a_plugin() {
    let tree = two_plugins();
    for (paths, expected) in [
        (vec!["col/b"], vec!["col/b=b"]),
        (vec!["./col/b/"], vec!["col/b=b"]),
        (vec!["col/b/tests/test_b.py"], vec!["col/b=b"]),
        (vec!["col/b/tests"], vec!["col/b=b"]),
        (vec!["col/b/static/deep/x.css"], vec!["col/b=b"]),
        (vec!["col/b/plugin.py", "col/b/__init__.py", "col/b", "col/a/plugin.json"], vec!["col/a=a", "col/b=b"]),
        (vec!["col"], vec!["[col/a=a col/b=b]"]),
        (vec!["col/b/plugin.py", "col"], vec!["[col/a=a col/b=b]"]),
    ] {
        let intake = tree.load(&paths);
        assert_eq!(groups(&intake), expected, "{paths:?}");
        assert!(intake.errors.is_empty(), "{paths:?}: {:?}", intake.errors);
    }
    let records: Vec<String> = tree.load(&["col"]).files.into_iter().map(|record| record.path).collect();
    assert_eq!(
        records,
        [
            "col/a/__init__.py",
            "col/a/plugin.json",
            "col/b/__init__.py",
            "col/b/plugin.py",
            "col/b/static/deep/x.css",
            "col/b/tests/test_b.py",
            "col/empty/",
            "col/notes.txt"
        ],
        "nothing is skipped in silence"
    );
}

#[test]
fn the_working_directory_may_be_inside_the_plugin() {
    let tree = two_plugins();
    let inside = tree.path().join("col/b/static");
    for typed in ["..", ".", "../plugin.py", "deep/x.css"] {
        let intake = load(&[PathBuf::from(typed)], &Options::default(), &inside);
        assert_eq!(groups(&intake), ["..=b"], "{typed}");
        assert_eq!(intake.groups[0].plugins[0].shown("plugin.py"), "../plugin.py");
    }
    let intake = load(&[], &Options::default(), &tree.path().join("col/a"));
    assert_eq!(groups(&intake), [".=a"]);
    assert_eq!(intake.groups[0].plugins[0].shown("plugin.json"), "plugin.json");
    let intake = load(&[tree.path().join("col/a")], &Options::default(), Path::new("/nowhere"));
    assert_eq!(intake.groups[0].plugins[0].root, format!("{}/col/a", tree.path().display()));
}

#[test]
fn paths_without_a_plugin_are_errors_that_help() {
    let tree = two_plugins();
    tree.write("plain/x.txt", b"x");
    for (typed, fault, said, help) in [
        ("col/bb", InputFault::Missing, "there is no `col/bb`", "Did you mean `col/b`?"),
        ("col/notes.txt", InputFault::InNoPlugin, "belongs to no plugin", "Name a plugin folder"),
        (".", InputFault::NoPlugin, "there is no plugin in `.`", "There are plugins in `col`"),
        ("plain", InputFault::NoPlugin, "there is no plugin in `plain`", "`__init__.py`"),
    ] {
        let intake = tree.load(&[typed, "col/a"]);
        let [error] = intake.errors.as_slice() else { panic!("{typed}: {:?}", intake.errors) };
        assert_eq!(error.fault, fault, "{typed}");
        assert!(error.message.contains(said) && error.help.contains(help), "{typed}: {error:?}");
        assert_eq!(groups(&intake), ["col/a=a"], "the other paths are judged all the same");
    }
}
