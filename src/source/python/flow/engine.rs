//! The tables of a run: files, functions, classes, frames.

use super::frame::*;
use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::events::Event;
use super::model::Model;
use super::names::{Methods, Names, PathId, Paths, Sym};
use super::parts::Part;
use super::value::{Args, At, ClassId, FileId, FuncId, Kind, Val};
use crate::model::Span;
use crate::source::python::syntax::{Ast, StmtKind};

/// Functions inside functions that are followed.
pub(super) const CALL_DEPTH: usize = 32;
/// Events that are kept.
pub(super) const EVENTS: usize = 200_000;

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
    pub(super) secret_names: FxHashMap<Sym, bool>,
    pub(super) methods: Methods,
    /// The names of the methods that classes of the program define.
    pub(super) own_methods: FxHashSet<Sym>,
    /// Where each setting stands in a call that sets several.
    pub(super) places: FxHashMap<(At, Sym), Span>,
    /// Names of parts of what comes from outside.
    pub(super) parts: FxHashMap<Rc<str>, Part>,
    pub(super) at_import: bool,
    /// What is followed is told for a caller outside, of a function that the program itself calls.
    pub(super) outside: bool,
    /// Calls that are being followed, one inside the other.
    pub(super) calls: u32,
    /// Values are computed again, and nothing that happens on the way is told.
    pub(super) silent: u32,
    /// An object is being asked for an attribute that it has not.
    pub(super) looks_up: bool,
    /// Where the value that is returned stands.
    pub(super) return_at: Option<At>,
    pub(super) budget: u64,
    /// What is being worked out turn by turn.
    pub(super) exact: Option<super::worked::Exact>,
    /// Steps that may still be spent on that.
    pub(super) exact_left: u64,
    /// What the program does, in no particular order, perhaps several times.
    pub events: Vec<Event>,
    /// The function that was followed when each of them was told.
    pub(super) told_by: Vec<Option<FuncId>>,
    /// Functions whose callers know more of them by now.
    pub(super) better_known: Vec<FuncId>,
    /// Attributes of which nothing is left but our own values.
    pub(super) settled: FxHashSet<(ClassId, Sym)>,
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
            // The session, see `SESSION`, and what stands for the variables of each file.
            classes: (0..=files.len()).map(|_| Class::default()).collect(),
            class_of: FxHashMap::default(),
            fields: FxHashMap::default(),
            frames: Vec::new(),
            secret_names: FxHashMap::default(),
            methods: Methods::default(),
            own_methods: FxHashSet::default(),
            parts: FxHashMap::default(),
            places: FxHashMap::default(),
            at_import: true,
            outside: false,
            calls: 0,
            silent: 0,
            looks_up: false,
            return_at: None,
            // What people write needs a few steps for each node; what is written to take for ever ends here.
            budget: 100_000 + 60 * size as u64,
            exact: None,
            exact_left: super::worked::ALL_STEPS + size as u64 / 4,
            events: Vec::new(),
            told_by: Vec::new(),
            better_known: Vec::new(),
            settled: FxHashSet::default(),
        };
        for (at, source) in files.into_iter().enumerate() {
            let id = FileId(u32::try_from(at).unwrap_or(u32::MAX));
            if !source.module.is_empty() {
                engine.by_module.entry(source.module.clone()).or_insert(id);
            }
            for statement in source.ast.stmts() {
                let StmtKind::ClassDef(class) = &statement.kind else { continue };
                for inner in &class.body {
                    if let StmtKind::FunctionDef(def) = &source.ast[*inner].kind
                        && !def.name.name.starts_with("__")
                    {
                        let name = engine.names.sym(&def.name.name);
                        engine.own_methods.insert(name);
                    }
                }
            }
            engine.files.push(File {
                module: source.module,
                is_package: source.is_package,
                ast: source.ast,
                progress: Progress::New,
                vars: FxHashMap::default(),
                before: FxHashMap::default(),
                now: 0,
                imported: FxHashMap::default(),
                stars: Vec::new(),
                bound: None,
            });
        }
        engine
    }

    /// Whether steps ran out: something may then have been missed.
    #[must_use]
    pub const fn exhausted(&self) -> bool {
        self.budget == 0
    }

    /// Whether a module of this name is one of the program, or inside one.
    #[must_use]
    pub fn is_own_module(&self, name: &str) -> bool {
        let top = name.split('.').next().unwrap_or(name);
        self.files.iter().any(|file| file.module.split('.').next() == Some(top))
    }

    /// A function by id.
    #[must_use]
    pub fn func(&self, id: FuncId) -> &Func<'a> {
        &self.funcs[id.0 as usize]
    }

    /// Whether something stands in a function that answers a route or a hook.
    #[must_use]
    pub fn is_in_view(&self, at: At) -> bool {
        let inside =
            |func: &Func<'_>| func.file == at.file && func.span.start <= at.span.start && at.span.end <= func.span.end;
        self.funcs.iter().any(|func| func.view && inside(func))
    }

    /// What a function of the program returns, when a value is one.
    #[must_use]
    pub fn answers_of(&self, value: &Val) -> Option<&Val> {
        match &value.kind {
            Kind::Func(func, _) | Kind::Bound(func, _) => Some(&self.func(*func).summary.ret),
            _ => None,
        }
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
        self.budget > 0 && self.exact.as_mut().is_none_or(super::worked::Exact::step)
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
            chosen: false,
            script: false,
            passed: Vec::new(),
            returned: None,
            yielded: None,
            globals: FxHashSet::default(),
            pending: Vec::new(),
            waiting: FxHashMap::default(),
            around: FxHashSet::default(),
            kept_around: Vec::new(),
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
        let exact = self.exact.take();
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
        self.exact = exact;
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
        let id = self.frame().file;
        let file = &self.files[id.0 as usize];
        let value = file.vars.get(&sym).cloned()?;
        // Who calls a function before a name is bound anew meets what it meant before.
        let value = match (file.before.get(&sym), self.frame().func) {
            (Some(before), Some(func)) => {
                let start = self.funcs[func.0 as usize].span.start;
                before.iter().filter(|(at, _)| start < *at).fold(value, |value, (_, old)| value.either(old.clone()))
            }
            _ => value,
        };
        Some(self.with_kept(id, sym, value))
    }

    /// Keeps what a name of a module meant until now, when that is something outside.
    fn keep_before(&mut self, sym: Sym, value: &Val) {
        let at = self.frame().file.0 as usize;
        let old = match self.files[at].vars.get(&sym) {
            Some(old) => Some(old.clone()),
            None if matches!(value.kind, Kind::Path(_)) => self.builtin(sym, Span::default()),
            None => None,
        };
        let file = &mut self.files[at];
        if let Some(old) = old
            && matches!(old.kind, Kind::Path(_))
            && !old.same(value)
        {
            let kept = file.before.entry(sym).or_default();
            if kept.len() < 4 {
                kept.push((file.now, old));
            }
        }
    }

    pub(super) fn set_var(&mut self, sym: Sym, value: Val) {
        let frame = self.frame();
        let shared = frame.level == Level::Function && frame.globals.contains(&sym);
        let (level, file) = (frame.level, frame.file.0 as usize);
        if shared {
            // Another function reads it at another time: both values are possible, and no argument of ours is.
            let value = self.erase(&value);
            if value.taint.is_some() {
                let id = self.frame().file;
                self.keep_for_others(Self::class_of_module(id), sym, &value.taint);
            }
            let vars = &mut self.files[file].vars;
            let value = match vars.remove(&sym) {
                Some(old) => old.either(value),
                None => value,
            };
            vars.insert(sym, value);
            return;
        }
        if level == Level::Module {
            self.keep_before(sym, &value);
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
}
