//! What raises, what is caught, and which code is reached for certain.

use std::rc::Rc;

use super::args::Args;
use super::events::{EventKind, Guards, Phase, Side};
use super::interp::Interp;
use super::state::{Obj, Slot};
use super::stmts::Flow;
use super::value::{At, ClassId, FuncId, Kind, Sym, Val};
use crate::source::python::syntax::{BinOp, Constant, ExprId, ExprKind};

/// How much had happened at some moment of a function.
#[derive(Clone, Copy, Debug)]
pub(super) struct Mark {
    events: usize,
    /// Paths that had returned, or had left or begun a turn of a loop.
    left: usize,
}

/// Whether something that happens ends the path on which it does.
pub(super) const fn fails(kind: &EventKind) -> bool {
    matches!(kind, EventKind::Raise(_) | EventKind::MissingKey { .. } | EventKind::MissingAttr { .. })
}

/// What Python says where a number is divided by zero.
pub(super) fn by_zero(left: &Val, op: BinOp, right: &Val) -> Option<&'static str> {
    let zero = match right.as_const()? {
        Constant::Int(number) => *number == 0,
        Constant::Float(number) => *number == 0.0,
        _ => false,
    };
    let float = match left.as_const()? {
        Constant::Int(_) | Constant::BigInt(_) => matches!(right.as_const(), Some(Constant::Float(_))),
        Constant::Float(_) => true,
        _ => return None,
    };
    match (zero, op, float) {
        (true, BinOp::Div, false) => Some("division by zero"),
        (true, BinOp::Div, true) => Some("float division by zero"),
        (true, BinOp::FloorDiv, false) => Some("integer division or modulo by zero"),
        (true, BinOp::FloorDiv, true) => Some("float floor division by zero"),
        (true, BinOp::Mod, false) => Some("integer modulo by zero"),
        (true, BinOp::Mod, true) => Some("float modulo"),
        _ => None,
    }
}

impl Interp<'_> {
    /// An exception that Python raises by itself.
    pub(super) fn raise_builtin(&mut self, name: &str, args: Vec<Val>, at: At) {
        let callee = Val::external(format!("builtins.{name}"), at);
        let value = Val::sym(Sym::Made { callee, args: Rc::new(Args::of(args, at)) }, at);
        self.emit(EventKind::Raise(value), at);
        self.may_raise = true;
    }

    /// Whether an exception that was raised before, and is caught, may have led past the code that runs.
    pub(super) fn may_be_passed_over(&self) -> bool {
        self.may_raise && !self.guards.caught.is_empty()
    }

    /// An exception as the event keeps it: the object is gone with the path that raised it.
    pub(super) fn as_raised(&self, value: Val) -> Val {
        let Kind::Obj(id) = value.kind else { return value };
        let Some(Obj::Instance { class, attrs }) = self.obj(id) else { return value };
        let at = value.at;
        let given = attrs.get("args").and_then(|slot| self.items(&slot.value));
        let mut args = Args::of(given.clone().unwrap_or_default(), at);
        args.open = given.is_none();
        let callee = Val { kind: Kind::Class(*class), at };
        Val::sym(Sym::Made { callee, args: Rc::new(args) }, at)
    }

    /// The class of an exception, if it is one of the program.
    #[must_use]
    pub fn exception_class(&self, value: &Val) -> Option<ClassId> {
        match &value.kind {
            Kind::Class(class) => Some(*class),
            Kind::Obj(_) => self.class_of(value),
            _ => match value.as_sym()? {
                Sym::Made { callee: Val { kind: Kind::Class(class), .. }, .. } => Some(*class),
                _ => None,
            },
        }
    }

    /// Whether something around the code that runs swallows an exception.
    pub(super) fn is_caught(&self, exception: &Val) -> bool {
        self.caught_by(exception, &self.guards)
    }

    /// Whether these guards swallow an exception; one that is not known may be any.
    #[must_use]
    pub fn caught_by(&self, exception: &Val, guards: &Guards) -> bool {
        exception.alternatives().any(|value| match self.exception_class(value) {
            Some(class) => self.class_caught(class, guards),
            None => match exception_path(value) {
                Some(path) => guards.catches(path.rsplit('.').next().unwrap_or(path)),
                None => !guards.caught.is_empty(),
            },
        })
    }

    fn class_caught(&self, class: ClassId, guards: &Guards) -> bool {
        self.class(class).mro.iter().map(|id| self.class(*id)).any(|class| {
            guards.caught.iter().any(|caught| **caught == *class.name)
                || class.bases.iter().any(|base| match base.as_external() {
                    Some(path) => guards.catches(path.rsplit('.').next().unwrap_or(path)),
                    None => !matches!(base.kind, Kind::Class(_)) && !guards.caught.is_empty(),
                })
        })
    }

    /// Whether a class is an exception by a base of Python.
    pub(super) fn is_exception(&self, class: ClassId) -> bool {
        let of_python = |base: &Val| {
            base.as_external().is_some_and(|path| {
                path.starts_with("builtins.") && super::returned::type_of_external(path) == super::Ty::Class
            })
        };
        self.class(class).mro.iter().any(|id| self.class(*id).bases.iter().any(of_python))
    }

    /// Sets an attribute that the object has from the start.
    pub(super) fn set_slot(&mut self, object: &Val, name: &str, value: Val) {
        let name = self.name(name);
        if let Kind::Obj(id) = object.kind
            && let Some(Obj::Instance { attrs, .. }) = self.state.obj_mut(id)
        {
            attrs.insert(name, Slot { value, maybe: false });
        }
    }

    /// The names of the exceptions that a handler names; `*` for a bare `except:` and for what is not known.
    pub(super) fn caught_names(&mut self, typ: Option<ExprId>) -> Vec<Rc<str>> {
        let Some(typ) = typ else { return vec!["*".into()] };
        // To look at the names is no event, and happens only when something is raised.
        let (events, may_raise) = (self.events.len(), self.may_raise);
        let value = self.eval_maybe(typ);
        self.events.truncate(events);
        self.may_raise = may_raise;
        let mut names = Vec::new();
        self.named(&value, &mut names);
        if names.is_empty() {
            names.extend(self.written_names(typ));
        }
        names
    }

    fn named(&self, value: &Val, names: &mut Vec<Rc<str>>) {
        for value in value.alternatives() {
            match &value.kind {
                Kind::Tuple(items) => items.iter().for_each(|item| self.named(item, names)),
                Kind::Class(class) => names.push((*self.class(*class).name).into()),
                _ => match value.as_external().and_then(|path| path.rsplit('.').next()) {
                    // Older names of one exception.
                    Some("IOError" | "EnvironmentError") => names.push("OSError".into()),
                    Some(name) => names.push(name.into()),
                    None => names.push("*".into()),
                },
            }
        }
    }

    fn written_names(&self, typ: ExprId) -> Vec<Rc<str>> {
        let ast = self.ast(self.frame().file);
        match &ast[typ].kind {
            ExprKind::Name(name) => vec![(**name).into()],
            ExprKind::Attribute { attr, .. } => vec![(*attr.name).into()],
            _ => Vec::new(),
        }
    }

    pub(super) fn mark(&self) -> Mark {
        Mark { events: self.events.len(), left: self.ways_out() }
    }

    fn ways_out(&self) -> usize {
        let frame = self.frame();
        frame.returns.len() + frame.breaks.len() + frame.continues.len()
    }

    /// Whether a path has left the code since by returning, or by leaving or ending a turn of a loop.
    pub(super) fn left_since(&self, mark: Mark) -> bool {
        self.ways_out() > mark.left
    }

    /// Whether code that did not reach its end raised on all its paths, and nothing catches any of it.
    pub(super) fn only_raised(&self, since: Mark) -> bool {
        let mut raised =
            self.events[since.events.min(self.events.len())..].iter().filter_map(|event| match &event.kind {
                EventKind::Raise(value) => Some(!self.caught_by(value, &event.guards)),
                _ => None,
            });
        !self.left_since(since) && raised.next().is_some_and(|first| first && raised.all(|uncaught| uncaught))
    }

    /// Both sides of something undecided raised, so one of the two is certain.
    pub(super) fn both_raised(&mut self, middle: Mark) -> Flow {
        let (one, two) = self.events.split_at_mut(middle.events);
        for side in [one, two] {
            if let Some(event) = side.iter_mut().rfind(|event| matches!(event.kind, EventKind::Raise(_))) {
                event.certain = true;
            }
        }
        // At module level we go on, to report all problems in one run.
        if self.frame().function.is_none() { Flow::Next } else { Flow::Stop }
    }

    fn answers(&self) -> bool {
        matches!(self.phase, Phase::Later("view" | "request"))
    }

    /// Notes that the way depends on a value, before its sides are followed.
    pub(super) fn open_test(&mut self, value: &Val, at: At) -> Option<usize> {
        let place = self.events.len();
        if self.answers() {
            self.emit(EventKind::Test { value: value.clone(), sides: [Side::default(); 2] }, at);
        }
        (self.events.len() > place).then_some(place)
    }

    /// A side that begins now.
    pub(super) fn side(&self) -> Side {
        Side { from: self.events.len(), to: self.events.len(), ends: false }
    }

    pub(super) fn close_side(&self, side: &mut Side, ends: bool) {
        side.to = self.events.len();
        side.ends = ends;
    }

    pub(super) fn close_test(&mut self, test: Option<usize>, reached: [Side; 2]) {
        if let Some(event) = test.and_then(|place| self.events.get_mut(place))
            && let EventKind::Test { sides, .. } = &mut event.kind
        {
            *sides = reached;
        }
    }

    pub(super) fn entered(&mut self, func: FuncId, at: At) {
        if self.answers() {
            self.emit(EventKind::Enter(func), at);
        }
    }

    pub(super) fn returned(&mut self, value: &Val, at: At) {
        if self.answers() {
            self.emit(EventKind::Return(value.clone()), at);
        }
    }
}

/// The dotted name of an exception from outside, or of its class.
fn exception_path(value: &Val) -> Option<&str> {
    match value.as_sym() {
        Some(Sym::Made { callee, .. }) => callee.as_external(),
        _ => value.as_external(),
    }
}
