//! What a handler returns, against what the host does with it.

use crate::contract::context::Context;
use crate::contract::simulate::Hooked;
use crate::model::{Confidence, Finding, RuleId};
use crate::rules::{HookFact, id};
use crate::source::python::values::{At, FuncId, Kind, Obj, Returned, Sym, Ty, Val};

pub(super) fn check(ctx: &mut Context<'_>) {
    for hooked in ctx.sim.as_meant() {
        let Some(facts) = ctx.host.hooks.get(&*hooked.hook).cloned() else { continue };
        let Some(func) = ctx.interp.callable_of(&hooked.handler).map(|callable| callable.func) else { continue };
        let code = ctx.func(func);
        let Some(outcome) = hooked.outcome.as_ref() else { continue };
        if !facts.executed || facts.collects || code.is_async() || code.is_generator() || outcome.opaque {
            continue;
        }
        let returns = outcome.returns.clone();
        match facts.replaces.as_deref() {
            Some(wanted) => {
                let at = code.name_at();
                nones(ctx, &hooked, &facts, at, &returns);
                for returned in &returns {
                    for value in returned.value.alternatives() {
                        one(ctx, &hooked, &facts, wanted, value, returned);
                    }
                }
            }
            None => ignored(ctx, &hooked, &facts, func, &returns),
        }
    }
}

fn place(ctx: &Context<'_>, returned: &Returned, value: &Val) -> At {
    returned.at.filter(|at| ctx.is_own(*at)).unwrap_or(value.at)
}

/// A result that is dropped: an explicit `return` of something else than `None`.
fn ignored(ctx: &mut Context<'_>, hooked: &Hooked, facts: &HookFact, func: FuncId, returns: &[Returned]) {
    // A lambda always returns something; a method often passes on what it was given.
    if matches!(ctx.func(func).body, crate::source::python::values::FuncBody::Lambda(..)) {
        return;
    }
    let promised = matches!(&*hooked.hook, "before_config_load" | "before_export");
    for returned in returns {
        let Some(at) = returned.at.filter(|at| ctx.is_own(*at)) else { continue };
        let own = |value: &Val| matches!(value.as_sym(), Some(Sym::Param { .. }));
        let meant = returned.value.alternatives().any(|value| match ctx.interp.type_of(value) {
            Ty::Dict => true,
            Ty::None => false,
            _ => !own(value),
        });
        if !promised || !meant {
            continue;
        }
        let finding = ctx.finding(
            id::RESULT_IGNORED,
            at,
            format!("the host drops what a handler of `{}` returns: {}", hooked.hook, facts.result),
        );
        ctx.report(finding);
    }
}

/// Paths that give nothing back on a hook whose last result counts.
fn nones(ctx: &mut Context<'_>, hooked: &Hooked, facts: &HookFact, at: At, returns: &[Returned]) {
    let is_none = |returned: &Returned| returned.value.alternatives().any(Val::is_none);
    let none: Vec<&Returned> = returns.iter().filter(|returned| is_none(returned)).collect();
    if none.is_empty() {
        return;
    }
    let skips: Vec<At> = none
        .iter()
        .filter(|_| !facts.allowed.is_empty())
        .filter_map(|returned| returned.at.filter(|at| matches!(ctx.text(*at).trim(), "return None" | "return")))
        .collect();
    for skip in &skips {
        let finding = ctx.finding(
            id::CACHE_CLEAR_NOT_SKIPPED,
            *skip,
            "`None` does not stop the clearing: the host clears what was asked for".to_owned(),
        );
        ctx.report(finding);
    }
    if !skips.is_empty() {
        return;
    }
    let always =
        none.len() == returns.len() && returns.iter().all(|returned| returned.value.alternatives().all(Val::is_none));
    let what = facts.args.last().cloned().unwrap_or_default();
    let what =
        if facts.replaces.as_deref() == Some("dict") && facts.args.len() == 2 { facts.args[1].clone() } else { what };
    let (rule, message): (RuleId, String) = if always {
        (
            id::RESULT_ALWAYS_NONE,
            format!("this handler of `{}` returns nothing, which drops what earlier plugins returned", hooked.hook),
        )
    } else {
        (
            id::RESULT_SOMETIMES_NONE,
            format!(
                "some paths of this handler of `{}` return nothing, which drops what earlier plugins returned",
                hooked.hook
            ),
        )
    };
    let mut finding: Finding = ctx.finding(rule, at, message).help(format!("End every path with `return {what}`."));
    if let Some(first) = none.iter().find_map(|returned| returned.at.filter(|_| !always)) {
        finding = finding.related(ctx.place(first), "returns nothing");
    }
    if !always && none.iter().all(|returned| !returned.value.is_none()) {
        finding = finding.confidence(Confidence::Medium);
    }
    ctx.report(finding);
}

fn one(ctx: &mut Context<'_>, hooked: &Hooked, facts: &HookFact, wanted: &str, value: &Val, returned: &Returned) {
    if value.is_none() {
        return;
    }
    let at = place(ctx, returned, value);
    if !ctx.is_own(at) {
        return;
    }
    let ty = ctx.interp.type_of(value);
    let fits = match ty {
        Ty::Unknown | Ty::Other | Ty::Instance => true,
        Ty::Dict => wanted == "dict",
        Ty::Str => wanted == "str",
        _ => false,
    };
    if !fits {
        let finding = ctx.finding(
            id::RESULT_WRONG_TYPE,
            at,
            format!(
                "a handler of `{}` returns a `{}` here, and the host takes a `{wanted}` only",
                hooked.hook,
                ty.name()
            ),
        );
        ctx.report(finding);
        return;
    }
    if let Some(text) = value.as_str() {
        if text.is_empty() && facts.allowed.is_empty() {
            let finding = ctx.finding(id::EMPTY_PAGE, at, "an empty text replaces the whole page".to_owned());
            ctx.report(finding);
        } else if !facts.allowed.is_empty() && !facts.allowed.iter().any(|allowed| allowed == text) {
            let finding = ctx
                .finding(
                    id::CACHE_TYPE_UNKNOWN,
                    at,
                    format!(
                        "`{text}` is none of the types that the host clears: {}",
                        crate::contract::context::listed(&facts.allowed)
                    ),
                )
                .host_says("Invalid cache type");
            ctx.report(finding);
        }
    }
    if wanted == "dict" {
        replaced(ctx, hooked, facts, value, at);
    }
}

/// A fresh dict that leaves out what the host passed.
fn replaced(ctx: &mut Context<'_>, hooked: &Hooked, facts: &HookFact, value: &Val, at: At) {
    let Kind::Obj(id) = value.kind else { return };
    let Some(Obj::Dict { entries, from, open }) = ctx.interp.obj(id) else { return };
    // Which argument it must be made from.
    let main = if facts.args.len() == 2 { &facts.args[1] } else { &facts.args[0] };
    if from.iter().any(|value| derives(value, main)) || (*open && !from.is_empty()) {
        return;
    }
    let values: Vec<Val> = entries.iter().map(|entry| entry.value.clone()).collect();
    let keyed = entries.iter().any(|entry| derives(&entry.key, main));
    if *open && (keyed || values.iter().any(|value| derives(value, main)) || entries.is_empty()) {
        return;
    }
    let count = entries.len();
    let empty = count == 0;
    let keys: Vec<String> = entries.iter().filter_map(|entry| entry.key.as_str().map(str::to_owned)).collect();
    let rule = match facts.category.as_str() {
        "page" => id::CONTEXT_REPLACED,
        "config" => id::CONFIG_REPLACED,
        _ => {
            import_options(ctx, hooked, facts, &keys, at);
            return;
        }
    };
    let what = if empty { "an empty dict" } else { "this new dict" };
    let finding = ctx
        .finding(rule, at, format!("{what} replaces the whole {}, and everything else in it is gone", noun(facts)))
        .help(format!("Change `{main}` and return it, or return `{{**{main}, …}}`."));
    let finding = if *open { finding.confidence(Confidence::Medium) } else { finding };
    ctx.report(finding);
}

fn noun(facts: &HookFact) -> &'static str {
    match facts.category.as_str() {
        "page" => "page context",
        _ => "configuration",
    }
}

fn import_options(ctx: &mut Context<'_>, hooked: &Hooked, facts: &HookFact, keys: &[String], at: At) {
    let Some(known) = facts.keys.values().next() else { return };
    if known.iter().all(|key| keys.contains(key) || key == "temp_file") {
        return;
    }
    let finding = ctx.finding(
        id::IMPORT_DATA_KEYS,
        at,
        format!("this dict replaces the options of `{}`, and the keys that it leaves out are gone", hooked.hook),
    );
    ctx.report(finding);
}

/// Whether a value is an argument of the host, or made from it.
pub(super) fn derives(value: &Val, param: &str) -> bool {
    fn go(value: &Val, param: &str, depth: usize) -> bool {
        if depth > 24 {
            return true;
        }
        match &value.kind {
            Kind::Sym(sym) => match &**sym {
                Sym::Param { name, .. } => &**name == param,
                Sym::Attr { base, .. } => go(base, param, depth + 1),
                Sym::Item { base, key } => go(base, param, depth + 1) || go(key, param, depth + 1),
                Sym::Made { callee, args } => {
                    go(callee, param, depth + 1)
                        || args.pos.iter().any(|value| go(value, param, depth + 1))
                        || args.named.iter().any(|(_, value, _)| go(value, param, depth + 1))
                }
                Sym::From { parts, .. } => parts.iter().any(|value| go(value, param, depth + 1)),
                Sym::External(_) => false,
            },
            Kind::Tuple(items) | Kind::Union(items) => items.iter().any(|value| go(value, param, depth + 1)),
            _ => false,
        }
    }
    go(value, param, 0)
}
