//! What Flask refuses when a plugin registers something twice, or too late.

use super::collect::{is_app, is_blueprint, same_call};
use crate::contract::context::Context;
use crate::contract::simulate::Route;
use crate::rules::id;
use crate::source::python::values::{At, Event, EventKind, Kind, Phase, Sym, Val};

/// Methods of a blueprint that it refuses once it is registered.
const SETUP: &[&str] = &[
    "add_app_template_filter",
    "add_app_template_global",
    "add_app_template_test",
    "add_url_rule",
    "after_app_request",
    "after_request",
    "app_context_processor",
    "app_errorhandler",
    "app_template_filter",
    "app_template_global",
    "app_template_test",
    "app_url_defaults",
    "app_url_value_preprocessor",
    "before_app_request",
    "before_request",
    "context_processor",
    "delete",
    "endpoint",
    "errorhandler",
    "get",
    "patch",
    "post",
    "put",
    "record",
    "record_once",
    "register_blueprint",
    "register_error_handler",
    "route",
    "teardown_app_request",
    "teardown_request",
    "url_defaults",
    "url_value_preprocessor",
];

/// A blueprint that was registered for certain.
struct Registered {
    blueprint: Val,
    name: Option<String>,
    at: At,
    moment: usize,
}

pub(super) fn check(ctx: &mut Context<'_>) {
    let registered = registered(ctx);
    twice(ctx, &registered);
    late(ctx, &registered);
    endpoints(ctx, &registered);
}

fn while_loading(event: &Event) -> bool {
    event.certain
        && matches!(event.phase, Phase::Import | Phase::Construct | Phase::Metadata | Phase::Init | Phase::Hooks)
}

fn registered(ctx: &Context<'_>) -> Vec<Registered> {
    let mut list = Vec::new();
    for (moment, event) in ctx.interp.events.iter().enumerate() {
        let EventKind::Call { callee, args } = &event.kind else { continue };
        let Some(Sym::Attr { base, name }) = callee.as_sym() else { continue };
        if &**name != "register_blueprint" || !is_app(base) || !while_loading(event) || !ctx.is_own(event.at) {
            continue;
        }
        let Some((blueprint, _)) = args.get("blueprint", 0).filter(|(value, _)| is_blueprint(ctx, value)) else {
            continue;
        };
        let made = ctx.sim.blueprints.iter().find(|known| same_call(&known.made, blueprint));
        let name = match args.named("name") {
            Some((name, _)) => name.as_str().map(str::to_owned),
            None => written_name(ctx, blueprint),
        };
        if made.is_some() {
            list.push(Registered { blueprint: blueprint.clone(), name, at: event.at, moment });
        }
    }
    list
}

/// The name that the call gives which makes a blueprint.
fn written_name(ctx: &Context<'_>, blueprint: &Val) -> Option<String> {
    ctx.sim.blueprints.iter().find(|known| same_call(&known.made, blueprint))?.first_name.clone()
}

/// Two registrations under one name.
fn twice(ctx: &mut Context<'_>, registered: &[Registered]) {
    for (index, second) in registered.iter().enumerate() {
        let Some(name) = &second.name else { continue };
        let Some(first) = registered[..index].iter().find(|first| first.name.as_ref() == Some(name)) else { continue };
        let which = if same_call(&first.blueprint, &second.blueprint) { "this" } else { "a different" };
        let words = format!(
            "The name '{name}' is already registered for {which} blueprint. Use 'name=' to provide a unique name."
        );
        let said = ctx.failed(&words);
        let finding = ctx
            .finding(id::BLUEPRINT_TWICE, second.at, format!("a blueprint named `{name}` is registered already"))
            .host_says(said)
            .related(ctx.place(first.at), "the first time");
        if !caught(ctx, second.moment, "ValueError") {
            ctx.stopper(finding);
        }
    }
}

fn caught(ctx: &Context<'_>, moment: usize, exception: &str) -> bool {
    ctx.interp.events.get(moment).is_some_and(|event| event.guards.catches(exception))
}

/// The setup method that a call is, and its owner: `bp.route(…)`, `@bp.before_request`.
fn setup(kind: &EventKind) -> Option<(&Val, &str)> {
    let EventKind::Call { callee, .. } = kind else { return None };
    match callee.as_sym()? {
        Sym::Attr { base, name } if SETUP.contains(&&**name) => Some((base, name)),
        _ => None,
    }
}

/// A blueprint that gets something more after it was registered, and the application in a page that is made.
fn late(ctx: &mut Context<'_>, registered: &[Registered]) {
    let mut told: Vec<At> = Vec::new();
    for moment in 0..ctx.interp.events.len() {
        let event = &ctx.interp.events[moment];
        let Some((owner, method)) = setup(&event.kind) else { continue };
        if !ctx.is_own(event.at) || !event.certain || event.guards.catches("AssertionError") || told.contains(&event.at)
        {
            continue;
        }
        let (owner, method, event) = (owner.clone(), method.to_owned(), event.clone());
        let in_page = matches!(&event.phase, Phase::Handler(hook) if hook.ends_with("_page_render"))
            || matches!(event.phase, Phase::Later("view" | "request"));
        if is_app(&owner) && in_page {
            told.push(event.at);
            let finding = ctx
                .finding(
                    id::SETUP_TOO_LATE,
                    event.at,
                    format!("`{method}` comes too late: the application has answered its first request by then"),
                )
                .host_says(format!(
                    "The setup method '{method}' can no longer be called on the application. It has already handled \
                     its first request, any changes will not be applied consistently."
                ));
            ctx.report(finding);
            continue;
        }
        let before = registered.iter().find(|known| known.moment < moment && same_call(&known.blueprint, &owner));
        let Some(before) = before.filter(|_| while_loading(&event) || in_page) else { continue };
        told.push(event.at);
        let name = written_name(ctx, &before.blueprint).unwrap_or_else(|| "…".to_owned());
        let words = format!(
            "The setup method '{method}' can no longer be called on the blueprint '{name}'. It has already been \
             registered at least once, any changes will not be applied consistently."
        );
        let said = if while_loading(&event) { ctx.failed(&words) } else { words };
        let finding = ctx
            .finding(
                id::SETUP_TOO_LATE,
                event.at,
                format!("`{method}` comes too late: the blueprint is registered already, and takes nothing more"),
            )
            .host_says(said)
            .related(ctx.place(before.at), "registered here");
        if while_loading(&event) {
            ctx.stop();
        }
        ctx.report(finding);
    }
}

/// Two views under one endpoint.
fn endpoints(ctx: &mut Context<'_>, registered: &[Registered]) {
    let routes = ctx.sim.routes.clone();
    for (index, second) in routes.iter().enumerate() {
        let Some(endpoint) = &second.endpoint else { continue };
        let counts =
            |route: &Route| ctx.interp.events.get(route.moment).is_some_and(while_loading) && route.view.is_some();
        if !counts(second) || !ctx.is_own(second.at) {
            continue;
        }
        let first = routes[..index].iter().find(|first| {
            first.endpoint.as_ref() == Some(endpoint)
                && same_owner(first, second)
                && counts(first)
                && different(first.view.as_ref(), second.view.as_ref())
        });
        let Some(first) = first else { continue };
        let owner = second.blueprint.as_ref();
        let known = owner.map(|owner| registered.iter().find(|known| same_call(&known.blueprint, owner)));
        let shown = match known {
            // Flask looks at the views of a blueprint when it is registered.
            Some(None) => continue,
            Some(Some(known)) => format!("{}.{endpoint}", known.name.as_deref().unwrap_or("…")),
            None => endpoint.clone(),
        };
        let words = format!("View function mapping is overwriting an existing endpoint function: {shown}");
        let said = ctx.failed(&words);
        let finding = ctx
            .finding(id::ENDPOINT_TWICE, second.at, format!("the endpoint `{endpoint}` has another view already"))
            .host_says(said)
            .related(ctx.place(first.at), "the first view");
        let finding = match written_twice(ctx, first, second) {
            true => finding,
            false => finding.help(
                "Both views have one name, probably that of the function inside a decorator. Put \
                 `@functools.wraps(…)` on that function, or pass `endpoint=`.",
            ),
        };
        ctx.stopper(finding);
    }
}

fn same_owner(a: &Route, b: &Route) -> bool {
    match (&a.blueprint, &b.blueprint) {
        (None, None) => true,
        (Some(a), Some(b)) => same_call(a, b),
        _ => false,
    }
}

/// Whether two views are surely not one function.
fn different(a: Option<&Val>, b: Option<&Val>) -> bool {
    let known = |value: &Val| matches!(value.kind, Kind::Func(_) | Kind::Bound(..));
    matches!((a, b), (Some(a), Some(b)) if known(a) && known(b) && !a.same(b))
}

/// Whether both views are functions of their own, or their endpoints are written.
fn written_twice(ctx: &Context<'_>, a: &Route, b: &Route) -> bool {
    let place = |route: &Route| {
        let func = route.view.as_ref().and_then(|view| ctx.interp.function_of(view));
        func.map(|func| ctx.func(func).name_at())
    };
    a.named_endpoint || b.named_endpoint || place(a) != place(b)
}
