//! Names that rules speak of, by what a program does with them.

use super::model::Kinds;
use rustc_hash::FxHashSet;

/// What a function outside does to the data that it is given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// Its result is as dirty as what it is given.
    Passes,
    /// Its result is harmless for these kinds of sinks.
    Clears(Kinds),
    /// Its result is dirty again for these kinds of sinks, whatever was done to what it is given.
    Restores(Kinds),
}

/// What rules say about a name: which of the things that a program does with it they judge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// It is called.
    Call,
    /// It is read.
    Read,
    /// It is set.
    Set,
    /// It is imported.
    Import,
}

/// Names that matter: dotted paths, methods of anything (`*.execute`), and all that begins alike (`socket.*`).
#[derive(Clone, Debug, Default)]
pub(super) struct Watched {
    pub(super) paths: FxHashSet<String>,
    pub(super) methods: FxHashSet<String>,
    pub(super) prefixes: Vec<String>,
}

impl Watched {
    pub(super) fn add(&mut self, path: &str) {
        if let Some(prefix) = path.strip_suffix('*').filter(|prefix| prefix.len() > 2) {
            self.prefixes.push(prefix.to_owned());
            return;
        }
        match path.strip_prefix("*.") {
            Some(method) => self.methods.insert(method.to_owned()),
            None => self.paths.insert(path.to_owned()),
        };
    }

    pub(super) fn has(&self, text: &str) -> bool {
        self.paths.contains(text)
            || self.methods.contains(last(text))
            || self.prefixes.iter().any(|prefix| text.starts_with(prefix.as_str()))
    }
}

pub(super) fn last(text: &str) -> &str {
    text.rsplit_once('.').map_or(text, |(_, name)| name)
}

/// The last bit that a name may have.
const LAST: usize = 29;

/// Names of bits, in the order in which they were first said.
#[derive(Clone, Debug, Default)]
pub(super) struct Bits {
    pub(super) names: Vec<String>,
}

impl Bits {
    pub(super) fn bit(&mut self, name: &str) -> u32 {
        let at = self.names.iter().position(|known| known == name).unwrap_or_else(|| {
            self.names.push(name.to_owned());
            self.names.len() - 1
        });
        // More names than bits share the last one, beside those for amounts and lines.
        1 << at.min(LAST)
    }

    pub(super) fn find(&self, name: &str) -> Option<u32> {
        self.names.iter().position(|known| known == name).map(|at| 1 << at.min(LAST))
    }
}
