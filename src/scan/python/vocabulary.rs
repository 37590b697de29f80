//! Which words of a rule the scanner understands, for rules that users bring along.

use crate::model::Faults;
use crate::rules::{OwnFile, OwnRules, Words, embedded_flow, read_own};

/// What `looks` may say.
pub(super) const LOOKS: [&str; 77] = [
    "answer-headers",
    "answer-location",
    "any-origin",
    "argument",
    "argv",
    "built",
    "carried-away",
    "code",
    "command-output",
    "csrf-name",
    "destroys",
    "drawn",
    "empty",
    "encrypted",
    "fast-hash",
    "fetches",
    "given-password",
    "headers",
    "host",
    "host-file",
    "host-header",
    "host-hole",
    "html",
    "http",
    "hub-name",
    "identity",
    "install",
    "kept-by-others",
    "key",
    "leak",
    "leak-answer",
    "local-url",
    "location",
    "maybe-html",
    "miner",
    "movable",
    "open-resources",
    "own-names",
    "page-path",
    "password",
    "password-inside",
    "password-text",
    "path",
    "payload",
    "public-file",
    "put-together",
    "remote-shell",
    "response",
    "rows",
    "script-text",
    "secret",
    "secret-name",
    "secret-value",
    "shell",
    "site-data",
    "site-key",
    "slow-pattern",
    "socket",
    "some",
    "sql",
    "sql-data",
    "startup",
    "startup-command",
    "startup-text",
    "system-log",
    "temp",
    "temp-program",
    "token",
    "typed-password",
    "unescaped",
    "unprefixed",
    "unquoted",
    "url",
    "visitor",
    "watched-visitor",
    "weak-hash",
    "whole",
];

/// Conditions that are one word.
const CONDITIONS: [&str; 23] = [
    "absent",
    "address:",
    "any-address:",
    "callable:",
    "constant",
    "database:",
    "derived:",
    "false",
    "foreign:",
    "image:",
    "list",
    "never",
    "none",
    "open-parser:",
    "path-like:",
    "present",
    "query:",
    "socket:",
    "text",
    "true",
    "unknown",
    "uploaded:",
    "walked:",
];

/// What may be said of the `context` of an event instead of an argument.
const CONTEXTS: [&str; 8] = ["!chosen", "!script", "class", "endless", "objects", "script", "text", "values"];

/// Reads the files of a folder of rules.
///
/// # Errors
///
/// Everything that is wrong in them.
pub fn read_rules(files: &[OwnFile]) -> Result<OwnRules, Faults> {
    let facts = embedded_flow();
    let mut labels: Vec<&str> = facts.source.iter().map(|source| source.label.as_str()).collect();
    labels.extend(facts.marks.iter().map(String::as_str));
    labels.sort_unstable();
    labels.dedup();
    read_own(files, Words { labels: &labels, looks: &LOOKS, condition: &is_condition })
}

/// Whether a condition of `where` is understood.
fn is_condition(about: &str, condition: &str) -> bool {
    if about == "context" {
        let trace = ["after ", "with ", "without ", "opened without "]
            .into_iter()
            .find_map(|word| condition.strip_prefix(word));
        return CONTEXTS.contains(&condition) || trace.is_some_and(|name| !name.is_empty());
    }
    condition.split(" or ").all(|one| {
        let one = one.strip_prefix('!').unwrap_or(one);
        let one = one.strip_prefix("always ").unwrap_or(one);
        let simple = CONDITIONS.contains(&one) || one == "walk:";
        let Some((what, wanted)) = one.split_once([':', '=', '<', '~', '&']) else { return simple };
        let sign = one[what.len()..].chars().next();
        simple
            || match (what, sign) {
                (
                    "path" | "within" | "in" | "has" | "left" | "runs" | "defines" | "narrows" | "made-with",
                    Some(':'),
                ) => !wanted.is_empty(),
                ("bare", Some(':')) => wanted.contains(' '),
                ("looks", Some(':')) => LOOKS.contains(&wanted),
                ("option", Some(':')) => wanted.ends_with("=false"),
                ("", Some('=')) => true,
                ("", Some('~')) => !wanted.is_empty(),
                ("", Some('<')) => wanted.parse::<i64>().is_ok(),
                ("", Some('&')) => i64::from_str_radix(wanted, 8).is_ok(),
                _ => false,
            }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::embedded_matches;

    #[test]
    fn the_words_of_all_built_in_rules_are_known() {
        for (rule, one) in embedded_matches() {
            let look = one.looks.as_str();
            assert!(look.is_empty() || LOOKS.contains(&look) || is_condition("", look), "{rule}: looks {look:?}");
            for (about, condition) in &one.conditions {
                assert!(is_condition(about, condition), "{rule}: where {about} = {condition:?}");
            }
        }
    }

    #[test]
    fn the_looks_are_those_that_the_scanner_tells_apart() {
        let code = include_str!("looks.rs");
        let body = code.split("fn looks(").nth(1).and_then(|rest| rest.split("\n}\n").next()).unwrap_or_default();
        let mut told: Vec<&str> = Vec::new();
        for line in body.lines().filter(|line| line.starts_with("        \"")) {
            told.extend(line.split(" =>").next().unwrap_or_default().split('"').skip(1).step_by(2));
        }
        told.retain(|word| !word.is_empty());
        told.sort_unstable();
        assert_eq!(told, LOOKS, "the table is sorted and whole");
    }

    #[test]
    fn conditions_that_say_nothing_are_refused() {
        for condition in
            ["", "treu", "<ten", "&9", "in:", "path:", "bare:a", "true or treu", "option:x=true", "script", "endless"]
        {
            assert!(!is_condition("0", condition), "{condition}");
        }
        assert!(is_condition("context", "endless") && !is_condition("context", "true"));
        for condition in ["true", "!none or =x", "always in:a,b", "<2048", "&022", "absent or !path:a.b"] {
            assert!(is_condition("0", condition), "{condition}");
        }
    }
}
