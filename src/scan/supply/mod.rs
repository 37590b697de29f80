//! Requirements: what a plugin has the administrator install, and from where.

mod check;
mod lines;
mod names;

pub(super) use check::check;
