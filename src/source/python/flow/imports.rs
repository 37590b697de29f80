//! Imports: from the program itself, or from outside.

use std::rc::Rc;

use super::engine::Engine;
use super::events::EventKind;
use super::frame::Progress;
use super::names::Sym;
use super::value::{At, FileId, Kind, Val};
use crate::model::Span;
use crate::source::python::scopes::bound_anywhere;
use crate::source::python::syntax::Alias;

impl Engine<'_, '_> {
    pub(super) fn exec_import(&mut self, names: &[Alias]) {
        for alias in names {
            let at = self.at(alias.name.span);
            let dotted = &*alias.name.name;
            self.tell_written(dotted, at);
            self.tell_import(dotted, at);
            let (bound, path) = match &alias.asname {
                Some(asname) => (&*asname.name, dotted),
                None => {
                    let top = dotted.split('.').next().unwrap_or(dotted);
                    (top, top)
                }
            };
            let value = self.import_module(dotted, at);
            let value = if path == dotted { value } else { self.import_module(path, at) };
            let bound = self.names.sym(bound);
            self.set_var(bound, value);
        }
    }

    /// `from ssl import PROTOCOL_TLSv1`: whoever fetches a constant uses it.
    fn tell_read(&mut self, value: &Val, at: At) {
        if let Kind::Path(path) = value.kind
            && self.paths.read(path)
        {
            let name = Rc::clone(self.paths.text(path));
            self.emit(EventKind::Read { name }, at);
        }
    }

    /// A library by the name that is written, not by the one under which rules know it.
    fn tell_written(&mut self, dotted: &str, at: At) {
        let top = dotted.split('.').next().unwrap_or(dotted);
        let written: Rc<str> = format!("={top}").into();
        if self.is_watched(&written) {
            self.emit(EventKind::Import { name: written }, at);
        }
    }

    fn tell_import(&mut self, dotted: &str, at: At) {
        let path = self.paths.of(dotted);
        if self.paths.watched(path) {
            let name = Rc::clone(self.paths.text(path));
            self.emit(EventKind::Import { name }, at);
        }
    }

    /// A module by its dotted name.
    pub(super) fn import_module(&mut self, dotted: &str, at: At) -> Val {
        match self.by_module.get(dotted) {
            Some(file) => {
                let file = *file;
                self.run_module(file);
                Val::plain(Kind::Module(file))
            }
            None => self.outside_named(dotted, at),
        }
    }

    pub(super) fn exec_import_from(&mut self, module: Option<&str>, level: u32, names: &[Alias], span: Span) {
        let at = self.at(span);
        let Some(base) = self.absolute(module, level) else {
            for alias in names {
                let bound = alias.asname.as_ref().unwrap_or(&alias.name);
                let bound = self.names.sym(&bound.name);
                self.set_var(bound, Val::UNKNOWN);
            }
            return;
        };
        let own = self.by_module.get(base.as_str()).copied();
        if let Some(file) = own {
            self.run_module(file);
        } else {
            self.tell_written(&base, at);
            self.tell_import(&base, at);
        }
        for alias in names {
            let at = self.at(alias.name.span);
            if &*alias.name.name == "*" {
                self.star(own, &base);
                continue;
            }
            let name = self.names.sym(&alias.name.name);
            let value = match own {
                Some(file) => self.name_in_module(file, name, at),
                None => {
                    let dotted = format!("{base}.{}", alias.name.name);
                    match self.by_module.get(dotted.as_str()).copied() {
                        Some(_) => self.import_module(&dotted, at),
                        None => {
                            self.tell_import(&dotted, at);
                            let value = self.outside_named(&dotted, at);
                            self.tell_read(&value, at);
                            value
                        }
                    }
                }
            };
            let bound = alias.asname.as_ref().unwrap_or(&alias.name);
            let bound = self.names.sym(&bound.name);
            if let (Some(from), Kind::Seq(_) | Kind::Dict(_) | Kind::Made(_)) = (own, &value.kind) {
                let here = self.frame().file.0 as usize;
                self.files[here].imported.insert(bound, (from, name));
            }
            self.set_var(bound, value);
        }
    }

    /// A name of a module of the program.
    pub(super) fn name_in_module(&mut self, file: FileId, name: Sym, at: At) -> Val {
        if let Some(value) = self.files[file.0 as usize].vars.get(&name).cloned() {
            return self.with_kept(file, name, value);
        }
        let module = &self.files[file.0 as usize].module;
        let dotted = format!("{module}.{}", self.names.text(name));
        if self.by_module.contains_key(dotted.as_str()) {
            return self.import_module(&dotted, at);
        }
        self.name_by_star(file, name, at).unwrap_or(Val::UNKNOWN)
    }

    /// A name that a star import from outside may have brought.
    pub(super) fn name_by_star(&mut self, file: FileId, name: Sym, at: At) -> Option<Val> {
        let stars = self.files[file.0 as usize].stars.clone();
        stars.into_iter().find_map(|star| {
            let path = self.paths.child(star, name, &self.names);
            let known = self.paths.watched(path) || self.paths.labels(path) != super::model::Labels::NONE;
            known.then(|| self.outside(path, at))
        })
    }

    /// A name that nothing in the file binds, taken for the module of that name: a star import may bring it, the
    /// globals that a program in a text is given, or another file that puts it among the builtins.
    pub(super) fn module_by_name(&mut self, name: Sym, at: At) -> Option<Val> {
        let text = Rc::clone(self.names.text(name));
        if !self.model.knows_module(&text) {
            return None;
        }
        let file = &mut self.files[at.file.0 as usize];
        let bound = file.bound.get_or_insert_with(|| bound_anywhere(file.ast));
        if bound.contains(&*text) {
            return None;
        }
        Some(self.outside_named(&text, at))
    }

    fn star(&mut self, own: Option<FileId>, base: &str) {
        match own {
            Some(file) => {
                let module = &self.files[file.0 as usize];
                if module.progress == Progress::New {
                    return;
                }
                let mut all: Vec<(Sym, Val)> = module.vars.iter().map(|(sym, value)| (*sym, value.clone())).collect();
                let stars = module.stars.clone();
                all.sort_unstable_by_key(|(sym, _)| *sym);
                for (sym, value) in all {
                    if !self.names.text(sym).starts_with('_') {
                        self.set_var(sym, value);
                    }
                }
                let here = self.frame().file.0 as usize;
                self.files[here].stars.extend(stars);
            }
            None => {
                let path = self.paths.of(base);
                let here = self.frame().file.0 as usize;
                if self.files[here].stars.len() < 32 {
                    self.files[here].stars.push(path);
                }
            }
        }
    }

    /// The absolute name of a module that an import names.
    fn absolute(&self, module: Option<&str>, level: u32) -> Option<String> {
        if level == 0 {
            return module.map(str::to_owned);
        }
        let file = &self.files[self.frame().file.0 as usize];
        if file.module.is_empty() {
            return None;
        }
        let mut parts: Vec<&str> = file.module.split('.').collect();
        let up = level as usize - usize::from(file.is_package);
        if up > parts.len() {
            return None;
        }
        parts.truncate(parts.len() - up);
        parts.extend(module);
        Some(parts.join("."))
    }
}
