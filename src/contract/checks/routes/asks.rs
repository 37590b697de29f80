//! What code from outside does about logins, by its dotted name.

use super::collect::is_blueprint;
use crate::contract::context::Context;
use crate::source::python::values::{Kind, Sym, Val};

/// Values inside one another that are looked through.
const DEPTH: usize = 12;

/// Whether a function or decorator from outside turns visitors away who are not logged in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// It does.
    Yes,
    /// It is known, and does not; or it is the plugin's own, whose code says more than its name.
    No,
    /// Nothing is known of it.
    Unknown,
}

pub(super) fn asked(ctx: &Context<'_>, callee: &Val) -> Asked {
    match path_of(ctx, callee, 0) {
        Path::Known(path) if is_below(&path, &ctx.host.login.checks) => Asked::Yes,
        Path::Known(path) if is_resolved(ctx, &path) => Asked::No,
        Path::Framework | Path::Own => Asked::No,
        Path::Known(_) | Path::Unknown => Asked::Unknown,
    }
}

/// Whether a value tells who the visitor is, or is made from what does.
pub(super) fn tells(ctx: &Context<'_>, value: &Val) -> bool {
    tells_within(ctx, value, 0)
}

fn tells_within(ctx: &Context<'_>, value: &Val, depth: usize) -> bool {
    let tells = |value: &Val| tells_within(ctx, value, depth + 1);
    if depth > DEPTH {
        return false;
    }
    match &value.kind {
        Kind::Union(items) | Kind::Tuple(items) => items.iter().any(tells),
        Kind::Sym(sym) => match &**sym {
            // Of a library that nothing is known of, anything may tell.
            Sym::External(path) => is_below(path, &ctx.host.login.state) || !is_resolved(ctx, path),
            Sym::Param { .. } => false,
            Sym::Attr { base, .. } => tells(base),
            Sym::Item { base, key } => tells(base) || tells(key),
            Sym::Made { callee, args } => {
                tells(callee) || args.pos.iter().any(tells) || args.named.iter().any(|(_, value, _)| tells(value))
            }
            Sym::From { parts, .. } => parts.iter().any(tells),
        },
        _ => false,
    }
}

/// Whether a value says nothing of where it comes from, as the answer of a function with several `return`s.
pub(super) fn is_bare(value: &Val) -> bool {
    value.alternatives().all(|value| match value.as_sym() {
        Some(Sym::From { parts, .. }) => parts.iter().all(is_bare),
        Some(_) => false,
        None => true,
    })
}

/// The name itself, or something below it.
fn is_below(path: &str, names: &[String]) -> bool {
    names
        .iter()
        .any(|name| path.strip_prefix(name.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')))
}

/// Whether the name belongs to something that is known: Python, the host, what it brings, and known libraries.
fn is_resolved(ctx: &Context<'_>, path: &str) -> bool {
    let top = path.split('.').next().unwrap_or(path);
    top == "app"
        || top == "builtins"
        || ctx.host.provides.contains_key(top)
        || ctx.host.login.libraries.iter().any(|known| known == top)
        || ctx.host.stdlib.split_whitespace().any(|known| known == top)
}

enum Path {
    Known(String),
    /// Flask's application or a blueprint, and what belongs to them.
    Framework,
    /// The plugin's own code.
    Own,
    Unknown,
}

/// The dotted name of what is called: `flask_httpauth.HTTPBasicAuth.login_required` for a method of an object that
/// was made by that class, with or without arguments of the decorator.
fn path_of(ctx: &Context<'_>, value: &Val, depth: usize) -> Path {
    if depth > DEPTH {
        return Path::Unknown;
    }
    match &value.kind {
        Kind::Func(_) | Kind::Bound(..) | Kind::Class(_) => Path::Own,
        Kind::Sym(sym) => match &**sym {
            Sym::External(path) => Path::Known(path.to_string()),
            Sym::Param { .. } => Path::Framework,
            Sym::Attr { base, .. } if is_blueprint(ctx, base) => Path::Framework,
            Sym::Attr { base, name } => match path_of(ctx, base, depth + 1) {
                Path::Known(path) => Path::Known(format!("{path}.{name}")),
                // `Figures.as_view` and the like: what the class does is followed.
                other => other,
            },
            Sym::Made { callee, .. } => path_of(ctx, callee, depth + 1),
            Sym::Item { .. } | Sym::From { .. } => Path::Unknown,
        },
        _ => Path::Unknown,
    }
}
