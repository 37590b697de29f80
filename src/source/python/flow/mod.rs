//! Where data comes from and where it goes: names, values, and data flow of a whole program, without running it.
//!
//! Each function is followed once, with its arguments left open; what it does is then told again for each call
//! ([`Engine::run`]). The cost is linear in the size of the program. A value that cannot be followed is unknown.
//! What is dangerous is not known here: a [`Model`] names the sources, what clears data, and which calls matter.

mod call;
mod define;
mod engine;
mod eval;
mod events;
mod exec;
mod fold;
mod guards;
mod imports;
mod model;
mod names;
mod summary;
mod value;

pub use engine::{Engine, FileSource, Func};
pub use events::{Event, EventKind};
pub use model::{Effect, Kinds, Labels, Model};
pub use names::{PathId, Sym};
pub use value::{
    Args, At, ClassId, Dict, FileId, FuncId, Kind, Made, Origin, Origins, Passed, Piece, Seq, Step, StepKind, Taint,
    Val,
};
