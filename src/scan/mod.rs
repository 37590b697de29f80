//! Security: what the code, the other files, and the bytes of a plugin can do to a site and its visitors.
//!
//! What is dangerous in Python is data: the `[[match]]` parts of the rules, and `rules/flow/`. [`Catalogue`] compiles
//! them once; [`python()`] follows the Python files of a plugin with [`crate::source::python::flow`] and compares what
//! they do. [`others()`] judges every file by what is no Python syntax: bytes, hidden characters, secrets, scripts, templates.

mod binary;
mod capability;
mod markup;
mod native;
mod others;
mod python;
mod script;
mod secrets;
mod supply;
mod unicode;

pub use capability::{
    Capabilities, Change, Changes, Row, State, Use, Version, changes, covers, enough, least, of_files, permissions,
    rows,
};
pub use others::{others, others_of};
pub use python::{Catalogue, Program, of_program, programs, python, read_rules};
