//! What `get_hooks()` returns, entry by entry.

use crate::contract::context::Context;
use crate::contract::facts::HookUse;
use crate::contract::simulate::Hooked;
use crate::model::{Confidence, Safety};
use crate::rules::{Works, id, nearest};
use crate::source::python::syntax::Constant;
use crate::source::python::values::{At, EventKind, Kind, Obj, Phase, Sym, Ty, Val};

pub(super) fn check(ctx: &mut Context<'_>) {
    shape(ctx);
    base_types(ctx);
    field_types(ctx);
    for hooked in ctx.sim.hooked.clone() {
        name(ctx, &hooked);
        handler(ctx, &hooked);
        priority(ctx, &hooked);
        fact(ctx, &hooked);
    }
    side_effects(ctx);
    registered_by_hand(ctx);
}

fn failed(ctx: &Context<'_>, reason: &str) -> String {
    format!("Failed to load plugin '{}': {reason}", ctx.plugin.slug)
}

/// The returned value itself, and what could not be followed.
fn shape(ctx: &mut Context<'_>) {
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
                .host_says(failed(ctx, &format!("'{}' object has no attribute 'items'", ty.name())));
            let finding = if certain && way.alternatives().count() == 1 {
                ctx.stop();
                finding
            } else {
                finding.confidence(Confidence::Medium)
            };
            ctx.report(finding);
        }
    }
}

/// Typed bases that the host cannot load or never asks.
fn base_types(ctx: &mut Context<'_>) {
    let Some(class) = ctx.sim.class else { return };
    let mro = ctx.interp.class(class).mro.clone();
    for base in &mro {
        let info = ctx.interp.class(*base);
        if ctx.file(info.file).is_some() {
            continue;
        }
        let name = info.def.name.name.to_string();
        let Some(facts) = ctx.host.types.get(&name) else { continue };
        if facts.works == Works::Yes {
            continue;
        }
        let at = written_base(ctx, &mro, *base);
        let works = facts.works;
        let hook = facts.hooks.first().map(|hook| hook.name.clone()).unwrap_or_default();
        let registered = ctx.sim.hooked.iter().any(|hooked| *hooked.hook == *hook);
        if works == Works::CannotLoad && registered {
            let finding = ctx
                .finding(
                    id::PLUGIN_TYPE_CANNOT_LOAD,
                    at,
                    format!("`{name}` registers the hook `{hook}`, which the host does not define"),
                )
                .host_says(failed(ctx, &format!("Hook '{hook}' is not defined. Valid hooks: {{…}}")));
            ctx.stopper(finding);
        } else if works == Works::CannotLoad || registered {
            let finding = ctx.finding(
                id::HOOK_NEVER_EXECUTED,
                at,
                format!("the host never asks a `{name}` for anything: no code of it executes `{hook}`"),
            );
            ctx.report(finding);
        }
    }
}

/// Where a class of the plugin names this base in its header.
fn written_base(
    ctx: &Context<'_>,
    mro: &[crate::source::python::values::ClassId],
    base: crate::source::python::values::ClassId,
) -> At {
    for id in mro {
        let info = ctx.interp.class(*id);
        if ctx.file(info.file).is_none() {
            continue;
        }
        if let Some(value) = info.bases.iter().find(|value| matches!(value.kind, Kind::Class(one) if one == base)) {
            return value.at;
        }
    }
    let info = ctx.interp.class(mro[0]);
    At { file: info.file, span: info.def.name.span }
}

/// New field types: the host never learns of them and refuses pages that use them.
fn field_types(ctx: &mut Context<'_>) {
    let mut found: Vec<(At, String)> = Vec::new();
    for hooked in &ctx.sim.hooked {
        let Some(outcome) = hooked.outcome.as_ref().filter(|_| &*hooked.hook == "register_field_types") else {
            continue;
        };
        for value in outcome.value.alternatives() {
            let Kind::Obj(id) = value.kind else { continue };
            let Some(Obj::Dict { entries, .. }) = ctx.interp.obj(id) else { continue };
            for entry in entries {
                let at = if ctx.is_own(entry.key_at) { entry.key_at } else { entry.key.at };
                if let Some(name) =
                    entry.key.as_str().filter(|name| !ctx.host.field_types.iter().any(|known| known == name))
                {
                    found.push((at, name.to_owned()));
                }
            }
        }
    }
    for (at, name) in found {
        let known = crate::contract::context::listed(&ctx.host.field_types);
        let finding = ctx
            .finding(
                id::FIELD_TYPE_BREAKS_SITE,
                at,
                format!("a page with a field of type `{name}` is refused: the host knows {known} alone"),
            )
            .host_says(format!("Type must be one of: {}", ctx.host.field_types.join(", ")));
        ctx.report(finding);
    }
}

fn name(ctx: &mut Context<'_>, hooked: &Hooked) {
    let Some(facts) = ctx.host.hooks.get(&*hooked.hook) else {
        unknown(ctx, hooked);
        return;
    };
    if !facts.executed && ctx.is_own(hooked.hook_at) && ctx.is_own(hooked.handler_at) {
        let finding = ctx.finding(
            id::HOOK_NEVER_EXECUTED,
            hooked.hook_at,
            format!("no code of the host executes `{}`", hooked.hook),
        );
        ctx.report(finding);
    }
}

fn unknown(ctx: &mut Context<'_>, hooked: &Hooked) {
    if !ctx.is_own(hooked.hook_at) || defined_by_hand(ctx, &hooked.hook) {
        return;
    }
    let mut finding = ctx
        .finding(id::UNKNOWN_HOOK, hooked.hook_at, format!("the host has no hook `{}`", hooked.hook))
        .host_says(failed(ctx, &format!("Hook '{}' is not defined. Valid hooks: {{…}}", hooked.hook)));
    if let Some(near) = nearest(&hooked.hook, ctx.host.hooks.keys().map(String::as_str)) {
        finding = finding.help(format!("Did you mean `{near}`?"));
        let written = ctx.text(hooked.hook_at);
        if let Some(quote) = written.chars().next().filter(|c| matches!(c, '\'' | '"'))
            && written.len() == hooked.hook.len() + 2
        {
            finding = finding.fix(
                Safety::Safe,
                format!("write `{near}`"),
                ctx.edit(hooked.hook_at, format!("{quote}{near}{quote}")),
            );
        }
    }
    if hooked.maybe {
        ctx.unsure();
        finding = finding.confidence(Confidence::Medium);
    } else {
        ctx.stop();
    }
    ctx.report(finding);
}

/// Whether `manager.hooks.defined_hooks` gets this name, which makes it a hook.
fn defined_by_hand(ctx: &Context<'_>, hook: &str) -> bool {
    ctx.interp.events.iter().any(|event| match &event.kind {
        EventKind::Call { callee, args } => {
            is_defined_hooks(callee)
                && args.pos.iter().any(|value| {
                    value.as_str() == Some(hook)
                        || ctx.interp.texts(value).is_none_or(|names| names.iter().any(|name| **name == *hook))
                        || ctx.interp.dict_get(value, hook).flatten().is_some()
                })
        }
        EventKind::SetItem { target, key, .. } => {
            reads_defined_hooks(target) && key.as_str().is_none_or(|key| key == hook)
        }
        _ => false,
    })
}

/// `….defined_hooks.add`, `….defined_hooks.update`
fn is_defined_hooks(callee: &Val) -> bool {
    match callee.as_sym() {
        Some(Sym::Attr { base, name }) => {
            matches!(&**name, "add" | "update" | "append" | "setdefault") && reads_defined_hooks(base)
        }
        _ => false,
    }
}

fn reads_defined_hooks(value: &Val) -> bool {
    matches!(value.as_sym(), Some(Sym::Attr { name, .. }) if &**name == "defined_hooks")
        || value.as_external().is_some_and(|path| path.ends_with(".CORE_HOOKS"))
}

fn handler(ctx: &mut Context<'_>, hooked: &Hooked) {
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
    if let Some((method_at, expr_at)) = called
        && !matches!(ty, Ty::Function)
        && !matches!(value.kind, Kind::Sym(_) | Kind::Class(_))
            | matches!(ty, Ty::Str | Ty::Dict | Ty::None | Ty::Coroutine | Ty::Generator)
    {
        let finding = ctx
            .finding(id::HANDLER_CALLED, at, "the handler is called here, and its result is registered".to_owned())
            .host_says(failed(ctx, &format!("Hook callback must be callable, got <class '{}'>", ty.name())))
            .fix(Safety::Safe, "register the method itself", ctx.edit(expr_at, ctx.text(method_at).to_owned()));
        ctx.stopper(finding);
        return;
    }
    let callable = matches!(ty, Ty::Function | Ty::Class | Ty::Unknown | Ty::Other | Ty::Instance);
    if !callable {
        let mut finding = ctx
            .finding(id::HANDLER_NOT_CALLABLE, at, format!("the handler is a `{}`, which cannot be called", ty.name()))
            .host_says(failed(ctx, &format!("Hook callback must be callable, got <class '{}'>", ty.name())));
        if let Some((title, text)) = unwrapped(ctx, value, at) {
            finding = finding.fix(Safety::Safe, title, ctx.edit(at, text));
        }
        if hooked.maybe {
            finding = finding.confidence(Confidence::Medium);
        } else {
            ctx.stop();
        }
        ctx.report(finding);
    }
}

/// Whether the place is a dict literal, in which the key `handler` is absent.
fn is_definition(ctx: &Context<'_>, at: At) -> bool {
    ctx.text(at).starts_with('{') || ctx.text(at).starts_with("dict(")
}

fn missing_key(ctx: &mut Context<'_>, hooked: &Hooked) {
    let at = hooked.handler_at;
    let mut finding = ctx
        .finding(id::HANDLER_KEY_MISSING, at, "this definition has no key `handler`".to_owned())
        .host_says(failed(ctx, "Hook callback must be callable, got <class 'NoneType'>"));
    // The one key whose value can be called is the handler under another name.
    let ast = ctx.ast(at.file);
    let keys: Vec<At> = ast
        .exprs()
        .iter()
        .filter(|expr| expr.span == at.span)
        .filter_map(|expr| match &expr.kind {
            crate::source::python::syntax::ExprKind::Dict(pairs) => Some(pairs),
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
    use crate::source::python::syntax::ExprKind;
    let ast = ctx.ast(at.file);
    let call = ast.exprs().iter().find(|expr| expr.span == at.span && matches!(expr.kind, ExprKind::Call { .. }))?;
    let ExprKind::Call { func, .. } = &call.kind else { return None };
    let at_of = |span| At { file: at.file, span };
    matches!(ast[*func].kind, ExprKind::Attribute { .. } | ExprKind::Name(_))
        .then(|| (at_of(ast[*func].span), at_of(call.span)))
}

/// `(self.h, 20)`, `[self.h]`, `"h"` → what the host wants.
fn unwrapped(ctx: &Context<'_>, value: &Val, at: At) -> Option<(String, String)> {
    use crate::source::python::syntax::ExprKind;
    if let Some(name) = value.as_str() {
        let class = ctx.sim.class?;
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
    let is_method = code.kind == crate::source::python::values::FuncKind::Plain
        && ctx
            .interp
            .scope(code.scope)
            .is_some_and(|scope| scope.kind == crate::source::python::values::ScopeKind::Class)
        && code.params().list.first().is_some_and(|first| matches!(&*first.name.name, "self" | "this"));
    let mine = ctx.sim.class.is_some_and(|mine| ctx.interp.is_subclass(mine, class));
    if !is_method {
        return;
    }
    let name = code.name().to_owned();
    let arity = ctx.host.hooks.get(&*hooked.hook).map_or(0, crate::rules::HookFact::arity);
    let words = match super::signature::fit(code.params(), arity) {
        super::signature::Fit::Missing(_, words)
        | super::signature::Fit::TooMany(words)
        | super::signature::Fit::KeywordOnly(_, words) => {
            format!("{}() {words}", ctx.qualified(func))
        }
        super::signature::Fit::Fits => return,
    };
    let mut finding = ctx
        .finding(
            id::HANDLER_UNBOUND,
            hooked.handler_at,
            format!("`{name}` is taken from the class, so it gets no `self` when the host calls it"),
        )
        .host_says(format!("Error executing hook '{}' in plugin '{}': {words}", hooked.hook, ctx.plugin.slug));
    if mine {
        finding = finding.fix(Safety::Safe, "take it from `self`", ctx.edit(hooked.handler_at, format!("self.{name}")));
    }
    ctx.report(finding);
}

fn priority(ctx: &mut Context<'_>, hooked: &Hooked) {
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
fn fact(ctx: &mut Context<'_>, hooked: &Hooked) {
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

/// State that changes in `get_hooks`, which is called again and again.
fn side_effects(ctx: &mut Context<'_>) {
    let moment = ctx.sim.before_hooks;
    // The globals of templates are asked for here too; that is another rule's matter.
    let globals = ctx
        .sim
        .class
        .and_then(|class| ctx.interp.find_member(class, "get_template_globals"))
        .and_then(|member| ctx.interp.function_of(&member.value));
    for event in ctx.events(&Phase::Hooks) {
        if !ctx.is_own(event.at) || globals.is_some_and(|func| event.stack.contains(&func)) {
            continue;
        }
        let at = event.at;
        let message = match &event.kind {
            EventKind::SetAttr { target, name, value }
                if is_self(ctx, target) && (!idempotent(value) || augmented(ctx, event.at)) =>
            {
                format!("`get_hooks` changes `{name}`, and the host calls it again for every detail page")
            }
            EventKind::Call { callee, .. } if grows(callee, moment) => {
                "`get_hooks` adds to a container here, and the host calls it again for every detail page".to_owned()
            }
            EventKind::Call { callee, .. } if effect(callee) => {
                "`get_hooks` does something here, and the host calls it again for every detail page".to_owned()
            }
            _ => continue,
        };
        let finding = ctx.finding(id::GET_HOOKS_SIDE_EFFECT, at, message);
        ctx.report(finding);
    }
}

/// Whether a call adds to a container that was there before this moment.
pub(super) fn grows(callee: &Val, moment: u32) -> bool {
    match callee.as_sym() {
        Some(Sym::Attr { base, name }) => {
            matches!(base.kind, Kind::Obj(id) if id.0 < moment)
                && matches!(&**name, "append" | "extend" | "insert" | "pop")
        }
        _ => false,
    }
}

/// `target += …` is written at this place.
pub(super) fn augmented(ctx: &Context<'_>, at: At) -> bool {
    use crate::source::python::syntax::StmtKind;
    let ast = ctx.ast(at.file);
    ast.stmts()
        .iter()
        .any(|stmt| matches!(stmt.kind, StmtKind::AugAssign { target, .. } if ast[target].span == at.span))
}

fn is_self(ctx: &Context<'_>, target: &Val) -> bool {
    match (&target.kind, ctx.sim.instance.as_ref().map(|instance| &instance.kind)) {
        (Kind::Obj(a), Some(Kind::Obj(b))) => a == b,
        (Kind::Class(_), _) => true,
        _ => false,
    }
}

/// The same each time: nothing is lost by doing it again.
fn idempotent(value: &Val) -> bool {
    matches!(
        value.kind,
        Kind::Const(_) | Kind::Func(_) | Kind::Bound(..) | Kind::Class(_) | Kind::Obj(_) | Kind::Tuple(_)
    )
}

fn effect(callee: &Val) -> bool {
    let path = callee.as_external().unwrap_or("");
    let outside = [
        "builtins.open",
        "builtins.print",
        "time.sleep",
        "os.",
        "subprocess.",
        "requests.",
        "urllib.request.",
        "shutil.",
        "socket.",
        "threading.",
    ];
    if outside.iter().any(|prefix| path == *prefix || (prefix.ends_with('.') && path.starts_with(prefix))) {
        return !path.starts_with("os.path.") && !path.starts_with("os.environ") && path != "os.getenv";
    }
    match callee.as_sym() {
        Some(Sym::Attr { base, name }) => {
            matches!(
                &**name,
                "register"
                    | "register_blueprint"
                    | "route"
                    | "add_url_rule"
                    | "write"
                    | "write_text"
                    | "mkdir"
                    | "unlink"
                    | "start"
            ) && !matches!(base.kind, Kind::Const(_))
        }
        _ => false,
    }
}

/// `manager.hooks.register(…)`: a handler that is registered besides `get_hooks`; and hooks of one's own.
fn registered_by_hand(ctx: &mut Context<'_>) {
    let mut found = Vec::new();
    let mut own = Vec::new();
    for event in &ctx.interp.events {
        if !ctx.is_own(event.at) {
            continue;
        }
        match &event.kind {
            EventKind::Call { callee, args } => {
                if is_defined_hooks(callee) {
                    own.push(event.at);
                } else if let Some(Sym::Attr { base, name }) = callee.as_sym()
                    && &**name == "register"
                    && matches!(base.as_sym(), Some(Sym::Attr { name, .. }) if &**name == "hooks")
                    && let Some(hook) = args.get("hook_name", 0).and_then(|(value, _)| value.as_str())
                {
                    let callback = args.get("callback", 1).map(|(value, _)| value.clone());
                    found.push((event.at, hook.to_owned(), callback));
                }
            }
            EventKind::SetItem { target, .. } if reads_defined_hooks(target) => own.push(event.at),
            _ => {}
        }
    }
    for at in own {
        let finding = ctx.finding(
            id::CUSTOM_HOOK,
            at,
            "this adds a hook of the plugin's own: it works, and the hooks page does not show it".to_owned(),
        );
        ctx.report(finding);
    }
    for (at, hook, callback) in found {
        let func = callback.as_ref().and_then(|value| ctx.interp.function_of(value));
        let twice =
            ctx.sim.hooked.iter().find(|hooked| {
                *hooked.hook == *hook && func.is_some() && ctx.interp.function_of(&hooked.handler) == func
            });
        if let Some(other) = twice.map(|hooked| hooked.handler_at) {
            let finding = ctx
                .finding(
                    id::HOOK_REGISTERED_TWICE,
                    at,
                    format!("`get_hooks` registers the same handler for `{hook}`, so it runs twice"),
                )
                .related(ctx.place(other), "registered here as well");
            ctx.report(finding);
        }
    }
}
