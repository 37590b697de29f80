//! Functions and loops over values that are all known, worked out turn by turn as Python does: what decodes a text
//! need be no function of Python's own.

use super::decided::{computes_here, computes_in, decided, gathers, known};
use super::engine::Engine;
use super::exec::Flow;
use super::frame::{Body, Level};
use super::names::Sym;
use super::value::{FuncId, Kind, Val};
use crate::source::python::syntax::{Constant, ExprId, ExprKind, ParamKind, StmtId, StmtKind};

/// Steps of one function or loop.
const STEPS: u32 = 60_000;
/// Steps of one program, beside one for every fourth node of its syntax.
pub(super) const ALL_STEPS: u64 = 200_000;
/// Functions inside one another.
const DEEPEST: u8 = 4;
/// How often a function may turn out not to be one that can be worked out.
const FAILURES: u8 = 2;
/// Values that are looked at before one is not known.
const LOOKED: u32 = 20_000;
/// Turns of one loop.
pub(super) const TURNS: usize = 4_096;

/// How a block ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    Open,
    Break,
    Continue,
    Return,
}

/// Something that is being worked out.
#[derive(Debug)]
pub(super) struct Exact {
    left: u32,
    depth: u8,
    end: End,
    pub(super) failed: bool,
    yielded: Vec<Val>,
    kept: Vec<(Sym, Val)>,
}

/// What a function does for values that are all known.
#[derive(Debug)]
pub(super) struct Worked {
    /// What it returns; a list of what it yields.
    pub(super) value: Val,
    /// What it keeps on its object.
    kept: Vec<(Sym, Val)>,
}

impl Worked {
    /// The constant that it keeps under this name.
    pub(super) fn kept(&self, attr: Sym) -> Option<&Val> {
        let found = self.kept.iter().rev().find(|(name, _)| *name == attr);
        found.map(|(_, value)| value).filter(|value| value.is_constant())
    }
}

impl Exact {
    const fn new(left: u32, depth: u8) -> Self {
        Self { left, depth, end: End::Open, failed: false, yielded: Vec::new(), kept: Vec::new() }
    }

    /// Takes one step; false when none is left.
    pub(super) const fn step(&mut self) -> bool {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None => self.failed = true,
        }
        !self.failed
    }

    pub(super) fn keep(&mut self, value: Val) {
        self.yielded.push(value);
    }
}

impl<'a> Engine<'a, '_> {
    /// Begins to work something out; what was being worked out before.
    pub(super) fn begin_exact(&mut self) -> Option<Exact> {
        let outer = self.exact.take();
        let (left, depth) = outer.as_ref().map_or((STEPS, 0), |outer| (outer.left, outer.depth));
        self.exact = Some(Exact::new(left, depth + 1));
        outer
    }

    pub(super) fn end_exact(&mut self, outer: Option<Exact>) -> Exact {
        let mut done = self.exact.take().unwrap_or(Exact::new(0, 0));
        let before = outer.as_ref().map_or(STEPS, |outer| outer.left);
        let spent = before.saturating_sub(done.left);
        self.exact = outer.map(|outer| Exact { left: outer.left.saturating_sub(spent), ..outer });
        done.failed |= done.left == 0;
        done
    }

    /// What a function of the program returns for values that are all known, when it has to turn over them to say so.
    /// With `aloud` what happens on the way is told, too.
    pub(super) fn worked_out(&mut self, id: FuncId, actual: &[Val], aloud: bool) -> Option<Worked> {
        let func = &self.funcs[id.0 as usize];
        // The object of a method that another one of it calls.
        let own = match actual.first() {
            Some(Val { kind: Kind::Param(0), .. }) if self.is_method() => self.frame().class,
            _ => None,
        };
        let mut actual = actual.to_vec();
        if let (Some(class), Some(first)) = (own, actual.first_mut()) {
            *first = Val::plain(Kind::Instance(class));
        }
        let exhausted = self.exact_left == 0 || self.exact.as_ref().is_some_and(|exact| exact.depth >= DEEPEST);
        if func.failures >= FAILURES || exhausted || !actual.iter().all(|value| known(value, &mut { LOOKED })) {
            return None;
        }
        if self.exact.is_none() && !self.computes(id) {
            return None;
        }
        let silent = self.silent;
        self.silent += 1;
        let found = self.run_exactly(id, &actual);
        self.silent = silent;
        if found.is_none() {
            self.funcs[id.0 as usize].failures += 1;
        } else if aloud && self.silent == 0 {
            self.run_exactly(id, &actual);
        }
        found
    }

    fn run_exactly(&mut self, id: FuncId, actual: &[Val]) -> Option<Worked> {
        let func = &self.funcs[id.0 as usize];
        let body = func.body;
        let mut frame = Self::new_frame(Level::Function, func.file);
        frame.func = Some(id);
        frame.class = func.class;
        let free = std::rc::Rc::clone(&func.free);
        let params = func.params();
        if params.list.iter().any(|param| param.kind == ParamKind::VarArgs) {
            return None;
        }
        let names = params.list.iter().map(|param| &*param.name.name);
        let names: Vec<_> = names.map(|name| self.names.sym(name)).collect();
        frame.vars.extend(names.into_iter().chain(free.iter().copied()).zip(actual.iter().cloned()));
        let outer = self.begin_exact();
        self.frames.push(frame);
        let before = self.budget;
        let flow = match body {
            Body::Def(def) => self.exec_block(&def.body),
            Body::Lambda(_, value) => {
                let value = self.eval(value);
                self.frame_mut().returned = Some(value);
                Flow::Stop
            }
        };
        self.exact_left = self.exact_left.saturating_sub(before - self.budget);
        let frame = self.frames.pop();
        let done = self.end_exact(outer);
        let returned = frame.and_then(|frame| frame.returned);
        if done.failed {
            return None;
        }
        let value = match returned {
            _ if !done.yielded.is_empty() => Some(Val::seq(done.yielded, false)),
            Some(value) if !matches!(value.kind, Kind::Unknown) && !value.has_param() => Some(value),
            None if flow == Flow::Next => Some(Val::constant(Constant::None)),
            _ => None,
        };
        Some(Worked { value: value?, kept: done.kept })
    }

    /// The attribute of the method's own object that a target is.
    fn own_attribute(&mut self, target: ExprId) -> Option<Sym> {
        let ast = self.ast();
        let ExprKind::Attribute { value, attr } = &ast[target].kind else { return None };
        let ExprKind::Name(name) = &ast[*value].kind else { return None };
        let func = &self.funcs[self.frame().func?.0 as usize];
        let first = func.params().list.first().filter(|_| func.class.is_some() && !func.nested)?;
        if *first.name.name != **name {
            return None;
        }
        Some(self.names.sym(&attr.name))
    }

    /// Whether a function computes something, perhaps turn by turn.
    fn computes(&mut self, id: FuncId) -> bool {
        let func = &self.funcs[id.0 as usize];
        if let Some(computes) = func.computes {
            return computes;
        }
        let ast = self.files[func.file.0 as usize].ast;
        let found = match func.body {
            Body::Def(def) => computes_in(ast, &def.body),
            Body::Lambda(_, value) => computes_here(ast, value),
        };
        self.funcs[id.0 as usize].computes = Some(found);
        found
    }

    /// What a loop over known constants leaves in variables, when it puts something together.
    pub(super) fn unrolled(
        &mut self,
        target: ExprId,
        iterable: &Val,
        body: &'a [StmtId],
    ) -> Vec<(super::names::Sym, Val)> {
        let nothing = Vec::new();
        let frame = self.frame();
        let ast = self.ast();
        if self.exact.is_some() || frame.loops > 0 || self.exact_left == 0 || !gathers(ast, body) {
            return nothing;
        }
        let items = super::questions::items(iterable).filter(|items| items.len() > 1 && items.len() <= TURNS);
        let Some(items) = items.filter(|items| items.iter().all(Val::is_constant)) else { return nothing };
        let silent = self.silent;
        self.silent += 1;
        self.frame_mut().branches += 1;
        let mark = self.frame().log.len();
        let outer = self.begin_exact();
        let before = self.budget;
        self.turn_over(target, items, body);
        self.exact_left = self.exact_left.saturating_sub(before - self.budget);
        let done = self.end_exact(outer);
        let changes = self.take_back(mark);
        self.frame_mut().branches -= 1;
        self.silent = silent;
        if done.failed || done.end == End::Return {
            return nothing;
        }
        let constant = |(name, value): (_, Option<Val>)| Some((name, value.filter(Val::is_constant)?));
        let mut changes: Vec<_> = changes.into_iter().filter_map(constant).collect();
        changes.sort_unstable_by_key(|(name, _)| *name);
        changes
    }

    /// Every turn of a loop; whether it came to its end without a `break`.
    fn turn_over(&mut self, target: ExprId, items: Vec<Val>, body: &'a [StmtId]) -> Flow {
        for item in items {
            self.assign(target, item);
            if self.exec_block(body) == Flow::Stop {
                match self.take_end() {
                    End::Continue => {}
                    End::Break => return Flow::Stop,
                    other => {
                        self.set_end(other);
                        return Flow::Stop;
                    }
                }
            }
        }
        Flow::Next
    }

    fn take_end(&mut self) -> End {
        self.exact.as_mut().map_or(End::Open, |exact| std::mem::replace(&mut exact.end, End::Open))
    }

    fn set_end(&mut self, end: End) {
        if let Some(exact) = &mut self.exact {
            exact.end = end;
        }
    }

    fn fail(&mut self) -> Flow {
        if let Some(exact) = &mut self.exact {
            exact.failed = true;
        }
        Flow::Stop
    }

    /// A statement of something that is being worked out, where that takes more than what is always done.
    pub(super) fn exec_exactly(&mut self, stmt: &'a StmtKind) -> Option<Flow> {
        let ast = self.ast();
        let of_object = |id: &ExprId| matches!(ast[*id].kind, ExprKind::Attribute { .. });
        Some(match stmt {
            StmtKind::If { test, body, orelse } => {
                let value = self.eval(*test);
                match decided(&value) {
                    Some(true) => self.exec_block(body),
                    Some(false) => self.exec_block(orelse),
                    None => self.fail(),
                }
            }
            StmtKind::For { target, iter, body, orelse, .. } => {
                let iterable = self.eval(*iter);
                match super::questions::items(&iterable).filter(|items| items.len() <= TURNS) {
                    Some(items) => match self.turn_over(*target, items, body) {
                        Flow::Next => self.exec_block(orelse),
                        Flow::Stop => self.after_loop(),
                    },
                    None => self.fail(),
                }
            }
            StmtKind::While { test, body, orelse } => loop {
                if !self.step() {
                    return Some(self.fail());
                }
                let value = self.eval(*test);
                match decided(&value) {
                    Some(true) => {}
                    Some(false) => break self.exec_block(orelse),
                    None => return Some(self.fail()),
                }
                if self.exec_block(body) == Flow::Stop {
                    match self.take_end() {
                        End::Continue => {}
                        End::Break => break Flow::Next,
                        other => {
                            self.set_end(other);
                            break Flow::Stop;
                        }
                    }
                }
            },
            StmtKind::Break => {
                self.set_end(End::Break);
                Flow::Stop
            }
            StmtKind::Continue => {
                self.set_end(End::Continue);
                Flow::Stop
            }
            StmtKind::Try { body, orelse, finalbody, .. } => {
                let mut flow = self.exec_block(body);
                if flow == Flow::Next {
                    flow = self.exec_block(orelse);
                }
                match (self.exec_block(finalbody), flow) {
                    (Flow::Next, Flow::Next) => Flow::Next,
                    _ => Flow::Stop,
                }
            }
            StmtKind::Assign { targets, value } if targets.iter().any(of_object) => {
                let attr = match targets.as_slice() {
                    [target] => self.own_attribute(*target),
                    _ => None,
                };
                let Some(attr) = attr else { return Some(self.fail()) };
                let value = self.eval(*value);
                if let ExprKind::Attribute { value: base, .. } = &ast[targets[0]].kind
                    && let ExprKind::Name(name) = &ast[*base].kind
                {
                    let name = self.names.sym(name);
                    let field = self.field(name, attr);
                    self.set_var(field, value.clone());
                }
                if let Some(exact) = &mut self.exact {
                    exact.kept.push((attr, value));
                }
                Flow::Next
            }
            StmtKind::AnnAssign { target, .. } if of_object(target) => self.fail(),
            StmtKind::AugAssign { target, .. } if of_object(target) => self.fail(),
            StmtKind::Match { .. }
            | StmtKind::Raise { .. }
            | StmtKind::ClassDef(_)
            | StmtKind::Global(_)
            | StmtKind::Nonlocal(_)
            | StmtKind::Delete(_) => self.fail(),
            StmtKind::Return(_) => {
                self.set_end(End::Return);
                return None;
            }
            _ => return None,
        })
    }

    /// How a loop ended that did not come to its end.
    fn after_loop(&mut self) -> Flow {
        match &self.exact {
            Some(exact) if exact.failed || exact.end == End::Return => Flow::Stop,
            _ => Flow::Next,
        }
    }
}
