//! What happens outside of any application context, and before the host's own pages are there.

use crate::contract::checks::routes;
use crate::contract::context::Context;
use crate::rules::id;
use crate::source::python::values::{At, Event, EventKind, Phase, Sym, Val};

/// What happens outside of any application context, and before the host's own pages are there.
pub(super) fn init(ctx: &mut Context<'_>) {
    let phases = [Phase::Import, Phase::Construct, Phase::Metadata, Phase::Init, Phase::Hooks];
    let mut seen: Vec<At> = Vec::new();
    for phase in phases {
        for event in ctx.events(&phase) {
            if !ctx.is_own(event.at) {
                continue;
            }
            if phase == Phase::Init {
                core_blueprint(ctx, &event);
            }
            if event.guards.context || event.guards.catches("RuntimeError") {
                continue;
            }
            let Some(name) = needs_context(&event.kind) else { continue };
            if seen.iter().any(|at| at.file == event.at.file && at.span.start == event.at.span.start) {
                continue;
            }
            seen.push(event.at);
            outside_context(ctx, &event, &name);
        }
    }
    raises(ctx);
}

/// The name of what needs an application context: a call, or a use of one of Flask's proxies.
pub(in crate::contract::checks) fn needs_context(kind: &EventKind) -> Option<String> {
    let proxy = |path: &str| {
        let rest = path.strip_prefix("flask.")?;
        let (name, _) = rest.split_once('.')?;
        matches!(name, "current_app" | "g" | "request" | "session").then(|| name.to_owned())
    };
    match kind {
        EventKind::Call { callee, .. } => match callee.as_external()? {
            path @ ("flask.url_for"
            | "flask.render_template"
            | "flask.render_template_string"
            | "flask.flash"
            | "flask.get_flashed_messages"
            | "flask.jsonify"
            | "flask.stream_template"
            | "flask.make_response") => path.rsplit('.').next().map(str::to_owned),
            _ => None,
        },
        EventKind::Read(path) => proxy(path),
        EventKind::GetItem { target, .. } | EventKind::SetItem { target, .. } | EventKind::SetAttr { target, .. } => {
            proxy(&format!("{}.", target.as_external()?))
        }
        _ => None,
    }
}

fn outside_context(ctx: &mut Context<'_>, event: &Event, name: &str) {
    let finding = ctx
        .finding(
            id::OUTSIDE_APP_CONTEXT,
            event.at,
            format!("`{name}` needs an application context, and the host loads plugins outside of any"),
        )
        .host_says(ctx.failed("Working outside of application context."));
    if event.certain {
        ctx.stop();
    }
    ctx.report(finding);
}

/// `app.blueprints["admin"]` and its like in `init`: the host's own come later.
fn core_blueprint(ctx: &mut Context<'_>, event: &Event) {
    let table = |value: &Val| match value.as_sym() {
        Some(Sym::Attr { base, name }) if routes::is_app(base) => {
            matches!(&**name, "blueprints" | "view_functions").then(|| name.to_string())
        }
        _ => None,
    };
    let (target, key, asks) = match &event.kind {
        EventKind::GetItem { target, key } => (target, key, false),
        EventKind::Contains { container, key } => (container, key, true),
        EventKind::Call { callee, args } => match (callee.as_sym(), args.pos.first()) {
            (Some(Sym::Attr { base, name }), Some(key)) if &**name == "get" => (base, key, true),
            _ => return,
        },
        _ => return,
    };
    let (Some(table), Some(key)) = (table(target), key.as_str()) else { return };
    let blueprint = key.split('.').next().unwrap_or(key);
    if !ctx.host.blueprints.iter().any(|known| known == blueprint) {
        return;
    }
    let finding = ctx.finding(
        id::CORE_BLUEPRINT_IN_INIT,
        event.at,
        format!("`{key}` is not in `app.{table}` yet when `init` runs"),
    );
    let finding = match asks {
        true => finding,
        false => finding.host_says(ctx.failed(&format!("'{key}'"))),
    };
    let caught = event.guards.catches("KeyError");
    if !asks && !caught && event.certain {
        ctx.stop();
    }
    ctx.report(finding);
}

/// What `init` leaves behind when it raises.
fn raises(ctx: &mut Context<'_>) {
    let raised: Vec<_> = ctx
        .events(&Phase::Init)
        .into_iter()
        .filter(|event| match &event.kind {
            EventKind::Raise(value) => ctx.is_own(event.at) && !ctx.interp.caught_by(value, &event.guards),
            _ => false,
        })
        .collect();
    for event in raised {
        let route = ctx.interp.events.iter().find(|other| {
            other.phase == Phase::Init
                && routes::adds_route(&other.kind)
                && other.at.file == event.at.file
                && other.at.span.start < event.at.span.start
        });
        if let Some(route) = route.map(|route| route.at) {
            let finding = ctx
                .finding(
                    id::ROUTE_BEFORE_RAISE,
                    event.at,
                    "`init` can raise after it has added a route, and the route stays".to_owned(),
                )
                .related(ctx.place(route), "this route answers although the plugin is not loaded");
            ctx.report(finding);
        }
    }
}
