//! The choice of the class, and what the host calls on it before it works.

mod abstract_methods;
mod check;
mod choice;
mod constructor;
mod init;
mod signatures;
mod typed_bases;

pub(super) use check::check;
pub(super) use constructor::is_host_constructor;
pub(super) use init::{Need, needs_context};
