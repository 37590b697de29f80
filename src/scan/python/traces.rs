//! What a program does before something else that only matters then: a file that was fetched and is run, a socket that
//! becomes the input of a shell. The order of the code does not matter, nor in which function or file it stands.

use std::collections::{BTreeMap, BTreeSet};

use super::catalogue::Catalogue;
use super::commands;
use super::matching::Matcher;
use super::paths::{HOLE, paths};
use crate::source::python::flow::{Engine, Event, EventKind, FileId, FuncId, Kind, Piece, Val};

/// Paths of one kind that are kept.
const KEPT: usize = 256;
/// Values that are looked at for one answer.
const LOOKED: u32 = 200;
/// How often files are followed that are copied or moved.
const TURNS: usize = 3;

/// What was left, by the name that rules give it.
#[derive(Debug, Default)]
pub(super) struct Traces {
    all: BTreeMap<String, Trace>,
}

#[derive(Debug, Default)]
struct Trace {
    /// The functions that do it.
    functions: BTreeSet<FuncId>,
    /// The paths that it is of; those in a folder that is not known count in their own file alone.
    paths: BTreeSet<(String, Option<FileId>)>,
}

impl Traces {
    /// The traces that a program leaves.
    pub(super) fn of(engine: &Engine<'_, '_>, catalogue: &Catalogue, events: &[Event]) -> Self {
        let leaving: Vec<&Event> = events
            .iter()
            .filter(|event| matches!(&event.kind, EventKind::Call { name, .. } if catalogue.may_leave(name)))
            .collect();
        let mut traces = Self::default();
        for _ in 0..TURNS {
            let mut found: Vec<Found> = Vec::new();
            for event in &leaving {
                let matcher = Matcher { engine, catalogue, event, in_text: false, traces: &traces };
                for (name, of) in matcher.leaves() {
                    let paths = of.into_iter().flat_map(|value| all_paths(engine, value)).collect();
                    found.push(Found { name: name.to_owned(), function: event.function, file: event.at.file, paths });
                }
            }
            if !traces.add(found) {
                break;
            }
        }
        traces
    }

    /// Whether anything is new.
    fn add(&mut self, found: Vec<Found>) -> bool {
        let mut new = false;
        for Found { name, function, file, paths } in found {
            let trace = self.all.entry(name).or_default();
            if let Some(function) = function {
                new |= trace.functions.insert(function);
            }
            for path in paths.into_iter().filter(|path| tells(path)) {
                if trace.paths.len() < KEPT {
                    let within = path.starts_with(HOLE).then_some(file);
                    new |= trace.paths.insert((path, within));
                }
            }
        }
        new
    }

    /// Whether a value is, or holds, a path that such a trace is of.
    pub(super) fn has(&self, engine: &Engine<'_, '_>, trace: &str, value: &Val, file: FileId) -> bool {
        let Some(trace) = self.all.get(trace).filter(|trace| !trace.paths.is_empty()) else { return false };
        trace.within(engine, value, file, 12, &mut { LOOKED })
    }

    /// Whether a command runs a program whose path such a trace is of; what is only given to a program is not run.
    pub(super) fn has_program(&self, engine: &Engine<'_, '_>, trace: &str, value: &Val, file: FileId) -> bool {
        let Some(trace) = self.all.get(trace).filter(|trace| !trace.paths.is_empty()) else { return false };
        commands::run_by(engine, value).iter().any(|program| trace.holds(program, file))
    }

    /// Whether the function of the event leaves such a trace, too.
    pub(super) fn in_function(&self, trace: &str, event: &Event) -> bool {
        let trace = self.all.get(trace);
        trace.is_some_and(|trace| event.function.is_some_and(|function| trace.functions.contains(&function)))
    }

    /// Whether anything in the program leaves such a trace.
    pub(super) fn anywhere(&self, trace: &str) -> bool {
        self.all.contains_key(trace)
    }
}

impl Trace {
    fn within(&self, engine: &Engine<'_, '_>, value: &Val, file: FileId, deep: u8, left: &mut u32) -> bool {
        *left = left.saturating_sub(1);
        let Some(deep) = deep.checked_sub(1).filter(|_| *left > 0) else { return false };
        let whole = !matches!(value.kind, Kind::Seq(_) | Kind::Dict(_) | Kind::Union(_) | Kind::Unknown);
        if whole && paths(engine, value).iter().any(|path| self.holds(path, file)) {
            return true;
        }
        let mut inside = |value: &Val| self.within(engine, value, file, deep, left);
        match &value.kind {
            Kind::Seq(seq) => seq.items.iter().take(32).any(inside),
            Kind::Dict(dict) => dict.entries.iter().take(32).any(|(_, value)| inside(value)),
            Kind::Union(members) => members.iter().any(inside),
            Kind::Text(pieces) => pieces.iter().any(|piece| matches!(piece, Piece::Hole(hole) if inside(hole))),
            Kind::Made(made) => inside(&made.callee) || made.args.values().take(8).any(inside),
            Kind::Method(_, holder) => inside(holder),
            Kind::Attr(pair) => inside(&pair.0),
            Kind::Item(pair) => inside(&pair.0),
            _ => false,
        }
    }

    /// Whether a path is one of them, lies in one of them, or is a command that names one.
    fn holds(&self, path: &str, file: FileId) -> bool {
        let here = self.paths.iter().filter(|(_, within)| within.is_none_or(|within| within == file));
        here.into_iter().any(|(known, _)| match path.strip_prefix(known.as_str()) {
            Some(rest) => rest.is_empty() || rest.starts_with(['/', ' ', '"', '\'']),
            None => known.contains(['/', '\u{1}']) && known.len() >= 6 && path.contains(known.as_str()),
        })
    }
}

/// A trace that was found.
struct Found {
    name: String,
    function: Option<FuncId>,
    file: FileId,
    paths: Vec<String>,
}

/// The paths of a value, or of each of its items.
fn all_paths(engine: &Engine<'_, '_>, value: &Val) -> Vec<String> {
    match &value.kind {
        Kind::Seq(seq) => seq
            .items
            .iter()
            .take(16)
            .flat_map(|item| paths(engine, item))
            .filter(|path| path.contains('/') && !path.contains("://"))
            .collect(),
        _ => paths(engine, value),
    }
}

/// Whether enough is known of a path to tell it from others.
fn tells(path: &str) -> bool {
    let known = path.strip_prefix("/tmp").unwrap_or(path);
    known.contains('\u{1}') || known.chars().filter(|c| c.is_alphanumeric()).count() >= 3
}
