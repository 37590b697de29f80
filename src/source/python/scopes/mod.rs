//! Scopes: which names a file reads that nothing in it binds.
//!
//! Order and paths do not matter here: a name that any statement of a scope binds is bound in it.

mod bound;
mod walk;

pub(super) use bound::bound_anywhere;
pub use walk::{Unbound, unbound};
