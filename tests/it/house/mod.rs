//! The laws of the house: rooms, layers, sizes, words, and the texts of the rules.

mod layers;
mod rooms;
mod rules;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder whose name ends so: path from the root, with `/`, and text. Sorted.
fn files(folder: &str, ends: &[&str]) -> Vec<(String, String)> {
    fn walk(folder: &Path, ends: &[&str], out: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, ends, out);
            } else if ends.iter().any(|end| path.to_string_lossy().ends_with(end)) {
                let shown = path.strip_prefix(root()).unwrap().to_string_lossy().replace('\\', "/");
                out.push((shown, fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"))));
            }
        }
    }
    let mut out = Vec::new();
    walk(&root().join(folder), ends, &mut out);
    out.sort();
    assert!(!out.is_empty(), "nothing in {folder}");
    out
}

/// Fails with everything that is wrong.
#[track_caller]
fn none(wrong: &[String]) {
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}
