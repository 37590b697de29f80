//! The only doors to the world: files, surroundings, clock, console.

pub mod buffer;
pub mod clock;
pub mod console;
pub mod env;
pub mod fs;
pub mod private;
