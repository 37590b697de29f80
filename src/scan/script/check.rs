//! One script: parsed, followed, and judged by what it does.

use std::collections::BTreeSet;

use super::{looks, sent, sinks};
use crate::model::{Confidence, Finding, Place, Plugin, PluginFile, RuleId, Span};
use crate::rules::id;
use crate::source::script::flow::follow;
use crate::source::script::parse;
use crate::source::script::syntax::Script;

/// Findings of one rule in one script.
const MOST: usize = 25;

/// What a check of this room says.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) rule: RuleId,
    pub(super) span: Span,
    pub(super) confidence: Confidence,
    pub(super) message: String,
    /// Where the data was read.
    pub(super) from: Option<Span>,
}

/// Judges a file with JavaScript.
pub(in crate::scan) fn check(plugin: &Plugin, file: &PluginFile, text: &str, found: &mut Vec<Finding>) {
    if matches!(file.path.extension(), Some("js" | "mjs" | "cjs")) {
        judge(plugin, file, text, found);
    }
}

/// Judges a script.
fn judge(plugin: &Plugin, file: &PluginFile, text: &str, found: &mut Vec<Finding>) {
    let script = parse(text);
    let made_by_machine = looks::is_minified(text);
    let mut said = Vec::new();
    if script.given_up {
        let message = "this script is too large or too tangled to be read, and was not judged".to_owned();
        said.push(whole(id::SCRIPT_SYNTAX_ERROR, text, Confidence::Medium, message));
    } else if let Some(fault) = script.faults.first() {
        let message = "the syntax of this script is wrong here; a browser refuses all of it".to_owned();
        let start = fault.start as usize;
        let span = Span::of(start..text.floor_char_boundary((start + 40).min(fault.end as usize)));
        said.push(Said { rule: id::SCRIPT_SYNTAX_ERROR, span, confidence: Confidence::Medium, message, from: None });
    }
    if made_by_machine && !looks::has_source(plugin, file) {
        let message = format!("`{}` is minified, and what it was made from is not here", file.path);
        said.push(whole(id::SCRIPT_MINIFIED, text, Confidence::High, message));
    }
    said.extend(looks::obfuscated(text, &script));
    done(text, &script, made_by_machine, &mut said);
    report(plugin, file, said, found);
}

/// Judges the scripts inside of another file. Each is given with its offset there, and its text is as long as there.
pub(in crate::scan) fn embedded(
    plugin: &Plugin,
    file: &PluginFile,
    scripts: &[(u32, String)],
    found: &mut Vec<Finding>,
) {
    let mut said = Vec::new();
    for (offset, text) in scripts {
        let script = parse(text);
        let mut here: Vec<Said> = looks::obfuscated(text, &script).into_iter().collect();
        done(text, &script, looks::is_minified(text), &mut here);
        let there = |span: Span| Span::new(span.start + offset, span.end + offset);
        said.extend(here.into_iter().map(|one| Said { span: there(one.span), from: one.from.map(there), ..one }));
    }
    report(plugin, file, said, found);
}

/// What a script does.
fn done(text: &str, script: &Script, made_by_machine: bool, said: &mut Vec<Said>) {
    let mut flow = follow(script);
    for event in &mut flow.events {
        // In a chain over several lines, the line of the name is the one that matters.
        let before = text.get(event.span.start as usize..event.name_at as usize).unwrap_or("");
        if before.contains('\n') {
            event.span.start = event.name_at;
        }
    }
    sinks::judge(&flow, made_by_machine, said);
    sent::judge(&flow, said);
}

fn whole(rule: RuleId, text: &str, confidence: Confidence, message: String) -> Said {
    Said { rule, span: Span::first_of(text), confidence, message, from: None }
}

fn report(plugin: &Plugin, file: &PluginFile, mut said: Vec<Said>, found: &mut Vec<Finding>) {
    said.sort_by_key(|one| (one.span.start, one.rule, one.span.end));
    // One place is told once for each rule, and a place that is surely bad not also as one that may be.
    let mut told: BTreeSet<(RuleId, u32)> = BTreeSet::new();
    let sure: BTreeSet<(RuleId, u32)> = said.iter().map(|one| (one.rule, one.span.start)).collect();
    let milder = [
        (id::SCRIPT_HTML, id::SCRIPT_HTML_DATA),
        (id::SCRIPT_EVAL, id::SCRIPT_EVAL_DATA),
        (id::SCRIPT_EVAL, id::SCRIPT_OBFUSCATED),
        (id::SCRIPT_DATA_ABROAD, id::SCRIPT_EXFILTRATION),
    ];
    for one in said {
        let worse = milder.iter().any(|(rule, other)| *rule == one.rule && sure.contains(&(*other, one.span.start)));
        let count = told.iter().filter(|(rule, _)| *rule == one.rule).count();
        if worse || count >= MOST || !told.insert((one.rule, one.span.start)) {
            continue;
        }
        let mut finding = Finding::at(one.rule, plugin, file, one.span, one.message).confidence(one.confidence);
        if let Some(from) = one.from.filter(|from| *from != one.span) {
            let place = Place { span: Some(from), ..finding.place.clone() };
            finding = finding.related(place, "the data is read here");
        }
        found.push(finding);
    }
}
