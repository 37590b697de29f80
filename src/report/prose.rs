//! Words: wrapping, counting, and the names of things.

use unicode_width::UnicodeWidthStr;

use crate::model::{Counts, Loads, Severity, SuppressedBy, Verdict};

/// The name of this program in reports.
pub(super) const TOOL: &str = env!("CARGO_PKG_NAME");
/// Its version.
pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(super) const fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::High => "high",
        Severity::Medium => "medium",
        Severity::Low => "low",
        Severity::Info => "info",
    }
}

pub(super) const fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass => "pass",
        Verdict::Warn => "warn",
        Verdict::Fail => "fail",
    }
}

pub(super) const fn loads(loads: Loads) -> &'static str {
    match loads {
        Loads::Yes => "yes",
        Loads::No => "no",
        Loads::Unknown => "unknown",
    }
}

pub(super) const fn suppressed_by(by: SuppressedBy) -> &'static str {
    match by {
        SuppressedBy::Comment => "comment",
        SuppressedBy::Settings => "settings",
        SuppressedBy::Baseline => "baseline",
    }
}

/// `1 plugin`, `2 plugins`.
pub(super) fn several(count: usize, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// `3 high, 1 medium`; `no findings` when nothing counts.
pub(super) fn counts(counts: &Counts) -> String {
    let parts: Vec<String> =
        [(counts.high, "high"), (counts.medium, "medium"), (counts.low, "low"), (counts.info, "info")]
            .into_iter()
            .filter(|(count, _)| *count > 0)
            .map(|(count, word)| format!("{count} {word}"))
            .collect();
    if parts.is_empty() { "no findings".to_owned() } else { parts.join(", ") }
}

/// Columns that a text takes.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// Breaks Markdown-like prose into lines of at most `width` columns. Paragraphs and list items
/// are kept apart, fenced code keeps its lines, and a word that is too long stands alone.
pub(super) fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut fenced = false;
    let mut open = false;
    for line in text.trim().lines() {
        let trimmed = line.trim();
        let fence = trimmed.starts_with("```");
        if fence || fenced {
            fenced = fenced != fence;
            open = false;
            if !fence {
                out.push(format!("    {}", line.trim_end()));
            }
            continue;
        }
        if trimmed.is_empty() {
            open = false;
            if out.last().is_some_and(|last| !last.is_empty()) {
                out.push(String::new());
            }
            continue;
        }
        let item = list_marker(trimmed);
        let indent = if item == 0 { out.last().filter(|_| open).map_or(0, |last| hang(last)) } else { item };
        if !open || item > 0 {
            out.push(String::new());
        }
        open = true;
        for word in words(trimmed, width / 2) {
            let Some(last) = out.last_mut() else { continue };
            if last.trim().is_empty() {
                last.push_str(&word);
            } else if columns(last) + 1 + columns(&word) <= width {
                last.push(' ');
                last.push_str(&word);
            } else {
                out.push(format!("{}{word}", " ".repeat(indent)));
            }
        }
    }
    while out.last().is_some_and(String::is_empty) {
        out.pop();
    }
    out
}

/// The same text with each paragraph and list item on one line, for readers that wrap by themselves.
pub(super) fn flow(text: &str) -> String {
    wrap(text, usize::MAX / 4).join("\n")
}

/// The words of a line; `code of several words` stays together up to `limit` columns.
fn words(line: &str, limit: usize) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    for word in line.split_whitespace() {
        match words.last_mut() {
            Some(last) if last.matches('`').count() % 2 == 1 && columns(last) + columns(word) < limit => {
                last.push(' ');
                last.push_str(word);
            }
            _ => words.push(word.to_owned()),
        }
    }
    words
}

/// How far a list item's further lines are indented; 0 for what is no item.
fn list_marker(line: &str) -> usize {
    let digits = line.bytes().take_while(u8::is_ascii_digit).count();
    if line.starts_with("- ") || line.starts_with("* ") {
        2
    } else if (1..=2).contains(&digits) && line[digits..].starts_with(". ") {
        digits + 2
    } else {
        0
    }
}

fn hang(line: &str) -> usize {
    let spaces = line.len() - line.trim_start_matches(' ').len();
    if spaces > 0 { spaces } else { list_marker(line) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_is_wrapped_by_columns_and_keeps_its_shape() {
        let text = "One two\nthree four.\n\n- first item that is long\n- 第二 第三 第四 第五\n\n```\nkeep   this line as it is\n```\nEnd.\n";
        let wrapped = wrap(text, 16);
        assert_eq!(
            wrapped,
            [
                "One two three",
                "four.",
                "",
                "- first item",
                "  that is long",
                "- 第二 第三 第四",
                "  第五",
                "",
                "    keep   this line as it is",
                "End."
            ]
        );
        assert_eq!(wrap("run this: `a --b` now", 14), ["run this:", "`a --b` now"], "code stays together");
        assert_eq!(wrap("", 10), Vec::<String>::new());
        assert_eq!(wrap("a_word_that_does_not_fit x", 5), ["a_word_that_does_not_fit", "x"]);
    }

    #[test]
    fn counts_are_named_from_high_to_info() {
        assert_eq!(counts(&Counts::default()), "no findings");
        assert_eq!(counts(&Counts { high: 3, info: 1, suppressed: 9, ..Counts::default() }), "3 high, 1 info");
        assert_eq!((several(1, "plugin"), several(0, "plugin")), ("1 plugin".to_owned(), "0 plugins".to_owned()));
    }
}
