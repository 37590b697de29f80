//! The priority of a hook, and what other plugins need to know of it.

use crate::contract::context::Context;
use crate::contract::facts::HookUse;
use crate::contract::simulate::Hooked;
use crate::model::Safety;
use crate::rules::id;
use crate::source::python::syntax::Constant;
use crate::source::python::values::{Sym, Ty, Val};

pub(super) fn priority(ctx: &mut Context<'_>, hooked: &Hooked) {
    let Some((value, at)) = hooked.priority.clone() else { return };
    for value in value.alternatives() {
        let at = if ctx.is_own(value.at) { value.at } else { at };
        if !ctx.is_own(at) {
            continue;
        }
        let odd = |what: &str| format!("the priority is {what}; the host expects an integer, 10 by default");
        match value.as_const() {
            Some(Constant::Int(_) | Constant::BigInt(_)) => {}
            Some(Constant::Bool(_)) => {
                let finding = ctx.finding(id::PRIORITY_ODD, at, odd("a truth value"));
                ctx.report(finding);
            }
            Some(Constant::Float(_)) => {
                let finding = ctx.finding(id::PRIORITY_ODD, at, odd("a float"));
                ctx.report(finding);
            }
            _ => {
                if let Some(text) = float_text(value) {
                    let finding = ctx.finding(id::PRIORITY_ODD, at, odd(&format!("`float({text:?})`")));
                    ctx.report(finding);
                    continue;
                }
                let ty = ctx.interp.type_of(value);
                if matches!(ty, Ty::Unknown | Ty::Int | Ty::Float | Ty::Bool | Ty::Instance | Ty::Other) {
                    continue;
                }
                let mut finding = ctx
                    .finding(
                        id::PRIORITY_TYPE,
                        at,
                        format!(
                            "the priority is a `{}`, which cannot be compared with the numbers of other plugins",
                            ty.name()
                        ),
                    )
                    .host_says(format!("'<' not supported between instances of '{}' and 'int'", ty.name()));
                let number = value.as_str().map(str::trim).filter(|text| text.parse::<i64>().is_ok());
                finding = match number {
                    Some(number) => finding.fix(Safety::Safe, "make it a number", ctx.edit(at, number)),
                    None if value.is_none() || value.as_str().is_some() => {
                        finding.fix(Safety::Safe, "use the default priority", ctx.edit(at, "10"))
                    }
                    None => finding,
                };
                ctx.report(finding);
            }
        }
    }
}

fn float_text(value: &Val) -> Option<String> {
    match value.as_sym()? {
        Sym::Made { callee, args } if callee.as_external() == Some("builtins.float") => {
            args.pos.first().and_then(Val::as_str).map(str::to_owned)
        }
        Sym::External(path) if matches!(&**path, "math.nan" | "math.inf") => Some(path[5..].to_owned()),
        _ => None,
    }
}

/// What the others of a collection need to know.
pub(super) fn fact(ctx: &mut Context<'_>, hooked: &Hooked) {
    if !ctx.is_own(hooked.handler_at) && ctx.sim.class.is_none() {
        return;
    }
    let place = ctx.place(hooked.handler_at);
    let number = hooked.priority.as_ref().and_then(|(value, _)| match value.as_const() {
        Some(Constant::Int(number)) => Some(*number),
        _ => None,
    });
    let comparable = hooked.priority.as_ref().is_none_or(|(value, _)| {
        matches!(ctx.interp.type_of(value), Ty::Int | Ty::Float | Ty::Bool | Ty::Unknown | Ty::Other | Ty::Instance)
    });
    // The host's own argument, handed back, loses nothing: every handler gets the same object.
    let own = |value: &Val| matches!(value.as_sym(), Some(Sym::Param { .. }));
    let returns_value = hooked.outcome.as_ref().is_some_and(|outcome| {
        outcome
            .returns
            .iter()
            .any(|returned| returned.value.alternatives().any(|value| !value.is_none() && !own(value)))
    });
    let priority_place =
        hooked.priority.as_ref().map(|(value, at)| ctx.place(if ctx.is_own(value.at) { value.at } else { *at }));
    ctx.facts.hooks.push(HookUse {
        hook: hooked.hook.to_string(),
        place,
        priority_place,
        comparable,
        priority: if hooked.priority.is_none() { Some(10) } else { number },
        returns_value,
    });
}
