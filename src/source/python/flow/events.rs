//! What the program does to the world outside.

use std::rc::Rc;

use super::guards::harmless;
use super::model::Kinds;
use super::names::Sym;
use super::taint::Origin;
use super::value::{Args, At, FuncId, Val};

/// Something that the program does to the world outside.
#[derive(Clone, Debug)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// Where.
    pub at: At,
    /// The function of the program in which it is written; `None` at the level of a module or class.
    pub function: Option<FuncId>,
    /// It runs while the program is imported.
    pub at_import: bool,
    /// It runs in a loop that never ends.
    pub endless: bool,
    /// It is told for a caller outside the program, of a function that the program itself calls.
    pub outside: bool,
    /// It runs only when the file is started as a program.
    pub script: bool,
    /// A test about checks and certificates decides whether it runs.
    pub chosen: bool,
    /// It runs only for who sends what the program expects: a request was compared with something of its own.
    pub opened: bool,
}

/// The kinds of events.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// A call: of a dotted path, or of a method of something unknown (`*.execute`).
    Call {
        /// The name by which rules know it.
        name: Rc<str>,
        /// The object of a method.
        receiver: Option<Val>,
        /// The arguments.
        args: Args,
    },
    /// `name = value`, `name[key] = value`, where `name` is a dotted path or `*.attribute`.
    Set {
        /// The name by which rules know it.
        name: Rc<str>,
        /// The key, for an item.
        key: Option<Val>,
        /// The value.
        value: Val,
    },
    /// `base.attr = value` of an object that only the caller knows. It waits for the caller, and is never told as it is.
    Change {
        /// The object.
        base: Val,
        /// Its attribute.
        attr: Sym,
        /// The value.
        value: Val,
    },
    /// A call of something that was computed and could not be followed.
    Dynamic {
        /// What is called.
        callee: Val,
        /// With what.
        args: Args,
    },
    /// A path outside is imported.
    Import {
        /// The dotted name.
        name: Rc<str>,
    },
    /// A path outside that some rule watches is used as a value.
    Read {
        /// The dotted name.
        name: Rc<str>,
    },
    /// A function that the world outside calls returns this.
    Return {
        /// The value.
        value: Val,
    },
}

/// Marks in an event what tests have found harmless.
pub(super) fn apply(passed: &[(Origin, Kinds)], event: &mut Event) {
    let fix = |value: &mut Val| *value = harmless(value, passed, 3);
    let fix_args = |args: &mut Args| {
        args.pos.iter_mut().for_each(fix);
        args.named.iter_mut().for_each(|(_, value)| fix(value));
        if let Some(rest) = &mut args.rest {
            *rest = Rc::new(harmless(rest, passed, 3));
        }
    };
    match &mut event.kind {
        EventKind::Call { receiver, args, .. } => {
            receiver.iter_mut().for_each(fix);
            fix_args(args);
        }
        EventKind::Set { key, value, .. } => {
            key.iter_mut().for_each(fix);
            fix(value);
        }
        EventKind::Change { base, value, .. } => {
            fix(base);
            fix(value);
        }
        EventKind::Dynamic { callee, args } => {
            fix(callee);
            fix_args(args);
        }
        EventKind::Return { value } => fix(value),
        EventKind::Import { .. } | EventKind::Read { .. } => {}
    }
}
