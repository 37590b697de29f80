//! Which effects matter in which hook.

use super::blocking::blocking;
use super::config::{config, not_json, returned_change};
use super::import_export::{export, import};
use super::request::{counter, request};
use crate::contract::context::{Context, hook_of};
use crate::source::python::values::Event;

pub(in crate::contract::checks) fn check(ctx: &mut Context<'_>) {
    let events: Vec<Event> =
        ctx.interp.events.iter().filter(|event| hook_of(&event.phase).is_some()).cloned().collect();
    for event in &events {
        let Some(hook) = hook_of(&event.phase).cloned() else { continue };
        let Some(facts) = ctx.host.hooks.get(&*hook) else { continue };
        if !ctx.is_own(event.at) {
            continue;
        }
        let category = facts.category.clone();
        match category.as_str() {
            "page" => {
                request(ctx, event, &hook);
                counter(ctx, event, &hook);
            }
            "config" => config(ctx, event, &hook),
            _ => {}
        }
        // Pages and configuration are read for visitors; saving, clearing, and exporting are an operator's own wait.
        if facts.executed
            && matches!(&*hook, "before_page_render" | "after_page_render" | "before_config_load" | "after_config_load")
        {
            blocking(ctx, event, &hook);
        }
        match &*hook {
            "after_export" => export(ctx, event),
            "before_import" | "after_import" => import(ctx, event, &hook),
            _ => {}
        }
    }
    for hooked in ctx.sim.hooked.clone() {
        not_json(ctx, &hooked);
        returned_change(ctx, &hooked);
    }
}
