//! What a function does, in terms of its arguments, and what that means for a call.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::engine::Engine;
use super::events::{Event, EventKind};
use super::frame::{Body, Level, Progress};
use super::guards::Passes;
use super::model::Kinds;
use super::names::Sym;
use super::parts::Part;
use super::taint::{Origin, Origins, Step, StepKind, Taint};
use super::value::{Args, At, ClassId, FuncId, Kind, Val};
use crate::source::python::syntax::{Constant, ParamKind};

/// Events that wait for their caller, for each function.
pub(super) const PENDING: usize = 32;
/// Values that are replaced for one call.
pub(super) const REPLACED: u32 = 4_000;
/// Functions that are being followed inside one another.
const INSIDE: usize = 48;

/// What a function does.
#[derive(Debug)]
pub(super) struct Summary {
    pub(super) ret: Val,
    pub(super) pending: Vec<Rc<Event>>,
    /// What it keeps on its object.
    pub(super) kept: Vec<(Sym, Val)>,
    /// What it keeps in variables around it.
    pub(super) kept_around: Vec<(ClassId, Sym, Val)>,
    /// What is harmless after it came back.
    pub(super) passes: Passes,
    pub(super) never_returns: bool,
}

impl Summary {
    pub(super) const fn nothing() -> Self {
        Self {
            ret: Val::UNKNOWN,
            pending: Vec::new(),
            kept: Vec::new(),
            kept_around: Vec::new(),
            passes: Vec::new(),
            never_returns: false,
        }
    }
}

/// Whether an event means something else for each caller.
pub(super) fn depends(event: &Event) -> bool {
    match &event.kind {
        EventKind::Call { receiver, args, .. } => receiver.as_ref().is_some_and(Val::has_param) || args.has_param(),
        EventKind::Set { key, value, .. } => key.as_ref().is_some_and(Val::has_param) || value.has_param(),
        EventKind::Change { base, .. } => base.has_param(),
        EventKind::Dynamic { callee, args } => callee.has_param() || args.has_param(),
        EventKind::Return { value } => value.has_param(),
        EventKind::Import { .. } | EventKind::Read { .. } => false,
    }
}

/// The arguments of one call, where they are put in, and how many values may still be replaced.
pub(super) struct Call<'v> {
    pub(super) actual: &'v [Val],
    pub(super) into: StepKind,
    pub(super) at: At,
    pub(super) left: u32,
    /// What was replaced already: the values of a function share most of their parts. By the addresses of the value
    /// and of its origins, which the function's summary holds as long as the call lasts.
    pub(super) done: FxHashMap<(usize, usize), Val>,
    /// The same for origins alone.
    pub(super) ways: FxHashMap<usize, Origins>,
}

impl<'v> Call<'v> {
    pub(super) fn new(actual: &'v [Val], into: StepKind, at: At) -> Self {
        Self { actual, into, at, left: REPLACED, done: FxHashMap::default(), ways: FxHashMap::default() }
    }
}

impl Engine<'_, '_> {
    /// What a function does; followed when that is not known yet.
    pub(super) fn summary_of(&mut self, id: FuncId) -> Rc<Summary> {
        let func = &self.funcs[id.0 as usize];
        if func.progress == Progress::New {
            let inside = self.frames.iter().filter(|frame| frame.func.is_some()).count();
            if inside >= INSIDE {
                return Rc::clone(&func.summary);
            }
            let silent = std::mem::take(&mut self.silent);
            let exact = self.exact.take();
            self.follow(id);
            self.exact = exact;
            self.silent = silent;
        }
        Rc::clone(&self.funcs[id.0 as usize].summary)
    }

    fn follow(&mut self, id: FuncId) {
        let func = &mut self.funcs[id.0 as usize];
        func.progress = Progress::Running;
        func.read.clear();
        let (body, file, class, free, span) = (func.body, func.file, func.class, Rc::clone(&func.free), func.span);
        let params = func.params();
        let mut frame = Self::new_frame(Level::Function, file);
        frame.func = Some(id);
        frame.class = class;
        self.frames.push(frame);
        for (index, param) in params.list.iter().enumerate() {
            let name = self.names.sym(&param.name.name);
            let mut value = self.param(index, name, param.name.span, file);
            if let Some(default) = self.funcs[id.0 as usize].defaults.get(index).cloned().flatten() {
                let at = At { file, span: param.name.span };
                self.tell_secret(name, &default, at);
            }
            match param.kind {
                ParamKind::VarArgs => {
                    let taint = value.taint.clone();
                    value = super::walks::some_items(value).from(taint);
                }
                ParamKind::KwArgs => {
                    value = self.all_by_name(value);
                }
                _ => {
                    if let Some(annotation) = param.annotation
                        && let Some(class) = self.annotated(annotation)
                    {
                        value = value.turned(Kind::Instance(class));
                    } else if &*param.name.name == "app" && param.annotation.is_none()
                        || param.annotation.is_some_and(|annotation| self.is_application(annotation))
                    {
                        // The host hands its application over under this name.
                        value = value.turned(Kind::Path(self.paths.of("flask.current_app")));
                    } else if class.is_some() && index == 1 && self.funcs[id.0 as usize].name() == "exec_module" {
                        // Python hands each module that it imports to its loader.
                        value = value.turned(Kind::Path(self.paths.of("importlib.import_module()")));
                    }
                }
            }
            let value = self.named(name, value, At { file, span: param.name.span });
            let always = self.funcs[id.0 as usize].always.get(&index).cloned().flatten();
            self.set_var(name, value.with(&always));
        }
        for (index, name) in free.iter().enumerate() {
            let value = self.param(params.list.len() + index, *name, span, file);
            let value = self.with_kept_around(id, *name, value);
            // `self` of the method around.
            let value = match self.self_around(id, *name) {
                Some(class) => value.turned(Kind::Instance(class)),
                None => value,
            };
            self.set_var(*name, value);
        }
        let ended = match body {
            Body::Def(def) => self.exec_block(&def.body),
            Body::Lambda(_, value) => {
                let value = self.eval(value);
                self.frame_mut().returned = Some(value);
                super::exec::Flow::Stop
            }
        };
        if ended == super::exec::Flow::Next {
            self.leave(Val::constant(Constant::None));
        }
        let Some(frame) = self.frames.pop() else { return };
        let never_returns = frame.returned.is_none() && frame.yielded.is_none();
        let ret = match (frame.yielded, frame.returned) {
            (Some(item), _) => super::walks::some_items(item),
            (None, Some(value)) => value,
            (None, None) => Val::UNKNOWN,
        };
        let passes = frame.exit_passes.unwrap_or_default();
        let summary = Summary {
            ret,
            pending: frame.pending,
            kept: frame.kept,
            kept_around: frame.kept_around,
            passes,
            never_returns,
        };
        let func = &mut self.funcs[id.0 as usize];
        func.summary = Rc::new(summary);
        func.progress = Progress::Done;
    }

    fn param(&mut self, index: usize, name: Sym, span: crate::model::Span, file: super::value::FileId) -> Val {
        let index = u16::try_from(index).unwrap_or(u16::MAX);
        let step = Step {
            at: At { file, span },
            what: StepKind::Param(Rc::clone(self.names.text(name))),
            before: None,
            length: 0,
        };
        let taint = Taint { origin: Origin::Param(index, Part::WHOLE), cleared: Kinds::NONE, step: Rc::new(step) };
        Val::new(Kind::Param(index), Some(Rc::from([taint])), 0)
    }

    /// Calls a function as the world outside may do.
    pub(super) fn enter(&mut self, id: FuncId) {
        let func = &mut self.funcs[id.0 as usize];
        if func.entered {
            return;
        }
        func.entered = true;
        let summary = Rc::clone(&func.summary);
        if summary.pending.is_empty() {
            return;
        }
        // What only the program calls has its meaning at those calls.
        let private = func.nested || func.name().starts_with('_') && !func.name().ends_with("__");
        if private && func.called && !func.called_blindly && !func.escapes {
            return;
        }
        let actual = self.given_args(id);
        let func = &self.funcs[id.0 as usize];
        let at = At { file: func.file, span: func.span };
        let name: Rc<str> = func.name().into();
        self.outside = func.is_ours_alone();
        self.frames.push(Self::new_frame(Level::Module, at.file));
        self.replay(&summary, &actual, &name, at, true);
        self.frames.pop();
        self.outside = false;
    }

    /// Runs a function of the program for these arguments.
    pub(super) fn call_function(&mut self, id: FuncId, captured: &[Val], args: Args, at: At) -> Val {
        let caller = self.frames.last().and_then(|frame| frame.func);
        let func = &mut self.funcs[id.0 as usize];
        func.called = true;
        func.callers.extend(caller);
        if !self.step() {
            return Val::UNKNOWN;
        }
        let running = self.funcs[id.0 as usize].progress == Progress::Running;
        let summary = self.summary_of(id);
        let taint = args.taint();
        if running || self.funcs[id.0 as usize].progress != Progress::Done {
            return Val::dirty(taint);
        }
        let actual = self.bind_args(id, captured, args);
        let name: Rc<str> = self.funcs[id.0 as usize].name().into();
        let told = actual.iter().any(|value| value.taint.is_some() || !matches!(value.kind, Kind::Unknown));
        let told = told && (self.silent > 0 || self.replay(&summary, &actual, &name, at, false));
        self.funcs[id.0 as usize].called_blindly |= !told;
        let worked = if summary.ret.is_constant() && summary.kept.is_empty() {
            None
        } else {
            self.worked_out(id, &actual, !summary.pending.is_empty())
        };
        if !summary.kept.is_empty()
            && let Some(Kind::Instance(class)) = actual.first().map(|value| &value.kind)
        {
            let class = *class;
            let mut call = Call::new(&actual, StepKind::Into(Rc::clone(&name)), at);
            for (attr, value) in &summary.kept {
                call.left = REPLACED;
                let value = match worked.as_ref().and_then(|worked| worked.kept(*attr)) {
                    Some(value) => value.clone(),
                    None => {
                        let value = self.replaced(value, &mut call);
                        // What came in by an argument of ours our callers know.
                        if value.has_param() {
                            self.keep_for_others(class, *attr, &value.taint);
                        }
                        self.erase(&value)
                    }
                };
                self.keep(class, *attr, value);
            }
        }
        for (class, name_around, value) in &summary.kept_around {
            let mut call = Call::new(&actual, StepKind::Into(Rc::clone(&name)), at);
            let value = self.replaced(value, &mut call);
            if value.taint.is_some() {
                self.keep_for_others(*class, *name_around, &value.taint);
            }
        }
        let mut call = Call::new(&actual, StepKind::Into(name), at);
        let passes: Passes = summary
            .passes
            .iter()
            .flat_map(|(origin, kinds)| match origin {
                Origin::Param(index, part) => {
                    let origins = actual.get(usize::from(*index)).map(Val::origins).unwrap_or_default();
                    origins.iter().map(|taint| (taint.origin.inside(*part), *kinds)).collect::<Vec<_>>()
                }
                Origin::Source(..) => vec![(*origin, *kinds)],
            })
            .collect();
        if !self.frames.is_empty() {
            self.pass(&passes);
        }
        match worked {
            Some(worked) => worked.value,
            None => self.replaced(&summary.ret, &mut call),
        }
    }
}
