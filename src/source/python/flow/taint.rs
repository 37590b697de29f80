//! Where data comes from, on which way, and what it is harmless for.

use std::rc::Rc;

use super::model::{Kinds, Labels};
use super::names::PathId;
use super::parts::Part;
use super::value::*;

/// Origins that are kept apart.
const ORIGINS: usize = 8;
/// Steps of a way that are kept.
const WAY: u8 = 24;

/// Where data comes from; `None` for nowhere outside.
pub type Origins = Option<Rc<[Taint]>>;

/// Something that a test has found harmless.
#[derive(Clone, Debug)]
pub struct Passed {
    /// What was tested.
    pub origin: Origin,
    /// For which sinks.
    pub kinds: Kinds,
    /// When the test has this answer.
    pub when: bool,
}

/// Where data comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// From outside: the labels of the source, its path, and which part of it.
    Source(Labels, PathId, Part),
    /// From an argument of the function that is being summarised, or a part of it.
    Param(u16, Part),
}

/// One origin of a value.
#[derive(Clone, Debug)]
pub struct Taint {
    /// Where from.
    pub origin: Origin,
    /// What it is harmless for.
    pub cleared: Kinds,
    /// The way here, last step first.
    pub step: Rc<Step>,
}

/// One step on the way of data.
#[derive(Clone, Debug)]
pub struct Step {
    /// Where.
    pub at: At,
    /// What happens there.
    pub what: StepKind,
    /// The step before.
    pub before: Option<Rc<Self>>,
    /// How many there are.
    pub(super) length: u8,
}

/// What happens to data in one step.
#[derive(Clone, Debug)]
pub enum StepKind {
    /// It comes from outside, from this path.
    Source(Rc<str>),
    /// It is an argument of this function.
    Param(Rc<str>),
    /// It is handed to this function.
    Into(Rc<str>),
    /// It comes back from this function.
    From(Rc<str>),
    /// It is kept under this name.
    Stored(Rc<str>),
    /// It goes the way that an argument goes inside a function: this one, after its first step. Calls share it.
    Inside(Rc<Step>),
}

impl Step {
    /// Where the way begins.
    #[must_use]
    pub fn first(&self) -> &Self {
        let mut first = self;
        while let Some(before) = &first.before {
            first = before;
        }
        first
    }

    /// The whole way, first step first; a long way is cut off.
    #[must_use]
    pub fn way(&self) -> Vec<&Self> {
        let mut way = Vec::new();
        self.spell(&mut way, 0);
        way
    }

    /// Adds the steps from the one with this number.
    fn spell<'s>(&'s self, way: &mut Vec<&'s Self>, from: usize) {
        let mut steps = Vec::new();
        let mut next = Some(self);
        while let Some(step) = next {
            steps.push(step);
            next = step.before.as_deref();
        }
        for step in steps.into_iter().rev().skip(from) {
            match &step.what {
                _ if way.len() >= usize::from(WAY) => return,
                StepKind::Inside(inner) => inner.spell(way, 1),
                _ => way.push(step),
            }
        }
    }
}

/// The origins of both.
pub(super) fn merge(a: &Origins, b: &Origins) -> Origins {
    match (a, b) {
        (None, other) | (other, None) => other.clone(),
        (Some(x), Some(y)) if Rc::ptr_eq(x, y) => Some(Rc::clone(x)),
        (Some(x), Some(y)) => {
            // Nearly always the one says nothing that the other does not say.
            if y.iter().all(|taint| says(x, taint)) {
                return Some(Rc::clone(x));
            }
            let mut all: Vec<Taint> = x.to_vec();
            for taint in y.iter() {
                add(&mut all, taint.origin, taint.cleared, || Rc::clone(&taint.step));
            }
            Some(all.into())
        }
    }
}

/// Whether origins would not change with this one among them.
fn says(all: &[Taint], taint: &Taint) -> bool {
    match all.iter().find(|seen| seen.origin == taint.origin) {
        Some(seen) => taint.cleared.has(seen.cleared),
        None => all.len() >= ORIGINS && !all.iter().any(|seen| seen.origin.whole() == taint.origin.whole()),
    }
}

/// Adds an origin to others; its way is asked for only when it is needed.
pub(super) fn add(all: &mut Vec<Taint>, origin: Origin, cleared: Kinds, step: impl FnOnce() -> Rc<Step>) {
    let room = all.len() < ORIGINS;
    let known = all.iter().position(|seen| seen.origin == origin);
    // Where there are too many, the parts of one source are one.
    let alike = || all.iter().position(|seen| !room && seen.origin.whole() == origin.whole());
    match known.or_else(alike).map(|at| &mut all[at]) {
        // What is less harmless counts, with its own way.
        Some(seen) => {
            let both = Kinds(seen.cleared.0 & cleared.0);
            if seen.origin != origin {
                seen.origin = seen.origin.whole();
            }
            if both != seen.cleared {
                seen.step = step();
                seen.cleared = both;
            }
        }
        None if room => all.push(Taint { origin, cleared, step: step() }),
        None => {}
    }
}

pub(super) fn merge_all<'t>(taints: impl Iterator<Item = &'t Origins>) -> Origins {
    taints.fold(None, |all, taint| if taint.is_none() { all } else { merge(&all, taint) })
}

/// The origins of a value that was computed again; what was known to be harmless of them before still is.
pub(super) fn settled(found: &Origins, known: &Origins) -> Origins {
    let (Some(all), Some(before)) = (found, known) else { return merge(found, known) };
    if Rc::ptr_eq(all, before) {
        return known.clone();
    }
    let harmless = |taint: &Taint| {
        let kinds = before.iter().find(|seen| seen.origin == taint.origin).map_or(Kinds::NONE, |seen| seen.cleared);
        Taint { cleared: taint.cleared.and(kinds), ..taint.clone() }
    };
    merge(&Some(all.iter().map(harmless).collect()), known)
}

/// The same origins, harmless for more.
pub(super) fn cleared(taint: &Origins, kinds: Kinds) -> Origins {
    let taint = taint.as_ref()?;
    Some(taint.iter().map(|taint| Taint { cleared: taint.cleared.and(kinds), ..taint.clone() }).collect())
}

/// The same origins, no longer harmless for these kinds. What is harmless for all is no text.
pub(super) fn restored(taint: &Origins, kinds: Kinds) -> Origins {
    let again = |taint: &Taint| {
        let text = !taint.cleared.has(Kinds::ALL);
        let cleared = if text { Kinds(taint.cleared.0 & !kinds.0) } else { taint.cleared };
        let origin = if text { taint.origin.with_part(taint.origin.part().turned()) } else { taint.origin };
        Taint { origin, cleared, ..taint.clone() }
    };
    Some(taint.as_ref()?.iter().map(again).collect())
}

/// A way, one step further; a long way stays what it is.
pub(super) fn further(before: &Rc<Step>, at: At, what: &StepKind) -> Rc<Step> {
    match before.length {
        WAY.. => Rc::clone(before),
        length => Rc::new(Step { at, what: what.clone(), before: Some(Rc::clone(before)), length: length + 1 }),
    }
}

/// A way, and then the way that an argument goes inside a function.
pub(super) fn inside(before: Rc<Step>, inner: &Rc<Step>) -> Rc<Step> {
    match (before.length, &inner.before) {
        (WAY.., _) | (_, None) => before,
        (_, Some(argument)) if argument.before.is_none() => further(&before, inner.at, &inner.what),
        (length, Some(_)) => {
            let length = length.saturating_add(inner.length).min(WAY);
            Rc::new(Step { at: inner.at, what: StepKind::Inside(Rc::clone(inner)), before: Some(before), length })
        }
    }
}

/// That something depends on our arguments, and is not made of them.
pub(super) fn depending(taint: &Origins) -> Origins {
    let params: Vec<Taint> =
        taint.as_ref()?.iter().filter(|taint| matches!(taint.origin, Origin::Param(..))).cloned().collect();
    if params.is_empty() { None } else { cleared(&Some(params.into()), Kinds::ALL) }
}
