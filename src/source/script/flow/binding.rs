//! Names and what they are bound to.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::value::Value;

/// A binding: an index.
pub(super) type BindingId = u32;

/// What makes a binding the same in every walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// The name is written at this offset.
    At(u32),
    /// The name of a function.
    Function(u32),
    /// The name of a class.
    Class(u32),
}

/// One variable.
#[derive(Clone, Debug)]
pub(super) struct Binding {
    /// The function that it belongs to.
    pub(super) owner: u32,
    /// What it holds at this point of the walk.
    pub(super) now: Value,
    /// Everything that it ever held.
    pub(super) ever: Value,
    /// Whether it ever got anything.
    pub(super) set: bool,
    /// Whether an inner function assigns to it.
    pub(super) shared: bool,
}

/// The variables of a script, and the scopes that are open.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) bindings: Vec<Binding>,
    known: HashMap<Key, BindingId>,
    scopes: Vec<HashMap<Rc<str>, BindingId>>,
    /// What bindings held before they were assigned to, for going back.
    log: Vec<(BindingId, Value)>,
    /// How many marks there are that somebody may go back to.
    marks: usize,
}

/// What bindings hold at the end of a branch.
pub(super) type Changed = BTreeMap<BindingId, Value>;

/// A point of the walk to go back to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark(usize);

impl Names {
    pub(super) fn open(&mut self) {
        self.scopes.push(HashMap::new());
    }

    pub(super) fn close(&mut self) {
        self.scopes.pop();
    }

    /// Declares a name in the innermost scope, or hands out the one that is there.
    pub(super) fn declare(&mut self, name: &str, key: Key, owner: u32) -> BindingId {
        let Some(scope) = self.scopes.last_mut() else { return 0 };
        if let Some(id) = scope.get(name) {
            return *id;
        }
        let bindings = &mut self.bindings;
        let id = *self.known.entry(key).or_insert_with(|| {
            let empty = Value::harmless();
            bindings.push(Binding { owner, now: empty.clone(), ever: empty, set: false, shared: false });
            u32::try_from(bindings.len() - 1).unwrap_or(u32::MAX)
        });
        scope.insert(name.into(), id);
        id
    }

    pub(super) fn find(&self, name: &str) -> Option<BindingId> {
        self.scopes.iter().rev().find_map(|scope| scope.get(name).copied())
    }

    pub(super) fn get(&self, id: BindingId) -> &Binding {
        &self.bindings[id as usize]
    }

    /// What a name holds, read in the function `reader`.
    pub(super) fn read(&self, id: BindingId, reader: u32) -> Value {
        let binding = self.get(id);
        if binding.owner != reader {
            return binding.ever.clone();
        }
        if binding.shared { binding.now.or(&binding.ever) } else { binding.now.clone() }
    }

    pub(super) fn write(&mut self, id: BindingId, value: Value, writer: u32) {
        let binding = &mut self.bindings[id as usize];
        binding.shared |= binding.owner != writer;
        binding.ever = if binding.set { binding.ever.or(&value) } else { value.clone() };
        binding.set = true;
        let before = std::mem::replace(&mut binding.now, value);
        self.note(id, before);
    }

    fn note(&mut self, id: BindingId, before: Value) {
        if self.marks > 0 {
            self.log.push((id, before));
        }
    }

    /// Changes what a name holds from here on, without having held it.
    pub(super) fn refine(&mut self, id: BindingId, value: Value) {
        let before = std::mem::replace(&mut self.bindings[id as usize].now, value);
        self.note(id, before);
    }

    /// A point to go back to, once.
    pub(super) fn mark(&mut self) -> Mark {
        self.marks += 1;
        Mark(self.log.len())
    }

    /// Goes back to a mark, and hands out what the bindings held that changed since.
    pub(super) fn back(&mut self, mark: Mark) -> Changed {
        self.marks = self.marks.saturating_sub(1);
        let mut after = Changed::new();
        while self.log.len() > mark.0 {
            let Some((id, before)) = self.log.pop() else { break };
            let now = std::mem::replace(&mut self.bindings[id as usize].now, before);
            // The last change comes off first, and holds what was there in the end.
            after.entry(id).or_insert(now);
        }
        after
    }

    /// Joins what branches left behind, each with what holds now where it changed nothing; `also_now` when none
    /// of them may have been taken.
    pub(super) fn join(&mut self, branches: &[Changed], also_now: bool) {
        let changed: BTreeSet<BindingId> = branches.iter().flat_map(|branch| branch.keys().copied()).collect();
        for id in changed {
            let now = self.get(id).now.clone();
            let values = branches.iter().map(|branch| branch.get(&id).unwrap_or(&now));
            let joined = values.chain(also_now.then_some(&now)).cloned().reduce(|joined, value| joined.or(&value));
            if let Some(value) = joined {
                self.refine(id, value);
            }
        }
    }

    /// Forgets the way back, so that it does not grow without end.
    pub(super) fn forget(&mut self) {
        self.log.clear();
        self.marks = 0;
    }
}
