//! Names that a module does not have.

use std::rc::Rc;

use super::modules::{at_load, package_of, shown};
use crate::contract::context::Context;
use crate::model::{Finding, Safety};
use crate::rules::id;
use crate::source::python::syntax::StmtKind;
use crate::source::python::values::{At, Event, FileId};

pub(super) fn missing_name(
    ctx: &mut Context<'_>,
    event: &Event,
    module: &Rc<str>,
    name: &Rc<str>,
    (partial, promised): (bool, bool),
) {
    if ctx.host.names.contains_key(&**module) {
        let words = format!("cannot import name '{name}' from '{module}'");
        super::libraries::nowhere(ctx, event, module, name, &words);
        return;
    }
    let in_host = module.starts_with("app");
    let words = match (partial, in_host) {
        _ if promised => format!("module '{}' has no attribute '{name}'", own_dotted(ctx, event, module)),
        (true, _) => format!(
            "cannot import name '{name}' from partially initialized module '{}' (most likely due to a circular import)",
            own_dotted(ctx, event, module)
        ),
        (false, true) => format!("cannot import name '{name}' from '{module}'"),
        (false, false) => format!("cannot import name '{name}' from '{}'", own_dotted(ctx, event, module)),
    };
    let mut finding = if in_host {
        let message = format!("`{module}` has no name `{name}`");
        ctx.finding(id::UNKNOWN_HOST_IMPORT, event.at, message)
    } else if partial {
        let message = format!("`{name}` is not there yet: the two modules import each other");
        ctx.finding(id::UNRESOLVED_IMPORT, event.at, message)
    } else {
        ctx.finding(id::UNRESOLVED_IMPORT, event.at, format!("`{module}` has no name `{name}`"))
    };
    if in_host {
        finding = host_name_help(ctx, finding, event.at, module, name);
    } else if let Some(near) = near_own_name(ctx, event.at.file, module, name) {
        finding = finding.help(format!("Did you mean `{near}`?")).fix(
            Safety::Safe,
            format!("import `{near}`"),
            ctx.edit(event.at, near.clone()),
        );
    }
    if at_load(&event.phase) {
        finding = finding.host_says(ctx.failed(&words));
        if event.certain {
            ctx.stop();
        }
    }
    ctx.report(finding);
}

fn own_dotted(ctx: &Context<'_>, event: &Event, module: &str) -> String {
    if module == "." { ctx.plugin.slug.clone() } else { shown(ctx, event, module) }
}

fn host_name_help(ctx: &Context<'_>, finding: Finding, at: At, module: &str, name: &str) -> Finding {
    if let Some(right) = ctx.host.types.get(name).map(|facts| facts.module.as_str()) {
        let finding = finding.help(format!("Import it from `{right}`: `from {right} import {name}`."));
        // One edit of the module mends it only if every name of the statement is there.
        let stmt = ctx.ast(at.file).stmts().iter().find_map(|stmt| match &stmt.kind {
            StmtKind::ImportFrom { module_span, names, .. } if names.iter().any(|alias| alias.name.span == at.span) => {
                Some((*module_span, names))
            }
            _ => None,
        });
        let there = ctx.host.modules.get(right).map_or("", String::as_str);
        if let Some((span, names)) = stmt
            && names.iter().all(|alias| there.split_whitespace().any(|known| known == &*alias.name.name))
        {
            let edits = ctx.edit(At { file: at.file, span }, right);
            return finding.fix(Safety::Safe, format!("import from `{right}`"), edits);
        }
        return finding;
    }
    let names = ctx.host.modules.get(module).map_or("", String::as_str);
    match ctx.nearest(name, names.split_whitespace()) {
        Some(near) => finding.help(format!("Did you mean `{near}`?")),
        None => finding,
    }
}

fn near_own_name(ctx: &Context<'_>, file: FileId, module: &str, name: &str) -> Option<String> {
    let level = module.len() - module.trim_start_matches('.').len();
    if level == 0 {
        return None;
    }
    let package = package_of(ctx, file, module).replace('.', "\0");
    let rest = module.trim_start_matches('.').replace('.', "\0");
    let full = if rest.is_empty() { package } else { format!("{package}\0{rest}") };
    let scope = ctx.interp.namespace(ctx.interp.file_of(&full)?)?;
    let names = scope.vars.keys().map(|name| &**name).filter(|name| !name.starts_with(['\0', '_']));
    ctx.nearest(name, names).map(str::to_owned)
}
