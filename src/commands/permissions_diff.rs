//! What a new version of a plugin can do and asks for that the old one did not.

use serde_json::{Value, json};

use super::cli::World;
use super::page::Page;
use super::permissions::{counting, severity};
use super::permissions_table::entry;
use crate::gate::{Docket, Found, Outcome, Seen, Surveyed, decide};
use crate::intake::Group;
use crate::model::{Loads, Report};
use crate::report::{visible_json, visible_name};
use crate::rules::RuleSet;
use crate::scan::{Change, Changes, changes};
use crate::settings::Settings;

/// A plugin in two versions, or in one of them only.
pub(super) struct Pair<'a> {
    old: Option<&'a Surveyed<'a>>,
    new: Option<&'a Surveyed<'a>>,
}

impl<'a> Pair<'a> {
    fn changes(&self) -> Changes {
        match (self.old, self.new) {
            (Some(old), Some(new)) => changes(&old.as_version(), &new.as_version()),
            _ => Changes::default(),
        }
    }

    fn any(&self) -> Option<&'a Surveyed<'a>> {
        self.new.or(self.old)
    }
}

/// Plugins with their older versions: by folder name, and one on each side in any case. Sorted as they were read, those
/// that are gone last.
pub(super) fn pairs<'a>(old: &'a [Surveyed<'a>], new: &'a [Surveyed<'a>]) -> Vec<Pair<'a>> {
    if let ([old], [new]) = (old, new) {
        return vec![Pair { old: Some(old), new: Some(new) }];
    }
    let of = |all: &'a [Surveyed<'a>], slug: &str| all.iter().find(|one| one.plugin.slug == slug);
    let mut pairs: Vec<Pair<'a>> =
        new.iter().map(|one| Pair { old: of(old, &one.plugin.slug), new: Some(one) }).collect();
    let gone = old.iter().filter(|one| of(new, &one.plugin.slug).is_none());
    pairs.extend(gone.map(|one| Pair { old: Some(one), new: None }));
    pairs
}

/// What grew, with severities as the settings want them. A plugin without an older version has not grown.
pub(super) fn report(pairs: &[Pair<'_>], groups: &[Group], settings: &Settings, rules: &RuleSet) -> Report {
    let mut found = Vec::new();
    let mut seen = Vec::new();
    let news = pairs.iter().filter_map(|pair| Some((pair.old, pair.new?)));
    for (at, (old, new)) in news.enumerate() {
        let grown = old.map(|old| new.grown(old)).unwrap_or_default();
        found.extend(grown.into_iter().map(|finding| Found { plugin: Some(at), finding, scope: None }));
        let version = new.version().map(str::to_owned);
        seen.push(Seen { loads: Loads::Unknown, name: None, version, texts: None });
    }
    let outcome = Outcome { found, seen, bugs: 0 };
    decide(outcome, Vec::new(), Vec::new(), Docket { groups, rules, settings, baseline: None }).report
}

/// The comparison for people.
pub(super) fn text(pairs: &[Pair<'_>], report: &Report, world: &World) -> String {
    let mut page = Page::new(world.console.color_out, world.console.width);
    for pair in pairs {
        let Some(any) = pair.any() else { continue };
        page.heading(&title(pair, any));
        let changes = pair.changes();
        for (list, sign, colour) in [(&changes.grown, '+', "31"), (&changes.shrunk, '-', "32")] {
            for change in list {
                let name = page.paint(colour, &format!("{sign} {}", visible_name(&change.permission)));
                page.line(&format!("  {name}  {}", how(change, sign)));
            }
        }
        if pair.old.is_some() && pair.new.is_some() && changes == Changes::default() {
            page.line("  It asks for and does what it did before.");
        }
    }
    for (at, judged) in counting(report).enumerate() {
        if at == 0 {
            page.line("");
        }
        let finding = &judged.finding;
        let start = finding.place.positions().0;
        let (word, colour) = super::list::severity(judged.severity);
        let word = page.paint(colour, word);
        let (path, message) = (visible_name(&finding.place.path), visible_name(&finding.message));
        page.line(&format!("{path}:{}:{}: {word}[{}] {message}", start.line, start.column, finding.rule));
    }
    page.finish().trim_start_matches('\n').to_owned()
}

fn title(pair: &Pair<'_>, any: &Surveyed<'_>) -> String {
    let version =
        |one: &Surveyed<'_>| one.version().map_or_else(|| "?".to_owned(), |text| visible_name(text).into_owned());
    let name = visible_name(&any.plugin.slug);
    match (pair.old, pair.new) {
        (Some(old), Some(new)) => format!("{name} {} → {}", version(old), version(new)),
        (None, _) => format!("{name} {} is new", version(any)),
        (_, None) => format!("{name} {} is gone", version(any)),
    }
}

fn how(change: &Change, sign: char) -> &'static str {
    match (sign, change.declared, change.used) {
        ('+', true, true) => "asked for and used",
        ('+', true, false) => "asked for",
        ('+', ..) => "used",
        (_, true, true) => "no longer asked for, and no longer used",
        (_, true, false) => "no longer asked for",
        _ => "no longer used",
    }
}

/// The comparison for programs.
pub(super) fn json(pairs: &[Pair<'_>], report: &Report) -> String {
    let plugins: Vec<Value> = pairs.iter().filter_map(|pair| plugin(pair, pair.any()?)).collect();
    let findings: Vec<Value> = report
        .findings
        .iter()
        .map(|judged| {
            let finding = &judged.finding;
            let (start, end) = finding.place.positions();
            json!({
                "rule": finding.rule.as_str(), "family": judged.family, "severity": severity(judged.severity),
                "message": finding.message, "path": finding.place.path, "plugin": finding.plugin,
                "line": start.line, "column": start.column, "end_line": end.line, "end_column": end.column,
                "fingerprint": judged.fingerprint, "suppressed": judged.suppressed.is_some(),
            })
        })
        .collect();
    let document = json!({"version": 1, "plugins": plugins, "findings": findings});
    visible_json(&serde_json::to_string_pretty(&document).unwrap_or_default()) + "\n"
}

fn plugin(pair: &Pair<'_>, any: &Surveyed<'_>) -> Option<Value> {
    let changes = pair.changes();
    let list = |all: &[Change], one: Option<&Surveyed<'_>>| -> Vec<Value> {
        let version = one.map(Surveyed::as_version);
        all.iter()
            .map(|change| {
                let uses = version.as_ref().map(|version| version.uses(&change.permission)).unwrap_or_default();
                json!({
                    "permission": change.permission, "declared": change.declared, "used": change.used,
                    "places": uses.iter().map(entry).collect::<Vec<_>>(),
                })
            })
            .collect()
    };
    let side =
        |one: &Surveyed<'_>| json!({"path": one.plugin.root, "version": one.version(), "declared": one.declared()});
    Some(json!({
        "slug": any.plugin.slug, "old": pair.old.map(side), "new": pair.new.map(side),
        "grown": list(&changes.grown, pair.new), "shrunk": list(&changes.shrunk, pair.old),
    }))
}
