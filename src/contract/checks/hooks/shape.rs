//! The returned value itself, and what could not be followed.

use crate::contract::context::Context;
use crate::model::Confidence;
use crate::rules::id;
use crate::source::python::values::{At, Kind, Obj, Ty, Val};

/// The returned value itself, and what could not be followed.
pub(super) fn shape(ctx: &mut Context<'_>) {
    let Some(outcome) = ctx.sim.hooks.clone() else { return };
    let method = ctx
        .sim
        .class
        .and_then(|class| ctx.interp.find_member(class, "get_hooks"))
        .and_then(|member| ctx.interp.function_of(&member.value))
        .map(|func| ctx.func(func).name_at());
    let Some(method) = method.filter(|at| ctx.is_own(*at)) else { return };
    let mut ways: Vec<(Val, Option<At>)> =
        outcome.returns.iter().map(|returned| (returned.value.clone(), returned.at)).collect();
    if outcome.opaque {
        ways.push((outcome.value.clone(), None));
    }
    let certain = ways.len() == 1;
    for (way, at) in ways {
        for value in way.alternatives() {
            if let Kind::Obj(id) = value.kind
                && let Some(Obj::Dict { entries, open, .. }) = ctx.interp.obj(id)
            {
                if *open {
                    let unknown = entries.iter().find(|entry| entry.key.as_str().is_none()).map(|entry| entry.key_at);
                    let place = unknown.or(at).filter(|at| ctx.is_own(*at)).unwrap_or(method);
                    ctx.unsure();
                    let finding = ctx
                        .finding(
                            id::HOOKS_UNKNOWN,
                            place,
                            "which hooks are registered here cannot be followed without running it".to_owned(),
                        )
                        .confidence(Confidence::Low);
                    ctx.report(finding);
                }
                continue;
            }
            let ty = ctx.interp.type_of(value);
            let place = at.filter(|at| ctx.is_own(*at)).unwrap_or(method);
            if matches!(ty, Ty::Unknown | Ty::Dict | Ty::Instance | Ty::Other) {
                ctx.unsure();
                let finding = ctx
                    .finding(
                        id::HOOKS_UNKNOWN,
                        place,
                        "what `get_hooks` returns cannot be followed without running it".to_owned(),
                    )
                    .confidence(Confidence::Low);
                ctx.report(finding);
                continue;
            }
            let finding = ctx
                .finding(
                    id::HOOKS_NOT_DICT,
                    place,
                    format!("`get_hooks` returns a `{}`, and the host walks over a dict", ty.name()),
                )
                .host_says(ctx.failed(&format!("'{}' object has no attribute 'items'", ty.name())));
            let finding = if certain && way.alternatives().count() == 1 {
                ctx.stop();
                finding
            } else {
                ctx.unsure();
                finding.confidence(Confidence::Medium)
            };
            ctx.report(finding);
        }
    }
}
