//! `docs/pitfalls.toml` and the rules' `pitfalls` agree; `docs/pitfalls.md` and the README's sentence follow.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;

use serde::Deserialize;
use wicara_tool::rules::RuleSet;

use super::{root, same};

#[derive(Deserialize)]
struct Section {
    title: String,
    #[serde(flatten)]
    rows: BTreeMap<String, Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Row {
    what: String,
    #[serde(default)]
    rules: BTreeSet<String>,
    #[serde(default)]
    not_static: Option<String>,
}

fn sections() -> Vec<(String, Section)> {
    let text = fs::read_to_string(root().join("docs/pitfalls.toml")).unwrap();
    let sections: BTreeMap<String, Section> = toml::from_str(&text).unwrap();
    let mut sections: Vec<_> = sections.into_iter().collect();
    // As in the file: a plugin is found, then its class, and so on.
    sections.sort_by_key(|(letter, _)| text.find(&format!("\n[{letter}]\n")));
    sections
}

/// Row → rules whose files name it.
fn claimed() -> BTreeMap<String, BTreeSet<String>> {
    let rules = RuleSet::embedded();
    let mut claimed: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for id in rules.ids() {
        for row in &rules.get(id).pitfalls {
            claimed.entry(row.clone()).or_default().insert(id.as_str().to_owned());
        }
    }
    claimed
}

#[test]
fn every_row_has_the_rules_that_claim_it_or_a_reason() {
    let mut claimed = claimed();
    let mut wrong = Vec::new();
    for (letter, section) in sections() {
        for (id, row) in &section.rows {
            let theirs = claimed.remove(id).unwrap_or_default();
            if !id.starts_with(&letter) {
                wrong.push(format!("{id}: in the wrong section"));
            }
            if row.rules != theirs {
                wrong.push(format!("{id}: {:?} here, {theirs:?} in rules/", row.rules));
            }
            let reason = row.not_static.as_deref().map(str::trim);
            if row.rules.is_empty() == reason.is_none_or(|reason| !reason.ends_with('.')) {
                wrong.push(format!("{id}: needs either rules or a reason in a full sentence"));
            }
        }
    }
    wrong.extend(claimed.keys().map(|id| format!("{id}: in rules/, not in docs/pitfalls.toml")));
    assert!(wrong.is_empty(), "{wrong:#?}");
}

const START: &str = "<!-- coverage -->\n";
const END: &str = "\n<!-- /coverage -->";

#[test]
fn the_page_and_the_sentence_of_the_readme_are_up_to_date() {
    let rules = RuleSet::embedded();
    let sections = sections();
    let rows = || sections.iter().flat_map(|(_, section)| section.rows.values());
    let (all, visible) = (rows().count(), rows().filter(|row| row.not_static.is_none()).count());
    let covered = rows().filter(|row| !row.rules.is_empty()).count();
    let sentence = format!(
        "Of {all} proven pitfalls, {visible} can be seen without running the plugin, and {covered} of those have a rule."
    );
    let mut page = format!(
        "# Pitfalls of the host\n\n<!-- Generated from docs/pitfalls.toml and rules/; WICARA_UPDATE=1 cargo test docs writes it anew. -->\n\n\
         Each row was proven by running the real host (`kaqfa/wicara` at `e71afbc`, Python 3.11). {sentence}\n\
         [rules.md](rules.md) lists the rules and says why a row has none; `wicara-tool explain RULE` says what the host does and what to do.\n"
    );
    for (_, section) in &sections {
        let _ = write!(page, "\n## {}\n\n| Row | What | Rules |\n|---|---|---|\n", section.title);
        for (id, row) in &section.rows {
            let seen = match &row.not_static {
                Some(_) => "[none](rules.md#pitfalls-without-a-rule)".to_owned(),
                None => links(&rules, &row.rules),
            };
            let _ = writeln!(page, "| {id} | {} | {seen} |", row.what);
        }
    }
    same("docs/pitfalls.md", &page);

    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let (before, rest) = readme.split_once(START).expect("README.md marks the sentence");
    let (_, after) = rest.split_once(END).expect("README.md marks the end of the sentence");
    same("README.md", &format!("{before}{START}{sentence}{END}{after}"));
}

/// The rows that no rule covers: id, what, and why none can.
pub(super) fn without_a_rule() -> Vec<(String, String, String)> {
    let rows = sections().into_iter().flat_map(|(_, section)| section.rows);
    rows.filter_map(|(id, row)| Some((id, row.what, row.not_static?.trim().to_owned()))).collect()
}

fn links(rules: &RuleSet, ids: &BTreeSet<String>) -> String {
    let link = |id: &String| {
        let family = rules.find(id).map_or("", |id| rules.family(id));
        format!("[{id}](rules.md#{family})")
    };
    ids.iter().map(link).collect::<Vec<_>>().join(", ")
}
