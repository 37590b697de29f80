//! GitHub-flavoured Markdown for step summaries and comments. Nothing from a plugin can become
//! markup, a table cell, a link, or a mention.

use std::fmt::Write as _;

use super::group::{Group, groups};
use super::{prose, sarif, snippet, visible};
use crate::model::{Judged, Report, Safety, Verdict};

/// A comment on GitHub holds 65,536 characters; what would be longer is counted instead.
const LIMIT: usize = 60_000;
/// Columns for source lines.
const WIDTH: usize = 100;

pub(super) fn render(report: &Report) -> String {
    let groups = groups(report);
    let counts = report.counts();
    let mut out = format!("### {}: {}\n\n", prose::TOOL, prose::counts(&counts));
    let (mut rows, mut left_out) = (0, 0);
    for group in groups.iter().filter(|group| group.plugin.is_some()) {
        if out.len() > LIMIT / 2 {
            left_out += 1;
            continue;
        }
        if rows == 0 {
            out.push_str("| | Plugin | Version | Verdict | High | Medium | Low | Info |\n");
            out.push_str("|---|---|---|---|--:|--:|--:|--:|\n");
        }
        rows += 1;
        push_row(&mut out, group);
    }
    if left_out > 0 {
        let _ = writeln!(out, "\n… and {}.", prose::several(left_out, "more plugin"));
    }
    let mut hidden = 0;
    for group in groups.iter().filter(|group| !group.findings.is_empty()) {
        let mut named = false;
        for judged in &group.findings {
            if hidden > 0 {
                hidden += 1;
                continue;
            }
            let mut piece = String::new();
            if !named {
                let name = group.plugin.map_or("About the run", |plugin| &plugin.slug);
                let _ = writeln!(piece, "\n#### {}\n", escape(name));
            }
            push_finding(&mut piece, judged);
            if out.len() + piece.len() > LIMIT {
                hidden += 1;
                continue;
            }
            named = true;
            out.push_str(&piece);
        }
    }
    if hidden > 0 {
        let _ = writeln!(out, "\n… and {}.", prose::several(hidden, "more finding"));
    }
    if counts.suppressed > 0 {
        let _ = writeln!(out, "\n{} suppressed.", prose::several(counts.suppressed, "finding"));
    }
    let _ = writeln!(
        out,
        "\n<sub>{} {}, judged against Wicara {}.</sub>",
        prose::TOOL,
        prose::VERSION,
        escape(&report.host_version)
    );
    out
}

fn push_row(out: &mut String, group: &Group<'_>) {
    let Some(plugin) = group.plugin else { return };
    let icon = match plugin.verdict {
        Verdict::Pass => "✅",
        Verdict::Warn => "⚠️",
        Verdict::Fail => "❌",
    };
    let counts = group.counts();
    let version = plugin.version.as_deref().map(escape).unwrap_or_default();
    let _ = writeln!(
        out,
        "| {icon} | {} | {version} | {} | {} | {} | {} | {} |",
        escape(&plugin.slug),
        group.says(),
        counts.high,
        counts.medium,
        counts.low,
        counts.info
    );
}

fn push_finding(out: &mut String, judged: &Judged) {
    let finding = &judged.finding;
    let (start, _) = finding.place.positions();
    let place = match finding.place.span {
        Some(_) => format!("{}:{}", finding.place.path, start.line),
        None => finding.place.path.clone(),
    };
    let _ = writeln!(
        out,
        "<details><summary><b>{}</b> <code>{}</code> {} – <code>{}</code></summary>\n",
        prose::severity(judged.severity),
        finding.rule,
        one_line(&finding.message),
        code(&place)
    );
    if let Some(snippet) = snippet::draw(judged, WIDTH, false) {
        let fence = "`".repeat(sarif::longest_backticks(&snippet.text).max(2) + 1);
        let lines: Vec<&str> = snippet.text.lines().map(str::trim_end).collect();
        let _ = writeln!(out, "{fence}text\n{}\n{fence}\n", lines.join("\n"));
    }
    for related in &finding.related {
        let (start, _) = related.place.positions();
        let at = format!("{}:{}", related.place.path, start.line);
        let _ = writeln!(out, "- <code>{}</code>: {}", code(&at), one_line(&related.message));
    }
    if !finding.related.is_empty() {
        out.push('\n');
    }
    if let Some(words) = &finding.host_says {
        let _ = writeln!(out, "**The host:** {}\n", rich(words));
    }
    if !judged.help.is_empty() {
        let _ = writeln!(out, "**Help:** {}\n", rich(&judged.help));
    }
    if let Some(fix) = &finding.fix {
        let flag = match fix.safety {
            Safety::Safe => "--fix",
            Safety::Unsafe => "--fix=unsafe",
        };
        let _ = writeln!(out, "**Fix:** {} (<code>{flag}</code>)\n", one_line(&fix.title));
    }
    let _ = writeln!(out, "<code>{} explain {}</code>\n</details>\n", prose::TOOL, finding.rule);
}

/// Escaped text that keeps its paragraphs and lists.
fn rich(text: &str) -> String {
    let mut out = String::new();
    for line in prose::flow(text).lines() {
        let open = !out.is_empty() && !out.ends_with("\n\n");
        if line.trim().is_empty() {
            out.push_str("\n\n");
        } else {
            if open {
                out.push_str(if line.starts_with("- ") { "\n" } else { "<br>\n" });
            }
            match line.strip_prefix("    ") {
                Some(code_line) => {
                    let _ = write!(out, "<code>{}</code>", code(code_line));
                }
                None => push_rich(&mut out, line),
            }
        }
    }
    out
}

/// Escaped text for a line or a cell.
fn one_line(text: &str) -> String {
    let mut out = String::new();
    push_rich(&mut out, text.trim());
    out
}

/// Escaped text in which `` `pairs of backticks` `` become code.
fn push_rich(out: &mut String, line: &str) {
    let parts: Vec<&str> = line.split('`').collect();
    for (at, part) in parts.iter().enumerate() {
        let closed = at + 1 < parts.len();
        if at % 2 == 1 && closed && !part.is_empty() {
            let _ = write!(out, "<code>{}</code>", code(part));
        } else {
            if at % 2 == 1 {
                out.push_str("&#96;");
            }
            push_escaped(out, part, true);
        }
    }
}

/// Text inside `<code>`, where GitHub looks for no mentions.
fn code(text: &str) -> String {
    let mut out = String::new();
    push_escaped(&mut out, text, false);
    out
}

/// Text in which nothing is markup.
fn escape(text: &str) -> String {
    let mut out = String::new();
    push_escaped(&mut out, text, true);
    out
}

/// A zero-width space keeps GitHub from making links and mentions of what follows.
fn push_escaped(out: &mut String, text: &str, links: bool) {
    let text = visible::one_line(text);
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let plain = character.is_alphanumeric() || " .,;-/?%:'\"()".contains(character);
        // A line of hyphens would make a heading of the line before it.
        let rule = character == '-' && rest.peek() == Some(&'-');
        if (plain && !rule) || !character.is_ascii() {
            out.push(character);
        } else {
            let _ = write!(out, "&#{};", u32::from(character));
        }
        let breaks = match character {
            '@' | '#' => true,
            ':' => rest.peek() == Some(&'/'),
            '.' => out.ends_with("www."),
            _ => false,
        };
        if links && breaks {
            out.push_str("&#8203;");
        }
    }
}
