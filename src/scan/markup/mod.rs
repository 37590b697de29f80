//! Templates, pages, and pictures: which values become markup or code, what is loaded from elsewhere, and what pictures hide.

mod check;
mod forms;
mod inline;
mod names;
mod outputs;
mod picture;
mod tags;
mod values;
mod walk;

pub(super) use check::{check, in_text};
