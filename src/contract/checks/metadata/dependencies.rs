//! The plugins that this one depends on.

use super::shape::{described, place_of};
use crate::contract::context::Context;
use crate::contract::facts::Claim;
use crate::model::Safety;
use crate::rules::id;
use crate::source::python::values::{At, DictEntry, Ty};

pub(super) fn depends(ctx: &mut Context<'_>, entry: &DictEntry, certain: bool) {
    for value in entry.value.alternatives() {
        let at = place_of(ctx, entry, value);
        let ty = ctx.interp.type_of(value);
        if let Some(text) = value.as_str() {
            let letters: Vec<String> = text.chars().map(|c| format!("'{c}'")).collect();
            let words = format!("Plugin '{}' missing dependencies: [{}]", ctx.plugin.slug, letters.join(", "));
            let finding = ctx
                .finding(
                    id::DEPENDS_ON_TYPE,
                    at,
                    "the host walks this text letter by letter; `depends_on` must be a list".to_owned(),
                )
                .host_says(words)
                .fix(Safety::Safe, "make it a list", ctx.edit(at, format!("[{}]", ctx.text(at))));
            if certain {
                ctx.stop();
            }
            ctx.report(finding);
            continue;
        }
        if matches!(ty, Ty::None | Ty::Bool | Ty::Int | Ty::Float) {
            let finding = ctx
                .finding(
                    id::DEPENDS_ON_TYPE,
                    at,
                    format!("`depends_on` is {}, and the host walks over it", described(ty)),
                )
                .host_says(ctx.failed(&format!("'{}' object is not iterable", ty.name())));
            if certain {
                ctx.stop();
            }
            ctx.report(finding);
            continue;
        }
        let Some(items) = ctx.interp.items(value) else { continue };
        let mut first = true;
        for item in items {
            let item_at = if ctx.is_own(item.at) { item.at } else { at };
            if first {
                order(ctx, entry, at);
                first = false;
            }
            match item.as_str().map(str::to_owned) {
                Some(name) => dependency(ctx, &name, item_at),
                None => {
                    let ty = ctx.interp.type_of(&item);
                    if !matches!(ty, Ty::Unknown | Ty::Str | Ty::Other | Ty::Instance) {
                        let finding = ctx
                            .finding(
                                id::DEPENDS_ON_VALUE,
                                item_at,
                                format!("a dependency is {}, not the name of a plugin's folder", described(ty)),
                            )
                            .host_says(format!("Plugin '{}' missing dependencies: […]", ctx.plugin.slug));
                        ctx.stopper(finding);
                    }
                }
            }
        }
    }
}

fn dependency(ctx: &mut Context<'_>, name: &str, at: At) {
    let place = ctx.place(at);
    ctx.facts.depends_on.push(Claim { name: name.to_owned(), place });
    if name == ctx.plugin.slug {
        let finding = ctx.finding(id::DEPENDENCY_CYCLE, at, "the plugin depends on itself".to_owned());
        ctx.report(finding);
        return;
    }
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
    if !plain {
        let bare: String = name.chars().take_while(|c| c.is_alphanumeric() || matches!(c, '-' | '_')).collect();
        let mut finding = ctx
            .finding(id::DEPENDS_ON_VALUE, at, format!("`{name}` is not the name of a plugin's folder"))
            .host_says(format!("Plugin '{}' missing dependencies: ['{name}']", ctx.plugin.slug));
        if !bare.is_empty() && bare.len() < name.len() && !name.contains(' ') {
            finding = finding.help(format!("Write `{bare}` alone: the host knows no versions of dependencies."));
        }
        ctx.stopper(finding);
    }
}

fn order(ctx: &mut Context<'_>, entry: &DictEntry, at: At) {
    ctx.unsure();
    let at = if ctx.is_own(at) { at } else { entry.value_at };
    let finding = ctx.finding(
        id::DEPENDS_ON_ORDER,
        at,
        "the host loads plugins in the order of the disk, so a dependency may come too late".to_owned(),
    );
    ctx.report(finding);
}
