//! Hostile input: bounded time and memory, never a panic.
