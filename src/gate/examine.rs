//! One plugin through all engines that look at a plugin alone, and one collection through those
//! that look at several.

use crate::manifest;
use crate::model::{Finding, Loads, Plugin};
use crate::rules::{Host, id};
use crate::source::python;

/// What the engines say of one plugin.
pub(super) struct Examined {
    pub(super) findings: Vec<Finding>,
    pub(super) loads: Loads,
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
}

/// Judges one plugin. `siblings` are the other plugins of its collection.
pub(super) fn plugin(plugin: &Plugin, _siblings: &[&str], host: &Host, python: Option<&str>) -> Examined {
    let manifest::Checked { manifest, mut findings } = manifest::check(plugin, host, python);
    for file in &plugin.files {
        let Some(source) = file.source().filter(|_| file.path.extension() == Some("py")) else { continue };
        let faults = python::parse(source.text()).faults;
        findings.extend(
            faults.into_iter().map(|fault| Finding::at(id::SYNTAX_ERROR, plugin, file, fault.span, fault.message)),
        );
    }
    let text = |value: Option<&manifest::Spanned<String>>| value.map(|value| value.value.clone());
    Examined {
        findings,
        loads: Loads::Unknown,
        name: manifest.as_ref().and_then(|manifest| text(manifest.name.as_ref())),
        version: manifest.as_ref().and_then(|manifest| text(manifest.version.as_ref())),
    }
}
