//! `Cargo.toml`: where crates come from, and what runs during a build.

use toml::{Table, Value};

use crate::model::{Confidence, Finding, Plugin, PluginFile, Span};
use crate::rules::id;

/// Findings in one file.
const MOST: usize = 25;

/// Judges a manifest of Cargo.
pub(super) fn check(plugin: &Plugin, file: &PluginFile, text: &str, found: &mut Vec<Finding>) {
    let Some(manifest) = read(text) else { return };
    let mut count = 0;
    let mut sections: Vec<(&str, &Table)> = Vec::new();
    let tables = ["dependencies", "build-dependencies", "patch"];
    for (name, value) in &manifest {
        match (name.as_str(), value) {
            ("target", Value::Table(targets)) => {
                let inner = targets.values().filter_map(Value::as_table).flatten();
                sections.extend(inner.filter_map(|(name, value)| Some((name.as_str(), value.as_table()?))));
            }
            ("workspace", Value::Table(workspace)) => {
                sections.extend(
                    workspace.get("dependencies").and_then(Value::as_table).map(|table| ("dependencies", table)),
                );
            }
            ("patch", Value::Table(patches)) => {
                sections.extend(patches.values().filter_map(Value::as_table).map(|table| ("patch", table)));
            }
            (name, Value::Table(table)) => sections.push((name, table)),
            _ => {}
        }
    }
    for (_, table) in sections.into_iter().filter(|(name, _)| tables.contains(name)) {
        for (name, value) in table {
            let Some(message) = value.as_table().and_then(|value| foreign(name, value)) else { continue };
            count += 1;
            if count <= MOST {
                found.push(
                    Finding::at(id::CARGO_SOURCE, plugin, file, place(text, name), message)
                        .confidence(Confidence::High),
                );
            }
        }
    }
}

/// What is said of a crate that does not come from the registry, or not as it was reviewed.
fn foreign(name: &str, value: &Table) -> Option<String> {
    let text = |key: &str| value.get(key).and_then(Value::as_str);
    if let Some(address) = text("git") {
        let fixed = text("rev").is_some_and(|rev| rev.len() == 40);
        let shown: String = address.chars().take(80).collect();
        return (!fixed).then(|| format!("`{name}` is built from `{shown}`, whatever is there that day"));
    }
    let registry = text("registry-index").or_else(|| text("registry"))?;
    (registry != "crates-io").then(|| format!("`{name}` comes from the registry `{registry}`"))
}

fn read(text: &str) -> Option<Table> {
    text.trim_start_matches('\u{feff}').parse().ok()
}

/// Where a key stands first at the start of a line, or in the header of a table.
fn place(text: &str, name: &str) -> Span {
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_start();
        let key = body.strip_prefix(['"', '\'']).unwrap_or(body);
        let starts = key.strip_prefix(name).is_some_and(|rest| rest.starts_with([' ', '=', '.', '"', '\'']));
        let header = body.starts_with('[') && body.trim_end().trim_end_matches(']').ends_with(&format!(".{name}"));
        if starts || header {
            let start = at + line.len() - body.len();
            return Span::of(start..start + body.trim_end().len());
        }
        at += line.len();
    }
    Span::first_of(text)
}

/// Whether Cargo runs a file during the build.
pub(super) fn is_build_script(plugin: &Plugin, path: &str) -> bool {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let mut above = Some(folder);
    // The nearest manifest decides.
    while let Some(folder) = above {
        let at = if folder.is_empty() { "Cargo.toml".to_owned() } else { format!("{folder}/Cargo.toml") };
        if let Some(source) = plugin.file(&at).and_then(|file| file.source()) {
            let manifest = read(source.text());
            let package = manifest.as_ref().and_then(|manifest| manifest.get("package")).and_then(Value::as_table);
            return match package.and_then(|package| package.get("build")) {
                Some(Value::String(script)) => {
                    let script = script.trim_start_matches("./");
                    let whole = if folder.is_empty() { script.to_owned() } else { format!("{folder}/{script}") };
                    whole == path
                }
                Some(Value::Boolean(false)) => false,
                _ => path == at.replace("Cargo.toml", "build.rs"),
            };
        }
        above = match folder {
            "" => None,
            folder => Some(folder.rsplit_once('/').map_or("", |(above, _)| above)),
        };
    }
    name == "build.rs"
}
