//! JavaScript: what a script does with data, with code from elsewhere, and with what it should keep to itself.

mod check;
mod looks;
mod sent;
mod sinks;

pub(super) use check::{check, embedded};
