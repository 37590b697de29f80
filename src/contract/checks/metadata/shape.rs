//! Whether the metadata is a dict that can be followed.

use std::rc::Rc;

use super::dependencies::depends;
use super::keys::{known_key, missing_keys};
use super::manifest::agrees;
use super::version::{range, version};
use crate::contract::context::Context;
use crate::model::{Confidence, Finding};
use crate::rules::id;
use crate::source::python::values::{At, DictEntry, Kind, Obj, Ty, Val};

pub(super) fn one(ctx: &mut Context<'_>, value: &Val, at: At, certain: bool) {
    let ty = ctx.interp.type_of(value);
    let is_dict = matches!(value.kind, Kind::Obj(id) if matches!(ctx.interp.obj(id), Some(Obj::Dict { .. })));
    if !is_dict {
        let is_mapping = |id| match ctx.interp.obj(id) {
            Some(Obj::Instance { class, .. }) => ctx.interp.find_member(*class, "__contains__").is_some(),
            _ => true,
        };
        match ty {
            Ty::Unknown | Ty::Dict | Ty::Other => not_followed(ctx, at),
            Ty::Instance if matches!(value.kind, Kind::Obj(id) if is_mapping(id)) => not_followed(ctx, at),
            _ => {
                let words = match ty {
                    Ty::None => "argument of type 'NoneType' is not iterable".to_owned(),
                    Ty::Str | Ty::List | Ty::Tuple | Ty::Set | Ty::Generator => not_there(ctx, value),
                    Ty::Instance => format!("argument of type '{}' is not iterable", class_name(ctx, value)),
                    other => format!("argument of type '{}' is not iterable", other.name()),
                };
                let place = if ctx.is_own(at) { at } else { metadata_method(ctx).unwrap_or(at) };
                let finding = ctx
                    .finding(
                        id::METADATA_NOT_DICT,
                        place,
                        format!("`get_metadata` returns {}, not a dict", described(ty)),
                    )
                    .host_says(ctx.failed(&words));
                let finding = sure(finding, certain);
                if certain {
                    ctx.stop();
                }
                ctx.report(finding);
            }
        }
        return;
    }
    let Kind::Obj(id) = value.kind else { return };
    let Some(Obj::Dict { entries, open, .. }) = ctx.interp.obj(id) else { return };
    let (entries, open) = (entries.clone(), *open);
    if open {
        let required = ctx.host.metadata.required.clone();
        let missing = required.iter().any(|key| !entries.iter().any(|entry| entry.key.as_str() == Some(key)));
        if missing {
            not_followed(ctx, at);
        }
    } else {
        missing_keys(ctx, value, &entries, at, certain);
    }
    for entry in &entries {
        let Some(key) = entry.key.as_str().map(Rc::<str>::from) else { continue };
        known_key(ctx, entry, &key, open);
        let certain = certain && !entry.maybe;
        match &*key {
            "version" => version(ctx, entry, certain),
            "min_version" | "max_version" => range(ctx, entry, &key, certain),
            "depends_on" => depends(ctx, entry, certain),
            _ => {}
        }
    }
    agrees(ctx, &entries, open);
}

/// What the host says of a text, a list, or a generator, which it searches for the names of the fields.
fn not_there(ctx: &Context<'_>, value: &Val) -> String {
    let items = ctx.interp.texts(value);
    let holds = |key: &str| match value.as_str() {
        Some(text) => text.contains(key),
        None => items.iter().flatten().any(|item| &**item == key),
    };
    let missing = ctx.host.metadata.required.iter().find(|key| !holds(key));
    format!("Missing required metadata field: {}", missing.map_or("…", String::as_str))
}

fn class_name(ctx: &Context<'_>, value: &Val) -> String {
    match value.kind {
        Kind::Obj(id) => match ctx.interp.obj(id) {
            Some(Obj::Instance { class, .. }) => ctx.interp.class(*class).name.to_string(),
            _ => "object".to_owned(),
        },
        _ => "object".to_owned(),
    }
}

pub(super) fn metadata_method(ctx: &Context<'_>) -> Option<At> {
    let member = ctx.interp.find_member(ctx.sim.class?, "get_metadata")?;
    ctx.interp.function_of(&member.value).map(|func| ctx.func(func).name_at())
}

pub(super) fn described(ty: Ty) -> String {
    match ty {
        Ty::None => "`None`".to_owned(),
        Ty::Coroutine => "a coroutine".to_owned(),
        Ty::Generator => "a generator".to_owned(),
        Ty::Int => "an `int`".to_owned(),
        other => format!("a `{}`", other.name()),
    }
}

pub(super) fn sure(finding: Finding, certain: bool) -> Finding {
    if certain { finding } else { finding.confidence(Confidence::Medium) }
}

fn not_followed(ctx: &mut Context<'_>, at: At) {
    ctx.unsure();
    if ctx.is_own(at) {
        let finding = ctx
            .finding(
                id::HOOKS_UNKNOWN,
                at,
                "what `get_metadata` returns cannot be followed without running it".to_owned(),
            )
            .confidence(Confidence::Low);
        ctx.report(finding);
    }
}

pub(super) fn place_of(ctx: &Context<'_>, entry: &DictEntry, value: &Val) -> At {
    if ctx.is_own(value.at) { value.at } else { entry.value_at }
}
