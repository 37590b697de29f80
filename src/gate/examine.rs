//! One plugin through all engines that look at a plugin alone, and one collection through those
//! that look at several.

use crate::manifest;
use crate::model::{Finding, Loads, Plugin};
use crate::rules::Host;

/// What the engines say of one plugin.
pub(super) struct Examined {
    pub(super) findings: Vec<Finding>,
    pub(super) loads: Loads,
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
}

/// Judges one plugin. `siblings` are the other plugins of its collection.
pub(super) fn plugin(plugin: &Plugin, _siblings: &[&str], host: &Host, python: Option<&str>) -> Examined {
    let checked = manifest::check(plugin, host, python);
    let text = |field: Option<manifest::Spanned<String>>| field.map(|field| field.value);
    let (name, version) = checked.manifest.map(|manifest| (manifest.name, manifest.version)).unwrap_or_default();
    Examined { findings: checked.findings, loads: Loads::Unknown, name: text(name), version: text(version) }
}
