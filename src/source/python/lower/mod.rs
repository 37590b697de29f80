//! From the flat tree to typed syntax: one file per part of the language.
//!
//! The grammar accepts more than Python does, so lowering also refuses what Python refuses
//! where that shows in the shape of a node. Faults that need names are found by [`super::check`].

mod args;
mod atom;
mod collection;
mod compound;
mod context;
mod expr;
mod import;
mod operator;
mod params;
mod pattern;
mod scope;
mod stmt;
mod string;
mod target;
mod typing;

pub use context::MAX_DEPTH;
pub(super) use context::lower;
