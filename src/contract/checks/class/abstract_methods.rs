//! Methods that the base class demands.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use crate::contract::context::{Context, listed};
use crate::model::Safety;
use crate::rules::id;
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
    let (name, at) = (info.name.to_string(), At { file: info.file, span: info.name_at.span });
    let scope = info.scope;
    let words = ctx.not_instantiable(&name, &missing);
    let wanted: BTreeSet<&str> = missing.iter().map(|method| &**method).collect();
    // What the host calls, and what is abstract itself, is no other word for what is missing.
    let taken = |name: &str| name.starts_with('_') || ctx.host.calls.contains_key(name) || wanted.contains(name);
    let own: Vec<(Rc<str>, FuncId)> = ctx.interp.scope(scope).map_or_else(Vec::new, |scope| {
        scope
            .vars
            .iter()
            .filter(|(name, _)| !taken(name))
            .filter_map(|(name, slot)| Some((Rc::clone(name), ctx.interp.function_of(&slot.value)?)))
            .collect()
    });
    let late = ctx.interp.events.iter().any(|event| match &event.kind {
        EventKind::SetAttr { target, name, .. } => {
            matches!(target.kind, Kind::Class(one) if one == class) && wanted.contains(&**name)
        }
        _ => false,
    });
    let mut own: BTreeMap<&str, FuncId> = own.iter().map(|(name, func)| (&**name, *func)).collect();
    let mut finding = ctx
        .finding(id::ABSTRACT_METHOD_MISSING, at, format!("`{name}` does not define {}", listed(&missing)))
        .host_says(words);
    let mut edits = Vec::new();
    let mut hints = Vec::new();
    for method in &missing {
        let near = ctx.nearest(method, own.keys().copied()).or_else(|| like(method, own.keys().copied()));
        // A method can be renamed once.
        if let Some((near, func)) = near.and_then(|near| own.remove_entry(near)) {
            hints.push(format!("`{near}` to `{method}`"));
            edits.extend(ctx.edit(ctx.func(func).name_at(), &**method));
        }
    }
    if late {
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
fn like<'n>(method: &str, mut names: impl Iterator<Item = &'n str>) -> Option<&'n str> {
    let words: Vec<&str> = method.split('_').collect();
    names.find(|name| {
        let parts: Vec<&str> = name.split('_').collect();
        parts.len() >= 2 && parts.last() == words.last() && parts.iter().all(|part| words.contains(part))
    })
}
