//! Hostile input: bounded time and memory, never a panic.

mod files;
mod python;
