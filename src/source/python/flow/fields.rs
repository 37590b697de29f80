//! Fields of data classes: given by name or by position, or made by a function for each object.

use super::engine::Engine;
use super::names::Sym;
use super::taint::merge_all;
use super::value::{Args, ClassId, Kind, Val};

/// Fields of one class that are told apart.
const FIELDS: usize = 64;

impl Engine<'_, '_> {
    /// What an object is given for its fields.
    pub(super) fn given_fields(&self, class: ClassId, args: &Args) -> Vec<(Sym, Val)> {
        let mut order: Vec<Sym> = Vec::new();
        let mut all = self.bases_of(class);
        all.reverse();
        all.push(class);
        for class in all {
            for field in &self.classes[class.0 as usize].fields {
                if !order.contains(field) {
                    order.push(*field);
                }
            }
        }
        let by_place = order.into_iter().zip(args.pos.iter().cloned());
        by_place.chain(args.named.iter().map(|(name, value)| (*name, value.clone()))).collect()
    }

    /// `args.get("page", type=int)` of something that is not known yet.
    pub(super) fn typed(&self, value: Val) -> Val {
        let Kind::Made(made) = &value.kind else { return value };
        let Some(path) = self.argument(&made.args, "type", None).and_then(|typed| self.path_of(typed)) else {
            return value;
        };
        match self.model.effect(path) {
            Some(super::model::Effect::Clears(kinds)) => {
                let taint = super::taint::cleared(&value.taint, kinds);
                value.from(taint)
            }
            _ => value,
        }
    }

    /// Where what an object holds comes from.
    pub(super) fn held(&mut self, object: &Val) -> super::taint::Origins {
        let class = match object.kind {
            Kind::Instance(class) => class,
            Kind::Param(0) => self.class_of_self()?,
            _ => return None,
        };
        let known = &self.classes[class.0 as usize];
        let all = known.attrs.iter().chain(&known.vars);
        let mut held: Vec<(Sym, super::taint::Origins)> = all
            .filter(|(_, value)| value.taint.is_some() && !matches!(value.kind, Kind::Func(..)))
            .map(|(name, value)| (*name, value.taint.clone()))
            .collect();
        held.sort_by_key(|(name, _)| *name);
        held.truncate(FIELDS);
        for (name, _) in &held {
            self.note_read(class, *name);
        }
        merge_all(held.iter().map(|(_, taint)| taint))
    }
}
