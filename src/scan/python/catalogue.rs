//! The rules as the scanner uses them: by the name of what they are about.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use rustc_hash::{FxHashMap, FxHashSet};

use super::powers::Table;
use crate::model::RuleId;
use crate::rules::{FlowConstant, FlowFacts, Match, Powers, RuleSet, embedded_flow, embedded_matches, embedded_powers};
use crate::source::python::flow::{self, Effect, Kinds, Labels, Model, TOLD};
use crate::source::python::syntax::Constant;

/// One part of a rule.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) rule: RuleId,
    pub(super) spec: Match,
    /// The sources that count.
    pub(super) from: Labels,
    /// The kind of sink.
    pub(super) kind: Kinds,
}

/// All parts of all rules, and the facts about data flow.
#[derive(Clone, Debug, Default)]
pub struct Catalogue {
    pub(super) model: Model,
    pub(super) entries: Vec<Entry>,
    pub(super) calls: FxHashMap<String, Vec<usize>>,
    /// Calls that leave traces, and the last parts of their names.
    pub(super) leaving: FxHashMap<String, Vec<usize>>,
    leaving_last: FxHashSet<String>,
    pub(super) sets: FxHashMap<String, Vec<usize>>,
    pub(super) imports: FxHashMap<String, Vec<usize>>,
    pub(super) reads: FxHashMap<String, Vec<usize>>,
    pub(super) returns: Vec<usize>,
    pub(super) dynamic: Vec<usize>,
    /// The first parts of all paths that rules speak of.
    tops: FxHashSet<String>,
    /// Labels that are not data of others.
    marks: Labels,
    settings: BTreeSet<RuleId>,
    of_tests: BTreeSet<RuleId>,
    tampering: BTreeSet<RuleId>,
    within: BTreeSet<RuleId>,
    /// Rules that say more, by the rule that is silent beside them.
    silenced: BTreeMap<String, Vec<RuleId>>,
    /// Calls that run what they are given.
    runs: FxHashSet<String>,
    /// Calls that render what they are given.
    renders: FxHashSet<String>,
    /// What gives which capability; empty unless asked for.
    pub(super) powers: Table,
}

impl Catalogue {
    /// The rules that come with this tool, compiled once.
    #[must_use]
    pub fn embedded() -> &'static Self {
        static ONCE: LazyLock<Catalogue> = LazyLock::new(Catalogue::built_in);
        &ONCE
    }

    fn built_in() -> Self {
        let rules = RuleSet::embedded();
        Self::new(embedded_flow(), embedded_matches(), |rule| rules.family(rule))
    }

    /// The same, and what gives which capability; compiled once.
    #[must_use]
    pub fn with_powers() -> &'static Self {
        static ONCE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::built_in().watching(embedded_powers()));
        &ONCE
    }

    /// The built-in rules and those that users brought along; `powers` also tells what gives which capability.
    #[must_use]
    pub fn of(rules: &RuleSet, powers: bool) -> Cow<'static, Self> {
        let Some((own, facts)) = rules.own() else {
            return Cow::Borrowed(if powers { Self::with_powers() } else { Self::embedded() });
        };
        let (mut all, mut matches) = (embedded_flow(), embedded_matches());
        all.extend(facts.clone());
        matches.extend(own);
        let built = Self::new(all, matches, |rule| rules.family(rule));
        Cow::Owned(if powers { built.watching(embedded_powers()) } else { built })
    }

    fn watching(mut self, powers: Powers) -> Self {
        self.powers = Table::new(powers, &mut self.model);
        self
    }

    /// Compiles rules. `family` names the family of a rule, which is its kind of sink unless it says another.
    #[must_use]
    pub fn new(facts: FlowFacts, matches: Vec<(RuleId, Match)>, family: impl Fn(RuleId) -> &'static str) -> Self {
        let mut all = Self::default();
        for (other, path) in facts.aliases {
            all.model.add_module(&other);
            all.model.alias(&other, &path);
        }
        for source in facts.source {
            let label = all.model.label(&source.label);
            let kinds = source.harmless_for.iter().fold(Kinds::NONE, |kinds, name| kinds.and(all.model.kind(name)));
            for path in &source.paths {
                all.model.add_module(path);
                all.model.add_source(path, label);
                all.model.add_harmless(path, kinds);
            }
        }
        for pass in &facts.passes {
            for path in &pass.call {
                all.model.add_effect(path, Effect::Passes);
            }
        }
        for path in facts.reads.iter().flat_map(|one| &one.call) {
            all.model.add_reader(path);
        }
        for gives in &facts.gives {
            let label = all.model.label(&gives.label);
            gives.call.iter().for_each(|path| all.model.add_giver(path, label));
        }
        for renders in &facts.renders {
            for path in &renders.call {
                all.model.watch(path, flow::Use::Call);
                all.renders.insert(path.clone());
            }
        }
        for clear in &facts.clears {
            let kinds = clear.kinds.iter().fold(Kinds::NONE, |kinds, name| kinds.and(all.model.kind(name)));
            for path in &clear.call {
                all.model.add_effect(path, Effect::Clears(kinds));
            }
        }
        for restore in &facts.restores {
            let kinds = restore.kinds.iter().fold(Kinds::NONE, |kinds, name| kinds.and(all.model.kind(name)));
            for path in &restore.call {
                all.model.add_effect(path, Effect::Restores(kinds));
            }
        }
        for guard in &facts.guard {
            let kinds = guard.kinds.iter().fold(Kinds::NONE, |kinds, name| kinds.and(all.model.kind(name)));
            for path in &guard.call {
                all.model.add_guard(path, kinds);
            }
        }
        for ensure in &facts.ensures {
            let kinds = ensure.kinds.iter().fold(Kinds::NONE, |kinds, name| kinds.and(all.model.kind(name)));
            for path in &ensure.call {
                all.model.add_ensure(path, kinds);
            }
        }
        for kind in TOLD {
            all.model.kind(kind);
        }
        for hook in &facts.hooks {
            all.model.add_hook(hook);
        }
        for word in &facts.about_words {
            all.model.add_about_word(word);
        }
        for word in &facts.secret_words {
            all.model.add_secret_word(word);
        }
        for word in &facts.choice_words {
            all.model.add_choice_word(word);
        }
        for start in &facts.text_starts {
            all.model.add_text_start(start);
        }
        for mark in &facts.marks {
            let label = all.model.label(mark);
            all.marks = Labels(all.marks.0 | label.0);
        }
        for (path, constant) in facts.constants {
            all.model.add_constant(
                &path,
                match constant {
                    FlowConstant::Number(number) => Constant::Int(number),
                    FlowConstant::Text(text) => Constant::Str(text.into()),
                },
            );
        }
        for (rule, mut spec) in matches {
            spec.call = spec.call.into_iter().flat_map(|call| grouped(&facts.groups, call)).collect();
            all.add(rule, spec, family(rule));
        }
        all
    }

    fn add(&mut self, rule: RuleId, spec: Match, family: &str) {
        if matches!(family, "config" | "crypto" | "paths" | "tamper") {
            self.settings.insert(rule);
        }
        if matches!(family, "config" | "crypto") {
            self.of_tests.insert(rule);
        }
        if matches!(family, "code" | "deserialise" | "sql") {
            self.within.insert(rule);
        }
        // What a test writes it writes for itself.
        if family == "tamper" || rule.as_str() == "writes-own-code" {
            self.tampering.insert(rule);
        }
        let at = self.entries.len();
        let from = spec.from.iter().fold(Labels::NONE, |labels, name| Labels(labels.0 | self.model.label(name).0));
        let from = if from == Labels::NONE { Labels(!self.marks.0) } else { from };
        let kind = self.model.kind(if spec.kind.is_empty() { family } else { &spec.kind });
        for (paths, table, used) in [
            (&spec.call, &mut self.calls, flow::Use::Call),
            (&spec.set, &mut self.sets, flow::Use::Set),
            (&spec.import, &mut self.imports, flow::Use::Import),
            (&spec.read, &mut self.reads, flow::Use::Read),
        ] {
            for path in paths {
                // All below a name is too much to be told of, but for assignments.
                match path.strip_suffix('*').filter(|_| used == flow::Use::Set) {
                    Some(prefix) => self.model.watch_set(prefix),
                    None => self.model.watch(path, used),
                }
                self.model.add_module(path);
                self.tops.insert(path.split(['.', '(']).next().unwrap_or(path).to_owned());
                table.entry(path.clone()).or_default().push(at);
            }
        }
        if !spec.leaves.is_empty() {
            for path in &spec.call {
                self.leaving.entry(path.clone()).or_default().push(at);
                self.leaving_last.insert(last(path).to_owned());
            }
        }
        if spec.runs {
            self.runs.extend(spec.call.iter().cloned());
        }
        for weaker in &spec.supersedes {
            self.silenced.entry(weaker.clone()).or_default().push(rule);
        }
        if spec.returns {
            self.returns.push(at);
        }
        if spec.dynamic {
            self.dynamic.push(at);
        }
        self.entries.push(Entry { rule, spec, from, kind });
    }

    /// Whether a call may leave a trace.
    pub(super) fn may_leave(&self, name: &str) -> bool {
        self.leaving_last.contains(last(name))
    }

    /// Whether a rule is about how a site is set up.
    pub(super) fn is_setting(&self, rule: RuleId) -> bool {
        self.settings.contains(&rule)
    }

    /// Whether a rule has nothing to say about tests.
    pub(super) fn is_test_matter(&self, rule: RuleId) -> bool {
        self.of_tests.contains(&rule)
    }

    /// Whether a rule is about what a program does with data within itself.
    pub(super) fn is_within(&self, rule: RuleId) -> bool {
        self.within.contains(&rule)
    }

    /// Whether a rule is about what is changed for others.
    pub(super) fn is_tampering(&self, rule: RuleId) -> bool {
        self.tampering.contains(&rule)
    }

    /// Whether these labels mark what code hides, and are no data of others.
    pub(super) fn is_mark(&self, labels: Labels) -> bool {
        self.marks.meets(labels)
    }

    /// Whether rules speak of a module of this name outside.
    pub(super) fn knows_module(&self, name: &str) -> bool {
        self.tops.contains(name)
    }

    /// Whether a call runs what it is given.
    pub(super) fn runs(&self, name: &str) -> bool {
        self.runs.contains(name)
    }

    /// Whether a call renders what it is given.
    pub(super) fn renders(&self, name: &str) -> bool {
        self.renders.contains(name)
            || name.rsplit_once('.').is_some_and(|(_, method)| self.renders.contains(&format!("*.{method}")))
    }

    /// The rules beside which a rule is silent.
    pub(super) fn stronger(&self, rule: RuleId) -> &[RuleId] {
        self.silenced.get(rule.as_str()).map_or(&[], Vec::as_slice)
    }

    /// The parts about a name: those that name it, and those about a method of anything.
    pub(super) fn about<'t>(&'t self, table: &'t FxHashMap<String, Vec<usize>>, name: &str) -> Vec<&'t Entry> {
        indices(table, name).into_iter().map(|at| &self.entries[at]).collect()
    }
}

/// The calls that a name in a rule stands for: itself, or those of a group.
fn grouped(groups: &BTreeMap<String, Vec<String>>, call: String) -> Vec<String> {
    match call.strip_prefix('@') {
        Some(name) => groups.get(name).cloned().unwrap_or_default(),
        None => vec![call],
    }
}

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// The same of what is assigned to: what a call made is no part of the library that it came from.
pub(super) fn of_assignment<'t>(entries: Vec<&'t Entry>, name: &str) -> Vec<&'t Entry> {
    let below =
        |path: &String| path.ends_with(".*") && !path.contains('(') && name.starts_with(path.trim_end_matches('*'));
    let whole = |entry: &&Entry| !name.contains('(') || !entry.spec.set.iter().any(below);
    entries.into_iter().filter(whole).collect()
}

/// What a table holds for a name, for the same method of anything, and for all that begins alike.
pub(super) fn indices(table: &FxHashMap<String, Vec<usize>>, name: &str) -> Vec<usize> {
    let mut found: Vec<usize> = table.get(name).cloned().unwrap_or_default();
    if let Some((_, method)) = name.rsplit_once('.')
        && !name.starts_with("*.")
        && let Some(more) = table.get(&format!("*.{method}"))
    {
        found.extend(more);
    }
    for (at, _) in name.match_indices('.') {
        found.extend(table.get(&format!("{}.*", &name[..at])).into_iter().flatten());
    }
    found
}
