//! Whether a path leads into the plugin's own folder.

use super::texts::literals;
use crate::source::python::flow::{Engine, Kind, Val};

/// Values inside one another that are looked at.
const DEEPEST: u8 = 24;

/// Whether a path is made of `__file__` and constants, and stays in the plugin. The file that names it lies `depth`
/// folders below the plugin's root.
pub(super) fn is_own(engine: &Engine<'_, '_>, value: &Val, depth: usize) -> bool {
    value.alternatives().all(|value| climbed(engine, value, DEEPEST).is_some_and(|levels| levels <= depth + 1))
}

/// How many folders a path climbs from `__file__`; `None` for any other path.
fn climbed(engine: &Engine<'_, '_>, value: &Val, left: u8) -> Option<usize> {
    let left = left.checked_sub(1)?;
    match &value.kind {
        Kind::Path(_) => (engine.path_of(value) == Some("builtins.__file__")).then_some(0),
        Kind::Method(_, holder) => {
            let levels = climbed(engine, holder, left)?;
            let name = engine.path_of(value)?;
            match name.rsplit('.').next()? {
                "parent" | "Path()" => Some(levels + 1),
                "parents" => Some(levels),
                _ => None,
            }
        }
        // `path.parents[1]`
        Kind::Item(pair) => {
            let levels = climbed(engine, &pair.0, left)?;
            Some(levels + usize::try_from(pair.1.as_int()?).ok()? + 1)
        }
        Kind::Made(made) => {
            let first = made.args.pos.first();
            let stays = |parts: &[Val]| parts.iter().all(stays_below);
            match (&made.callee.kind, engine.path_of(&made.callee)?) {
                (_, "os.path.dirname") => Some(climbed(engine, first?, left)? + 1),
                (
                    _,
                    "os.path.abspath" | "os.path.realpath" | "os.path.normpath" | "os.fspath" | "builtins.str"
                    | "pathlib.Path",
                ) if made.args.pos.len() == 1 => climbed(engine, first?, left),
                (_, "os.path.join" | "pathlib.Path") => {
                    let levels = climbed(engine, first?, left)?;
                    stays(made.args.pos.get(1..)?).then_some(levels)
                }
                (Kind::Method(_, holder), path) if path.starts_with("pathlib.Path()") => {
                    let levels = climbed(engine, holder, left)?;
                    match path.rsplit('.').next()? {
                        "joinpath" | "with_name" => stays(&made.args.pos).then_some(levels),
                        "resolve" | "absolute" | "with_suffix" | "as_posix" | "expanduser" => Some(levels),
                        _ => None,
                    }
                }
                _ => None,
            }
        }
        // `f"{HERE}/data.json"`
        Kind::Text(pieces) => {
            use crate::source::python::flow::Piece;
            let mut pieces = pieces.iter();
            let Piece::Hole(first) = pieces.next()? else { return None };
            let levels = climbed(engine, first, left)?;
            let inside = pieces.all(|piece| matches!(piece, Piece::Literal(text) if !text.contains("..")));
            inside.then_some(levels)
        }
        _ => None,
    }
}

fn stays_below(part: &Val) -> bool {
    part.alternatives().all(|part| {
        let text = literals(part);
        part.as_const().is_some() && !text.starts_with(['/', '\\']) && !text.contains("..") && !text.contains(':')
    })
}
