//! The names of views on the application.

use crate::contract::context::Context;
use crate::contract::facts::Claim;
use crate::contract::simulate::Route;
use crate::rules::id;

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

pub(super) fn endpoint(ctx: &mut Context<'_>, route: &Route) {
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
