//! The paths of routes.

use std::cell::OnceCell;

use super::blueprint::alike;
use super::login::{Doors, Guarded, guarded};
use crate::contract::context::Context;
use crate::contract::facts::Claim;
use crate::contract::simulate::Route;
use crate::rules::id;

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

pub(super) fn route_rule(ctx: &mut Context<'_>, route: &Route, doors: &OnceCell<Doors>) {
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
    if rule == "/admin" || rule.starts_with("/admin/") {
        let message = match guarded(ctx, doors.get_or_init(|| Doors::of(ctx)), route) {
            Guarded::Before => None,
            Guarded::After => {
                Some(format!("everybody can make `{rule}` run: the login is checked when the view is done"))
            }
            Guarded::Never => Some(format!("everybody can open `{rule}`: nothing checks for a login")),
        };
        if let Some(message) = message {
            let finding = ctx
                .finding(id::ADMIN_ROUTE_OPEN, route.at, message)
                .help("Put `@login_required` from `app.modules.auth` under the route decorator.".to_owned());
            ctx.report(finding);
        }
    }
    let place = ctx.place(route.at);
    ctx.facts.routes.push(Claim { name: wanted, place });
}
