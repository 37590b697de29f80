//! Calls: of functions of the program, and of what comes from outside.

use std::rc::Rc;

use super::args::Args;
use super::events::EventKind;
use super::func::{Func, FuncBody};
use super::interp::{Frame, Interp};
use super::state::{Obj, ScopeKind, State};
use super::stmts::Flow;
use super::value::{At, FileId, FuncId, Kind, Sym, Ty, Val};
use super::walk::Yields;
use crate::source::python::syntax::{Arg, ExprId};

/// One way in which a function ended.
#[derive(Clone, Debug)]
pub struct Returned {
    /// The value.
    pub value: Val,
    /// The `return`; `None` when the end of the body was reached.
    pub at: Option<At>,
}

/// What a call of a function of the program gave.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Any of the returned values.
    pub value: Val,
    /// Every way it ended.
    pub returns: Vec<Returned>,
    /// No path returned: it always raises, or never ends.
    pub never_returns: bool,
    /// It was not followed (too deep, recursive, a coroutine, or a generator).
    pub opaque: bool,
}

impl Outcome {
    fn opaque(value: Val) -> Self {
        Self { value, returns: Vec::new(), never_returns: false, opaque: true }
    }
}

impl<'a> Interp<'a> {
    pub(super) fn eval_call(&mut self, func: ExprId, args: &'a [Arg], at: At) -> Val {
        let callee = self.eval(func);
        let args = self.eval_args(args);
        if callee.as_external() == Some("builtins.super") {
            return self.make_super(&args, at);
        }
        self.call(&callee, args, at)
    }

    fn make_super(&mut self, args: &Args, at: At) -> Val {
        let frame = self.frame();
        let (class, receiver) = match (args.pos.first(), args.pos.get(1)) {
            (Some(Val { kind: Kind::Class(class), .. }), Some(receiver)) => (Some(*class), Some(receiver.clone())),
            _ => (frame.class, frame.receiver.clone()),
        };
        match (class, receiver) {
            (Some(class), Some(receiver)) => Val { kind: Kind::Super(class, Rc::new(receiver)), at },
            _ => Val::unknown(at),
        }
    }

    /// Calls a value from inside the running code.
    pub(super) fn call(&mut self, callee: &Val, args: Args, at: At) -> Val {
        if !self.step() {
            return Val::unknown(at);
        }
        match &callee.kind {
            Kind::Func(func) => {
                self.check_call(*func, &args, at);
                self.call_function(*func, args, at).value
            }
            Kind::Bound(func, receiver) => {
                let mut all = Args::of(vec![(**receiver).clone()], at);
                all.append(args);
                self.check_call(*func, &all, at);
                self.call_function(*func, all, at).value
            }
            Kind::Class(class) => {
                self.check_making(*class, &args, at);
                self.instantiate(*class, args, at)
            }
            Kind::Obj(_) => {
                let method = self.attribute(callee, "__call__", at);
                match method.kind {
                    Kind::Bound(..) | Kind::Func(_) => self.call(&method, args, at),
                    _ => {
                        self.not_callable(callee, at);
                        Val::unknown(at)
                    }
                }
            }
            Kind::Union(members) => {
                let members = members.to_vec();
                self.frame_mut().undecided += 1;
                let made: Vec<Val> = members.iter().map(|member| self.call(member, args.clone(), at)).collect();
                self.frame_mut().undecided -= 1;
                Val::union(made, at)
            }
            Kind::Sym(sym) => {
                let sym = Rc::clone(sym);
                self.call_sym(callee, &sym, args, at)
            }
            _ if self.not_callable(callee, at) => Val::unknown(at),
            _ => {
                self.may_raise = true;
                let args = Rc::new(args);
                self.emit(EventKind::Call { callee: callee.clone(), args: Rc::clone(&args) }, at);
                Val::sym(Sym::Made { callee: callee.clone(), args }, at)
            }
        }
    }

    fn call_sym(&mut self, callee: &Val, sym: &Sym, args: Args, at: At) -> Val {
        // `app.app_context().push()`: from here on there is one.
        if let Sym::Attr { base, name } = sym
            && &**name == "push"
            && let Some(Sym::Made { callee, .. }) = base.as_sym()
            && let Some(Sym::Attr { name, .. }) = callee.as_sym()
        {
            let context = self.guards.context.max(super::managers::surrounding(name));
            self.guards = super::Guards { context, ..(*self.guards).clone() }.into();
        }
        let result = match sym {
            Sym::External(path) => self.call_external(path, &args, at),
            Sym::Attr { base, name } => self.call_method(base, name, &args, at),
            Sym::Made { callee: maker, args: bound } => match maker.as_external() {
                Some("functools.partial") if !bound.pos.is_empty() => {
                    self.budget.copy(bound.pos.len());
                    let mut all = (**bound).clone();
                    let inner = all.pos.remove(0);
                    all.pos_at.remove(0);
                    all.append(args.clone());
                    return self.call(&inner, all, at);
                }
                // A function behind a decorator from outside runs when the wrapper is called.
                // `wraps(f)(g)` runs neither: it copies the name of `f`.
                Some(path)
                    if path != "functools.wraps"
                        && bound.pos.len() == 1
                        && self.function_of(&bound.pos[0]).is_some() =>
                {
                    let inner = bound.pos[0].clone();
                    self.frame_mut().undecided += 1;
                    self.call(&inner, args.clone(), at);
                    self.frame_mut().undecided -= 1;
                    None
                }
                _ => None,
            },
            _ => None,
        };
        if let Some(value) = result {
            return value;
        }
        // To make one of Python's exceptions does not raise it.
        self.may_raise |= super::returned::type_of_external(callee.as_external().unwrap_or("")) != Ty::Class;
        let args = Rc::new(args);
        self.emit(EventKind::Call { callee: callee.clone(), args: Rc::clone(&args) }, at);
        self.hand_over(&args, at);
        Val::sym(Sym::Made { callee: callee.clone(), args }, at)
    }

    /// What code outside may do with a container that it is handed: anything.
    fn hand_over(&mut self, args: &Args, _at: At) {
        for value in args.pos.iter().chain(args.named.iter().map(|(_, value, _)| value)) {
            if let Kind::Obj(id) = value.kind
                && let Some(Obj::List { open, .. }) = self.state.obj_mut(id)
            {
                *open = true;
            }
        }
    }

    /// Runs a function of the program.
    pub(super) fn call_function(&mut self, id: FuncId, args: Args, at: At) -> Outcome {
        let func = self.funcs[id.0 as usize].clone();
        if func.is_async() {
            return Outcome::opaque(Val { kind: Kind::Coroutine(id), at });
        }
        if func.is_generator() {
            return Outcome::opaque(Val { kind: Kind::Generator(id, Rc::new(args)), at });
        }
        self.run_function(id, &func, args, at)
    }

    pub(super) fn run_function(&mut self, id: FuncId, func: &Func<'a>, args: Args, at: At) -> Outcome {
        let recursive = self.calling.iter().filter(|calling| **calling == id).count() > 1;
        if recursive || self.in_too_deep() || !self.step() {
            return Outcome::opaque(Val::unknown(at));
        }
        self.budget.copy(args.pos.len() + args.named.len());
        let scope = self.new_scope(Some(func.scope), ScopeKind::Function);
        let receiver = args.pos.first().cloned();
        let undecided = self.undecided();
        self.called.insert(id);
        self.entered(id, at);
        let guards = Rc::clone(&self.guards);
        self.push_frame(Frame {
            file: func.file,
            scope,
            function: Some(id),
            class: func.class,
            receiver,
            returns: Vec::new(),
            undecided,
            breaks: Vec::new(),
            continues: Vec::new(),
            yields: Yields::within(undecided),
        });
        self.calling.push(id);
        let stack = std::mem::replace(&mut self.stack, self.calling.as_slice().into());
        self.bind_params(func, args);
        let outcome = match func.body {
            FuncBody::Def(def) => self.run_body(&def.body, at),
            FuncBody::Lambda(_, body) => {
                let value = self.eval(body);
                let body_at = self.expr_at(body);
                let returns = vec![Returned { value: value.clone(), at: Some(body_at) }];
                Outcome { value, returns, never_returns: false, opaque: false }
            }
        };
        self.calling.pop();
        self.stack = stack;
        self.handed = self.frames.pop().map(|frame| frame.yields);
        self.guards = guards;
        if outcome.never_returns {
            // What follows the call is not reached; it is followed for what else is wrong in it.
            self.frame_mut().undecided += 1;
        }
        outcome
    }

    fn run_body(&mut self, body: &'a [crate::source::python::syntax::StmtId], at: At) -> Outcome {
        let flow = self.exec_block(body);
        let mut states: Vec<State> = Vec::new();
        let mut returns: Vec<Returned> = Vec::new();
        let ended = std::mem::take(&mut self.frame_mut().returns);
        for (value, at, state) in ended {
            returns.push(Returned { value, at: Some(at) });
            states.push(state);
        }
        if flow == Flow::Next {
            returns.push(Returned { value: Val::none(at), at: None });
            states.push(std::mem::take(&mut self.state));
        }
        let never_returns = returns.is_empty();
        if let Some(state) = states.into_iter().reduce(|a, b| a.merge(&b)) {
            self.state = state;
        }
        if flow == Flow::Raise && never_returns {
            self.raised = true;
        }
        let value = Val::union(returns.iter().map(|returned| returned.value.clone()), at);
        Outcome { value, returns, never_returns, opaque: false }
    }

    /// Runs `f` in a frame of its own at module level of a file.
    pub(super) fn with_frame<T>(&mut self, file: FileId, f: impl FnOnce(&mut Self) -> T) -> T {
        let scope = self.files[file.0 as usize].scope;
        self.push_frame(Frame {
            file,
            scope,
            function: None,
            class: None,
            receiver: None,
            returns: Vec::new(),
            undecided: 0,
            breaks: Vec::new(),
            continues: Vec::new(),
            yields: Yields::default(),
        });
        let guards = std::mem::take(&mut self.guards);
        let result = f(self);
        self.guards = guards;
        self.raised = false;
        self.frames.pop();
        result
    }

    /// Calls a value as the host does, and tells every way in which it ended.
    pub fn invoke(&mut self, callee: &Val, args: Vec<Val>) -> Outcome {
        let at = callee.at;
        self.with_frame(at.file, |me| {
            let args = Args::of(args, at);
            match me.callable_of(callee) {
                Some(callable) => {
                    let mut all = Args::of(callable.bound, at);
                    all.append(args);
                    all.named = callable.named;
                    me.call_function(callable.func, all, at)
                }
                None => Outcome::opaque(me.call(callee, args, at)),
            }
        })
    }

    /// Runs the body of an `async def` or a generator as if it were a plain function, for what happens in it.
    pub fn invoke_body(&mut self, func: FuncId, args: Vec<Val>) -> Outcome {
        let code = self.funcs[func.0 as usize].clone();
        let at = code.name_at();
        self.with_frame(at.file, |me| me.run_function(func, &code, Args::of(args, at), at))
    }
}
