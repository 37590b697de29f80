//! What rules say about one thing that a program does.

use super::catalogue::{Catalogue, Entry, of_assignment};
use super::evidence::weigh;
use super::traces::Traces;
use super::{conditions, looks, say};
use crate::rules::Evidence;
use crate::source::python::flow::{Args, At, Engine, Event, EventKind, Kind, Taint, Val};

/// What speaks for a finding; the strongest of several for one place is told.
pub(super) struct Case<'e> {
    pub(super) entry: &'e Entry,
    pub(super) evidence: Evidence,
    pub(super) message: String,
    pub(super) taint: Option<Taint>,
    /// Where it stands, when that is not where the event is.
    pub(super) at: Option<At>,
    /// The constant text that it is about, when another rule tells where that stands.
    pub(super) text: Option<String>,
}

/// Compares one event with the rules.
pub(super) struct Matcher<'m, 'e> {
    pub(super) engine: &'m Engine<'m, 'm>,
    pub(super) catalogue: &'e Catalogue,
    pub(super) event: &'m Event,
    /// It is one of a program in a text.
    pub(super) in_text: bool,
    pub(super) traces: &'m Traces,
}

/// The parts of an event that rules speak of.
#[derive(Clone, Copy)]
struct Parts<'v> {
    name: &'v str,
    receiver: Option<&'v Val>,
    args: &'v Args,
    key: Option<&'v Val>,
    value: Option<&'v Val>,
}

impl<'v> Parts<'v> {
    /// The part that a reference names: the first that is given of those separated by `|`.
    fn named(&self, engine: &Engine<'_, '_>, reference: &str) -> Option<&'v Val> {
        match reference {
            "key" => self.key,
            "value" => self.value,
            "receiver" => self.receiver,
            reference => conditions::argument(engine, self.args, reference),
        }
    }
}

impl<'e> Matcher<'_, 'e> {
    /// What rules say about the event.
    pub(super) fn matching(&self) -> Vec<Case<'e>> {
        let mut cases = Vec::new();
        self.each(|me, entry, parts| {
            // What only leaves a trace says nothing.
            if entry.spec.leaves.is_empty() || !entry.spec.message.is_empty() {
                cases.extend(me.case(entry, parts));
            }
        });
        cases
    }

    /// The traces that the event leaves, with what they are of.
    pub(super) fn leaves(&self) -> Vec<(&'e str, Vec<&Val>)> {
        let EventKind::Call { name, receiver, args } = &self.event.kind else { return Vec::new() };
        let parts = Parts { name, receiver: receiver.as_ref(), args, key: None, value: None };
        let entries = self.catalogue.about(&self.catalogue.leaving, name);
        let left = entries.into_iter().filter(|entry| self.case(entry, parts).is_some());
        left.map(|entry| {
            let of = entry.spec.of.iter().filter_map(|reference| parts.named(self.engine, reference)).collect();
            (entry.spec.leaves.as_str(), of)
        })
        .collect()
    }

    /// Calls `work` with every part of a rule that is about the event.
    fn each(&self, mut work: impl FnMut(&Self, &'e Entry, Parts<'_>)) {
        let catalogue = self.catalogue;
        let nothing = Args::default();
        let parts = |name| Parts { name, receiver: None, args: &nothing, key: None, value: None };
        match &self.event.kind {
            EventKind::Call { name, receiver, args } => {
                let parts = Parts { receiver: receiver.as_ref(), args, ..parts(name) };
                catalogue.about(&catalogue.calls, name).into_iter().for_each(|entry| work(self, entry, parts));
            }
            EventKind::Set { name, key, value } => {
                let parts = Parts { key: key.as_ref(), value: Some(value), ..parts(name) };
                let entries = of_assignment(catalogue.about(&catalogue.sets, name), name);
                entries.into_iter().for_each(|entry| work(self, entry, parts));
            }
            EventKind::Import { name } => {
                catalogue.about(&catalogue.imports, name).into_iter().for_each(|entry| work(self, entry, parts(name)));
            }
            EventKind::Read { name } => {
                catalogue.about(&catalogue.reads, name).into_iter().for_each(|entry| work(self, entry, parts(name)));
            }
            EventKind::Return { value } => {
                let parts = Parts { value: Some(value), ..parts("return") };
                catalogue.returns.iter().for_each(|at| work(self, &catalogue.entries[*at], parts));
            }
            // It waits for its caller, who tells what is set.
            EventKind::Change { .. } => {}
            EventKind::Dynamic { callee, args } => {
                let parts = Parts { receiver: Some(callee), args, ..parts("a computed function") };
                catalogue.dynamic.iter().for_each(|at| work(self, &catalogue.entries[*at], parts));
            }
        }
    }

    /// What one part of a rule says about the event, if it holds.
    fn case(&self, entry: &'e Entry, parts: Parts<'_>) -> Option<Case<'e>> {
        let (engine, catalogue, event) = (self.engine, self.catalogue, self.event);
        let by_hand = entry.spec.conditions.get("context").is_some_and(|context| context == "script");
        // What a text does that is run is not done by an import.
        let imported = event.at_import && !self.in_text;
        if entry.spec.at_import && !imported || event.script && !by_hand && catalogue.is_setting(entry.rule) {
            return None;
        }
        if !entry.spec.conditions.iter().all(|(reference, condition)| self.holds(parts, reference, condition)) {
            return None;
        }
        let all: Vec<&Val> = match entry.spec.arg.as_slice() {
            [] => Vec::new(),
            [one] if one == "*" => parts.args.values().collect(),
            [one] if one == "body" => {
                let sent = |name: &str| {
                    !matches!(name, "headers" | "auth" | "cookies" | "cert" | "verify" | "timeout" | "proxies")
                };
                let named =
                    parts.args.named.iter().filter(|(name, _)| sent(engine.text(*name))).map(|(_, value)| value);
                parts.args.pos.iter().chain(named).chain(parts.args.rest.as_deref()).collect()
            }
            [one] if one == "but-last" => parts.args.pos.iter().rev().skip(1).collect(),
            references => {
                let given = references.iter().find_map(|reference| parts.named(engine, reference));
                given.or(parts.args.rest.as_deref()).into_iter().collect()
            }
        };
        if all.is_empty() {
            let any = entry.spec.arg.is_empty() && entry.spec.evidence.is_empty() && entry.spec.looks.is_empty();
            return any.then(|| {
                let message = say::message(catalogue, entry, parts.name, Evidence::Unknown, None, None);
                Case {
                    entry,
                    evidence: Evidence::Unknown,
                    message,
                    taint: None,
                    at: self.place(entry, parts),
                    text: None,
                }
            });
        }
        let (value, (evidence, taint)) = all
            .into_iter()
            .filter(|value| self.looks(value, &entry.spec.looks))
            .map(|value| (value, weigh(engine, catalogue, entry, value)))
            .max_by_key(|(_, (evidence, _))| *evidence)?;
        if !entry.spec.evidence.is_empty() && !entry.spec.evidence.contains(&evidence) {
            return None;
        }
        let message = say::message(catalogue, entry, parts.name, evidence, Some(value), taint);
        let alike = |one: &&Val| entry.spec.stands && self.looks(one, &entry.spec.looks);
        let text = value.alternatives().filter(alike).find_map(Val::as_str).map(str::to_owned);
        Some(Case { entry, evidence, message, taint: taint.cloned(), at: self.place(entry, parts), text })
    }

    /// Where the part was made at which the finding is to stand.
    fn place(&self, entry: &Entry, parts: Parts<'_>) -> Option<At> {
        match &parts.named(self.engine, &entry.spec.place)?.kind {
            Kind::Made(made) => Some(made.at),
            _ => None,
        }
    }

    /// Whether a part of the event is as a condition wants it.
    fn holds(&self, parts: Parts<'_>, reference: &str, condition: &str) -> bool {
        if reference == "context" {
            return self.in_context(parts, condition);
        }
        let given = parts.named(self.engine, reference);
        // `**options` may hold it.
        let may_be_absent = condition.split(" or ").any(|one| one == "absent");
        if given.is_none() && parts.args.rest.is_some() && may_be_absent {
            return false;
        }
        condition.split(" or ").any(|one| match one.strip_prefix("left:") {
            Some(trace) => given.is_some_and(|value| self.traces.has(self.engine, trace, value, self.event.at.file)),
            None if one == "foreign:" => given.is_some_and(|value| self.is_foreign(value)),
            None => conditions::holds(self.engine, given, one),
        })
    }

    /// Whether a text is the name of a module that is not the program's own, and that others know.
    fn is_foreign(&self, value: &Val) -> bool {
        value.as_str().is_some_and(|name| {
            let top = name.split('.').next().unwrap_or(name);
            self.catalogue.knows_module(top) && !self.engine.is_own_module(name)
        })
    }

    fn in_context(&self, parts: Parts<'_>, condition: &str) -> bool {
        let event = self.event;
        match condition.split_once(' ') {
            Some(("after", trace)) => self.traces.in_function(trace, event),
            Some(("with", trace)) => self.traces.anywhere(trace),
            Some(("without", trace)) => !self.traces.anywhere(trace),
            Some(("opened", rest)) => event.opened && self.in_context(parts, rest),
            Some(_) => false,
            None => match condition {
                "endless" => event.endless,
                // An object is among what it is given.
                "objects" => parts.args.values().any(super::setup::objects),
                // Named like a class.
                "class" => parts.name.rsplit('.').next().is_some_and(|last| last.starts_with(char::is_uppercase)),
                "script" => event.script,
                "!script" => !event.script,
                "text" => self.in_text,
                "!chosen" => !event.chosen,
                "values" => parts.args.values().nth(1).is_some(),
                _ => false,
            },
        }
    }

    fn looks(&self, value: &Val, like: &str) -> bool {
        let file = self.event.at.file;
        match like.split_once(':') {
            Some(("left", trace)) => self.traces.has(self.engine, trace, value, file),
            Some(("runs", trace)) => self.traces.has_program(self.engine, trace, value, file),
            _ => looks::looks(self.engine, value, like),
        }
    }
}
