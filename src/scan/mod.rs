//! The security scanner: what a plugin's files can do that they should not.
//!
//! What is dangerous is data: the `[[match]]` parts of the rules, and `rules/flow/`. [`Catalogue`] compiles them once;
//! [`python()`] follows the Python files of a plugin with [`crate::source::python::flow`] and compares what they do.

mod python;

pub use python::{Catalogue, python, tree};
