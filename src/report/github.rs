//! Workflow commands: GitHub turns each into an annotation at its line.

use std::fmt::Write as _;

use super::{prose, visible};
use crate::model::{Judged, Report, Severity};

pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    for judged in report.findings.iter().filter(|judged| judged.suppressed.is_none()) {
        push_command(&mut out, judged);
    }
    out
}

fn push_command(out: &mut String, judged: &Judged) {
    let finding = &judged.finding;
    let command = match judged.severity {
        Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low | Severity::Info => "notice",
    };
    let _ = write!(out, "::{command} file={}", property(&finding.place.path));
    if finding.place.span.is_some() {
        let (start, end) = finding.place.positions();
        let _ = write!(out, ",line={},endLine={}", start.line, end.line);
        // GitHub takes columns only where the place is on one line.
        if start.line == end.line {
            let _ = write!(out, ",col={},endColumn={}", start.column, end.column);
        }
    }
    let mut text = visible::lines(&finding.message).into_owned();
    if let Some(words) = &finding.host_says {
        let _ = write!(text, "\nthe host: {}", visible::lines(&prose::flow(words)));
    }
    if !judged.help.is_empty() {
        let _ = write!(text, "\nhelp: {}", visible::lines(&prose::flow(&judged.help)));
    }
    let _ = writeln!(out, ",title={}::{}", property(finding.rule.as_str()), data(&text));
}

/// Escapes what ends a line, and `%` itself.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// Escapes what ends a property as well.
fn property(text: &str) -> String {
    data(&visible::name(text)).replace(':', "%3A").replace(',', "%2C")
}
