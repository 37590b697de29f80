//! What the engines said of a plugin, kept for later runs: by everything that they saw, so that the same question has the
//! same answer. What settings, comments, baselines, and policies make of it is decided anew in every run.

mod memory;
mod read;
mod wire;
mod write;

pub(super) use memory::Memory;
