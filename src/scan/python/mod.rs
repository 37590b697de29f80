//! Python files: what the flow engine saw, compared with the rules.

mod addresses;
mod answers;
mod aside;
mod carried;
mod catalogue;
mod commands;
mod conditions;
mod evidence;
mod judge;
mod leaks;
mod looks;
mod matching;
mod own;
mod paths;
mod patterns;
mod places;
mod powers;
mod programs;
mod queries;
mod say;
mod setup;
mod site;
mod standing;
mod startup;
mod templates;
mod texts;
mod traces;
mod vocabulary;

pub use catalogue::Catalogue;
pub use judge::{of_program, python};
pub use programs::{Program, programs};
pub use vocabulary::read_rules;
