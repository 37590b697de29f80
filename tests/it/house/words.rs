//! Words that must not be in the product: places of one machine, notes to oneself, and left-overs.

use std::fs;

use super::{files, none, root};

/// Cut in two, so that this file does not hold them.
const FORBIDDEN: &[(&str, &str)] = &[
    ("/wo", "rk/"),
    ("/tm", "p/"),
    ("/ro", "ot/"),
    ("TO", "DO"),
    ("FIX", "ME"),
    ("lorem", " ipsum"),
    ("<<<<", "<<<"),
    (">>>>", ">>>"),
];

/// Files that hold such a word for a reason: path, word, reason.
const EXCEPTIONS: &[(&str, &str, &str)] = &[
    (
        "fixtures/rules/export-file-missing.py",
        concat!("/tm", "p/"),
        "the place of every machine where a plugin may write",
    ),
    ("src/scan/python/commands.rs", concat!("/tm", "p/"), "programs there are what a rule is about"),
    ("src/scan/python/looks.rs", concat!("/tm", "p/"), "files there are what a rule is about"),
    ("src/scan/python/texts.rs", concat!("/tm", "p/"), "files there are what a rule is about"),
    ("fixtures/rules/persistence.py", concat!("/tm", "p/"), "what a job of an attacker names"),
    ("fixtures/rules/predictable-temp-file.py", concat!("/tm", "p/"), "files there are what the rule is about"),
    ("fixtures/rules/temporary-program.py", concat!("/tm", "p/"), "programs there are what the rule is about"),
    ("src/scan/python/paths.rs", concat!("/tm", "p/"), "temporary files lie there on every machine"),
];

#[test]
fn no_left_overs_and_no_places_of_one_machine() {
    let mut all = Vec::new();
    for (folder, ends) in [
        ("src", &[".rs", ".txt"][..]),
        ("rules", &[".toml"]),
        ("fixtures", &[".py", ".json", ".html", ".toml"]),
        ("tests", &[".rs", ".py", ".sh"]),
        ("docs", &[".md", ".toml"]),
    ] {
        all.extend(files(folder, ends));
    }
    for entry in fs::read_dir(root()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_file() && [".md", ".toml", ".yaml", ".rs"].iter().any(|end| name.ends_with(end)) {
            all.push((name, fs::read_to_string(&path).unwrap()));
        }
    }
    all.push((".ci/run".to_owned(), fs::read_to_string(root().join(".ci/run")).unwrap()));
    let mut wrong = Vec::new();
    for (path, text) in all {
        for (at, line) in text.lines().enumerate() {
            for word in FORBIDDEN.iter().map(|(a, b)| format!("{a}{b}")) {
                let excused = EXCEPTIONS.iter().any(|(file, excused, _)| *file == path && *excused == word);
                if line.contains(&word) && !excused {
                    wrong.push(format!("{path}:{}: `{word}`", at + 1));
                }
            }
        }
    }
    none(&wrong);
}
