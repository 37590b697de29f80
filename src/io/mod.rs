//! The only doors to the world: files, environment, processes, clock, terminal.
