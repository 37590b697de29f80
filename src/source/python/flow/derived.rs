//! Methods that a class inherits, and that mean something else in it: what they call on their object, or read from it, the
//! class defines itself.

use rustc_hash::FxHashSet;

use super::engine::Engine;
use super::frame::{Binding, Func, Progress};
use super::names::Sym;
use super::summary::Summary;
use super::value::{ClassId, FuncId, Kind, Val};
use std::rc::Rc;

/// Classes for which one method is followed anew.
const CLASSES: usize = 8;
/// Methods that are followed anew, beside an eighth of all.
const LEAST: usize = 64;

impl Engine<'_, '_> {
    /// Gives each class its own of the methods that it inherits and that read what it defines anew.
    pub(super) fn derive(&mut self) {
        let mut left = LEAST + self.funcs.len() / 8;
        let mut copies: Vec<u8> = vec![0; self.funcs.len()];
        for at in 0..self.classes.len() {
            let class = ClassId(u32::try_from(at).unwrap_or(u32::MAX));
            if !self.classes[at].bases.iter().any(|base| matches!(base.kind, Kind::Class(_))) {
                continue;
            }
            let mut own: FxHashSet<Sym> = FxHashSet::default();
            self.add_names(class, &mut own);
            for base in self.bases_of(class) {
                // What one method does may depend on another that is only now its own.
                for _ in 0..3 {
                    let mut found = self.inherited(base, &own);
                    found.sort_unstable_by_key(|(name, func, _)| (*func, *name));
                    found.retain(|(_, func, _)| usize::from(copies[func.0 as usize]) < CLASSES);
                    found.truncate(left);
                    if found.is_empty() {
                        break;
                    }
                    left -= found.len();
                    for (name, func, captured) in found {
                        copies[func.0 as usize] += 1;
                        let copy = self.copy_for(func, class);
                        self.classes[at].vars.insert(name, Val::plain(Kind::Func(copy, captured)));
                        own.insert(name);
                        self.better_known.push(func);
                    }
                }
                self.add_names(base, &mut own);
            }
        }
    }

    fn add_names(&self, class: ClassId, names: &mut FxHashSet<Sym>) {
        let class = &self.classes[class.0 as usize];
        names.extend(class.vars.keys());
        names.extend(class.attrs.keys());
    }

    /// The methods of a class that read one of these names from their object, and have none of them.
    fn inherited(&self, base: ClassId, own: &FxHashSet<Sym>) -> Vec<(Sym, FuncId, Rc<[Val]>)> {
        let vars = self.classes[base.0 as usize].vars.iter();
        vars.filter_map(|(name, value)| {
            let Kind::Func(id, captured) = &value.kind else { return None };
            let func = &self.funcs[id.0 as usize];
            let method = func.class == Some(base) && !func.nested && func.binding != Binding::Static;
            let reads = || func.read.iter().any(|(class, attr)| *class == base && own.contains(attr));
            (method && !own.contains(name) && reads()).then(|| (*name, *id, Rc::clone(captured)))
        })
        .collect()
    }

    fn copy_for(&mut self, id: FuncId, class: ClassId) -> FuncId {
        let func = &self.funcs[id.0 as usize];
        let copy = Func {
            class: Some(class),
            given: func.given.clone(),
            always: func.always.clone(),
            defaults: func.defaults.clone(),
            free: Rc::clone(&func.free),
            around: func.around.clone(),
            entered: false,
            progress: Progress::New,
            summary: Rc::new(Summary::nothing()),
            read: Vec::new(),
            callers: func.callers.clone(),
            ..*func
        };
        self.funcs.push(copy);
        FuncId(u32::try_from(self.funcs.len() - 1).unwrap_or(u32::MAX))
    }
}
