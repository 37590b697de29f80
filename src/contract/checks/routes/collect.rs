//! Gathers blueprints and routes from what has happened.

use std::rc::Rc;

use crate::contract::context::Context;
use crate::contract::simulate::{Blueprint, Route};
use crate::source::python::values::{Args, At, EventKind, Kind, Obj, Sym, Val};

/// The Flask application: the argument of `init`, or `self.app`.
pub(in crate::contract) fn is_app(value: &Val) -> bool {
    match value.as_sym() {
        Some(Sym::Param { name, .. }) => &**name == "app",
        Some(Sym::External(path)) => &**path == "flask.current_app",
        _ => false,
    }
}

/// Flask's class of blueprints.
fn is_class(value: &Val) -> bool {
    matches!(value.as_external(), Some("flask.Blueprint" | "flask.blueprints.Blueprint"))
}

/// What Flask's class has made, or a class of the plugin that derives from it.
pub(in crate::contract::checks) fn is_blueprint(ctx: &Context<'_>, value: &Val) -> bool {
    match &value.kind {
        Kind::Obj(id) => match ctx.interp.obj(*id) {
            Some(Obj::Instance { class, .. }) => {
                ctx.interp.class(*class).mro.iter().any(|id| ctx.interp.class(*id).bases.iter().any(is_class))
            }
            _ => false,
        },
        _ => matches!(value.as_sym(), Some(Sym::Made { callee, .. }) if is_class(callee)),
    }
}

/// The blueprint that a call makes, with the arguments of Flask's constructor: a call of the class itself, or what a
/// class that derives from it hands on.
fn makes(ctx: &Context<'_>, callee: &Val, args: &Rc<Args>, at: At) -> Option<(Val, Rc<Args>)> {
    if is_class(callee) {
        let made = Val::sym(Sym::Made { callee: callee.clone(), args: Rc::clone(args) }, at);
        return Some((made, Rc::clone(args)));
    }
    match callee.as_sym()? {
        Sym::Attr { base, name } if &**name == "__init__" => match &base.kind {
            Kind::Super(_, made) => is_blueprint(ctx, made).then(|| ((**made).clone(), Rc::clone(args))),
            _ => None,
        },
        Sym::External(path) if is_class(&Val::external(path.strip_suffix(".__init__")?, at)) => {
            let mut rest = (**args).clone();
            (!rest.pos.is_empty()).then(|| {
                rest.pos_at.remove(0);
                (rest.pos.remove(0), Rc::new(rest))
            })
        }
        _ => None,
    }
}

const ROUTERS: &[&str] = &["route", "get", "post", "put", "patch", "delete"];

/// The router call and its owner, if `callee` is `owner.route(…)`.
fn router<'v>(ctx: &Context<'_>, callee: &'v Val) -> Option<(&'v Val, &'v Args)> {
    let Some(Sym::Made { callee, args }) = callee.as_sym() else { return None };
    match callee.as_sym() {
        Some(Sym::Attr { base, name }) if ROUTERS.contains(&&**name) && (is_app(base) || is_blueprint(ctx, base)) => {
            Some((base, args))
        }
        _ => None,
    }
}

/// Whether an event adds a route.
pub(in crate::contract::checks) fn adds_route(ctx: &Context<'_>, kind: &EventKind) -> bool {
    match kind {
        EventKind::Call { callee, .. } => {
            router(ctx, callee).is_some()
                || matches!(callee.as_sym(), Some(Sym::Attr { base, name })
                    if matches!(&**name, "add_url_rule" | "register_blueprint") && (is_app(base) || is_blueprint(ctx, base)))
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
        if let Some((made, args)) = makes(ctx, callee, args, event.at) {
            ctx.sim.blueprints.push(blueprint(made, &args, event.at));
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
    for (moment, event) in events.iter().enumerate() {
        let EventKind::Call { callee, args } = &event.kind else { continue };
        if !ctx.is_own(event.at) {
            continue;
        }
        if let Some((owner, rule)) = router(ctx, callee) {
            add(ctx, owner, rule, args.pos.first().cloned(), (event.at, moment));
        } else if let Some(Sym::Attr { base, name }) = callee.as_sym()
            && &**name == "add_url_rule"
            && (is_app(base) || is_blueprint(ctx, base))
        {
            let view = args.get("view_func", 2).map(|(value, _)| value.clone());
            let endpoint =
                args.get("endpoint", 1).filter(|(value, _)| !value.is_none()).map(|(value, at)| (value.clone(), at));
            add_rule(ctx, base, args, view, endpoint, (event.at, moment));
        }
    }
}

/// Two sightings of one evaluated call, or of the object that it made.
pub(super) fn same_call(a: &Val, b: &Val) -> bool {
    match (&a.kind, &b.kind) {
        (Kind::Obj(a), Kind::Obj(b)) => a == b,
        _ => match (a.as_sym(), b.as_sym()) {
            (Some(Sym::Made { args: a, .. }), Some(Sym::Made { args: b, .. })) => Rc::ptr_eq(a, b),
            _ => false,
        },
    }
}

fn blueprint(made: Val, args: &Args, at: At) -> Blueprint {
    let text =
        |name: &str, position: usize| args.get(name, position).and_then(|(value, _)| value.as_str()).map(str::to_owned);
    let given = |name: &str, position: usize| {
        args.get(name, position).filter(|(value, _)| !value.is_none()).map(|(value, _)| value.clone())
    };
    Blueprint {
        first_name: text("name", 0),
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

fn add(ctx: &mut Context<'_>, owner: &Val, args: &Args, view: Option<Val>, at: (At, usize)) {
    let endpoint = args.named("endpoint").map(|(value, at)| (value.clone(), at));
    add_rule(ctx, owner, args, view, endpoint, at);
}

fn add_rule(
    ctx: &mut Context<'_>,
    owner: &Val,
    args: &Args,
    view: Option<Val>,
    endpoint: Option<(Val, At)>,
    (at, moment): (At, usize),
) {
    let rule = args.get("rule", 0).map(|(value, value_at)| (value.clone(), value_at));
    let own = rule.as_ref().and_then(|(value, _)| value.as_str()).map(str::to_owned);
    let rule_at =
        rule.as_ref().map_or(
            at,
            |(value, value_at)| if ctx.is_own(value.at) && value.as_const().is_some() { value.at } else { *value_at },
        );
    let blueprint = is_blueprint(ctx, owner).then(|| owner.clone());
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
    let name = view.as_ref().and_then(|view| ctx.interp.function_of(view)).map(|func| ctx.interp.name_of(func));
    let endpoint_text = match &endpoint {
        Some((value, _)) => value.as_str().map(str::to_owned),
        None => name,
    };
    ctx.sim.routes.push(Route {
        rule: full,
        at: rule_at,
        blueprint,
        view,
        moment,
        endpoint: endpoint_text,
        named_endpoint: endpoint.is_some(),
        endpoint_at: endpoint
            .map(|(value, at)| if value.as_const().is_some() && ctx.is_own(value.at) { value.at } else { at }),
    });
}
