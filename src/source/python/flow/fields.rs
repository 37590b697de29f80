//! Fields of data classes: given by name or by position, or made by a function for each object.

use super::engine::Engine;
use super::frame::Level;
use super::names::Sym;
use super::taint::merge_all;
use super::value::{Args, At, ClassId, Kind, Val};
use crate::source::python::syntax::{ExprId, ExprKind};

/// Fields of one class that are told apart.
const FIELDS: usize = 64;

impl Engine<'_, '_> {
    /// `name: type = value` in the body of a class: a field, and what an object has in it when nothing is given.
    pub(super) fn field_of_class(&mut self, target: ExprId, value: Option<Val>, at: At) -> Option<Val> {
        let frame = self.frame();
        let (ExprKind::Name(name), Some(class), Level::Class) = (&self.ast()[target].kind, frame.class, frame.level)
        else {
            return value;
        };
        let name = self.names.sym(name);
        let fields = &mut self.classes[class.0 as usize].fields;
        if fields.len() < FIELDS && !fields.contains(&name) {
            fields.push(name);
        }
        let value = value?;
        let Kind::Made(made) = &value.kind else { return Some(value) };
        let of_library = self.path_of(&made.callee).is_some_and(|path| {
            matches!(path, "dataclasses.field" | "attr.ib" | "attr.field" | "attrs.field" | "pydantic.Field")
        });
        if !of_library {
            return Some(value);
        }
        if let Some(default) = self.argument(&made.args, "default", None) {
            return Some(default.clone());
        }
        let factory = self.argument(&made.args, "default_factory", None).or(self.argument(&made.args, "factory", None));
        let Some(factory) = factory.cloned() else { return Some(value) };
        // It runs for each object, not while the class is made.
        Some(self.quietly(|me| me.call(&factory, Args::default(), at)))
    }

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
        let attrs = &self.classes[class.0 as usize].attrs;
        let mut held: Vec<Sym> =
            attrs.iter().filter(|(_, value)| value.taint.is_some()).map(|(name, _)| *name).collect();
        held.sort_unstable();
        held.truncate(FIELDS);
        for name in &held {
            self.note_read(class, *name);
        }
        let attrs = &self.classes[class.0 as usize].attrs;
        merge_all(held.iter().filter_map(|name| attrs.get(name)).map(|value| &value.taint))
    }
}
