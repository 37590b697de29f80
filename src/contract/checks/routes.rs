//! Blueprints and routes.

use crate::contract::context::Context;
use crate::contract::facts::Claim;
use crate::contract::simulate::{Blueprint, Route};
use crate::model::Safety;
use crate::rules::id;
use crate::source::python::syntax::Constant;
use crate::source::python::values::{Args, At, EventKind, Kind, Returned, Sym, Val};

/// View names that several plugins are likely to use.
const COMMON_VIEWS: &[&str] = &[
    "about",
    "admin",
    "api",
    "contact",
    "dashboard",
    "delete",
    "detail",
    "edit",
    "form",
    "hello",
    "home",
    "index",
    "info",
    "list",
    "main",
    "page",
    "ping",
    "save",
    "search",
    "settings",
    "show",
    "status",
    "submit",
    "test",
    "update",
    "view",
];

/// Blueprint names that say nothing about the plugin.
const COMMON_BLUEPRINTS: &[&str] = &[
    "api",
    "blueprint",
    "bp",
    "dashboard",
    "index",
    "main",
    "my_plugin",
    "pages",
    "plugin",
    "routes",
    "settings",
    "views",
    "web",
];

/// The Flask application: the argument of `init`, or `self.app`.
pub(in crate::contract) fn is_app(value: &Val) -> bool {
    match value.as_sym() {
        Some(Sym::Param { name, .. }) => &**name == "app",
        Some(Sym::External(path)) => &**path == "flask.current_app",
        _ => false,
    }
}

fn is_blueprint(value: &Val) -> bool {
    matches!(value.as_sym(), Some(Sym::Made { callee, .. }) if callee.as_external() == Some("flask.Blueprint") || callee.as_external() == Some("flask.blueprints.Blueprint"))
}

const ROUTERS: &[&str] = &["route", "get", "post", "put", "patch", "delete"];

/// The router call and its owner, if `callee` is `owner.route(…)`.
fn router<'v>(callee: &'v Val) -> Option<(&'v Val, &'v Args)> {
    let Some(Sym::Made { callee, args }) = callee.as_sym() else { return None };
    match callee.as_sym() {
        Some(Sym::Attr { base, name }) if ROUTERS.contains(&&**name) && (is_app(base) || is_blueprint(base)) => {
            Some((base, args))
        }
        _ => None,
    }
}

/// Whether an event adds a route.
pub(super) fn adds_route(kind: &EventKind) -> bool {
    match kind {
        EventKind::Call { callee, .. } => {
            router(callee).is_some()
                || matches!(callee.as_sym(), Some(Sym::Attr { base, name })
                    if matches!(&**name, "add_url_rule" | "register_blueprint") && (is_app(base) || is_blueprint(base)))
        }
        _ => false,
    }
}

/// Gathers blueprints and routes from what has happened so far.
pub(in crate::contract) fn collect(ctx: &mut Context<'_>) {
    ctx.sim.routes.clear();
    ctx.sim.blueprints.clear();
    let events = ctx.interp.events.clone();
    for event in &events {
        let EventKind::Call { callee, args } = &event.kind else { continue };
        if !ctx.is_own(event.at) {
            continue;
        }
        if matches!(callee.as_external(), Some("flask.Blueprint" | "flask.blueprints.Blueprint")) {
            let made = Val::sym(Sym::Made { callee: callee.clone(), args: args.clone() }, event.at);
            let blueprint = blueprint(made, args, event.at);
            ctx.sim.blueprints.push(blueprint);
        } else if let Some(Sym::Attr { base, name }) = callee.as_sym()
            && &**name == "register_blueprint"
            && is_app(base)
            && let Some((value, _)) = args.get("blueprint", 0)
        {
            let prefix = args.named("url_prefix").map(|(value, _)| value.clone());
            for alternative in value.alternatives() {
                if let Some(known) = ctx.sim.blueprints.iter_mut().find(|known| same_call(&known.made, alternative)) {
                    known.registered = true;
                    if let Some(prefix) = &prefix {
                        known.has_prefix = true;
                        known.url_prefix = prefix.as_str().map(str::to_owned);
                    }
                    if let Some((name, at)) = args.named("name") {
                        known.name = name.as_str().map(str::to_owned);
                        known.name_at = at;
                    }
                }
            }
        }
    }
    for event in &events {
        let EventKind::Call { callee, args } = &event.kind else { continue };
        if !ctx.is_own(event.at) {
            continue;
        }
        if let Some((owner, rule)) = router(callee) {
            add(ctx, owner, rule, args.pos.first().cloned(), event.at);
        } else if let Some(Sym::Attr { base, name }) = callee.as_sym()
            && &**name == "add_url_rule"
            && (is_app(base) || is_blueprint(base))
        {
            let view = args.get("view_func", 2).map(|(value, _)| value.clone());
            let endpoint =
                args.get("endpoint", 1).filter(|(value, _)| !value.is_none()).map(|(value, at)| (value.clone(), at));
            add_rule(ctx, base, args, view, endpoint, event.at);
        }
    }
}

/// Two sightings of one evaluated call.
fn same_call(a: &Val, b: &Val) -> bool {
    match (a.as_sym(), b.as_sym()) {
        (Some(Sym::Made { args: a, .. }), Some(Sym::Made { args: b, .. })) => std::rc::Rc::ptr_eq(a, b),
        _ => false,
    }
}

fn blueprint(made: Val, args: &Args, at: At) -> Blueprint {
    let text =
        |name: &str, position: usize| args.get(name, position).and_then(|(value, _)| value.as_str()).map(str::to_owned);
    let given = |name: &str, position: usize| {
        args.get(name, position).filter(|(value, _)| !value.is_none()).map(|(value, _)| value.clone())
    };
    Blueprint {
        name: text("name", 0),
        name_at: args
            .get("name", 0)
            .map_or(at, |(value, value_at)| if value.as_const().is_some() { value.at } else { value_at }),
        at,
        url_prefix: text("url_prefix", 5),
        has_prefix: given("url_prefix", 5).is_some(),
        template_folder: given("template_folder", 4),
        static_folder: given("static_folder", 2),
        static_url_path: given("static_url_path", 3).is_some(),
        static_path: text("static_url_path", 3),
        registered: false,
        open: args.open,
        made,
    }
}

fn add(ctx: &mut Context<'_>, owner: &Val, args: &Args, view: Option<Val>, at: At) {
    let endpoint = args.named("endpoint").map(|(value, at)| (value.clone(), at));
    add_rule(ctx, owner, args, view, endpoint, at);
}

fn add_rule(ctx: &mut Context<'_>, owner: &Val, args: &Args, view: Option<Val>, endpoint: Option<(Val, At)>, at: At) {
    let rule = args.get("rule", 0).map(|(value, value_at)| (value.clone(), value_at));
    let own = rule.as_ref().and_then(|(value, _)| value.as_str()).map(str::to_owned);
    let rule_at =
        rule.as_ref().map_or(
            at,
            |(value, value_at)| if ctx.is_own(value.at) && value.as_const().is_some() { value.at } else { *value_at },
        );
    let blueprint = is_blueprint(owner).then(|| owner.clone());
    let full = match &blueprint {
        None => own,
        Some(made) => {
            let known = ctx.sim.blueprints.iter().find(|known| same_call(&known.made, made));
            match (own, known) {
                (Some(own), Some(known)) if known.has_prefix => known
                    .url_prefix
                    .as_ref()
                    .map(|prefix| format!("{}/{}", prefix.trim_end_matches('/'), own.trim_start_matches('/'))),
                (own, _) => own,
            }
        }
    };
    let name = view.as_ref().and_then(|view| ctx.interp.function_of(view)).map(|func| ctx.func(func).name().to_owned());
    let endpoint_text = match &endpoint {
        Some((value, _)) => value.as_str().map(str::to_owned),
        None => name,
    };
    ctx.sim.routes.push(Route {
        rule: full,
        at: rule_at,
        blueprint,
        view,
        endpoint: endpoint_text,
        named_endpoint: endpoint.is_some(),
        endpoint_at: endpoint
            .map(|(value, at)| if value.as_const().is_some() && ctx.is_own(value.at) { value.at } else { at }),
    });
}

pub(super) fn check(ctx: &mut Context<'_>) {
    for blueprint in ctx.sim.blueprints.clone() {
        blueprint_name(ctx, &blueprint);
    }
    for route in ctx.sim.routes.clone() {
        route_rule(ctx, &route);
        endpoint(ctx, &route);
    }
    answers(ctx);
}

fn blueprint_name(ctx: &mut Context<'_>, blueprint: &Blueprint) {
    let Some(name) = blueprint.name.clone() else { return };
    if !ctx.is_own(blueprint.name_at) || !blueprint.registered {
        return;
    }
    let written = ctx.text(blueprint.name_at);
    if ctx.host.blueprints.iter().any(|known| *known == name) {
        let better = ctx.plugin.slug.replace('-', "_");
        let mut finding = ctx
            .finding(id::BLUEPRINT_NAME_RESERVED, blueprint.name_at, format!("the host has a blueprint `{name}` of its own and does not start with a second one"))
            .host_says(format!(
                "ValueError: The name '{name}' is already registered for a different blueprint. Use 'name=' to provide a unique name."
            ));
        if let Some(quote) = written.chars().next().filter(|c| matches!(c, '\'' | '"')) {
            finding = finding.fix(
                Safety::Safe,
                "name it as the plugin",
                ctx.edit(blueprint.name_at, format!("{quote}{better}{quote}")),
            );
        }
        ctx.report(finding);
    } else if COMMON_BLUEPRINTS.contains(&name.as_str()) && !alike(&name, &ctx.plugin.slug) {
        let finding = ctx.finding(
            id::BLUEPRINT_NAME_GENERIC,
            blueprint.name_at,
            format!("another plugin may also name its blueprint `{name}`, and then the second one does not load"),
        );
        ctx.report(finding);
    }
    let place = ctx.place(blueprint.name_at);
    ctx.facts.blueprints.push(Claim { name, place });
}

/// Whether a name is made from the plugin's.
fn alike(name: &str, slug: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
    let (name, slug) = (plain(name), plain(slug));
    !slug.is_empty() && (name.contains(&slug) || (slug.contains(&name) && name.len() * 2 > slug.len()))
}

/// Rules are equal to Werkzeug when only the names of their converters' variables differ.
fn shape(rule: &str) -> String {
    let mut out = String::new();
    let mut rest = rule;
    while let Some((before, after)) = rest.split_once('<') {
        out.push_str(before);
        let Some((inner, tail)) = after.split_once('>') else { break };
        out.push('<');
        out.push_str(inner.split_once(':').map_or("", |(converter, _)| converter));
        out.push('>');
        rest = tail;
    }
    out.push_str(rest);
    out
}

fn route_rule(ctx: &mut Context<'_>, route: &Route) {
    let Some(rule) = route.rule.clone() else { return };
    if !ctx.is_own(route.at) {
        return;
    }
    let wanted = shape(&rule);
    let core = ctx.host.routes.iter().find(|core| {
        let core = shape(core);
        core == wanted || core.trim_end_matches('/') == wanted.trim_end_matches('/')
    });
    if let Some(core) = core.cloned() {
        let finding =
            ctx.finding(id::CORE_ROUTE_TAKEN, route.at, format!("this route takes over the host's own page `{core}`"));
        ctx.report(finding);
    } else {
        let first = rule.trim_start_matches('/').split('/').next().unwrap_or("");
        let own = ["plugins", "plugin", "admin", "api", "static"].contains(&first) || alike(first, &ctx.plugin.slug);
        if !own && rule.starts_with('/') {
            let finding = ctx.finding(
                id::ROUTE_OUTSIDE_PREFIX,
                route.at,
                format!("`{rule}` takes the place of a page of that name, should a site have one"),
            );
            ctx.report(finding);
        }
    }
    if (rule == "/admin" || rule.starts_with("/admin/")) && !guarded(ctx, route) {
        let finding = ctx
            .finding(id::ADMIN_ROUTE_OPEN, route.at, format!("everybody can open `{rule}`: nothing checks for a login"))
            .help("Put `@login_required` from `app.modules.auth` under the route decorator.".to_owned());
        ctx.report(finding);
    }
    let place = ctx.place(route.at);
    ctx.facts.routes.push(Claim { name: wanted, place });
}

/// Whether something checks for a login before the view answers.
fn guarded(ctx: &Context<'_>, route: &Route) -> bool {
    let Some(view) = &route.view else { return true };
    if wrapped(view) || view_class_guarded(ctx, view) {
        return true;
    }
    if matches!(view.kind, Kind::Unknown) {
        return true;
    }
    // A check for every request of the blueprint.
    let before = ctx.interp.events.iter().any(|event| match &event.kind {
        EventKind::Call { callee, args } => match callee.as_sym() {
            Some(Sym::Attr { base, name }) if &**name == "before_request" => {
                let mine = route.blueprint.as_ref().is_some_and(|made| same_call(made, base)) || is_app(base);
                mine && args.pos.first().is_some_and(|value| wrapped(value) || checks_login(ctx, value))
            }
            _ => false,
        },
        _ => false,
    });
    before || checks_login(ctx, view)
}

/// `Figures.as_view("…")` of a class with `decorators = [login_required]`.
fn view_class_guarded(ctx: &Context<'_>, view: &Val) -> bool {
    let Some(Sym::Made { callee, .. }) = view.as_sym() else { return false };
    let Some(Sym::Attr { base, name }) = callee.as_sym() else { return false };
    let (Kind::Class(class), "as_view") = (&base.kind, &**name) else { return false };
    let Some(member) = ctx.interp.find_member(*class, "decorators") else { return false };
    ctx.interp.items(&member.value).is_none_or(|items| {
        items.iter().any(|item| {
            let name = match item.as_sym() {
                Some(Sym::External(path)) => path.rsplit('.').next().unwrap_or("").to_owned(),
                _ => ctx.interp.function_of(item).map_or(String::new(), |func| ctx.func(func).name().to_owned()),
            };
            speaks_of_login(&name)
        })
    })
}

fn speaks_of_login(name: &str) -> bool {
    ["login", "auth", "admin", "permission", "role", "required"].iter().any(|word| name.contains(word))
}

/// Behind a decorator from outside whose name speaks of logins.
fn wrapped(view: &Val) -> bool {
    match view.as_sym() {
        Some(Sym::Made { callee, args }) => {
            let name = match callee.as_sym() {
                Some(Sym::External(path)) => path.rsplit('.').next().unwrap_or("").to_owned(),
                Some(Sym::Attr { name, .. }) => name.to_string(),
                Some(Sym::Made { callee, .. }) => match callee.as_sym() {
                    Some(Sym::External(path)) => path.rsplit('.').next().unwrap_or("").to_owned(),
                    Some(Sym::Attr { name, .. }) => name.to_string(),
                    _ => String::new(),
                },
                _ => String::new(),
            };
            speaks_of_login(&name) || args.pos.first().is_some_and(wrapped)
        }
        _ => false,
    }
}

/// A view that looks at the session itself, as `if not session.get("logged_in"): return redirect(…)`.
fn checks_login(ctx: &Context<'_>, view: &Val) -> bool {
    if wrapped(view) {
        return true;
    }
    let Some(func) = ctx.interp.function_of(view) else { return false };
    let code = ctx.func(func);
    // Its own code, without the decorators above it.
    let start = match code.body {
        crate::source::python::values::FuncBody::Def(def) => def.header.start,
        crate::source::python::values::FuncBody::Lambda(..) => code.span.start,
    };
    let inside = |at: At| at.file == code.file && start <= at.span.start && at.span.end <= code.span.end;
    ctx.interp.events.iter().any(|event| {
        inside(event.at)
            && match &event.kind {
                EventKind::Read(path) => path.starts_with("flask.session.") || path.contains("current_user"),
                EventKind::GetItem { target, .. } => target.as_external() == Some("flask.session"),
                EventKind::Call { callee, .. } => callee
                    .as_external()
                    .is_some_and(|path| path.starts_with("flask.session.") || path.starts_with("app.modules.auth.")),
                _ => false,
            }
    })
}

fn endpoint(ctx: &mut Context<'_>, route: &Route) {
    if route.blueprint.is_some() || !ctx.is_own(route.at) {
        return;
    }
    let Some(name) = route.endpoint.clone() else { return };
    let at = route.view.as_ref().and_then(|view| ctx.interp.function_of(view)).map(|func| ctx.func(func).name_at());
    let at = match (route.endpoint_at, at) {
        (Some(given), _) => given,
        (None, Some(at)) if ctx.is_own(at) && !route.named_endpoint => at,
        _ => route.at,
    };
    if COMMON_VIEWS.contains(&name.as_str()) && !route.named_endpoint {
        let finding = ctx
            .finding(
                id::ENDPOINT_GENERIC,
                at,
                format!("another plugin may also have a view `{name}` on the application, and then the second one does not load"),
            )
            .help(format!("Use a blueprint, or pass `endpoint='{}_{name}'`.", ctx.plugin.slug.replace('-', "_")));
        ctx.report(finding);
    }
    let place = ctx.place(at);
    ctx.facts.endpoints.push(Claim { name, place });
}

/// `@app.before_request` functions that can answer instead of the site.
fn answers(ctx: &mut Context<'_>) {
    let callbacks: Vec<Val> = ctx
        .interp
        .events
        .iter()
        .filter(|event| ctx.is_own(event.at))
        .filter_map(|event| match &event.kind {
            EventKind::Call { callee, args } => match callee.as_sym() {
                Some(Sym::Attr { base, name })
                    if (&**name == "before_request" && is_app(base)) || &**name == "before_app_request" =>
                {
                    args.pos.first().cloned()
                }
                _ => None,
            },
            _ => None,
        })
        .collect();
    for callback in callbacks {
        let Some(func) = ctx.interp.function_of(&callback) else { continue };
        let at = ctx.func(func).name_at();
        let outcome = ctx.interp.invoke(&callback, Vec::new());
        let something = |returned: &Returned| {
            returned.value.alternatives().any(|value| !matches!(value.as_const(), Some(Constant::None)))
        };
        let all = !outcome.returns.is_empty() && outcome.returns.iter().all(something);
        let any = outcome.returns.iter().any(something);
        if !any || !ctx.is_own(at) {
            continue;
        }
        // One that answers for its own pages only is what it is for.
        if !all && looks_at_path(ctx, func) {
            continue;
        }
        let finding = ctx.finding(
            id::BEFORE_REQUEST_ANSWERS,
            at,
            if all {
                "this answers every request of the site, the login page included".to_owned()
            } else {
                "this can answer any request of the site, the login page included".to_owned()
            },
        );
        ctx.report(finding);
    }
}

fn looks_at_path(ctx: &Context<'_>, func: crate::source::python::values::FuncId) -> bool {
    let code = ctx.func(func);
    ctx.interp.events.iter().any(|event| {
        event.at.file == code.file
            && code.span.start <= event.at.span.start
            && event.at.span.end <= code.span.end
            && matches!(&event.kind, EventKind::Read(path)
                if ["path", "full_path", "url", "endpoint", "blueprint", "url_rule", "base_url"]
                    .iter().any(|part| **path == format!("flask.request.{part}") || path.starts_with(&format!("flask.request.{part}."))))
    })
}
