//! The program as its users run it.

mod control;
mod fixes;
mod inputs;
mod output;
mod settings;
mod teaching;
pub(crate) mod tool;
