//! The interpreter: its tables, its bounds, and how names are looked up.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::rc::Rc;

use super::budget::Budget;
use super::classes::Class;
use super::events::{Event, EventKind, Guards, Phase};
use super::failures::fails;
use super::func::Func;
use super::imports::Outside;
use super::modules::{File, FileSource, ModuleState};
use super::state::{Obj, Scope, ScopeKind, Slot, State};
use super::value::{At, ClassId, FileId, FuncId, Kind, ObjId, ScopeId, Val};
use super::walk::Yields;
use crate::model::Span;
use crate::source::python::syntax::{Ast, Constant};

/// Calls inside calls.
pub(super) const CALL_DEPTH: usize = 24;

/// Events that are kept.
const EVENTS: usize = 20_000;

/// What is being executed.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    pub(super) file: FileId,
    pub(super) scope: ScopeId,
    pub(super) function: Option<FuncId>,
    /// For `super()` without arguments.
    pub(super) class: Option<ClassId>,
    pub(super) receiver: Option<Val>,
    /// Paths that returned: the value, the `return`, and the state then.
    pub(super) returns: Vec<(Val, At, State)>,
    /// Undecided branches around the place that is executed.
    pub(super) undecided: u32,
    /// States at `break` and `continue` of the innermost loop.
    pub(super) breaks: Vec<State>,
    pub(super) continues: Vec<State>,
    /// What a generator has handed out.
    pub(super) yields: Yields,
}

/// An abstract interpreter over the files of one program.
pub struct Interp<'a> {
    pub(super) files: Vec<File<'a>>,
    pub(super) by_module: HashMap<String, FileId>,
    pub(super) modules: Vec<ModuleState>,
    pub(super) outside: &'a dyn Outside,
    /// Modules outside that an import did not find.
    pub(super) missing_modules: BTreeSet<String>,
    pub(super) state: State,
    pub(super) funcs: Vec<Func<'a>>,
    pub(super) classes: Vec<Class<'a>>,
    pub(super) frames: Vec<Frame>,
    pub(super) calling: Vec<FuncId>,
    /// The same, shared by the events that happen meanwhile.
    pub(super) stack: Rc<[FuncId]>,
    /// The statement that is executed has raised an error that we can name.
    pub(super) raised: bool,
    /// What is caught around the code that runs.
    pub(super) guards: Rc<Guards>,
    /// Calls of functions with arguments that they do not take: Python's words, and where.
    pub(crate) misfits: Vec<(FuncId, String, At)>,
    /// A function whose calls are noted, and where it was called with how many arguments.
    pub(crate) watched: Option<FuncId>,
    pub(crate) watched_calls: Vec<(usize, At)>,
    /// Functions that were run.
    pub(super) called: BTreeSet<FuncId>,
    /// What surrounds the `yield` of the generator that was followed last.
    pub(super) yielded: Option<Rc<Guards>>,
    /// Something that may raise has been executed since the innermost `try` began.
    pub(super) may_raise: bool,
    /// What the generator that was run last has handed out.
    pub(super) handed: Option<Yields>,
    pub(super) next_scope: u32,
    pub(super) next_obj: u32,
    names: HashMap<Box<str>, Rc<str>>,
    pub(super) budget: Budget,
    /// What happened, in order.
    pub events: Vec<Event>,
    /// The part of the plugin's life that is being followed.
    pub phase: Phase,
}

impl<'a> Interp<'a> {
    /// An interpreter over `files`. Nothing is executed yet.
    #[must_use]
    pub fn new(files: Vec<FileSource<'a>>, outside: &'a dyn Outside) -> Self {
        let budget = Budget::full();
        let mut interp = Self {
            files: Vec::new(),
            by_module: HashMap::new(),
            modules: Vec::new(),
            outside,
            missing_modules: BTreeSet::new(),
            state: State::with(&budget),
            funcs: Vec::new(),
            classes: Vec::new(),
            frames: Vec::new(),
            calling: Vec::new(),
            stack: Rc::from([]),
            raised: false,
            guards: Rc::default(),
            misfits: Vec::new(),
            watched: None,
            watched_calls: Vec::new(),
            called: BTreeSet::new(),
            yielded: None,
            may_raise: false,
            handed: None,
            next_scope: 0,
            next_obj: 0,
            names: HashMap::new(),
            budget,
            events: Vec::new(),
            phase: Phase::Import,
        };
        for source in files {
            let id = FileId(u32::try_from(interp.files.len()).unwrap_or(u32::MAX));
            let scope = interp.new_scope(None, ScopeKind::Module);
            interp.by_module.insert(source.module.clone(), id);
            interp.modules.push(ModuleState::New);
            interp.files.push(File { module: source.module, is_package: source.is_package, ast: source.ast, scope });
        }
        interp
    }

    /// Whether the step budget ran out: what is unknown may then be unknown for that reason.
    #[must_use]
    pub fn exhausted(&self) -> bool {
        self.budget.is_spent()
    }

    /// Whether a function was run.
    #[must_use]
    pub fn was_called(&self, func: FuncId) -> bool {
        self.called.contains(&func)
    }

    /// All functions that were defined.
    pub fn functions(&self) -> impl Iterator<Item = (FuncId, &Func<'a>)> {
        (0..).map(FuncId).zip(&self.funcs)
    }

    /// The functions that were run.
    pub fn functions_run(&self) -> impl Iterator<Item = &Func<'a>> {
        self.called.iter().map(|func| self.func(*func))
    }

    /// How many objects there are: an object with a lower number existed before this moment.
    #[must_use]
    pub const fn moment(&self) -> u32 {
        self.next_obj
    }

    /// A function by id.
    #[must_use]
    pub fn func(&self, id: FuncId) -> &Func<'a> {
        &self.funcs[id.0 as usize]
    }

    /// A class by id.
    #[must_use]
    pub fn class(&self, id: ClassId) -> &Class<'a> {
        &self.classes[id.0 as usize]
    }

    /// An object by id.
    #[must_use]
    pub fn obj(&self, id: ObjId) -> Option<&Obj> {
        self.state.obj(id)
    }

    /// The syntax of a file.
    #[must_use]
    pub fn ast(&self, file: FileId) -> &'a Ast {
        self.files[file.0 as usize].ast
    }

    /// A class's own namespace.
    #[must_use]
    pub fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.state.scope(id)
    }

    pub(super) fn push_frame(&mut self, frame: Frame) {
        self.frames.push(frame);
    }

    /// The frame that is executed. There is always one while code runs.
    pub(super) fn frame(&self) -> &Frame {
        self.frames.last().unwrap_or_else(|| unreachable!("code runs in a frame"))
    }

    pub(super) fn frame_mut(&mut self) -> &mut Frame {
        self.frames.last_mut().unwrap_or_else(|| unreachable!("code runs in a frame"))
    }

    pub(super) fn undecided(&self) -> u32 {
        self.frames.last().map_or(0, |frame| frame.undecided)
    }

    pub(super) fn in_too_deep(&self) -> bool {
        self.calling.len() >= CALL_DEPTH
    }

    /// Takes a step; false when there are none left.
    pub(super) fn step(&mut self) -> bool {
        self.budget.step(1);
        !self.budget.is_spent()
    }

    /// A copy of the state, paid for in steps.
    pub(super) fn snapshot(&mut self) -> State {
        self.budget.walk(self.state.size());
        self.state.clone()
    }

    pub(super) fn at(&self, span: Span) -> At {
        At { file: self.frames.last().map_or(FileId(0), |frame| frame.file), span }
    }

    pub(super) fn name(&mut self, name: &str) -> Rc<str> {
        if let Some(known) = self.names.get(name) {
            return Rc::clone(known);
        }
        let shared: Rc<str> = name.into();
        self.names.insert(name.into(), Rc::clone(&shared));
        shared
    }

    pub(super) fn emit(&mut self, kind: EventKind, at: At) {
        if self.events.len() >= EVENTS {
            return;
        }
        let (function, undecided) = self.frames.last().map_or((None, 0), |frame| (frame.function, frame.undecided));
        let certain = undecided == 0 && !(fails(&kind) && self.may_be_passed_over());
        self.events.push(Event {
            kind,
            at,
            phase: self.phase.clone(),
            function,
            guards: Rc::clone(&self.guards),
            stack: Rc::clone(&self.stack),
            certain,
        });
    }

    pub(super) fn new_scope(&mut self, parent: Option<ScopeId>, kind: ScopeKind) -> ScopeId {
        let id = ScopeId(self.next_scope);
        self.next_scope += 1;
        self.state.put_scope(id, Scope { vars: BTreeMap::new(), parent, kind, open: false });
        id
    }

    pub(super) fn new_obj(&mut self, obj: Obj, at: At) -> Val {
        self.budget.copy(obj.len());
        let id = ObjId(self.next_obj);
        self.next_obj += 1;
        self.state.put_obj(id, obj);
        Val { kind: Kind::Obj(id), at }
    }

    /// Makes an empty dict, as a value.
    pub(super) fn new_dict(&mut self, at: At) -> Val {
        self.new_obj(Obj::Dict { entries: Vec::new(), open: false, from: Vec::new() }, at)
    }

    /// Binds a name in the namespace that is executed.
    pub(super) fn bind(&mut self, name: &str, value: Val) {
        let scope = self.frame().scope;
        self.bind_in(scope, name, value);
    }

    pub(super) fn bind_in(&mut self, scope: ScopeId, name: &str, value: Val) {
        let name = self.name(name);
        if let Some(scope) = self.state.scope_mut(scope) {
            scope.vars.insert(name, Slot { value, maybe: false });
        }
    }

    /// A name as the code of a class means it: `__name` is `_Class__name` there.
    pub(super) fn private<'n>(&self, name: &'n str) -> Cow<'n, str> {
        if !name.starts_with("__") || name.ends_with("__") {
            return Cow::Borrowed(name);
        }
        let class = self.frame().class.map(|class| self.class(class).name.trim_start_matches('_'));
        match class.filter(|class| !class.is_empty()) {
            Some(class) => Cow::Owned(format!("_{class}{name}")),
            None => Cow::Borrowed(name),
        }
    }

    /// Looks a name up as Python does: this namespace, the functions around it, the module, the builtins.
    pub(super) fn lookup(&mut self, name: &str, at: At) -> Val {
        let mut next = Some(self.frame().scope);
        let mut first = true;
        let mut open = false;
        while let Some(id) = next {
            let Some(scope) = self.state.scope(id) else { break };
            if first || scope.kind != ScopeKind::Class {
                if let Some(slot) = scope.vars.get(name) {
                    return slot.value.clone();
                }
                open |= scope.open;
            }
            first = false;
            next = scope.parent;
        }
        if open {
            return Val::unknown(at);
        }
        if let Some(path) = super::builtins::builtin(name) {
            return Val::external(path, at);
        }
        let name = self.name(name);
        self.emit(EventKind::Unbound(name), at);
        Val::unknown(at)
    }

    /// The texts of a list or tuple of constant texts, if it is one.
    #[must_use]
    pub fn texts(&self, value: &Val) -> Option<Vec<Rc<str>>> {
        let items = self.items(value)?;
        items.iter().map(|item| item.as_str().map(Rc::from)).collect()
    }

    /// The items of a tuple, or of a list whose items are all known.
    #[must_use]
    pub fn items(&self, value: &Val) -> Option<Vec<Val>> {
        match &value.kind {
            Kind::Class(class) => self.members(*class),
            Kind::Tuple(items) => {
                self.budget.copy(items.len());
                Some(items.to_vec())
            }
            Kind::Obj(id) => match self.state.obj(*id) {
                Some(Obj::List { items, open: false, .. }) => {
                    self.budget.copy(items.len());
                    Some(items.clone())
                }
                Some(Obj::Instance { .. }) => {
                    let (record, fields) = self.fields_of(value)?;
                    record.is_tuple.then(|| fields.into_iter().map(|(_, value)| value).collect())
                }
                Some(Obj::Dict { entries, open: false, .. }) if entries.iter().all(|entry| !entry.maybe) => {
                    self.budget.copy(entries.len());
                    Some(entries.iter().map(|entry| entry.key.clone()).collect())
                }
                _ => None,
            },
            Kind::Sym(sym) => match &**sym {
                super::Sym::Made { callee, args } if callee.as_external() == Some("builtins.range") => {
                    Self::range(args, value.at)
                }
                _ => None,
            },
            Kind::Const(constant) => match &**constant {
                Constant::Str(text) if text.len() <= 256 => {
                    self.budget.copy(text.len());
                    Some(text.chars().map(|c| Val::text(c.to_string(), value.at)).collect())
                }
                _ => None,
            },
            _ => None,
        }
    }
}
