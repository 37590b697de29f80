//! What happened on the way.

use std::rc::Rc;

use super::args::Args;
use super::value::{At, FuncId, Val};

/// The part of the plugin's life in which something happens.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Phase {
    /// While the package is imported.
    Import,
    /// In the constructor.
    Construct,
    /// In `get_metadata()`.
    Metadata,
    /// In `init(app)`.
    Init,
    /// In `get_hooks()`.
    Hooks,
    /// In a handler of this hook.
    Handler(Rc<str>),
    /// In a method that the host or Jinja calls later (filters, views …), with its kind.
    Later(&'static str),
}

/// Something that happened.
#[derive(Clone, Debug)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// Where.
    pub at: At,
    /// When.
    pub phase: Phase,
    /// The functions that are being called, outermost first.
    pub stack: Rc<[FuncId]>,
    /// The function in which it happened; `None` at module or class level.
    pub function: Option<FuncId>,
    /// What is caught around it, and whether an application context is sure to be there.
    pub guards: Rc<Guards>,
    /// It happens on every path (as far as the interpreter decided its branches).
    pub certain: bool,
}

impl Event {
    /// Whether a failing import is caught around it.
    #[must_use]
    pub fn guarded(&self) -> bool {
        self.guards.catches("ModuleNotFoundError")
    }
}

/// What surrounds a piece of code while it runs.
#[derive(Clone, Debug, Default)]
pub struct Guards {
    /// Names of the exceptions that handlers around it swallow; `*` for all.
    pub caught: Vec<Rc<str>>,
    /// The context that is sure to be there, or that was asked for.
    pub context: Surrounding,
}

/// What Flask knows of while code runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Surrounding {
    /// Nothing.
    #[default]
    Nothing,
    /// An application, but no request: `current_app` and `g` are there.
    Application,
    /// A request, and with it an application.
    Request,
}

impl Guards {
    /// Whether an exception of this name is swallowed.
    #[must_use]
    pub fn catches(&self, exception: &str) -> bool {
        let mut name = exception;
        loop {
            if self.caught.iter().any(|caught| &**caught == name || &**caught == "*") {
                return true;
            }
            name = match name {
                "BaseException" => return false,
                "ModuleNotFoundError" => "ImportError",
                "KeyError" | "IndexError" => "LookupError",
                "ZeroDivisionError" | "OverflowError" | "FloatingPointError" => "ArithmeticError",
                "NotImplementedError" | "RecursionError" => "RuntimeError",
                "FileNotFoundError" | "PermissionError" | "ConnectionError" | "TimeoutError" => "OSError",
                "UnicodeDecodeError" | "UnicodeEncodeError" => "ValueError",
                "UnboundLocalError" => "NameError",
                "Exception" | "SystemExit" | "KeyboardInterrupt" | "GeneratorExit" => "BaseException",
                _ => "Exception",
            };
        }
    }
}

/// What can happen.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// A call that leaves the program.
    Call {
        /// What is called.
        callee: Val,
        /// With what.
        args: Rc<Args>,
    },
    /// A name from outside was read (`flask.request`), as a whole dotted path.
    Read(Rc<str>),
    /// An attribute of an argument of the host was read.
    GetAttr {
        /// The argument.
        target: Val,
        /// The attribute.
        name: Rc<str>,
    },
    /// `target[key] = value`, also `update`, `setdefault` and `del` on something from outside.
    SetItem {
        /// The container.
        target: Val,
        /// The key.
        key: Val,
        /// The value.
        value: Val,
    },
    /// `target[key]` was read from something from outside.
    GetItem {
        /// The container.
        target: Val,
        /// The key.
        key: Val,
    },
    /// `key in container`, where the container is from outside.
    Contains {
        /// The container.
        container: Val,
        /// What is looked for.
        key: Val,
    },
    /// A name that nothing has bound when it is read.
    Unbound(Rc<str>),
    /// `target[key]` of a dict of the program that surely has no such key.
    MissingKey {
        /// The dict.
        target: Val,
        /// The key.
        key: Val,
    },
    /// `target.name = value`
    SetAttr {
        /// The object.
        target: Val,
        /// The attribute.
        name: Rc<str>,
        /// The value.
        value: Val,
    },
    /// An attribute that no class defines and nothing has set.
    MissingAttr {
        /// The object.
        target: Val,
        /// The attribute.
        name: Rc<str>,
    },
    /// An import that finds no module.
    MissingModule {
        /// As written, dots included.
        module: Rc<str>,
    },
    /// `from module import name` where the module has no such name.
    MissingName {
        /// The module as written.
        module: Rc<str>,
        /// The name.
        name: Rc<str>,
        /// The module is being imported just now (a circle).
        partial: bool,
        /// `__all__` promises it to an import of everything.
        promised: bool,
    },
    /// A name of a module outside that not every Python has on which the program may run.
    PartlyThere {
        /// The module's dotted name.
        module: Rc<str>,
        /// The name.
        name: Rc<str>,
        /// `from module import name`, not `module.name`.
        by_import: bool,
    },
    /// An import that was found.
    Import {
        /// The dotted name.
        module: Rc<str>,
    },
    /// `raise`, and what raises by itself: a failing `assert`, a division by zero. An uncaught one ends every
    /// path on which it happens, so what follows counts as certain where nothing else is undecided.
    Raise(Val),
    /// Code that answers a request goes one of two ways, depending on a value.
    Test {
        /// The value.
        value: Val,
        /// What happens when it is true, and when it is not.
        sides: [Side; 2],
    },
    /// Code that answers a request calls a function of the program.
    Enter(FuncId),
    /// `return` in code that answers a request.
    Return(Val),
}

/// One side of a [`EventKind::Test`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Side {
    /// The first of its events, by place in [`Interp::events`](super::Interp::events).
    pub from: usize,
    /// One past its last event.
    pub to: usize,
    /// Nothing that follows the test is reached from it: it returns or raises.
    pub ends: bool,
}
