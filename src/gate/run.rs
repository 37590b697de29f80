//! A whole run, from paths to a ruling: load, judge, decide, and mend until nothing is left to mend.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::decide::{Docket, Ruling, decide};
use super::engine::{Bench, Outcome, judge, on_threads};
use super::fix::{MAX_ROUNDS, Mended, Originals, changes, mend};
use super::memo::Memory;
use super::{Baseline, exclude, recall};
use crate::cache::Store;
use crate::intake::{self, InputError, Intake, Options};
use crate::model::{Loads, PluginVerdict, Safety, Verdict};
use crate::package::Limits;
use crate::rules::{Host, RuleSet};
use crate::settings::Settings;

/// What a run needs.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// Absolute; relative paths count from here.
    pub cwd: &'a Path,
    /// As typed; the working directory when there is none.
    pub paths: &'a [PathBuf],
    /// The paths are files that changed, as [`Options::changed`] says.
    pub changed: bool,
    /// Only the security families, on anything.
    pub scan: bool,
    /// The settings.
    pub settings: &'a Settings,
    /// The rules.
    pub rules: &'a RuleSet,
    /// The host's facts.
    pub host: &'a Host,
    /// The baseline, and its file as shown to people.
    pub baseline: Option<(&'a Baseline, &'a str)>,
    /// Threads; one for each processor when `None`.
    pub jobs: Option<usize>,
    /// Results of earlier runs, and where those of this run are kept.
    pub store: Option<&'a Store>,
}

/// What a run came to.
#[derive(Clone, Debug)]
pub struct Done {
    /// The report and what follows from it.
    pub ruling: Ruling,
    /// Paths that lead to no plugin.
    pub errors: Vec<InputError>,
    /// How many plugins were judged.
    pub plugins: usize,
}

/// What mending would change.
#[derive(Clone, Debug, Default)]
pub struct Mending {
    /// How many findings it mends.
    pub problems: usize,
    /// The files, in order.
    pub files: Vec<Mended>,
    /// Paths that lead to no plugin.
    pub errors: Vec<InputError>,
}

/// Watches a run: how many plugins there are, and each one that is done.
pub trait Watch: Sync {
    /// There are so many.
    fn start(&self, plugins: usize);
    /// One more is done.
    fn tick(&self);
}

impl Run<'_> {
    /// Reads the plugins; of texts that are not in `keep` only the digests are held.
    fn load(&self, keep: Option<BTreeSet<String>>) -> Intake {
        let ignore_files = self.settings.respect_gitignore;
        let limits = if self.scan { Limits::of_a_tree() } else { Limits::default() };
        let (digests, keep) = (self.store.is_some(), keep.map(Arc::new));
        let alone = self.jobs == Some(1);
        let options = Options { ignore_files, changed: self.changed, any: self.scan, alone, digests, keep, limits };
        let mut intake = intake::load(self.paths, &options, self.cwd);
        exclude(&mut intake, &self.settings.exclude);
        intake
    }

    fn bench(&self) -> Bench<'_> {
        let python = self.settings.python_version.as_deref();
        Bench { host: self.host, python, jobs: self.jobs, scan: self.scan, rules: self.rules, store: self.store }
    }

    fn judge(&self, intake: &Intake, watch: &dyn Watch) -> Outcome {
        watch.start(plugins(intake));
        judge(&intake.groups, self.bench(), &|| watch.tick())
    }

    fn rule(&self, intake: &Intake, outcome: Outcome, first: bool) -> Ruling {
        let docket =
            Docket { groups: &intake.groups, rules: self.rules, settings: self.settings, baseline: self.baseline };
        // What the intake found belongs to the disk as it was, not to texts that were mended since.
        let mut more = if first { intake.findings.clone() } else { Vec::new() };
        if self.scan {
            // What is no plugin need not be made as one.
            more.retain(|finding| {
                !matches!(self.rules.family(finding.rule), "files" | "load" | "manifest" | "templates")
                    || finding.rule.as_str().contains("read")
            });
        }
        let mut ruling = on_threads(plugins(intake), self.jobs, || decide(outcome, more, intake.files.clone(), docket));
        // A plugin of which nothing could be read did not pass.
        let unjudged = intake.unjudged.iter().filter(|_| first).map(|plugin| PluginVerdict {
            path: plugin.root.clone(),
            slug: plugin.slug.clone(),
            name: None,
            version: None,
            verdict: Verdict::Fail,
            loads: Loads::Unknown,
        });
        ruling.report.plugins.extend(unjudged);
        ruling.report.plugins.sort_by(|a, b| a.path.cmp(&b.path));
        ruling
    }

    /// Loads and judges.
    #[must_use]
    pub fn check(&self, watch: &dyn Watch) -> Done {
        let memory = self.store.map(|store| Memory::new(store, self.bench()));
        let known = memory.as_ref().and_then(|memory| self.recall(memory));
        let (intake, outcome) = known.unwrap_or_else(|| {
            let intake = self.load(None);
            let outcome = self.judge(&intake, watch);
            if let Some(memory) = &memory
                && let Some(texts) = recall::texts(&intake.groups, &outcome)
            {
                memory.keep_texts(self, &texts);
            }
            (intake, outcome)
        });
        let plugins = plugins(&intake);
        Done { ruling: self.rule(&intake, outcome, true), errors: intake.errors, plugins }
    }

    /// The plugins and what was found in them, when all of it is known from an earlier run of the same kind.
    fn recall(&self, memory: &Memory<'_>) -> Option<(Intake, Outcome)> {
        let intake = self.load(Some(memory.texts(self)?));
        let outcome = recall::recall(&intake.groups, self.bench(), memory)?;
        Some((intake, outcome))
    }

    /// Loads, judges, and mends in memory, round after round. Nothing is written.
    #[must_use]
    pub fn mend(&self, allowed: Safety, watch: &dyn Watch) -> Mending {
        let mut intake = self.load(None);
        let mut originals = Originals::default();
        let mut problems = 0;
        for round in 0..MAX_ROUNDS {
            let outcome = self.judge(&intake, watch);
            let ruling = self.rule(&intake, outcome, round == 0);
            let mended = mend(&mut intake.groups, &ruling.report, allowed, &mut originals);
            problems += mended;
            if mended == 0 {
                break;
            }
        }
        Mending { problems, files: changes(&intake.groups, &originals), errors: intake.errors }
    }
}

fn plugins(intake: &Intake) -> usize {
    intake.groups.iter().map(|group| group.plugins.len()).sum()
}
