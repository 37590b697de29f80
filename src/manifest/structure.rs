//! Keys and JSON types: missing, unknown, repeated, or of the wrong kind.

use std::collections::{BTreeMap, BTreeSet};

use super::check::{Check, MAX_FINDINGS, edit, quoted, replace};
use super::fields::{FIELDS, Field, OTHER_NAMES, REGISTRY_KEYS, Shape};
use super::format::Format;
use super::json::{Json, Member, Node};
use crate::model::{Edit, Finding, Safety, Span};
use crate::rules::{id, nearest};

/// Checks the members of the manifest.
pub(super) fn check(check: &mut Check<'_>, root: &Node, members: &[Member]) {
    object(check, root, members, FIELDS, "");
}

fn object(check: &mut Check<'_>, node: &Node, members: &[Member], fields: &[Field], parent: &str) {
    let dead = duplicates(check, members);
    for field in fields.iter().filter(|field| field.required) {
        // In a broken file the key may be there and the reader may have lost it.
        let lost = !check.readable && check.text.contains(field.name);
        if !lost && !members.iter().any(|member| member.key == field.name) {
            missing(check, node, members, field);
        }
    }
    for (at, member) in members.iter().enumerate().filter(|(at, _)| !dead.contains(at)) {
        match fields.iter().find(|field| field.name == member.key) {
            Some(field) => typed(check, members, at, field, parent),
            None if member.key.starts_with("x-") => {}
            None => unknown(check, members, at, fields, parent),
        }
    }
}

/// Reports keys that stand twice; the answer holds the members whose values are lost.
fn duplicates(check: &mut Check<'_>, members: &[Member]) -> BTreeSet<usize> {
    let mut dead_ones = BTreeSet::new();
    let mut last: BTreeMap<&str, usize> = BTreeMap::new();
    for (at, member) in members.iter().enumerate() {
        let Some(before) = last.insert(&member.key, at) else { continue };
        dead_ones.insert(before);
        let dead = &members[before];
        let message = format!("the key `{}` stands twice; the last value counts", member.key);
        let mut finding = check.at(id::MANIFEST_KEY_DUPLICATE, dead.key_span, message).label("this value is lost");
        let place = check.at(id::MANIFEST_KEY_DUPLICATE, member.key_span, "").place;
        finding = finding.related(place, "this one counts");
        let edits = vec![remove(members, before)];
        let same = same_text(check, dead, member);
        let safety = if same { Safety::Safe } else { Safety::Unsafe };
        check.push(finding.fix(safety, "remove the value that does not count", edits));
    }
    dead_ones
}

/// Whether two members hold the same value, to the letter.
fn same_text(check: &Check<'_>, one: &Member, other: &Member) -> bool {
    let text = |member: &Member| check.text.get(member.value.span.range());
    text(one) == text(other)
}

/// The edit that takes out one member and the comma that goes with it.
fn remove(members: &[Member], at: usize) -> Edit {
    let member = &members[at];
    let span = match (members.get(at + 1), at.checked_sub(1).map(|before| &members[before])) {
        (Some(next), _) => Span::new(member.key_span.start, next.key_span.start),
        (None, Some(before)) => Span::new(before.value.span.end, member.value.span.end),
        (None, None) => Span::new(member.key_span.start, member.value.span.end),
    };
    edit(span, "")
}

fn missing(check: &mut Check<'_>, node: &Node, members: &[Member], field: &Field) {
    let brace = Span::new(node.span.start, node.span.start + 1);
    let message = format!("the key `{}` is missing", field.name);
    let mut finding = check.at(id::MANIFEST_KEY_MISSING, brace, message);
    finding = finding.host_says(format!("Manifest missing required field: {}", field.name));
    // Of more members the faults would not be listed either.
    let unknown = members.iter().take(MAX_FINDINGS).find(|member| meant(&member.key, FIELDS) == Some(field.name));
    finding = match unknown {
        Some(member) => finding.help(format!("Rename `{}` to `{}`.", member.key, field.name)),
        None => finding.help(format!("Add `{}`: {}", quoted(field.name), field.about)),
    };
    check.push(finding);
}

/// The key of ours that an unknown key stands for.
fn meant(key: &str, fields: &[Field]) -> Option<&'static str> {
    let names = fields.iter().map(|field| field.name);
    if fields.iter().any(|field| field.name == key) {
        return None;
    }
    nearest(key, names).or_else(|| {
        let other = OTHER_NAMES.iter().find(|(other, _)| *other == key)?.1;
        fields.iter().find(|field| field.name == other).map(|field| field.name)
    })
}

fn unknown(check: &mut Check<'_>, members: &[Member], at: usize, fields: &[Field], parent: &str) {
    let member = &members[at];
    let key = &member.key;
    if parent.is_empty()
        && let Some((_, why)) = REGISTRY_KEYS.iter().find(|(name, _)| name == key)
    {
        let message = format!("`{key}` belongs to the registry's index, not to plugin.json");
        let finding = check.at(id::MANIFEST_REGISTRY_KEY, member.key_span, message);
        let help = format!("Remove it: {why}.");
        check.push(finding.help(help).fix(Safety::Unsafe, "remove the key", vec![remove(members, at)]));
        return;
    }
    let message = if parent.is_empty() {
        format!("nothing reads the key `{}`", shown(key))
    } else {
        format!("nothing reads the key `{}` in `{parent}`", shown(key))
    };
    let mut finding = check.at(id::MANIFEST_KEY_UNKNOWN, member.key_span, message);
    if check.is_full() {
        // Nobody will see a suggestion.
    } else if let Some(name) = meant(key, fields) {
        let field = fields.iter().find(|field| field.name == name);
        let free = !members.iter().any(|member| member.key == name);
        finding = finding.label(format!("did you mean `{name}`?")).help(format!("Rename it to `{name}`."));
        if free && field.is_some_and(|field| fits(&member.value, field.shape)) {
            let edits = vec![edit(member.key_span, quoted(name))];
            finding = finding.fix(Safety::Safe, format!("rename the key to `{name}`"), edits);
        }
    } else if let Some((_, path)) = OTHER_NAMES.iter().find(|(other, path)| other == key && path.contains('.')) {
        let (outer, inner) = path.split_once('.').unwrap_or((path, ""));
        let help =
            format!("Write `\"{outer}\": {{\"{inner}\": \"…\"}}` instead; the host ignores the key in either form.");
        finding = finding.help(help);
    }
    check.push(finding);
}

fn shown(key: &str) -> String {
    key.chars().take(60).flat_map(char::escape_debug).collect()
}

fn fits(node: &Node, shape: Shape) -> bool {
    match (&node.json, shape) {
        (Json::Text(_), Shape::Text(_)) | (Json::Object(_), Shape::Object | Shape::Mapping(_)) => true,
        (Json::List(items), Shape::List(_)) => items.iter().all(|item| matches!(item.json, Json::Text(_))),
        _ => false,
    }
}

fn typed(check: &mut Check<'_>, members: &[Member], at: usize, field: &Field, parent: &str) {
    let node = &members[at].value;
    let name = if parent.is_empty() { field.name.to_owned() } else { format!("{parent}.{}", field.name) };
    match (&node.json, field.shape) {
        (Json::Broken, _) => {}
        (Json::Null, _) if !field.required => {
            let message = format!("`{name}` is null; leave the key out instead");
            let finding = check.at(id::MANIFEST_NULL, node.span, message);
            check.push(finding.fix(Safety::Safe, "remove the key", vec![remove(members, at)]));
        }
        (Json::Object(inner), Shape::Mapping(fields)) => object(check, node, inner, fields, &name),
        (Json::List(items), Shape::List(_)) => {
            for item in items.iter().filter(|item| !matches!(item.json, Json::Text(_) | Json::Broken)) {
                let message = format!("`{name}` lists {}, and wants strings only", item.json.kind());
                check.push(check.at(id::MANIFEST_TYPE, item.span, message));
            }
        }
        _ if fits(node, field.shape) => {}
        _ => wrong_type(check, node, field, &name),
    }
}

fn wrong_type(check: &mut Check<'_>, node: &Node, field: &Field, name: &str) {
    let message = format!("`{name}` is {}, and must be {}", node.json.kind(), field.shape.noun());
    // A long array or object is marked at its first line only.
    let text = check.text.get(node.span.range()).unwrap_or_default();
    let first = text.lines().next().unwrap_or_default().trim_end().len();
    let span = Span::of(node.span.start as usize..node.span.start as usize + first);
    let mut finding = check.at(id::MANIFEST_TYPE, span, message);
    if let Some(example) = field.examples.first() {
        finding = finding.help(format!("Write {}, for example `{example}`.", field.shape.noun()));
    }
    if let Some(words) = consequence(field, node) {
        finding = finding.host_says(words);
    }
    check.push(mend(finding, check, node, field));
}

/// What the host does with the wrong type, where it does anything.
fn consequence(field: &Field, node: &Node) -> Option<String> {
    match (field.name, &node.json) {
        ("description", Json::Null) => Some("'NoneType' object is not subscriptable".to_owned()),
        ("description", Json::Bool(_)) => Some("'bool' object is not subscriptable".to_owned()),
        ("description", Json::Number) => Some("'int' object is not subscriptable".to_owned()),
        ("depends_on", Json::Number) => Some("'int' object is not iterable".to_owned()),
        ("depends_on", Json::Bool(true)) => Some("'bool' object is not iterable".to_owned()),
        ("description", Json::Object(_)) => Some("unhashable type: 'slice'".to_owned()),
        _ => None,
    }
}

fn mend(finding: Finding, check: &Check<'_>, node: &Node, field: &Field) -> Finding {
    let source = check.text.get(node.span.range()).unwrap_or_default();
    match (&node.json, field.shape) {
        (Json::Number, Shape::Text(_)) => replace(finding, Safety::Safe, node.span, quoted(source)),
        (Json::Text(text), Shape::List(format)) => {
            let separated = text.contains([',', ';']);
            let parts = text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty());
            let parts = parts.map(quoted).collect::<Vec<_>>().join(", ");
            let safe = !separated && (format == Format::Directory || format == Format::Kebab);
            let safety = if safe { Safety::Safe } else { Safety::Unsafe };
            replace(finding, safety, node.span, format!("[{parts}]"))
        }
        (Json::List(items), Shape::Text(_)) => {
            let texts: Option<Vec<&str>> = items.iter().map(Node::text).collect();
            match texts {
                Some(texts) if !texts.is_empty() => {
                    replace(finding, Safety::Unsafe, node.span, quoted(&texts.join(", ")))
                }
                _ => finding,
            }
        }
        (Json::Object(members), Shape::Text(_)) => match super::model::find(members, "name").and_then(Node::text) {
            Some(text) => replace(finding, Safety::Unsafe, node.span, quoted(text)),
            None => finding,
        },
        (Json::Object(_), Shape::List(Format::Directory)) => {
            finding.help("List the directory names only: the host knows no versions of dependencies.")
        }
        _ => finding,
    }
}
