//! Hooks of typed bases, and new field types.

use crate::contract::context::{Context, listed};
use crate::rules::{Works, id};
use crate::source::python::values::{At, ClassId, Kind, Obj};

/// Typed bases that the host cannot load or never asks.
pub(super) fn base_types(ctx: &mut Context<'_>) {
    let Some(class) = ctx.sim.class else { return };
    let mro = ctx.interp.class(class).mro.clone();
    for base in &mro {
        let info = ctx.interp.class(*base);
        if ctx.file(info.file).is_some() {
            continue;
        }
        let name = info.name.to_string();
        let Some(facts) = ctx.host.types.get(&name) else { continue };
        if facts.works == Works::Yes {
            continue;
        }
        let at = written_base(ctx, &mro, *base);
        let works = facts.works;
        let hook = facts.hooks.first().map(|hook| hook.name.clone()).unwrap_or_default();
        let registered = ctx.sim.hooked.iter().any(|hooked| *hooked.hook == *hook);
        if works == Works::CannotLoad && registered {
            let finding = ctx
                .finding(
                    id::PLUGIN_TYPE_CANNOT_LOAD,
                    at,
                    format!("`{name}` registers the hook `{hook}`, which the host does not define"),
                )
                .host_says(ctx.failed(&format!("Hook '{hook}' is not defined. Valid hooks: {{…}}")));
            ctx.stopper(finding);
        } else if works == Works::CannotLoad || registered {
            let finding = ctx.finding(
                id::HOOK_NEVER_EXECUTED,
                at,
                format!("the host never asks a `{name}` for anything: no code of it executes `{hook}`"),
            );
            ctx.report(finding);
        }
    }
}

/// Where a class of the plugin names this base in its header.
fn written_base(ctx: &Context<'_>, mro: &[ClassId], base: ClassId) -> At {
    for id in mro {
        let info = ctx.interp.class(*id);
        if ctx.file(info.file).is_none() {
            continue;
        }
        if let Some(value) = info.bases.iter().find(|value| matches!(value.kind, Kind::Class(one) if one == base)) {
            return value.at;
        }
    }
    let info = ctx.interp.class(mro[0]);
    At { file: info.file, span: info.name_at.span }
}

/// New field types: the host never learns of them and refuses pages that use them.
pub(super) fn field_types(ctx: &mut Context<'_>) {
    let mut found: Vec<(At, String)> = Vec::new();
    for hooked in &ctx.sim.hooked {
        let Some(outcome) = hooked.outcome.as_ref().filter(|_| &*hooked.hook == "register_field_types") else {
            continue;
        };
        for value in outcome.value.alternatives() {
            let Kind::Obj(id) = value.kind else { continue };
            let Some(Obj::Dict { entries, .. }) = ctx.interp.obj(id) else { continue };
            for entry in entries {
                let at = if ctx.is_own(entry.key_at) { entry.key_at } else { entry.key.at };
                if let Some(name) =
                    entry.key.as_str().filter(|name| !ctx.host.field_types.iter().any(|known| known == name))
                {
                    found.push((at, name.to_owned()));
                }
            }
        }
    }
    for (at, name) in found {
        let known = listed(&ctx.host.field_types);
        let finding = ctx
            .finding(
                id::FIELD_TYPE_BREAKS_SITE,
                at,
                format!("a page with a field of type `{name}` is refused: the host knows {known} alone"),
            )
            .host_says(format!("Type must be one of: {}", ctx.host.field_types.join(", ")));
        ctx.report(finding);
    }
}
