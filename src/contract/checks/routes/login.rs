//! Whether a view asks for a login.

use super::collect::{is_app, same_call};
use crate::contract::context::Context;
use crate::contract::simulate::Route;
use crate::source::python::values::FuncBody::{Def, Lambda};
use crate::source::python::values::{At, EventKind, Kind, Sym, Val};

/// Whether something checks for a login before the view answers.
pub(super) fn guarded(ctx: &Context<'_>, route: &Route) -> bool {
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
        Def(def) => def.header.start,
        Lambda(..) => code.span.start,
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
