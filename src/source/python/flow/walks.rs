//! Loops inside expressions, and the items of what is walked.

use std::rc::Rc;

use super::engine::*;
use super::eval::ITEMS;
use super::taint::*;
use super::value::*;
use crate::source::python::syntax::*;

impl<'a> Engine<'a, '_> {
    pub(super) fn comprehend(&mut self, generators: &'a [Comprehension], elt: ExprId) -> Val {
        // One plain loop over known items is followed item by item: texts are put together in this way.
        if let [generator] = generators
            && generator.ifs.is_empty()
        {
            let iterable = self.eval(generator.iter);
            if let Some(items) = self.known_items(&iterable).filter(|items| items.len() <= ITEMS) {
                let mark = self.begin_own();
                let mut values = Vec::with_capacity(items.len());
                for item in items {
                    self.assign(generator.target, item);
                    values.push(self.eval(elt));
                }
                self.end_own(mark);
                return Val::seq(values, false);
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
        if let [generator] = generators
            && generator.ifs.is_empty()
        {
            let iterable = self.eval(generator.iter);
            if let Some(items) = self.known_items(&iterable).filter(|items| items.len() <= 256) {
                let mark = self.begin_own();
                let mut entries = Vec::with_capacity(items.len());
                for item in items {
                    self.assign(generator.target, item);
                    let key = self.eval(key);
                    entries.push((key, self.eval(value)));
                }
                self.end_own(mark);
                let open = entries.iter().any(|(key, _)| !key.is_constant());
                return Val::dict(Dict { entries, open });
            }
        }
        let taint = self.comprehend_once(generators, |me| {
            let key = me.eval(key);
            let value = me.eval(value);
            merge(&key.taint, &value.taint)
        });
        let value = Val::dirty(taint.clone());
        Val::dict(Dict { entries: vec![(Val::UNKNOWN, value)], open: true }).from(taint)
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

    /// The items of something whose items are all known.
    pub(super) fn known_items(&self, value: &Val) -> Option<Vec<Val>> {
        match &value.kind {
            Kind::Seq(seq) if !seq.open => Some(seq.items.clone()),
            Kind::Dict(dict) if !dict.open => Some(dict.entries.iter().map(|(key, _)| key.clone()).collect()),
            Kind::Const(constant) => match &**constant {
                Constant::Str(text) if text.len() <= ITEMS => {
                    Some(text.chars().map(|c| Val::text(c.to_string())).collect())
                }
                Constant::Bytes(bytes) if bytes.len() <= ITEMS => {
                    Some(bytes.iter().map(|byte| Val::int(i64::from(*byte))).collect())
                }
                _ => None,
            },
            _ => None,
        }
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
