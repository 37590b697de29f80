//! What `get_hooks()` returns, entry by entry.

mod check;
mod handler;
mod names;
mod priority;
mod shape;
mod side_effects;
mod types;

pub(super) use check::check;
pub(super) use handler::is_called;
pub(in crate::contract) use names::defined_by_hand;
pub(super) use side_effects::grows;
