//! The order in which hooks are judged.

use super::handler::handler;
use super::names::{name, registered_by_hand};
use super::priority::{fact, priority};
use super::shape::shape;
use super::side_effects::side_effects;
use super::types::{base_types, field_types};
use crate::contract::context::Context;

pub(in crate::contract::checks) fn check(ctx: &mut Context<'_>) {
    shape(ctx);
    base_types(ctx);
    field_types(ctx);
    for hooked in ctx.sim.hooked.clone() {
        name(ctx, &hooked);
        handler(ctx, &hooked);
        priority(ctx, &hooked);
        fact(ctx, &hooked);
    }
    side_effects(ctx);
    registered_by_hand(ctx);
}
