//! Functions that are followed a second time, because more is known of the objects that they work on.

use std::collections::BTreeSet;
use std::mem::discriminant;
use std::rc::Rc;

use super::engine::*;
use super::frame::*;
use super::summary::Summary;
use super::value::*;

/// How often callers of what was followed again are followed in turn.
const ROUNDS: u32 = 4;
/// Values inside one another that are compared.
const COMPARED: u8 = 6;

impl Engine<'_, '_> {
    /// Methods whose class has learnt more since they were followed are followed again, once, and so are those that
    /// call them and tell what they do, or get something else from them.
    pub(super) fn read_again(&mut self) {
        let stale = |func: &Func<'_>| {
            func.read.iter().any(|(class, attr)| {
                self.classes[class.0 as usize].grew.contains(attr)
                    || self.bases_of(*class).iter().any(|base| self.classes[base.0 as usize].grew.contains(attr))
            })
        };
        let ids = || (0..self.funcs.len()).map(|at| FuncId(u32::try_from(at).unwrap_or(u32::MAX)));
        let mut next: BTreeSet<FuncId> = ids().filter(|id| stale(&self.funcs[id.0 as usize])).collect();
        let better_known = std::mem::take(&mut self.better_known);
        next.extend(better_known.iter().flat_map(|id| &self.funcs[id.0 as usize].callers));
        // What these have told was said of values that are not there any more.
        let settled = |func: &Func<'_>| {
            func.read.iter().any(|(class, attr)| {
                self.settled.contains(&(*class, *attr))
                    || self.bases_of(*class).iter().any(|base| self.settled.contains(&(*base, *attr)))
            })
        };
        let mut outdated: BTreeSet<FuncId> = ids().filter(|id| settled(&self.funcs[id.0 as usize])).collect();
        let mut seen = BTreeSet::new();
        for _ in 0..ROUNDS {
            self.with_callers(&mut outdated, &seen);
            self.with_callers(&mut next, &seen);
            if next.is_empty() {
                return;
            }
            let told = self.events.len();
            let before: Vec<(FuncId, Rc<Summary>)> =
                next.iter().map(|id| (*id, Rc::clone(&self.funcs[id.0 as usize].summary))).collect();
            for id in &next {
                self.funcs[id.0 as usize].progress = Progress::New;
            }
            for id in &next {
                self.summary_of(*id);
            }
            if !self.exhausted() {
                self.forget(told, &outdated);
            }
            seen.append(&mut next);
            let mut later = BTreeSet::new();
            for (id, summary) in before {
                let func = &self.funcs[id.0 as usize];
                if !alike(&summary.ret, &func.summary.ret, COMPARED) {
                    let callers = func.callers.iter().filter(|caller| !seen.contains(*caller));
                    next.extend(callers.clone());
                    if outdated.contains(&id) {
                        later.extend(callers);
                    }
                }
            }
            outdated = later;
        }
    }

    /// Takes back what these functions told before.
    fn forget(&mut self, told: usize, outdated: &BTreeSet<FuncId>) {
        if outdated.is_empty() {
            return;
        }
        let by = std::mem::take(&mut self.told_by);
        let stays = |at: usize| at >= told || !by[at].is_some_and(|func| outdated.contains(&func));
        let mut at = 0;
        self.events.retain(|_| {
            at += 1;
            stays(at - 1)
        });
        self.told_by = (0..by.len()).filter(|at| stays(*at)).map(|at| by[at]).collect();
    }

    /// Adds those that call one of these functions and tell what it does.
    fn with_callers(&self, all: &mut BTreeSet<FuncId>, seen: &BTreeSet<FuncId>) {
        let mut next: Vec<FuncId> = all.iter().copied().collect();
        while let Some(id) = next.pop() {
            let func = &self.funcs[id.0 as usize];
            if func.summary.pending.is_empty() {
                continue;
            }
            let callers = func.callers.iter().copied();
            next.extend(callers.filter(|caller| !seen.contains(caller) && all.insert(*caller)));
        }
    }
}

/// Whether two values mean the same to whoever gets them, as far as that is looked at.
fn alike(one: &Val, two: &Val, left: u8) -> bool {
    let covered = |a: &Val, b: &Val| {
        let same = |taint: &super::taint::Taint| {
            b.origins().iter().any(|other| other.origin == taint.origin && other.cleared == taint.cleared)
        };
        a.origins().iter().all(same)
    };
    if discriminant(&one.kind) != discriminant(&two.kind) || !covered(one, two) || !covered(two, one) {
        return false;
    }
    let Some(left) = left.checked_sub(1) else { return true };
    let all = |a: &[Val], b: &[Val]| a.len() == b.len() && a.iter().zip(b).take(64).all(|(a, b)| alike(a, b, left));
    match (&one.kind, &two.kind) {
        (Kind::Const(a), Kind::Const(b)) => a == b,
        (Kind::Text(a), Kind::Text(b)) => {
            a.len() == b.len()
                && a.iter().zip(b.iter()).all(|pair| match pair {
                    (Piece::Literal(a), Piece::Literal(b)) => a == b,
                    (Piece::Hole(a), Piece::Hole(b)) => alike(a, b, left),
                    _ => false,
                })
        }
        (Kind::Seq(a), Kind::Seq(b)) => a.open == b.open && all(&a.items, &b.items),
        (Kind::Union(a), Kind::Union(b)) => all(a, b),
        (Kind::Dict(a), Kind::Dict(b)) => {
            a.entries.len() == b.entries.len()
                && a.entries.iter().zip(&b.entries).take(64).all(|(a, b)| alike(&a.1, &b.1, left))
        }
        _ => true,
    }
}
