//! Modules that are not there, are somewhere else, or belong to another plugin.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::names::missing_name;
use crate::contract::context::Context;
use crate::contract::facts::Claim;
use crate::model::{Edit, Finding, Safety, Span};
use crate::rules::id;
use crate::source::python::syntax::StmtKind;
use crate::source::python::values::{At, Event, EventKind, FileId, FuncId, Phase};

pub(in crate::contract::checks) fn check(ctx: &mut Context<'_>, siblings: &BTreeSet<&str>) {
    let mut events = ctx.interp.events.clone();
    events.extend(unreached(ctx, &events));
    let asked = asked_for(&events);
    let refusals = refusals(&events);
    let refused = |event: &Event| {
        refusals.get(&(event.at.file, event.function)).is_some_and(|start| *start < event.at.span.start)
    };
    for event in &events {
        if !ctx.is_own(event.at) {
            continue;
        }
        super::libraries::check(ctx, event);
        match &event.kind {
            EventKind::MissingModule { module }
                // Unless the plugin asks first whether the library is there.
                if !event.guarded() && (event.certain && !refused(event) || !asked.contains(top_of(module))) =>
            {
                missing_module(ctx, event, module);
            }
            EventKind::MissingName { module, name, partial, promised } => {
                let caught = if *promised { event.guards.catches("AttributeError") } else { event.guarded() };
                if !caught {
                    missing_name(ctx, event, module, name, (*partial, *promised));
                }
            }
            EventKind::Import { module } => {
                let top = top_of(module);
                // By an `import` statement, or by name, which is the only way to one with a hyphen.
                if siblings.contains(top) && top != ctx.plugin.slug {
                    let place = ctx.place(event.at);
                    ctx.facts.imports.push(Claim { name: top.to_owned(), place });
                }
            }
            _ => {}
        }
    }
}

/// Imports inside functions that the simulation did not enter.
fn unreached(ctx: &Context<'_>, seen: &[Event]) -> Vec<Event> {
    use crate::source::python::values::{Found, Outside};
    let mut events = Vec::new();
    let siblings = BTreeSet::new();
    let world = crate::contract::world::HostWorld::new(ctx.host, &siblings, ctx.plugin, FileId(0));
    let seen: BTreeSet<At> = seen.iter().map(|event| event.at).collect();
    for (index, file) in ctx.files.iter().enumerate() {
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        if file.is_none() || !ctx.interp.was_run(id) {
            continue;
        }
        let ast = ctx.ast(id);
        let guarded = outermost(crate::contract::checks::names::guarded_spans(ast));
        let functions = ast.stmts().iter().filter(|stmt| matches!(stmt.kind, StmtKind::FunctionDef(_)));
        let functions = outermost(functions.map(|stmt| stmt.span).collect());
        for stmt in ast.stmts() {
            let names: Vec<(&str, Span)> = match &stmt.kind {
                StmtKind::Import(names) => names.iter().map(|alias| (&*alias.name.name, alias.name.span)).collect(),
                StmtKind::ImportFrom { module: Some(module), module_span, level: 0, .. } => {
                    vec![(&**module, *module_span)]
                }
                _ => continue,
            };
            for (module, span) in names {
                let at = At { file: id, span };
                let inside_try = inside(&guarded, span.start) || !inside(&functions, span.start);
                let own = top_of(module) == ctx.plugin.slug;
                if !seen.contains(&at) && !inside_try && !own && world.module(module) != Found::Outside {
                    events.push(Event {
                        kind: EventKind::MissingModule { module: module.into() },
                        at,
                        phase: Phase::Later("function"),
                        function: None,
                        guards: Rc::default(),
                        stack: Rc::from([]),
                        certain: false,
                    });
                }
            }
        }
    }
    events
}

/// Those that lie in no other, in order.
fn outermost(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by_key(|span| (span.start, std::cmp::Reverse(span.end)));
    let mut end = 0;
    spans.retain(|span| {
        span.end > end && {
            end = span.end;
            true
        }
    });
    spans
}

/// Whether one of the spans, which do not overlap, holds an offset.
fn inside(spans: &[Span], offset: u32) -> bool {
    let after = spans.partition_point(|span| span.start <= offset);
    after.checked_sub(1).is_some_and(|last| spans[last].contains(offset))
}

pub(super) fn at_load(phase: &Phase) -> bool {
    matches!(phase, Phase::Import | Phase::Construct | Phase::Metadata | Phase::Init | Phase::Hooks)
}

/// The libraries of which the plugin asks whether they are there, as `importlib.util.find_spec("PIL")` does.
fn asked_for(events: &[Event]) -> BTreeSet<&str> {
    let asked = events.iter().filter_map(|event| match &event.kind {
        EventKind::Call { callee, args } => {
            let asks = matches!(callee.as_external(), Some("importlib.util.find_spec" | "pkgutil.find_loader"));
            args.pos.first().filter(|_| asks)?.as_str()
        }
        _ => None,
    });
    asked.map(top_of).collect()
}

/// The first part of a dotted name.
pub(super) fn top_of(module: &str) -> &str {
    module.split('.').next().unwrap_or(module)
}

/// Where each function, or a module outside of them, first raises on some of its paths: it may have had its answer then.
fn refusals(events: &[Event]) -> BTreeMap<(FileId, Option<FuncId>), u32> {
    let mut first = BTreeMap::new();
    for event in events.iter().filter(|event| matches!(event.kind, EventKind::Raise(_)) && !event.certain) {
        let start = event.at.span.start;
        let known = first.entry((event.at.file, event.function)).or_insert(start);
        *known = start.min(*known);
    }
    first
}

fn missing_module(ctx: &mut Context<'_>, event: &Event, module: &Rc<str>) {
    let stops = at_load(&event.phase) && event.certain;
    let finding = if module.starts_with('.') {
        relative(ctx, event, module)
    } else {
        let top = top_of(module);
        if top == "app" {
            host_module(ctx, event, module)
        } else if own_module(ctx, top) {
            own_absolute(ctx, event, module, top)
        } else if top.replace('_', "-") == ctx.plugin.slug && top != ctx.plugin.slug {
            underscored(ctx, event, module, top)
        } else {
            library(ctx, event, top)
        }
    };
    let words = match leaves_package(ctx, event.at.file, module) {
        true => "attempted relative import beyond top-level package".to_owned(),
        false => format!("No module named '{}'", shown(ctx, event, module)),
    };
    let finding = match at_load(&event.phase) {
        true => finding.host_says(ctx.failed(&words)),
        false => finding,
    };
    if stops {
        ctx.stop();
    }
    ctx.report(finding);
}

/// The module as Python names it in its error.
pub(super) fn shown(ctx: &Context<'_>, event: &Event, module: &str) -> String {
    let top = top_of(module);
    match module.strip_prefix('.') {
        Some(rest) if !rest.is_empty() => {
            let package = package_of(ctx, event.at.file, module);
            format!("{package}.{}", rest.trim_start_matches('.'))
        }
        _ if top == "app" => module.to_owned(),
        _ => top.to_owned(),
    }
}

pub(super) fn package_of(ctx: &Context<'_>, file: FileId, module: &str) -> String {
    let level = module.len() - module.trim_start_matches('.').len();
    let path = ctx.file(file).map_or("", |file| file.path.parent());
    let mut parts: Vec<&str> = vec![&ctx.plugin.slug];
    parts.extend(path.split('/').filter(|part| !part.is_empty()));
    parts.truncate(parts.len().saturating_sub(level - 1).max(1));
    parts.join(".")
}

fn relative(ctx: &Context<'_>, event: &Event, module: &str) -> Finding {
    let siblings = sibling_modules(ctx, event.at.file);
    let wanted = module.trim_start_matches('.');
    let mut finding = ctx.finding(
        id::UNRESOLVED_IMPORT,
        event.at,
        if wanted.is_empty() {
            "the import leaves the plugin's package".to_owned()
        } else {
            format!("there is no module `{wanted}` where this relative import looks for it")
        },
    );
    if let Some(near) = ctx.nearest(wanted, siblings.iter().map(String::as_str)) {
        let dots = &module[..module.len() - wanted.len()];
        finding = finding.help(format!("Did you mean `{dots}{near}`?"));
    }
    finding
}

fn sibling_modules(ctx: &Context<'_>, file: FileId) -> Vec<String> {
    let folder = ctx.file(file).map_or("", |file| file.path.parent()).to_owned();
    ctx.plugin
        .files
        .iter()
        .filter(|other| other.path.parent() == folder)
        .filter_map(|other| other.path.file_name().strip_suffix(".py").map(str::to_owned))
        .collect()
}

fn host_module(ctx: &Context<'_>, event: &Event, module: &str) -> Finding {
    let finding = ctx.finding(id::UNKNOWN_HOST_IMPORT, event.at, format!("the host has no module `{module}`"));
    match ctx.nearest(module, ctx.host.modules.keys().map(String::as_str)) {
        Some(near) => finding.help(format!("Did you mean `{near}`?")),
        None => finding,
    }
}

/// Whether a module of that name lies in the plugin's own folder.
fn own_module(ctx: &Context<'_>, top: &str) -> bool {
    ctx.plugin.file(&format!("{top}.py")).is_some()
        || ctx
            .plugin
            .files
            .iter()
            .any(|file| file.path.extension() == Some("py") && file.path.as_str().starts_with(&format!("{top}/")))
        || ctx.plugin.files.iter().any(|file| file.path.file_name() == format!("{top}.py"))
}

fn own_absolute(ctx: &Context<'_>, event: &Event, module: &str, top: &str) -> Finding {
    let finding = ctx
        .finding(
            id::OWN_MODULE_IMPORTED_ABSOLUTELY,
            event.at,
            format!("`{top}` is a module of the plugin itself, which an absolute import does not find"),
        )
        .help(format!("Import it relatively: `from .{module} import …`, or `from . import {top}`."));
    with_relative_fix(ctx, finding, event.at, top, module)
}

fn underscored(ctx: &Context<'_>, event: &Event, module: &str, top: &str) -> Finding {
    let rest = module[top.len()..].trim_start_matches('.').to_owned();
    let finding = ctx
        .finding(
            id::HYPHEN_AS_UNDERSCORE_IMPORT,
            event.at,
            format!("the plugin's package is named `{}`; `{top}` does not exist", ctx.plugin.slug),
        )
        .help(format!("Import relatively: `from .{rest} import …`."));
    with_relative_fix(ctx, finding, event.at, "", &rest)
}

/// Adds the fix that makes an import relative. `top` is the module's first part if it stays in the path.
fn with_relative_fix(ctx: &Context<'_>, finding: Finding, at: At, top: &str, module: &str) -> Finding {
    let Some(file) = ctx.file(at.file) else { return finding };
    let folder = file.path.parent();
    let in_same_folder = !top.is_empty()
        && ctx.plugin.files.iter().any(|other| {
            other.path.as_str() == join(folder, &format!("{top}.py"))
                || other.path.as_str() == join(folder, &format!("{top}/__init__.py"))
        });
    let depth = folder.split('/').filter(|part| !part.is_empty()).count();
    let dots = ".".repeat(if in_same_folder { 1 } else { depth + 1 });
    let ast = ctx.ast(at.file);
    let Some(stmt) = ast.stmts().iter().find(|stmt| {
        stmt.span.start <= at.span.start
            && at.span.end <= stmt.span.end
            && matches!(stmt.kind, StmtKind::Import(_) | StmtKind::ImportFrom { .. })
    }) else {
        return finding;
    };
    let edit = |span: Span, replacement: String| Edit { path: file.path.as_str().to_owned(), span, replacement };
    match &stmt.kind {
        StmtKind::ImportFrom { module_span, level: 0, .. } => {
            finding.fix(Safety::Safe, "import relatively", vec![edit(*module_span, format!("{dots}{module}"))])
        }
        StmtKind::Import(names) if names.len() == 1 && !module.contains('.') && !module.is_empty() => {
            let alias = names[0].asname.as_ref().map_or(String::new(), |name| format!(" as {}", name.name));
            finding.fix(
                Safety::Safe,
                "import relatively",
                vec![edit(stmt.span, format!("from {dots} import {module}{alias}"))],
            )
        }
        _ => finding,
    }
}

fn join(folder: &str, name: &str) -> String {
    if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") }
}

fn library(ctx: &Context<'_>, event: &Event, top: &str) -> Finding {
    let declared = ctx.requirements.iter().any(|name| name.replace('-', "_").eq_ignore_ascii_case(top));
    let note = if declared { "; nothing installs the plugin's requirements file" } else { "" };
    let near = ctx.nearest(top, ctx.host.provides.keys().map(String::as_str).chain(ctx.host.stdlib.split_whitespace()));
    let (rule, message) = if at_load(&event.phase) {
        (id::MISSING_LIBRARY, format!("the host does not bring `{top}`, and importing the plugin needs it{note}"))
    } else {
        (id::MISSING_LIBRARY_LATER, format!("the host does not bring `{top}`, so this fails when it is reached{note}"))
    };
    let finding = ctx.finding(rule, event.at, message);
    match near {
        Some(near) if !declared => finding.help(format!(
            "Did you mean `{near}`? If not, guard the import with `try: … except ImportError:` and go without the library, or tell operators to install it."
        )),
        _ => finding,
    }
}

/// Whether a relative import has more dots than there are packages around its file.
fn leaves_package(ctx: &Context<'_>, file: FileId, module: &str) -> bool {
    let level = module.len() - module.trim_start_matches('.').len();
    let folder = ctx.file(file).map_or("", |file| file.path.parent());
    level > folder.split('/').filter(|part| !part.is_empty()).count() + 1
}
