//! Where data comes from and where it goes: names, values, and data flow of a whole program, without running it.
//!
//! Each function is followed once, with its arguments left open; what it does is then told again for each call
//! ([`Engine::run`]). The cost is linear in the size of the program. A value that cannot be followed is unknown.
//! What is dangerous is not known here: a [`Model`] names the sources, what clears data, and which calls matter.

mod again;
mod arguments;
mod attributes;
mod branches;
mod call;
mod called;
mod classes;
mod decided;
mod decode;
mod define;
mod derived;
mod engine;
mod eval;
mod events;
mod exec;
mod expected;
mod fields;
mod fills;
mod firm;
mod fold;
mod frame;
mod given;
mod guards;
mod handlers;
mod imports;
mod kept;
mod known;
mod loops;
mod model;
mod names;
mod names_used;
mod objects;
mod operators;
mod parts;
mod patterns;
mod questions;
mod replace;
mod replay;
mod report;
mod run;
mod slices;
mod summary;
mod taint;
mod targets;
mod tell;
mod texts;
mod told;
mod value;
mod walks;
mod watched;
mod worked;

pub use engine::Engine;
pub use events::{Event, EventKind};
pub use frame::{FileSource, Func};
pub use handlers::{CHANGE, Handler};
pub use model::{Effect, Kinds, Labels, Model};
pub use names::{PathId, Sym};
pub use parts::Part;
pub use taint::{Origin, Origins, Passed, Step, StepKind, Taint};
pub use told::TOLD;
pub use value::{Args, At, ClassId, Dict, FileId, FuncId, Kind, Made, Piece, Seq, Val};
pub use watched::Use;
