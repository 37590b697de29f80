//! One plugin through all engines that look at a plugin alone, and one collection through those
//! that look at several.

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
pub(super) fn plugin(_plugin: &Plugin, _siblings: &[&str], _host: &Host, _python: Option<&str>) -> Examined {
    Examined { findings: Vec::new(), loads: Loads::Unknown, name: None, version: None }
}
