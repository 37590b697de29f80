//! Many plugins in parallel, one ordered answer.

use std::collections::BTreeSet;
use std::sync::LazyLock;
use std::thread;

use rayon::prelude::*;

use super::examine::{self, Examined};
use super::memo::Memory;
use super::panics::caught;
use crate::cache::Store;
use crate::contract::{Facts, Model};
use crate::intake::Group;
use crate::model::{Finding, Loads, Plugin, Position, RuleId};
use crate::rules::{Host, RuleSet, id};
use crate::scan::Catalogue;

/// Deeply nested code is walked by recursion; this is enough for every bound of the parser.
const STACK: usize = 16 << 20;

/// What plugins are judged against, and with how many threads.
#[derive(Clone, Copy, Debug)]
pub struct Bench<'a> {
    /// The host's facts.
    pub host: &'a Host,
    /// The Python version to assume; all that the host runs on when `None`.
    pub python: Option<&'a str>,
    /// Threads; one for each processor when `None`.
    pub jobs: Option<usize>,
    /// Only the security families.
    pub scan: bool,
    /// The rules.
    pub rules: &'a RuleSet,
    /// Results of earlier runs.
    pub store: Option<&'a Store>,
}

/// A finding, and whose it is.
#[derive(Clone, Debug)]
pub struct Found {
    /// Index over the plugins of all groups, in order; `None` when no plugin is meant.
    pub plugin: Option<usize>,
    /// What was found.
    pub finding: Finding,
    /// The function or class that it is in, when that is known already.
    pub scope: Option<String>,
}

/// What is known of a plugin as a whole.
#[derive(Clone, Debug)]
pub struct Seen {
    /// Would the host load it?
    pub loads: Loads,
    /// Display name.
    pub name: Option<String>,
    /// Version.
    pub version: Option<String>,
    /// Which texts the rest of the run needs; any of them when `None`.
    pub texts: Option<Texts>,
}

/// Files of a plugin by their place in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// May have comments for this program.
    pub marked: Vec<usize>,
    /// Findings are about these; `None` when what was found could not be kept for later runs.
    pub needed: Option<Vec<usize>>,
}

/// What the engines said.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// All findings, sorted by path, position, rule, and message.
    pub found: Vec<Found>,
    /// One for each plugin of all groups, in order.
    pub seen: Vec<Seen>,
    /// How many plugins could not be judged because a check broke off.
    pub bugs: usize,
}

/// Begins to compile the built-in rules on a thread of their own, while plugins are still being read.
pub fn prepare(scan: bool) {
    // Whoever needs them first waits for them, or compiles them where no thread can be had.
    let _ = thread::Builder::new().spawn(move || if scan { Catalogue::embedded() } else { Catalogue::with_powers() });
}

/// Judges every plugin. `tick` is called after each, from any thread.
#[must_use]
pub fn judge(groups: &[Group], bench: Bench<'_>, tick: &(dyn Fn() + Sync)) -> Outcome {
    // What was found before needs neither.
    let model = LazyLock::new(|| Model::new(bench.host));
    let catalogue = LazyLock::new(|| Catalogue::of(bench.rules, !bench.scan));
    let memory = bench.store.map(|store| Memory::new(store, bench));
    judge_with(groups, bench, tick, &|plugin, siblings| {
        let judge = || match bench.scan {
            true => examine::tree(plugin, &catalogue),
            false => examine::plugin(plugin, siblings, bench.host, &model, bench.python, &catalogue),
        };
        match &memory {
            Some(memory) => memory.through(plugin, siblings, judge),
            None => judge(),
        }
    })
}

type Judge<'a> = &'a (dyn Fn(&Plugin, &BTreeSet<&str>) -> Examined + Sync);

fn judge_with(groups: &[Group], bench: Bench<'_>, tick: &(dyn Fn() + Sync), judge: Judge<'_>) -> Outcome {
    let roll = Roll::of(groups);
    let one = |(group, plugin): &(usize, &Plugin)| {
        let examined = caught(|| judge(plugin, &roll.names[*group]));
        tick();
        examined
    };
    // The programs of one tree are followed in parallel, too.
    let threads = if bench.scan { usize::MAX } else { roll.all.len() };
    let examined: Vec<Result<Examined, String>> = on_threads(threads, bench.jobs, || match roll.all.len() {
        1 => roll.all.iter().map(one).collect(),
        _ => roll.all.par_iter().map(one).collect(),
    });
    gathered(groups, &roll, examined, bench.host)
}

/// The plugins of all groups, and the names in each collection.
pub(super) struct Roll<'g> {
    /// For each group the folder names of its plugins if it is a collection.
    pub(super) names: Vec<BTreeSet<&'g str>>,
    /// With the place of its group.
    pub(super) all: Vec<(usize, &'g Plugin)>,
}

impl<'g> Roll<'g> {
    pub(super) fn of(groups: &'g [Group]) -> Self {
        let names = |group: &'g Group| match group.collection {
            true => group.plugins.iter().map(|plugin| plugin.slug.as_str()).collect(),
            false => BTreeSet::new(),
        };
        let all = groups.iter().enumerate();
        let all = all.flat_map(|(at, group)| group.plugins.iter().map(move |plugin| (at, plugin)));
        Self { names: groups.iter().map(names).collect(), all: all.collect() }
    }
}

/// What was said of each plugin, and what they do to one another, in the one order.
pub(super) fn gathered(
    groups: &[Group],
    roll: &Roll<'_>,
    examined: Vec<Result<Examined, String>>,
    host: &Host,
) -> Outcome {
    let mut outcome = Outcome::default();
    let mut facts: Vec<Facts> = Vec::with_capacity(roll.all.len());
    for (at, (examined, (_, plugin))) in examined.into_iter().zip(&roll.all).enumerate() {
        let examined = examined.unwrap_or_else(|said| {
            outcome.bugs += 1;
            Examined::of(vec![broken(plugin, &said)])
        });
        let Examined { findings, loads, name, version, facts: own, notes } = examined;
        facts.push(own);
        let (scopes, texts) = notes.map(|notes| (notes.scopes, notes.texts)).unzip();
        let mut scopes = scopes.into_iter().flatten();
        let mut found = |finding| Found { plugin: Some(at), finding, scope: scopes.next() };
        outcome.found.extend(findings.into_iter().map(&mut found));
        outcome.seen.push(Seen { loads, name, version, texts });
    }
    compare(groups, &facts, host, &mut outcome);
    sort(&mut outcome.found);
    outcome
}

/// Adds what the plugins of each collection do to one another.
fn compare(groups: &[Group], facts: &[Facts], host: &Host, outcome: &mut Outcome) {
    let mut first = 0;
    for group in groups {
        let end = first + group.plugins.len();
        if group.collection {
            let mut members: Vec<(&Plugin, &Facts)> = group.plugins.iter().zip(&facts[first..end]).collect();
            members.sort_by(|(a, _), (b, _)| a.slug.cmp(&b.slug));
            for finding in examine::collection(&members, host) {
                let plugin = group.plugins.iter().position(|plugin| plugin.slug == finding.plugin).map(|at| first + at);
                if let Some(seen) = plugin.and_then(|at| outcome.seen.get_mut(at))
                    && seen.loads == Loads::Yes
                {
                    seen.loads = beside_others(&finding);
                }
                outcome.found.push(Found { plugin, finding, scope: None });
            }
        }
        first = end;
    }
}

/// Whether a plugin loads that would load alone, with this finding about it and another one.
fn beside_others(finding: &Finding) -> Loads {
    use crate::rules::id;
    match finding.rule {
        id::DEPENDS_ON_VALUE => Loads::No,
        // One of the two does not load; which one, the order on disk decides.
        id::BLUEPRINT_COLLISION | id::ENDPOINT_COLLISION | id::DEPENDENCY_CYCLE | id::PRIORITY_COLLISION => {
            Loads::Unknown
        }
        _ => Loads::Yes,
    }
}

/// Runs `work` where there is enough stack: on one thread for one plugin, in a pool for more.
pub(super) fn on_threads<T: Send>(plugins: usize, jobs: Option<usize>, work: impl FnOnce() -> T + Send) -> T {
    if plugins > 1 {
        let pool = rayon::ThreadPoolBuilder::new().stack_size(STACK).num_threads(jobs.unwrap_or(0)).build();
        return match pool {
            Ok(pool) => pool.install(work),
            Err(error) => panic!("cannot start threads: {error}"),
        };
    }
    thread::scope(|scope| match thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work) {
        Ok(thread) => thread.join().unwrap_or_else(|payload| std::panic::resume_unwind(payload)),
        Err(error) => panic!("cannot start a thread: {error}"),
    })
}

pub(super) fn broken(plugin: &Plugin, said: &str) -> Finding {
    Finding::whole(id::INTERNAL_ERROR, plugin, "", format!("a check of wicara-tool broke off: {said}"))
}

/// The one order of findings.
pub(super) fn sort(found: &mut [Found]) {
    found.sort_by_cached_key(|found| sort_key(&found.finding));
}

/// Path, position, rule, message.
pub(super) fn sort_key(finding: &Finding) -> (String, Position, RuleId, String) {
    (finding.place.path.clone(), finding.place.positions().0, finding.rule, finding.message.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Origin;

    fn plugin(slug: &str) -> Plugin {
        Plugin { slug: slug.to_owned(), root: slug.to_owned(), origin: Origin::Folder, files: Vec::new() }
    }

    fn fine(findings: Vec<Finding>) -> Examined {
        Examined { loads: Loads::Yes, ..Examined::of(findings) }
    }

    fn bench(host: &Host, jobs: Option<usize>) -> Bench<'_> {
        static RULES: std::sync::LazyLock<RuleSet> = std::sync::LazyLock::new(RuleSet::embedded);
        Bench { host, python: None, jobs, scan: false, rules: &RULES, store: None }
    }

    #[test]
    fn a_panic_is_a_finding_of_its_plugin_and_the_others_are_judged() {
        let group = Group { plugins: ["a", "b", "c"].map(plugin).to_vec(), collection: true };
        let outcome = judge_with(&[group], bench(&Host::load(None).unwrap(), Some(2)), &|| (), &|plugin, siblings| {
            assert!(plugin.slug != "b", "no b, siblings {siblings:?}");
            fine(Vec::new())
        });
        assert_eq!((outcome.bugs, outcome.seen.len(), outcome.found.len()), (1, 3, 1));
        let Found { plugin, finding, .. } = &outcome.found[0];
        assert_eq!((*plugin, finding.rule), (Some(1), id::INTERNAL_ERROR));
        assert!(finding.message.contains("no b, siblings {\"a\", \"b\", \"c\"}"), "{}", finding.message);
    }

    #[test]
    fn the_order_of_the_answer_does_not_depend_on_threads() {
        let names: Vec<String> = (0..40).map(|n| format!("p{:02}", 39 - n)).collect();
        let group = Group { plugins: names.iter().map(|name| plugin(name)).collect(), collection: false };
        let judge: Judge<'_> = &|plugin, siblings| {
            assert!(siblings.is_empty());
            fine(vec![broken(plugin, "y"), broken(plugin, "x")])
        };
        let host = Host::load(None).unwrap();
        let shown = |jobs| {
            let outcome = judge_with(std::slice::from_ref(&group), bench(&host, Some(jobs)), &|| (), judge);
            outcome
                .found
                .iter()
                .map(|found| found.finding.place.path.clone() + &found.finding.message)
                .collect::<Vec<_>>()
        };
        assert_eq!(shown(1), shown(7));
        assert!(shown(3).is_sorted());
    }

    #[test]
    fn there_is_stack_for_deep_recursion() {
        fn deep(n: usize) -> usize {
            let room = std::hint::black_box([n; 64]);
            if n == 0 { room[0] } else { deep(n - 1) + room[1] % 2 }
        }
        let outcome = judge_with(
            &[Group { plugins: vec![plugin("a")], collection: false }],
            bench(&Host::load(None).unwrap(), None),
            &|| (),
            &|_, _| {
                assert!(deep(12_000) > 0);
                fine(Vec::new())
            },
        );
        assert_eq!(outcome.bugs, 0);
    }
}
