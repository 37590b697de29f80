//! With how many arguments the host calls the methods.

use crate::contract::context::Context;
use crate::model::Safety;
use crate::rules::id;
use crate::source::python::signature::{Fit, fit};
use crate::source::python::values::{At, ClassId, FuncKind};

pub(super) fn signatures(ctx: &mut Context<'_>, class: ClassId) {
    let calls: Vec<(String, usize)> = ctx.host.calls.iter().map(|(name, count)| (name.clone(), *count)).collect();
    for (name, count) in calls {
        let Some(member) = ctx.interp.find_member(class, &name) else { continue };
        let Some(func) = ctx.interp.function_of(&member.value) else { continue };
        let code = ctx.func(func);
        let at = code.name_at();
        if !ctx.is_own(at) {
            continue;
        }
        if code.kind == FuncKind::Property || (code.is_async() && name == "init") {
            let (message, said) = if code.kind == FuncKind::Property {
                (
                    format!("the host calls `{name}`, and a property is no method"),
                    "'dict' object is not callable".to_owned(),
                )
            } else {
                let said = format!("RuntimeWarning: coroutine '{}' was never awaited", ctx.qualified(func));
                (format!("the host never awaits `{name}`, so nothing of its body runs"), said)
            };
            let stops = code.kind == FuncKind::Property;
            let finding = ctx.finding(id::METHOD_SIGNATURE, at, message).host_says(said);
            if stops && loads_it(&name) {
                ctx.stop();
            }
            ctx.report(finding);
            continue;
        }
        let receiver = usize::from(code.kind != FuncKind::StaticMethod);
        let (Fit::TooMany(words) | Fit::Missing(_, words) | Fit::KeywordOnly(_, words)) =
            fit(code.params(), count + receiver)
        else {
            continue;
        };
        let first = code.params().list.first().cloned();
        let params_span = code.params().span;
        let file = code.file;
        let one_only = code.params().list.len() == 1;
        let said = format!("{}() {words}", ctx.qualified(func));
        let loads = loads_it(&name);
        let mut finding =
            ctx.finding(id::METHOD_SIGNATURE, at, format!("the host calls `{name}` with {}", arguments(count)));
        finding = if loads { finding.host_says(ctx.failed(&said)) } else { finding.host_says(said) };
        if name == "init" && one_only && first.is_some_and(|first| &*first.name.name == "self") {
            let at = At { file, span: params_span };
            finding = finding.fix(Safety::Safe, "take the application", ctx.edit(at, "(self, app)"));
        }
        if loads {
            ctx.stop();
        }
        ctx.report(finding);
    }
}

fn loads_it(name: &str) -> bool {
    matches!(name, "init" | "get_metadata" | "get_hooks")
}

fn arguments(count: usize) -> &'static str {
    match count {
        0 => "no arguments",
        1 => "one argument",
        _ => "several arguments",
    }
}
