//! Methods that the base class demands.

use std::rc::Rc;

use crate::contract::context::{Context, listed};
use crate::model::Safety;
use crate::rules::{id, nearest};
use crate::source::python::values::{At, ClassId, EventKind, FuncId, Kind};

pub(super) fn missing_methods(ctx: &mut Context<'_>, class: ClassId) {
    let missing = ctx.interp.abstract_at_definition(class);
    if missing.is_empty() {
        return;
    }
    let info = ctx.interp.class(class);
    if info.is_open {
        ctx.unsure();
        return;
    }
    let (name, at) = (info.def.name.name.to_string(), At { file: info.file, span: info.def.name.span });
    let scope = info.scope;
    let words = format!(
        "Failed to load plugin '{}': Can't instantiate abstract class {name} with abstract method{} {}",
        ctx.plugin.slug,
        if missing.len() == 1 { "" } else { "s" },
        missing.join(", ")
    );
    let known: Vec<String> = ctx.host.calls.keys().cloned().collect();
    let own: Vec<(Rc<str>, FuncId)> = ctx.interp.scope(scope).map_or_else(Vec::new, |scope| {
        scope
            .vars
            .iter()
            .filter(|(name, _)| !name.starts_with('_') && !known.iter().any(|known| **known == ***name))
            .filter_map(|(name, slot)| Some((Rc::clone(name), ctx.interp.function_of(&slot.value)?)))
            .collect()
    });
    let attached = |method: &str| {
        ctx.interp.events.iter().any(|event| match &event.kind {
            EventKind::SetAttr { target, name, .. } => {
                &**name == method && matches!(target.kind, Kind::Class(one) if one == class)
            }
            _ => false,
        })
    };
    let late: Vec<bool> = missing.iter().map(|method| attached(method)).collect();
    let names: Vec<&str> = own.iter().map(|(name, _)| &**name).collect();
    let mut finding = ctx
        .finding(id::ABSTRACT_METHOD_MISSING, at, format!("`{name}` does not define {}", listed(&missing)))
        .host_says(words);
    let mut edits = Vec::new();
    let mut hints = Vec::new();
    for method in &missing {
        let near = nearest(method, names.iter().copied()).or_else(|| like(method, &names));
        if let Some(near) = near
            && let Some((_, func)) = own.iter().find(|(name, _)| &**name == near)
        {
            hints.push(format!("`{near}` to `{method}`"));
            edits.extend(ctx.edit(ctx.func(*func).name_at(), &**method));
        }
    }
    if late.contains(&true) {
        finding = finding.help(
            "Python decides when the class is made which methods are abstract; define the method inside the class."
                .to_owned(),
        );
    }
    if !hints.is_empty() {
        finding = finding.help(format!("Rename {}.", hints.join(" and "))).fix(
            Safety::Safe,
            format!("rename {}", hints.join(" and ")),
            edits,
        );
    }
    ctx.stopper(finding);
}

/// A method that says the same in other words: `get_filters` for `get_template_filters`.
fn like<'n>(method: &str, names: &[&'n str]) -> Option<&'n str> {
    let words: Vec<&str> = method.split('_').collect();
    names.iter().copied().find(|name| {
        let parts: Vec<&str> = name.split('_').collect();
        parts.len() >= 2 && parts.last() == words.last() && parts.iter().all(|part| words.contains(part))
    })
}
