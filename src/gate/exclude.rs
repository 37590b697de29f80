//! Takes out what the settings exclude, and leaves a record of it.

use crate::intake::Intake;
use crate::model::{FileRecord, FileState, FileStatus};
use crate::settings::Scope;

/// Drops excluded plugins, and the text of excluded files.
pub fn exclude(intake: &mut Intake, scope: &Scope) {
    const REASON: &str = "excluded by the settings";
    if scope.is_empty() {
        return;
    }
    let mut dropped: Vec<String> = Vec::new();
    for group in &mut intake.groups {
        group.plugins.retain(|plugin| {
            let keep = !scope.contains(&plugin.root);
            if !keep {
                dropped.push(plugin.root.clone());
            }
            keep
        });
        for plugin in &mut group.plugins {
            let shown: Vec<String> = plugin.files.iter().map(|file| plugin.shown(file.path.as_str())).collect();
            for (file, shown) in plugin.files.iter_mut().zip(shown) {
                if scope.contains(&shown) {
                    file.head.clear();
                    file.state = FileState::Skipped(REASON.to_owned());
                }
            }
        }
    }
    intake.groups.retain(|group| !group.plugins.is_empty());
    intake.findings.retain(|finding| !scope.contains(&finding.place.path));
    let in_dropped = |path: &str| {
        dropped.iter().any(|root| path.strip_prefix(root.as_str()).is_some_and(|rest| rest.starts_with('/')))
    };
    for record in &mut intake.files {
        if scope.contains(&record.path) || in_dropped(&record.path) {
            let FileRecord { status, reason, .. } = record;
            *status = FileStatus::Skipped;
            *reason = Some(REASON.to_owned());
        }
    }
}
