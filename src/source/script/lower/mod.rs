//! From the flat tree to typed syntax.

mod context;
mod expr;
mod pattern;
mod stmt;
mod text;

pub(super) use context::lower;
