//! The JSON report, version 1. The shape is frozen here, apart from the internal types.

use std::io;

use serde::Serialize;

use super::group;
use super::locate::Sources;
use super::{prose, visible};
use crate::model::{self, Confidence, FileStatus, Judged, Report, Safety};
use crate::rules::RuleSet;

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool<'a>,
    plugins: Vec<Plugin<'a>>,
    findings: Vec<Finding<'a>>,
    summary: Summary,
    files: Vec<File<'a>>,
}

#[derive(Serialize)]
struct Tool<'a> {
    name: &'static str,
    version: &'static str,
    host: &'a str,
}

#[derive(Serialize)]
struct Plugin<'a> {
    path: &'a str,
    slug: &'a str,
    name: Option<&'a str>,
    version: Option<&'a str>,
    verdict: &'static str,
    loads: &'static str,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'static str,
    family: &'a str,
    severity: &'static str,
    confidence: &'static str,
    message: &'a str,
    path: &'a str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
    plugin: &'a str,
    help: &'a str,
    fix: Option<Fix<'a>>,
    suppressed: Option<Suppressed<'a>>,
    host_says: Option<&'a str>,
    fingerprint: &'a str,
    related: Vec<Related<'a>>,
    flow: Vec<Related<'a>>,
    cwe: Vec<String>,
}

#[derive(Serialize)]
struct Fix<'a> {
    title: &'a str,
    safety: &'static str,
    edits: Vec<Edit<'a>>,
}

#[derive(Serialize)]
struct Edit<'a> {
    path: String,
    start_line: u32,
    start_column: u32,
    end_line: u32,
    end_column: u32,
    replacement: &'a str,
}

#[derive(Serialize)]
struct Suppressed<'a> {
    by: &'static str,
    reason: &'a str,
}

#[derive(Serialize)]
struct Related<'a> {
    path: &'a str,
    line: u32,
    column: u32,
    message: &'a str,
}

#[derive(Serialize)]
struct Summary {
    high: usize,
    medium: usize,
    low: usize,
    info: usize,
    suppressed: usize,
    plugins: usize,
    failed: usize,
    verdict: &'static str,
}

#[derive(Serialize)]
struct File<'a> {
    path: &'a str,
    status: &'static str,
    reason: Option<&'a str>,
    bytes: u64,
}

pub(super) fn render(report: &Report, rules: &RuleSet) -> io::Result<String> {
    let sources = Sources::of(report);
    let counts = report.counts();
    let document = Document {
        version: 1,
        tool: Tool { name: prose::TOOL, version: prose::VERSION, host: &report.host_version },
        plugins: plugins(report),
        findings: report.findings.iter().map(|judged| finding(judged, &sources, rules)).collect(),
        summary: Summary {
            high: counts.high,
            medium: counts.medium,
            low: counts.low,
            info: counts.info,
            suppressed: counts.suppressed,
            plugins: report.plugins.len(),
            failed: group::failed(report),
            verdict: prose::verdict(group::run_verdict(report)),
        },
        files: files(report),
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(visible::json(&text))
}

fn plugins(report: &Report) -> Vec<Plugin<'_>> {
    report
        .plugins
        .iter()
        .map(|plugin| Plugin {
            path: &plugin.path,
            slug: &plugin.slug,
            name: plugin.name.as_deref(),
            version: plugin.version.as_deref(),
            verdict: prose::verdict(plugin.verdict),
            loads: prose::loads(plugin.loads),
        })
        .collect()
}

fn files(report: &Report) -> Vec<File<'_>> {
    report
        .files
        .iter()
        .map(|file| File {
            path: &file.path,
            status: match file.status {
                FileStatus::Read => "read",
                FileStatus::Listed => "listed",
                FileStatus::Skipped => "skipped",
                FileStatus::Unreadable => "unreadable",
            },
            reason: file.reason.as_deref(),
            bytes: file.bytes,
        })
        .collect()
}

fn finding<'a>(judged: &'a Judged, sources: &Sources<'_>, rules: &RuleSet) -> Finding<'a> {
    let finding = &judged.finding;
    let (start, end) = finding.place.positions();
    Finding {
        rule: finding.rule.as_str(),
        family: judged.family,
        severity: prose::severity(judged.severity),
        confidence: match finding.confidence {
            Confidence::Low => "low",
            Confidence::Medium => "medium",
            Confidence::High => "high",
        },
        message: &finding.message,
        path: &finding.place.path,
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        plugin: &finding.plugin,
        help: &judged.help,
        fix: fix(judged, sources),
        suppressed: judged
            .suppressed
            .as_ref()
            .map(|suppressed| Suppressed { by: prose::suppressed_by(suppressed.by), reason: &suppressed.reason }),
        host_says: finding.host_says.as_deref(),
        fingerprint: &judged.fingerprint,
        related: places(finding, false),
        flow: places(finding, true),
        cwe: rules.get(finding.rule).weaknesses().map(|number| format!("CWE-{number}")).collect(),
    }
}

fn places(finding: &model::Finding, steps: bool) -> Vec<Related<'_>> {
    finding
        .related
        .iter()
        .filter(|related| related.step == steps)
        .map(|related| {
            let (start, _) = related.place.positions();
            Related { path: &related.place.path, line: start.line, column: start.column, message: &related.message }
        })
        .collect()
}

fn fix<'a>(judged: &'a Judged, sources: &Sources<'_>) -> Option<Fix<'a>> {
    let fix = judged.finding.fix.as_ref()?;
    let edits = sources.edits(judged).into_iter().map(|edit| Edit {
        path: edit.path,
        start_line: edit.start.line,
        start_column: edit.start.column,
        end_line: edit.end.line,
        end_column: edit.end.column,
        replacement: edit.replacement,
    });
    let safety = match fix.safety {
        Safety::Safe => "safe",
        Safety::Unsafe => "unsafe",
    };
    Some(Fix { title: &fix.title, safety, edits: edits.collect() })
}
