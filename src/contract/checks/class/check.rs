//! Whether there is a plugin class at all, and the order of the checks of it.

use super::abstract_methods::missing_methods;
use super::choice::choice;
use super::constructor::constructor;
use super::init::init;
use super::signatures::signatures;
use super::typed_bases::bases;
use crate::contract::context::Context;
use crate::rules::id;
use crate::source::python::syntax::StmtKind;
use crate::source::python::values::{FileId, Kind};

pub(in crate::contract::checks) fn check(ctx: &mut Context<'_>) {
    let Some(package) = ctx.sim.package else { return };
    if ctx.sim.candidates.iter().all(|candidate| candidate.is_host) {
        if ctx.sim.candidates.is_empty() || !opaque_class(ctx) {
            no_class(ctx, package);
        }
        return;
    }
    choice(ctx);
    let Some(class) = ctx.sim.class else { return };
    missing_methods(ctx, class);
    constructor(ctx, class);
    signatures(ctx, class);
    bases(ctx, class);
    init(ctx);
}

/// Whether the package binds something that may be a plugin class although we cannot follow it.
fn opaque_class(ctx: &Context<'_>) -> bool {
    let Some(namespace) = ctx.sim.package.and_then(|package| ctx.interp.namespace(package)) else { return false };
    namespace.open
        || ctx.sim.names_unknown
        || ctx.interp.exhausted()
        || namespace.vars.iter().any(|(name, slot)| {
            !name.starts_with(['_', '\0'])
                && slot.value.alternatives().any(|value| match value.kind {
                    Kind::Class(class) => {
                        ctx.file(ctx.interp.class(class).file).is_some() && ctx.interp.class(class).is_open
                    }
                    Kind::Unknown => true,
                    _ => false,
                })
        })
}

fn no_class(ctx: &mut Context<'_>, package: FileId) {
    if opaque_class(ctx) {
        ctx.unsure();
        return;
    }
    let words = ctx.failed(&format!("Plugin '{}' has no BasePlugin subclass", ctx.plugin.slug));
    let elsewhere = class_elsewhere(ctx);
    let mut finding = ctx
        .whole(id::NO_PLUGIN_CLASS, "__init__.py", "no name in `__init__.py` is bound to a subclass of `BasePlugin`")
        .host_says(words);
    if let Some((module, name)) = elsewhere {
        finding = finding.help(format!(
            "The host looks at the names of `__init__.py` alone. Write there: `from .{module} import {name}`."
        ));
    }
    if ctx.interp.was_run(package) {
        ctx.stopper(finding);
    }
}

/// A plugin class in another module of the plugin: the module and the class.
fn class_elsewhere(ctx: &Context<'_>) -> Option<(String, String)> {
    ctx.files.iter().flatten().filter(|file| file.path.as_str() != "__init__.py").find_map(|file| {
        let index = ctx.files.iter().position(|other| other.is_some_and(|other| other.path == file.path))?;
        let ast = ctx.ast(FileId(u32::try_from(index).ok()?));
        let module = file.path.as_str().strip_suffix(".py")?.replace('/', ".");
        ast.stmts().iter().find_map(|stmt| match &stmt.kind {
            StmtKind::ClassDef(def) if !def.bases.is_empty() && def.name.name.ends_with("Plugin") => {
                Some((module.clone(), def.name.name.to_string()))
            }
            _ => None,
        })
    })
}
