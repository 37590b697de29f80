//! JUnit XML after the Ant schema: a suite for each plugin, a test case for each finding that counts.

use std::fmt::Write as _;

use super::group::{Group, groups};
use super::{prose, visible};
use crate::model::{Judged, Report};

/// The schema demands a time; a real one would make two runs over the same plugin differ.
const TIMESTAMP: &str = "1970-01-01T00:00:00";

pub(super) fn render(report: &Report) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n");
    for (at, group) in groups(report).iter().enumerate() {
        push_suite(&mut out, at, group, report);
    }
    out.push_str("</testsuites>\n");
    out
}

fn push_suite(out: &mut String, id: usize, group: &Group<'_>, report: &Report) {
    let name = group.plugin.map_or(prose::TOOL, |plugin| token(&plugin.slug));
    let package = group.plugin.map_or(".", |plugin| token(&plugin.path));
    let fails = |judged: &Judged| report.fail_on.is_some_and(|bar| judged.severity >= bar);
    let failures = group.findings.iter().filter(|judged| fails(judged)).count();
    let _ = writeln!(
        out,
        "  <testsuite id=\"{id}\" name=\"{}\" package=\"{}\" timestamp=\"{TIMESTAMP}\" hostname=\"localhost\" \
         tests=\"{}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\" time=\"0\">",
        attribute(name),
        attribute(package),
        group.findings.len().max(1)
    );
    out.push_str("    <properties>\n");
    push_property(out, "wicara.host", &report.host_version);
    if let Some(plugin) = group.plugin {
        push_property(out, "verdict", prose::verdict(plugin.verdict));
        push_property(out, "loads", prose::loads(plugin.loads));
        if let Some(version) = &plugin.version {
            push_property(out, "version", version);
        }
    }
    out.push_str("    </properties>\n");
    if group.findings.is_empty() {
        let _ = writeln!(out, "    <testcase classname=\"{}\" name=\"no findings\" time=\"0\"/>", attribute(name));
    }
    let mut passed = String::new();
    for judged in &group.findings {
        let case = format!("{} {}", judged.finding.rule, place(judged));
        let _ = write!(out, "    <testcase classname=\"{}\" name=\"{}\" time=\"0\"", attribute(name), attribute(&case));
        if !fails(judged) {
            out.push_str("/>\n");
            let _ = writeln!(passed, "{}", body(judged));
            continue;
        }
        let _ = writeln!(
            out,
            ">\n      <failure type=\"{}\" message=\"{}\">{}</failure>\n    </testcase>",
            attribute(judged.finding.rule.as_str()),
            attribute(&judged.finding.message),
            escape(&body(judged))
        );
    }
    let _ = writeln!(out, "    <system-out>{}</system-out>\n    <system-err/>\n  </testsuite>", escape(&passed));
}

fn push_property(out: &mut String, name: &str, value: &str) {
    let _ = writeln!(out, "      <property name=\"{name}\" value=\"{}\"/>", attribute(value));
}

/// A name that may not be empty.
fn token(text: &str) -> &str {
    if text.trim().is_empty() { "." } else { text }
}

fn place(judged: &Judged) -> String {
    let place = &judged.finding.place;
    if place.span.is_none() {
        return place.path.clone();
    }
    let (start, _) = place.positions();
    format!("{}:{}:{}", place.path, start.line, start.column)
}

fn body(judged: &Judged) -> String {
    let finding = &judged.finding;
    let mut text = format!(
        "{}: {}[{}] {}\n",
        place(judged),
        prose::severity(judged.severity),
        finding.rule,
        visible::one_line(&finding.message)
    );
    if let Some(words) = &finding.host_says {
        let _ = writeln!(text, "the host: {}", prose::flow(words));
    }
    if !judged.help.is_empty() {
        let _ = writeln!(text, "help: {}", prose::flow(&judged.help));
    }
    for related in &finding.related {
        let (start, _) = related.place.positions();
        let _ = writeln!(text, "see: {}:{}:{}: {}", related.place.path, start.line, start.column, related.message);
    }
    text
}

fn attribute(text: &str) -> String {
    escape(&visible::one_line(text))
}

/// XML text. What XML 1.0 cannot hold in any form is among what is written out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in visible::lines(text).chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            other => out.push(other),
        }
    }
    out
}
