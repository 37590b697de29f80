//! What a page hook takes from the request, and what it counts.

use std::rc::Rc;

use crate::contract::context::Context;
use crate::model::{PluginFile, Span};
use crate::rules::id;
use crate::source::python::syntax::Constant::Int;
use crate::source::python::syntax::StmtKind;
use crate::source::python::values::{At, Event, EventKind, Sym};

/// `flask.request.args` → `request`
fn proxy(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("flask.").or_else(|| path.strip_prefix("flask_login."))?;
    let name = rest.split('.').next()?;
    matches!(name, "request" | "session" | "g" | "current_user").then_some(name)
}

/// What the cache of pages is keyed by is the same for every visitor of that page.
fn is_cache_key(path: &str) -> bool {
    ["path", "endpoint", "blueprint", "url_rule", "view_args", "script_root"]
        .iter()
        .any(|part| path == format!("flask.request.{part}") || path.starts_with(&format!("flask.request.{part}.")))
}

pub(super) fn request(ctx: &mut Context<'_>, event: &Event, hook: &Rc<str>) {
    let path: String = match &event.kind {
        EventKind::Read(path) => path.to_string(),
        EventKind::GetItem { target, .. } | EventKind::SetItem { target, .. } | EventKind::SetAttr { target, .. } => {
            match target.as_external() {
                Some(path) => path.to_owned(),
                None => return,
            }
        }
        _ => return,
    };
    // An import inside the handler is not yet a use.
    let Some(name) = proxy(&path) else { return };
    let longer = ctx.interp.events.iter().any(|other| match &other.kind {
        EventKind::Read(longer) => {
            other.at.file == event.at.file && other.at.span.start == event.at.span.start && is_cache_key(longer)
        }
        _ => false,
    });
    // One finding a line is enough.
    let line = line_number(ctx, event.at);
    let told = ctx.findings.iter().any(|finding| {
        finding.rule == id::REQUEST_IN_PAGE_HOOK
            && finding.place.path == ctx.place(event.at).path
            && finding.place.positions().0.line == line
    });
    if longer || told || ctx.text(event.at).is_empty() || in_import(ctx, event.at) {
        return;
    }
    // `request.args`: one finding for the name, not one for each part.
    let at = At {
        file: event.at.file,
        span: Span::new(
            event.at.span.start,
            event.at.span.start + u32::try_from(first_word(ctx.text(event.at)).len()).unwrap_or(0),
        ),
    };
    let finding = ctx.finding(
        id::REQUEST_IN_PAGE_HOOK,
        at,
        format!("what `{hook}` takes from `{name}` is cached with the page and served to every other visitor"),
    );
    ctx.report(finding);
}

fn line_number(ctx: &Context<'_>, at: At) -> u32 {
    ctx.file(at.file).and_then(PluginFile::source).map_or(0, |source| source.position(at.span.start).line)
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or(text)
}

pub(super) fn in_import(ctx: &Context<'_>, at: At) -> bool {
    ctx.ast(at.file).stmts().iter().any(|stmt| {
        matches!(stmt.kind, StmtKind::Import(_) | StmtKind::ImportFrom { .. })
            && stmt.span.start <= at.span.start
            && at.span.end <= stmt.span.end
    })
}

/// `self.views += 1` in a page hook, which runs on a cache miss only.
pub(super) fn counter(ctx: &mut Context<'_>, event: &Event, _hook: &Rc<str>) {
    let value = match &event.kind {
        EventKind::SetAttr { value, .. } | EventKind::SetItem { value, .. } => value,
        _ => return,
    };
    let counts = match value.as_sym() {
        Some(Sym::From { parts, .. }) => parts.iter().any(|part| matches!(part.as_const(), Some(Int(_)))),
        _ => matches!(value.as_const(), Some(Int(_))),
    };
    let text = ctx.text(event.at);
    let line = line_of(ctx, event.at);
    if counts && (line.contains("+=") || line.contains("+ 1") || line.contains("1 +")) && !text.is_empty() {
        let finding = ctx.finding(
            id::PAGE_COUNTER_CACHED,
            event.at,
            "page hooks run when a page is not in the cache, so this counts about one visit an hour".to_owned(),
        );
        ctx.report(finding);
    }
}

fn line_of<'a>(ctx: &Context<'a>, at: At) -> &'a str {
    let Some(source) = ctx.file(at.file).and_then(PluginFile::source) else { return "" };
    source.slice(source.lines().line_span(source.text(), source.position(at.span.start).line))
}
