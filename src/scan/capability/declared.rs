//! What a plugin asks leave for against what it does, as findings.

use super::least::least;
use super::rows::{Row, State, rows};
use super::seen::{Capabilities, Use};
use crate::manifest::{self, Manifest, Spanned};
use crate::model::{Capability, Confidence, Finding, Plugin, PluginFile, Safety};
use crate::rules::id;

/// Places that one finding names besides its own.
const OTHERS: usize = 4;

/// Judges the list of permissions; a manifest without one promises nothing, and nothing is reported.
#[must_use]
pub fn permissions(plugin: &Plugin, manifest: &Manifest, seen: &Capabilities) -> Vec<Finding> {
    let (Some(list), Some(file)) = (&manifest.permissions, plugin.file(manifest::FILE)) else { return Vec::new() };
    let declared: Vec<&str> = list.value.iter().map(|one| one.value.as_str()).collect();
    let all = rows(&declared, seen);
    let edit =
        file.source().and_then(|source| manifest::permissions_edit(source.text(), manifest, &enough(&all, seen)));
    let mut findings = Vec::new();
    for row in &all {
        let entry = list.value.iter().find(|one| one.value == row.permission);
        let finding = match (&row.state, entry) {
            (State::Undeclared, _) => undeclared(plugin, file, list.span, row),
            (State::Unused, Some(entry)) => Some(unused(plugin, file, entry)),
            (State::Wider(narrower), Some(entry)) => Some(wider(plugin, file, entry, narrower)),
            _ => None,
        };
        findings.extend(finding.map(|finding| match &edit {
            Some(edit) => finding.fix(Safety::Unsafe, "write the least list that is enough", vec![edit.clone()]),
            None => finding,
        }));
    }
    findings
}

/// The least permissions that are enough. What is asked for stays when the plugin does things that cannot be told.
#[must_use]
pub fn enough(rows: &[Row], seen: &Capabilities) -> Vec<String> {
    let mut least = least(seen);
    let unseen = rows.iter().filter(|row| row.state == State::Unseen).map(|row| row.permission.clone());
    least.extend(unseen);
    least
}

fn undeclared(plugin: &Plugin, file: &PluginFile, list: crate::model::Span, row: &Row) -> Option<Finding> {
    let first = row.uses.first()?;
    let name = &row.permission;
    let message = format!("{}, and the manifest does not ask for `{name}`", does(first, name));
    let mut finding = Finding::whole(id::PERMISSION_UNDECLARED, plugin, "", message);
    finding.place = first.place.clone();
    // A method of something that is not known is known by its name alone.
    if first.what.starts_with("`.") {
        finding = finding.confidence(Confidence::Medium);
    }
    for other in row.uses.iter().skip(1).take(OTHERS) {
        finding = finding.related(other.place.clone(), other.what.clone());
    }
    let place = Finding::at(id::PERMISSION_UNDECLARED, plugin, file, list, "").place;
    let help = format!("Add `{name}` to `permissions` in plugin.json, or take the code out.");
    Some(finding.related(place, "what it asks for").help(help))
}

/// “`requests.get` reaches api.example.org”, “`os.system` can start other programs”
fn does(one: &Use, permission: &str) -> String {
    let hosts: Vec<&str> = one.hosts.iter().map(String::as_str).collect();
    match Capability::from_name(permission) {
        _ if !hosts.is_empty() => format!("{} reaches {}", one.what, hosts.join(", ")),
        Some(capability) => format!("{} is a way to {}", one.what, capability.about()),
        None => format!("{} may reach this host", one.what),
    }
}

fn unused(plugin: &Plugin, file: &PluginFile, entry: &Spanned<String>) -> Finding {
    let message = format!("nothing in the plugin needs `{}`", entry.value);
    Finding::at(id::PERMISSION_UNUSED, plugin, file, entry.span, message)
}

fn wider(plugin: &Plugin, file: &PluginFile, entry: &Spanned<String>, narrower: &[String]) -> Finding {
    let quoted: Vec<String> = narrower.iter().map(|name| format!("`{name}`")).collect();
    let message = format!("`{}` is more than the plugin needs: {} would be enough", entry.value, quoted.join(", "));
    Finding::at(id::PERMISSION_WIDER, plugin, file, entry.span, message)
}
