//! Names and values: an abstract interpreter that follows a package without running it.
//!
//! It executes modules, classes and functions over values that may be unknown, keeps both sides of
//! a branch that it cannot decide, and records as [`Event`]s what happens on the way. It is bounded
//! in steps, call depth and loop turns; past a bound values become unknown, and [`Interp::exhausted`]
//! says so.

mod args;
mod attributes;
mod bases;
mod budget;
mod builtins;
mod callable;
mod calls;
mod classes;
mod definitions;
mod dicts;
mod enums;
mod events;
mod exceptions;
mod exprs;
mod external;
mod failures;
mod fits;
mod fold;
mod func;
mod imports;
mod interp;
mod libraries;
mod loops;
mod managers;
mod methods;
mod modules;
mod narrow;
mod operators;
mod raising;
mod records;
mod reflect;
mod returned;
mod state;
mod stmts;
mod strings;
mod targets;
mod value;
mod walk;

pub use args::Args;
pub use bases::Meta;
pub use builtins::is_builtin;
pub use callable::Callable;
pub use calls::{Outcome, Returned};
pub use classes::{Class, Member};
pub use events::{Event, EventKind, Guards, Phase, Side, Surrounding};
pub use func::{Func, FuncBody, FuncKind};
pub use imports::{Found, Outside};
pub use interp::Interp;
pub use libraries::Presence;
pub use modules::FileSource;
pub use records::{Default, Field, Record};
pub use state::{DictEntry, Obj, Scope, ScopeKind};
pub use value::{At, ClassId, FileId, FuncId, Kind, ObjId, ScopeId, Sym, Ty, Val};
