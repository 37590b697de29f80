//! Hostile input: bounded time and memory, never a panic.

mod bounds;
mod files;
mod markup;
mod native;
mod programs;
mod python;
mod scripts;
