//! What other arguments of a call must be.

use crate::source::python::flow::{Args, Engine, Kind, Piece, Val};
use crate::source::python::syntax::Constant;

/// The argument that a reference means: the first that is given of those separated by `|`.
pub(super) fn argument<'v>(engine: &Engine<'_, '_>, args: &'v Args, reference: &str) -> Option<&'v Val> {
    reference.split('|').find_map(|one| match one.parse::<usize>() {
        Ok(at) => args.pos.get(at),
        Err(_) => engine.argument(args, one, None),
    })
}

/// Whether an argument is as a condition wants it.
///
/// `true`, `false`, `never` (counts as false, or a function whose answers do), `none`, `absent`, `present`, `constant`, `unknown` (given, and not constant), `=text` (without regard to case), `<number`,
/// `path:a.b` (or a class that inherits from it), `within:a.b` (or one of its items), `in:a,b`, `looks:kind` (as in `looks` of a match), `defines:name` (an object whose class in the program has this method), `narrows:name` (the same, where the method hands on only what it has tested), `made-with:name` (a function of this name had a part in it), `bare:a.b name` (made by `a.b` without the argument `name`); `always` in front of it means each of several values, `!` in front turns it around, and ` or ` separates several.
pub(super) fn holds(engine: &Engine<'_, '_>, value: Option<&Val>, condition: &str) -> bool {
    condition.split(" or ").any(|one| match one.strip_prefix('!') {
        Some(not) => !is(engine, value, not),
        None => is(engine, value, one),
    })
}

fn is(engine: &Engine<'_, '_>, value: Option<&Val>, condition: &str) -> bool {
    let Some(value) = value else { return condition == "absent" };
    if let Some(condition) = condition.strip_prefix("always ") {
        return value.alternatives().all(|value| is(engine, Some(value), condition));
    }
    // One of several is enough to make a call dangerous.
    value.alternatives().any(|value| {
        let constant = value.as_const();
        match condition {
            "absent" => false,
            "present" => true,
            "constant" => value.is_constant(),
            "unknown" => !value.is_constant(),
            "true" => match constant {
                Some(Constant::Bool(truth)) => *truth,
                Some(Constant::Int(number)) => *number != 0,
                _ => false,
            },
            "false" => matches!(constant, Some(Constant::Bool(false) | Constant::Int(0))),
            "never" => never(engine, value),
            "none" => matches!(constant, Some(Constant::None)),
            "text" => matches!(constant, Some(Constant::Str(_))) || matches!(value.kind, Kind::Text(_)),
            "derived:" => super::evidence::derived(engine, value, &mut { 200 }),
            "list" => matches!(value.kind, Kind::Seq(_)),
            "walk:" => walk(engine, value, 12),
            "socket:" => super::looks::socket(engine, value),
            "callable:" => callable(engine, value),
            "address:" => address(engine, value, 6),
            "walked:" => engine.is_walked(value) && walk(engine, value, 12),
            "any-address:" => match &value.kind {
                Kind::Seq(seq) => {
                    seq.items.first().and_then(Val::as_str).is_some_and(|host| matches!(host, "" | "0.0.0.0" | "::"))
                }
                _ => false,
            },
            "uploaded:" => super::leaks::roots(value).into_iter().any(|root| root.starts_with("flask.request.files")),
            "database:" => super::queries::is_database(engine, value),
            "path-like:" => !open_file(engine, value),
            "open-parser:" => super::setup::open_parser(engine, value),
            "image:" => super::setup::is_image(engine, value, 8),
            "query:" => super::setup::is_query(engine, value),
            _ => other(engine, value, condition),
        }
    })
}

fn other(engine: &Engine<'_, '_>, value: &Val, condition: &str) -> bool {
    let Some((what, wanted)) = condition.split_once([':', '=', '<', '~', '&']) else { return false };
    let sign = condition[what.len()..].chars().next();
    match (what, sign) {
        ("path", Some(':')) => wanted.split(',').any(|wanted| {
            engine.path_of(value) == Some(wanted)
                || matches!(value.kind, Kind::Class(class) if engine.inherits(class, wanted))
                || matches!(&value.kind, Kind::Made(made) if engine.path_of(&made.callee) == Some(wanted))
                || matches!(&value.kind, Kind::Attr(_) | Kind::Method(..) | Kind::Path(_) if wanted.strip_prefix("*.").is_some_and(|last| {
                    engine.name_of(value).is_some_and(|name| name.rsplit('.').next() == Some(last))
                }))
        }),
        // An object of a class of the program that defines this method itself.
        ("defines", Some(':')) => {
            matches!(value.kind, Kind::Instance(class) | Kind::Class(class) if engine.defines(class, wanted))
        }
        // The same, where the method answers only what it has tested.
        ("narrows", Some(':')) => {
            matches!(value.kind, Kind::Instance(class) | Kind::Class(class) if engine.narrows(class, wanted))
        }
        // Made by this, without this argument.
        ("bare", Some(':')) => match (&value.kind, wanted.split_once(' ')) {
            (Kind::Made(made), Some((path, name))) => {
                engine.path_of(&made.callee) == Some(path)
                    && engine.argument(&made.args, name, None).is_none()
                    && made.args.rest.is_none()
            }
            _ => false,
        },
        // The value itself, or what is in it.
        ("within", Some(':')) => {
            let one = |value: &Val| engine.path_of(value).is_some_and(|path| wanted.split(',').any(|one| one == path));
            match &value.kind {
                Kind::Dict(dict) => dict.entries.iter().any(|(_, value)| one(value)),
                Kind::Seq(seq) => seq.items.iter().any(one),
                _ => one(value),
            }
        }
        ("looks", Some(':')) => super::looks::looks(engine, value, wanted),
        ("made-with", Some(':')) => wanted.split(',').any(|name| made_with(engine, value, name, 8, &mut 200)),
        ("in", Some(':')) => value.as_str().is_some_and(|text| {
            let text = text.to_ascii_lowercase();
            wanted.split(',').any(|wanted| wanted == text)
        }),
        ("has", Some(':')) => match &value.kind {
            Kind::Seq(seq) => seq.items.iter().filter_map(Val::as_str).any(|text| text.eq_ignore_ascii_case(wanted)),
            _ => value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(wanted)),
        },
        ("option", Some(':')) => match (&value.kind, wanted.split_once('=')) {
            (Kind::Dict(dict), Some((name, "false"))) => {
                dict.entries.iter().any(|(key, value)| key.as_str() == Some(name) && never(engine, value))
            }
            _ => false,
        },
        ("", Some('=')) => value.as_str().is_some_and(|text| text.eq_ignore_ascii_case(wanted)),
        ("", Some('~')) => value.as_str().is_some_and(|text| text.to_ascii_lowercase().contains(wanted)),
        ("", Some('<')) => match (value.as_int(), wanted.parse::<i64>()) {
            (Some(number), Ok(limit)) => number < limit,
            _ => false,
        },
        // Bits of a file mode.
        ("", Some('&')) => match (value.as_int(), i64::from_str_radix(wanted, 8)) {
            (Some(number), Ok(bits)) => number & bits != 0,
            _ => false,
        },
        _ => false,
    }
}

/// Whether a value counts as false, or is a function that answers nothing else.
fn never(engine: &Engine<'_, '_>, value: &Val) -> bool {
    match value.as_const() {
        Some(Constant::Bool(truth)) => !truth,
        Some(Constant::Int(number)) => *number == 0,
        Some(Constant::Str(text)) => text.is_empty(),
        Some(Constant::None) => true,
        Some(_) => false,
        None => engine
            .answers_of(value)
            .is_some_and(|all| all.alternatives().all(|answer| answer.as_const().is_some() && never(engine, answer))),
    }
}

/// Whether a value was reached from class to class.
fn walk(engine: &Engine<'_, '_>, value: &Val, left: u8) -> bool {
    if left == 0 {
        return true;
    }
    match &value.kind {
        Kind::Attr(pair) => {
            let own = matches!(pair.0.kind, Kind::Param(_) | Kind::Instance(_) | Kind::Class(_) | Kind::Unknown);
            match engine.text(pair.1) {
                "__class__" => !own,
                "__base__" | "__bases__" | "__mro__" => true,
                _ => walk(engine, &pair.0, left - 1),
            }
        }
        Kind::Item(pair) => walk(engine, &pair.0, left - 1),
        Kind::Made(made) => walk(engine, &made.callee, left - 1),
        Kind::Method(path, receiver) => engine.text_of(*path).contains(".__") || walk(engine, receiver, left - 1),
        Kind::Path(path) => engine.text_of(*path) == "builtins.object" || engine.text_of(*path).contains(".__"),
        _ => false,
    }
}

/// Whether a value is an open file or what was uploaded, not a path.
fn open_file(engine: &Engine<'_, '_>, value: &Val) -> bool {
    match &value.kind {
        Kind::Made(made) => {
            engine.path_of(&made.callee).is_some_and(|path| {
                path.starts_with("io.")
                    || path.starts_with("tempfile.")
                    || path == "builtins.open"
                    || path.starts_with("flask.request.files")
                    || path.starts_with("requests.")
                    || path.starts_with("gridfs.")
            }) || matches!(&made.callee.kind, Kind::Attr(pair) if open_file(engine, &pair.0))
        }
        Kind::Item(pair) => engine.path_of(&pair.0) == Some("flask.request.files"),
        Kind::Method(path, receiver) => {
            let text = engine.text_of(*path);
            !text.ends_with("filename") && (text.ends_with("FileField().data") || open_file(engine, receiver))
        }
        Kind::Attr(pair) => engine.text(pair.1) != "filename" && open_file(engine, &pair.0),
        Kind::Path(path) => {
            let text = engine.text_of(*path);
            text.starts_with("flask.request.stream") || text.ends_with("FileField().data")
        }
        Kind::Union(members) => members.iter().all(|member| open_file(engine, member)),
        _ => false,
    }
}

/// Whether a value is a function or a class, as far as that is known.
fn callable(engine: &Engine<'_, '_>, value: &Val) -> bool {
    match &value.kind {
        Kind::Func(..) | Kind::Bound(..) | Kind::Class(_) | Kind::Partial(_) | Kind::Instance(_) => true,
        // `functools.wraps(old)(new)`
        Kind::Made(made) => {
            let ours = |value: &Val| {
                matches!(value.kind, Kind::Func(..) | Kind::Bound(..) | Kind::Class(_) | Kind::Partial(_))
            };
            made.args.values().any(ours)
        }
        Kind::Path(_) => engine.path_of(value).is_some_and(|path| path.contains('.')),
        _ => false,
    }
}

/// Whether a function of this name had a part in making a value.
fn made_with(engine: &Engine<'_, '_>, value: &Val, name: &str, deep: u8, left: &mut u32) -> bool {
    *left = left.saturating_sub(1);
    let Some(deep) = deep.checked_sub(1).filter(|_| *left > 0) else { return false };
    let mut inside = |value: &Val| made_with(engine, value, name, deep, left);
    match &value.kind {
        Kind::Made(made) => {
            let called = engine.name_of(&made.callee);
            called.is_some_and(|called| called.rsplit('.').next() == Some(name))
                || inside(&made.callee)
                || made.args.values().take(8).any(inside)
        }
        Kind::Method(_, holder) => inside(holder),
        Kind::Attr(pair) => inside(&pair.0),
        Kind::Item(pair) => inside(&pair.0),
        Kind::Union(members) => members.iter().any(inside),
        Kind::Text(pieces) => pieces.iter().any(|piece| matches!(piece, Piece::Hole(hole) if inside(hole))),
        _ => false,
    }
}

/// Whether a value is a place in memory.
fn address(engine: &Engine<'_, '_>, value: &Val, left: u8) -> bool {
    let Some(left) = left.checked_sub(1) else { return false };
    match &value.kind {
        Kind::Const(_) => value.as_int().is_some_and(|number| number > 0xffff),
        Kind::Made(made) => {
            let path = engine.path_of(&made.callee).unwrap_or_default();
            let callback = path.ends_with("FUNCTYPE()");
            path == "builtins.id"
                || !callback && (path.starts_with("ctypes.") || path.starts_with("mmap.") || path.starts_with("cffi."))
                || path == "builtins.int" && made.args.values().any(|value| address(engine, value, left))
        }
        Kind::Method(_, holder) => address(engine, holder, left),
        Kind::Attr(pair) => engine.text(pair.1) == "value" && address(engine, &pair.0, left),
        Kind::Union(members) => members.iter().any(|member| address(engine, member, left)),
        _ => false,
    }
}
