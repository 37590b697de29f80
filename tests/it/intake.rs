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

fn git(folder: &Path, arguments: &[&str]) {
    let status = std::process::Command::new("git")
        .args(["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "init.defaultBranch=main"])
        .args(arguments)
        .current_dir(folder)
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("GIT_CONFIG_SYSTEM", "/dev/null")
        .output()
        .unwrap();
    assert!(status.status.success(), "git {arguments:?}: {}", String::from_utf8_lossy(&status.stderr));
}

/// `path status reason` of the records that were not read.
fn left_out(intake: &Intake) -> Vec<String> {
    let left = intake.files.iter().filter_map(|record| Some(format!("{}: {}", record.path, record.reason.as_ref()?)));
    left.collect()
}

const INIT: &str = "from app.plugins import BasePlugin\n";

#[test]
fn an_honest_plugin_in_a_work_tree_has_no_finding() {
    let tree = Tree::new(&[
        (".gitignore", "__pycache__/\n.env\n*.log\n/build/\n.venv/\n"),
        ("__init__.py", INIT),
        ("__pycache__/plugin.cpython-311.pyc", "x"),
        (".env", "KEY=secret"),
        ("debug.log", "x"),
        ("build/lib/__init__.py", "broken("),
        (".venv/pyvenv.cfg", "x"),
        (".venv/lib/x.py", "broken("),
        (".pytest_cache/x", "x"),
        (".vscode/settings.json", "{}"),
        ("node_modules/left-pad/index.js", "x"),
        ("tests/__init__.py", ""),
        ("tests/test_a.py", "import unittest"),
        ("README.md", "x"),
    ]);
    git(&tree.path(), &["init", "-q"]);
    let intake = tree.load(&["."]);
    assert_eq!(findings(&intake), [""; 0]);
    let ignored = "left out by an ignore file of git";
    assert_eq!(
        left_out(&intake),
        [
            format!(".env: {ignored}"),
            ".git/: version control data".to_owned(),
            ".pytest_cache/: a tool's cache".to_owned(),
            format!(".venv/: {ignored}"),
            ".vscode/: an editor's settings".to_owned(),
            "__pycache__/: byte code that Python makes again".to_owned(),
            format!("build/: {ignored}"),
            format!("debug.log: {ignored}"),
            "node_modules/: packages of Node.js".to_owned(),
        ]
    );
    let options = Options { ignore_files: false, ..Options::default() };
    let intake = load(&[PathBuf::from(".")], &options, &tree.path());
    assert_eq!(findings(&intake), ["secret-file .env"]);
    assert!(intake.files.iter().any(|record| record.path == "build/lib/__init__.py"));
}

#[test]
fn what_git_tracks_is_judged_whatever_the_ignore_files_say() {
    for version in ["2", "3", "4"] {
        let tree = Tree::new(&[
            (".gitignore", "evil.py\nhidden/\n__pycache__/\n"),
            ("evil.py", "x = 1"),
            ("__init__.py", INIT),
            ("hidden/tracked.py", "x = 1"),
            ("hidden/untracked.py", "x = 1"),
            ("a-rather-long-name-that-shares-its-beginning-1.py", ""),
            ("a-rather-long-name-that-shares-its-beginning-2.py", ""),
            ("__pycache__/x.cpython-311.pyc", "x"),
        ]);
        git(&tree.path(), &["init", "-q"]);
        git(&tree.path(), &["config", "index.version", version]);
        git(&tree.path(), &["add", "-f", "evil.py", "hidden/tracked.py", "__pycache__"]);
        git(&tree.path(), &["add", "."]);
        if version == "3" {
            git(&tree.path(), &["update-index", "--skip-worktree", "evil.py"]);
        }
        let intake = tree.load(&["."]);
        let read = |path: &str| intake.groups[0].plugins[0].file(path).is_some_and(|file| file.source().is_some());
        assert!(read("evil.py") && read("hidden/tracked.py") && !read("hidden/untracked.py"), "index {version}");
        assert_eq!(findings(&intake), ["compiled-file __pycache__"], "byte code that git tracks");
    }
}

#[test]
fn ignore_files_count_from_the_root_of_the_work_tree() {
    let tree = Tree::new(&[
        (".gitignore", "installed/*\n!installed/kept/\n*.tmp.py\n"),
        ("installed/kept/__init__.py", INIT),
        ("installed/kept/x.tmp.py", "x"),
        ("installed/kept/sub/.gitignore", "!x.tmp.py\ny.py\n"),
        ("installed/kept/sub/x.tmp.py", "x"),
        ("installed/kept/sub/y.py", "y"),
        ("installed/other/__init__.py", INIT),
    ]);
    git(&tree.path(), &["init", "-q"]);
    tree.write(".git/info/exclude", b"z.py\n");
    tree.write("installed/kept/z.py", b"z");
    let intake = tree.load(&["installed"]);
    assert_eq!(groups(&intake), ["[installed/kept=kept]"]);
    let ignored = "left out by an ignore file of git";
    let expected = ["installed/kept/sub/y.py", "installed/kept/x.tmp.py", "installed/kept/z.py", "installed/other/"];
    assert_eq!(left_out(&intake), expected.map(|path| format!("{path}: {ignored}")));
    let named = tree.load(&["installed/other/__init__.py"]);
    assert_eq!(groups(&named), ["installed/other=other"], "what is named is judged");
    tree.write(".gitignore", b"installed/*\n");
    let none = tree.load(&["installed"]);
    assert!(none.errors[0].help.contains("--no-ignore"), "{:?}", none.errors);
}

#[test]
fn a_site_is_known_by_its_root() {
    let tree = Tree::new(&[
        ("app/__init__.py", "def create_app(): pass\n"),
        ("app/plugins/__init__.py", "from .base import BasePlugin\n"),
        ("app/plugins/installed/README.md", "x"),
        ("app/plugins/installed/a/__init__.py", INIT),
        ("app/plugins/installed/a/plugin.py", INIT),
    ]);
    for typed in [".", "app", "app/plugins", "app/plugins/installed"] {
        assert_eq!(groups(&tree.load(&[typed])), ["[app/plugins/installed/a=a]"], "{typed}");
    }
    assert_eq!(groups(&tree.load(&["app/plugins/installed/a/plugin.py"])), ["app/plugins/installed/a=a"]);
    tree.write("app/plugins/installed/__init__.py", b"");
    assert_eq!(groups(&tree.load(&["app/plugins/installed/a/plugin.py"])), ["app/plugins/installed/a=a"]);
    assert_eq!(groups(&tree.load(&["app/plugins/installed"])), ["[app/plugins/installed/a=a]"]);
}

#[test]
fn packages_inside_a_plugin_are_no_plugins() {
    let tree = Tree::new(&[
        ("p/__init__.py", "from .core.main import P\n"),
        ("p/core/__init__.py", ""),
        ("p/core/main.py", INIT),
        ("p/core/plugin.py", INIT),
        ("q/__init__.py", INIT),
        ("q/vendored/__init__.py", INIT),
        ("q/vendored/plugin.json", "{}"),
        ("tests/__init__.py", ""),
    ]);
    assert_eq!(groups(&tree.load(&["p/core/main.py"])), ["p=p"]);
    assert_eq!(groups(&tree.load(&["p/core"])), ["p=p"]);
    assert_eq!(groups(&tree.load(&["q/vendored/__init__.py"])), ["q/vendored=vendored"], "it has a manifest");
    assert_eq!(groups(&tree.load(&["."])), ["[p=p q=q]"]);
}

#[test]
fn tests_that_the_host_passes_over_are_told() {
    let unit = "import unittest\n";
    let tree = Tree::new(&[
        ("a/__init__.py", INIT),
        ("a/tests/test_a.py", unit),
        ("a/tests/test_b.py", "from app.plugins.testing import PluginTestCase\n"),
        ("b/__init__.py", INIT),
        ("b/tests/test_a.py", "import pytest\n"),
        ("c/__init__.py", INIT),
        ("c/tests/__init__.py", ""),
        ("c/tests/unit/test_a.py", unit),
        ("d/__init__.py", INIT),
        ("d/test_a.py", unit),
    ]);
    assert_eq!(findings(&tree.load(&["."])), ["tests-not-collected a/tests", "tests-not-collected c/tests/unit"]);
}
