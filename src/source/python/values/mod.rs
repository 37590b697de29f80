//! Names and values: an abstract interpreter that follows a package without running it.
//!
//! It executes modules, classes and functions over values that may be unknown, keeps both sides of
//! a branch that it cannot decide, and records as [`Event`]s what happens on the way. It is bounded
//! in steps, call depth and loop turns; past a bound values become unknown, and [`Interp::exhausted`]
//! says so.

mod budget;
mod builtins;
mod callable;
mod calls;
mod classes;
mod dicts;
mod enums;
mod events;
mod exprs;
mod failures;
mod fold;
mod imports;
mod interp;
mod managers;
mod narrow;
mod state;
mod stmts;
mod strings;
mod value;

pub use builtins::is_builtin;
pub use callable::Callable;
pub use calls::{Args, Outcome, Returned};
pub use classes::{Class, Member};
pub use events::{Event, EventKind, Guards, Phase, Side};
pub use imports::{Found, Outside};
pub use interp::{FileSource, Interp};
pub use state::{DictEntry, Obj, Scope, ScopeKind};
pub use value::{At, ClassId, FileId, Func, FuncBody, FuncId, FuncKind, Kind, ObjId, ScopeId, Sym, Ty, Val};
