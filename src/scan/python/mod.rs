//! Python files: what the flow engine saw, compared with the rules.

mod answers;
mod catalogue;
mod commands;
mod conditions;
mod evidence;
mod judge;
mod leaks;
mod looks;
mod patterns;
mod places;
mod programs;
mod say;
mod texts;

pub use catalogue::Catalogue;
pub use judge::{of_program, python};
pub use programs::{Program, programs};
