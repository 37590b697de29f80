//! What a program can do: its events, compared with `rules/flow/capabilities.toml`.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rustc_hash::FxHashMap;
use std::mem::discriminant;

use super::addresses::{hosts, page};
use super::catalogue::indices;
use super::programs::Member;
use super::queries::{Access, access, is_database};
use super::{conditions, own, say};
use crate::model::{Capability, Place, Plugin};
use crate::rules::{Power, Powers};
use crate::scan::capability::{Capabilities, Use};
use crate::source::python::flow::{
    self, Args, At, CHANGE, Engine, Event, EventKind, FuncId, Handler, Kind, Model, Val,
};

/// The file, by the names of what it speaks of.
#[derive(Clone, Debug, Default)]
pub(super) struct Table {
    powers: Vec<Power>,
    calls: FxHashMap<String, Vec<usize>>,
    reads: FxHashMap<String, Vec<usize>>,
    sets: FxHashMap<String, Vec<usize>>,
    imports: FxHashMap<String, Vec<usize>>,
    hooks: FxHashMap<String, Vec<usize>>,
    answers: FxHashMap<String, Vec<usize>>,
    open_ended: BTreeSet<String>,
}

impl Table {
    pub(super) fn new(powers: Powers, model: &mut Model) -> Self {
        let mut table = Self { open_ended: powers.open_ended.into_iter().collect(), ..Self::default() };
        for (at, power) in powers.power.iter().enumerate() {
            for (paths, by_name, used) in [
                (&power.call, &mut table.calls, flow::Use::Call),
                (&power.read, &mut table.reads, flow::Use::Read),
                (&power.set, &mut table.sets, flow::Use::Set),
                (&power.import, &mut table.imports, flow::Use::Import),
            ] {
                for path in paths {
                    model.watch(path, used);
                    by_name.entry(path.clone()).or_default().push(at);
                }
            }
            for (hooks, by_hook) in [(&power.hook, &mut table.hooks), (&power.answer, &mut table.answers)] {
                for hook in hooks {
                    by_hook.entry(hook.clone()).or_default().push(at);
                }
            }
        }
        for path in &table.open_ended {
            model.watch(path, flow::Use::Call);
        }
        if !table.answers.is_empty() {
            model.watch(CHANGE, flow::Use::Set);
        }
        table.powers = powers.power;
        table
    }

    const fn is_empty(&self) -> bool {
        self.powers.is_empty()
    }
}

/// A program that was followed.
pub(super) struct Followed<'a, 'p> {
    pub(super) plugin: &'a Plugin,
    pub(super) members: &'a [Member<'p>],
    pub(super) engine: &'a Engine<'a, 'a>,
    pub(super) events: &'a [Event],
    /// Where it stands when it is in a text.
    pub(super) around: Option<At>,
}

/// Adds what a program can do. Tests and what runs only when a file is started do nothing on a site.
pub(super) fn collect(followed: &Followed<'_, '_>, table: &Table, seen: &mut Capabilities) {
    if table.is_empty() {
        return;
    }
    let handlers = followed.engine.handlers();
    let mut answering: BTreeMap<FuncId, &str> = BTreeMap::new();
    let mut given: BTreeMap<At, &str> = BTreeMap::new();
    for handler in &handlers {
        if table.answers.contains_key(&handler.hook) {
            answering.insert(handler.func, &handler.hook);
            given.extend(handler.params.iter().map(|at| (*at, handler.hook.as_str())));
        }
    }
    let mut collecting =
        Collecting { followed, table, answering, given, counted: super::aside::counted(followed.members), seen };
    for handler in &handlers {
        collecting.handler(handler);
    }
    // What a caller outside could pass says nothing where the program's own calls are known.
    let key = |event: &Event| (event.at, discriminant(&event.kind));
    let known: HashSet<_> = followed.events.iter().filter(|event| !event.outside).map(key).collect();
    for event in followed.events.iter().filter(|event| !event.script) {
        let computed = matches!(event.kind, EventKind::Dynamic { .. });
        if !event.outside || !computed && !known.contains(&key(event)) {
            collecting.event(event);
        }
    }
    seen.without_reads_of_writes();
    seen.sort();
}

struct Collecting<'c, 'a, 'p> {
    followed: &'c Followed<'a, 'p>,
    table: &'c Table,
    /// Handlers whose answer counts, and their hooks.
    answering: BTreeMap<FuncId, &'c str>,
    /// Their parameters.
    given: BTreeMap<At, &'c str>,
    /// Which files run on a site.
    counted: Vec<bool>,
    seen: &'c mut Capabilities,
}

/// The parts of an event.
#[derive(Default)]
struct Parts<'v> {
    args: Option<&'v Args>,
    receiver: Option<&'v Val>,
    key: Option<&'v Val>,
    value: Option<&'v Val>,
}

impl<'c> Collecting<'c, '_, '_> {
    fn handler(&mut self, handler: &Handler) {
        for at in self.table.hooks.get(&handler.hook).into_iter().flatten() {
            let what = format!("a handler of `{}`", handler.hook);
            self.give(&self.table.powers[*at].gives, handler.at, &what, BTreeSet::new());
        }
    }

    fn event(&mut self, event: &Event) {
        match &event.kind {
            EventKind::Call { name, receiver, args } => {
                let parts = Parts { args: Some(args), receiver: receiver.as_ref(), ..Parts::default() };
                for at in indices(&self.table.calls, name) {
                    self.power(&self.table.powers[at], name, event, &parts);
                }
                let told = args.pos.first().is_some_and(Val::is_constant);
                if self.table.open_ended.contains(&**name) && !told {
                    self.open(name, event.at);
                }
            }
            EventKind::Set { name, key, value } if &**name == CHANGE => {
                if let Some(hook) = self.given_in(key.as_ref().unwrap_or(value)) {
                    self.answer(hook, event.at, "changes what");
                }
            }
            EventKind::Set { name, key, value } => {
                let parts = Parts { key: key.as_ref(), value: Some(value), ..Parts::default() };
                for at in indices(&self.table.sets, name) {
                    self.power(&self.table.powers[at], name, event, &parts);
                }
            }
            EventKind::Change { .. } => {}
            EventKind::Read { name } => {
                for at in indices(&self.table.reads, name) {
                    self.power(&self.table.powers[at], name, event, &Parts::default());
                }
            }
            EventKind::Import { name } => {
                for at in indices(&self.table.imports, name) {
                    self.power(&self.table.powers[at], name, event, &Parts::default());
                }
            }
            EventKind::Return { value } => {
                let hook = event.function.and_then(|function| self.answering.get(&function).copied());
                let nothing = conditions::holds(self.followed.engine, Some(value), "none");
                let as_it_came = matches!(value.kind, Kind::Unknown) && self.given_in(value).is_some();
                if let Some(hook) = hook.filter(|_| !nothing && !as_it_came) {
                    self.answer(hook, event.at, "returns what");
                }
            }
            EventKind::Dynamic { .. } => self.open("a computed function", event.at),
        }
    }

    /// The hook whose data a value is a part of.
    fn given_in(&self, value: &Val) -> Option<&'c str> {
        value.origins().iter().find_map(|taint| self.given.get(&taint.step.first().at).copied())
    }

    fn answer(&mut self, hook: &str, at: At, does: &str) {
        for power in self.table.answers.get(hook).into_iter().flatten() {
            let what = format!("{does} `{hook}` gets");
            self.give(&self.table.powers[*power].gives, at, &what, BTreeSet::new());
        }
    }

    fn power(&mut self, power: &Power, name: &str, event: &Event, parts: &Parts<'_>) {
        let engine = self.followed.engine;
        let nothing = Args::default();
        let args = parts.args.unwrap_or(&nothing);
        let get = |reference: &str| match reference {
            "key" => parts.key,
            "value" => parts.value,
            "receiver" => parts.receiver,
            reference => conditions::argument(engine, args, reference),
        };
        let holds = power.conditions.iter().all(|(reference, condition)| {
            let given = get(reference);
            // `*args` and `**options` may hold it, and then it may be anything.
            given.is_none() && args.rest.is_some() || conditions::holds(engine, given, condition)
        });
        if !holds {
            return;
        }
        let depth = self
            .member(self.followed.around.unwrap_or(event.at))
            .map_or(0, |member| member.file.path.as_str().matches('/').count());
        if !power.own.is_empty() && get(&power.own).is_some_and(|path| own::is_own(engine, path, depth)) {
            return;
        }
        let mut what = format!("`{}`", say::shown(name));
        let mut gives = power.gives.clone();
        if !power.sql.is_empty() {
            match get(&power.sql).map(|query| access(engine, query)) {
                Some(Access { known: true, reads, writes }) => gives.retain(|one| match one {
                    Capability::DatabaseRead => reads,
                    Capability::DatabaseWrite => writes,
                    _ => true,
                }),
                // `task.execute(job)`
                _ if name.starts_with("*.") && !parts.receiver.is_some_and(|holder| is_database(engine, holder)) => {
                    return;
                }
                _ => {}
            }
        }
        if !power.page.is_empty() {
            match page(engine, get(&power.page), parts.receiver) {
                Some(page) => what = format!("the page `{page}`"),
                None => return,
            }
        }
        let mut reached = BTreeSet::new();
        for (reference, address) in [(&power.url, true), (&power.host, false)] {
            if !reference.is_empty() {
                reached = hosts(engine, get(reference), parts.receiver, address).unwrap_or_default();
            }
        }
        self.give(&gives, event.at, &what, reached);
    }

    fn member(&self, at: At) -> Option<&Member<'_>> {
        let index = at.file.0 as usize;
        self.followed.members.get(index).filter(|_| self.counted.get(index).copied().unwrap_or(false))
    }

    fn one(&self, at: At, what: &str, hosts: BTreeSet<String>) -> Option<Use> {
        let at = self.followed.around.unwrap_or(at);
        let member = self.member(at)?;
        let path = self.followed.plugin.shown(member.file.path.as_str());
        let place = Place { path, span: Some(at.span), source: member.file.source().cloned() };
        Some(Use { place, what: what.to_owned(), hosts })
    }

    fn give(&mut self, gives: &[Capability], at: At, what: &str, hosts: BTreeSet<String>) {
        if let Some(one) = self.one(at, what, hosts) {
            for capability in gives {
                self.seen.add(*capability, one.clone());
            }
        }
    }

    fn open(&mut self, name: &str, at: At) {
        let what = if name.contains(' ') { name.to_owned() } else { format!("`{}`", say::shown(name)) };
        if let Some(one) = self.one(at, &what, BTreeSet::new()) {
            self.seen.add_open(one);
        }
    }
}
