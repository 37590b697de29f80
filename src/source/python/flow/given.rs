//! What the world outside passes to a function, and what the function keeps of it for others.

use super::engine::Engine;
use super::frame::{Binding, Level};
use super::names::Sym;
use super::summary::{Call, PENDING, REPLACED};
use super::taint::{Origin, StepKind};
use super::value::{Args, ClassId, FuncId, Kind, Val};
use std::rc::Rc;

/// Calls of methods of the program that wait for the caller of one function: what rules speak of comes first.
const OWN: usize = PENDING / 2;

impl Engine<'_, '_> {
    /// Whether a method may be one of the program's, of an object that only the caller knows, that is given data from
    /// outside.
    pub(super) fn is_own_method(&self, base: &Val, method: Sym, args: &Args) -> bool {
        matches!(base.kind, Kind::Param(_) | Kind::Attr(_))
            && self.own_methods.contains(&method)
            && self.frame().pending.len() < OWN
            && args.values().flat_map(Val::origins).any(|taint| matches!(taint.origin, Origin::Source(..)))
    }

    /// The arguments of a call from outside: what the host, a browser, or a default gives.
    pub(super) fn given_args(&self, id: FuncId) -> Vec<Val> {
        let func = &self.funcs[id.0 as usize];
        let count = func.params().list.len() + func.free.len();
        let class = func.class.filter(|_| !func.nested);
        let own = func.params().list.len();
        (0..count)
            .map(|index| {
                if let Some(around) = index.checked_sub(own).and_then(|at| func.around.get(at)) {
                    return around.clone();
                }
                let given = func.given.get(&index).cloned().unwrap_or_default();
                let default = func.defaults.get(index).cloned().flatten();
                let own = match (index, class) {
                    (0, Some(class)) => Val::plain(Kind::Instance(class)),
                    _ => Val::UNKNOWN,
                };
                match default {
                    Some(default) => own.either(default).with(&given),
                    None => own.with(&given),
                }
            })
            .collect()
    }

    /// The class of the object that a function inside a method knows as `self`.
    pub(super) fn self_around(&self, id: FuncId, name: Sym) -> Option<ClassId> {
        let outer = &self.funcs[self.funcs[id.0 as usize].outer?.0 as usize];
        let first = outer.params().list.first().filter(|_| !outer.nested && outer.binding == Binding::Plain)?;
        outer.class.filter(|_| *first.name.name == **self.names.text(name))
    }

    /// Keeps what a function sees around itself for calls from outside.
    pub(super) fn see_around(&mut self, id: FuncId, captured: &[Val]) {
        if !captured.is_empty() {
            let around = captured.iter().map(|value| self.erase(value)).collect();
            self.funcs[id.0 as usize].around = around;
        }
    }

    /// What a handler or a view keeps of what it was given, on its object or in variables around it: another one finds
    /// it there.
    pub(super) fn keep_given(&mut self) {
        for at in 0..self.funcs.len() {
            let func = &self.funcs[at];
            let keeps = !func.summary.kept.is_empty() || !func.summary.kept_around.is_empty();
            if func.given.is_empty() || !keeps {
                continue;
            }
            let (class, file, summary) = (func.class, func.file, Rc::clone(&func.summary));
            let place = super::value::At { file, span: func.span };
            let name: Rc<str> = func.name().into();
            let actual = self.given_args(FuncId(u32::try_from(at).unwrap_or(u32::MAX)));
            self.frames.push(Self::new_frame(Level::Module, file));
            let mut call = Call::new(&actual, StepKind::Param(name), place);
            for (attr, value) in &summary.kept {
                call.left = REPLACED;
                let value = self.replaced(value, &mut call);
                let value = self.erase(&value);
                if let Some(class) = class.filter(|_| value.taint.is_some()) {
                    self.keep(class, *attr, value);
                }
            }
            for (class, name, value) in &summary.kept_around {
                call.left = REPLACED;
                let value = self.replaced(value, &mut call);
                if value.taint.is_some() {
                    self.keep_for_others(*class, *name, &value.taint);
                }
            }
            self.frames.pop();
        }
    }
}
