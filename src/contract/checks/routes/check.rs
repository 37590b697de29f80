//! The order in which blueprints and routes are judged.

use std::cell::OnceCell;

use super::before_request::answers;
use super::blueprint::blueprint_name;
use super::endpoint::endpoint;
use super::rule::route_rule;
use crate::contract::context::Context;

pub(in crate::contract::checks) fn check(ctx: &mut Context<'_>) {
    for blueprint in ctx.sim.blueprints.clone() {
        blueprint_name(ctx, &blueprint);
    }
    let doors = OnceCell::new();
    for route in ctx.sim.routes.clone() {
        route_rule(ctx, &route, &doors);
        endpoint(ctx, &route);
    }
    super::order::check(ctx);
    answers(ctx);
}
