//! Lets comments silence findings, and says which comments are at fault themselves.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::comments::{Directive, Reach, directives};
use super::engine::{Found, Seen};
use crate::intake::Group;
use crate::model::{Edit, Finding, Plugin, PluginFile, RuleId, Safety, Span, SuppressedBy, Suppression};
use crate::rules::{RuleSet, id};
use crate::settings::Choice;

/// Silences what comments silence: the answer has one entry for each of `found`, which grows by the
/// findings about comments. Where the policy refuses a suppression its comment counts for nothing.
pub(super) fn by_comments(
    groups: &[Group],
    found: &mut Vec<Found>,
    seen: &[Seen],
    rules: &RuleSet,
    choice: &Choice,
) -> Vec<Option<Suppression>> {
    let mut silenced: Vec<Option<Suppression>> = found.iter().map(|_| None).collect();
    let mut more = Vec::new();
    let plugins: Vec<&Plugin> = groups.iter().flat_map(|group| &group.plugins).collect();
    let mut theirs: Vec<Vec<usize>> = vec![Vec::new(); plugins.len()];
    for (at, found) in found.iter().enumerate() {
        if let Some(list) = found.plugin.and_then(|plugin| theirs.get_mut(plugin)) {
            list.push(at);
        }
    }
    let read = |(at, plugin): (usize, &&Plugin)| -> Vec<(usize, usize, Vec<Directive>)> {
        let one = |file: usize| plugin.files.get(file).map(|text| (at, file, directives(text, rules)));
        let all: Vec<_> = match seen.get(at).and_then(|seen| seen.texts.as_ref()) {
            Some(texts) => texts.marked.iter().filter_map(|file| one(*file)).collect(),
            None => (0..plugin.files.len()).filter_map(one).collect(),
        };
        all.into_iter().filter(|(_, _, directives)| !directives.is_empty()).collect()
    };
    // One plugin is not worth waking other threads.
    let all: Vec<_> = match plugins.as_slice() {
        [_] => plugins.iter().enumerate().flat_map(read).collect(),
        _ => plugins.par_iter().enumerate().flat_map_iter(read).collect(),
    };
    for (at, file, directives) in all {
        let plugin = plugins[at];
        let about = File { at, plugin, file: &plugin.files[file], choice, rules };
        about.apply(&directives, found, &theirs[at], &mut silenced, &mut more);
    }
    silenced.extend(more.iter().map(|_| None));
    found.append(&mut more);
    silenced
}

struct File<'a> {
    at: usize,
    plugin: &'a Plugin,
    file: &'a PluginFile,
    choice: &'a Choice,
    rules: &'a RuleSet,
}

impl File<'_> {
    fn apply(
        &self,
        all: &[Directive],
        found: &[Found],
        theirs: &[usize],
        silenced: &mut [Option<Suppression>],
        more: &mut Vec<Found>,
    ) {
        let shown = self.plugin.shown(self.file.path.as_str());
        let here: Vec<usize> = theirs.iter().copied().filter(|at| found[*at].finding.place.path == shown).collect();
        for directive in all {
            let mut used: BTreeSet<RuleId> = BTreeSet::new();
            for &at in &here {
                let finding = &found[at].finding;
                let named = directive.rules.iter().any(|(rule, _)| *rule == finding.rule);
                if !named || !self.permits(finding.rule) || !reaches(directive.reach, finding) {
                    continue;
                }
                used.insert(finding.rule);
                silenced[at].get_or_insert(Suppression { by: SuppressedBy::Comment, reason: directive.reason.clone() });
            }
            let faults = self.faults(directive, &used, &shown);
            more.extend(faults.into_iter().map(|finding| Found { plugin: Some(self.at), finding, scope: None }));
        }
    }

    fn permits(&self, rule: RuleId) -> bool {
        rule != id::INTERNAL_ERROR && self.choice.permits(rule, self.rules.family(rule))
    }

    fn faults(&self, directive: &Directive, used: &BTreeSet<RuleId>, shown: &str) -> Vec<Finding> {
        let at = |rule, span, message: String| Finding::at(rule, self.plugin, self.file, span, message);
        let mut faults = Vec::new();
        if let Some(why) = &directive.malformed {
            faults.push(at(id::SUPPRESSION_UNKNOWN_RULE, directive.span, why.clone()));
            return faults;
        }
        for (text, span, near) in &directive.unknown {
            let finding =
                at(id::SUPPRESSION_UNKNOWN_RULE, *span, format!("there is no rule `{text}`")).label("no such rule");
            faults.push(match near {
                Some(near) => finding.help(format!("Did you mean `{near}`? `wicara-tool rules` lists the ids.")).fix(
                    Safety::Safe,
                    format!("Write `{near}`"),
                    vec![self.edit(*span, near)],
                ),
                None => finding,
            });
        }
        if directive.reason.is_empty() && !directive.rules.is_empty() {
            faults.push(at(
                id::SUPPRESSION_WITHOUT_REASON,
                directive.span,
                "the suppression gives no reason".to_owned(),
            ));
        }
        // Rules that do not take part in this run cannot tell whether they would be silenced.
        let live = |rule: RuleId| {
            let decision = self.choice.decide(rule, self.rules.family(rule), shown);
            decision.selected && decision.silent.is_none() && self.permits(rule)
        };
        let unused: Vec<_> = directive.rules.iter().filter(|(rule, _)| !used.contains(rule) && live(*rule)).collect();
        for (rule, span) in &unused {
            let message = match directive.reach {
                Reach::TooLate => format!("`ignore-file[{rule}]` counts only above the first line of code"),
                Reach::File => format!("`{rule}` finds nothing in this file"),
                Reach::Line(_) => format!("`{rule}` finds nothing here"),
            };
            let edit = match directive.rules.len() + directive.unknown.len() {
                1 => self.edit(directive.removal, ""),
                _ => self.edit(self.with_comma(*span), ""),
            };
            let finding = at(id::UNUSED_SUPPRESSION, *span, message).label("silences nothing");
            faults.push(finding.fix(Safety::Safe, "Remove the suppression", vec![edit]));
        }
        faults
    }

    fn edit(&self, span: Span, replacement: &str) -> Edit {
        Edit { path: self.file.path.as_str().to_owned(), span, replacement: replacement.to_owned() }
    }

    /// An id with the comma and the space that go with it.
    fn with_comma(&self, span: Span) -> Span {
        let text = self.file.source().map_or("", |source| source.text());
        let (before, after) = text.split_at((span.start as usize).min(text.len()));
        let length = (span.end - span.start) as usize;
        let rest = after.get(length..).unwrap_or("");
        let spaces = |text: &str| u32::try_from(text.len() - text.trim_start_matches(' ').len()).unwrap_or(0);
        match rest.trim_start_matches(' ').strip_prefix(',') {
            Some(next) => Span::new(span.start, span.end + spaces(rest) + 1 + spaces(next)),
            None => Span::of(before.trim_end_matches([' ', ',']).len()..span.end as usize),
        }
    }
}

fn reaches(reach: Reach, finding: &Finding) -> bool {
    match reach {
        Reach::File => true,
        Reach::TooLate => false,
        Reach::Line(line) => finding.place.span.is_some() && finding.place.positions().0.line == line,
    }
}
