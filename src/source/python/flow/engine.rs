//! The tables of a run: files, functions, classes, frames.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::events::{Event, EventKind};
use super::model::{Kinds, Labels, Model};
use super::names::{Names, PathId, Paths, Sym};
use super::summary::Summary;
use super::value::{Args, At, ClassId, FileId, FuncId, Kind, Origin, Origins, Step, StepKind, Taint, Val};
use crate::model::Span;
use crate::source::python::syntax::{Ast, Constant, ExprId, FunctionDef, Params};

/// Functions inside functions that are followed.
pub(super) const CALL_DEPTH: usize = 32;
/// Events that are kept.
const EVENTS: usize = 200_000;

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
    /// A star import from outside: any name may be there.
    pub(super) stars: Vec<PathId>,
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
    /// The names around it whose values it keeps.
    pub(super) free: Rc<[Sym]>,
    pub(super) defaults: Vec<Option<Val>>,
    pub(super) binding: Binding,
    pub(super) nested: bool,
    /// What the world outside passes, by parameter.
    pub(super) given: FxHashMap<usize, Origins>,
    /// The world outside may call it.
    pub(super) escapes: bool,
    /// It answers a route: what it returns goes to a browser.
    pub(super) view: bool,
    pub(super) called: bool,
    pub(super) entered: bool,
    pub(super) progress: Progress,
    pub(super) summary: Rc<Summary>,
    /// Attributes of its class that it read, and how many were known of the class then.
    pub(super) read: Vec<(ClassId, Sym)>,
}

impl<'a> Func<'a> {
    pub(super) fn params(&self) -> &'a Params {
        match self.body {
            Body::Def(def) => &def.params,
            Body::Lambda(params, _) => params,
        }
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

pub(super) struct Class {
    pub(super) bases: Vec<Val>,
    pub(super) vars: FxHashMap<Sym, Val>,
    /// What its methods keep on their object.
    pub(super) attrs: FxHashMap<Sym, Val>,
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
    /// In what runs only when the file is started as a program.
    pub(super) script: bool,
    /// What tests have found harmless.
    pub(super) passed: Vec<(Origin, Kinds)>,
    pub(super) returned: Option<Val>,
    pub(super) yielded: Option<Val>,
    pub(super) globals: FxHashSet<Sym>,
    pub(super) pending: Vec<Rc<Event>>,
    waiting: FxHashMap<At, u8>,
    /// What is written to the object of the method.
    pub(super) kept: Vec<(Sym, Val)>,
    /// What is harmless at every `return` so far.
    pub(super) exit_passes: Option<super::guards::Passes>,
}

impl Frame {
    /// Keeps an event for the callers. The same place may be reached in two ways that matter, hardly in more.
    pub(super) fn wait(&mut self, event: Rc<Event>) {
        if self.pending.len() >= super::summary::PENDING {
            return;
        }
        let seen = self.waiting.entry(event.at).or_default();
        if *seen < 2 {
            *seen += 1;
            self.pending.push(event);
        }
    }
}

/// Follows the values of one program.
pub struct Engine<'a, 'm> {
    pub(super) model: &'m Model,
    pub(super) names: Names,
    pub(super) paths: Paths<'m>,
    pub(super) files: Vec<File<'a>>,
    pub(super) by_module: FxHashMap<String, FileId>,
    pub(super) funcs: Vec<Func<'a>>,
    pub(super) func_of: FxHashMap<(FileId, u32, bool), FuncId>,
    pub(super) classes: Vec<Class>,
    pub(super) class_of: FxHashMap<(FileId, u32), ClassId>,
    pub(super) fields: FxHashMap<(Sym, Sym), Sym>,
    pub(super) frames: Vec<Frame>,
    secret_names: FxHashMap<Sym, bool>,
    parts: FxHashMap<(PathId, Rc<str>), u32>,
    pub(super) at_import: bool,
    /// Calls that are being followed, one inside the other.
    pub(super) calls: u32,
    /// Values are computed again, and nothing that happens on the way is told.
    pub(super) silent: u32,
    /// Where the value that is returned stands.
    pub(super) return_at: Option<At>,
    pub(super) budget: u64,
    /// What the program does, in no particular order, perhaps several times.
    pub events: Vec<Event>,
}

impl<'a, 'm> Engine<'a, 'm> {
    /// An engine for `files`. Nothing is followed yet.
    #[must_use]
    pub fn new(files: Vec<FileSource<'a>>, model: &'m Model) -> Self {
        let size: usize = files.iter().map(|file| file.ast.exprs().len() + file.ast.stmts().len()).sum();
        let mut engine = Self {
            model,
            names: Names::default(),
            paths: Paths::new(model),
            files: Vec::new(),
            by_module: FxHashMap::default(),
            funcs: Vec::new(),
            func_of: FxHashMap::default(),
            classes: Vec::new(),
            class_of: FxHashMap::default(),
            fields: FxHashMap::default(),
            frames: Vec::new(),
            secret_names: FxHashMap::default(),
            parts: FxHashMap::default(),
            at_import: true,
            calls: 0,
            silent: 0,
            return_at: None,
            // What people write needs a few steps for each node; what is written to take for ever ends here.
            budget: 100_000 + 60 * size as u64,
            events: Vec::new(),
        };
        for (at, source) in files.into_iter().enumerate() {
            let id = FileId(u32::try_from(at).unwrap_or(u32::MAX));
            if !source.module.is_empty() {
                engine.by_module.entry(source.module.clone()).or_insert(id);
            }
            engine.files.push(File {
                module: source.module,
                is_package: source.is_package,
                ast: source.ast,
                progress: Progress::New,
                vars: FxHashMap::default(),
                stars: Vec::new(),
            });
        }
        engine
    }

    /// Follows everything: each module, then each function as the world outside may call it.
    pub fn run(&mut self) {
        for at in 0..self.files.len() {
            self.run_module(FileId(u32::try_from(at).unwrap_or(u32::MAX)));
        }
        self.at_import = false;
        // Functions may be defined while others are followed.
        let mut at = 0;
        while at < self.funcs.len() {
            self.summary_of(FuncId(u32::try_from(at).unwrap_or(u32::MAX)));
            at += 1;
        }
        self.read_again();
        self.give_to_handlers();
        self.call_kept();
        for at in 0..self.funcs.len() {
            self.enter(FuncId(u32::try_from(at).unwrap_or(u32::MAX)));
        }
    }

    /// Calls what modules keep for others to call: functions that remember values around them.
    fn call_kept(&mut self) {
        for at in 0..self.files.len() {
            let mut kept: Vec<(Sym, Val)> = self.files[at]
                .vars
                .iter()
                .filter(|(_, value)| match &value.kind {
                    Kind::Func(_, captured) => !captured.is_empty(),
                    Kind::Partial(_) => true,
                    _ => false,
                })
                .map(|(name, value)| (*name, value.clone()))
                .collect();
            kept.sort_unstable_by_key(|(name, _)| *name);
            let file = FileId(u32::try_from(at).unwrap_or(u32::MAX));
            self.frames.push(Self::new_frame(Level::Module, file));
            for (_, value) in kept {
                let args = Args { rest: Some(Rc::new(Val::UNKNOWN)), ..Args::default() };
                let span = match &value.kind {
                    Kind::Func(func, _) => self.funcs[func.0 as usize].span,
                    _ => Span::default(),
                };
                if matches!(value.kind, Kind::Func(..)) {
                    self.call(&value, args, At { file, span });
                }
            }
            self.frames.pop();
        }
    }

    /// Whether steps ran out: something may then have been missed.
    #[must_use]
    pub const fn exhausted(&self) -> bool {
        self.budget == 0
    }

    /// A function by id.
    #[must_use]
    pub fn func(&self, id: FuncId) -> &Func<'a> {
        &self.funcs[id.0 as usize]
    }

    /// The text of a name.
    #[must_use]
    pub fn text(&self, sym: Sym) -> &str {
        self.names.text(sym)
    }

    /// The dotted name of a value from outside, of what was made from it, or of a method.
    #[must_use]
    pub fn path_of(&self, value: &Val) -> Option<&str> {
        match &value.kind {
            Kind::Path(path) | Kind::Method(path, _) => Some(self.paths.text(*path)),
            _ => None,
        }
    }

    /// The text of a path.
    #[must_use]
    pub fn text_of(&self, path: PathId) -> &str {
        self.paths.text(path)
    }

    /// The name by which rules know a value: its dotted path, or `*.attribute` of something unknown.
    #[must_use]
    pub fn name_of(&self, value: &Val) -> Option<Rc<str>> {
        self.called_name(value, None)
    }

    /// The argument of this name or, failing that, at this position.
    #[must_use]
    pub fn argument<'v>(&self, args: &'v Args, name: &str, position: Option<usize>) -> Option<&'v Val> {
        let named = args.named.iter().find(|(key, _)| &**self.names.text(*key) == name).map(|(_, value)| value);
        named.or_else(|| position.and_then(|at| args.pos.get(at)))
    }

    pub(super) fn step(&mut self) -> bool {
        self.budget = self.budget.saturating_sub(1);
        self.budget > 0
    }

    pub(super) fn frame(&self) -> &Frame {
        self.frames.last().unwrap_or_else(|| unreachable!("code is followed in a frame"))
    }

    pub(super) fn frame_mut(&mut self) -> &mut Frame {
        self.frames.last_mut().unwrap_or_else(|| unreachable!("code is followed in a frame"))
    }

    pub(super) fn at(&self, span: Span) -> At {
        At { file: self.frame().file, span }
    }

    pub(super) fn ast(&self) -> &'a Ast {
        self.files[self.frame().file.0 as usize].ast
    }

    pub(super) fn new_frame(level: Level, file: FileId) -> Frame {
        Frame {
            level,
            file,
            func: None,
            class: None,
            vars: FxHashMap::default(),
            log: Vec::new(),
            branches: 0,
            loops: 0,
            endless: false,
            script: false,
            passed: Vec::new(),
            returned: None,
            yielded: None,
            globals: FxHashSet::default(),
            pending: Vec::new(),
            waiting: FxHashMap::default(),
            kept: Vec::new(),
            exit_passes: None,
        }
    }

    /// Follows a module, once.
    pub(super) fn run_module(&mut self, file: FileId) {
        let index = file.0 as usize;
        if self.files[index].progress != Progress::New || self.frames.len() > 2 * CALL_DEPTH {
            return;
        }
        self.files[index].progress = Progress::Running;
        let outer = std::mem::replace(&mut self.at_import, true);
        let silent = std::mem::take(&mut self.silent);
        self.frames.push(Self::new_frame(Level::Module, file));
        let name = self.names.sym("__name__");
        let module = self.files[index].module.clone();
        let value = if module.is_empty() { Val::UNKNOWN } else { Val::text(module) };
        self.set_var(name, value);
        let ast = self.files[index].ast;
        self.exec_block(&ast.body);
        self.frames.pop();
        self.at_import = outer;
        self.silent = silent;
        self.files[index].progress = Progress::Done;
    }

    /// Looks a variable up as Python does.
    pub(super) fn lookup(&mut self, sym: Sym) -> Option<Val> {
        let depth = self.frames.len();
        for frame in self.frames[..depth].iter().rev() {
            match frame.level {
                Level::Module => break,
                Level::Class | Level::Function => {
                    if let Some(value) = frame.vars.get(&sym) {
                        return Some(value.clone());
                    }
                    // What a function sees around itself it keeps; a class sees the function that it is in.
                    if frame.level == Level::Function {
                        break;
                    }
                }
            }
        }
        let file = &self.files[self.frame().file.0 as usize];
        file.vars.get(&sym).cloned()
    }

    pub(super) fn set_var(&mut self, sym: Sym, value: Val) {
        let frame = self.frame();
        let shared = frame.level == Level::Function && frame.globals.contains(&sym);
        let (level, file) = (frame.level, frame.file.0 as usize);
        if shared {
            // Another function reads it at another time: both values are possible, and no argument of ours is.
            let value = self.erase(&value);
            let vars = &mut self.files[file].vars;
            let value = match vars.remove(&sym) {
                Some(old) => old.either(value),
                None => value,
            };
            vars.insert(sym, value);
            return;
        }
        let old = if level == Level::Module {
            self.files[file].vars.insert(sym, value)
        } else {
            self.frame_mut().vars.insert(sym, value)
        };
        let frame = self.frame_mut();
        if frame.branches > 0 {
            frame.log.push((sym, old));
        }
    }

    pub(super) fn put_back(&mut self, sym: Sym, old: Option<Val>) -> Option<Val> {
        let (level, file) = (self.frame().level, self.frame().file.0 as usize);
        let vars = if level == Level::Module { &mut self.files[file].vars } else { &mut self.frame_mut().vars };
        match old {
            Some(value) => vars.insert(sym, value),
            None => vars.remove(&sym),
        }
    }

    /// The variable that stands for `name.attribute`.
    pub(super) fn field(&mut self, name: Sym, attr: Sym) -> Sym {
        if let Some(sym) = self.fields.get(&(name, attr)) {
            return *sym;
        }
        let text = format!("{}.{}", self.names.text(name), self.names.text(attr));
        let sym = self.names.sym(&text);
        self.fields.insert((name, attr), sym);
        sym
    }

    /// Data from outside: `part` tells apart what is read from one path.
    pub(super) fn source(&mut self, labels: Labels, path: PathId, part: &str, at: At) -> Origins {
        let name: Rc<str> = if part.is_empty() {
            Rc::clone(self.paths.text(path))
        } else {
            let text = self.paths.text(path);
            let text = text.strip_suffix(".get").or_else(|| text.strip_suffix(".getlist")).unwrap_or(text);
            format!("{text}[{part}]").into()
        };
        let part = self.part(path, part);
        let step = Step { at, what: StepKind::Source(name), before: None, length: 0 };
        let taint = Taint { origin: Origin::Source(labels, part), cleared: Kinds::NONE, step: Rc::new(step) };
        Some(Rc::from([taint]))
    }

    pub(super) fn part(&mut self, path: PathId, part: &str) -> u32 {
        let next = u32::try_from(self.parts.len()).unwrap_or(u32::MAX);
        *self.parts.entry((path, part.into())).or_insert(next)
    }

    /// Marks a function that was reached by a name which is looked up while the program runs.
    pub(super) fn hidden(&mut self, value: Val, at: At) -> Val {
        let labels = self.model.find_label("hidden");
        match value.kind {
            Kind::Path(path) if labels != Labels::NONE => {
                let mark = self.source(labels, path, "", at);
                value.with(&mark)
            }
            _ => value,
        }
    }

    /// Whether a name is one of a secret.
    pub(super) fn is_secret(&mut self, name: Sym) -> bool {
        match self.secret_names.get(&name) {
            Some(known) => *known,
            None => {
                let known = self.model.names_secret(self.names.text(name));
                self.secret_names.insert(name, known);
                known
            }
        }
    }

    /// A value that has the name of a secret is taken for one.
    pub(super) fn named(&mut self, name: Sym, value: Val, at: At) -> Val {
        let labels = self.model.find_label("named");
        if labels == Labels::NONE || !self.is_secret(name) || value.is_constant() {
            return value;
        }
        let text = Rc::clone(self.names.text(name));
        let path = self.paths.of("name of a secret");
        let mark = self.source(labels, path, &text, at);
        value.with(&mark)
    }

    /// Tells of a value that is kept under the name of a secret.
    pub(super) fn tell_secret(&mut self, name: Sym, value: &Val, at: At) {
        let told = value.taint.is_some() || matches!(value.as_const(), Some(Constant::Str(_)));
        if !told {
            return;
        }
        if self.is_secret(name) {
            let key = Some(Val::text(&**self.names.text(name)));
            self.emit(EventKind::Set { name: "=secret".into(), key, value: value.clone() }, at);
        }
    }

    /// A value from outside by its path.
    pub(super) fn outside(&mut self, path: PathId, at: At) -> Val {
        let labels = self.paths.labels(path);
        let taint = if labels == Labels::NONE { None } else { self.source(labels, path, "", at) };
        Val { kind: Kind::Path(path), taint, depth: 0 }
    }

    pub(super) fn outside_named(&mut self, text: &str, at: At) -> Val {
        let path = self.paths.of(text);
        self.outside(path, at)
    }

    /// Tells of something that happens; later, by the caller, when it depends on our arguments.
    pub(super) fn emit(&mut self, kind: EventKind, at: At) {
        let function = self.frames.last().and_then(|frame| frame.func);
        let endless = self.frames.last().is_some_and(|frame| frame.endless);
        let script = self.frames.iter().any(|frame| frame.script);
        self.emit_as(Event { kind, at, function, at_import: self.at_import, endless, script });
    }

    pub(super) fn emit_as(&mut self, mut event: Event) {
        let waits = self.frames.last().is_some_and(|frame| frame.func.is_some()) && super::summary::depends(&event);
        if let Some(frame) = self.frames.last()
            && !frame.passed.is_empty()
        {
            super::guards::apply(&frame.passed, &mut event);
        }
        if waits {
            if self.silent == 0 {
                self.frame_mut().wait(Rc::new(event));
            }
        } else if self.silent > 0 {
            // Nobody listens.
        } else if self.events.len() < EVENTS {
            self.events.push(event);
        }
    }
}
