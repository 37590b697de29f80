//! The text of a settings file to values: every fault in one go, each with its place.

use std::path::Path;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::file::PER_PATH_KEYS;
use super::{Allow, FailOn, Fault, Faults, FileSettings, KEYS, Level, PerPath, Scope, Selector};
use crate::model::{Source, Span};
use crate::rules::{Host, RuleSet, nearest};

/// A settings file before it is read.
#[derive(Clone, Copy, Debug)]
pub(super) struct Raw<'a> {
    /// As shown to people.
    pub(super) path: &'a str,
    /// Its folder, absolute.
    pub(super) folder: &'a Path,
    /// The working directory.
    pub(super) cwd: &'a Path,
    /// Its text.
    pub(super) source: &'a Arc<Source>,
    /// Whether it is a policy.
    pub(super) policy: bool,
    /// Whether the settings are in `[tool.wicara-tool]`.
    pub(super) pyproject: bool,
}

type Value<'i> = Spanned<DeValue<'i>>;

struct Reader<'a> {
    raw: Raw<'a>,
    rules: &'a RuleSet,
    faults: Faults,
}

/// Reads a settings file; `None` when it is a `pyproject.toml` without our table.
///
/// # Errors
///
/// Everything that is wrong in it, in the order of the file.
pub(super) fn read(raw: Raw<'_>, rules: &RuleSet) -> Result<Option<FileSettings>, Faults> {
    let mut reader = Reader { raw, rules, faults: Faults::new() };
    let (document, errors) = DeTable::parse_recoverable(raw.source.text());
    for error in errors {
        let span = error.span().unwrap_or_default();
        reader.fault(span, format!("this is not TOML: {}", error.message().replace('\n', "; ")), "", None);
    }
    if !reader.faults.is_empty() {
        return Err(reader.faults);
    }
    let table = if raw.pyproject {
        let tool = document.get_ref().get("tool").and_then(|tool| tool.get_ref().as_table());
        match tool.and_then(|tool| tool.get("wicara-tool")) {
            None => return Ok(None),
            Some(ours) => match reader.table(ours, "wicara-tool") {
                Some(table) => table,
                None => return Err(reader.faults),
            },
        }
    } else {
        document.get_ref()
    };
    let settings = reader.settings(table);
    let mut faults = reader.faults;
    faults.sort_by_key(|fault| fault.place.as_ref().map(|(_, _, span)| *span));
    if faults.is_empty() { Ok(Some(settings)) } else { Err(faults) }
}

impl Reader<'_> {
    fn fault(&mut self, span: std::ops::Range<usize>, message: String, label: &str, help: Option<String>) {
        let place = Some((self.raw.path.to_owned(), Arc::clone(self.raw.source), Span::of(span)));
        self.faults.push(Fault { message, place, label: label.to_owned(), help });
    }

    fn settings(&mut self, table: &DeTable<'_>) -> FileSettings {
        let mut settings = FileSettings { path: self.raw.path.to_owned(), ..FileSettings::default() };
        settings.layer.source = self.raw.path.to_owned();
        for (name, value) in table {
            match name.get_ref().as_ref() {
                "select" => settings.layer.select = self.selectors(value, "select"),
                "ignore" => settings.layer.ignore = self.selectors(value, "ignore").unwrap_or_default(),
                "severity" => settings.layer.severity = self.severities(value),
                "per-path" => settings.layer.per_path = self.per_paths(value),
                "host-version" => settings.host_version = self.host_version(value),
                "python-version" => settings.python_version = self.python_version(value),
                "fail-on" => settings.fail_on = self.word(value, "fail-on", &FailOn::WORDS, FailOn::parse),
                "baseline" => settings.baseline = self.text(value, "baseline").map(|path| self.raw.folder.join(path)),
                "exclude" => settings.exclude = self.scope(value, "exclude").unwrap_or_default(),
                "respect-gitignore" => settings.respect_gitignore = self.flag(value, "respect-gitignore"),
                "allow-suppressions" if self.raw.policy => settings.allow = self.allow(value),
                other => self.unknown_key(name.span(), other),
            }
        }
        settings
    }

    fn unknown_key(&mut self, span: std::ops::Range<usize>, name: &str) {
        if KEYS.iter().any(|key| key.name == name && key.policy_only) {
            let help = "Remove it here; only a file given with `--policy` can refuse or allow suppressions.";
            return self.fault(
                span,
                format!("`{name}` belongs to a policy"),
                "not a key of local settings",
                Some(help.to_owned()),
            );
        }
        let names: Vec<&str> =
            KEYS.iter().filter(|key| self.raw.policy || !key.policy_only).map(|key| key.name).collect();
        self.unknown(span, "key", name, &names);
    }

    fn unknown(&mut self, span: std::ops::Range<usize>, what: &str, name: &str, known: &[&str]) {
        let help = match nearest(name, known.iter().copied()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => format!("Known: {}.", known.join(", ")),
        };
        self.fault(
            span,
            format!("unknown {what} `{name}`"),
            &format!("unknown {}", what.split(" of ").next().unwrap_or(what)),
            Some(help),
        );
    }

    fn wrong(&mut self, value: &Value<'_>, name: &str, wanted: &str) {
        let got = match value.get_ref().type_str() {
            kind @ ("integer" | "array") => format!("an {kind}"),
            kind => format!("a {kind}"),
        };
        self.fault(value.span(), format!("{name} must be {wanted}, not {got}"), &format!("this is {got}"), None);
    }

    fn text(&mut self, value: &Value<'_>, name: &str) -> Option<String> {
        match value.get_ref().as_str() {
            Some(text) if !text.trim().is_empty() => return Some(text.to_owned()),
            Some(_) => self.fault(value.span(), format!("`{name}` is empty"), "empty", None),
            None => self.wrong(value, &format!("`{name}`"), "a string"),
        }
        None
    }

    fn flag(&mut self, value: &Value<'_>, name: &str) -> Option<bool> {
        let flag = value.get_ref().as_bool();
        if flag.is_none() {
            self.wrong(value, &format!("`{name}`"), "true or false");
        }
        flag
    }

    fn table<'v, 'i>(&mut self, value: &'v Value<'i>, name: &str) -> Option<&'v DeTable<'i>> {
        let table = value.get_ref().as_table();
        if table.is_none() {
            self.wrong(value, &format!("`{name}`"), "a table");
        }
        table
    }

    fn word<T>(&mut self, value: &Value<'_>, name: &str, known: &[&str], parse: fn(&str) -> Option<T>) -> Option<T> {
        let text = self.text(value, name)?;
        let parsed = parse(&text);
        if parsed.is_none() {
            self.unknown(value.span(), &format!("value of `{name}`:"), &text, known);
        }
        parsed
    }

    fn texts(&mut self, value: &Value<'_>, name: &str) -> Option<Vec<(String, std::ops::Range<usize>)>> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(value, &format!("`{name}`"), "a list of strings");
            return None;
        };
        let mut texts = Vec::new();
        for item in array.iter() {
            match item.get_ref().as_str() {
                Some(text) if !text.trim().is_empty() => texts.push((text.to_owned(), item.span())),
                Some(_) => self.fault(item.span(), format!("an entry of `{name}` is empty"), "empty", None),
                None => self.wrong(item, &format!("each entry of `{name}`"), "a string"),
            }
        }
        Some(texts)
    }

    fn selector(&mut self, text: &str, span: std::ops::Range<usize>) -> Option<Selector> {
        match Selector::parse(text, self.rules) {
            Ok(selector) => Some(selector),
            Err((message, near)) => {
                let help = near.map_or_else(
                    || "`wicara-tool rules` lists them.".to_owned(),
                    |near| format!("Did you mean `{near}`?"),
                );
                self.fault(span, message, "no such rule", Some(help));
                None
            }
        }
    }

    fn selectors(&mut self, value: &Value<'_>, name: &str) -> Option<Vec<Selector>> {
        let texts = self.texts(value, name)?;
        Some(texts.into_iter().filter_map(|(text, span)| self.selector(&text, span)).collect())
    }

    fn severities(&mut self, value: &Value<'_>) -> Vec<(Selector, Level)> {
        let mut levels = Vec::new();
        for (name, value) in self.table(value, "severity").into_iter().flatten() {
            let selector = self.selector(name.get_ref(), name.span());
            let level = self.word(value, name.get_ref(), &Level::WORDS, Level::parse);
            levels.extend(selector.zip(level));
        }
        levels
    }

    fn scope(&mut self, value: &Value<'_>, name: &str) -> Option<Scope> {
        let (patterns, spans): (Vec<_>, Vec<_>) = self.texts(value, name)?.into_iter().unzip();
        match Scope::new(&patterns, self.raw.folder, self.raw.cwd) {
            Ok(scope) => Some(scope),
            Err((at, why)) => {
                let span = spans.get(at).cloned().unwrap_or_else(|| value.span());
                self.fault(span, format!("this is no path pattern: {why}"), "not a pattern", None);
                None
            }
        }
    }

    fn per_paths(&mut self, value: &Value<'_>) -> Vec<PerPath> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong(value, "`per-path`", "a list of tables, written as `[[per-path]]`");
            return Vec::new();
        };
        let mut all = Vec::new();
        for item in array.iter() {
            let Some(table) = self.table(item, "per-path") else { continue };
            let mut one = PerPath { paths: Scope::default(), ignore: Vec::new(), severity: Vec::new() };
            for (name, value) in table {
                match name.get_ref().as_ref() {
                    "paths" => one.paths = self.scope(value, "paths").unwrap_or_default(),
                    "ignore" => one.ignore = self.selectors(value, "ignore").unwrap_or_default(),
                    "severity" => one.severity = self.severities(value),
                    other => self.unknown(name.span(), "key", other, PER_PATH_KEYS),
                }
            }
            if !table.contains_key("paths") {
                let help = "Add `paths = [\"…\"]`, or move the settings to the top.".to_owned();
                self.fault(item.span(), "`per-path` needs `paths`".to_owned(), "for which paths?", Some(help));
            }
            all.push(one);
        }
        all
    }

    fn host_version(&mut self, value: &Value<'_>) -> Option<String> {
        let text = self.text(value, "host-version")?;
        let known = Host::known();
        if !known.contains(&text.as_str()) {
            self.unknown(value.span(), "host version", &text, &known);
        }
        Some(text)
    }

    fn python_version(&mut self, value: &Value<'_>) -> Option<String> {
        let text = self.text(value, "python-version")?;
        if let Err(why) = python_version(&text) {
            self.fault(value.span(), why, "not a version", None);
        }
        Some(text)
    }

    fn allow(&mut self, value: &Value<'_>) -> Option<Allow> {
        match value.get_ref().as_bool() {
            Some(true) => Some(Allow::All),
            Some(false) => Some(Allow::Nothing),
            None if value.get_ref().is_array() => self.selectors(value, "allow-suppressions").map(Allow::Only),
            None => {
                self.wrong(value, "`allow-suppressions`", "true, false or a list of rules");
                None
            }
        }
    }
}

/// Whether a text is a Python version such as `3.10`.
///
/// # Errors
///
/// With what is wrong, as a sentence without a full stop.
pub(super) fn python_version(text: &str) -> Result<(), String> {
    let mut parts = text.split('.');
    let number = |part: Option<&str>| {
        part.is_some_and(|part| part.len() < 4 && !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit()))
    };
    let right = parts.next() == Some("3")
        && number(parts.next())
        && parts.next().is_none_or(|patch| number(Some(patch)))
        && parts.next().is_none();
    if right { Ok(()) } else { Err(format!("`{text}` is no Python version; write it as `3.10`")) }
}
