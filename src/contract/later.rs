//! Code that runs after the plugin is loaded, followed once.

use super::context::Context;
use crate::source::python::values::{Event, EventKind, Kind, Obj, Phase, Sym, Val};

/// Views, filters, functions around requests, the configuration schema, shutdown.
pub(super) fn run(ctx: &mut Context<'_>, instance: &Val) {
    let views: Vec<Val> = ctx.sim.routes.iter().filter_map(|route| route.view.clone()).collect();
    ctx.interp.phase = Phase::Later("view");
    for view in &views {
        let methods = methods_of(ctx, view);
        if !methods.is_empty() {
            ctx.sim.views.push((view.clone(), methods.clone()));
            run_all(ctx, methods, Phase::Later("view"));
        }
    }
    run_all(ctx, views, Phase::Later("view"));
    let mut filters = Vec::new();
    for hooked in &ctx.sim.hooked {
        let collects = ctx.host.hooks.get(&*hooked.hook).is_some_and(|facts| facts.collects);
        let Some(outcome) = hooked.outcome.as_ref().filter(|_| collects) else { continue };
        for value in outcome.value.alternatives() {
            if let Kind::Obj(id) = value.kind
                && let Some(Obj::Dict { entries, .. }) = ctx.interp.obj(id)
            {
                filters.extend(entries.iter().map(|entry| entry.value.clone()));
            }
        }
    }
    run_all(ctx, filters, Phase::Later("filter"));
    // `@app.before_request` and its like: called for every request.
    let hooks: Vec<Val> = ctx.interp.events.iter().filter_map(registered_callback).collect();
    run_all(ctx, hooks, Phase::Later("request"));
    for name in ["get_config_schema", "shutdown"] {
        ctx.interp.phase = Phase::Later(if name == "shutdown" { "shutdown" } else { "schema" });
        let method = ctx.interp.read_attribute(instance, name);
        if let Some(func) = ctx.interp.function_of(&method)
            && ctx.is_own(ctx.interp.func(func).name_at())
        {
            ctx.interp.invoke(&method, Vec::new());
        }
    }
}

/// Methods of a view class that answer requests.
const ANSWERING: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options"];

/// `Figures.as_view("…")`: what answers, each behind the class's `decorators`.
fn methods_of(ctx: &mut Context<'_>, view: &Val) -> Vec<Val> {
    let Some(Sym::Made { callee, .. }) = view.as_sym() else { return Vec::new() };
    let Some(Sym::Attr { base, name }) = callee.as_sym() else { return Vec::new() };
    let (Kind::Class(class), "as_view") = (&base.kind, &**name) else { return Vec::new() };
    let class = *class;
    let own = |ctx: &Context<'_>, name: &str| ctx.interp.find_member(class, name).is_some();
    // Flask calls `dispatch_request`, which calls the others unless the class has its own.
    let names: Vec<&str> = match own(ctx, "dispatch_request") {
        true => vec!["dispatch_request"],
        false => ANSWERING.iter().copied().filter(|name| own(ctx, name)).collect(),
    };
    let decorators = ctx.interp.find_member(class, "decorators").map(|member| member.value);
    let decorators = decorators.map_or(Some(Vec::new()), |list| ctx.interp.items(&list));
    let instance = ctx.interp.make(class, view.at);
    let mut methods = Vec::new();
    for name in names {
        let mut method = ctx.interp.read_attribute(&instance, name);
        match &decorators {
            Some(decorators) => {
                for decorator in decorators {
                    method = ctx.interp.invoke(decorator, vec![method]).value;
                }
            }
            None => method = Val::unknown(view.at),
        }
        methods.push(method);
    }
    methods
}

fn registered_callback(event: &Event) -> Option<Val> {
    let EventKind::Call { callee, args } = &event.kind else { return None };
    let Some(Sym::Attr { name, .. }) = callee.as_sym() else { return None };
    let known = ["before_request", "after_request", "teardown_request", "context_processor", "before_app_request"];
    if known.contains(&&**name) { args.pos.first().cloned() } else { None }
}

fn run_all(ctx: &mut Context<'_>, values: Vec<Val>, phase: Phase) {
    ctx.interp.phase = phase;
    for value in values {
        let callee = inner(&value);
        let Some(func) = ctx.interp.function_of(&callee) else { continue };
        let skip = usize::from(matches!(callee.kind, Kind::Bound(..)));
        let at = callee.at;
        let code = ctx.interp.func(func);
        let args = code.params().list.iter().skip(skip).map(|_| Val::unknown(at)).collect();
        ctx.interp.invoke(&callee, args);
    }
}

/// The function behind decorators from outside.
fn inner(value: &Val) -> Val {
    match value.as_sym() {
        Some(Sym::Made { callee, args })
            if args.pos.len() == 1 && callee.as_external() != Some("functools.partial") =>
        {
            inner(&args.pos[0])
        }
        _ => value.clone(),
    }
}
