//! Hooks of typed bases that are lost.

use std::rc::Rc;

use crate::contract::context::{Context, listed};
use crate::model::{Safety, Span};
use crate::rules::{Works, id};
use crate::source::python::syntax::{ExprKind, StmtKind};
use crate::source::python::values::FuncBody::Def;
use crate::source::python::values::{At, ClassId, FuncId, Kind, Member, Obj, Phase};

/// Typed bases whose hooks are lost.
pub(super) fn bases(ctx: &mut Context<'_>, class: ClassId) {
    let typed: Vec<ClassId> = ctx
        .interp
        .class(class)
        .mro
        .iter()
        .copied()
        .filter(|id| {
            let info = ctx.interp.class(*id);
            ctx.file(info.file).is_none()
                && ctx.host.types.get(&*info.name).is_some_and(|facts| !facts.hooks.is_empty())
        })
        .collect();
    let registered: Vec<Rc<str>> = ctx.sim.hooked.iter().map(|hooked| Rc::clone(&hooked.hook)).collect();
    let open = hooks_open(ctx);
    if typed.is_empty() || ctx.sim.hooks.is_none() || open {
        return;
    }
    let own_hooks = ctx
        .interp
        .find_member(class, "get_hooks")
        .filter(|member| ctx.file(ctx.interp.class(member.class).file).is_some());
    for base in typed {
        let name = ctx.interp.class(base).name.to_string();
        let Some(facts) = ctx.host.types.get(&name).filter(|facts| facts.works != Works::CannotLoad) else { continue };
        let lost: Vec<String> = facts
            .hooks
            .iter()
            .filter(|hook| !registered.iter().any(|seen| **seen == *hook.name))
            .filter(|hook| hook.only_if.as_ref().is_none_or(|method| returns_something(ctx, method)))
            .map(|hook| hook.name.clone())
            .collect();
        if lost.is_empty() {
            continue;
        }
        match &own_hooks {
            Some(member) => hook_lost(ctx, member, &name, &lost),
            None => second_base(ctx, class, base, &name, &lost),
        }
    }
}

/// Whether a method of the plugin surely returns something that counts as true.
fn returns_something(ctx: &mut Context<'_>, method: &str) -> bool {
    let Some(instance) = ctx.sim.instance.clone() else { return false };
    let method = ctx.interp.read_attribute(&instance, method);
    if ctx.interp.function_of(&method).is_none() {
        return false;
    }
    ctx.interp.phase = Phase::Later("again");
    let outcome = ctx.interp.invoke(&method, Vec::new());
    ctx.interp.truth(&outcome.value) == Some(true)
}

fn hooks_open(ctx: &Context<'_>) -> bool {
    ctx.sim.hooks.as_ref().is_some_and(|outcome| {
        outcome.opaque
            || outcome.value.alternatives().any(|value| match value.kind {
                Kind::Obj(id) => matches!(ctx.interp.obj(id), Some(Obj::Dict { open: true, .. })),
                _ => true,
            })
    })
}

fn hook_lost(ctx: &mut Context<'_>, member: &Member, base: &str, lost: &[String]) {
    let Some(func) = ctx.interp.function_of(&member.value) else { return };
    let at = ctx.func(func).name_at();
    let mut finding = ctx
        .finding(
            id::TYPED_HOOK_LOST,
            at,
            format!("this `get_hooks` leaves out {}, which `{base}` registers", listed(lost)),
        )
        .help(
            "Start from what the base registers: `hooks = super().get_hooks()`, add to it, and return it.".to_owned(),
        );
    if let Some((edit_at, text)) = spread(ctx, func) {
        finding = finding.fix(Safety::Safe, "merge the hooks of the base class", ctx.edit(edit_at, text));
    }
    ctx.report(finding);
}

/// `return {` → `return {**super().get_hooks(), `, when that dict literal is all there is.
fn spread(ctx: &Context<'_>, func: FuncId) -> Option<(At, String)> {
    let Def(def) = ctx.func(func).body else { return None };
    let file = ctx.func(func).file;
    let ast = ctx.ast(file);
    let mut returns = def.body.iter().filter_map(|id| match ast[*id].kind {
        StmtKind::Return(Some(value)) => Some(value),
        _ => None,
    });
    let (value, None) = (returns.next()?, returns.next()) else { return None };
    let ExprKind::Dict(pairs) = &ast[value].kind else { return None };
    let open = ast[value].span.start;
    let source = ctx.file(file)?.source()?;
    let at = At { file, span: Span::new(open, open + 1) };
    let Some(first) = pairs.first() else { return Some((at, "{**super().get_hooks(), ".to_owned())) };
    let first = ast[first.0.unwrap_or(first.1)].span;
    let line = |offset| source.position(offset).line;
    if line(first.start) == line(open) {
        return Some((at, "{**super().get_hooks(), ".to_owned()));
    }
    let start = source.lines().line_span(source.text(), line(first.start)).start;
    let indent = source.text().get(start as usize..first.start as usize).filter(|text| text.trim().is_empty())?;
    Some((at, format!("{{\n{indent}**super().get_hooks(),")))
}

fn second_base(ctx: &mut Context<'_>, class: ClassId, base: ClassId, name: &str, lost: &[String]) {
    let info = ctx.interp.class(class);
    let at = info
        .bases
        .iter()
        .find(|value| matches!(value.kind, Kind::Class(one) if ctx.interp.is_subclass(one, base)))
        .map_or(At { file: info.file, span: info.name_at.span }, |value| value.at);
    let first = info.mro.iter().find(|id| {
        let scope = ctx.interp.class(**id).scope;
        ctx.interp.scope(scope).is_some_and(|scope| scope.vars.contains_key("get_hooks"))
    });
    let first = first.map_or("", |id| &*ctx.interp.class(*id).name).to_owned();
    let finding = ctx
        .finding(
            id::SECOND_BASE_HOOK_LOST,
            at,
            format!(
                "Python takes `get_hooks` from `{first}` alone, so {} of `{name}` is never registered",
                listed(lost)
            ),
        )
        .help(format!(
            "Write a `get_hooks` that merges both: `return {{**{first}.get_hooks(self), **{name}.get_hooks(self)}}`."
        ));
    let finding = match merged(ctx, class) {
        Some((edit_at, text)) => {
            finding.fix(Safety::Safe, "merge the hooks of both base classes", ctx.edit(edit_at, text))
        }
        None => finding,
    };
    ctx.report(finding);
}

/// A `get_hooks` for the end of the class body that merges those of all bases as they are written.
fn merged(ctx: &Context<'_>, class: ClassId) -> Option<(At, String)> {
    let info = ctx.interp.class(class);
    let source = ctx.file(info.file)?.source()?;
    let ast = ctx.ast(info.file);
    let def = info.def?;
    let last = ast[*def.body.last()?].span;
    let first = ast[*def.body.first()?].span;
    let line = source.lines().line_span(source.text(), source.position(first.start).line);
    let indent = source.text().get(line.start as usize..first.start as usize).filter(|text| text.trim().is_empty())?;
    let bases: Vec<String> =
        def.bases.iter().map(|base| format!("**{}.get_hooks(self)", source.slice(ast[base.value].span))).collect();
    let text = format!("\n\n{indent}def get_hooks(self):\n{indent}    return {{{}}}", bases.join(", "));
    Some((At { file: info.file, span: Span::new(last.end, last.end) }, text))
}
