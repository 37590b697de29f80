//! What configuration hooks do to the configuration.

use std::rc::Rc;

use super::request::in_import;
use crate::contract::checks::results::derives;
use crate::contract::checks::{class, metadata};
use crate::contract::context::{Context, hook_of};
use crate::contract::simulate::Hooked;
use crate::model::Span;
use crate::rules::id;
use crate::source::python::syntax::{ExprKind, StmtKind};
use crate::source::python::values::{At, Event, EventKind, FileId, Kind, Obj, Sym, Ty, Val};

pub(super) fn config(ctx: &mut Context<'_>, event: &Event, hook: &Rc<str>) {
    app_context(ctx, event, hook);
    match &event.kind {
        EventKind::Call { callee, .. } => {
            if &**hook == "after_config_load" && inside_argument(callee) {
                change_saved(ctx, event.at);
            }
            let name = config_loader(callee);
            if let Some(name) = name.filter(|name| recurses(hook, name) && !guards_itself(ctx, event)) {
                let finding = ctx.finding(
                    id::CONFIG_RECURSION,
                    event.at,
                    format!("`{name}` calls `{hook}` again, which calls `{name}` again, down to Python's limit"),
                );
                ctx.report(finding);
            }
        }
        EventKind::SetItem { target, .. } if &**hook == "after_config_load" && is_argument(target, "config") => {
            change_saved(ctx, event.at);
        }
        _ => {}
    }
}

fn change_saved(ctx: &mut Context<'_>, at: At) {
    let finding = ctx.finding(
        id::CONFIG_CHANGE_SAVED,
        at,
        "this change of the configuration is written to disk at the next save".to_owned(),
    );
    ctx.report(finding);
}

/// `config["footer"]["content"].append(…)`, `config.update(…)`: a method that changes the argument or a part of it.
fn inside_argument(callee: &Val) -> bool {
    match callee.as_sym() {
        Some(Sym::Attr { base, name }) => {
            let part = matches!(base.as_sym(), Some(Sym::Item { .. } | Sym::Made { .. }));
            part && is_argument(base, "config")
                && matches!(
                    &**name,
                    "append"
                        | "extend"
                        | "insert"
                        | "remove"
                        | "pop"
                        | "clear"
                        | "update"
                        | "sort"
                        | "reverse"
                        | "setdefault"
                )
        }
        _ => false,
    }
}

/// What needs an application context, in a hook that also runs without one.
fn app_context(ctx: &mut Context<'_>, event: &Event, hook: &Rc<str>) {
    let Some(class::Need { name, context, .. }) = class::needs_context(&event.kind) else { return };
    if event.guards.context >= context || event.guards.catches("RuntimeError") || in_import(ctx, event.at) {
        return;
    }
    if matches!(name.as_str(), "request" | "session" | "g")
        && !matches!(&**hook, "before_config_load" | "after_config_load")
    {
        return;
    }
    let told = ctx.findings.iter().any(|finding| {
        finding.rule == id::APP_CONTEXT_IN_CONFIG_HOOK
            && finding.place.span.is_some_and(|span| span.start == event.at.span.start)
            && finding.place.path == ctx.place(event.at).path
    });
    if told {
        return;
    }
    let finding = ctx
        .finding(
            id::APP_CONTEXT_IN_CONFIG_HOOK,
            event.at,
            format!("`{hook}` also runs outside of any request, where `{name}` fails"),
        )
        .host_says("Working outside of application context.");
    ctx.report(finding);
}

/// Whether this loader runs this hook again.
fn recurses(hook: &str, loader: &str) -> bool {
    match hook {
        "before_config_load" | "after_config_load" => loader.starts_with("load") || loader.starts_with("get"),
        "before_config_save" | "after_config_save" => loader.starts_with("save"),
        _ => false,
    }
}

/// A flag that is read before and set around the call: `if self.busy: return`, `self.busy = True`.
fn guards_itself(ctx: &Context<'_>, event: &Event) -> bool {
    let Some(func) = event.function else { return false };
    let code = ctx.func(func);
    ctx.interp.events.iter().any(|other| {
        other.at.file == code.file
            && code.span.start <= other.at.span.start
            && other.at.span.end <= event.at.span.start
            && match &other.kind {
                EventKind::SetAttr { name, value, .. } => {
                    ctx.interp.truth(value) == Some(true) && tested(ctx, code.file, code.span, name)
                }
                _ => false,
            }
    })
}

/// An `if` in this code tests an attribute of this name.
fn tested(ctx: &Context<'_>, file: FileId, span: Span, name: &str) -> bool {
    let ast = ctx.ast(file);
    ast.stmts().iter().any(|stmt| match stmt.kind {
        StmtKind::If { test, .. } => {
            let test = ast[test].span;
            span.start <= stmt.span.start
                && stmt.span.end <= span.end
                && ast.exprs().iter().any(|expr| {
                    test.start <= expr.span.start
                        && expr.span.end <= test.end
                        && matches!(&expr.kind, ExprKind::Attribute { attr, .. } if &*attr.name == name)
                })
        }
        _ => false,
    })
}

/// The host's function or method that is called to load or save the site's configuration.
pub(in crate::contract::checks) fn config_loader(callee: &Val) -> Option<String> {
    if let Some(path) = callee.as_external() {
        let name = path.rsplit('.').next().unwrap_or(path);
        // `app.utils` has a reader of its own that runs no hooks.
        let loads = path.starts_with("app.core") && matches!(name, "load_config" | "get_config" | "save_config");
        return loads.then(|| name.to_owned());
    }
    match callee.as_sym() {
        // `ConfigManager(…).load()`
        Some(Sym::Attr { base, name }) => {
            let loads = matches!(&**name, "load" | "save" | "get" | "get_page_by_url");
            (loads && is_config_manager(base)).then(|| name.to_string())
        }
        _ => None,
    }
}

/// What the host's class has made that holds the site's configuration.
pub(in crate::contract::checks) fn is_config_manager(value: &Val) -> bool {
    matches!(value.as_sym(), Some(Sym::Made { callee, .. })
        if callee.as_external().is_some_and(|path| path.starts_with("app.") && path.ends_with(".ConfigManager")))
}

/// The argument itself or something inside it, not a copy.
fn is_argument(value: &Val, param: &str) -> bool {
    match value.as_sym() {
        Some(Sym::Param { name, .. }) => &**name == param,
        Some(Sym::Item { base, .. }) => is_argument(base, param),
        Some(Sym::Made { callee, .. }) => match callee.as_sym() {
            // `config.get("footer")["x"] = …`, `config.setdefault(…)`
            Some(Sym::Attr { base, name }) => matches!(&**name, "get" | "setdefault") && is_argument(base, param),
            _ => false,
        },
        _ => match &value.kind {
            Kind::Union(members) => members.iter().any(|member| is_argument(member, param)),
            _ => false,
        },
    }
}

/// `return {**config, "x": …}` from `after_config_load`: the new value is saved as well.
pub(super) fn returned_change(ctx: &mut Context<'_>, hooked: &Hooked) {
    let Some(outcome) = hooked.outcome.as_ref().filter(|_| &*hooked.hook == "after_config_load") else { return };
    let mut found: Vec<At> = Vec::new();
    for returned in &outcome.returns {
        for value in returned.value.alternatives() {
            let Kind::Obj(id) = value.kind else { continue };
            let Some(Obj::Dict { entries, from, .. }) = ctx.interp.obj(id) else { continue };
            if from.iter().any(|value| derives(value, "config")) && entries.iter().any(|entry| ctx.is_own(entry.key_at))
            {
                found.extend(entries.iter().map(|entry| entry.key_at).filter(|at| ctx.is_own(*at)).take(1));
            }
        }
    }
    for at in found {
        change_saved(ctx, at);
    }
}

/// What `before_config_save` puts into a configuration that JSON cannot hold.
pub(super) fn not_json(ctx: &mut Context<'_>, hooked: &Hooked) {
    let category = ctx.host.hooks.get(&*hooked.hook).map(|facts| facts.category.clone());
    if category.as_deref() != Some("config") || !matches!(&*hooked.hook, "before_config_save" | "after_config_load") {
        return;
    }
    let mut bad: Vec<(At, String)> = Vec::new();
    let events: Vec<Event> = ctx
        .interp
        .events
        .iter()
        .filter(|event| hook_of(&event.phase) == Some(&hooked.hook) && ctx.is_own(event.at))
        .cloned()
        .collect();
    for event in events {
        if let EventKind::SetItem { target, value, .. } = &event.kind
            && is_argument(target, "config")
        {
            for value in value.alternatives() {
                let mut found = Vec::new();
                metadata::unserialisable(ctx, &value.clone().at_or(ctx, event.at), &mut found, false, 0);
                bad.extend(found.into_iter().map(|(_, ty)| (event.at, ty)));
            }
        }
    }
    if let Some(outcome) = &hooked.outcome {
        for returned in &outcome.returns {
            for value in returned.value.alternatives() {
                if ctx.interp.type_of(value) == Ty::Dict {
                    metadata::unserialisable(ctx, value, &mut bad, false, 0);
                }
            }
        }
    }
    for (at, ty) in bad {
        if !ctx.is_own(at) {
            continue;
        }
        let finding = ctx
            .finding(id::CONFIG_NOT_JSON, at, format!("the configuration gets {ty}, which JSON cannot hold"))
            .host_says("module 'json' has no attribute 'JSONEncodeError'");
        ctx.report(finding);
    }
}
