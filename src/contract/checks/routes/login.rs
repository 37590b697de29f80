//! Whether a view asks for a login.

use super::asks::{Asked, asked};
use super::collect::{is_app, same_call};
use super::refusal::turns_away;
use crate::contract::context::Context;
use crate::contract::simulate::Route;
use crate::source::python::values::{EventKind, FuncId, Kind, Sym, Val};

/// When a visitor who is not logged in is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guarded {
    /// Before the view runs.
    Before,
    /// When the view has run: its page is not seen, but what it does is done.
    After,
    Never,
}

/// Whether something checks for a login before the view answers. What cannot be followed may do so.
pub(super) fn guarded(ctx: &Context<'_>, route: &Route) -> Guarded {
    if is_guarded(ctx, route, Guarded::Before) {
        Guarded::Before
    } else if is_guarded(ctx, route, Guarded::After) {
        Guarded::After
    } else {
        Guarded::Never
    }
}

fn is_guarded(ctx: &Context<'_>, route: &Route, when: Guarded) -> bool {
    let Some(view) = &route.view else { return true };
    // A check for every request of the blueprint, or of the application.
    let before = ctx.interp.events.iter().any(|event| match &event.kind {
        EventKind::Call { callee, args } => match callee.as_sym() {
            Some(Sym::Attr { base, name }) => {
                let mine = match &**name {
                    "before_request" => {
                        route.blueprint.as_ref().is_some_and(|made| same_call(made, base)) || is_app(base)
                    }
                    name => name == "before_app_request",
                };
                mine && args.pos.first().is_some_and(|value| checks(ctx, value, None, when))
            }
            _ => false,
        },
        _ => false,
    });
    let methods = ctx.sim.views.iter().find(|(made, _)| same_call(made, view));
    let answers = methods.map_or_else(|| vec![view.clone()], |(_, methods)| methods.clone());
    before || answers.iter().flat_map(Val::alternatives).all(|value| checks(ctx, value, Some(route), when))
}

/// Whether calling this asks for a login first: one of the decorators around it does, or its own code.
fn checks(ctx: &Context<'_>, value: &Val, route: Option<&Route>, when: Guarded) -> bool {
    if let Some(Sym::Made { callee, args }) = value.as_sym() {
        if asked(ctx, callee) != Asked::No {
            return true;
        }
        if let Some(inner) = args.pos.first() {
            return checks(ctx, inner, route, when);
        }
    }
    match ctx.interp.callable_of(value) {
        Some(callable) => {
            let func = callable.func;
            route.is_some_and(|route| decorated(ctx, func, route)) || turns_away(ctx, func, when == Guarded::After)
        }
        // Something that is no function of the plugin.
        None => !matches!(value.kind, Kind::Const(_)),
    }
}

/// Behind a decorator that is a method of something from outside, as `@auth.login_required` is: it was applied
/// before the route was added.
fn decorated(ctx: &Context<'_>, func: FuncId, route: &Route) -> bool {
    ctx.interp.events[..route.moment.min(ctx.interp.events.len())].iter().any(|event| match &event.kind {
        EventKind::Call { callee, args } => {
            let method = match callee.as_sym() {
                Some(Sym::Made { callee, .. }) => matches!(callee.as_sym(), Some(Sym::Attr { .. })),
                Some(Sym::Attr { .. }) => true,
                _ => false,
            };
            method
                && args.pos.len() == 1
                && ctx.interp.function_of(&args.pos[0]) == Some(func)
                && asked(ctx, callee) != Asked::No
        }
        _ => false,
    })
}
