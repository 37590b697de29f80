//! What a run may cost: one account that steps, copies, searches, and texts are paid from.
//!
//! A step is cheap, but what it copies may be large. The prices keep the worst program within
//! about two seconds and a hundred megabytes, and are next to nothing for a plugin that people wrote.

use std::cell::Cell;
use std::rc::Rc;

/// Statements and expressions that one run may execute.
const STEPS: u32 = 400_000;
/// Values that are copied for one step.
const COPIED: usize = 3;
/// Values that are walked over for one step.
const WALKED: usize = 32;
/// Values that are compared with another for one step.
const SOUGHT: usize = 512;
/// Bytes of text that are made for one step.
const BYTES: usize = 128;

/// The account; its clones draw on the same one.
#[derive(Clone, Debug, Default)]
pub(super) struct Budget(Rc<Cell<u32>>);

impl Budget {
    pub(super) fn full() -> Self {
        Self(Rc::new(Cell::new(STEPS)))
    }

    pub(super) fn is_spent(&self) -> bool {
        self.0.get() == 0
    }

    pub(super) fn step(&self, steps: usize) {
        let steps = u32::try_from(steps).unwrap_or(u32::MAX);
        self.0.set(self.0.get().saturating_sub(steps));
    }

    pub(super) fn copy(&self, values: usize) {
        self.step(values / COPIED);
    }

    pub(super) fn walk(&self, values: usize) {
        self.step(values / WALKED);
    }

    pub(super) fn seek(&self, values: usize) {
        self.step(values / SOUGHT);
    }

    pub(super) fn text(&self, bytes: usize) {
        self.step(bytes / BYTES);
    }
}
