//! What functions keep in variables around them, for others to find: in a list of the module, or of the function that
//! they are defined in. The order in which they are called is not known, so what one keeps any other may read.

use super::engine::Engine;
use super::frame::Level;
use super::names::Sym;
use super::taint::{Origin, Origins, Taint};
use super::value::{ClassId, Dict, FileId, FuncId, Kind, Val};

/// Labels of how something was made, not of where it comes from.
const MARKS: &[&str] = &["decoded", "hidden", "named", "random"];
/// Things kept by one function that depend on its arguments.
pub(super) const KEPT: usize = 32;

impl Engine<'_, '_> {
    /// The class that stands for the variables of a module.
    pub(super) fn class_of_module(file: FileId) -> ClassId {
        ClassId(file.0 + 1)
    }

    /// The class that stands for the variables of a function which functions inside it see.
    fn class_around(&self, func: FuncId, name: Sym) -> Option<ClassId> {
        let mut outer = self.funcs[func.0 as usize].outer?;
        for _ in 0..8 {
            let around = &self.funcs[outer.0 as usize];
            match around.outer {
                Some(next) if around.free.contains(&name) => outer = next,
                _ => break,
            }
        }
        self.funcs[outer.0 as usize].kept
    }

    /// Where a variable that is not the function's own is kept, and under which name.
    fn place_around(&self, name: Sym) -> Option<(ClassId, Sym)> {
        let frame = self.frame();
        let func = frame.func.filter(|_| frame.level == Level::Function)?;
        if self.funcs[func.0 as usize].free.contains(&name) {
            return Some((self.class_around(func, name)?, name));
        }
        if frame.vars.contains_key(&name) && !frame.around.contains(&name) {
            return None;
        }
        let (mut file, mut name) = (frame.file, name);
        for _ in 0..4 {
            match self.files[file.0 as usize].imported.get(&name) {
                Some((from, known)) => (file, name) = (*from, *known),
                None => break,
            }
        }
        Some((Self::class_of_module(file), name))
    }

    /// Keeps what a function puts into a variable around it.
    pub(super) fn keep_around(&mut self, name: Sym, value: &Val) {
        if value.taint.is_none() {
            return;
        }
        let Some((class, known)) = self.place_around(name) else { return };
        self.frame_mut().around.insert(name);
        let value = self.as_passed(value.clone());
        self.keep_for_others(class, known, &value.taint);
    }

    /// Keeps data under a name, and for the callers what depends on arguments.
    pub(super) fn keep_for_others(&mut self, class: ClassId, name: Sym, taint: &Origins) {
        let value = Val::dirty(self.without_marks(taint));
        let erased = self.erase(&value);
        if erased.taint.is_some() {
            self.keep(class, name, erased);
        }
        if value.has_param()
            && let Some(frame) = self.frames.last_mut()
            && frame.kept_around.len() < KEPT
        {
            frame.kept_around.push((class, name, value));
        }
    }

    /// The same origins without what only says how something was made: in a list of many things that says nothing.
    fn without_marks(&self, taint: &Origins) -> Origins {
        let marks = MARKS.iter().fold(0, |all, name| all | self.model.find_label(name).0);
        let is_mark = |taint: &&Taint| matches!(taint.origin, Origin::Source(labels, ..) if labels.0 & !marks == 0);
        let all: Vec<Taint> = taint.as_ref()?.iter().filter(|taint| !is_mark(taint)).cloned().collect();
        if all.is_empty() { None } else { Some(all.into()) }
    }

    /// A variable of the module that is read in a function, with what others have put into it.
    pub(super) fn with_kept(&mut self, file: FileId, name: Sym, value: Val) -> Val {
        let holds = match &value.kind {
            Kind::Seq(_) | Kind::Dict(_) | Kind::Made(_) | Kind::Union(_) => true,
            _ => matches!(value.as_const(), Some(crate::source::python::syntax::Constant::None)),
        };
        let func = self.frames.last().filter(|frame| frame.level == Level::Function).and_then(|frame| frame.func);
        let (true, Some(func)) = (holds, func) else { return value };
        let (mut file, mut known) = (file, name);
        for _ in 0..4 {
            match self.files[file.0 as usize].imported.get(&known) {
                Some((from, other)) => (file, known) = (*from, *other),
                None => break,
            }
        }
        self.with_kept_of(func, Self::class_of_module(file), known, value)
    }

    /// The same of a variable of the function around.
    pub(super) fn with_kept_around(&mut self, func: FuncId, name: Sym, value: Val) -> Val {
        match self.class_around(func, name) {
            Some(class) => self.with_kept_of(func, class, name, value),
            None => value,
        }
    }

    fn with_kept_of(&mut self, func: FuncId, class: ClassId, name: Sym, value: Val) -> Val {
        let read = &mut self.funcs[func.0 as usize].read;
        if read.len() < 256 && !read.contains(&(class, name)) {
            read.push((class, name));
        }
        match self.classes[class.0 as usize].attrs.get(&name) {
            Some(kept) => {
                let taint = kept.taint.clone();
                // Under which key it is kept is not known.
                let value = match &value.kind {
                    Kind::Dict(dict) if !dict.open && taint.is_some() => {
                        Val::dict(Dict { entries: dict.entries.clone(), open: true }).with(&value.taint)
                    }
                    _ => value,
                };
                value.with(&taint)
            }
            None => value,
        }
    }
}
