//! The version, and the versions of the host that the plugin wants.

use super::shape::{described, place_of};
use crate::contract::context::Context;
use crate::manifest as versions;
use crate::model::{Finding, Safety};
use crate::rules::id;
use crate::source::python::syntax::Constant;
use crate::source::python::values::{At, DictEntry, Kind, Obj, Sym, Ty, Val};

/// Quotes a number that should be a text.
fn quote(ctx: &Context<'_>, finding: Finding, at: At) -> Finding {
    let text = ctx.text(at);
    let plain = !text.is_empty() && text.chars().all(|c| c.is_ascii_digit() || c == '.');
    if plain { finding.fix(Safety::Safe, "make it a text", ctx.edit(at, format!("'{text}'"))) } else { finding }
}

fn number_text(value: &Val) -> String {
    match value.as_const() {
        Some(Constant::Float(number)) => format!("{number:?}"),
        Some(Constant::Int(number)) => number.to_string(),
        Some(Constant::None) => "None".to_owned(),
        _ => "…".to_owned(),
    }
}

/// An object that a class of a library or of the plugin has made: what it is, and the text that it was made from.
fn made(ctx: &Context<'_>, value: &Val) -> Option<(String, String)> {
    match (&value.kind, value.as_sym()) {
        (_, Some(Sym::Made { callee, args })) if ctx.interp.type_of(value) == Ty::Other => {
            let path = callee.as_external()?;
            let name = path.rsplit('.').next().unwrap_or(path);
            let name = if path == "packaging.version.parse" { "Version" } else { name };
            let text = args.pos.first().and_then(Val::as_str).unwrap_or("…");
            Some((format!("a `{name}`"), text.to_owned()))
        }
        (Kind::Obj(id), _) if ctx.interp.type_of(value) == Ty::Instance => match ctx.interp.obj(*id)? {
            Obj::Instance { class, .. } => Some((format!("a `{}`", ctx.interp.class(*class).name), "…".to_owned())),
            _ => None,
        },
        _ => None,
    }
}

pub(super) fn version(ctx: &mut Context<'_>, entry: &DictEntry, certain: bool) {
    for value in entry.value.alternatives() {
        let at = place_of(ctx, entry, value);
        let ty = ctx.interp.type_of(value);
        let Some(text) = value.as_str() else {
            let (what, words) = match made(ctx, value) {
                Some(made) => made,
                None => (described(ty), number_text(value)),
            };
            if !matches!(ty, Ty::Str | Ty::Unknown)
                && (made(ctx, value).is_some() || !matches!(ty, Ty::Other | Ty::Instance))
            {
                let finding = ctx
                    .finding(id::METADATA_VERSION_TYPE, at, format!("the version is {what}, and the host wants a text"))
                    .host_says(ctx.failed(&format!("Invalid version format: {words}")));
                let finding = quote(ctx, finding, at);
                if certain {
                    ctx.stop();
                }
                ctx.report(finding);
            }
            continue;
        };
        let facts = versions::judge(text);
        if let Err(reason) = &facts.pep440 {
            let mut finding = ctx
                .finding(
                    id::METADATA_VERSION_INVALID,
                    at,
                    format!("`{text}` is not a PEP 440 version, which the host demands: {reason}"),
                )
                .host_says(ctx.failed(&format!("Invalid version format: {text}")));
            if facts.semver.is_ok() {
                finding = finding.help(match versions::pep440_equivalent(text) {
                    Some(same) => format!("It is a legal SemVer version, but the host parses PEP 440. Write `{same}`."),
                    None => "It is a legal SemVer version, but the host parses PEP 440: `1.0.0a1` for a pre-release."
                        .to_owned(),
                });
            }
            if certain {
                ctx.stop();
            }
            ctx.report(finding);
        } else if !facts.three_parts {
            let finding = ctx.finding(
                id::VERSION_NOT_THREE_PARTS,
                at,
                format!("`{text}` does not have the three numeric parts that the host's own validator wants"),
            );
            ctx.report(finding);
        }
    }
}

pub(super) fn range(ctx: &mut Context<'_>, entry: &DictEntry, key: &str, certain: bool) {
    let host_version = versions::parse_plain(&ctx.host.version).ok();
    for value in entry.value.alternatives() {
        if ctx.interp.truth(value) == Some(false) {
            continue;
        }
        let at = place_of(ctx, entry, value);
        let ty = ctx.interp.type_of(value);
        let Some(text) = value.as_str() else {
            if !matches!(ty, Ty::Str | Ty::Unknown | Ty::Other | Ty::Instance) {
                let finding = ctx
                    .finding(
                        id::VERSION_RANGE_INVALID,
                        at,
                        format!("`{key}` is {}, and the host wants a text", described(ty)),
                    )
                    .host_says(format!(
                        "Plugin '{}' version incompatible: Invalid version format: Invalid version: {}",
                        ctx.plugin.slug,
                        number_text(value)
                    ));
                let finding = quote(ctx, finding, at);
                if certain {
                    ctx.stop();
                }
                ctx.report(finding);
            }
            continue;
        };
        match versions::parse_plain(text) {
            Err(_) => {
                let words = format!(
                    "Plugin '{}' version incompatible: Invalid version format: Invalid version: '{text}'",
                    ctx.plugin.slug
                );
                let mut finding = ctx
                    .finding(
                        id::VERSION_RANGE_INVALID,
                        at,
                        format!("`{key}` must be one plain version; `{text}` is none"),
                    )
                    .host_says(words);
                if let Some(plain) = versions::strip_operator(text) {
                    let quoted = ctx.text(at);
                    if let Some(quote) = quoted.chars().next().filter(|c| matches!(c, '\'' | '"')) {
                        finding = finding.fix(
                            Safety::Safe,
                            "keep the version alone",
                            ctx.edit(at, format!("{quote}{plain}{quote}")),
                        );
                    }
                }
                if certain {
                    ctx.stop();
                }
                ctx.report(finding);
            }
            Ok(limit) => {
                let Some(current) = &host_version else { continue };
                let (excluded, sign) =
                    if key == "min_version" { (*current < limit, ">=") } else { (*current > limit, "<=") };
                if excluded {
                    let finding = ctx
                        .finding(
                            id::VERSION_RANGE_EXCLUDES_HOST,
                            at,
                            format!("`{key}` {text} excludes Wicara {}", ctx.host.version),
                        )
                        .host_says(format!(
                            "Plugin '{}' version incompatible: Requires Wicara {sign} {text}",
                            ctx.plugin.slug
                        ));
                    if certain {
                        ctx.stop();
                    }
                    ctx.report(finding);
                }
            }
        }
    }
}
