//! `import` and `from … import …`.

use std::rc::Rc;

use super::events::EventKind;
use super::interp::Interp;
use super::modules::ModuleState;
use super::state::Slot;
use super::value::{At, FileId, Kind, Val};
use crate::source::python::syntax::Alias;

/// What an absolute import finds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Found {
    /// A module outside the program.
    Outside,
    /// Nothing now, but a library of that name could be installed.
    Installable,
    /// Nothing.
    Missing,
}

/// The world around the program.
pub trait Outside {
    /// What an absolute import of a dotted name finds, when the program has no such module.
    fn module(&self, dotted: &str) -> Found;

    /// Whether a module that was found has a name; `None` when that is not known.
    fn has_name(&self, module: &str, name: &str) -> Option<bool>;

    /// Whether a module of a library that is known name by name has a name.
    fn library(&self, module: &str, name: &str) -> super::Presence;

    /// The names that `from module import *` brings, separated by spaces, if they are known.
    fn star(&self, module: &str) -> Option<&str>;

    /// The program's own name for something outside: the file and name which define it.
    fn defined_as(&self, module: &str, name: &str) -> Option<(FileId, Rc<str>)>;

    /// Whether the host has imported a module of this name before any plugin, so that it is found first.
    fn comes_first(&self, top: &str) -> bool;

    /// The program's own module that an absolute name surely means, with NUL between the parts.
    fn own(&self, dotted: &str) -> Option<String>;

    /// The content of a JSON file of the program, by its file name.
    fn json(&self, name: &str) -> Option<serde_json::Value>;

    /// The lowest Python that runs the program, and the first that does not.
    fn python(&self) -> Option<[(i64, i64); 2]>;

    /// What a name surely means although it was imported from the wrong place, so that the rest can be judged.
    fn meant_by(&self, name: &str) -> Option<(FileId, Rc<str>)>;
}

impl<'a> Interp<'a> {
    pub(super) fn exec_import(&mut self, names: &'a [Alias]) {
        for alias in names {
            let dotted = &*alias.name.name;
            let at = self.at(alias.name.span);
            let top = dotted.split('.').next().unwrap_or(dotted);
            let bound = match &alias.asname {
                Some(name) => (&*name.name, self.import_dotted(dotted, at)),
                None => {
                    let module = self.import_dotted(dotted, at);
                    (top, if dotted == top { module } else { self.module_value(top, at) })
                }
            };
            self.bind(bound.0, bound.1);
        }
    }

    pub(super) fn exec_import_from(&mut self, module: Option<&'a str>, module_at: At, level: u32, names: &'a [Alias]) {
        let written: Rc<str> = format!("{}{}", ".".repeat(level as usize), module.unwrap_or("")).into();
        let target = if level == 0 { Some(module.unwrap_or("").to_owned()) } else { self.relative(level, module) };
        let Some(target) = target else {
            self.emit(EventKind::MissingModule { module: written }, module_at);
            self.bind_unknown(names);
            self.raised = true;
            return;
        };
        let value = self.import_dotted_as(&target, &written, module_at);
        for alias in names {
            let at = self.at(alias.name.span);
            if &*alias.name.name == "*" {
                self.import_star(&value, at);
                continue;
            }
            let found = self.import_name(&value, &target, &written, &alias.name.name, at);
            let found = named_here(found, at);
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            self.bind(&name.name, found);
        }
    }

    fn bind_unknown(&mut self, names: &'a [Alias]) {
        for alias in names {
            let at = self.at(alias.name.span);
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            self.bind(&name.name, Val::unknown(at));
        }
    }

    /// The dotted name that a relative import means, if it stays inside the top package.
    fn relative(&self, level: u32, module: Option<&str>) -> Option<String> {
        let file = &self.files[self.frame().file.0 as usize];
        let mut parts: Vec<&str> = file.module.split('\0').collect();
        if !file.is_package {
            parts.pop();
        }
        for _ in 1..level {
            parts.pop();
        }
        if parts.is_empty() {
            return None;
        }
        if let Some(module) = module {
            parts.extend(module.split('.'));
        }
        Some(parts.join("\0"))
    }

    fn import_dotted(&mut self, dotted: &str, at: At) -> Val {
        self.import_dotted_as(dotted, dotted, at)
    }

    /// `import_module(name, package)`; `None` when the name is relative and its package is not known.
    pub(super) fn import_by_name(&mut self, name: &str, package: Option<&str>, at: At) -> Option<Val> {
        let rest = name.trim_start_matches('.');
        if rest.len() == name.len() {
            return Some(self.import_dotted(name, at));
        }
        let mut parts: Vec<&str> = package?.split('.').collect();
        let up = name.len() - rest.len() - 1;
        parts.truncate(parts.len().checked_sub(up)?);
        parts.extend(rest.split('.').filter(|part| !part.is_empty()));
        Some(self.import_dotted_as(&parts.join("\0"), name, at))
    }

    /// Imports a module. A name with NUL between its parts is one of the program (a relative import);
    /// the first part of those may hold dots.
    fn import_dotted_as(&mut self, target: &str, written: &str, at: At) -> Val {
        let relative = target.contains('\0') || written.starts_with('.');
        let parts: Vec<&str> = if relative { target.split('\0').collect() } else { target.split('.').collect() };
        let own = relative || (self.by_module.contains_key(parts[0]) && !self.outside.comes_first(parts[0]));
        if own {
            let mut path = String::new();
            let mut value = Val::unknown(at);
            for part in &parts {
                if !path.is_empty() {
                    path.push('\0');
                }
                path.push_str(part);
                match self.by_module.get(path.as_str()).copied() {
                    Some(file) => {
                        self.run_module(file);
                        value = Val { kind: Kind::Module(file), at };
                    }
                    None => {
                        self.emit(EventKind::MissingModule { module: written.into() }, at);
                        self.raised = true;
                        return Val::unknown(at);
                    }
                }
            }
            self.emit(EventKind::Import { module: written.into() }, at);
            return value;
        }
        match self.outside.module(target) {
            Found::Missing => {
                self.emit(EventKind::MissingModule { module: written.into() }, at);
                self.raised = true;
                self.missing_modules.insert(target.to_owned());
            }
            // Both ways are followed: the operator of a site may install the library.
            Found::Installable => {
                self.emit(EventKind::MissingModule { module: written.into() }, at);
                self.may_raise = true;
                self.missing_modules.insert(target.to_owned());
                // What is meant is one of the plugin's own modules: go on with that one.
                if let Some(file) = self.outside.own(target).and_then(|path| self.by_module.get(&path).copied()) {
                    if self.guards.catches("ModuleNotFoundError") {
                        self.raised = true;
                        return Val::external(target, at);
                    }
                    self.run_module(file);
                    return Val { kind: Kind::Module(file), at };
                }
            }
            Found::Outside => self.emit(EventKind::Import { module: written.into() }, at),
        }
        Val::external(target, at)
    }

    /// The value of an already imported top-level module.
    fn module_value(&self, top: &str, at: At) -> Val {
        match self.by_module.get(top) {
            Some(file) => Val { kind: Kind::Module(*file), at },
            None => Val::external(top, at),
        }
    }

    fn import_name(&mut self, module: &Val, target: &str, written: &str, name: &str, at: At) -> Val {
        match &module.kind {
            Kind::Module(file) => {
                let file = *file;
                let scope = self.files[file.0 as usize].scope;
                if let Some(slot) = self.state.scope(scope).and_then(|scope| scope.vars.get(name)) {
                    return slot.value.clone();
                }
                // A submodule that nobody has imported yet.
                let path = format!("{}\0{name}", self.files[file.0 as usize].module);
                if let Some(sub) = self.by_module.get(path.as_str()).copied() {
                    self.run_module(sub);
                    return Val { kind: Kind::Module(sub), at };
                }
                // A module-level `__getattr__` makes names on demand.
                if let Some(value) = self.on_demand(file, name, at) {
                    return value;
                }
                let made = |scope: &super::Scope| scope.open || scope.vars.contains_key("__getattr__");
                if self.state.scope(scope).is_some_and(made) {
                    return Val::unknown(at);
                }
                let partial = self.modules[file.0 as usize] == ModuleState::Running;
                self.emit(
                    EventKind::MissingName { module: written.into(), name: name.into(), partial, promised: false },
                    at,
                );
                self.raised = true;
                Val::unknown(at)
            }
            Kind::Sym(_) => {
                self.library_import(target, written, name, at);
                self.outside_name(target, written, name, at)
            }
            _ => Val::unknown(at),
        }
    }

    /// `module.name` of a module outside, by import or by attribute.
    pub(super) fn outside_name(&mut self, module: &str, written: &str, name: &str, at: At) -> Val {
        if let Some(value) = self.outside.defined_as(module, name).and_then(|known| self.defined(known, at)) {
            return value;
        }
        let path = format!("{module}.{name}");
        if self.missing_modules.contains(module)
            && let Some(value) = self.outside.meant_by(name).and_then(|known| self.defined(known, at))
        {
            return value;
        }
        if self.outside.has_name(module, name) == Some(false) && self.outside.module(&path) != Found::Outside {
            self.emit(
                EventKind::MissingName { module: written.into(), name: name.into(), partial: false, promised: false },
                at,
            );
            self.raised = true;
            if let Some(value) = self.outside.meant_by(name).and_then(|known| self.defined(known, at)) {
                return value;
            }
        }
        self.emit(EventKind::Read(path.as_str().into()), at);
        Val::external(path, at)
    }

    fn defined(&mut self, (file, name): (FileId, Rc<str>), at: At) -> Option<Val> {
        self.run_module(file);
        let scope = self.files[file.0 as usize].scope;
        let slot = self.state.scope(scope)?.vars.get(&name)?;
        Some(slot.value.clone().seen_at(at))
    }

    fn import_star(&mut self, module: &Val, at: At) {
        let Kind::Module(file) = module.kind else {
            if let Some(path) = module.as_external().map(str::to_owned) {
                self.star_outside(&path, at);
            } else {
                self.open_scope();
            }
            return;
        };
        let scope = self.files[file.0 as usize].scope;
        let Some(scope) = self.state.scope(scope).cloned() else { return };
        self.budget.copy(scope.vars.len());
        if scope.open {
            self.open_scope();
        }
        let listed = scope.vars.get("__all__").and_then(|slot| self.texts(&slot.value));
        for name in listed.iter().flatten() {
            if !scope.vars.contains_key(name) && !scope.open && !scope.vars.contains_key("__getattr__") {
                let written =
                    format!(".{}", self.files[file.0 as usize].module.rsplit('\0').next().unwrap_or_default());
                self.emit(
                    EventKind::MissingName {
                        module: written.into(),
                        name: Rc::clone(name),
                        partial: false,
                        promised: true,
                    },
                    at,
                );
                self.raised = true;
            }
        }
        for (name, slot) in scope.vars {
            let taken = match &listed {
                Some(listed) => listed.iter().any(|listed| **listed == *name),
                None => !name.starts_with('_'),
            };
            if taken {
                let value = named_here(slot.value, at);
                self.bind_slot(&name, Slot { value, maybe: slot.maybe });
            }
        }
    }

    fn star_outside(&mut self, path: &str, at: At) {
        match self.outside.star(path) {
            Some(names) => {
                for name in names.split_whitespace().filter(|name| !name.starts_with('_')) {
                    let value = self.outside_name(path, path, name, at);
                    self.bind(name, value);
                }
            }
            None => self.open_scope(),
        }
    }

    fn open_scope(&mut self) {
        let scope = self.frame().scope;
        if let Some(scope) = self.state.scope_mut(scope) {
            scope.open = true;
        }
    }

    fn bind_slot(&mut self, name: &Rc<str>, slot: Slot) {
        let target = self.frame().scope;
        if let Some(scope) = self.state.scope_mut(target) {
            scope.vars.insert(Rc::clone(name), slot);
        }
    }
}

/// Where a name is imported is where a class, function, or module is seen; a constant or a container keeps
/// the place where it is written.
fn named_here(value: Val, at: At) -> Val {
    match value.kind {
        Kind::Const(_) | Kind::Obj(_) | Kind::Tuple(_) => value,
        _ => value.seen_at(at),
    }
}
