//! What is said about a plugin. Findings are bare: renderers dress them.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::{Plugin, PluginFile, Position, RuleId, Source, Span};

/// How bad a finding is. The order is from harmless to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing.
    Info,
    /// Depends on other plugins or on how the site is used.
    Low,
    /// Likely to hurt.
    Medium,
    /// The plugin does not load, harms the host, or silently does not do what is written.
    High,
}

/// How sure the evidence makes us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Confidence {
    /// A value could not be followed; the look of the code speaks for it.
    Low,
    /// Happens on some path.
    Medium,
    /// Happens on every path.
    High,
}

/// Where something is: a file as shown to people, and a span in its text.
#[derive(Clone, Debug)]
pub struct Place {
    /// Relative to the working directory, with `/`.
    pub path: String,
    /// In the text of `source`; `None` for a whole file or folder.
    pub span: Option<Span>,
    /// The text, for positions and for showing the line.
    pub source: Option<Arc<Source>>,
}

impl Place {
    /// Start and end position; the first character for a whole file.
    #[must_use]
    pub fn positions(&self) -> (Position, Position) {
        let first = Position { line: 1, column: 1 };
        match (&self.source, self.span) {
            (Some(source), Some(span)) => (source.position(span.start), source.position(span.end)),
            _ => (first, first),
        }
    }
}

/// A second place that explains the first.
#[derive(Clone, Debug)]
pub struct Related {
    /// Where.
    pub place: Place,
    /// What is there.
    pub message: String,
    /// It is a step on the way of data to the place of the finding. Steps are in order.
    pub step: bool,
}

/// Whether a fix can change what the plugin does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Safety {
    /// Keeps or restores what the author meant; applied by `--fix`.
    Safe,
    /// A good guess; applied by `--fix=unsafe` only.
    Unsafe,
}

/// One replacement in one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Path from the plugin's root.
    pub path: String,
    /// What is replaced, in bytes.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

/// A way to mend a finding.
#[derive(Clone, Debug)]
pub struct Fix {
    /// What it does, as a short imperative sentence without a full stop.
    pub title: String,
    /// Safe or not.
    pub safety: Safety,
    /// Edits that do not overlap.
    pub edits: Vec<Edit>,
}

/// One finding about one plugin, as an engine reports it. Severity is not here: it is
/// decided once, when the report is made, from rule and settings.
#[derive(Clone, Debug)]
pub struct Finding {
    /// Which rule.
    pub rule: RuleId,
    /// The slug of the plugin.
    pub plugin: String,
    /// How sure.
    pub confidence: Confidence,
    /// What is wrong: one sentence with the names of this case, without a full stop.
    pub message: String,
    /// Where.
    pub place: Place,
    /// What the label under the source line says; the message when empty.
    pub label: String,
    /// What the host does, in its own words where it says anything.
    pub host_says: Option<String>,
    /// What to do about this case; the rule's own help when `None`.
    pub help: Option<String>,
    /// Other places.
    pub related: Vec<Related>,
    /// A way to mend it.
    pub fix: Option<Fix>,
}

impl Finding {
    /// A finding at a span of a file.
    #[must_use]
    pub fn at(rule: RuleId, plugin: &Plugin, file: &PluginFile, span: Span, message: impl Into<String>) -> Self {
        let place = Place { path: plugin.shown(file.path.as_str()), span: Some(span), source: file.source().cloned() };
        Self::new(rule, &plugin.slug, place, message.into())
    }

    /// A finding about a whole file (`path` from the plugin's root) or, with an empty path, the plugin.
    #[must_use]
    pub fn whole(rule: RuleId, plugin: &Plugin, path: &str, message: impl Into<String>) -> Self {
        let source = plugin.file(path).and_then(PluginFile::source).cloned();
        let place = Place { path: plugin.shown(path), span: None, source };
        Self::new(rule, &plugin.slug, place, message.into())
    }

    fn new(rule: RuleId, plugin: &str, place: Place, message: String) -> Self {
        Self {
            rule,
            plugin: plugin.to_owned(),
            confidence: Confidence::High,
            message,
            place,
            label: String::new(),
            host_says: None,
            help: None,
            related: Vec::new(),
            fix: None,
        }
    }

    /// Sets the confidence.
    #[must_use]
    pub const fn confidence(mut self, confidence: Confidence) -> Self {
        self.confidence = confidence;
        self
    }

    /// Sets the short text under the marked source.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Sets what the host does or says.
    #[must_use]
    pub fn host_says(mut self, words: impl Into<String>) -> Self {
        self.host_says = Some(words.into());
        self
    }

    /// Sets the help for this case.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn related(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related { place, message: message.into(), step: false });
        self
    }

    /// Adds a step on the way of data to this place; the first one is where it comes from.
    #[must_use]
    pub fn step(mut self, place: Place, message: impl Into<String>) -> Self {
        self.related.push(Related { place, message: message.into(), step: true });
        self
    }

    /// Adds a fix with one edit in the finding's own plugin.
    #[must_use]
    pub fn fix(mut self, safety: Safety, title: impl Into<String>, edits: Vec<Edit>) -> Self {
        self.fix = Some(Fix { title: title.into(), safety, edits });
        self
    }
}
