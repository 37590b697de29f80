//! Loops inside expressions, and the items of what is walked.

use std::rc::Rc;

use super::engine::*;
use super::eval::ITEMS;
use super::questions::items;
use super::taint::*;
use super::value::*;
use crate::source::python::syntax::*;

impl<'a> Engine<'a, '_> {
    pub(super) fn comprehend(&mut self, generators: &'a [Comprehension], elt: ExprId) -> Val {
        // Loops over known items are followed item by item: texts are put together in this way.
        if let Some((first, _)) = generators.split_first() {
            let iterable = self.eval(first.iter);
            if items(&iterable).is_some_and(|items| items.len() <= ITEMS) {
                let mut values = Vec::new();
                if self.comprehend_known(generators, iterable, &mut |me| {
                    let value = me.eval(elt);
                    values.push(value);
                }) {
                    return Val::seq(values, false);
                }
            }
        }
        let mut item = Val::UNKNOWN;
        let taint = self.comprehend_once(generators, |me| {
            item = me.eval(elt);
            item = super::guards::harmless(&item, &me.frame().passed, 3);
            item.taint.clone()
        });
        Val::seq(vec![item], true).with(&taint)
    }

    pub(super) fn comprehend_dict(&mut self, generators: &'a [Comprehension], key: ExprId, value: ExprId) -> Val {
        if let Some((first, _)) = generators.split_first() {
            let iterable = self.eval(first.iter);
            if items(&iterable).is_some_and(|items| items.len() <= 256) {
                let mut entries = Vec::new();
                if self.comprehend_known(generators, iterable, &mut |me| {
                    let key = me.eval(key);
                    let value = me.eval(value);
                    entries.push((key, value));
                }) {
                    let open = entries.iter().any(|(key, _)| !key.is_constant());
                    return Val::dict(Dict { entries, open });
                }
            }
        }
        let mut item = Val::UNKNOWN;
        let taint = self.comprehend_once(generators, |me| {
            let key = me.eval(key);
            item = me.eval(value);
            item = super::guards::harmless(&item, &me.frame().passed, 3);
            merge(&key.taint, &item.taint)
        });
        let value = item.with(&taint);
        Val::dict(Dict { entries: vec![(Val::UNKNOWN, value)], open: true }).from(taint)
    }

    /// Every turn of a comprehension whose items and conditions are known; false when they are not.
    pub(super) fn comprehend_known(
        &mut self,
        generators: &'a [Comprehension],
        first: Val,
        each: &mut dyn FnMut(&mut Self),
    ) -> bool {
        let outer = self.begin_exact();
        let mark = self.begin_own();
        let whole = self.walk(generators, Some(first), each, &mut { super::worked::TURNS });
        self.end_own(mark);
        let done = self.end_exact(outer);
        whole && !done.failed
    }

    fn walk(
        &mut self,
        generators: &'a [Comprehension],
        first: Option<Val>,
        each: &mut dyn FnMut(&mut Self),
        left: &mut usize,
    ) -> bool {
        let Some((generator, inner)) = generators.split_first() else {
            each(self);
            return true;
        };
        let iterable = first.unwrap_or_else(|| self.eval(generator.iter));
        let Some(items) = items(&iterable) else { return false };
        for item in items {
            match left.checked_sub(1) {
                Some(fewer) => *left = fewer,
                None => return false,
            }
            self.assign(generator.target, item);
            let mut taken = true;
            for test in &generator.ifs {
                let value = self.eval(*test);
                match super::decided::decided(&value) {
                    Some(true) => {}
                    Some(false) => taken = false,
                    None => return false,
                }
                if !taken {
                    break;
                }
            }
            if taken && !self.walk(inner, None, each, left) {
                return false;
            }
        }
        true
    }

    /// Names that a comprehension binds are its own.
    pub(super) fn begin_own(&mut self) -> usize {
        self.frame_mut().branches += 1;
        self.frame().log.len()
    }

    pub(super) fn end_own(&mut self, mark: usize) {
        let undone: Vec<_> = self.frame_mut().log.drain(mark..).rev().collect();
        for (sym, old) in undone {
            self.put_back(sym, old);
        }
        self.frame_mut().branches -= 1;
    }

    pub(super) fn comprehend_once(
        &mut self,
        generators: &'a [Comprehension],
        each: impl FnOnce(&mut Self) -> Origins,
    ) -> Origins {
        let mark = self.begin_own();
        let passed = self.frame().passed.clone();
        for generator in generators {
            let iterable = self.eval(generator.iter);
            let item = self.item_of(&iterable);
            self.assign(generator.target, item);
            for test in &generator.ifs {
                let test = self.eval(*test);
                let (yes, _) = self.passed_by(&test);
                self.pass(&yes);
            }
        }
        let taint = each(self);
        let taint = self.passed_taint(&taint);
        self.frame_mut().passed = passed;
        self.end_own(mark);
        taint
    }

    /// One of the items of something that is walked.
    pub(super) fn item_of(&mut self, value: &Val) -> Val {
        match &value.kind {
            Kind::Seq(seq) => {
                let mut items = seq.items.iter();
                let first = items.next().cloned().unwrap_or(Val::UNKNOWN);
                let all = items.take(8).fold(first, |all, item| all.either(item.clone()));
                if seq.items.len() > 9 { Val::dirty(value.taint.clone()) } else { all.with(&value.taint) }
            }
            Kind::Dict(dict) => {
                let keys = super::taint::merge_all(dict.entries.iter().map(|(key, _)| &key.taint));
                let open = if dict.open { value.taint.clone() } else { None };
                Val::dirty(merge(&keys, &open))
            }
            Kind::Union(members) => {
                let members = Rc::clone(members);
                let mut all: Option<Val> = None;
                // An empty list has no item.
                let empty = |member: &Val| matches!(&member.kind, Kind::Seq(seq) if seq.items.is_empty() && !seq.open);
                for member in members.iter().filter(|member| !empty(member)) {
                    let item = self.item_of(member);
                    all = Some(match all {
                        Some(other) => other.either(item),
                        None => item,
                    });
                }
                all.unwrap_or(Val::UNKNOWN)
            }
            Kind::Made(_) | Kind::Attr(_) | Kind::Item(_) | Kind::Method(..) | Kind::Path(_) | Kind::Param(_) => {
                let inner = value.depth;
                // Some number for a key: each of them.
                let pair = Rc::new((value.clone(), Val::number()));
                let taint = self.part_each(value);
                Val::around(Kind::Item(pair), taint, inner)
            }
            Kind::Instance(_) if let Some(all) = self.walked(value) => self.item_of(&all),
            _ => Val::dirty(self.part_each(value)),
        }
    }
}

/// A list whose items are not known one by one.
pub(super) fn some_items(item: Val) -> Val {
    let taint = item.taint.clone();
    let inner = item.depth;
    Val::around(Kind::Seq(Rc::new(Seq { items: vec![item], open: true })), taint, inner)
}
