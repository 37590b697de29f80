//! The program as its users run it.

mod control;
mod fixes;
mod flows;
mod inputs;
mod output;
mod own_rules;
mod settings;
mod teaching;
pub(crate) mod tool;
