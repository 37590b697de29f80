//! The checks: each file reads what the simulation saw and reports what the host makes of it.

mod assets;
mod attributes;
mod class;
mod effects;
mod filters;
mod handlers;
mod hooks;
mod imports;
mod layout;
mod lifecycle;
pub(super) use hooks::defined_by_hand;
pub(super) mod metadata;
mod names;
mod raises;
mod results;
pub(super) mod routes;
mod syntax;

use std::collections::BTreeSet;

use super::context::Context;
use super::parsed::Parsed;
use crate::source::python::signature::{Fit, fit};

/// Whether a function can be called with so many positional arguments.
pub(super) fn callable_with(params: &crate::source::python::syntax::Params, given: usize) -> bool {
    fit(params, given) == Fit::Fits
}

/// What can be said before anything is simulated.
pub(super) fn before(ctx: &mut Context<'_>) {
    layout::check(ctx);
}

/// What can be said when everything is simulated.
pub(super) fn after(ctx: &mut Context<'_>, parsed: &Parsed<'_>, siblings: &BTreeSet<&str>, python: Option<&str>) {
    syntax::check(ctx, parsed, python);
    imports::check(ctx, siblings);
    class::check(ctx);
    attributes::check(ctx);
    raises::check(ctx);
    metadata::check(ctx);
    hooks::check(ctx);
    handlers::check(ctx);
    results::check(ctx);
    effects::check(ctx);
    filters::check(ctx);
    routes::check(ctx);
    assets::check(ctx);
    lifecycle::check(ctx);
    names::check(ctx);
}
