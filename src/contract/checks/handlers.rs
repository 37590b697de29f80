//! Whether the host can call a handler: arguments, `async`, generators.

use std::collections::BTreeSet;

use crate::contract::context::{Context, listed};
use crate::contract::simulate::Hooked;
use crate::model::{Confidence, Safety};
use crate::rules::id;
use crate::source::python::signature::{Fit, fit_with};
use crate::source::python::syntax::{ParamKind, Params};
use crate::source::python::values::{At, Callable, FuncId, FuncKind, ScopeKind};

pub(super) fn check(ctx: &mut Context<'_>) {
    for hooked in ctx.sim.as_meant() {
        let Some(callable) = ctx.interp.callable_of(&hooked.handler) else { continue };
        let func = callable.func;
        if !ctx.is_own(ctx.func(func).name_at()) || !ctx.host.hooks.contains_key(&*hooked.hook) {
            continue;
        }
        kind(ctx, &hooked, func);
        arity(ctx, &hooked, &callable);
    }
}

fn kind(ctx: &mut Context<'_>, hooked: &Hooked, func: FuncId) {
    let code = ctx.func(func);
    let at = code.name_at();
    let name = code.name().to_owned();
    if code.is_async() {
        let finding = ctx
            .finding(
                id::ASYNC_HANDLER,
                at,
                format!("`{name}` is a coroutine function, and the host never awaits what it returns"),
            )
            .host_says(format!("RuntimeWarning: coroutine '{}' was never awaited", ctx.qualified(func)));
        ctx.report(finding);
    } else if code.is_generator() {
        let finding = ctx.finding(
            id::GENERATOR_HANDLER,
            at,
            format!("`{name}` is a generator, so calling it runs nothing of its body for `{}`", hooked.hook),
        );
        ctx.report(finding);
    }
}

fn arity(ctx: &mut Context<'_>, hooked: &Hooked, callable: &Callable) {
    let Some(facts) = ctx.host.hooks.get(&*hooked.hook) else { return };
    let (func, bound) = (callable.func, callable.bound.len());
    let (arity, args) = (facts.arity(), facts.args.clone());
    let code = ctx.func(func);
    let params = code.params();
    // A method taken from the class is a finding of its own.
    let is_method = bound == 0
        && code.class.is_some()
        && code.kind == FuncKind::Plain
        && ctx.interp.scope(code.scope).is_some_and(|scope| scope.kind == ScopeKind::Class)
        && params.list.first().is_some_and(|first| &*first.name.name == "self");
    let named: Vec<&str> = callable.named.iter().map(|(name, _, _)| &**name).collect();
    let result = fit_with(params, arity + bound, &named);
    if result == Fit::Fits || is_method {
        return;
    }
    let (Fit::TooMany(words) | Fit::Missing(_, words) | Fit::KeywordOnly(_, words)) = &result else { return };
    let takes = if arity == 0 { "no arguments".to_owned() } else { listed(&args) };
    let at = code.name_at();
    let params_at = At { file: code.file, span: params.span };
    let is_def = matches!(code.body, crate::source::python::values::FuncBody::Def(_));
    let said = format!(
        "Error executing hook '{}' in plugin '{}': {}() {words}",
        hooked.hook,
        ctx.plugin.slug,
        ctx.qualified(func)
    );
    let mut finding = ctx
        .finding(id::HANDLER_ARITY, at, format!("the host calls a handler of `{}` with {takes}", hooked.hook))
        .host_says(said);
    let prefilled = bound > 1 || !callable.named.is_empty() || bound == 1 && code.class.is_none();
    finding = if prefilled {
        finding.help(format!("Let `{}` take {takes} after what is given before the host's call.", code.name()))
    } else {
        finding.help(format!("Write `def {}({})`.", code.name(), signature(bound, &args)))
    };
    if hooked.maybe {
        finding = finding.confidence(Confidence::Medium);
    }
    if is_def && !prefilled && !called_elsewhere(ctx, func) {
        let params = ctx.func(func).params();
        if let Some(text) = rewritten(ctx, params, params_at, bound, &args, func) {
            finding = finding.fix(Safety::Safe, "take what the host passes", ctx.edit(params_at, text));
        }
    }
    ctx.report(finding);
}

fn signature(bound: usize, args: &[String]) -> String {
    let mut names: Vec<&str> = if bound == 1 { vec!["self"] } else { Vec::new() };
    names.extend(args.iter().map(String::as_str));
    names.join(", ")
}

/// The parameters with the host's names. Names that the body uses must stay parameters, else there is no safe text.
fn rewritten(
    ctx: &Context<'_>,
    params: &Params,
    at: At,
    bound: usize,
    args: &[String],
    func: FuncId,
) -> Option<String> {
    if params.list.iter().any(|param| matches!(param.kind, ParamKind::VarArgs | ParamKind::KwArgs))
        || !ctx.text(at).starts_with('(')
    {
        return None;
    }
    let own: Vec<&str> = params.list.iter().map(|param| &*param.name.name).collect();
    let receiver: Vec<&str> = own.iter().copied().take(bound).collect();
    let mine: Vec<&str> = own.iter().copied().skip(bound).collect();
    let used = used_names(ctx, func);
    let mut names: Vec<String> = receiver.iter().map(|name| (*name).to_owned()).collect();
    if mine.iter().all(|name| args.iter().any(|arg| arg == name) || !used.contains(*name)) {
        // Each parameter means the host's argument of its name; unused ones may go.
        names.extend(args.iter().cloned());
    } else if mine.len() == args.len() {
        names.extend(mine.iter().map(|name| (*name).to_owned()));
    } else {
        return None;
    }
    // Only a change of names, count, or kind is a mend; never the same text again.
    let text = format!("({})", names.join(", "));
    (text != ctx.text(at)).then_some(text)
}

fn used_names(ctx: &Context<'_>, func: FuncId) -> BTreeSet<String> {
    use crate::source::python::syntax::ExprKind;
    let code = ctx.func(func);
    ctx.ast(code.file)
        .exprs()
        .iter()
        .filter(|expr| code.span.start <= expr.span.start && expr.span.end <= code.span.end)
        .filter_map(|expr| match &expr.kind {
            ExprKind::Name(name) => Some(name.to_string()),
            _ => None,
        })
        .collect()
}

/// Whether the plugin itself calls the handler, so that its parameters are not ours to change.
fn called_elsewhere(ctx: &Context<'_>, func: FuncId) -> bool {
    use crate::source::python::syntax::ExprKind;
    let name = ctx.func(func).name();
    ctx.files.iter().enumerate().filter(|(_, file)| file.is_some()).any(|(index, _)| {
        let ast = ctx.ast(crate::source::python::values::FileId(u32::try_from(index).unwrap_or(u32::MAX)));
        ast.exprs().iter().any(|expr| match &expr.kind {
            ExprKind::Call { func, .. } => match &ast[*func].kind {
                ExprKind::Attribute { attr, .. } => &*attr.name == name,
                ExprKind::Name(called) => &**called == name,
                _ => false,
            },
            _ => false,
        })
    })
}
