//! The tables of a run: files, functions, classes, and what is being followed.

use std::collections::BTreeSet;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::events::Event;
use super::model::Kinds;
use super::names::{PathId, Sym};
use super::summary::*;
use super::taint::*;
use super::value::*;
use crate::model::Span;
use crate::source::python::syntax::*;

/// A file of the program.
#[derive(Clone, Debug)]
pub struct FileSource<'a> {
    /// Its dotted module name; empty for a file that nothing can import.
    pub module: String,
    /// It is an `__init__.py`.
    pub is_package: bool,
    /// Its syntax.
    pub ast: &'a Ast,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Progress {
    New,
    Running,
    Done,
}

pub(super) struct File<'a> {
    pub(super) module: String,
    pub(super) is_package: bool,
    pub(super) ast: &'a Ast,
    pub(super) progress: Progress,
    pub(super) vars: FxHashMap<Sym, Val>,
    /// What names outside meant before they were bound anew, and where that was.
    pub(super) before: FxHashMap<Sym, Vec<(u32, Val)>>,
    /// Where the statement begins that is being followed.
    pub(super) now: u32,
    /// Names that stand for lists and dicts of other modules of the program.
    pub(super) imported: FxHashMap<Sym, (FileId, Sym)>,
    /// A star import from outside: any name may be there.
    pub(super) stars: Vec<PathId>,
    /// Every name that anything in it binds, once somebody asked.
    pub(super) bound: Option<BTreeSet<String>>,
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Body<'a> {
    Def(&'a FunctionDef),
    Lambda(&'a Params, ExprId),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binding {
    Plain,
    Static,
    Class,
    Property,
}

/// A function of the program.
pub struct Func<'a> {
    pub(super) body: Body<'a>,
    /// The file it is in.
    pub file: FileId,
    /// The whole of it.
    pub span: Span,
    pub(super) class: Option<ClassId>,
    /// The class that it is written in.
    pub(super) home: Option<ClassId>,
    /// The function that it is defined in.
    pub(super) outer: Option<FuncId>,
    /// What stands for its variables which functions inside it change.
    pub(super) kept: Option<ClassId>,
    /// The names around it whose values it keeps.
    pub(super) free: Rc<[Sym]>,
    /// These values, without the arguments of the functions around.
    pub(super) around: Vec<Val>,
    pub(super) defaults: Vec<Option<Val>>,
    pub(super) binding: Binding,
    pub(super) nested: bool,
    /// What the world outside passes, by parameter.
    pub(super) given: FxHashMap<usize, Origins>,
    /// What every caller passes, by parameter: whoever it was handed to has nothing else.
    pub(super) always: FxHashMap<usize, Origins>,
    /// The world outside may call it.
    pub(super) escapes: bool,
    /// It answers a route: what it returns goes to a browser.
    pub(super) view: bool,
    pub(super) called: bool,
    /// The program calls it with nothing that is known.
    pub(super) called_blindly: bool,
    pub(super) entered: bool,
    pub(super) progress: Progress,
    pub(super) summary: Rc<Summary>,
    /// Attributes of its class that it read, and how many were known of the class then.
    pub(super) read: Vec<(ClassId, Sym)>,
    /// Whether it computes something, once somebody asked.
    pub(super) computes: Option<bool>,
    /// How often it could not be worked out.
    pub(super) failures: u8,
    /// Functions that call it.
    pub(super) callers: FxHashSet<FuncId>,
}

impl<'a> Func<'a> {
    pub(super) fn params(&self) -> &'a Params {
        match self.body {
            Body::Def(def) => &def.params,
            Body::Lambda(params, _) => params,
        }
    }

    /// Whether the program calls it, always with something that is known, and hands it to nobody.
    pub(super) fn is_ours_alone(&self) -> bool {
        self.called && !self.called_blindly && !self.escapes
    }

    /// Its name; `<lambda>` for a lambda.
    #[must_use]
    pub fn name(&self) -> &'a str {
        match self.body {
            Body::Def(def) => &def.name.name,
            Body::Lambda(..) => "<lambda>",
        }
    }

    /// The definition; `None` for a lambda.
    #[must_use]
    pub fn def(&self) -> Option<&'a FunctionDef> {
        match self.body {
            Body::Def(def) => Some(def),
            Body::Lambda(..) => None,
        }
    }
}

#[derive(Default)]
pub(super) struct Class {
    pub(super) bases: Vec<Val>,
    /// The class of the program of which it is an object.
    pub(super) meta: Option<ClassId>,
    pub(super) vars: FxHashMap<Sym, Val>,
    /// The names that its body gives a type, in order: the fields of a data class.
    pub(super) fields: Vec<Sym>,
    /// What its methods keep on their object.
    pub(super) attrs: FxHashMap<Sym, Val>,
    /// What they keep without what came in by an argument, and which of them keep that, too.
    pub(super) firm: FxHashMap<Sym, (Option<Val>, Vec<FuncId>)>,
    pub(super) grew: FxHashSet<Sym>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Level {
    Module,
    Class,
    Function,
}

/// What is being followed.
pub(super) struct Frame {
    pub(super) level: Level,
    pub(super) file: FileId,
    pub(super) func: Option<FuncId>,
    pub(super) class: Option<ClassId>,
    pub(super) vars: FxHashMap<Sym, Val>,
    /// What variables were before, for the two sides of a branch.
    pub(super) log: Vec<(Sym, Option<Val>)>,
    pub(super) branches: u32,
    pub(super) loops: u32,
    /// In a loop that never ends.
    pub(super) endless: bool,
    /// What is followed depends on a test about checks and certificates.
    pub(super) chosen: bool,
    /// In what runs only when the file is started as a program.
    pub(super) script: bool,
    /// What tests have found harmless.
    pub(super) passed: Vec<(Origin, Kinds)>,
    pub(super) returned: Option<Val>,
    pub(super) yielded: Option<Val>,
    pub(super) globals: FxHashSet<Sym>,
    pub(super) pending: Vec<Rc<Event>>,
    pub(super) waiting: FxHashMap<At, u8>,
    /// Variables around the function that it has changed.
    pub(super) around: FxHashSet<Sym>,
    /// What it keeps in variables around it, in terms of its arguments.
    pub(super) kept_around: Vec<(ClassId, Sym, Val)>,
    /// What is written to the object of the method.
    pub(super) kept: Vec<(Sym, Val)>,
    /// What is harmless at every `return` so far.
    pub(super) exit_passes: Option<super::guards::Passes>,
}

impl Frame {
    /// Keeps an event for the callers. The same place may be reached in two ways that matter, hardly in more. `false`
    /// when there is no room.
    pub(super) fn wait(&mut self, event: Rc<Event>) -> bool {
        let seen = self.waiting.entry(event.at).or_default();
        if *seen >= 2 {
            return true;
        }
        *seen += 1;
        if self.pending.len() >= super::summary::PENDING {
            return false;
        }
        self.pending.push(event);
        true
    }
}
