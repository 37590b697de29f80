//! Names that a library does not have, or not on every Python that the host runs on.

use std::rc::Rc;

use super::modules::at_load;
use crate::contract::checks::routes::{is_app, is_blueprint};
use crate::contract::context::Context;
use crate::contract::world::named;
use crate::model::Finding;
use crate::rules::id;
use crate::source::python::values::{Event, EventKind, Sym, Val};

pub(super) fn check(ctx: &mut Context<'_>, event: &Event) {
    match &event.kind {
        EventKind::MissingAttr { target, name } if !event.guards.catches("AttributeError") => {
            let Some(module) = target.as_external().map(str::to_owned) else { return };
            let words = format!("module '{module}' has no attribute '{name}'");
            nowhere(ctx, event, &module, name, &words);
        }
        EventKind::PartlyThere { module, name, by_import } => {
            let caught = if *by_import { event.guarded() } else { event.guards.catches("AttributeError") };
            // What is uncertain may be behind a question for the version.
            if !caught && event.certain {
                partly(ctx, event, module, name, *by_import);
            }
        }
        EventKind::GetAttr { target, name } if is_app(target) => gone(ctx, event, "flask.Flask", name),
        EventKind::Call { callee, .. } => match callee.as_sym() {
            Some(Sym::Attr { base, name }) if is_blueprint(ctx, base) => {
                gone(ctx, event, "flask.Blueprint", &name.clone());
            }
            _ => {}
        },
        EventKind::Read(path) => {
            if let Some(name) = path.strip_prefix("flask.request.") {
                gone(ctx, event, "flask.request", name);
            }
        }
        _ => {}
    }
}

/// A name that is missing on every Python.
pub(super) fn nowhere(ctx: &mut Context<'_>, event: &Event, module: &str, name: &str, words: &str) {
    let at = ctx.word_in(event.at, name);
    let finding = ctx.finding(id::UNKNOWN_LIBRARY_NAME, at, format!("`{module}` has no name `{name}`"));
    let finding = match help(ctx, module, name) {
        Some(help) => finding.help(help),
        None => finding,
    };
    tell(ctx, event, finding, words);
}

/// Tells the host's words, and whether the plugin still loads.
fn tell(ctx: &mut Context<'_>, event: &Event, finding: Finding, words: &str) {
    if at_load(&event.phase) {
        let said = ctx.failed(words);
        if event.certain {
            ctx.stop();
        }
        ctx.report(finding.host_says(said));
    } else {
        ctx.report(finding.host_says(words));
    }
}

/// Where the name is now, or which one is meant.
fn help(ctx: &Context<'_>, module: &str, name: &str) -> Option<String> {
    let names = &ctx.host.names;
    let top = |path: &str| path.split('.').next().unwrap_or(path).to_owned();
    // First in the same library, then in those that the host brings, then in Python's own.
    let place = |path: &str| match (top(path) == top(module), ctx.host.provides.contains_key(&top(path))) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    };
    let homes = ctx.homes_of(name).iter().filter(|path| **path != module);
    if let Some(home) = homes.min_by_key(|path| (place(path), path.len())) {
        return Some(format!("It is in `{home}`: `from {home} import {name}`."));
    }
    let near = ctx.nearest(name, names.get(module)?.split_whitespace().map(|word| named(word).0))?;
    Some(format!("Did you mean `{near}`?"))
}

fn partly(ctx: &mut Context<'_>, event: &Event, module: &Rc<str>, name: &Rc<str>, by_import: bool) {
    let list = ctx.host.names.get(&**module).map_or("", String::as_str);
    let bounds = list.split_whitespace().map(named).find(|(known, _)| *known == &**name).and_then(|(_, bounds)| bounds);
    let Some((sign, minor)) = bounds else { return };
    let python = ctx.host.python.clone();
    let message = match sign {
        ">=" => format!("`{module}` has `{name}` since Python 3.{minor}, and the host also runs on {}", python.min),
        _ => {
            // On the newest Python it fails; which one a site has is not known.
            if at_load(&event.phase) {
                ctx.unsure();
            }
            format!(
                "`{module}` has no `{name}` since Python 3.{minor}, and the host runs on {} up to, but not including, {}",
                python.min, python.below
            )
        }
    };
    let words = match by_import {
        true => format!("cannot import name '{name}' from '{module}'"),
        false => format!("module '{module}' has no attribute '{name}'"),
    };
    let finding = ctx.finding(id::LIBRARY_NAME_NOT_EVERYWHERE, ctx.word_in(event.at, name), message);
    let finding = match help(ctx, module, name) {
        Some(help) => finding.help(help),
        None => finding,
    };
    let said = if at_load(&event.phase) { ctx.failed(&words) } else { words };
    ctx.report(finding.host_says(said));
}

/// An attribute that an object of a library had once.
fn gone(ctx: &mut Context<'_>, event: &Event, class: &str, name: &str) {
    let known = |list: &String| list.split_whitespace().any(|gone| gone == name);
    if !ctx.host.gone.get(class).is_some_and(known)
        || event.guards.catches("AttributeError")
        || is_set(ctx, class, name)
    {
        return;
    }
    let shown = class.rsplit('.').next().unwrap_or(class);
    let shown = if shown == "request" { "Request" } else { shown };
    let words = format!("'{shown}' object has no attribute '{name}'");
    let library = class.split('.').next().unwrap_or(class);
    let version = ctx.host.provides.get(library).cloned().unwrap_or_default();
    let finding = ctx.finding(
        id::UNKNOWN_LIBRARY_NAME,
        ctx.word_in(event.at, name),
        format!("`{class}` of version {version} no longer has `{name}`"),
    );
    tell(ctx, event, finding, &words);
}

/// Whether the plugin has set the attribute itself.
fn is_set(ctx: &Context<'_>, class: &str, wanted: &str) -> bool {
    let of_class = |target: &Val| if class == "flask.Flask" { is_app(target) } else { is_blueprint(ctx, target) };
    ctx.interp.events.iter().any(
        |event| matches!(&event.kind, EventKind::SetAttr { target, name, .. } if &**name == wanted && of_class(target)),
    )
}
