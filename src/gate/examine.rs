//! One plugin through all engines that look at a plugin alone, and one collection through those
//! that look at several.

use std::collections::{BTreeSet, VecDeque};
use std::sync::{Mutex, PoisonError};

use rayon::prelude::*;

use super::engine::{Texts, broken};
use super::panics::caught;
use crate::contract::{self, Facts, Given, Model, Parsed};
use crate::manifest;
use crate::model::{Finding, Loads, Plugin, RuleId};
use crate::rules::{Host, id};
use crate::scan::{self, Catalogue};

/// What the engines say of one plugin.
pub(super) struct Examined {
    pub(super) findings: Vec<Finding>,
    pub(super) loads: Loads,
    pub(super) name: Option<String>,
    pub(super) version: Option<String>,
    pub(super) facts: Facts,
    /// What is known already of what a decision needs.
    pub(super) notes: Option<Notes>,
}

/// What takes a look at the texts themselves to know.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Notes {
    /// For each finding the function or class that it is in.
    pub(super) scopes: Vec<String>,
    pub(super) texts: Texts,
}

impl Examined {
    /// Findings, and nothing that is known of the plugin as a whole.
    pub(super) fn of(findings: Vec<Finding>) -> Self {
        let (loads, facts) = (Loads::Unknown, Facts::default());
        Self { findings, loads, name: None, version: None, facts, notes: None }
    }
}

/// Judges one plugin. `siblings` are the folder names of its collection, its own included.
pub(super) fn plugin(
    plugin: &Plugin,
    siblings: &BTreeSet<&str>,
    host: &Host,
    model: &Model<'_>,
    python: Option<&str>,
    catalogue: &Catalogue,
) -> Examined {
    let checked = manifest::check(plugin, host, python);
    let requirements: Vec<String> =
        manifest::requirements(plugin).iter().map(|requirement| manifest::normal_name(&requirement.name)).collect();
    let parsed = Parsed::new(plugin);
    let given = Given { manifest: checked.manifest.as_ref(), requirements: &requirements, python };
    let judged = contract::judge(plugin, &parsed, siblings, given, model);
    let (mut dangers, mut seen) = scan::python(plugin, &parsed.files, catalogue);
    // Once is enough.
    let limited = judged.findings.iter().any(|finding| finding.rule == id::ANALYSIS_LIMIT);
    dangers.retain(|finding| !(limited && finding.rule == id::ANALYSIS_LIMIT));
    scan::of_files(plugin, &mut seen);
    let asked = checked.manifest.as_ref().map(|manifest| scan::permissions(plugin, manifest, &seen));
    let text = |field: Option<manifest::Spanned<String>>| field.map(|field| field.value);
    let (name, version) = checked.manifest.map(|manifest| (manifest.name, manifest.version)).unwrap_or_default();
    let mut findings = checked.findings;
    findings.extend(judged.findings);
    findings.extend(asked.into_iter().flatten());
    // What runs at import the host's engine has told of already, with what the host does then.
    let told: BTreeSet<_> = findings.iter().filter(|one| AT_IMPORT.contains(&one.rule)).map(beginning).collect();
    let again = |danger: &Finding| danger.rule.as_str() == "work-at-import" && told.contains(&beginning(danger));
    findings.extend(dangers.into_iter().filter(|danger| !again(danger)));
    findings.extend(scan::others(plugin));
    Examined {
        findings,
        loads: judged.loads,
        name: text(name).or(judged.name),
        version: text(version).or(judged.version),
        facts: judged.facts,
        notes: None,
    }
}

/// What the contract says of work that begins at import.
const AT_IMPORT: [RuleId; 3] = [id::IMPORT_SIDE_EFFECT, id::SLOW_IMPORT, id::THREAD_AT_IMPORT];

/// Where a finding begins.
fn beginning(finding: &Finding) -> (String, Option<usize>) {
    (finding.place.path.clone(), finding.place.span.map(|span| span.range().start))
}

/// Looks for dangers in a tree of files that need be no plugin.
pub(super) fn tree(plugin: &Plugin, catalogue: &Catalogue) -> Examined {
    let programs: VecDeque<_> = scan::programs(plugin).into_iter().enumerate().collect();
    let count = programs.len();
    let waiting = Mutex::new(programs);
    let mut found: Vec<(usize, Vec<Finding>)> = (0..count)
        .into_par_iter()
        // Each is a task of its own, so that no thread waits while others have several.
        .with_max_len(1)
        .filter_map(|_| {
            let (at, program) = next(&mut waiting.lock().unwrap_or_else(PoisonError::into_inner))?;
            // A program on which a check breaks off does not take the others with it.
            let found = caught(|| scan::of_program(plugin, &program, catalogue));
            Some((at, found.unwrap_or_else(|said| vec![broken(plugin, &said)])))
        })
        .collect();
    found.sort_unstable_by_key(|(at, _)| *at);
    let mut findings: Vec<Finding> = found.into_iter().flat_map(|(_, findings)| findings).collect();
    let others: Vec<Finding> = plugin.files.par_iter().flat_map_iter(|file| scan::others_of(plugin, file)).collect();
    findings.extend(others);
    Examined::of(findings)
}

/// The next of several that are sorted by size: for one half of the threads the largest, for the other the smallest, so
/// that few large ones are held at a time and none comes last.
fn next<T>(waiting: &mut VecDeque<T>) -> Option<T> {
    match rayon::current_thread_index() {
        Some(thread) if thread % 2 == 1 => waiting.pop_back(),
        _ => waiting.pop_front(),
    }
}

/// Judges the plugins of one collection against one another. The result names the plugin by its place in the list.
pub(super) fn collection(all: &[(&Plugin, &Facts)], host: &Host) -> Vec<Finding> {
    contract::across(all, host)
}
