//! What a file is by its first bytes, against what its name says.

mod check;
mod kind;

pub(super) use check::{check, is_machine_code};
