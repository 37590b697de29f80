//! SARIF 2.1.0: results with rule help, fingerprints, suppressions, and fixes.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use super::locate::{LocatedEdit, Sources};
use super::sarif_shape::{
    Artifact, BaseId, BaseIds, Change, CodeFlow, Configuration, Driver, Fingerprints, Fix, FlowLocation, Location, Log,
    Outcome, OutcomeProperties, OwnText, PhysicalLocation, Region, Replacement, RichText, Rule, RuleProperties, Run,
    RunProperties, Suppression, Text, ThreadFlow, Tool,
};
use super::{prose, visible};
use crate::model::{Confidence, Judged, Place, Position, Report, RuleId, Safety, Severity, SuppressedBy};
use crate::rules::{self, RuleSet};

pub(super) fn render(report: &Report, rules: &RuleSet) -> io::Result<String> {
    let sources = Sources::of(report);
    let mut indices: BTreeMap<RuleId, usize> = report.findings.iter().map(|judged| (judged.finding.rule, 0)).collect();
    for (at, index) in indices.values_mut().enumerate() {
        *index = at;
    }
    let log = Log {
        schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: prose::TOOL,
                    version: prose::VERSION,
                    semantic_version: prose::VERSION,
                    rules: indices.keys().map(|id| rule(rules.get(*id))).collect(),
                },
            },
            column_kind: "unicodeCodePoints",
            original_uri_base_ids: BaseIds {
                root: BaseId { description: Text { text: "The working directory of the run." } },
            },
            results: report.findings.iter().map(|judged| outcome(judged, &indices, &sources)).collect(),
            properties: RunProperties { host: &report.host_version },
        }],
    };
    let mut text = serde_json::to_string_pretty(&log)?;
    text.push('\n');
    Ok(visible::json(&text))
}

const fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "note",
    }
}

fn rule(rule: &rules::Rule) -> Rule {
    let why = rule.why.trim();
    let help = rule.help.trim();
    let mut text = format!("{}\n\n{}", prose::flow(help), prose::flow(why));
    let mut markdown = format!("{help}\n\n**Why.** {why}");
    if let Some(words) = &rule.host_says {
        let _ = write!(text, "\n\nThe host says: {words}");
        let fence = "`".repeat(longest_backticks(words) + 1);
        let _ = write!(markdown, "\n\n**The host says** {fence}{words}{fence}");
    }
    let _ = write!(text, "\n\nMore: {} explain {}", prose::TOOL, rule.id);
    let _ = write!(markdown, "\n\nMore: `{} explain {}`", prose::TOOL, rule.id);
    let cwes: Vec<String> = rule.weaknesses().collect();
    let mut tags = vec![rule.family.to_owned(), "wicara".to_owned()];
    if !cwes.is_empty() {
        tags.push("security".to_owned());
        tags.extend(cwes.iter().map(|number| format!("external/cwe/cwe-{number}")));
    }
    tags.extend(rule.bandit.iter().map(|code| format!("bandit/{code}")));
    tags.extend(rule.ruff.iter().map(|code| format!("ruff/{code}")));
    Rule {
        id: rule.id.clone(),
        short_description: OwnText { text: rule.title.clone() },
        full_description: RichText { text: prose::flow(why), markdown: why.to_owned() },
        help: RichText { text, markdown },
        help_uri: rule.references.iter().find(|reference| reference.starts_with("https://")).cloned(),
        default_configuration: Configuration { level: level(rule.severity) },
        properties: RuleProperties {
            precision: match rule.confidence {
                Confidence::High => "very-high",
                Confidence::Medium => "high",
                Confidence::Low => "medium",
            },
            problem_severity: match rule.severity {
                Severity::High => "error",
                Severity::Medium => "warning",
                Severity::Low | Severity::Info => "recommendation",
            },
            security_severity: (!cwes.is_empty()).then_some(match rule.severity {
                Severity::High => "8.0",
                Severity::Medium => "5.5",
                Severity::Low => "3.0",
                Severity::Info => "0.5",
            }),
            tags,
        },
    }
}

pub(super) fn longest_backticks(text: &str) -> usize {
    text.split(|character| character != '`').map(str::len).max().unwrap_or(0)
}

fn outcome<'a>(judged: &'a Judged, indices: &BTreeMap<RuleId, usize>, sources: &Sources<'_>) -> Outcome<'a> {
    let finding = &judged.finding;
    let mut text = finding.message.clone();
    if let Some(words) = &finding.host_says {
        let _ = write!(text, "\n\nThe host: {}", prose::flow(words));
    }
    if !judged.help.is_empty() {
        let _ = write!(text, "\n\nHelp: {}", prose::flow(&judged.help));
    }
    let edits = sources.edits(judged);
    let fix = finding.fix.as_ref().filter(|_| !edits.is_empty());
    Outcome {
        rule_id: finding.rule.as_str(),
        rule_index: indices.get(&finding.rule).copied().unwrap_or_default(),
        level: level(judged.severity),
        message: OwnText { text: escape_links(&text) },
        locations: [location(&finding.place, None, None)],
        related_locations: finding
            .related
            .iter()
            .filter(|related| !related.step)
            .enumerate()
            .map(|(at, related)| location(&related.place, Some(at + 1), Some(&related.message)))
            .collect(),
        code_flows: code_flow(judged).into_iter().collect(),
        partial_fingerprints: Fingerprints { v1: &judged.fingerprint },
        suppressions: judged.suppressed.iter().map(suppression).collect(),
        fixes: fix
            .map(|fix| Fix { description: Text { text: &fix.title }, artifact_changes: changes(edits) })
            .into_iter()
            .collect(),
        properties: OutcomeProperties {
            plugin: &finding.plugin,
            severity: prose::severity(judged.severity),
            fix_safety: fix.map(|fix| match fix.safety {
                Safety::Safe => "safe",
                Safety::Unsafe => "unsafe",
            }),
        },
    }
}

/// The way of data, which ends at the place of the finding.
fn code_flow(judged: &Judged) -> Option<CodeFlow<'_>> {
    let finding = &judged.finding;
    let steps = finding.related.iter().filter(|related| related.step);
    let mut locations: Vec<_> =
        steps.map(|step| FlowLocation { location: location(&step.place, None, Some(&step.message)) }).collect();
    if locations.is_empty() {
        return None;
    }
    locations.push(FlowLocation { location: location(&finding.place, None, Some(&finding.message)) });
    Some(CodeFlow { thread_flows: [ThreadFlow { locations }] })
}

fn suppression(suppressed: &crate::model::Suppression) -> Suppression<'_> {
    let kind = match suppressed.by {
        SuppressedBy::Comment => "inSource",
        SuppressedBy::Settings | SuppressedBy::Baseline => "external",
    };
    Suppression { kind, status: "accepted", justification: &suppressed.reason }
}

/// Brackets before a parenthesis would be read as one of SARIF's embedded links.
fn escape_links(text: &str) -> String {
    if text.contains("](") { text.replace('[', "\\[").replace(']', "\\]") } else { text.to_owned() }
}

fn changes(edits: Vec<LocatedEdit<'_>>) -> Vec<Change<'_>> {
    let mut by_path: BTreeMap<String, Vec<LocatedEdit<'_>>> = BTreeMap::new();
    for edit in edits {
        by_path.entry(edit.path.clone()).or_default().push(edit);
    }
    by_path
        .into_iter()
        .map(|(path, edits)| Change {
            artifact_location: artifact(&path),
            replacements: edits
                .into_iter()
                .map(|edit| Replacement {
                    deleted_region: region(edit.start, edit.end),
                    inserted_content: Text { text: edit.replacement },
                })
                .collect(),
        })
        .collect()
}

fn location<'a>(place: &Place, id: Option<usize>, message: Option<&'a str>) -> Location<'a> {
    let region = place.span.map(|_| {
        let (start, end) = place.positions();
        region(start, end)
    });
    Location {
        id,
        message: message.map(|text| Text { text }),
        physical_location: PhysicalLocation { artifact_location: artifact(&place.path), region },
    }
}

const fn region(start: Position, end: Position) -> Region {
    Region { start_line: start.line, start_column: start.column, end_line: end.line, end_column: end.column }
}

/// A path as a URI: relative to the root, or `file:` when it is absolute.
fn artifact(path: &str) -> Artifact {
    let drive = path.as_bytes().get(1) == Some(&b':') && path.as_bytes()[0].is_ascii_alphabetic();
    let mut uri = match path {
        _ if drive => "file:///".to_owned(),
        _ if path.starts_with('/') => "file://".to_owned(),
        _ => String::new(),
    };
    let absolute = !uri.is_empty();
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            uri.push(char::from(byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    Artifact { uri, uri_base_id: (!absolute).then_some("%SRCROOT%") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_become_uris_that_mean_the_same() {
        assert_eq!(artifact("a b/ü:#%?.py").uri, "a%20b/%C3%BC%3A%23%25%3F.py");
        assert_eq!(artifact("../x.py").uri_base_id, Some("%SRCROOT%"));
        assert_eq!((artifact("/x/y.py").uri.as_str(), artifact("/x").uri_base_id), ("file:///x/y.py", None));
        assert_eq!(artifact("C:/x.py").uri, "file:///C%3A/x.py");
    }
}
