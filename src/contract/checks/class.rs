//! The choice of the class, and what the host calls on it before it works.

use std::rc::Rc;

use super::signature::{Fit, fit};
use crate::contract::context::{Context, listed};
use crate::contract::simulate::Candidate;
use crate::model::{Confidence, Edit, Finding, Safety, Span};
use crate::rules::{Works, id, nearest};
use crate::source::python::syntax::StmtKind;
use crate::source::python::values::{At, ClassId, EventKind, FuncId, Kind, Obj, Phase};

pub(super) fn check(ctx: &mut Context<'_>) {
    let Some(package) = ctx.sim.package else { return };
    if ctx.sim.candidates.iter().all(|candidate| candidate.is_host) {
        if ctx.sim.candidates.is_empty() || !opaque_class(ctx) {
            no_class(ctx, package);
        }
        return;
    }
    choice(ctx);
    let Some(class) = ctx.sim.class else { return };
    missing_methods(ctx, class);
    constructor(ctx, class);
    signatures(ctx, class);
    bases(ctx, class);
    init(ctx);
}

/// Whether the package binds something that may be a plugin class although we cannot follow it.
fn opaque_class(ctx: &Context<'_>) -> bool {
    let Some(namespace) = ctx.sim.package.and_then(|package| ctx.interp.namespace(package)) else { return false };
    namespace.open
        || ctx.interp.exhausted()
        || namespace.vars.iter().any(|(name, slot)| {
            !name.starts_with(['_', '\0'])
                && slot.value.alternatives().any(|value| match value.kind {
                    Kind::Class(class) => {
                        ctx.file(ctx.interp.class(class).file).is_some() && ctx.interp.class(class).is_open
                    }
                    Kind::Unknown => true,
                    _ => false,
                })
        })
}

fn no_class(ctx: &mut Context<'_>, package: crate::source::python::values::FileId) {
    if opaque_class(ctx) {
        ctx.unsure();
        return;
    }
    let words = format!("Failed to load plugin '{0}': Plugin '{0}' has no BasePlugin subclass", ctx.plugin.slug);
    let elsewhere = class_elsewhere(ctx);
    let mut finding = ctx
        .whole(id::NO_PLUGIN_CLASS, "__init__.py", "no name in `__init__.py` is bound to a subclass of `BasePlugin`")
        .host_says(words);
    if let Some((module, name)) = elsewhere {
        finding = finding.help(format!(
            "The host looks at the names of `__init__.py` alone. Write there: `from .{module} import {name}`."
        ));
    }
    if ctx.interp.was_run(package) {
        ctx.stopper(finding);
    }
}

/// A plugin class in another module of the plugin: the module and the class.
fn class_elsewhere(ctx: &Context<'_>) -> Option<(String, String)> {
    ctx.files.iter().flatten().filter(|file| file.path.as_str() != "__init__.py").find_map(|file| {
        let index = ctx.files.iter().position(|other| other.is_some_and(|other| other.path == file.path))?;
        let ast = ctx.ast(crate::source::python::values::FileId(u32::try_from(index).ok()?));
        let module = file.path.as_str().strip_suffix(".py")?.replace('/', ".");
        ast.stmts().iter().find_map(|stmt| match &stmt.kind {
            StmtKind::ClassDef(def) if !def.bases.is_empty() && def.name.name.ends_with("Plugin") => {
                Some((module.clone(), def.name.name.to_string()))
            }
            _ => None,
        })
    })
}

fn choice(ctx: &mut Context<'_>) {
    let candidates = ctx.sim.candidates.clone();
    let Some(taken) = candidates.first() else { return };
    let Some(meant) = ctx.sim.class else { return };
    let meant_name = candidates.iter().find(|one| one.class == meant).map_or(Rc::from(""), |one| Rc::clone(&one.name));
    let slug = ctx.plugin.slug.clone();
    if taken.class != meant {
        let complete = taken.missing.is_empty();
        let related = ctx.interp.is_subclass(meant, taken.class);
        if complete && !related {
            several(ctx, &candidates, taken);
            return;
        }
        let why = if taken.is_host { "a base class of the host's own" } else { "a base class of the plugin" };
        let mut finding = ctx
            .finding(
                id::WRONG_CLASS_CHOSEN,
                taken.at,
                format!("the host takes `{}`, {why}, because it sorts before `{meant_name}`", taken.name),
            )
            .label(format!("`{}` comes first in the alphabet", taken.name));
        if !complete {
            finding = finding.host_says(format!(
                "Failed to load plugin '{slug}': Can't instantiate abstract class {} with abstract method{} {}",
                ctx.interp.class(taken.class).def.name.name,
                if taken.missing.len() == 1 { "" } else { "s" },
                taken.missing.join(", ")
            ));
        }
        finding = unexposed(ctx, finding, taken);
        ctx.stopper(finding);
        return;
    }
    let others: Vec<&Candidate> = candidates.iter().filter(|one| one.class != taken.class).collect();
    let rivals: Vec<&&Candidate> = others
        .iter()
        .filter(|one| {
            one.name != taken.name
                && !one.is_host
                && one.missing.is_empty()
                && !ctx.interp.is_subclass(taken.class, one.class)
        })
        .collect();
    if !rivals.is_empty() {
        several(ctx, &candidates, taken);
        return;
    }
    for other in others {
        // An underscore sorts after every class name in capital letters.
        if other.name == taken.name || other.name.starts_with('_') {
            continue;
        }
        let finding = ctx.finding(
            id::CLASS_CHOSEN_BY_LUCK,
            other.at,
            format!("only the alphabet makes the host take `{}` and not `{}`", taken.name, other.name),
        );
        let finding = unexposed(ctx, finding, other);
        ctx.report(finding);
    }
}

/// The fix for a typed base that is imported by name into the package: import its module instead.
fn unexposed(ctx: &Context<'_>, finding: Finding, candidate: &Candidate) -> Finding {
    if !candidate.is_host {
        return finding;
    }
    let name = ctx.interp.class(candidate.class).def.name.name.to_string();
    let help = format!(
        "Keep `{name}` out of the names of `__init__.py`: write the class in `plugin.py` and import only it, or use \
         `from app.plugins import types` and `types.{name}`."
    );
    let finding = finding.help(help);
    let ast = ctx.ast(candidate.at.file);
    let import = ast.stmts().iter().find_map(|stmt| match &stmt.kind {
        StmtKind::ImportFrom { module: Some(module), names, level: 0, .. }
            if names.len() == 1 && names[0].name.span == candidate.at.span && &**module == "app.plugins.types" =>
        {
            Some((stmt.span, names[0].asname.as_ref().map_or(&names[0].name, |name| name).name.to_string()))
        }
        _ => None,
    });
    let Some((span, local)) = import else { return finding };
    let path = ctx.file(candidate.at.file).map_or("", |file| file.path.as_str()).to_owned();
    let mut edits = vec![Edit { path: path.clone(), span, replacement: "from app.plugins import types".to_owned() }];
    for expr in ast.exprs() {
        if matches!(&expr.kind, crate::source::python::syntax::ExprKind::Name(used) if **used == *local) {
            edits.push(Edit { path: path.clone(), span: expr.span, replacement: format!("types.{name}") });
        }
    }
    finding.fix(Safety::Safe, "import the module of the base class", edits)
}

fn several(ctx: &mut Context<'_>, candidates: &[Candidate], taken: &Candidate) {
    let others: Vec<&Candidate> = candidates
        .iter()
        .filter(|one| one.class != taken.class && !one.is_host && !ctx.interp.is_subclass(taken.class, one.class))
        .collect();
    for other in others {
        let finding = ctx
            .finding(
                id::SEVERAL_PLUGIN_CLASSES,
                other.at,
                format!("the host takes `{}` and never looks at `{}`", taken.name, other.name),
            )
            .related(ctx.place(taken.at), format!("`{}` comes first in the alphabet", taken.name));
        ctx.report(finding);
    }
}

fn missing_methods(ctx: &mut Context<'_>, class: ClassId) {
    let missing = ctx.interp.abstract_at_definition(class);
    if missing.is_empty() {
        return;
    }
    let info = ctx.interp.class(class);
    if info.is_open {
        ctx.unsure();
        return;
    }
    let (name, at) = (info.def.name.name.to_string(), At { file: info.file, span: info.def.name.span });
    let scope = info.scope;
    let words = format!(
        "Failed to load plugin '{}': Can't instantiate abstract class {name} with abstract method{} {}",
        ctx.plugin.slug,
        if missing.len() == 1 { "" } else { "s" },
        missing.join(", ")
    );
    let known: Vec<String> = ctx.host.calls.keys().cloned().collect();
    let own: Vec<(Rc<str>, FuncId)> = ctx.interp.scope(scope).map_or_else(Vec::new, |scope| {
        scope
            .vars
            .iter()
            .filter(|(name, _)| !name.starts_with('_') && !known.iter().any(|known| **known == ***name))
            .filter_map(|(name, slot)| Some((Rc::clone(name), ctx.interp.function_of(&slot.value)?)))
            .collect()
    });
    let attached = |method: &str| {
        ctx.interp.events.iter().any(|event| match &event.kind {
            EventKind::SetAttr { target, name, .. } => {
                &**name == method && matches!(target.kind, Kind::Class(one) if one == class)
            }
            _ => false,
        })
    };
    let late: Vec<bool> = missing.iter().map(|method| attached(method)).collect();
    let names: Vec<&str> = own.iter().map(|(name, _)| &**name).collect();
    let mut finding = ctx
        .finding(id::ABSTRACT_METHOD_MISSING, at, format!("`{name}` does not define {}", listed(&missing)))
        .host_says(words);
    let mut edits = Vec::new();
    let mut hints = Vec::new();
    for method in &missing {
        let near = nearest(method, names.iter().copied()).or_else(|| like(method, &names));
        if let Some(near) = near
            && let Some((_, func)) = own.iter().find(|(name, _)| &**name == near)
        {
            hints.push(format!("`{near}` to `{method}`"));
            edits.extend(ctx.edit(ctx.func(*func).name_at(), &**method));
        }
    }
    if late.contains(&true) {
        finding = finding.help(
            "Python decides when the class is made which methods are abstract; define the method inside the class."
                .to_owned(),
        );
    }
    if !hints.is_empty() {
        finding = finding.help(format!("Rename {}.", hints.join(" and "))).fix(
            Safety::Safe,
            format!("rename {}", hints.join(" and ")),
            edits,
        );
    }
    ctx.stopper(finding);
}

/// A method that says the same in other words: `get_filters` for `get_template_filters`.
fn like<'n>(method: &str, names: &[&'n str]) -> Option<&'n str> {
    let words: Vec<&str> = method.split('_').collect();
    names.iter().copied().find(|name| {
        let parts: Vec<&str> = name.split('_').collect();
        parts.len() >= 2 && parts.last() == words.last() && parts.iter().all(|part| words.contains(part))
    })
}

fn constructor(ctx: &mut Context<'_>, class: ClassId) {
    made_by_new(ctx, class);
    handed_on(ctx);
    let Some(member) = ctx.interp.find_member(class, "__init__") else { return };
    let Some(func) = ctx.interp.function_of(&member.value) else { return };
    let at = ctx.func(func).name_at();
    if !ctx.is_own(at) {
        return;
    }
    match fit(ctx.func(func).params(), 1) {
        Fit::Fits => {}
        Fit::TooMany(words) | Fit::Missing(_, words) | Fit::KeywordOnly(_, words) => {
            let said = format!("Failed to load plugin '{}': {}() {words}", ctx.plugin.slug, ctx.qualified(func));
            let finding = ctx
                .finding(id::CONSTRUCTOR_ARGUMENTS, at, "the host calls the class without arguments".to_owned())
                .host_says(said);
            ctx.stopper(finding);
        }
    }
    if ctx.interp.class(class).is_open {
        return;
    }
    let set = ctx.sim.instance.as_ref().and_then(|instance| match instance.kind {
        Kind::Obj(id) => match ctx.interp.obj(id) {
            Some(Obj::Instance { attrs, .. }) => attrs.get("_enabled").map(|slot| slot.maybe),
            _ => None,
        },
        _ => None,
    });
    if set == Some(false) {
        return;
    }
    let name = ctx.interp.class(class).def.name.name.to_string();
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
        let said = format!("Failed to load plugin '{}': {}() {words}", ctx.plugin.slug, ctx.qualified(func));
        let finding = ctx
            .finding(id::CONSTRUCTOR_ARGUMENTS, at, "the host calls the class without arguments".to_owned())
            .host_says(said);
        ctx.stopper(finding);
    }
}

/// `super().__init__('My Plugin')`: the host's base takes nothing.
fn handed_on(ctx: &mut Context<'_>) {
    let calls = ctx.interp.misfits.clone();
    for (func, given, at) in calls {
        let code = ctx.func(func);
        if code.name() != "__init__" || ctx.is_own(code.name_at()) || !ctx.is_own(at) {
            continue;
        }
        let (Fit::TooMany(words) | Fit::Missing(_, words) | Fit::KeywordOnly(_, words)) = fit(code.params(), given)
        else {
            continue;
        };
        let said = format!("Failed to load plugin '{}': {}() {words}", ctx.plugin.slug, ctx.qualified(func));
        let finding = ctx
            .finding(id::CONSTRUCTOR_ARGUMENTS, at, "the constructor of the base class takes no arguments".to_owned())
            .host_says(said);
        ctx.stopper(finding);
    }
}

/// Where a first statement goes, and its text.
fn super_call(ctx: &Context<'_>, func: FuncId) -> Option<(At, String)> {
    let crate::source::python::values::FuncBody::Def(def) = ctx.func(func).body else { return None };
    let file = ctx.func(func).file;
    let ast = ctx.ast(file);
    let source = ctx.file(file)?.source()?;
    let is_text = |stmt: &crate::source::python::syntax::Stmt| matches!(&stmt.kind, StmtKind::Expr(value) if matches!(ast[*value].kind, crate::source::python::syntax::ExprKind::Constant(_)));
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

fn signatures(ctx: &mut Context<'_>, class: ClassId) {
    let calls: Vec<(String, usize)> = ctx.host.calls.iter().map(|(name, count)| (name.clone(), *count)).collect();
    for (name, count) in calls {
        let Some(member) = ctx.interp.find_member(class, &name) else { continue };
        let Some(func) = ctx.interp.function_of(&member.value) else { continue };
        use crate::source::python::values::FuncKind;
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
        finding = if loads {
            finding.host_says(format!("Failed to load plugin '{}': {said}", ctx.plugin.slug))
        } else {
            finding.host_says(said)
        };
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

/// Typed bases whose hooks are lost.
fn bases(ctx: &mut Context<'_>, class: ClassId) {
    let typed: Vec<ClassId> = ctx
        .interp
        .class(class)
        .mro
        .iter()
        .copied()
        .filter(|id| {
            let info = ctx.interp.class(*id);
            ctx.file(info.file).is_none()
                && ctx.host.types.get(&*info.def.name.name).is_some_and(|facts| !facts.hooks.is_empty())
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
        let name = ctx.interp.class(base).def.name.name.to_string();
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

fn hook_lost(ctx: &mut Context<'_>, member: &crate::source::python::values::Member, base: &str, lost: &[String]) {
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
    use crate::source::python::syntax::ExprKind;
    let crate::source::python::values::FuncBody::Def(def) = ctx.func(func).body else { return None };
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
        .map_or(At { file: info.file, span: info.def.name.span }, |value| value.at);
    let first = info.mro.iter().find(|id| {
        let scope = ctx.interp.class(**id).scope;
        ctx.interp.scope(scope).is_some_and(|scope| scope.vars.contains_key("get_hooks"))
    });
    let first = first.map_or("", |id| &*ctx.interp.class(*id).def.name.name).to_owned();
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
    let last = ast[*info.def.body.last()?].span;
    let first = ast[*info.def.body.first()?].span;
    let line = source.lines().line_span(source.text(), source.position(first.start).line);
    let indent = source.text().get(line.start as usize..first.start as usize).filter(|text| text.trim().is_empty())?;
    let bases: Vec<String> =
        info.def.bases.iter().map(|base| format!("**{}.get_hooks(self)", source.slice(ast[base.value].span))).collect();
    let text = format!("\n\n{indent}def get_hooks(self):\n{indent}    return {{{}}}", bases.join(", "));
    Some((At { file: info.file, span: Span::new(last.end, last.end) }, text))
}

/// What happens outside of any application context, and before the host's own pages are there.
fn init(ctx: &mut Context<'_>) {
    let phases = [Phase::Import, Phase::Construct, Phase::Metadata, Phase::Init, Phase::Hooks];
    let mut seen: Vec<At> = Vec::new();
    for phase in phases {
        for event in ctx.events(&phase) {
            if !ctx.is_own(event.at) {
                continue;
            }
            if phase == Phase::Init {
                core_blueprint(ctx, &event);
            }
            if event.guards.context || event.guards.catches("RuntimeError") {
                continue;
            }
            let Some(name) = needs_context(&event.kind) else { continue };
            if seen.iter().any(|at| at.file == event.at.file && at.span.start == event.at.span.start) {
                continue;
            }
            seen.push(event.at);
            outside_context(ctx, &event, &name);
        }
    }
    raises(ctx);
}

/// The name of what needs an application context: a call, or a use of one of Flask's proxies.
pub(super) fn needs_context(kind: &EventKind) -> Option<String> {
    let proxy = |path: &str| {
        let rest = path.strip_prefix("flask.")?;
        let (name, _) = rest.split_once('.')?;
        matches!(name, "current_app" | "g" | "request" | "session").then(|| name.to_owned())
    };
    match kind {
        EventKind::Call { callee, .. } => match callee.as_external()? {
            path @ ("flask.url_for"
            | "flask.render_template"
            | "flask.render_template_string"
            | "flask.flash"
            | "flask.get_flashed_messages"
            | "flask.jsonify"
            | "flask.stream_template"
            | "flask.make_response") => path.rsplit('.').next().map(str::to_owned),
            _ => None,
        },
        EventKind::Read(path) => proxy(path),
        EventKind::GetItem { target, .. } | EventKind::SetItem { target, .. } | EventKind::SetAttr { target, .. } => {
            proxy(&format!("{}.", target.as_external()?))
        }
        _ => None,
    }
}

fn outside_context(ctx: &mut Context<'_>, event: &crate::source::python::values::Event, name: &str) {
    let finding = ctx
        .finding(
            id::OUTSIDE_APP_CONTEXT,
            event.at,
            format!("`{name}` needs an application context, and the host loads plugins outside of any"),
        )
        .host_says(format!("Failed to load plugin '{}': Working outside of application context.", ctx.plugin.slug));
    if event.certain {
        ctx.stop();
    }
    ctx.report(finding);
}

/// `app.blueprints["admin"]` and its like in `init`: the host's own come later.
fn core_blueprint(ctx: &mut Context<'_>, event: &crate::source::python::values::Event) {
    use crate::source::python::values::{Sym, Val};
    let table = |value: &Val| match value.as_sym() {
        Some(Sym::Attr { base, name }) if super::routes::is_app(base) => {
            matches!(&**name, "blueprints" | "view_functions").then(|| name.to_string())
        }
        _ => None,
    };
    let (target, key, asks) = match &event.kind {
        EventKind::GetItem { target, key } => (target, key, false),
        EventKind::Contains { container, key } => (container, key, true),
        EventKind::Call { callee, args } => match (callee.as_sym(), args.pos.first()) {
            (Some(Sym::Attr { base, name }), Some(key)) if &**name == "get" => (base, key, true),
            _ => return,
        },
        _ => return,
    };
    let (Some(table), Some(key)) = (table(target), key.as_str()) else { return };
    let blueprint = key.split('.').next().unwrap_or(key);
    if !ctx.host.blueprints.iter().any(|known| known == blueprint) {
        return;
    }
    let finding = ctx.finding(
        id::CORE_BLUEPRINT_IN_INIT,
        event.at,
        format!("`{key}` is not in `app.{table}` yet when `init` runs"),
    );
    let finding = match asks {
        true => finding,
        false => finding.host_says(format!("Failed to load plugin '{}': '{key}'", ctx.plugin.slug)),
    };
    ctx.report(finding);
}

/// The name of the exception that is raised.
fn exception(value: &crate::source::python::values::Val) -> String {
    use crate::source::python::values::Sym;
    let path = match value.as_sym() {
        Some(Sym::Made { callee, .. }) => callee.as_external(),
        _ => value.as_external(),
    };
    path.and_then(|path| path.rsplit('.').next()).unwrap_or("Exception").to_owned()
}

/// `init` that always raises, and what it left behind.
fn raises(ctx: &mut Context<'_>) {
    let raised: Vec<_> = ctx
        .events(&Phase::Init)
        .into_iter()
        .filter(|event| match &event.kind {
            EventKind::Raise(value) => ctx.is_own(event.at) && !event.guards.catches(&exception(value)),
            _ => false,
        })
        .collect();
    let never = ctx.sim.init.as_ref().is_some_and(|outcome| outcome.never_returns);
    if never && !raised.is_empty() {
        ctx.stop();
    }
    for event in raised {
        let route = ctx.interp.events.iter().find(|other| {
            other.phase == Phase::Init
                && super::routes::adds_route(&other.kind)
                && other.at.file == event.at.file
                && other.at.span.start < event.at.span.start
        });
        if let Some(route) = route.map(|route| route.at) {
            let finding = ctx
                .finding(
                    id::ROUTE_BEFORE_RAISE,
                    event.at,
                    "`init` can raise after it has added a route, and the route stays".to_owned(),
                )
                .related(ctx.place(route), "this route answers although the plugin is not loaded");
            ctx.report(finding);
        }
    }
}
