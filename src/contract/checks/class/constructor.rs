//! How the host makes the instance.

use crate::contract::context::Context;
use crate::model::{Confidence, Safety, Span};
use crate::rules::id;
use crate::source::python::signature::{Fit, fit};
use crate::source::python::syntax::ExprKind::Constant;
use crate::source::python::syntax::{Stmt, StmtKind};
use crate::source::python::values::FuncBody::Def;
use crate::source::python::values::{Args, At, ClassId, FuncId, Kind, Obj, Record};

pub(super) fn constructor(ctx: &mut Context<'_>, class: ClassId) {
    made_by_new(ctx, class);
    handed_on(ctx);
    if let Some(record) = ctx.interp.written_constructor(class) {
        written(ctx, class, &record);
        return;
    }
    let Some(member) = ctx.interp.find_member(class, "__init__") else { return };
    let Some(func) = ctx.interp.function_of(&member.value) else { return };
    let at = ctx.func(func).name_at();
    if !ctx.is_own(at) {
        return;
    }
    match fit(ctx.func(func).params(), 1) {
        Fit::Fits => {}
        Fit::TooMany(words) | Fit::Missing(_, words) | Fit::KeywordOnly(_, words) => {
            let said = ctx.failed(&format!("{}() {words}", ctx.qualified(func)));
            let finding = ctx
                .finding(id::CONSTRUCTOR_ARGUMENTS, at, "the host calls the class without arguments".to_owned())
                .host_says(said);
            ctx.stopper(finding);
        }
    }
    if ctx.interp.class(class).is_open {
        return;
    }
    let set = enabled(ctx);
    if set == Some(false) {
        return;
    }
    let name = ctx.interp.class(class).name.to_string();
    let func = last_constructor(ctx, class).unwrap_or(func);
    let at = ctx.func(func).name_at();
    let mut finding = ctx
        .finding(id::MISSING_SUPER_INIT, at, "this constructor never calls `super().__init__()`".to_owned())
        .host_says(format!("'{name}' object has no attribute '_enabled'"));
    if set == Some(true) {
        finding = finding.confidence(Confidence::Medium);
    }
    if let Some((edit_at, text)) = super_call(ctx, func) {
        finding = finding.fix(Safety::Safe, "call `super().__init__()` first", ctx.edit(edit_at, text));
    }
    ctx.report(finding);
}

/// The constructor at which the chain of `super().__init__()` ends.
fn last_constructor(ctx: &Context<'_>, class: ClassId) -> Option<FuncId> {
    ctx.interp
        .class(class)
        .mro
        .iter()
        .filter_map(|id| ctx.interp.scope(ctx.interp.class(*id).scope)?.vars.get("__init__"))
        .filter_map(|slot| ctx.interp.function_of(&slot.value))
        .rfind(|func| ctx.interp.was_called(*func) && ctx.is_own(ctx.func(*func).name_at()))
}

/// The constructor of a data class, which Python has written: it takes the fields, and does not call the base's.
fn written(ctx: &mut Context<'_>, class: ClassId, record: &Record) {
    let info = ctx.interp.class(class);
    let (at, name) = (info.name_at, info.name.to_string());
    if !ctx.is_own(at) {
        return;
    }
    if let Some(words) = ctx.interp.record_misfit(class, record, &Args::default()) {
        let said = ctx.failed(&words);
        let finding = ctx
            .finding(id::CONSTRUCTOR_ARGUMENTS, at, "the host calls the class without arguments".to_owned())
            .help("Give every field a default.")
            .host_says(said);
        ctx.stopper(finding);
    }
    if enabled(ctx) != Some(false) {
        let finding = ctx
            .finding(
                id::MISSING_SUPER_INIT,
                at,
                "the constructor that `dataclass` writes never calls that of the host's class".to_owned(),
            )
            .help("Call `super().__init__()` in `__post_init__`, or do without `@dataclass`.")
            .host_says(format!("'{name}' object has no attribute '_enabled'"));
        ctx.report(finding);
    }
}

/// Whether the host's constructor may not have run; `None`: it has not.
fn enabled(ctx: &Context<'_>) -> Option<bool> {
    match ctx.interp.obj(match ctx.sim.instance.as_ref()?.kind {
        Kind::Obj(id) => id,
        _ => return None,
    })? {
        Obj::Instance { attrs, .. } => attrs.get("_enabled").map(|slot| slot.maybe),
        _ => None,
    }
}

/// A `__new__` that wants arguments.
fn made_by_new(ctx: &mut Context<'_>, class: ClassId) {
    let Some(member) = ctx.interp.find_member(class, "__new__") else { return };
    let Some(func) = ctx.interp.function_of(&member.value) else { return };
    let at = ctx.func(func).name_at();
    let (Fit::TooMany(words) | Fit::Missing(_, words) | Fit::KeywordOnly(_, words)) = fit(ctx.func(func).params(), 1)
    else {
        return;
    };
    if ctx.is_own(at) {
        let said = ctx.failed(&format!("{}() {words}", ctx.qualified(func)));
        let finding = ctx
            .finding(id::CONSTRUCTOR_ARGUMENTS, at, "the host calls the class without arguments".to_owned())
            .host_says(said);
        ctx.stopper(finding);
    }
}

/// `super().__init__('My Plugin')`: the host's base takes nothing.
fn handed_on(ctx: &mut Context<'_>) {
    let calls = ctx.interp.misfits.clone();
    for (func, words, at) in calls {
        if !is_host_constructor(ctx, func) || !ctx.is_own(at) {
            continue;
        }
        let said = ctx.failed(&words);
        let finding = ctx
            .finding(id::CONSTRUCTOR_ARGUMENTS, at, "the constructor of the base class takes no arguments".to_owned())
            .host_says(said);
        ctx.stopper(finding);
    }
}

/// Whether a function is the constructor of one of the host's classes.
pub(in crate::contract::checks) fn is_host_constructor(ctx: &Context<'_>, func: FuncId) -> bool {
    let code = ctx.func(func);
    code.name() == "__init__" && !ctx.is_own(code.name_at())
}

/// Where a first statement goes, and its text.
fn super_call(ctx: &Context<'_>, func: FuncId) -> Option<(At, String)> {
    let Def(def) = ctx.func(func).body else { return None };
    let file = ctx.func(func).file;
    let ast = ctx.ast(file);
    let source = ctx.file(file)?.source()?;
    let is_text = |stmt: &Stmt| matches!(&stmt.kind, StmtKind::Expr(value) if matches!(ast[*value].kind, Constant(_)));
    let body: Vec<_> = def.body.iter().map(|id| &ast[*id]).collect();
    let (first, rest) = body.split_first()?;
    let before = if is_text(first) && !rest.is_empty() { rest[0] } else { first };
    let line = source.lines().line_span(source.text(), source.position(before.span.start).line);
    let indent = source.text().get(line.start as usize..before.span.start as usize)?;
    if !indent.trim().is_empty() {
        return None;
    }
    let at = At { file, span: Span::new(before.span.start, before.span.start) };
    Some((at, format!("super().__init__()\n{indent}")))
}
