//! The texts of the rules, and that each rule is reported by something.

use wicara_tool::rules::RuleSet;

use super::{files, none};

/// Whether a text ends as a sentence, or with a block of code.
fn ends_well(text: &str) -> bool {
    let text = text.trim_end();
    [".", "?", "!", ".)", "```"].iter().any(|end| text.ends_with(end))
}

#[test]
fn rules_are_written_in_whole_sentences() {
    let rules = RuleSet::embedded();
    let mut wrong = Vec::new();
    for id in rules.ids() {
        let rule = rules.get(id);
        let mut say = |what: &str| wrong.push(format!("{id}: {what}"));
        let title = rule.title.as_str();
        if title.is_empty() || title.ends_with('.') || title.trim() != title || title.chars().count() > 80 {
            say("the title must be a short phrase without a full stop");
        }
        for (name, text) in [("why", &rule.why), ("help", &rule.help)] {
            if text.trim().chars().count() < 10 || !ends_well(text) {
                say(&format!("`{name}` must be whole sentences"));
            }
            if text.lines().any(|line| line.trim_start().contains("  ") || line.contains(" ,")) {
                say(&format!("`{name}` has a space too many"));
            }
        }
        if rule.host_says.as_ref().is_some_and(|said| said.trim().is_empty() || said.contains("...")) {
            say("`host-says` is empty, or has dots instead of `…`");
        }
        let reference = |text: &String| {
            text.starts_with("https://")
                || text.strip_prefix("CWE-").is_some_and(|number| number.parse::<u32>().is_ok())
        };
        if !rule.references.iter().all(reference) {
            say("a reference is a CWE number or an https address");
        }
        if !rule.pitfalls.is_sorted() {
            say("`pitfalls` must be sorted");
        }
        if rule.since != "0.1.0" && !rule.since.split('.').all(|part| part.parse::<u32>().is_ok()) {
            say("`since` must be a version");
        }
    }
    none(&wrong);
}

#[test]
fn every_rule_is_reported_by_something() {
    let rules = RuleSet::embedded();
    let mut code = String::new();
    for (path, text) in files("src", &[".rs"]) {
        if !path.starts_with("src/rules/") {
            code.push_str(text.split("#[cfg(test)]").next().unwrap_or_default());
        }
    }
    let whole = |name: &str| {
        code.match_indices(name).any(|(at, _)| {
            let after = code[at + name.len()..].chars().next().unwrap_or(' ');
            !(after.is_ascii_alphanumeric() || after == '_')
        })
    };
    let mut wrong = Vec::new();
    // What a rule matches by itself no code names.
    for id in rules.ids().filter(|id| rules.get(*id).matches.is_empty()) {
        let constant = id.as_str().replace('-', "_").to_uppercase();
        if !whole(&format!("id::{constant}")) && !whole(&format!("    {constant}")) && !whole(&format!("{{{constant}"))
        {
            wrong.push(format!("{id}: no code reports id::{constant}"));
        }
    }
    none(&wrong);
}
