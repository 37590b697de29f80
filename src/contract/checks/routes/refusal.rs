//! Whether code turns visitors away, by what it does when it looks at who they are.

use super::asks::{Asked, asked, is_bare, tells};
use super::login::Doors;
use crate::contract::context::Context;
use crate::source::python::syntax::Constant;
use crate::source::python::values::{Args, Event, EventKind, FuncId, Kind, ScopeKind, Side, Sym, Val};

/// Whether calling a function of the plugin leads to a test of the login before anything else answers: one of the
/// ways after the test refuses, and what the function wraps is not called before it, unless that may be `late`.
pub(super) fn turns_away(ctx: &Context<'_>, doors: &Doors, func: FuncId, late: bool) -> bool {
    if !ctx.interp.was_called(func) {
        // It was not followed, so nothing is known of it.
        return true;
    }
    // A helper has looked at who the visitor is, and answers with a plain value.
    let mut looked: Vec<Option<FuncId>> = Vec::new();
    for place in doors.answering(func) {
        let event = &ctx.interp.events[*place];
        match &event.kind {
            EventKind::Call { callee, .. } if asked(ctx, callee) == Asked::Yes => return true,
            EventKind::Test { value, sides } => {
                let helped = is_bare(value) && looked.iter().any(|other| *other != event.function);
                if (tells(ctx, value) || helped)
                    && (late || !wrapped_runs(ctx, event.function, 0, *place))
                    && refuses(ctx, event, sides)
                {
                    return true;
                }
                if tells(ctx, value) {
                    looked.push(event.function);
                }
            }
            EventKind::Contains { container, key } if tells(ctx, container) || tells(ctx, key) => {
                looked.push(event.function);
            }
            EventKind::GetItem { target, .. } if tells(ctx, target) => {
                // `session["user"]` inside a `try`: who is not logged in ends in the handler.
                let rest = Side { from: *place, to: ctx.interp.events.len(), ends: false };
                if event.guards.catches("KeyError") && acts(ctx, event.function, rest) {
                    return true;
                }
                looked.push(event.function);
            }
            _ => {}
        }
    }
    false
}

/// Whether one of the two ways after a test turns the visitor away.
fn refuses(ctx: &Context<'_>, test: &Event, sides: &[Side; 2]) -> bool {
    let enters = |side: &Side| wrapped_runs(ctx, test.function, side.from, side.to);
    (0..2).any(|index| {
        let (mut side, other) = (sides[index], sides[1 - index]);
        // Where the other way ends, all that follows belongs to this one.
        let rest = other.ends && !side.ends;
        if rest {
            side.to = ctx.interp.events.len();
        }
        if enters(&side) || answers_otherwise(ctx, test.function, side) {
            return false;
        }
        // The wrapped view runs on the other way only; or this way ends without it.
        acts(ctx, test.function, side) || side.ends || enters(&other)
    })
}

/// Whether the view that a wrapper was made around is called between two moments. It is an argument of the function
/// in which the wrapper is defined.
fn wrapped_runs(ctx: &Context<'_>, wrapper: Option<FuncId>, from: usize, to: usize) -> bool {
    let Some(wrapper) = wrapper else { return false };
    let code = ctx.func(wrapper);
    let scope = ctx.interp.scope(code.scope).filter(|scope| scope.kind == ScopeKind::Function);
    let maker = ctx
        .interp
        .functions()
        .filter(|(_, maker)| maker.file == code.file && maker.span != code.span && maker.span.contains(code.span.start))
        .min_by_key(|(_, maker)| maker.span.end - maker.span.start);
    let (Some(scope), Some((_, maker))) = (scope, maker) else { return false };
    let wrapped: Vec<FuncId> = maker
        .params()
        .list
        .iter()
        .filter_map(|param| ctx.interp.callable_of(&scope.vars.get(&*param.name.name)?.value))
        .map(|callable| callable.func)
        .collect();
    let end = to.min(ctx.interp.events.len());
    ctx.interp.events[from.min(end)..end].iter().any(|event| match &event.kind {
        EventKind::Enter(func) => event.function == Some(wrapper) && wrapped.contains(func),
        _ => false,
    })
}

/// The events of a function, and of what it calls, on one of its ways.
fn on_the_way<'c>(ctx: &'c Context<'_>, function: Option<FuncId>, side: Side) -> impl Iterator<Item = &'c Event> {
    let end = side.to.min(ctx.interp.events.len());
    ctx.interp.events[side.from.min(end)..end]
        .iter()
        .filter(move |event| function.is_none_or(|function| event.stack.contains(&function)))
}

/// Whether something on the way turns the visitor away: an error, a redirection, or an answer that says so.
fn acts(ctx: &Context<'_>, function: Option<FuncId>, side: Side) -> bool {
    on_the_way(ctx, function, side).any(|event| match &event.kind {
        EventKind::Raise(value) => !matches!(status_of(value), Some(status) if !denies(status)),
        EventKind::Call { callee, args } => match callee.as_external() {
            Some("flask.abort" | "werkzeug.exceptions.abort") => status(args, "code", 0).is_none_or(denies),
            Some("flask.redirect" | "werkzeug.utils.redirect") => true,
            _ => matches!(callee.as_sym(), Some(Sym::Attr { name, .. }) if &**name == "unauthorized"),
        },
        EventKind::Return(value) => status_of(value).is_some_and(denies),
        _ => false,
    })
}

/// Whether the way ends with an error that has nothing to do with logins, as 415 for a wrong type of content.
fn answers_otherwise(ctx: &Context<'_>, function: Option<FuncId>, side: Side) -> bool {
    on_the_way(ctx, function, side).any(|event| match &event.kind {
        EventKind::Raise(value) | EventKind::Return(value) => {
            status_of(value).is_some_and(|status| status >= 400 && !denies(status))
        }
        EventKind::Call { callee, args } => {
            matches!(callee.as_external(), Some("flask.abort" | "werkzeug.exceptions.abort"))
                && status(args, "code", 0).is_some_and(|status| !denies(status))
        }
        _ => false,
    })
}

/// Redirections, and what stands for missing rights, or hides that there is something.
const fn denies(status: i64) -> bool {
    matches!(status, 300..=399 | 401 | 403 | 404 | 407)
}

fn number(value: &Val) -> Option<i64> {
    match value.as_const() {
        Some(Constant::Int(number)) => Some(*number),
        _ => None,
    }
}

fn status(args: &Args, name: &str, position: usize) -> Option<i64> {
    args.get(name, position).and_then(|(value, _)| number(value))
}

/// The status of an answer or of an exception of Werkzeug, where it is known.
fn status_of(value: &Val) -> Option<i64> {
    match &value.kind {
        Kind::Tuple(items) => items.get(1).and_then(number).or_else(|| items.first().and_then(status_of)),
        Kind::Sym(sym) => match &**sym {
            Sym::Made { callee, args } => match callee.as_external() {
                Some("flask.make_response") => {
                    args.pos.get(1).and_then(number).or_else(|| args.pos.first().and_then(status_of))
                }
                Some("flask.Response" | "werkzeug.wrappers.Response") => status(args, "status", 1),
                Some("flask.redirect" | "werkzeug.utils.redirect") => Some(302),
                Some(path) => exception_status(path),
                None => None,
            },
            Sym::External(path) => exception_status(path),
            _ => None,
        },
        _ => None,
    }
}

fn exception_status(path: &str) -> Option<i64> {
    match path.strip_prefix("werkzeug.exceptions.")? {
        "Unauthorized" => Some(401),
        "Forbidden" => Some(403),
        "NotFound" => Some(404),
        "BadRequest" | "BadRequestKeyError" => Some(400),
        "MethodNotAllowed" => Some(405),
        "UnsupportedMediaType" => Some(415),
        "UnprocessableEntity" => Some(422),
        "TooManyRequests" => Some(429),
        _ => None,
    }
}
