//! The documents say what is so: generated pages, the outputs that they show, and their links.
//!
//! `WICARA_UPDATE=1` rewrites what is generated or shown.

mod console;
mod links;
mod pitfalls;
mod rules;

use std::path::{Path, PathBuf};
use std::{env, fs};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// README, the files beside it, and the guides: path from the root, and text.
fn pages() -> Vec<(String, String)> {
    let mut pages = Vec::new();
    for folder in ["", "docs"] {
        for entry in fs::read_dir(root().join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let path = if folder.is_empty() { name } else { format!("{folder}/{name}") };
            if path.ends_with(".md") {
                let text = fs::read_to_string(root().join(&path)).unwrap();
                pages.push((path, text));
            }
        }
    }
    pages.sort();
    assert!(pages.len() > 8, "{pages:?}");
    pages
}

fn updating() -> bool {
    env::var_os("WICARA_UPDATE").is_some()
}

/// Compares a generated text with its file, or rewrites the file.
fn same(path: &str, text: &str) {
    let full: &Path = &root().join(path);
    let found = fs::read_to_string(full).unwrap_or_default();
    if updating() {
        fs::write(full, text).unwrap();
    } else {
        let at = found.lines().zip(text.lines()).position(|(a, b)| a != b);
        let at = at.unwrap_or_else(|| found.lines().count().min(text.lines().count()));
        assert!(
            found == text,
            "{path}:{}: `{}` should be `{}`; WICARA_UPDATE=1 cargo test docs writes it anew",
            at + 1,
            found.lines().nth(at).unwrap_or_default(),
            text.lines().nth(at).unwrap_or_default()
        );
    }
}
