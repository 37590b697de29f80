//! Modules of the program: each is run once, when it is first imported.

use super::interp::{CALL_DEPTH, Frame, Interp};
use super::state::{Scope, Slot};
use super::value::{At, FileId, Kind, ScopeId, Val};
use crate::model::Span;
use crate::source::python::syntax::Ast;

/// A file of the program.
#[derive(Clone, Debug)]
pub struct FileSource<'a> {
    /// Its dotted module name with NUL instead of dots, since a folder's name may hold dots and hyphens.
    pub module: String,
    /// It is an `__init__.py`.
    pub is_package: bool,
    /// Its syntax.
    pub ast: &'a Ast,
}

#[derive(Debug)]
pub(super) struct File<'a> {
    pub(super) module: String,
    pub(super) is_package: bool,
    pub(super) ast: &'a Ast,
    pub(super) scope: ScopeId,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ModuleState {
    New,
    Running,
    Done,
}

impl<'a> Interp<'a> {
    /// The file of a module, by its dotted name with NUL between the parts.
    #[must_use]
    pub fn file_of(&self, module: &str) -> Option<FileId> {
        self.by_module.get(module).copied()
    }

    /// Whether a module was executed.
    #[must_use]
    pub fn was_run(&self, file: FileId) -> bool {
        self.modules[file.0 as usize] != ModuleState::New
    }

    /// The names of a module after it was executed, sorted as `dir()` sorts them.
    #[must_use]
    pub fn namespace(&self, file: FileId) -> Option<&Scope> {
        self.state.scope(self.files[file.0 as usize].scope)
    }

    /// Executes a module, once.
    pub fn run_module(&mut self, file: FileId) {
        let index = file.0 as usize;
        if self.modules[index] != ModuleState::New || self.frames.len() > CALL_DEPTH * 2 {
            return;
        }
        self.modules[index] = ModuleState::Running;
        let ast = self.files[index].ast;
        let scope = self.files[index].scope;
        self.push_frame(Frame {
            file,
            scope,
            function: None,
            class: None,
            receiver: None,
            returns: Vec::new(),
            undecided: self.undecided(),
            breaks: Vec::new(),
            continues: Vec::new(),
            yields: super::walk::Yields::default(),
        });
        let at = self.at(Span::default());
        let name = self.files[index].module.replace('\0', ".");
        self.bind("__name__", Val::text(name, at));
        self.bind("__file__", Val::from(Vec::new(), super::Ty::Str, at));
        self.exec_block(&ast.body);
        self.frames.pop();
        // Python never runs a file with a syntax error: what we saw of it is a part at best.
        if !ast.faults.is_empty()
            && let Some(scope) = self.state.scope_mut(scope)
        {
            scope.open = true;
        }
        self.modules[index] = ModuleState::Done;
        self.bind_in_parent(file);
    }

    /// `import a.b` makes `b` an attribute of `a`.
    fn bind_in_parent(&mut self, file: FileId) {
        let module = self.files[file.0 as usize].module.clone();
        let Some((parent, name)) = module.rsplit_once('\0') else { return };
        let Some(parent) = self.by_module.get(parent).copied() else { return };
        let scope = self.files[parent.0 as usize].scope;
        let name = self.name(name);
        let at = At { file, span: Span::default() };
        if let Some(scope) = self.state.scope_mut(scope) {
            scope.vars.entry(name).or_insert(Slot { value: Val { kind: Kind::Module(file), at }, maybe: false });
        }
    }
}
