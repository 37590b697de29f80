//! Writes the list of permissions into `plugin.json`, and leaves all else as it is.

use super::check::{edit, quoted};
use super::model::Manifest;
use crate::model::{Edit, Span};

const KEY: &str = "permissions";

/// Longer lists get a line for each entry.
const WIDEST: usize = 100;

/// The edit that makes `permissions` this list. What stands there already keeps its order. `None` when the list is
/// that already, and when the file is not JSON.
#[must_use]
pub fn permissions_edit(text: &str, manifest: &Manifest, wanted: &[String]) -> Option<Edit> {
    if !manifest.readable {
        return None;
    }
    let old: Vec<&str> =
        manifest.permissions.iter().flat_map(|list| &list.value).map(|one| one.value.as_str()).collect();
    let mut names: Vec<&str> = Vec::new();
    let kept = old.iter().copied().filter(|name| wanted.iter().any(|one| one == name));
    for name in kept.chain(wanted.iter().map(String::as_str)) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    if manifest.permissions.is_some() && names == old {
        return None;
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let there = manifest.keys.iter().rev().find(|(key, _)| key.value == KEY);
    if let Some((key, value)) = there {
        let written = &text[value.range()];
        let indent = indent_of(text, key.span.start as usize).unwrap_or_default();
        let lines = written.contains('\n');
        let inner = manifest.permissions.as_ref().filter(|_| lines).and_then(|list| list.value.first());
        let inner = inner.and_then(|one| indent_of(text, one.span.start as usize));
        let inner = inner.map_or_else(|| format!("{indent}{}", unit(indent)), str::to_owned);
        return Some(edit(*value, list(&names, indent, &inner, lines, end)));
    }
    let Some((key, value)) = manifest.keys.last() else {
        let start = text.find('{')?;
        let close = text.rfind('}')?;
        let body = format!("{{{end}  \"{KEY}\": {}{end}}}", list(&names, "  ", "    ", false, end));
        return Some(edit(Span::of(start..close + 1), body));
    };
    let at = Span::new(value.end, value.end);
    Some(match indent_of(text, key.span.start as usize) {
        Some(indent) => {
            let inner = format!("{indent}{}", unit(indent));
            edit(at, format!(",{end}{indent}\"{KEY}\": {}", list(&names, indent, &inner, false, end)))
        }
        // Everything is on one line.
        None => edit(at, format!(", \"{KEY}\": [{}]", joined(&names))),
    })
}

fn joined(names: &[&str]) -> String {
    names.iter().map(|name| quoted(name)).collect::<Vec<_>>().join(", ")
}

fn list(names: &[&str], indent: &str, inner: &str, lines: bool, end: &str) -> String {
    let short = joined(names);
    if names.is_empty() || !lines && indent.len() + KEY.len() + short.len() + 6 <= WIDEST {
        return format!("[{short}]");
    }
    let lines: Vec<String> = names.iter().map(|name| format!("{inner}{}", quoted(name))).collect();
    format!("[{end}{}{end}{indent}]", lines.join(&format!(",{end}")))
}

/// The white space before what stands first on its line; `None` for what does not, and for the first line.
fn indent_of(text: &str, at: usize) -> Option<&str> {
    let start = text[..at].rfind('\n')? + 1;
    let before = &text[start..at];
    before.bytes().all(|byte| byte == b' ' || byte == b'\t').then_some(before)
}

/// One step to the right, as the file does it.
fn unit(indent: &str) -> &str {
    if indent.is_empty() { "  " } else { indent }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::json::{Json, parse};

    fn written(text: &str, wanted: &[&str]) -> Option<String> {
        let (root, faults) = parse(text);
        let Json::Object(members) = &root.json else { panic!("no object") };
        let manifest = Manifest::read(members, text, faults.is_empty());
        let wanted: Vec<String> = wanted.iter().map(|name| (*name).to_owned()).collect();
        let edit = permissions_edit(text, &manifest, &wanted)?;
        let mut new = text.to_owned();
        new.replace_range(edit.span.range(), &edit.replacement);
        assert_eq!(written_again(&new, &wanted), None, "the second time changes something: {new}");
        Some(new)
    }

    fn written_again(text: &str, wanted: &[String]) -> Option<Edit> {
        let (root, faults) = parse(text);
        assert!(faults.is_empty(), "{text}");
        let Json::Object(members) = &root.json else { panic!("no object: {text}") };
        permissions_edit(text, &Manifest::read(members, text, true), wanted)
    }

    #[test]
    fn the_list_is_written_where_and_how_it_fits() {
        let new = |text, wanted: &[&str]| written(text, wanted).unwrap();
        assert_eq!(new("{}", &["native"]), "{\n  \"permissions\": [\"native\"]\n}");
        assert_eq!(new("{\"a\": 1}\n", &["native"]), "{\"a\": 1, \"permissions\": [\"native\"]}\n");
        assert_eq!(new("{\n\t\"a\": 1\n}\n", &["b"]), "{\n\t\"a\": 1,\n\t\"permissions\": [\"b\"]\n}\n");
        assert_eq!(
            new("{\r\n  \"a\": {}\r\n}", &["b", "c"]),
            "{\r\n  \"a\": {},\r\n  \"permissions\": [\"b\", \"c\"]\r\n}"
        );
        assert_eq!(
            new("{\n  \"permissions\": [\"c\", \"x\", \"b\"],\n  \"z\": 1\n}", &["a", "b", "c"]),
            "{\n  \"permissions\": [\"c\", \"b\", \"a\"],\n  \"z\": 1\n}"
        );
        assert_eq!(
            new("{\n  \"permissions\": [\n    \"b\"\n  ]\n}", &["a", "b"]),
            "{\n  \"permissions\": [\n    \"b\",\n    \"a\"\n  ]\n}"
        );
        assert_eq!(new("{\n  \"permissions\": [\n    \"b\"\n  ]\n}", &[]), "{\n  \"permissions\": []\n}");
        assert_eq!(new("{\n  \"permissions\": \"b\"\n}", &["b"]), "{\n  \"permissions\": [\"b\"]\n}");
        assert_eq!(new("{\"permissions\": [\"b\", \"b\"]}", &["b"]), "{\"permissions\": [\"b\"]}");
        let long: Vec<String> = (0..8).map(|n| format!("network:host-{n}.example.org")).collect();
        let long: Vec<&str> = long.iter().map(String::as_str).collect();
        let text = new("{\n  \"a\": 1\n}\n", &long);
        assert!(
            text.starts_with("{\n  \"a\": 1,\n  \"permissions\": [\n    \"network:host-0.example.org\",\n"),
            "{text}"
        );
        assert!(text.ends_with("\"\n  ]\n}\n"), "{text}");
    }

    #[test]
    fn what_is_right_or_broken_is_left_alone() {
        assert_eq!(written("{\"permissions\": [\"b\", \"a\"]}", &["a", "b"]), None);
        assert_eq!(written("{\"permissions\": []}", &[]), None);
        assert_eq!(written("{\"a\": 1,}", &["a"]), None);
    }
}
