//! The whole judgement on one `plugin.json`.

use super::json::{self, Fault, FaultKind, Json, Node};
use super::model::Manifest;
use super::{ranges, structure, values};
use crate::model::{Decoded, Edit, FileState, Finding, Plugin, PluginFile, RuleId, Safety, Source, Span};
use crate::rules::{Host, id};

/// The manifest's path in a plugin.
pub const FILE: &str = "plugin.json";

/// How many findings of one manifest are listed.
pub(super) const MAX_FINDINGS: usize = 500;

/// The answer of [`check`].
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// What the manifest says; `None` when there is none, or when it holds no object.
    pub manifest: Option<Manifest>,
    /// In order of position.
    pub findings: Vec<Finding>,
}

/// Judges the manifest of `plugin` for `host`, and for the Python version `python` (`3.10`) when one is given.
#[must_use]
pub fn check(plugin: &Plugin, host: &Host, python: Option<&str>) -> Checked {
    let Some(file) = plugin.file(FILE) else {
        return Checked { manifest: None, findings: vec![missing(plugin)] };
    };
    let FileState::Read(source) = &file.state else {
        return Checked::default();
    };
    let mut check =
        Check { plugin, file, host, python, text: source.text(), readable: true, findings: Vec::new(), unlisted: None };
    let manifest = check.run(source);
    let Check { mut findings, unlisted, .. } = check;
    if matches!(source.decoded(), Decoded::Invalid(_)) {
        // Offsets in the text are not offsets in the file's bytes, so nothing can be mended.
        findings.iter_mut().for_each(|finding| finding.fix = None);
    }
    findings.sort_by_key(|finding| (finding.place.span, finding.rule));
    if let Some(rule) = unlisted {
        let words = format!("there are more faults in plugin.json than the {MAX_FINDINGS} that are listed");
        findings.push(Finding::whole(rule, plugin, FILE, words));
    }
    Checked { manifest, findings }
}

fn missing(plugin: &Plugin) -> Finding {
    let misnamed = plugin.files.iter().map(|file| file.path.as_str()).find(|path| {
        let path = path.to_lowercase();
        let stem = path.split_once('.').map_or(path.as_str(), |(stem, _)| stem);
        let ending = path.rsplit_once('.').map_or("", |(_, ending)| ending);
        matches!(stem, "plugin" | "manifest") && matches!(ending, "json" | "json5" | "jsonc" | "yaml" | "yml" | "toml")
    });
    let finding = match misnamed {
        Some(other) => Finding::whole(
            id::MISSING_MANIFEST,
            plugin,
            FILE,
            format!("there is no plugin.json; the host does not read `{other}`"),
        )
        .help(format!("Rename `{other}` to `plugin.json`, and write it as JSON.")),
        None if plugin.has_folder(FILE) => {
            Finding::whole(id::MISSING_MANIFEST, plugin, FILE, "plugin.json is a folder, not a file")
        }
        None => Finding::whole(id::MISSING_MANIFEST, plugin, FILE, "the plugin has no plugin.json"),
    };
    finding.host_says("Missing plugin.json manifest file")
}

/// A check under way.
pub(super) struct Check<'a> {
    pub(super) plugin: &'a Plugin,
    file: &'a PluginFile,
    pub(super) host: &'a Host,
    pub(super) python: Option<&'a str>,
    pub(super) text: &'a str,
    /// Whether the host can read the file.
    pub(super) readable: bool,
    findings: Vec<Finding>,
    /// The rule of the first finding that was not listed.
    unlisted: Option<RuleId>,
}

impl Check<'_> {
    fn run(&mut self, source: &Source) -> Option<Manifest> {
        let decodes = self.encoding(source);
        if self.text.contains('\0') && !decodes {
            return None;
        }
        let (root, faults) = json::parse(self.text);
        self.readable = decodes && faults.iter().all(|fault| fault.kind == FaultKind::Nonstandard);
        for fault in faults {
            self.fault(fault);
        }
        let members = match &root.json {
            Json::Object(members) => members,
            Json::Broken => return None,
            _ => {
                self.not_object(&root);
                return None;
            }
        };
        structure::check(self, &root, members);
        let manifest = Manifest::read(members, self.text, self.readable);
        values::check(self, &manifest);
        ranges::check(self, &manifest);
        Some(manifest)
    }

    /// Reports what is not UTF-8; false when anything is.
    fn encoding(&mut self, source: &Source) -> bool {
        let wide = self.text.contains('\0')
            && self.text.chars().filter(|c| *c == '\0').count() * 3 >= self.text.chars().count().min(64);
        let (span, message) = match source.decoded() {
            Decoded::Invalid(_) | Decoded::Utf8 | Decoded::Utf8Bom if wide => {
                (Span::of(0..self.text.chars().next().map_or(0, char::len_utf8)), "the file is UTF-16, not UTF-8")
            }
            Decoded::Invalid(at) => {
                (Span::of(at..at + '\u{fffd}'.len_utf8()), "the file is not UTF-8: this byte belongs to no character")
            }
            Decoded::Utf8 | Decoded::Utf8Bom => return true,
        };
        // UTF-16 without a byte order mark is UTF-8 to the letter, with a NUL after every other byte.
        let says = match source.decoded() {
            Decoded::Invalid(_) => "'utf-8' codec can't decode byte 0x… in position …: invalid …".to_owned(),
            Decoded::Utf8 | Decoded::Utf8Bom => format!("Invalid plugin.json in {}", self.plugin.slug),
        };
        let help = if wide {
            "Save the file as UTF-8 without a byte order mark."
        } else {
            "Save the file as UTF-8. It was probably saved as Latin-1 or Windows-1252."
        };
        self.push(self.at(id::MANIFEST_ENCODING, span, message).host_says(says).help(help));
        false
    }

    fn fault(&mut self, fault: Fault) {
        let invisible = format!("Invalid plugin.json in {}", self.plugin.slug);
        let (rule, says) = match fault.kind {
            FaultKind::Bom => (id::MANIFEST_BOM, Some(invisible)),
            FaultKind::Comment => (id::MANIFEST_COMMENT, Some(invisible)),
            FaultKind::TrailingComma => (id::MANIFEST_TRAILING_COMMA, Some(invisible)),
            FaultKind::Broken => (id::MANIFEST_INVALID_JSON, Some(invisible)),
            FaultKind::Nonstandard => (id::MANIFEST_NONSTANDARD_JSON, None),
        };
        let mut finding = match self.text.trim() {
            "" => Finding::whole(rule, self.plugin, FILE, fault.message),
            _ => self.at(rule, fault.span, fault.message),
        };
        finding.host_says = says;
        finding.help = fault.help.map(str::to_owned);
        if let Some(mend) = fault.mend {
            let edits = mend.edits.into_iter().map(|(span, text)| edit(span, text)).collect();
            finding = finding.fix(mend.safety, mend.title, edits);
        }
        self.push(finding);
    }

    fn not_object(&mut self, root: &Node) {
        let start = root.span.start as usize;
        let first = self.text[start..].lines().next().map_or(0, |line| line.trim_end().len());
        let span = Span::of(start..(start + first).min(root.span.end as usize));
        let says = format!("'{}' object has no attribute 'get'", root.json.python_type());
        let message = format!("the manifest is {}, not an object", root.json.kind());
        self.push(self.at(id::MANIFEST_NOT_OBJECT, span, message).host_says(says));
    }

    pub(super) fn at(&self, rule: RuleId, span: Span, message: impl Into<String>) -> Finding {
        Finding::at(rule, self.plugin, self.file, span, message)
    }

    pub(super) fn push(&mut self, finding: Finding) {
        if self.is_full() {
            self.unlisted.get_or_insert(finding.rule);
        } else {
            self.findings.push(finding);
        }
    }

    /// Whether findings are no longer listed, so that nobody need take pains with them.
    pub(super) const fn is_full(&self) -> bool {
        self.findings.len() >= MAX_FINDINGS
    }
}

/// One edit of the manifest.
pub(super) fn edit(span: Span, replacement: impl Into<String>) -> Edit {
    Edit { path: FILE.to_owned(), span, replacement: replacement.into() }
}

/// A text as a JSON string with its quotes.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::String(text.to_owned()).to_string()
}

/// A safe fix that replaces one value.
pub(super) fn replace(finding: Finding, safety: Safety, span: Span, value: String) -> Finding {
    finding.fix(safety, format!("write `{value}`"), vec![edit(span, value)])
}
