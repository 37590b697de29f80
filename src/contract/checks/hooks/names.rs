//! The names of hooks, and hooks that are registered by hand.

use crate::contract::context::Context;
use crate::contract::simulate::Hooked;
use crate::model::{Confidence, Safety};
use crate::rules::id;
use crate::source::python::values::{EventKind, Sym, Val};

pub(super) fn name(ctx: &mut Context<'_>, hooked: &Hooked) {
    let Some(facts) = ctx.host.hooks.get(&*hooked.hook) else {
        unknown(ctx, hooked);
        return;
    };
    if !facts.executed && ctx.is_own(hooked.hook_at) && ctx.is_own(hooked.handler_at) {
        let finding = ctx.finding(
            id::HOOK_NEVER_EXECUTED,
            hooked.hook_at,
            format!("no code of the host executes `{}`", hooked.hook),
        );
        ctx.report(finding);
    }
}

fn unknown(ctx: &mut Context<'_>, hooked: &Hooked) {
    if !ctx.is_own(hooked.hook_at) || defined_by_hand(ctx, &hooked.hook) {
        return;
    }
    let mut finding = ctx
        .finding(id::UNKNOWN_HOOK, hooked.hook_at, format!("the host has no hook `{}`", hooked.hook))
        .host_says(ctx.failed(&format!("Hook '{}' is not defined. Valid hooks: {{…}}", hooked.hook)));
    if let Some(value) = hooked.hook_value.as_deref().filter(|value| ctx.host.hooks.contains_key(*value)) {
        let written = ctx.text(hooked.hook_at).to_owned();
        finding = finding
            .help(format!("A member of an enum is no text. Write `{written}.value`, which is `{value}`."))
            .fix(Safety::Safe, "take the member's value", ctx.edit(hooked.hook_at, format!("{written}.value")));
    } else if let Some(near) = ctx.nearest(&hooked.hook, ctx.host.hooks.keys().map(String::as_str)) {
        finding = finding.help(format!("Did you mean `{near}`?"));
        let written = ctx.text(hooked.hook_at);
        if let Some(quote) = written.chars().next().filter(|c| matches!(c, '\'' | '"'))
            && written.len() == hooked.hook.len() + 2
            && !meant_twice(ctx, hooked, near)
        {
            finding = finding.fix(
                Safety::Safe,
                format!("write `{near}`"),
                ctx.edit(hooked.hook_at, format!("{quote}{near}{quote}")),
            );
        }
    }
    if hooked.maybe {
        ctx.unsure();
        finding = finding.confidence(Confidence::Medium);
    } else {
        ctx.stop();
    }
    ctx.report(finding);
}

/// Whether another entry has the name that this one probably means, or means it too: with two equal keys
/// the first handler would be lost in silence.
fn meant_twice(ctx: &Context<'_>, hooked: &Hooked, near: &str) -> bool {
    let hooks = &ctx.host.hooks;
    let means = |hook: &str| match hooks.contains_key(hook) {
        true => hook == near,
        false => ctx.nearest(hook, hooks.keys().map(String::as_str)) == Some(near),
    };
    let twice = ctx.sim.hooked.iter().any(|other| other.hook_at != hooked.hook_at && means(&other.hook));
    twice || ctx.has_compared_enough()
}

/// Whether `manager.hooks.defined_hooks` gets this name, which makes it a hook.
pub(in crate::contract) fn defined_by_hand(ctx: &Context<'_>, hook: &str) -> bool {
    ctx.interp.events.iter().any(|event| match &event.kind {
        EventKind::Call { callee, args } => {
            is_defined_hooks(callee)
                && args.pos.iter().any(|value| {
                    value.as_str() == Some(hook)
                        || ctx.interp.texts(value).is_none_or(|names| names.iter().any(|name| **name == *hook))
                        || ctx.interp.dict_get(value, hook).flatten().is_some()
                })
        }
        EventKind::SetItem { target, key, .. } => {
            reads_defined_hooks(target) && key.as_str().is_none_or(|key| key == hook)
        }
        _ => false,
    })
}

/// `….defined_hooks.add`, `….defined_hooks.update`
fn is_defined_hooks(callee: &Val) -> bool {
    match callee.as_sym() {
        Some(Sym::Attr { base, name }) => {
            matches!(&**name, "add" | "update" | "append" | "setdefault") && reads_defined_hooks(base)
        }
        _ => false,
    }
}

fn reads_defined_hooks(value: &Val) -> bool {
    matches!(value.as_sym(), Some(Sym::Attr { name, .. }) if &**name == "defined_hooks")
        || value.as_external().is_some_and(|path| path.ends_with(".CORE_HOOKS"))
}

/// `manager.hooks.register(…)`: a handler that is registered besides `get_hooks`; and hooks of one's own.
pub(super) fn registered_by_hand(ctx: &mut Context<'_>) {
    let mut found = Vec::new();
    let mut own = Vec::new();
    for event in &ctx.interp.events {
        if !ctx.is_own(event.at) {
            continue;
        }
        match &event.kind {
            EventKind::Call { callee, args } => {
                if is_defined_hooks(callee) {
                    own.push(event.at);
                } else if let Some(Sym::Attr { base, name }) = callee.as_sym()
                    && &**name == "register"
                    && matches!(base.as_sym(), Some(Sym::Attr { name, .. }) if &**name == "hooks")
                    && let Some(hook) = args.get("hook_name", 0).and_then(|(value, _)| value.as_str())
                {
                    let callback = args.get("callback", 1).map(|(value, _)| value.clone());
                    found.push((event.at, hook.to_owned(), callback));
                }
            }
            EventKind::SetItem { target, .. } if reads_defined_hooks(target) => own.push(event.at),
            _ => {}
        }
    }
    for at in own {
        let finding = ctx.finding(
            id::CUSTOM_HOOK,
            at,
            "this adds a hook of the plugin's own: it works, and the hooks page does not show it".to_owned(),
        );
        ctx.report(finding);
    }
    for (at, hook, callback) in found {
        let func = callback.as_ref().and_then(|value| ctx.interp.function_of(value));
        let twice =
            ctx.sim.hooked.iter().find(|hooked| {
                *hooked.hook == *hook && func.is_some() && ctx.interp.function_of(&hooked.handler) == func
            });
        if let Some(other) = twice.map(|hooked| hooked.handler_at) {
            let finding = ctx
                .finding(
                    id::HOOK_REGISTERED_TWICE,
                    at,
                    format!("`get_hooks` registers the same handler for `{hook}`, so it runs twice"),
                )
                .related(ctx.place(other), "registered here as well");
            ctx.report(finding);
        }
    }
}
