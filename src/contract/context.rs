//! What every check works with: the plugin, the host, what was simulated, and where findings go.

use std::cell::{Cell, OnceCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use crate::manifest::Manifest;
use crate::model::{Edit, Finding, Loads, Place, Plugin, PluginFile, RuleId, Span};
use crate::rules::{Host, nearest};
use crate::source::python::syntax::Ast;
use crate::source::python::values::{At, Event, FileId, Func, FuncId, Interp, Phase};

use super::facts::Facts;
use super::simulate::Sim;

/// The path of findings about values that were read from a data file; those are dropped.
pub(super) const IN_DATA: &str = "\0data";

/// Names that one run compares with others to ask `Did you mean …?`. Who writes more is not helped by a guess.
pub(super) const COMPARED: usize = 50_000;

/// Names that a sentence lists before it says how many more there are.
const LISTED: usize = 10;

/// Everything a check may look at.
pub(super) struct Context<'a> {
    pub(super) plugin: &'a Plugin,
    pub(super) host: &'a Host,
    pub(super) manifest: Option<&'a Manifest>,
    /// Names of Python requirements that the plugin declares, normalised.
    pub(super) requirements: &'a [String],
    /// The plugin's file behind each file of the program; `None` for the host's own classes.
    pub(super) files: Vec<Option<&'a PluginFile>>,
    pub(super) interp: Interp<'a>,
    pub(super) sim: Sim,
    pub(super) facts: Facts,
    pub(super) findings: Vec<Finding>,
    pub(super) loads: Loads,
    /// Comparisons that are left of [`COMPARED`].
    pub(super) comparisons: Cell<usize>,
    /// See [`Self::homes_of`].
    pub(super) homes: OnceCell<BTreeMap<&'a str, Vec<&'a str>>>,
}

impl<'a> Context<'a> {
    /// The file of a place, if it is one of the plugin.
    pub(super) fn file(&self, file: FileId) -> Option<&'a PluginFile> {
        self.files.get(file.0 as usize).copied().flatten()
    }

    /// Whether a place is in the plugin, not in the host's classes.
    pub(super) fn is_own(&self, at: At) -> bool {
        self.file(at.file).is_some()
    }

    /// The text of a place.
    pub(super) fn text(&self, at: At) -> &'a str {
        self.file(at.file).and_then(PluginFile::source).map_or("", |source| source.slice(at.span))
    }

    pub(super) fn ast(&self, file: FileId) -> &'a Ast {
        self.interp.ast(file)
    }

    /// A finding at a place; about the whole plugin where the place is not in it.
    pub(super) fn finding(&self, rule: RuleId, at: At, message: impl Into<String>) -> Finding {
        match self.file(at.file) {
            Some(file) => Finding::at(rule, self.plugin, file, at.span, message),
            None => {
                let mut finding = Finding::whole(rule, self.plugin, "", message);
                if at.file == FileId::DATA {
                    finding.place.path = IN_DATA.to_owned();
                }
                finding
            }
        }
    }

    /// A finding about a file or, with an empty path, the plugin.
    pub(super) fn whole(&self, rule: RuleId, path: &str, message: impl Into<String>) -> Finding {
        Finding::whole(rule, self.plugin, path, message)
    }

    pub(super) fn place(&self, at: At) -> Place {
        match self.file(at.file) {
            Some(file) => {
                let path = self.plugin.shown(file.path.as_str());
                Place { path, span: Some(at.span), source: file.source().cloned() }
            }
            None => Place { path: self.plugin.shown(""), span: None, source: None },
        }
    }

    /// Replaces what stands at a place.
    pub(super) fn edit(&self, at: At, replacement: impl Into<String>) -> Vec<Edit> {
        match self.file(at.file) {
            Some(file) => {
                vec![Edit { path: file.path.as_str().to_owned(), span: at.span, replacement: replacement.into() }]
            }
            None => Vec::new(),
        }
    }

    pub(super) fn report(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// The host would not load the plugin.
    pub(super) fn stop(&mut self) {
        self.loads = Loads::No;
    }

    /// Whether the host loads the plugin depends on something that could not be followed.
    pub(super) fn unsure(&mut self) {
        if self.loads == Loads::Yes {
            self.loads = Loads::Unknown;
        }
    }

    /// Reports something that stops the plugin from loading.
    pub(super) fn stopper(&mut self, finding: Finding) {
        self.stop();
        self.report(finding);
    }

    /// How the host's log names the plugin when it does not load.
    pub(super) fn failed(&self, reason: &str) -> String {
        failed(&self.plugin.slug, reason)
    }

    /// What Python says of a class that still lacks methods.
    pub(super) fn not_instantiable(&self, class: &str, missing: &[Rc<str>]) -> String {
        let shown = &missing[..missing.len().min(LISTED)];
        self.failed(&format!(
            "Can't instantiate abstract class {class} with abstract method{} {}{}",
            if missing.len() == 1 { "" } else { "s" },
            shown.join(", "),
            if shown.len() < missing.len() { ", …" } else { "" }
        ))
    }

    /// The candidate that is probably meant by `word`; none when the run has compared enough names.
    pub(super) fn nearest<'c>(&self, word: &str, candidates: impl IntoIterator<Item = &'c str>) -> Option<&'c str> {
        let left = &self.comparisons;
        let counted = candidates.into_iter().take(left.get()).inspect(|_| left.set(left.get() - 1));
        nearest(word, counted)
    }

    /// Whether [`Self::nearest`] no longer compares.
    pub(super) fn has_compared_enough(&self) -> bool {
        self.comparisons.get() == 0
    }

    /// The modules of libraries that have a name on every Python; who asks often is answered from a table.
    pub(super) fn homes_of(&self, name: &str) -> &[&'a str] {
        let homes = self.homes.get_or_init(|| {
            let mut homes: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            for (module, list) in &self.host.names {
                for (name, bounds) in list.split_whitespace().map(super::world::named) {
                    if bounds.is_none() {
                        homes.entry(name).or_default().push(module);
                    }
                }
            }
            homes
        });
        homes.get(name).map_or(&[], Vec::as_slice)
    }

    /// The events of a phase.
    pub(super) fn events(&self, phase: &Phase) -> Vec<Event> {
        self.interp.events.iter().filter(|event| event.phase == *phase).cloned().collect()
    }

    /// Whether the place is inside a function whose first parameter is `self`, so that `self.…` can be written there.
    pub(super) fn sees_self(&self, at: At) -> bool {
        use crate::source::python::syntax::StmtKind;
        self.ast(at.file).stmts().iter().any(|stmt| match &stmt.kind {
            StmtKind::FunctionDef(def) => {
                stmt.span.start <= at.span.start
                    && at.span.end <= stmt.span.end
                    && def.params.list.first().is_some_and(|first| &*first.name.name == "self")
            }
            _ => false,
        })
    }

    pub(super) fn func(&self, id: FuncId) -> &Func<'a> {
        self.interp.func(id)
    }

    /// `Class.method` as Python names it in its errors; the bare name for a function.
    pub(super) fn qualified(&self, id: FuncId) -> String {
        self.interp.qualified(id)
    }

    /// From the start of a place to its end, narrowed to a part of it that reads `word`.
    pub(super) fn word_in(&self, at: At, word: &str) -> At {
        match self.text(at).find(word) {
            Some(offset) => {
                let start = at.span.start as usize + offset;
                At { file: at.file, span: Span::of(start..start + word.len()) }
            }
            None => at,
        }
    }
}

/// How the host's log names a plugin that did not load.
pub(super) fn failed(slug: &str, reason: &str) -> String {
    format!("Failed to load plugin '{slug}': {reason}")
}

/// Joins names for a sentence: `a`, `a and b`, `a, b, and c`; of many the first, and how many more there are.
pub(super) fn listed<T: AsRef<str>>(names: &[T]) -> String {
    let shown = if names.len() > LISTED + 1 { &names[..LISTED] } else { names };
    let mut quoted: Vec<String> = shown.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    if shown.len() < names.len() {
        quoted.push(format!("{} more", names.len() - shown.len()));
    }
    match quoted.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}

/// A hook of a phase, if the phase is a handler's.
pub(super) fn hook_of(phase: &Phase) -> Option<&Rc<str>> {
    match phase {
        Phase::Handler(hook) => Some(hook),
        _ => None,
    }
}
