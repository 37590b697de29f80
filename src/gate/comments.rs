//! `# wicara: ignore[rule-id, …] reason` in comments of Python, and the same in those of other languages.

use crate::model::{PluginFile, RuleId, Source, Span};
use crate::rules::{RuleSet, nearest};
use crate::source::python;

/// What a comment silences.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// Findings that start on this line.
    Line(u32),
    /// All findings of the file.
    File,
    /// Nothing: an `ignore-file` below the first line of code.
    TooLate,
}

/// One comment that starts with `wicara:`.
#[derive(Clone, Debug)]
pub(super) struct Directive {
    /// The whole comment with its marks.
    pub(super) span: Span,
    /// What is removed with the comment: it, the space before it, or its whole line.
    pub(super) removal: Span,
    pub(super) reach: Reach,
    /// Known rules, with the place of the id.
    pub(super) rules: Vec<(RuleId, Span)>,
    /// Texts that are no rule, with the rule that was probably meant.
    pub(super) unknown: Vec<(String, Span, Option<&'static str>)>,
    /// What is wrong with its form, if anything.
    pub(super) malformed: Option<String>,
    pub(super) reason: String,
}

const MARK: &str = "wicara:";

/// Whether a file has the word in it that directives start with.
pub(super) fn may_have_directives(file: &PluginFile) -> bool {
    file.source().is_some_and(|source| source.text().contains(MARK))
}

/// All directives of a file, in order.
pub(super) fn directives(file: &PluginFile, rules: &RuleSet) -> Vec<Directive> {
    let Some(source) = file.source().filter(|_| may_have_directives(file)) else {
        return Vec::new();
    };
    match file.path.extension() {
        Some("py") => of_python(source, rules),
        Some("html" | "htm" | "jinja" | "jinja2" | "j2" | "xml") => of_jinja(source, rules),
        Some("txt") if !file.path.file_name().starts_with("requirements") => of_jinja(source, rules),
        Some("json") => Vec::new(),
        Some("js" | "mjs" | "cjs" | "rs" | "ts" | "css") => of_lines(source, &["// ", "/* "], rules),
        Some("svg" | "md") => of_lines(source, &["<!-- "], rules),
        _ => of_lines(source, &["# "], rules),
    }
}

/// Comments that start with one of `marks`, up to the end of the line.
fn of_lines(source: &Source, marks: &[&str], rules: &RuleSet) -> Vec<Directive> {
    let text = source.text();
    let mut found = Vec::new();
    let mut code = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_end();
        let start = marks.iter().find_map(|mark| body.find(&format!("{mark}{MARK}")).map(|start| (start, mark.len())));
        if let Some((start, length)) = start {
            let inner = body[start + length..].trim_end_matches("*/").trim_end_matches("-->");
            let inner = Span::of(at + start + length..at + start + length + inner.len());
            let span = Span::of(at + start..at + body.len());
            found.extend(directive(source, span, inner, code.unwrap_or(u32::MAX), rules));
        }
        let comment = marks.iter().any(|mark| body.trim_start().starts_with(mark.trim_end()));
        if code.is_none() && !comment && !body.is_empty() {
            code = Some(Span::of(at..at).start);
        }
        at += line.len();
    }
    found
}

fn of_python(source: &Source, rules: &RuleSet) -> Vec<Directive> {
    let ast = python::parse(source.text());
    let code = ast.body.iter().enumerate().find(|(at, id)| *at > 0 || !is_docstring(&ast, **id));
    let code = code.map_or(u32::MAX, |(_, id)| ast[*id].span.start);
    let comments = ast.comments.iter().filter_map(|span| {
        let inner = Span::new(span.start + 1, span.end);
        directive(source, *span, inner, code, rules)
    });
    comments.collect()
}

fn is_docstring(ast: &python::syntax::Ast, id: python::syntax::StmtId) -> bool {
    use python::syntax::{Constant, ExprKind, StmtKind};
    matches!(&ast[id].kind, StmtKind::Expr(value) if matches!(ast[*value].kind, ExprKind::Constant(Constant::Str(_))))
}

fn of_jinja(source: &Source, rules: &RuleSet) -> Vec<Directive> {
    let text = source.text();
    let mut found = Vec::new();
    let mut at = 0;
    let mut code = None;
    while let Some(start) = text[at..].find("{#").map(|found| at + found) {
        if code.is_none() && !text[at..start].trim().is_empty() {
            code = Some(Span::of(at..start).start);
        }
        let Some(end) = text[start..].find("#}").map(|found| start + found + 2) else { break };
        let inner = Span::of(start + 2..end - 2);
        found.extend(directive(source, Span::of(start..end), inner, code.unwrap_or(u32::MAX), rules));
        at = end;
    }
    found
}

/// Reads one comment; `inner` is the comment without its marks, `code` where the first code starts.
fn directive(source: &Source, span: Span, inner: Span, code: u32, rules: &RuleSet) -> Option<Directive> {
    let text = source.slice(inner);
    let body = text.trim_start().strip_prefix(MARK)?;
    let from = inner.start + u32::try_from(text.len() - body.len()).ok()?;
    let (word, list) = match body.split_once('[') {
        Some((word, rest)) => (word, rest.split_once(']').map(|(list, reason)| (list, reason, word.len() + 1))),
        None => (body.split_whitespace().next().unwrap_or(""), None),
    };
    let (removal, alone) = removal(source, span);
    let reach = match word.trim() {
        "ignore-file" if span.start < code => Reach::File,
        "ignore-file" => Reach::TooLate,
        _ if alone => Reach::Line(next_code_line(source, span)),
        _ => Reach::Line(source.position(span.start).line),
    };
    let mut directive = Directive {
        span,
        removal,
        reach,
        rules: Vec::new(),
        unknown: Vec::new(),
        malformed: None,
        reason: String::new(),
    };
    let known = matches!(word.trim(), "ignore" | "ignore-file");
    let Some((list, reason, offset)) = list.filter(|_| known) else {
        directive.malformed = Some(match known {
            true => "the suppression names no rule".to_owned(),
            false => format!("`wicara: {}` is no suppression", word.trim()),
        });
        return Some(directive);
    };
    // What follows the next `#` is for somebody else (`# noqa`).
    let reason = reason.split('#').next().unwrap_or_default();
    reason.trim().trim_start_matches([':', '-', '–', '—']).trim().clone_into(&mut directive.reason);
    let mut at = from as usize + offset;
    for item in list.split(',') {
        let id = item.trim();
        let lead = item.len() - item.trim_start().len();
        let place = Span::of(at + lead..at + lead + id.len());
        at += item.len() + 1;
        match rules.find(id) {
            Some(rule) => directive.rules.push((rule, place)),
            None if id.is_empty() => {}
            None => directive.unknown.push((id.to_owned(), place, nearest(id, rules.ids().map(RuleId::as_str)))),
        }
    }
    if directive.rules.is_empty() && directive.unknown.is_empty() {
        directive.malformed = Some("the suppression names no rule".to_owned());
    }
    Some(directive)
}

/// What goes when the comment goes, and whether the comment stands alone on its line.
fn removal(source: &Source, span: Span) -> (Span, bool) {
    let text = source.text();
    let line = source.position(span.start).line;
    let whole = source.lines().line_span(text, line);
    let before = source.slice(Span::new(whole.start, span.start));
    let last = source.lines().line_span(text, source.position(span.end).line);
    let after = source.slice(Span::new(span.end, last.end));
    if before.trim().is_empty() && after.trim().is_empty() {
        let next = text[last.end as usize..].find(|c| c != '\r' && c != '\n');
        let breaks = &text[last.end as usize..last.end as usize + next.unwrap_or(text.len() - last.end as usize)];
        let one = if breaks.starts_with("\r\n") { 2 } else { u32::from(!breaks.is_empty()) };
        return (Span::new(whole.start, last.end + one), true);
    }
    let kept = u32::try_from(before.trim_end().len()).unwrap_or(0);
    (Span::new(whole.start + kept, span.end), false)
}

/// The first line below a comment that is neither empty nor a comment.
fn next_code_line(source: &Source, span: Span) -> u32 {
    let mut line = source.position(span.end).line + 1;
    let count = u32::try_from(source.lines().line_count()).unwrap_or(u32::MAX);
    while line < count {
        let text = source.slice(source.lines().line_span(source.text(), line)).trim();
        if !text.is_empty() && !["#", "{#", "//", "/*", "<!--"].iter().any(|mark| text.starts_with(mark)) {
            break;
        }
        line += 1;
    }
    line
}
