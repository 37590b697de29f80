//! Parts of what comes from outside: a test of one of them says nothing of the others, nor of the whole.

use super::engine::Engine;
use super::model::{Kinds, Labels};
use super::names::PathId;
use super::taint::{Origin, Origins, Taint};
use super::value::{Args, Kind, Made, Val};
use crate::source::python::syntax::Constant;

/// Bits of the number of one name.
const BITS: u32 = 10;
/// Names inside one another that are told apart.
const LEVELS: u32 = 3;
/// The number that all names share for which there was no other.
const OTHER: u32 = (1 << BITS) - 1;

/// What stands for the keys of a dict, or for the items of what is walked.
pub(super) const KEY: &str = "each";
/// What stands for an item whose key is not known.
pub(super) const VALUE: &str = "some";
/// Their numbers.
const EACH: u32 = 1;
const SOME: u32 = 2;

/// Methods that hand back a part of their object, chosen by the first argument.
pub(super) const GETS: &[&str] = &["get", "getlist", "pop", "setdefault", "group"];

/// The bit of what was turned back into what it means after it may have been tested: `unquote(x)`, `unescape(x)`.
const TURNED: u32 = 1 << 31;

/// A part of what comes from one source: up to three names, the outermost first, each as a number from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Part(u32);

impl Part {
    /// All of it.
    pub(super) const WHOLE: Self = Self(0);

    fn levels(self) -> u32 {
        (0..LEVELS).take_while(|level| self.0 >> (level * BITS) & OTHER != 0).count() as u32
    }

    /// A part of this part; what is too deep inside is not told apart.
    pub(super) fn then(self, inner: Self) -> Self {
        let levels = self.levels();
        if levels >= LEVELS {
            return Self(self.0 | inner.0 & TURNED);
        }
        let room = (1_u64 << (LEVELS * BITS)) - 1;
        let both = u64::from(self.0) | u64::from(inner.0 & !TURNED) << (levels * BITS);
        Self(u32::try_from(both & room).unwrap_or(self.0) | (self.0 | inner.0) & TURNED)
    }

    /// The same part, turned back into what it means: what was tested before says nothing of it.
    pub(super) fn turned(self) -> Self {
        Self(self.0 | TURNED)
    }

    /// Whether this is the other part, or has it inside.
    fn covers(self, other: Self) -> bool {
        let mask = ((1_u64 << (self.levels() * BITS)) - 1) | u64::from(TURNED);
        u64::from(other.0) & mask == u64::from(self.0)
    }

    /// What this is a part of.
    fn around(self) -> Self {
        match self.levels() {
            0 => self,
            levels => Self(self.0 & (((1 << ((levels - 1) * BITS)) - 1) | TURNED)),
        }
    }
}

impl Origin {
    /// The part of it.
    pub(super) fn part(self) -> Part {
        match self {
            Self::Source(_, _, part) | Self::Param(_, part) => part,
        }
    }

    pub(super) fn with_part(self, part: Part) -> Self {
        match self {
            Self::Source(labels, path, _) => Self::Source(labels, path, part),
            Self::Param(index, _) => Self::Param(index, part),
        }
    }

    /// Of no source that anybody knows; told apart by an argument.
    pub(super) fn nowhere(argument: u16) -> Self {
        Self::Source(Labels::NONE, PathId::default(), Part(u32::from(argument) % OTHER + 1))
    }

    /// A part of this part.
    pub(super) fn inside(self, inner: Part) -> Self {
        self.with_part(self.part().then(inner))
    }

    /// The whole of it.
    #[must_use]
    pub fn whole(self) -> Self {
        self.with_part(Part::WHOLE)
    }

    /// Whether it is an item of a dict, whose keys are something else.
    #[must_use]
    pub fn is_item(self) -> bool {
        let part = self.part();
        let levels = part.levels();
        levels > 0 && (part.0 & !TURNED) >> ((levels - 1) * BITS) == SOME
    }

    /// What it is a part of.
    pub(super) fn around(self) -> Self {
        self.with_part(self.part().around())
    }

    /// Whether what is known of this is known of the other, too.
    pub(super) fn covers(self, other: Self) -> bool {
        self.whole() == other.whole() && self.part().covers(other.part())
    }
}

/// For what an origin is harmless after these tests.
pub(super) fn passed_for(passed: &[(Origin, Kinds)], origin: Origin) -> Kinds {
    let all = passed.iter().filter(|(seen, _)| seen.covers(origin));
    all.fold(Kinds::NONE, |all, (_, kinds)| all.and(*kinds))
}

impl Engine<'_, '_> {
    /// The part of this name.
    pub(super) fn part(&mut self, name: &str) -> Part {
        if name.is_empty() {
            return Part::WHOLE;
        }
        let next = u32::try_from(self.parts.len() + 3).unwrap_or(OTHER).min(OTHER);
        match name {
            KEY => return Part(EACH),
            VALUE => return Part(SOME),
            _ => {}
        }
        if let Some(part) = self.parts.get(name) {
            return *part;
        }
        if next < OTHER {
            self.parts.insert(name.into(), Part(next));
        }
        Part(next)
    }

    /// The origins of a part of a value.
    pub(super) fn piece_of(&mut self, taint: &Origins, name: &str) -> Origins {
        let all = taint.as_ref()?;
        let inner = self.part(name);
        let part = |taint: &Taint| Taint { origin: taint.origin.inside(inner), ..taint.clone() };
        Some(all.iter().map(part).collect())
    }

    /// The origins of `base[key]`.
    pub(super) fn part_at(&mut self, base: &Val, key: &Val) -> Origins {
        base.taint.as_ref()?;
        if matches!(key.kind, Kind::Check(_)) {
            return self.part_each(base);
        }
        let name = match key.as_const() {
            Some(Constant::Str(name)) => name.to_string(),
            Some(Constant::Int(at)) => at.to_string(),
            _ => VALUE.to_owned(),
        };
        // A pair of `.items()`.
        let name = match (&base.kind, name.as_str()) {
            (Kind::Item(pair), "0") if self.walks_pairs(&pair.0) => KEY,
            (Kind::Item(pair), "1") if self.walks_pairs(&pair.0) => VALUE,
            (_, name) => name,
        };
        let name = name.to_owned();
        self.piece_of(&base.taint, &name)
    }

    /// The origins of what `base.get(key, default)` hands back.
    pub(super) fn part_got(&mut self, taint: &Origins, args: &Args) -> Origins {
        let part = match args.pos.first() {
            Some(key) => self.part_at(&Val::dirty(taint.clone()), key),
            None => taint.clone(),
        };
        match args.pos.get(1) {
            Some(default) => super::taint::merge(&part, &default.taint),
            None => part,
        }
    }

    /// The origins of one of the items of something that is walked.
    pub(super) fn part_each(&mut self, value: &Val) -> Origins {
        match self.last_called(value) {
            Some("items") => value.taint.clone(),
            Some("values") => self.piece_of(&value.taint, VALUE),
            _ => self.piece_of(&value.taint, KEY),
        }
    }

    /// What is known when all the keys, or all the items, of a value are among these of our own.
    pub(super) fn passes_within(&self, all: &Val, own: &Val) -> Vec<(Origin, Kinds)> {
        if !self.is_ours(own) || !matches!(own.kind, Kind::Seq(_) | Kind::Dict(_)) {
            return Vec::new();
        }
        all.origins().iter().map(|taint| (taint.origin.inside(Part(EACH)), Kinds::EVERY)).collect()
    }

    /// The same, of `given.issubset(own)` and `own.issuperset(given)`.
    pub(super) fn passes_subset(&self, made: &Made) -> Vec<(Origin, Kinds)> {
        let Kind::Attr(pair) = &made.callee.kind else { return Vec::new() };
        let Some(other) = made.args.pos.first() else { return Vec::new() };
        match &**self.names.text(pair.1) {
            "issubset" => self.passes_within(&pair.0, other),
            "issuperset" => self.passes_within(other, &pair.0),
            _ => Vec::new(),
        }
    }

    fn walks_pairs(&self, value: &Val) -> bool {
        self.last_called(value) == Some("items")
    }

    /// The last name of what was called to make a value.
    fn last_called(&self, value: &Val) -> Option<&str> {
        let Kind::Made(made) = &value.kind else { return None };
        match &made.callee.kind {
            Kind::Attr(pair) => Some(&**self.names.text(pair.1)),
            Kind::Path(path) | Kind::Method(path, _) => self.paths.text(*path).rsplit('.').next(),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_inside_one_another() {
        let (a, b) = (Part(5), Part(OTHER));
        let ab = a.then(b);
        assert!(a.covers(ab) && Part::WHOLE.covers(a) && a.covers(a));
        assert!(!ab.covers(a) && !b.covers(ab) && !b.covers(a) && !a.covers(Part::WHOLE));
        assert_eq!(ab.around(), a);
        assert_eq!(a.around(), Part::WHOLE);
        assert_eq!(Part::WHOLE.around(), Part::WHOLE);
    }

    #[test]
    fn what_is_too_deep_is_one() {
        let deep = Part(1).then(Part(2)).then(Part(3));
        assert_eq!(deep.then(Part(4)), deep);
        assert_eq!(Part(1).then(Part(2)).then(Part(3).then(Part(4))), deep);
        assert_eq!(deep.levels(), LEVELS);
    }
}
