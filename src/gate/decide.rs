//! The one place where severities are decided and findings are silenced: findings become a report.

use std::collections::{BTreeMap, BTreeSet};

use super::baseline::{Baseline, Entry};
use super::engine::{Found, Outcome, sort_key};
use super::fingerprint::{self, inner_path};
use super::suppress;
use crate::intake::Group;
use crate::model::{
    Confidence, FileRecord, Finding, Judged, Origin, Place, Plugin, PluginVerdict, Report, Severity, SuppressedBy,
    Suppression, Verdict,
};
use crate::rules::{RuleSet, id};
use crate::settings::Settings;

/// What a decision needs besides the findings.
#[derive(Clone, Copy, Debug)]
pub struct Docket<'a> {
    /// The plugins that were judged.
    pub groups: &'a [Group],
    /// The rules.
    pub rules: &'a RuleSet,
    /// The settings.
    pub settings: &'a Settings,
    /// The baseline, and its file as shown to people.
    pub baseline: Option<(&'a Baseline, &'a str)>,
}

/// A report, and what follows from it.
#[derive(Clone, Debug)]
pub struct Ruling {
    /// The report.
    pub report: Report,
    /// What `--update-baseline` writes: every finding that counts, and what was accepted and still is.
    pub baseline: Baseline,
    /// How many plugins could not be judged because a check broke off.
    pub bugs: usize,
    /// Whether a finding that counts is at or above the bar.
    pub fails: bool,
}

struct Draft {
    found: Found,
    comment: Option<Suppression>,
}

/// Makes the report. `more` are findings of the intake, `files` its records.
#[must_use]
pub fn decide(outcome: Outcome, more: Vec<Finding>, files: Vec<FileRecord>, docket: Docket<'_>) -> Ruling {
    let Docket { groups, rules, settings, .. } = docket;
    let plugins: Vec<&Plugin> = groups.iter().flat_map(|group| &group.plugins).collect();
    let Outcome { mut found, seen, bugs } = outcome;
    let owners = Owners::new(&plugins);
    found.extend(more.into_iter().map(|finding| Found { plugin: owners.of(&finding), finding, scope: None }));
    let comments = suppress::by_comments(groups, &mut found, &seen, rules, &settings.choice);
    let mut drafts: Vec<Draft> =
        found.into_iter().zip(comments).map(|(found, comment)| Draft { found, comment }).collect();
    drafts.sort_by_cached_key(|draft| sort_key(&draft.found.finding));
    let (found, comments): (Vec<Found>, Vec<_>) = drafts.into_iter().map(|draft| (draft.found, draft.comment)).unzip();
    let prints = fingerprint::all(&found, &plugins);

    let accepted: BTreeSet<(&str, &str)> = docket
        .baseline
        .iter()
        .flat_map(|(baseline, _)| baseline.entries())
        .map(|entry| (entry.plugin.as_str(), entry.fingerprint.as_str()))
        .collect();
    let mut met: BTreeSet<(String, String)> = BTreeSet::new();
    let mut fresh = Vec::new();
    let mut failing: Vec<Verdict> = vec![Verdict::Pass; plugins.len()];
    let mut findings = Vec::with_capacity(found.len());
    for ((found, comment), fingerprint) in found.into_iter().zip(comments).zip(prints) {
        let Found { plugin, mut finding, scope: _ } = found;
        let family = rules.family(finding.rule);
        let shown = &finding.place.path;
        let unshakable = finding.rule == id::INTERNAL_ERROR;
        let decision = settings.choice.decide(finding.rule, family, shown);
        if !decision.selected && !unshakable {
            continue;
        }
        let known = (finding.plugin.as_str(), fingerprint.as_str());
        let in_baseline = accepted.contains(&known) && settings.choice.permits(finding.rule, family);
        if in_baseline {
            met.insert((known.0.to_owned(), known.1.to_owned()));
        }
        let by = |by, reason| Suppression { by, reason };
        let suppressed = comment
            .or_else(|| decision.silent.map(|reason| by(SuppressedBy::Settings, reason)))
            .or_else(|| in_baseline.then(|| by(SuppressedBy::Baseline, "accepted in the baseline".to_owned())))
            .filter(|_| !unshakable);
        let rule = rules.get(finding.rule);
        let severity = if unshakable { rule.severity } else { decision.severity.unwrap_or(rule.severity) };
        let help = finding.help.clone().unwrap_or_else(|| rule.help.trim().to_owned());
        let owner = plugin.and_then(|at| plugins.get(at)).copied();
        // Nothing is written into an archive, so nothing that could be written is promised.
        let fix = finding.fix.take().filter(|_| owner.is_none_or(|owner| owner.origin == Origin::Folder));
        let finding = Finding { fix, ..finding };
        if suppressed.is_none() {
            if let Some(slot) = plugin.and_then(|at| failing.get_mut(at)) {
                *slot = worse(*slot, severity, settings.fail_on);
            }
            if !unshakable {
                fresh.push(entry(&finding, owner, &fingerprint));
            }
        }
        findings.push(Judged { finding, severity, family, help, fingerprint, suppressed });
    }

    let judged: BTreeSet<&str> = plugins.iter().map(|plugin| plugin.slug.as_str()).collect();
    let stale = |entry: &Entry| {
        let takes_part = rules
            .find(&entry.rule)
            .is_none_or(|rule| settings.choice.decide(rule, rules.family(rule), &entry.path).selected);
        let known = (entry.plugin.clone(), entry.fingerprint.clone());
        judged.contains(entry.plugin.as_str()) && takes_part && !met.contains(&known)
    };
    let mut baseline = docket.baseline.map(|(baseline, _)| baseline.clone()).unwrap_or_default();
    if let Some((old, path)) = docket.baseline {
        let count = old.entries().filter(|entry| stale(entry)).count();
        findings.extend(stale_finding(count, path, docket));
        findings.sort_by_cached_key(|judged| sort_key(&judged.finding));
    }
    baseline.drop_where(stale);
    fresh.into_iter().for_each(|entry| baseline.add(entry));

    let mut verdicts: Vec<PluginVerdict> = plugins
        .iter()
        .zip(seen)
        .zip(failing)
        .map(|((plugin, seen), verdict)| PluginVerdict {
            path: plugin.root.clone(),
            slug: plugin.slug.clone(),
            name: seen.name,
            version: seen.version,
            verdict,
            loads: seen.loads,
        })
        .collect();
    verdicts.sort_by(|a, b| a.path.cmp(&b.path));
    let report = Report {
        plugins: verdicts,
        findings,
        files,
        host_version: settings.host_version.clone(),
        fail_on: settings.fail_on,
    };
    Ruling { fails: report.fails(), report, baseline, bugs }
}

/// Plugins by name: whose finding is it?
pub(super) struct Owners<'a>(BTreeMap<&'a str, Vec<(usize, &'a str)>>);

impl<'a> Owners<'a> {
    pub(super) fn new(plugins: &[&'a Plugin]) -> Self {
        let mut names: BTreeMap<&str, Vec<(usize, &str)>> = BTreeMap::new();
        for (at, plugin) in plugins.iter().enumerate() {
            names.entry(&plugin.slug).or_default().push((at, &plugin.root));
        }
        Self(names)
    }

    /// The plugin of the finding's name whose root is nearest above its path.
    pub(super) fn of(&self, finding: &Finding) -> Option<usize> {
        let path = &finding.place.path;
        let above = |root: &str| {
            let rest = path.strip_prefix(root);
            matches!(root, "" | ".") || rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let named = self.0.get(finding.plugin.as_str())?;
        let nearest = named.iter().filter(|(_, root)| above(root)).max_by_key(|(_, root)| root.len());
        // What is said of an archive as a whole is said of the plugin inside it.
        let inside = |root: &str| root.strip_prefix(path.as_str()).is_some_and(|rest| rest.starts_with('/'));
        nearest.or_else(|| named.iter().find(|(_, root)| inside(root))).map(|(at, _)| *at)
    }
}

fn worse(verdict: Verdict, severity: Severity, fail_on: Option<Severity>) -> Verdict {
    match fail_on {
        Some(bar) if severity >= bar => Verdict::Fail,
        _ if verdict == Verdict::Fail => Verdict::Fail,
        _ => Verdict::Warn,
    }
}

fn entry(finding: &Finding, plugin: Option<&Plugin>, fingerprint: &str) -> Entry {
    Entry {
        plugin: finding.plugin.clone(),
        path: inner_path(finding, plugin).to_owned(),
        rule: finding.rule.as_str().to_owned(),
        fingerprint: fingerprint.to_owned(),
        message: finding.message.clone(),
    }
}

fn stale_finding(count: usize, path: &str, docket: Docket<'_>) -> Option<Judged> {
    let rule = docket.rules.get(id::STALE_BASELINE);
    let family = docket.rules.family(id::STALE_BASELINE);
    let decision = docket.settings.choice.decide(id::STALE_BASELINE, family, path);
    if count == 0 || !decision.selected {
        return None;
    }
    let what = if count == 1 { "1 finding that is gone".to_owned() } else { format!("{count} findings that are gone") };
    let finding = Finding {
        rule: id::STALE_BASELINE,
        plugin: String::new(),
        confidence: Confidence::High,
        message: format!("the baseline lists {what}"),
        place: Place { path: path.to_owned(), span: None, source: None },
        label: String::new(),
        host_says: None,
        help: None,
        related: Vec::new(),
        fix: None,
    };
    let suppressed = decision.silent.map(|reason| Suppression { by: SuppressedBy::Settings, reason });
    let severity = decision.severity.unwrap_or(rule.severity);
    Some(Judged {
        finding,
        severity,
        family,
        help: rule.help.trim().to_owned(),
        fingerprint: String::new(),
        suppressed,
    })
}
