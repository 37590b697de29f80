//! What the engine is told of the world outside: where data comes from, what makes it harmless, which calls matter.

use std::borrow::Cow;

use rustc_hash::{FxHashMap, FxHashSet};

pub use super::watched::Effect;
use super::watched::{Bits, Use, Watched, last};
use crate::source::python::syntax::Constant;

/// Sets of sources of data, one bit for each label.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Labels(pub u32);

/// Sets of kinds of sinks, one bit for each; what a cleared value is harmless for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kinds(pub u32);

impl Labels {
    /// No source.
    pub const NONE: Self = Self(0);

    /// Whether both sets have a label in common.
    #[must_use]
    pub const fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

impl Kinds {
    /// Harmless for nothing.
    pub const NONE: Self = Self(0);
    /// Harmless for everything that a number is harmless for.
    pub const ALL: Self = Self(u32::MAX >> 1);
    /// How much of something there may be: what is a number is not harmless for this.
    pub const AMOUNT: Self = Self(1 << 31);
    /// Lines of a log: what is on one line is harmless for these.
    pub const LOG: Self = Self(1 << 30);
    /// Harmless for everything: one of our own values.
    pub const EVERY: Self = Self(u32::MAX);

    /// Whether all of `other` is in this set.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    /// Both sets together.
    #[must_use]
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }
}

/// The facts. Made once, shared by all runs.
#[derive(Clone, Debug, Default)]
pub struct Model {
    labels: Bits,
    kinds: Bits,
    aliases: FxHashMap<String, String>,
    sources: FxHashMap<String, Labels>,
    effects: FxHashMap<String, Effect>,
    /// Methods of anything, by name.
    methods: FxHashMap<String, Effect>,
    guards: FxHashMap<String, Kinds>,
    method_guards: FxHashMap<String, Kinds>,
    pub(super) watched: Watched,
    called: Watched,
    read: Watched,
    /// The last names of all paths whose call or use matters: what a method of an unknown object may turn out to be.
    last_names: FxHashSet<String>,
    secret_words: FxHashSet<String>,
    about_words: FxHashSet<String>,
    hooks: FxHashSet<String>,
    text_starts: Vec<String>,
    choice_words: Vec<String>,
    /// Calls that raise unless what they are given is harmless for these kinds.
    ensures: FxHashMap<String, Kinds>,
    /// Sources that are harmless for some kinds of sinks.
    harmless: FxHashMap<String, Kinds>,
    /// What names of the standard library are worth.
    constants: FxHashMap<String, Constant>,
    /// Calls that read the file of a path that they are given.
    readers: FxHashSet<String>,
    /// What the functions get that are handed to a call.
    gives: FxHashMap<String, Labels>,
    /// Beginnings of names outside that are not to be assigned to.
    set_prefixes: Vec<String>,
    /// Modules outside that some fact is about.
    modules: FxHashSet<String>,
}

impl Model {
    /// The label of this name; made when it is new.
    pub fn label(&mut self, name: &str) -> Labels {
        Labels(self.labels.bit(name))
    }

    /// The labels of this name, if anything has them.
    #[must_use]
    pub fn find_label(&self, name: &str) -> Labels {
        self.labels.find(name).map_or(Labels::NONE, Labels)
    }

    /// The names in a set of labels.
    #[must_use]
    pub fn label_names(&self, labels: Labels) -> Vec<&str> {
        let names = self.labels.names.iter().enumerate();
        names.filter(|(at, _)| labels.0 & (1 << at) != 0).map(|(_, name)| name.as_str()).collect()
    }

    /// The kind of sinks of this name; `all` is every kind but `amount`.
    pub fn kind(&mut self, name: &str) -> Kinds {
        match name {
            "all" => Kinds::ALL,
            "amount" => Kinds::AMOUNT,
            "log" => Kinds::LOG,
            // What is harmless inside of a page is so as an answer of its own, too.
            "web" => Kinds(self.kinds.bit("web") | self.kinds.bit("answer")),
            name => Kinds(self.kinds.bit(name)),
        }
    }

    /// The kind of sinks of this name, if anything is of that kind.
    #[must_use]
    pub fn find_kind(&self, name: &str) -> Kinds {
        let found = |name| self.kinds.find(name).map_or(Kinds::NONE, Kinds);
        if name == "web" { found(name).and(found("answer")) } else { found(name) }
    }

    /// Some fact is about the module at the top of `path`.
    pub fn add_module(&mut self, path: &str) {
        let top = path.split_once('.').map_or(path, |(top, _)| top);
        if !top.is_empty() && top.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
            self.modules.insert(top.to_owned());
        }
    }

    pub(super) fn knows_module(&self, name: &str) -> bool {
        self.modules.contains(name)
    }

    /// `other` is another name of `path`.
    pub fn alias(&mut self, other: &str, path: &str) {
        self.aliases.insert(other.to_owned(), path.to_owned());
    }

    /// What is read from `path`, or returned by it, comes from outside.
    pub fn add_source(&mut self, path: &str, labels: Labels) {
        self.sources.entry(path.to_owned()).or_default().0 |= labels.0;
    }

    /// What a call of `path` does to its arguments. `*.name` is a method of anything.
    pub fn add_effect(&mut self, path: &str, effect: Effect) {
        match path.strip_prefix("*.") {
            Some(method) => self.methods.insert(method.to_owned(), effect),
            None => self.effects.insert(path.to_owned(), effect),
        };
    }

    /// A test by `path` that is true makes what it was given harmless. `*.name` is a method of anything.
    pub fn add_guard(&mut self, path: &str, kinds: Kinds) {
        match path.strip_prefix("*.") {
            Some(method) => self.method_guards.insert(method.to_owned(), kinds),
            None => self.guards.insert(path.to_owned(), kinds),
        };
    }

    /// What comes from `path` is harmless for these kinds of sinks.
    pub fn add_harmless(&mut self, path: &str, kinds: Kinds) {
        if kinds != Kinds::NONE {
            self.harmless.insert(path.to_owned(), kinds);
        }
    }

    /// What a path, or what it is a part of, is harmless for.
    pub(super) fn harmless(&self, path: &str) -> Kinds {
        let found = |path: &str| self.harmless.get(path).copied();
        found(path)
            .or_else(|| path.rmatch_indices(['.', '(']).find_map(|(at, _)| found(&path[..at])))
            .unwrap_or_default()
    }

    /// What a name of the standard library is worth.
    pub fn add_constant(&mut self, path: &str, constant: Constant) {
        self.constants.insert(path.to_owned(), constant);
    }

    pub(super) fn constant(&self, path: &str) -> Option<&Constant> {
        self.constants.get(path)
    }

    /// A call of `path` reads the file of its first argument.
    pub fn add_reader(&mut self, path: &str) {
        self.readers.insert(path.to_owned());
    }

    pub(super) fn reads(&self, path: &str) -> bool {
        self.readers.contains(path)
    }

    /// Functions that are handed to `path` get data of these labels.
    pub fn add_giver(&mut self, path: &str, labels: Labels) {
        self.gives.entry(path.to_owned()).or_default().0 |= labels.0;
    }

    pub(super) fn gives(&self, path: &str) -> Labels {
        self.gives.get(path).copied().unwrap_or_default()
    }

    /// Assignments to names outside that begin like this matter: `flask.*`.
    pub fn watch_set(&mut self, path: &str) {
        self.set_prefixes.push(path.strip_suffix('*').unwrap_or(path).to_owned());
    }

    pub(super) fn watches_set(&self, name: &str) -> bool {
        // What a call made is the plugin's own.
        let below = |prefix: &String| name.starts_with(prefix.as_str());
        self.set_prefixes.iter().filter(|prefix| !name.contains('(') || prefix.contains('(')).any(below)
    }

    /// A call of `*.name` raises unless its object is harmless for these kinds of sinks.
    pub fn add_ensure(&mut self, path: &str, kinds: Kinds) {
        self.ensures.insert(path.strip_prefix("*.").unwrap_or(path).to_owned(), kinds);
    }

    pub(super) fn ensures(&self, method: &str) -> Option<Kinds> {
        self.ensures.get(last(method)).copied()
    }

    /// A name with this word in it (`api_key` is two words that belong together) is one of a secret.
    pub fn add_secret_word(&mut self, word: &str) {
        self.secret_words.insert(word.to_owned());
    }

    /// The host calls plugins for this.
    pub fn add_hook(&mut self, name: &str) {
        self.hooks.insert(name.to_owned());
    }

    pub(super) fn is_hook(&self, name: &str) -> bool {
        self.hooks.contains(name)
    }

    /// A name that ends with this word has to do with secrets, and is none.
    pub fn add_about_word(&mut self, word: &str) {
        self.about_words.insert(word.to_owned());
    }

    /// A text that starts like this and has unknown parts is told of. Small letters.
    pub fn add_text_start(&mut self, start: &str) {
        self.text_starts.push(start.to_owned());
    }

    /// Adds a word in the names of options that switch a check off.
    pub fn add_choice_word(&mut self, word: &str) {
        self.choice_words.push(word.to_owned());
    }

    /// Whether a name is one of an option that switches a check off.
    pub(super) fn is_choice(&self, name: &str) -> bool {
        let name = name.to_ascii_lowercase();
        self.choice_words.iter().any(|word| name.contains(word.as_str()))
    }

    pub(super) fn tells_text(&self, text: &str) -> bool {
        let head: String = text.trim_start().chars().take(16).map(|c| c.to_ascii_lowercase()).collect();
        self.text_starts.iter().any(|start| head.starts_with(start))
    }

    /// Whether a name is one of a secret: `db_password`, `apiKey`, `SECRET_KEY`.
    #[must_use]
    pub fn names_secret(&self, name: &str) -> bool {
        let mut plain = String::with_capacity(name.len() + 4);
        let mut lower = false;
        for c in name.chars().take(80) {
            if c.is_uppercase() && lower {
                plain.push('_');
            }
            lower = c.is_lowercase();
            plain.extend(c.to_lowercase());
        }
        let plain = plain.replace('-', "_");
        let words: Vec<&str> = plain.split('_').filter(|word| !word.is_empty()).collect();
        if words.last().is_some_and(|last| self.about_words.contains(*last)) {
            return false;
        }
        words.iter().any(|word| self.secret_words.contains(*word))
            || words.windows(2).any(|pair| self.secret_words.contains(&pair.join("_")))
    }

    /// What a program does with `path` matters.
    pub fn watch(&mut self, path: &str, used: Use) {
        self.watched.add(path);
        match used {
            Use::Call => self.called.add(path),
            Use::Read => self.read.add(path),
            Use::Set | Use::Import => {}
        }
        if used != Use::Import {
            self.last_names.insert(last(path).to_owned());
        }
    }

    /// The name under which rules speak of a path.
    pub(super) fn canonical<'t>(&self, text: &'t str) -> Cow<'t, str> {
        // `shutil.os.system`: a module that another one imports is still itself.
        if !text.contains('(') {
            for (at, _) in text.match_indices('.') {
                let rest = &text[at + 1..];
                let top = rest.split('.').next().unwrap_or(rest);
                if matches!(top, "os" | "sys" | "subprocess" | "builtins" | "socket" | "importlib")
                    && !text.starts_with("flask")
                    && !text.starts_with("asyncio.")
                    && !text.starts_with(top)
                {
                    return Cow::Borrowed(rest);
                }
            }
        }
        if let Some(rest) = text.strip_prefix("builtins.")
            && let Some((_, attribute)) = rest.split_once(".__self__")
        {
            return Cow::Owned(format!("builtins{attribute}"));
        }
        let mut end = text.len();
        loop {
            if let Some(path) = self.aliases.get(&text[..end]) {
                return Cow::Owned(format!("{path}{}", &text[end..]));
            }
            match text[..end].rfind('.') {
                Some(dot) => end = dot,
                None => return Cow::Borrowed(text),
            }
        }
    }

    /// The sources of a path: its own, or those of what it is a part of.
    pub(super) fn source(&self, text: &str) -> Labels {
        let mut end = text.len();
        loop {
            if let Some(labels) = self.sources.get(&text[..end]) {
                return *labels;
            }
            match text[..end].rfind(['.', '(']) {
                Some(dot) => end = dot,
                None => return Labels::NONE,
            }
        }
    }

    /// What a call of a path does to its arguments.
    #[must_use]
    pub fn effect(&self, text: &str) -> Option<Effect> {
        self.effects
            .get(text)
            .copied()
            .or_else(|| self.methods.get(last(text)).copied().filter(|_| text.contains("().")))
    }

    pub(super) fn method(&self, name: &str) -> Option<Effect> {
        self.methods.get(name).copied()
    }

    pub(super) fn guard(&self, text: &str) -> Option<Kinds> {
        self.guards.get(text).or_else(|| self.method_guards.get(last(text))).copied()
    }

    pub(super) fn method_guard(&self, name: &str) -> Option<Kinds> {
        self.method_guards.get(name).copied()
    }

    /// Whether anything that is done with a path matters.
    pub(super) fn watches(&self, text: &str) -> bool {
        self.watched.has(text)
    }

    /// Whether a call of this path matters.
    pub(super) fn watches_call(&self, text: &str) -> bool {
        self.called.has(text)
    }

    /// Whether reading this path matters.
    pub(super) fn watches_read(&self, text: &str) -> bool {
        self.read.has(text)
    }

    pub(super) fn may_matter(&self, name: &str) -> bool {
        self.last_names.contains(name)
    }

    /// Whether a call of a method of this name matters, whatever its object is.
    pub(super) fn watches_method(&self, name: &str) -> bool {
        self.called.methods.contains(name)
    }
}
