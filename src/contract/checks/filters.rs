//! Template filters and globals.

use std::rc::Rc;

use crate::contract::context::Context;
use crate::contract::facts::Claim;
use crate::contract::simulate::Hooked;
use crate::model::Confidence;
use crate::rules::id;
use crate::source::python::values::{Args, At, EventKind, Kind, Obj, Phase, Sym, Ty, Val};

pub(super) fn check(ctx: &mut Context<'_>) {
    for hooked in ctx.sim.hooked.clone().into_iter().chain(ctx.sim.lost.clone()) {
        let collects = ctx.host.hooks.get(&*hooked.hook).is_some_and(|facts| facts.collects);
        let Some(outcome) = hooked.outcome.as_ref().filter(|_| collects) else { continue };
        let Some(func) = ctx.interp.function_of(&hooked.handler) else { continue };
        let code = ctx.func(func);
        if code.is_async() || code.is_generator() || outcome.opaque {
            continue;
        }
        let method = code.name_at();
        let globals = hooked.hook.contains("globals");
        let certain = outcome.returns.len() == 1;
        for returned in outcome.returns.clone() {
            for value in returned.value.alternatives() {
                let at = returned.at.filter(|at| ctx.is_own(*at)).unwrap_or(method);
                one(ctx, &hooked, value, at, globals, certain);
            }
        }
    }
    direct(ctx);
    side_effects(ctx);
}

fn one(ctx: &mut Context<'_>, hooked: &Hooked, value: &Val, at: At, globals: bool, certain: bool) {
    if let Kind::Obj(id) = value.kind
        && let Some(Obj::Dict { entries, .. }) = ctx.interp.obj(id)
    {
        for entry in entries.clone() {
            let Some(name) = entry.key.as_str().map(str::to_owned) else { continue };
            let key_at = if ctx.is_own(entry.key.at) { entry.key.at } else { entry.key_at };
            if globals {
                global(ctx, &name, key_at);
            } else {
                filter(ctx, &name, key_at, &entry.value, entry.value_at);
            }
        }
        return;
    }
    let ty = ctx.interp.type_of(value);
    if matches!(ty, Ty::Unknown | Ty::Dict | Ty::Instance | Ty::Other) {
        return;
    }
    let what = if globals { "globals" } else { "filters" };
    let finding = ctx.finding(
        id::FILTERS_NOT_DICT,
        at,
        format!(
            "a handler of `{}` returns a `{}`, and the host drops the {what} without a message",
            hooked.hook,
            ty.name()
        ),
    );
    let finding = if certain { finding } else { finding.confidence(Confidence::Medium) };
    ctx.report(finding);
}

fn filter(ctx: &mut Context<'_>, name: &str, at: At, value: &Val, value_at: At) {
    let ty = ctx.interp.type_of(value);
    let callable = matches!(ty, Ty::Function | Ty::Class | Ty::Unknown | Ty::Other | Ty::Instance);
    if !callable && ctx.is_own(value_at) {
        let finding = ctx.finding(
            id::FILTER_NOT_CALLABLE,
            value_at,
            format!("the filter `{name}` is a `{}`, and the host drops what cannot be called", ty.name()),
        );
        ctx.report(finding);
    }
    claim(ctx, name, at);
}

fn claim(ctx: &mut Context<'_>, name: &str, at: At) {
    if !ctx.is_own(at) {
        return;
    }
    if ctx.host.filters.iter().any(|known| known == name) {
        let finding = ctx.finding(
            id::FILTER_OVERRIDES_BUILTIN,
            at,
            format!("`{name}` replaces Jinja's own filter in every template, the host's included"),
        );
        ctx.report(finding);
    }
    let place = ctx.place(at);
    ctx.facts.filters.push(Claim { name: name.to_owned(), place });
}

fn global(ctx: &mut Context<'_>, name: &str, at: At) {
    if !ctx.is_own(at) {
        return;
    }
    if ctx.host.globals.iter().any(|known| known == name) {
        let finding = ctx.finding(
            id::GLOBAL_OVERRIDES_BUILTIN,
            at,
            format!("`{name}` replaces the global of Flask and Jinja in every template, the host's included"),
        );
        ctx.report(finding);
    } else if ctx.host.context.iter().any(|known| known == name) {
        let finding = ctx.finding(
            id::GLOBAL_SHADOWED,
            at,
            format!("every page sets `{name}` itself, so this global is never seen on pages"),
        );
        ctx.report(finding);
    }
    let place = ctx.place(at);
    ctx.facts.globals.push(Claim { name: name.to_owned(), place });
}

/// `app.add_template_filter(f, "name")`, `@app.template_filter("name")`, `app.jinja_env.filters["name"] = f`.
fn direct(ctx: &mut Context<'_>) {
    let mut filters: Vec<(String, At)> = Vec::new();
    let mut globals: Vec<(String, At)> = Vec::new();
    for event in &ctx.interp.events {
        if !ctx.is_own(event.at) {
            continue;
        }
        match &event.kind {
            EventKind::Call { callee, args } => {
                let Some(Sym::Attr { base, name }) = callee.as_sym() else { continue };
                if let Some(table) = of_environment(base).filter(|_| &**name == "update") {
                    let list = if table == "filters" { &mut filters } else { &mut globals };
                    list.extend(updated(ctx, args));
                    continue;
                }
                if !super::routes::is_app(base) {
                    continue;
                }
                let (list, position) = match &**name {
                    "template_filter" => (&mut filters, 0),
                    "add_template_filter" => (&mut filters, 1),
                    "template_global" => (&mut globals, 0),
                    "add_template_global" => (&mut globals, 1),
                    _ => continue,
                };
                if let Some((value, at)) = args.get("name", position)
                    && let Some(text) = value.as_str()
                {
                    list.push((text.to_owned(), at));
                }
            }
            EventKind::SetItem { target, key, .. } => match (of_environment(target), key.as_str()) {
                (Some("filters"), Some(name)) => filters.push((name.to_owned(), key.at)),
                (Some("globals"), Some(name)) => globals.push((name.to_owned(), key.at)),
                _ => {}
            },
            _ => {}
        }
    }
    for (name, at) in filters {
        claim(ctx, &name, at);
    }
    for (name, at) in globals {
        global(ctx, &name, at);
    }
}

/// `filters` or `globals` for `app.jinja_env.filters` and its like.
fn of_environment(value: &Val) -> Option<&str> {
    let Some(Sym::Attr { base, name }) = value.as_sym() else { return None };
    let environment = matches!(base.as_sym(), Some(Sym::Attr { name, .. }) if &**name == "jinja_env");
    Some(&**name).filter(|name| environment && matches!(*name, "filters" | "globals"))
}

/// The keys that `update(…)` sets.
fn updated(ctx: &Context<'_>, args: &Args) -> Vec<(String, At)> {
    let named = args.named.iter().map(|(name, _, at)| (name.to_string(), *at));
    let mut keys: Vec<(String, At)> = named.collect();
    for value in &args.pos {
        let Kind::Obj(id) = value.kind else { continue };
        if let Some(Obj::Dict { entries, .. }) = ctx.interp.obj(id) {
            keys.extend(entries.iter().filter_map(|entry| Some((entry.key.as_str()?.to_owned(), entry.key_at))));
        }
    }
    keys
}

/// State that changes in `get_template_globals`, which is called twice at start.
fn side_effects(ctx: &mut Context<'_>) {
    let Some(class) = ctx.sim.class else { return };
    let Some(member) = ctx.interp.find_member(class, "get_template_globals") else { return };
    let Some(func) = ctx.interp.function_of(&member.value) else { return };
    let file = ctx.func(func).file;
    if ctx.file(file).is_none() {
        return;
    }
    let typed =
        ctx.sim.hooked.iter().any(|hooked| &*hooked.hook == "register_template_globals" && !ctx.is_own(hooked.hook_at));
    let phases = [Phase::Hooks, Phase::Handler(Rc::from("register_template_globals"))];
    let found: Vec<At> = ctx
        .interp
        .events
        .iter()
        .filter(|event| typed && phases.contains(&event.phase) && ctx.is_own(event.at))
        .filter(|event| event.stack.contains(&func))
        .filter(|event| match &event.kind {
            EventKind::SetAttr { value, .. } => !matches!(value.kind, Kind::Func(_) | Kind::Bound(..)),
            EventKind::Call { callee, .. } => super::hooks::grows(callee, ctx.sim.before_hooks),
            _ => false,
        })
        .map(|event| event.at)
        .collect();
    for at in found {
        let finding = ctx.finding(
            id::GLOBALS_SIDE_EFFECT,
            at,
            "the host calls `get_template_globals` twice at start, so this happens twice".to_owned(),
        );
        ctx.report(finding);
    }
}
