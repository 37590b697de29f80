//! What happens outside of any application context, and before the host's own pages are there.

use std::rc::Rc;

use crate::contract::checks::routes;
use crate::contract::context::Context;
use crate::rules::id;
use crate::source::python::syntax::{StmtId, StmtKind};
use crate::source::python::values::{At, Event, EventKind, Phase, Surrounding, Sym, Val};

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
            let Some(need) = needs_context(&event.kind) else { continue };
            if event.guards.context >= need.context || event.guards.catches("RuntimeError") {
                continue;
            }
            if seen.iter().any(|at| at.file == event.at.file && at.span.start == event.at.span.start) {
                continue;
            }
            seen.push(event.at);
            outside_context(ctx, &event, &need);
        }
    }
    raises(ctx);
}

/// Something that works inside a context of Flask alone.
pub(in crate::contract::checks) struct Need {
    /// Its name.
    pub(in crate::contract::checks) name: String,
    /// The least that must be there.
    pub(in crate::contract::checks) context: Surrounding,
    /// What Flask says when there is nothing.
    nothing: &'static str,
    /// What it says when there is an application, but no request.
    no_request: &'static str,
}

const NO_APP: &str = "Working outside of application context.";
const NO_REQUEST: &str = "Working outside of request context.";

/// What needs a context: a call, or a use of one of Flask's proxies.
pub(in crate::contract::checks) fn needs_context(kind: &EventKind) -> Option<Need> {
    let need =
        |name: &str, context, nothing, no_request| Some(Need { name: name.to_owned(), context, nothing, no_request });
    let proxy = |path: &str| {
        let rest = path.strip_prefix("flask.")?;
        let (name, _) = rest.split_once('.')?;
        match name {
            "current_app" | "g" => need(name, Surrounding::Application, NO_APP, ""),
            "request" | "session" => need(name, Surrounding::Request, NO_REQUEST, NO_REQUEST),
            _ => None,
        }
    };
    match kind {
        EventKind::Call { callee, .. } => match callee.as_external()?.strip_prefix("flask.")? {
            // The host sets no `SERVER_NAME`, without which addresses are made in a request alone.
            "url_for" => need(
                "url_for",
                Surrounding::Request,
                NO_APP,
                "Unable to build URLs outside an active request without 'SERVER_NAME' configured. Also configure \
                 'APPLICATION_ROOT' and 'PREFERRED_URL_SCHEME' as needed.",
            ),
            name @ ("flash" | "get_flashed_messages") => need(name, Surrounding::Request, NO_REQUEST, NO_REQUEST),
            name @ ("render_template" | "render_template_string" | "jsonify" | "stream_template" | "make_response") => {
                need(name, Surrounding::Application, NO_APP, "")
            }
            _ => None,
        },
        EventKind::Read(path) => proxy(path),
        EventKind::GetItem { target, .. } | EventKind::SetItem { target, .. } | EventKind::SetAttr { target, .. } => {
            proxy(&format!("{}.", target.as_external()?))
        }
        _ => None,
    }
}

fn outside_context(ctx: &mut Context<'_>, event: &Event, need: &Need) {
    let name = &need.name;
    let (message, words) = match event.guards.context {
        Surrounding::Nothing if need.context == Surrounding::Application => {
            (format!("`{name}` needs an application context, and the host loads plugins outside of any"), need.nothing)
        }
        Surrounding::Nothing => {
            (format!("`{name}` needs a request, and the host loads plugins outside of any"), need.nothing)
        }
        _ => (format!("`{name}` needs a request; a context of the application is not enough"), need.no_request),
    };
    let finding = ctx.finding(id::OUTSIDE_APP_CONTEXT, event.at, message).host_says(ctx.failed(words));
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

/// One sighting of an event.
fn is_same(a: &Event, b: &Event) -> bool {
    a.at == b.at && std::mem::discriminant(&a.kind) == std::mem::discriminant(&b.kind) && Rc::ptr_eq(&a.stack, &b.stack)
}

/// Whether two places are on different sides of one `if`, so that a run meets one of them alone.
fn are_exclusive(ctx: &Context<'_>, a: At, b: At) -> bool {
    let ast = ctx.ast(a.file);
    let within = |block: &[StmtId], at: At| match (block.first(), block.last()) {
        (Some(first), Some(last)) => ast[*first].span.start <= at.span.start && at.span.end <= ast[*last].span.end,
        _ => false,
    };
    a.file == b.file
        && ast.stmts().iter().any(|stmt| match &stmt.kind {
            StmtKind::If { body, orelse, .. } => {
                within(body, a) && within(orelse, b) || within(body, b) && within(orelse, a)
            }
            _ => false,
        })
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
        let before = ctx.interp.events.iter().take_while(|other| !is_same(other, &event));
        let mut routes = before.filter(|other| other.phase == Phase::Init && routes::adds_route(ctx, &other.kind));
        let route = routes.find(|other| !are_exclusive(ctx, other.at, event.at));
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
