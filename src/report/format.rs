//! Which formats there are, and the one door to all of them.

use std::fmt;
use std::io::{self, Write};

use super::{concise, github, json, junit, markdown, sarif, text};
use crate::model::Report;
use crate::rules::RuleSet;

/// A shape that a report can be written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// For people at a terminal: source lines, what the host does, what to do.
    Text,
    /// One line for each finding: `path:line:column: severity[rule] message`.
    Concise,
    /// The JSON report, version 1; [`json_schema`](super::json_schema()) describes it.
    Json,
    /// SARIF 2.1.0, for code scanning and editors.
    Sarif,
    /// GitHub workflow commands, which become annotations of a pull request.
    Github,
    /// JUnit XML, for the test pages of CI systems.
    Junit,
    /// GitHub-flavoured Markdown, for step summaries and comments.
    Markdown,
}

impl Format {
    /// Every format, in the order in which help lists them.
    pub const ALL: [Self; 7] =
        [Self::Text, Self::Concise, Self::Json, Self::Sarif, Self::Github, Self::Junit, Self::Markdown];

    /// The name on the command line.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Concise => "concise",
            Self::Json => "json",
            Self::Sarif => "sarif",
            Self::Github => "github",
            Self::Junit => "junit",
            Self::Markdown => "markdown",
        }
    }

    /// The format of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How text may look. Only [`Format::Text`] reads it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether ANSI colours may be used.
    pub colour: bool,
    /// Columns of the terminal; prose is wrapped and long source lines are cut to fit.
    pub width: usize,
    /// Whether the terminal understands hyperlinks.
    pub links: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, width: 80, links: false }
    }
}

/// Writes `report` in one format. The same report gives the same bytes.
///
/// # Errors
///
/// What `out` answers, a closed pipe included.
pub fn render(format: Format, report: &Report, rules: &RuleSet, style: &Style, out: &mut dyn Write) -> io::Result<()> {
    let written = match format {
        Format::Text => text::render(report, rules, style),
        Format::Concise => concise::render(report),
        Format::Json => json::render(report, rules)?,
        Format::Sarif => sarif::render(report, rules)?,
        Format::Github => github::render(report),
        Format::Junit => junit::render(report),
        Format::Markdown => markdown::render(report),
    };
    out.write_all(written.as_bytes())?;
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_is_found_by_its_own_name_only() {
        for format in Format::ALL {
            assert_eq!(Format::from_name(format.name()), Some(format));
        }
        assert_eq!(Format::from_name("JSON"), None);
        assert_eq!(Format::from_name(""), None);
    }
}
