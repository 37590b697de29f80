//! Attributes that nothing defines, and those that are set too late.

use std::collections::BTreeSet;

use crate::contract::context::Context;
use crate::model::Safety;
use crate::rules::id;
use crate::source::python::syntax::{ExprKind, StmtKind};
use crate::source::python::values::{Event, EventKind, FileId, Kind, Obj, Phase, Val};

pub(super) fn check(ctx: &mut Context<'_>) {
    let events: Vec<_> =
        ctx.interp.events.iter().filter(|event| matches!(event.kind, EventKind::MissingAttr { .. })).cloned().collect();
    if events.is_empty() {
        return;
    }
    let assigned = assigned(ctx);
    for event in events {
        let EventKind::MissingAttr { target, name } = &event.kind else { continue };
        if !ctx.is_own(event.at) || event.guards.catches("AttributeError") {
            continue;
        }
        let at_load =
            matches!(event.phase, Phase::Import | Phase::Construct | Phase::Metadata | Phase::Init | Phase::Hooks);
        if target.is_none() {
            before_app(ctx, &event);
            continue;
        }
        // That is told beside the imports.
        let Some((kind, known)) = described(ctx, target) else { continue };
        let at = ctx.word_in(event.at, name);
        let words = format!("{kind} has no attribute '{name}'");
        // `__name` of another class is `_Class__name`.
        let written = name.find("__").filter(|at| *at > 0).map_or(&**name, |at| &name[at..]);
        let assigned_somewhere = assigned.contains(&**name) || assigned.contains(written);
        if assigned_somewhere && !matches!(target.kind, Kind::Module(_)) {
            // Set by a method that runs later. Before `init` that is certain; in handlers it depends on the order.
            if matches!(event.phase, Phase::Metadata | Phase::Construct) {
                let finding = ctx
                    .finding(
                        id::STATE_BEFORE_INIT,
                        event.at,
                        format!("`{name}` is set in `init`, and the host calls `get_metadata` before it"),
                    )
                    .host_says(ctx.failed(&words));
                if event.certain {
                    ctx.stop();
                }
                ctx.report(finding);
            }
            continue;
        }
        let mut finding = ctx.finding(id::ATTRIBUTE_MISSING, at, format!("nothing defines the attribute `{name}`"));
        if let Some(near) = ctx.nearest(name, known.iter().map(String::as_str)) {
            finding = finding.help(format!("Did you mean `{near}`?")).fix(
                Safety::Unsafe,
                format!("use `{near}`"),
                ctx.edit(at, near),
            );
        }
        if at_load {
            finding = finding.host_says(ctx.failed(&words));
            if event.certain {
                ctx.stop();
            }
        } else {
            finding = finding.host_says(words);
        }
        ctx.report(finding);
    }
}

/// `self.app.…` in the constructor: the host sets `app` and `manager` after it. The `None` is the one that the
/// host's base class has put there, by whatever way it came to the place where it is used.
fn before_app(ctx: &mut Context<'_>, event: &Event) {
    let EventKind::MissingAttr { target, name: attribute } = &event.kind else { return };
    let Some(name) = set_later(ctx, target).filter(|_| event.phase == Phase::Construct) else { return };
    let finding = ctx
        .finding(
            id::STATE_BEFORE_INIT,
            event.at,
            format!("`self.{name}` is still None in the constructor: the host sets it afterwards"),
        )
        .host_says(ctx.failed(&format!("'NoneType' object has no attribute '{attribute}'")));
    if event.certain {
        ctx.stop();
    }
    ctx.report(finding);
}

/// The attribute which the host's base class sets to this very `None`.
pub(super) fn set_later(ctx: &Context<'_>, none: &Val) -> Option<String> {
    if ctx.is_own(none.at) || none.at.file == FileId::DATA {
        return None;
    }
    let ast = ctx.ast(none.at.file);
    ast.stmts().iter().find_map(|stmt| match &stmt.kind {
        StmtKind::Assign { targets, value } if ast[*value].span == none.at.span => {
            targets.iter().find_map(|target| match &ast[*target].kind {
                ExprKind::Attribute { attr, .. } => Some(attr.name.to_string()),
                _ => None,
            })
        }
        _ => None,
    })
}

/// How Python names the object in its error, and the attributes that it has.
fn described(ctx: &Context<'_>, target: &Val) -> Option<(String, Vec<String>)> {
    let of_class = |class| {
        let mut names = Vec::new();
        for base in &ctx.interp.class(class).mro {
            if let Some(scope) = ctx.interp.scope(ctx.interp.class(*base).scope) {
                names.extend(scope.vars.keys().map(|name| name.to_string()));
            }
        }
        names
    };
    match target.kind {
        Kind::Obj(id) => match ctx.interp.obj(id)? {
            Obj::Instance { class, attrs } => {
                let mut names = of_class(*class);
                names.extend(attrs.keys().map(|name| name.to_string()));
                Some((format!("'{}' object", ctx.interp.class(*class).name), names))
            }
            Obj::Dict { .. } | Obj::List { .. } => {
                Some((format!("'{}' object", ctx.interp.type_of(target).name()), Vec::new()))
            }
        },
        Kind::Super(_, ref receiver) => {
            let names = described(ctx, receiver).map_or_else(Vec::new, |(_, names)| names);
            Some(("'super' object".to_owned(), names))
        }
        Kind::Const(_) | Kind::Tuple(_) => {
            Some((format!("'{}' object", ctx.interp.type_of(target).name()), Vec::new()))
        }
        Kind::Class(class) => Some((format!("type object '{}'", ctx.interp.class(class).name), of_class(class))),
        Kind::Module(file) => {
            let names = ctx.interp.namespace(file)?.vars.keys().map(|name| name.to_string()).collect();
            Some((format!("module '{}'", module_of(ctx, file)?), names))
        }
        _ => None,
    }
}

/// The dotted name of a file of the plugin.
pub(super) fn module_of(ctx: &Context<'_>, file: FileId) -> Option<String> {
    let path = ctx.file(file)?.path.as_str().trim_end_matches(".py").replace('/', ".");
    let module = path.trim_end_matches("__init__").trim_end_matches('.');
    let slug = &ctx.plugin.slug;
    Some(if module.is_empty() { slug.clone() } else { format!("{slug}.{module}") })
}

/// Every attribute name that any statement of the plugin assigns, and every constant given to `setattr`.
fn assigned(ctx: &Context<'_>) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for (index, file) in ctx.files.iter().enumerate() {
        let Some(index) = u32::try_from(index).ok().filter(|_| file.is_some()) else { continue };
        let ast = ctx.ast(FileId(index));
        for stmt in ast.stmts() {
            let targets = match &stmt.kind {
                StmtKind::Assign { targets, .. } => targets.clone(),
                StmtKind::AugAssign { target, .. }
                | StmtKind::AnnAssign { target, .. }
                | StmtKind::For { target, .. } => vec![*target],
                StmtKind::With { items, .. } => items.iter().filter_map(|(_, target)| *target).collect(),
                _ => continue,
            };
            let mut queue = targets;
            while let Some(target) = queue.pop() {
                match &ast[target].kind {
                    ExprKind::Attribute { attr, .. } => {
                        names.insert(attr.name.to_string());
                    }
                    ExprKind::Tuple(items) | ExprKind::List(items) => queue.extend(items),
                    ExprKind::Starred(inner) => queue.push(*inner),
                    _ => {}
                }
            }
        }
    }
    for event in &ctx.interp.events {
        if let EventKind::SetAttr { name, .. } = &event.kind {
            names.insert(name.to_string());
        }
    }
    names
}
