//! Which findings belong to which plugin of the report, and what of them counts.

use std::collections::BTreeMap;

use crate::model::{Counts, Judged, Loads, PluginVerdict, Report, Severity, Verdict};

/// One plugin with its findings, in the report's order.
#[derive(Debug)]
pub(super) struct Group<'a> {
    /// `None` for findings that are about no plugin of the report, such as settings.
    pub(super) plugin: Option<&'a PluginVerdict>,
    /// Those that count; suppressed ones are left out.
    pub(super) findings: Vec<&'a Judged>,
}

/// Finds the plugin behind a finding. Two folders may hold plugins of the same name, so
/// the path decides between them.
#[derive(Debug)]
pub(super) struct Plugins<'a> {
    all: &'a [PluginVerdict],
    by_slug: BTreeMap<&'a str, Vec<usize>>,
}

impl<'a> Plugins<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let mut by_slug: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
        for (at, plugin) in report.plugins.iter().enumerate() {
            by_slug.entry(&plugin.slug).or_default().push(at);
        }
        Self { all: &report.plugins, by_slug }
    }

    fn index(&self, judged: &Judged) -> Option<usize> {
        let candidates = self.by_slug.get(judged.finding.plugin.as_str())?;
        let path = judged.finding.place.path.as_str();
        let inside = |at: &&usize| is_under(path, &self.all[**at].path);
        candidates.iter().filter(inside).max_by_key(|at| self.all[**at].path.len()).or(candidates.first()).copied()
    }

    /// The plugin that a finding is about.
    pub(super) fn behind(&self, judged: &Judged) -> Option<&'a PluginVerdict> {
        self.index(judged).map(|at| &self.all[at])
    }
}

fn is_under(path: &str, root: &str) -> bool {
    matches!(root, "" | ".")
        || path.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || root.ends_with('/'))
}

/// Every plugin with the findings that count; findings without a plugin come first.
pub(super) fn groups(report: &Report) -> Vec<Group<'_>> {
    let plugins = Plugins::of(report);
    let mut homeless = Vec::new();
    let mut groups: Vec<Group<'_>> =
        report.plugins.iter().map(|plugin| Group { plugin: Some(plugin), findings: Vec::new() }).collect();
    for judged in report.findings.iter().filter(|judged| judged.suppressed.is_none()) {
        match plugins.index(judged) {
            Some(at) => groups[at].findings.push(judged),
            None => homeless.push(judged),
        }
    }
    if !homeless.is_empty() {
        groups.insert(0, Group { plugin: None, findings: homeless });
    }
    groups
}

impl Group<'_> {
    /// How many of its findings there are of each severity.
    pub(super) fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for judged in &self.findings {
            match judged.severity {
                Severity::High => counts.high += 1,
                Severity::Medium => counts.medium += 1,
                Severity::Low => counts.low += 1,
                Severity::Info => counts.info += 1,
            }
        }
        counts
    }

    /// What is said of the plugin in a few words.
    pub(super) fn says(&self) -> &'static str {
        let Some(plugin) = self.plugin else { return "about the run" };
        match (plugin.loads, plugin.verdict) {
            (Loads::No, Verdict::Pass) => "does not load, but nothing counts",
            (Loads::No, Verdict::Warn | Verdict::Fail) => "does not load",
            (Loads::Yes, Verdict::Pass) => "loads",
            (Loads::Yes, Verdict::Warn) => "loads, with remarks",
            (Loads::Yes, Verdict::Fail) => "loads, but does not pass",
            (Loads::Unknown, Verdict::Pass) => "passes; whether it loads cannot be told",
            (Loads::Unknown, Verdict::Warn) => "passes, with remarks; whether it loads cannot be told",
            (Loads::Unknown, Verdict::Fail) => "does not pass; whether it loads cannot be told",
        }
    }
}

/// The verdict on the whole run.
pub(super) fn run_verdict(report: &Report) -> Verdict {
    if report.fails() {
        Verdict::Fail
    } else if report.findings.iter().any(|judged| judged.suppressed.is_none()) {
        Verdict::Warn
    } else {
        Verdict::Pass
    }
}

/// How many plugins fail.
pub(super) fn failed(report: &Report) -> usize {
    report.plugins.iter().filter(|plugin| plugin.verdict == Verdict::Fail).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_under_its_root_only_at_a_whole_part() {
        assert!(is_under("plugins/a/plugin.py", "plugins/a"));
        assert!(is_under("plugins/a", "plugins/a"));
        assert!(is_under("plugin.py", "."));
        assert!(is_under("/x", "/"));
        assert!(!is_under("plugins/ab/plugin.py", "plugins/a"));
    }
}
