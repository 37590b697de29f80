//! Functions that are followed a second time, because more is known of the objects that they work on.

use std::collections::BTreeSet;

use super::engine::*;
use super::frame::*;
use super::value::*;

impl Engine<'_, '_> {
    /// Methods whose class has learnt more since they were followed are followed again, once, and so are those that
    /// call them and tell what they do.
    pub(super) fn read_again(&mut self) {
        let stale = |func: &Func<'_>| {
            func.read.iter().any(|(class, attr)| {
                self.classes[class.0 as usize].grew.contains(attr)
                    || self.bases_of(*class).iter().any(|base| self.classes[base.0 as usize].grew.contains(attr))
            })
        };
        let ids = (0..self.funcs.len()).map(|at| FuncId(u32::try_from(at).unwrap_or(u32::MAX)));
        let mut next: Vec<FuncId> = ids.filter(|id| stale(&self.funcs[id.0 as usize])).collect();
        let mut again: BTreeSet<FuncId> = next.iter().copied().collect();
        while let Some(id) = next.pop() {
            let func = &self.funcs[id.0 as usize];
            if func.summary.pending.is_empty() {
                continue;
            }
            next.extend(func.callers.iter().copied().filter(|caller| again.insert(*caller)));
        }
        for id in &again {
            self.funcs[id.0 as usize].progress = Progress::New;
        }
        for id in again {
            self.summary_of(id);
        }
    }
}
