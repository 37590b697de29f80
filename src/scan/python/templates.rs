//! Templates in texts of the program.

use std::collections::BTreeSet;

use super::catalogue::Catalogue;
use super::programs::Member;
use super::standing::Standing;
use crate::model::{Finding, Plugin, Span};
use crate::rules::id;
use crate::scan::markup::in_text;
use crate::source::python::flow::{At, Engine, Event, EventKind, Val};

/// Bytes of templates that are read in one program.
const MOST: usize = 1 << 20;

/// A constant text that a call renders.
pub(super) struct Rendered {
    call: At,
    text: String,
    /// Names that are given constants.
    fixed: Vec<String>,
    /// Flask renders it: it is a page, and in Jinja's own syntax.
    by_flask: bool,
}

/// The constant templates that a call renders.
pub(super) fn rendered(engine: &Engine<'_, '_>, catalogue: &Catalogue, event: &Event) -> Vec<Rendered> {
    let EventKind::Call { name, args, .. } = &event.kind else { return Vec::new() };
    if !catalogue.renders(name) {
        return Vec::new();
    }
    let source = args.pos.first().or_else(|| engine.argument(args, "source", None));
    let texts = source.into_iter().flat_map(Val::alternatives).filter_map(Val::as_str);
    let template = |text: &&str| text.contains("{{") || text.contains("{%");
    let fixed = || args.named.iter().filter(|(_, value)| value.is_constant());
    texts
        .filter(template)
        .map(|text| Rendered {
            call: event.at,
            text: text.to_owned(),
            fixed: fixed().map(|(name, _)| engine.text(*name).to_owned()).collect(),
            by_flask: name.starts_with("flask."),
        })
        .collect()
}

/// Judges templates as files of templates are judged. Where `told` says that data from outside goes into one, the
/// values in it were spoken of.
pub(super) fn judge(
    plugin: &Plugin,
    members: &[Member<'_>],
    templates: &[Rendered],
    told: &BTreeSet<At>,
    standing: &mut Standing<'_>,
    found: &mut Vec<Finding>,
) {
    let mut left = MOST;
    let mut seen = BTreeSet::new();
    for Rendered { call, text, fixed, by_flask } in templates {
        let at = standing.within(text, *call).or_else(|| standing.of(text, *call));
        let Some(member) = members.get(at.unwrap_or(*call).file.0 as usize) else { continue };
        if !seen.insert((at.unwrap_or(*call), text)) {
            continue;
        }
        let Some(rest) = left.checked_sub(text.len()) else { break };
        left = rest;
        let source = member.file.source().map_or("", |source| source.text());
        let start = at.and_then(|at| written_as_it_is(source, at.span, text));
        for (rule, inner, confidence, message) in in_text(plugin, text, *by_flask) {
            let first = text.get(inner.range()).unwrap_or("").trim_start_matches(['{', '%', '-', '+', ' ']);
            let name = first.split(|c: char| !(c.is_alphanumeric() || c == '_')).next().unwrap_or_default();
            if rule == id::TEMPLATE_UNESCAPED && (told.contains(call) || fixed.iter().any(|one| one == name)) {
                continue;
            }
            let span = match start {
                Some(start) => Span::new(start + inner.start, start + inner.end),
                None => at.unwrap_or(*call).span,
            };
            found.push(Finding::at(rule, plugin, member.file, span, message).confidence(confidence));
        }
    }
}

/// Where the characters of a text begin, when its literal has them as they are.
fn written_as_it_is(source: &str, literal: Span, text: &str) -> Option<u32> {
    let written = source.get(literal.range())?;
    let prefix = written.find(['"', '\''])?;
    let quote = if written[prefix..].starts_with("\"\"\"") || written[prefix..].starts_with("'''") { 3 } else { 1 };
    let body = written.get(prefix + quote..written.len().checked_sub(quote)?)?;
    (body == text).then(|| literal.start + u32::try_from(prefix + quote).unwrap_or(u32::MAX))
}
