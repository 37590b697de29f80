//! Follows values through one script: where data comes from, and what is done with it.
//!
//! Every function is walked where it is written, a few times over, until what its parameters get and what it
//! returns is known. Branches are kept apart and joined; what cannot be followed is unknown.

mod binding;
mod builtins;
mod calls;
mod engine;
mod exprs;
mod guards;
mod methods;
mod stmts;
mod texts;
mod value;

pub use engine::{Event, EventKind, Flow, follow};
pub use value::{Origins, Text, Value, What};
