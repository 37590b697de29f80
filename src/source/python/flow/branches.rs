//! Both sides of a branch, loops, and `try`: what is left where they meet.

use rustc_hash::FxHashMap;

use super::engine::*;
use super::exec::*;
use super::frame::*;
use super::names::Sym;
use super::value::*;
use crate::source::python::syntax::*;

/// Handlers of one `try` whose ends are told apart.
const HANDLERS: usize = 32;

type Changes = FxHashMap<Sym, Option<Val>>;

impl<'a> Engine<'a, '_> {
    /// Follows both sides of something undecided, and merges what is left.
    pub(super) fn branch(
        &mut self,
        first: impl FnOnce(&mut Self) -> Flow,
        second: impl FnOnce(&mut Self) -> Flow,
    ) -> Flow {
        let passed = self.frame().passed.clone();
        self.frame_mut().branches += 1;
        let mark = self.frame().log.len();
        let one = first(self);
        let mut changed = self.take_back(mark);
        let passed_one = std::mem::replace(&mut self.frame_mut().passed, passed);
        let two = second(self);
        let mut other = self.take_back(mark);
        self.frame_mut().branches -= 1;
        match (one, two) {
            (Flow::Next, Flow::Next) => {
                // What is harmless on one side only stays so for the value that this side leaves.
                let passed_two = self.frame().passed.clone();
                let names: Vec<Sym> = changed.keys().chain(other.keys()).copied().collect();
                self.settle(&names, &mut changed, &passed_one);
                self.settle(&names, &mut other, &passed_two);
                self.meet(changed, other);
                self.frame_mut().passed = super::guards::common(&passed_one, &passed_two);
                Flow::Next
            }
            (Flow::Next, Flow::Stop) => {
                self.apply(changed);
                self.frame_mut().passed = passed_one;
                Flow::Next
            }
            (Flow::Stop, Flow::Next) => {
                self.apply(other);
                Flow::Next
            }
            (Flow::Stop, Flow::Stop) => {
                // A loop goes on after `break` and `continue` with what was true there.
                if self.frame().loops > 0 {
                    self.meet(changed, other);
                }
                Flow::Stop
            }
        }
    }

    pub(super) fn settle(
        &self,
        names: &[Sym],
        side: &mut Changes,
        passed: &[(super::taint::Origin, super::model::Kinds)],
    ) {
        if passed.is_empty() {
            return;
        }
        for name in names {
            let value = match side.get(name) {
                Some(value) => value.clone(),
                None => self.current(*name),
            };
            if let Some(value) = value {
                side.insert(*name, Some(super::guards::harmless(&value, passed, 3)));
            }
        }
    }

    /// Undoes what was changed since `mark`, and tells what it was.
    pub(super) fn take_back(&mut self, mark: usize) -> Changes {
        let undone: Vec<(Sym, Option<Val>)> = self.frame_mut().log.drain(mark..).rev().collect();
        let mut changes = Changes::default();
        for (sym, old) in undone {
            let current = self.put_back(sym, old);
            changes.entry(sym).or_insert(current);
        }
        changes
    }

    pub(super) fn apply(&mut self, changes: Changes) {
        let mut sorted: Vec<_> = changes.into_iter().collect();
        sorted.sort_unstable_by_key(|(sym, _)| *sym);
        for (sym, value) in sorted {
            let old = self.put_back(sym, value);
            let frame = self.frame_mut();
            if frame.branches > 0 {
                frame.log.push((sym, old));
            }
        }
    }

    pub(super) fn meet(&mut self, one: Changes, mut two: Changes) {
        let mut merged = Changes::default();
        let mut sorted: Vec<_> = one.into_iter().collect();
        sorted.sort_unstable_by_key(|(sym, _)| *sym);
        for (sym, value) in sorted {
            let other = two.remove(&sym).unwrap_or_else(|| self.current(sym));
            merged.insert(sym, join(value, other));
        }
        let mut rest: Vec<_> = two.into_iter().collect();
        rest.sort_unstable_by_key(|(sym, _)| *sym);
        for (sym, value) in rest {
            let other = self.current(sym);
            merged.insert(sym, join(other, value));
        }
        self.apply(merged);
    }

    pub(super) fn current(&self, sym: Sym) -> Option<Val> {
        let frame = self.frame();
        let vars = if frame.level == Level::Module { &self.files[frame.file.0 as usize].vars } else { &frame.vars };
        vars.get(&sym).cloned()
    }

    /// A block that runs any number of times.
    pub(super) fn exec_loop(&mut self, mut body: impl FnMut(&mut Self)) {
        // What a turn leaves to the next one is seen in a second turn; inside another loop that one's is enough.
        let turns = if self.frame().loops == 0 { 2 } else { 1 };
        self.frame_mut().loops += 1;
        for _ in 0..turns {
            self.branch(
                |me| {
                    body(me);
                    Flow::Next
                },
                |_| Flow::Next,
            );
        }
        self.frame_mut().loops -= 1;
    }

    pub(super) fn exec_try(
        &mut self,
        body: &'a [StmtId],
        handlers: &'a [Handler],
        orelse: &'a [StmtId],
        finalbody: &'a [StmtId],
    ) -> Flow {
        let passed = self.frame().passed.clone();
        self.frame_mut().branches += 1;
        let mark = self.frame().log.len();
        let mut flow = self.exec_block(body);
        if flow == Flow::Next {
            flow = self.exec_block(orelse);
        }
        let done = self.take_back(mark);
        let passed_body = std::mem::replace(&mut self.frame_mut().passed, passed.clone());
        self.frame_mut().branches -= 1;
        // A handler starts anywhere in the body: with what was, or with what the body left.
        let mut left = (flow == Flow::Next).then(|| done.clone());
        for (at, handler) in handlers.iter().enumerate() {
            self.frame_mut().branches += 1;
            let mark = self.frame().log.len();
            self.meet(done.clone(), Changes::default());
            let caught = handler.typ.map(|typ| self.eval(typ));
            self.tell_swallowed(caught.as_ref(), handler);
            if let Some(name) = &handler.name {
                let name = self.names.sym(&name.name);
                self.set_var(name, Val::UNKNOWN);
            }
            let flow = self.exec_block(&handler.body);
            let changed = self.take_back(mark);
            self.frame_mut().passed.clone_from(&passed);
            self.frame_mut().branches -= 1;
            // What the first ones leave stands for the rest: each more would cost as much as all before it.
            if flow == Flow::Next && at < HANDLERS {
                left = Some(match left {
                    Some(other) => self.joined(other, changed),
                    None => changed,
                });
            }
        }
        let flow = match left {
            Some(changes) => {
                self.apply(changes);
                Flow::Next
            }
            None => Flow::Stop,
        };
        if handlers.is_empty() || flow == Flow::Next {
            // A handler that lets go on has not seen the tests of the body; one that stops has no say.
            self.frame_mut().passed = passed_body;
        }
        match (self.exec_block(finalbody), flow) {
            (Flow::Next, Flow::Next) => Flow::Next,
            _ => Flow::Stop,
        }
    }

    pub(super) fn joined(&mut self, one: Changes, mut two: Changes) -> Changes {
        let mut merged = Changes::default();
        let mut first: Vec<_> = one.into_iter().collect();
        first.sort_unstable_by_key(|(sym, _)| *sym);
        for (sym, value) in first {
            let other = two.remove(&sym).unwrap_or_else(|| self.current(sym));
            merged.insert(sym, join(value, other));
        }
        let mut rest: Vec<_> = two.into_iter().collect();
        rest.sort_unstable_by_key(|(sym, _)| *sym);
        for (sym, value) in rest {
            let other = self.current(sym);
            merged.insert(sym, join(other, value));
        }
        merged
    }

    pub(super) fn exec_match(&mut self, subject: &Val, cases: &'a [MatchCase]) -> Flow {
        let Some((case, rest)) = cases.split_first() else { return Flow::Next };
        let constants = case.constants.is_some();
        let body = |me: &mut Self| {
            if constants && case.guard.is_none() {
                // `case "a" | "b"`: it is one of our own texts.
                let (yes, _) = me.equal_to_constant(subject);
                me.pass(&yes);
            }
            for bind in &case.binds {
                let name = me.names.sym(&bind.name);
                me.set_var(name, Val::dirty(subject.taint.clone()));
            }
            if let Some(guard) = case.guard {
                let value = me.eval(guard);
                let (yes, _) = me.passed_by(&value);
                me.pass(&yes);
            }
            me.exec_block(&case.body)
        };
        if case.irrefutable {
            return body(self);
        }
        self.branch(body, |me| me.exec_match(subject, rest))
    }
}

pub(super) fn join(one: Option<Val>, two: Option<Val>) -> Option<Val> {
    match (one, two) {
        (Some(one), Some(two)) => Some(one.either(two)),
        (one, two) => one.or(two),
    }
}
