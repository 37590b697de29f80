//! Files: their sizes, names, first lines, and what may stand in a `mod.rs`.

use syn::{File, Item};

use super::{files, none};

/// The most lines that a file may have, tests included.
const MOST: usize = 400;

#[test]
fn files_are_short_and_say_what_they_are() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", &[".rs"]).into_iter().chain(files("tests", &[".rs"])) {
        let lines = text.lines().count();
        if lines > MOST {
            wrong.push(format!("{path}: {lines} lines; {MOST} is the most"));
        }
        if !text.starts_with("//! ") {
            wrong.push(format!("{path}: starts without a `//!` line"));
        }
        let name = path.rsplit('/').next().unwrap_or_default();
        if ["utils", "util", "helpers", "helper", "common", "misc"].contains(&name.trim_end_matches(".rs")) {
            wrong.push(format!("{path}: a name that says nothing"));
        }
    }
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
