//! Characters that make a file read otherwise than it works: directions, invisible ones, and lookalikes.

mod characters;
mod check;
mod direction;
mod hidden;
mod lookalike;

pub(super) use check::check;
