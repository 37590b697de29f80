//! Imports: what is not there, what is somewhere else, and what belongs to another plugin.

mod libraries;
mod modules;
mod names;

pub(super) use modules::check;
