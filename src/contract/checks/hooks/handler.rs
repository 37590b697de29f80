//! The handler of a hook.

use super::names::defined_by_hand;
use crate::contract::context::Context;
use crate::contract::simulate::Hooked;
use crate::model::{Confidence, Finding, Safety};
use crate::rules::{HookFact, id};
use crate::source::python::signature::{Fit, fit};
use crate::source::python::syntax::ExprKind::Dict;
use crate::source::python::syntax::{Constant, ExprKind};
use crate::source::python::values::FuncKind::Plain;
use crate::source::python::values::ScopeKind::{Class, Module};
use crate::source::python::values::{At, Kind, Obj, Ty, Val};

pub(super) fn handler(ctx: &mut Context<'_>, hooked: &Hooked) {
    let at = hooked.handler_at;
    if !ctx.is_own(at) || !ctx.host.hooks.contains_key(&*hooked.hook) && !defined_by_hand(ctx, &hooked.hook) {
        return;
    }
    let value = &hooked.handler;
    if ctx.interp.function_of(value).is_some() {
        unbound(ctx, hooked);
        return;
    }
    let ty = ctx.interp.type_of(value);
    if value.is_none() && is_definition(ctx, at) {
        missing_key(ctx, hooked);
        return;
    }
    if let Kind::Obj(id) = value.kind
        && let Some(Obj::Instance { class, .. }) = ctx.interp.obj(id)
        && ctx.interp.find_member(*class, "__call__").is_some()
    {
        return;
    }
    // `self.handler()`: what it returned is registered.
    let called = called_method(ctx, at);
    if let Some(class) = uncallable(ctx, value).filter(|_| called.is_none_or(|(_, call)| call == value.at)) {
        let finding = ctx
            .finding(id::HANDLER_NOT_CALLABLE, at, format!("the handler is a `{}`, which cannot be called", class.name))
            .host_says(ctx.failed(&format!("Hook callback must be callable, got <class '{}'>", class.whole)));
        not_callable(ctx, hooked, finding);
        return;
    }
    if let Some((method_at, expr_at)) = called
        && !matches!(ty, Ty::Function)
        && !matches!(value.kind, Kind::Sym(_) | Kind::Class(_))
            | matches!(ty, Ty::Str | Ty::Dict | Ty::None | Ty::Coroutine | Ty::Generator)
    {
        // Python may refuse the call before the host sees what it gives.
        let refused = ctx.interp.misfits.iter().find(|(_, _, at)| *at == expr_at);
        let words = match refused {
            Some((_, words, _)) => words.clone(),
            None => format!("Hook callback must be callable, got <class '{}'>", ty.name()),
        };
        let finding = ctx
            .finding(id::HANDLER_CALLED, at, "the handler is called here, and its result is registered".to_owned())
            .host_says(ctx.failed(&words))
            .fix(Safety::Safe, "register the method itself", ctx.edit(expr_at, ctx.text(method_at).to_owned()));
        ctx.stopper(finding);
        return;
    }
    let callable = matches!(ty, Ty::Function | Ty::Class | Ty::Unknown | Ty::Other | Ty::Instance);
    if !callable {
        let mut finding = ctx
            .finding(id::HANDLER_NOT_CALLABLE, at, format!("the handler is a `{}`, which cannot be called", ty.name()))
            .host_says(ctx.failed(&format!("Hook callback must be callable, got <class '{}'>", ty.name())));
        if let Some((title, text)) = unwrapped(ctx, value, at) {
            finding = finding.fix(Safety::Safe, title, ctx.edit(at, text));
        }
        not_callable(ctx, hooked, finding);
    }
}

fn not_callable(ctx: &mut Context<'_>, hooked: &Hooked, finding: Finding) {
    let finding = match hooked.maybe {
        true => finding.confidence(Confidence::Medium),
        false => {
            ctx.stop();
            finding
        }
    };
    ctx.report(finding);
}

/// A class whose objects cannot be called.
struct Uncallable {
    name: String,
    /// With its module, as Python shows it.
    whole: String,
}

/// The class of an object of the plugin, if it surely has no `__call__`.
fn uncallable(ctx: &Context<'_>, value: &Val) -> Option<Uncallable> {
    let Kind::Obj(id) = value.kind else { return None };
    let Some(Obj::Instance { class, .. }) = ctx.interp.obj(id) else { return None };
    let known = ctx.interp.class(*class);
    // A decorator or a base from outside may bring one, but Python's records have none.
    let followed = known.record.is_some() || !known.is_open && !known.is_decorated;
    if !followed || ctx.interp.find_member(*class, "__call__").is_some() {
        return None;
    }
    let parent = ctx.interp.scope(known.scope)?.parent.and_then(|scope| ctx.interp.scope(scope))?;
    let module = super::super::attributes::module_of(ctx, known.file)?;
    let inside = if parent.kind == Module { "" } else { "….<locals>." };
    Some(Uncallable { name: known.name.to_string(), whole: format!("{module}.{inside}{}", known.name) })
}

/// Whether a call stands where a handler should.
pub(in crate::contract::checks) fn is_called(ctx: &Context<'_>, call: At) -> bool {
    let covers = |at: At| at.file == call.file && at.span.start <= call.span.start && call.span.end <= at.span.end;
    let mut hooked = ctx.sim.hooked.iter().filter(|hooked| covers(hooked.handler_at));
    hooked.any(|hooked| called_method(ctx, hooked.handler_at).is_some_and(|(_, expr)| expr == call))
}

/// Whether the place is a dict literal, in which the key `handler` is absent.
fn is_definition(ctx: &Context<'_>, at: At) -> bool {
    ctx.text(at).starts_with('{') || ctx.text(at).starts_with("dict(")
}

fn missing_key(ctx: &mut Context<'_>, hooked: &Hooked) {
    let at = hooked.handler_at;
    let mut finding = ctx
        .finding(id::HANDLER_KEY_MISSING, at, "this definition has no key `handler`".to_owned())
        .host_says(ctx.failed("Hook callback must be callable, got <class 'NoneType'>"));
    // The one key whose value can be called is the handler under another name.
    let ast = ctx.ast(at.file);
    let keys: Vec<At> = ast
        .exprs()
        .iter()
        .filter(|expr| expr.span == at.span)
        .filter_map(|expr| match &expr.kind {
            Dict(pairs) => Some(pairs),
            _ => None,
        })
        .flatten()
        .filter_map(|(key, _)| *key)
        .map(|key| At { file: at.file, span: ast[key].span })
        .filter(|key| !ctx.text(*key).contains("priority"))
        .collect();
    if let [key] = keys[..] {
        let written = ctx.text(key);
        if let Some(quote) = written.chars().next().filter(|c| matches!(c, '\'' | '"')) {
            finding =
                finding.fix(Safety::Safe, "name the key `handler`", ctx.edit(key, format!("{quote}handler{quote}")));
        }
    }
    if hooked.maybe {
        finding = finding.confidence(Confidence::Medium);
    } else {
        ctx.stop();
    }
    ctx.report(finding);
}

/// If a call of a method or function is written at this place: the method, and the whole call.
fn called_method(ctx: &Context<'_>, at: At) -> Option<(At, At)> {
    let ast = ctx.ast(at.file);
    let call = ast.exprs().iter().find(|expr| expr.span == at.span && matches!(expr.kind, ExprKind::Call { .. }))?;
    let ExprKind::Call { func, .. } = &call.kind else { return None };
    let at_of = |span| At { file: at.file, span };
    matches!(ast[*func].kind, ExprKind::Attribute { .. } | ExprKind::Name(_))
        .then(|| (at_of(ast[*func].span), at_of(call.span)))
}

/// `(self.h, 20)`, `[self.h]`, `"h"` → what the host wants.
fn unwrapped(ctx: &Context<'_>, value: &Val, at: At) -> Option<(String, String)> {
    if let Some(name) = value.as_str() {
        let class = ctx.sim.class.filter(|_| ctx.sees_self(at))?;
        ctx.interp.find_member(class, name)?;
        return Some((format!("register the method `{name}`"), format!("self.{name}")));
    }
    let ast = ctx.ast(at.file);
    let written = ast.exprs().iter().find(|expr| expr.span == at.span)?;
    let (ExprKind::Tuple(items) | ExprKind::List(items)) = &written.kind else { return None };
    let text = |index: usize| items.get(index).map(|id| ctx.text(At { file: at.file, span: ast[*id].span }));
    let values = ctx.interp.items(value)?;
    let first = values.first().is_some_and(|first| ctx.interp.function_of(first).is_some());
    match (items.len(), first) {
        (1, true) => Some(("register the handler itself".to_owned(), text(0)?.to_owned())),
        (2, true) if matches!(values[1].as_const(), Some(Constant::Int(_))) => Some((
            "write handler and priority as a dict".to_owned(),
            format!("{{'handler': {}, 'priority': {}}}", text(0)?, text(1)?),
        )),
        _ => None,
    }
}

/// `MyPlugin.h`: a method without its object.
fn unbound(ctx: &mut Context<'_>, hooked: &Hooked) {
    let Kind::Func(func) = hooked.handler.kind else { return };
    let code = ctx.func(func);
    let Some(class) = code.class else { return };
    let is_method = code.kind == Plain
        && ctx.interp.scope(code.scope).is_some_and(|scope| scope.kind == Class)
        && code.params().list.first().is_some_and(|first| matches!(&*first.name.name, "self" | "this"));
    let mine = ctx.sim.class.is_some_and(|mine| ctx.interp.is_subclass(mine, class));
    if !is_method {
        return;
    }
    let name = code.name().to_owned();
    let arity = ctx.host.hooks.get(&*hooked.hook).map_or(0, HookFact::arity);
    let words = match fit(code.params(), arity) {
        Fit::Missing(_, words) | Fit::TooMany(words) | Fit::KeywordOnly(_, words) => {
            format!("{}() {words}", ctx.qualified(func))
        }
        Fit::Fits => return,
    };
    let mut finding = ctx
        .finding(
            id::HANDLER_UNBOUND,
            hooked.handler_at,
            format!("`{name}` is taken from the class, so it gets no `self` when the host calls it"),
        )
        .host_says(format!("Error executing hook '{}' in plugin '{}': {words}", hooked.hook, ctx.plugin.slug));
    if mine && ctx.sees_self(hooked.handler_at) {
        finding = finding.fix(Safety::Safe, "take it from `self`", ctx.edit(hooked.handler_at, format!("self.{name}")));
    }
    ctx.report(finding);
}
