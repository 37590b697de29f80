//! Native extensions: what code in Rust can do, what its build does, and what Cargo brings in.

mod cargo;
mod check;
mod known;
mod powers;

pub(super) use check::check;
pub(super) use powers::powers;
