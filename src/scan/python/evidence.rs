//! How much is known of a value, for one kind of sink.

use super::catalogue::{Catalogue, Entry};
use crate::rules::Evidence;
use crate::source::python::flow::{Effect, Engine, Kind, Labels, Origin, Piece, Taint, Val};

/// Values that are looked at for one answer.
const LOOKED: u32 = 2_000;

/// How much is known of a value, and the origin that makes it bad.
pub(super) fn weigh<'v>(
    engine: &Engine<'_, '_>,
    catalogue: &Catalogue,
    entry: &Entry,
    value: &'v Val,
) -> (Evidence, Option<&'v Taint>) {
    let tainted = value.origins().iter().find(|taint| match taint.origin {
        // A mark is no data: nothing makes it harmless.
        Origin::Source(labels, ..) if catalogue.is_mark(labels) => counts(entry, labels),
        Origin::Source(labels, ..) => counts(entry, labels) && !taint.cleared.has(entry.kind),
        Origin::Param(..) => false,
    });
    if tainted.is_some() {
        return (Evidence::Tainted, tainted);
    }
    (known(engine, catalogue, entry, value, &mut { LOOKED }), None)
}

fn counts(entry: &Entry, labels: Labels) -> bool {
    entry.from.meets(labels)
}

fn known(engine: &Engine<'_, '_>, catalogue: &Catalogue, entry: &Entry, value: &Val, left: &mut u32) -> Evidence {
    *left = left.saturating_sub(1);
    if *left == 0 {
        return Evidence::Unknown;
    }
    let mut of = |value: &Val| known(engine, catalogue, entry, value, left);
    match &value.kind {
        Kind::Const(_) | Kind::Check(_) => Evidence::Constant,
        Kind::Text(pieces) => {
            let holes = pieces.iter().filter_map(|piece| match piece {
                Piece::Hole(hole) => Some(of(hole)),
                Piece::Literal(_) => None,
            });
            holes.max().unwrap_or(Evidence::Constant)
        }
        Kind::Seq(seq) => {
            let items = seq.items.iter().map(of).max().unwrap_or(Evidence::Constant);
            if seq.open && seq.items.is_empty() { Evidence::Unknown } else { items }
        }
        Kind::Dict(dict) => {
            let values = dict.entries.iter().map(|(_, value)| of(value)).max().unwrap_or(Evidence::Constant);
            if dict.open && dict.entries.is_empty() { Evidence::Unknown } else { values }
        }
        Kind::Union(members) => members.iter().map(of).max().unwrap_or(Evidence::Unknown),
        Kind::Path(_) | Kind::Func(..) | Kind::Class(_) | Kind::Module(_) => {
            // Names of the program itself, and settings of the interpreter: nobody from outside chooses them.
            match engine.path_of(value) {
                Some(path) if path.starts_with("sys.") || path.starts_with("os.") => Evidence::Constant,
                Some(_) | None => Evidence::Unknown,
            }
        }
        Kind::Made(made) => {
            let effect = engine.path_of(&made.callee).and_then(|path| catalogue.model.effect(path));
            match effect {
                Some(Effect::Clears(kinds)) if kinds.has(entry.kind) => Evidence::Constant,
                _ if clean(entry, value) || derived(engine, value, &mut { LOOKED }) => Evidence::Constant,
                // A function that hands on what it is given, given constants only.
                Some(Effect::Passes | Effect::Clears(_) | Effect::Restores(_)) => {
                    made.args.values().map(of).max().unwrap_or(Evidence::Constant)
                }
                _ => Evidence::Unknown,
            }
        }
        _ if clean(entry, value) => Evidence::Constant,
        _ => Evidence::Unknown,
    }
}

/// Whether it comes from outside, and all of it was made harmless for this kind of sink.
fn clean(entry: &Entry, value: &Val) -> bool {
    let origins = value.origins();
    !origins.is_empty() && origins.iter().all(|taint| taint.cleared.has(entry.kind))
}

/// Whether a value is computed from constants alone, by functions that give the same answer each time: a digest of a
/// name is as well known as the name.
pub(super) fn derived(engine: &Engine<'_, '_>, value: &Val, left: &mut u32) -> bool {
    *left = left.saturating_sub(1);
    if *left == 0 {
        return false;
    }
    let mut same = |value: &Val| value.is_constant() || derived(engine, value, left);
    match &value.kind {
        Kind::Union(members) => members.iter().all(&mut same),
        Kind::Method(_, receiver) => same(receiver),
        Kind::Attr(pair) => same(&pair.0),
        Kind::Made(made) if value.origins().is_empty() => {
            let fixed = match &made.callee.kind {
                Kind::Path(path) => {
                    let path = engine.text_of(*path);
                    ["hashlib.", "base64.", "binascii.", "zlib.crc32", "uuid.uuid5", "uuid.uuid3", "hmac."]
                        .iter()
                        .any(|start| path.starts_with(start))
                }
                Kind::Method(..) | Kind::Attr(_) => same(&made.callee),
                _ => false,
            };
            let mut known = |value: &Val| same(value) || matches!(value.kind, Kind::Path(_));
            fixed && made.args.rest.is_none() && made.args.values().all(&mut known)
        }
        _ => false,
    }
}
