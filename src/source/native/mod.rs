//! Rust: parsed by syn, and told as what a file uses from elsewhere and what it does without the compiler's checks.
//!
//! [`read()`] resolves names through `use`, aliases, re-exports, and modules of the file, looks into macros token by
//! token, and drops the syntax. Code that only tests use is left out.

mod collect;
mod events;
mod names;
mod read;
mod shape;
mod spans;
mod tokens;
mod visit;

pub use events::{Event, EventKind, Native};
pub use read::read;
