//! The text of one file, line by line.

use super::{direction, hidden, lookalike};
use crate::model::{Finding, Plugin, PluginFile, RelPath};

/// Findings of one rule in one file; a file full of them says no more than its first ones.
const MOST: usize = 20;

/// What a file is written for, which decides what is honest in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// For machines: every character counts.
    Code,
    /// For people of any language: their scripts need marks that are not seen.
    Prose,
}

impl Written {
    fn of(path: &RelPath) -> Self {
        let locale = |part: &str| {
            let part = part.to_lowercase();
            ["locale", "locales", "lang", "langs", "languages", "i18n", "l10n", "translations", "messages"]
                .contains(&part.as_str())
        };
        if path.parent().split('/').any(locale) {
            return Self::Prose;
        }
        match path.extension().map(str::to_lowercase).as_deref() {
            Some(
                "md" | "rst" | "txt" | "po" | "pot" | "csv" | "tsv" | "html" | "htm" | "xml" | "svg" | "jinja"
                | "jinja2" | "j2" | "adoc" | "tex" | "srt" | "vtt" | "ftl" | "properties" | "resx" | "xlf",
            )
            | None => Self::Prose,
            Some(_) => Self::Code,
        }
    }
}

/// Judges the characters of a text that is not plain ASCII.
pub(in crate::scan) fn check(plugin: &Plugin, file: &PluginFile, text: &str, found: &mut Vec<Finding>) {
    if text.is_ascii() {
        return;
    }
    let written = Written::of(&file.path);
    let mut all = [Vec::new(), Vec::new(), Vec::new()];
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if !line.is_ascii() {
            all[0].extend(direction::judge(line, at, written));
            hidden::judge(line, at, written, &mut all[1]);
        }
        at += line.len();
    }
    all[2] = lookalike::judge(text, &file.path);
    for said in all {
        for said in said.into_iter().take(MOST) {
            let mut finding = Finding::at(said.rule, plugin, file, said.span, said.message)
                .confidence(said.confidence)
                .label(said.label);
            finding.help = said.help;
            found.push(finding);
        }
    }
}
