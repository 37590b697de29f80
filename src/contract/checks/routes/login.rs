//! Whether a view asks for a login.

use std::collections::BTreeMap;

use super::asks::{Asked, asked};
use super::collect::{is_app, same_call};
use super::refusal::turns_away;
use crate::contract::context::Context;
use crate::contract::simulate::Route;
use crate::source::python::values::{EventKind, FuncId, Kind, Phase, Sym, Val};

/// When a visitor who is not logged in is turned away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Guarded {
    /// Before the view runs.
    Before,
    /// When the view has run: its page is not seen, but what it does is done.
    After,
    Never,
}

/// Where to look for a login, by place among the events: gathered once for all routes, which may be many.
#[derive(Default)]
pub(super) struct Doors {
    /// Functions that are registered to run before requests.
    before: Vec<usize>,
    /// Methods of something from outside that are called with one function, as decorators are.
    around: BTreeMap<FuncId, Vec<usize>>,
    /// What happens in each function while a request is answered, and in those that it calls.
    answering: BTreeMap<FuncId, Vec<usize>>,
}

impl Doors {
    pub(super) fn of(ctx: &Context<'_>) -> Self {
        let mut doors = Self::default();
        for (place, event) in ctx.interp.events.iter().enumerate() {
            if matches!(event.phase, Phase::Later("view" | "request")) {
                for func in event.stack.iter() {
                    let places = doors.answering.entry(*func).or_default();
                    if places.last() != Some(&place) {
                        places.push(place);
                    }
                }
            }
            let EventKind::Call { callee, args } = &event.kind else { continue };
            let is_method = match callee.as_sym() {
                Some(Sym::Made { callee, .. }) => matches!(callee.as_sym(), Some(Sym::Attr { .. })),
                Some(Sym::Attr { name, .. }) => {
                    if matches!(&**name, "before_request" | "before_app_request") {
                        doors.before.push(place);
                    }
                    true
                }
                _ => false,
            };
            if is_method
                && let [only] = args.pos.as_slice()
                && let Some(func) = ctx.interp.function_of(only)
            {
                doors.around.entry(func).or_default().push(place);
            }
        }
        doors
    }

    /// What happens in a function while a request is answered.
    pub(super) fn answering(&self, func: FuncId) -> &[usize] {
        self.answering.get(&func).map_or(&[], Vec::as_slice)
    }
}

/// Whether something checks for a login before the view answers. What cannot be followed may do so.
pub(super) fn guarded(ctx: &Context<'_>, doors: &Doors, route: &Route) -> Guarded {
    let is_guarded = |when| is_guarded(ctx, doors, route, when);
    if is_guarded(Guarded::Before) {
        Guarded::Before
    } else if is_guarded(Guarded::After) {
        Guarded::After
    } else {
        Guarded::Never
    }
}

fn is_guarded(ctx: &Context<'_>, doors: &Doors, route: &Route, when: Guarded) -> bool {
    let Some(view) = &route.view else { return true };
    // A check for every request of the blueprint, or of the application.
    let before = doors.before.iter().any(|place| match &ctx.interp.events[*place].kind {
        EventKind::Call { callee, args } => match callee.as_sym() {
            Some(Sym::Attr { base, name }) => {
                let mine = match &**name {
                    "before_request" => {
                        route.blueprint.as_ref().is_some_and(|made| same_call(made, base)) || is_app(base)
                    }
                    name => name == "before_app_request",
                };
                mine && args.pos.first().is_some_and(|value| checks(ctx, doors, value, None, when))
            }
            _ => false,
        },
        _ => false,
    });
    let methods = ctx.sim.views.iter().find(|(made, _)| same_call(made, view));
    let answers = methods.map_or_else(|| vec![view.clone()], |(_, methods)| methods.clone());
    before || answers.iter().flat_map(Val::alternatives).all(|value| checks(ctx, doors, value, Some(route), when))
}

/// Whether calling this asks for a login first: one of the decorators around it does, or its own code.
fn checks(ctx: &Context<'_>, doors: &Doors, value: &Val, route: Option<&Route>, when: Guarded) -> bool {
    if let Some(Sym::Made { callee, args }) = value.as_sym() {
        if asked(ctx, callee) != Asked::No {
            return true;
        }
        if let Some(inner) = args.pos.first() {
            return checks(ctx, doors, inner, route, when);
        }
    }
    match ctx.interp.callable_of(value) {
        Some(callable) => {
            let func = callable.func;
            route.is_some_and(|route| decorated(ctx, doors, func, route))
                || turns_away(ctx, doors, func, when == Guarded::After)
        }
        // Something that is no function of the plugin.
        None => !matches!(value.kind, Kind::Const(_)),
    }
}

/// Behind a decorator that is a method of something from outside, as `@auth.login_required` is: it was applied
/// before the route was added.
fn decorated(ctx: &Context<'_>, doors: &Doors, func: FuncId, route: &Route) -> bool {
    let places = doors.around.get(&func).map_or(&[][..], Vec::as_slice);
    places.iter().take_while(|place| **place < route.moment).any(|place| match &ctx.interp.events[*place].kind {
        EventKind::Call { callee, .. } => asked(ctx, callee) != Asked::No,
        _ => false,
    })
}
