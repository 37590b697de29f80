//! Files: their sizes, names, first lines, and what may stand in a `mod.rs`.

use syn::{File, Item};

use super::{files, none};

/// The most lines that a file may have, tests included.
const MOST: usize = 400;

/// Files that are longer, the most lines they may have, and why.
const LONGER: &[(&str, usize, &str)] = &[
    ("src/source/python/syntax.rs", 700, "To be split by what it is about."),
    ("src/source/python/values/builtins.rs", 800, "To be split by what it is about."),
    ("src/source/python/values/calls.rs", 700, "To be split by what it is about."),
    ("src/source/python/values/classes.rs", 600, "To be split by what it is about."),
    ("src/source/python/values/exprs.rs", 700, "To be split by what it is about."),
    ("src/source/python/values/interp.rs", 600, "To be split by what it is about."),
    ("src/source/python/values/stmts.rs", 700, "To be split by what it is about."),
    ("src/source/python/values/value.rs", 600, "To be split by what it is about."),
];

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut wrong = Vec::new();
    let mut longer: Vec<&str> = LONGER.iter().map(|(path, _, _)| *path).collect();
    for (path, text) in files("src", &[".rs"]).into_iter().chain(files("tests", &[".rs"])) {
        let lines = text.lines().count();
        let most = LONGER.iter().find(|(other, _, _)| *other == path).map_or(MOST, |(_, most, _)| *most);
        longer.retain(|other| *other != path || lines <= MOST);
        if lines > most {
            wrong.push(format!("{path}: {lines} lines; {most} is the most"));
        }
        if !text.starts_with("//! ") {
            wrong.push(format!("{path}: starts without a `//!` line"));
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        if ["utils", "util", "helpers", "helper", "common", "misc"].contains(&name.trim_end_matches(".rs")) {
            wrong.push(format!("{path}: a name that says nothing"));
        }
    }
    wrong.extend(longer.iter().map(|path| format!("{path}: short enough by now, or gone; take it out of LONGER")));
    wrong.extend(
        LONGER.iter().filter(|(_, _, why)| !why.ends_with('.')).map(|(path, ..)| format!("{path}: says no reason")),
    );
    none(&wrong);
}

/// `mod.rs` files with code, and why.
const WITH_CODE: &[(&str, &str)] = &[("src/contract/checks/mod.rs", "The list of the checks, in their order.")];

#[test]
fn mod_files_hold_no_code() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", &["mod.rs"]) {
        let file: File = syn::parse_file(&text).unwrap_or_else(|error| panic!("{path}: {error}"));
        let code = file.items.iter().filter(|item| match item {
            Item::Mod(module) => module.content.is_some(),
            Item::Use(_) => false,
            _ => true,
        });
        if code.count() > 0 && !WITH_CODE.iter().any(|(other, _)| *other == path) {
            wrong.push(format!("{path}: has more than documentation, `mod`, and `use`"));
        }
    }
    none(&wrong);
}
