//! Turns `rules/<family>/<rule-id>.toml` into a table and one constant per rule.
//!
//! The files are embedded as text and parsed when a rule is needed, so that a run
//! without findings parses none of them. The constants make a misspelt rule id a
//! compile error, and a rule that no code reports a dead-code warning.
//!
//! Also gives the build a name by everything that it is made from: what one build keeps for later runs, another one
//! must not take for its own.

#![expect(clippy::disallowed_methods, reason = "a build script looks at the project directly")]

use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hasher as _};
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let root = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    for input in INPUTS.iter().chain(TABLE_INPUTS) {
        println!("cargo::rerun-if-changed={input}");
    }
    let rules = hash(&root, TABLE_INPUTS)?;
    let rest = hash(&root, INPUTS)?;
    println!(
        "cargo::rustc-env=WICARA_TOOL_BUILD={rules:016x}{rest:016x}-{}-{}",
        variable("TARGET")?,
        variable("PROFILE")?
    );

    // Most changes are not to the rules, and reading them all takes longer than everything else here.
    let out = PathBuf::from(variable("OUT_DIR")?);
    let (table, stamp) = (out.join("rule_table.rs"), out.join("rule_table.stamp"));
    let made_from = format!("{rules} {}", root.display());
    if table.is_file() && fs::read_to_string(&stamp).is_ok_and(|stamp| stamp == made_from) {
        return Ok(());
    }
    fs::write(table, rule_table(&root)?)?;
    fs::write(stamp, made_from)
}

/// What the table of rules is made from, and with.
const TABLE_INPUTS: &[&str] = &["rules", "fixtures/rules", "build.rs"];
/// What the rest of the program is made from.
const INPUTS: &[&str] = &["src", "Cargo.toml", "Cargo.lock"];

/// A hash over the names and contents of files and of everything in folders.
fn hash(root: &Path, inputs: &[&str]) -> io::Result<u64> {
    let mut hasher = DefaultHasher::new();
    let mut left: Vec<PathBuf> = inputs.iter().map(|input| root.join(input)).collect();
    while let Some(path) = left.pop() {
        if path.is_dir() {
            left.extend(entries(&path)?);
        } else if path.is_file() {
            let bytes = fs::read(&path)?;
            hasher.write(path.strip_prefix(root).unwrap_or(&path).to_string_lossy().as_bytes());
            hasher.write_usize(bytes.len());
            hasher.write(&bytes);
        }
    }
    Ok(hasher.finish())
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(io::Error::other)
}

fn rule_table(root: &Path) -> io::Result<String> {
    let mut rules = Vec::new();
    let mut hosts = Vec::new();
    let mut flows = Vec::new();
    for family in entries(&root.join("rules"))? {
        let family_name = name(&family);
        for file in entries(&family)? {
            let Some(stem) = name(&file).strip_suffix(".toml").map(str::to_owned) else {
                continue;
            };
            if family_name == "host" {
                hosts.push((stem, file));
            } else if family_name == "flow" {
                flows.push((stem, file));
            } else {
                rules.push((stem, family_name.clone(), file));
            }
        }
    }
    rules.sort();
    hosts.sort();
    flows.sort();

    let mut out = String::new();
    out.push_str("/// Rule ids, one constant per file in `rules/`.\npub mod id {\n    use super::RuleId;\n");
    for (id, _, file) in &rules {
        // What a rule matches by itself no code names.
        if fs::read_to_string(file)?.contains("\n[[match]]") {
            continue;
        }
        let constant = id.replace('-', "_").to_uppercase();
        let _ = writeln!(out, "    /// `{id}`\n    pub(crate) const {constant}: RuleId = RuleId::known({id:?});");
    }
    out.push_str("}\npub(super) static SOURCES: &[RuleSource] = &[\n");
    for (id, family, file) in &rules {
        let fixture = root.join("fixtures/rules").join(format!("{id}.py"));
        let fixture = if fixture.is_file() { format!("Some(include_str!({:?}))", fixture) } else { "None".to_owned() };
        let _ = writeln!(
            out,
            "    RuleSource {{ id: {id:?}, family: {family:?}, toml: include_str!({file:?}), fixture: {fixture} }},"
        );
    }
    // What every run reads is kept as JSON, which is read in a tenth of the time.
    out.push_str("];\n/// The files in `rules/host/`, as JSON.\npub(super) static HOSTS: &[(&str, &str)] = &[\n");
    for (version, file) in &hosts {
        let _ = writeln!(out, "    ({version:?}, {:?}),", json(file, &table(file)?)?);
    }
    out.push_str("];\n");
    out.push_str("/// The files in `rules/flow/`, as JSON.\npub(super) static FLOWS: &[(&str, &str)] = &[\n");
    for (name, file) in &flows {
        let _ = writeln!(out, "    ({name:?}, {:?}),", json(file, &table(file)?)?);
    }
    out.push_str("];\n");
    // What a rule matches is read in every run, what it says only for a finding: they are kept apart.
    out.push_str("/// The `[[match]]` parts, as JSON.\npub(super) static MATCHES: &[(&str, &str)] = &[\n");
    for (id, _, file) in &rules {
        if let Some(parts) = table(file)?.get("match") {
            let _ = writeln!(out, "    ({id:?}, {:?}),", json(file, parts)?);
        }
    }
    out.push_str("];\n");
    Ok(out)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<io::Result<_>>()?;
    found.sort();
    Ok(found)
}

fn name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn table(file: &Path) -> io::Result<toml::Table> {
    let text = fs::read_to_string(file)?;
    text.parse().map_err(|error| io::Error::other(format!("{}: {error}", file.display())))
}

fn json(file: &Path, value: &impl serde::Serialize) -> io::Result<String> {
    serde_json::to_string(value).map_err(|error| io::Error::other(format!("{}: {error}", file.display())))
}
