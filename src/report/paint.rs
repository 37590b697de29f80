//! Colours and hyperlinks, or neither.

use super::Style;
use crate::model::{Severity, Verdict};

/// Paints text, if the style allows it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    colour: bool,
    links: bool,
}

impl Paint {
    pub(super) const fn new(style: &Style) -> Self {
        Self { colour: style.colour, links: style.links }
    }

    fn with(self, codes: &str, text: &str) -> String {
        if self.colour && !text.is_empty() { format!("\x1b[{codes}m{text}\x1b[0m") } else { text.to_owned() }
    }

    pub(super) fn bold(self, text: &str) -> String {
        self.with("1", text)
    }

    pub(super) fn dim(self, text: &str) -> String {
        self.with("2", text)
    }

    /// The word before a colon that says what the text after it is.
    pub(super) fn key(self, text: &str) -> String {
        self.with("36", text)
    }

    pub(super) fn severity(self, severity: Severity, text: &str) -> String {
        let codes = match severity {
            Severity::High => "1;31",
            Severity::Medium => "1;33",
            Severity::Low => "1;36",
            Severity::Info => "1;34",
        };
        self.with(codes, text)
    }

    pub(super) fn verdict(self, verdict: Verdict, text: &str) -> String {
        let codes = match verdict {
            Verdict::Pass => "1;32",
            Verdict::Warn => "1;33",
            Verdict::Fail => "1;31",
        };
        self.with(codes, text)
    }

    /// Text that opens `url`, where the terminal can do that.
    pub(super) fn link(self, url: Option<&str>, text: &str) -> String {
        match url {
            Some(url) if self.links && url.bytes().all(|byte| byte.is_ascii_graphic()) => {
                format!("\x1b]8;;{url}\x1b\\{text}\x1b]8;;\x1b\\")
            }
            _ => text.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_made_only_where_they_are_wanted_and_harmless() {
        let paint = |links| Paint::new(&Style { colour: false, width: 80, links });
        let linked = "\x1b]8;;https://example.org/\x1b\\rule\x1b]8;;\x1b\\";
        assert_eq!(paint(true).link(Some("https://example.org/"), "rule"), linked);
        assert_eq!(paint(false).link(Some("https://example.org/"), "rule"), "rule");
        assert_eq!(paint(true).link(Some("https://example.org/\x1b\\"), "rule"), "rule");
        assert_eq!(paint(true).link(None, "rule"), "rule");
        assert_eq!(paint(true).severity(Severity::High, "high"), "high", "no colour");
    }
}
