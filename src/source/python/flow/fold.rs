//! What can be computed without running anything: texts, bytes, numbers, and the decoders that hide them.

use std::io::Read as _;

use super::engine::Engine;
use super::eval::{concat, is_text};
use super::value::{Args, Kind, Val, merge_all};
use crate::source::python::syntax::{BinOp, Constant};

/// Longer texts are not folded.
const LONGEST: usize = 1 << 18;

fn bytes(bytes: Vec<u8>) -> Val {
    Val::constant(Constant::Bytes(bytes.into()))
}

/// `left op right` of constants.
pub(super) fn binary(left: &Val, op: BinOp, right: &Val) -> Option<Val> {
    use Constant::{Bytes, Int, Str};
    Some(match (left.as_const()?, op, right.as_const()?) {
        (Str(a), BinOp::Add, Str(b)) if a.len() + b.len() <= LONGEST => Val::text(format!("{a}{b}")),
        (Bytes(a), BinOp::Add, Bytes(b)) if a.len() + b.len() <= LONGEST => bytes([&**a, &**b].concat()),
        (Str(a), BinOp::Mult, Int(n)) | (Int(n), BinOp::Mult, Str(a)) => {
            let times = usize::try_from(*n).unwrap_or(0);
            (a.len().checked_mul(times)? <= LONGEST).then(|| Val::text(a.repeat(times)))?
        }
        (Int(a), op, Int(b)) => Val::int(match op {
            BinOp::Add => a.checked_add(*b)?,
            BinOp::Sub => a.checked_sub(*b)?,
            BinOp::Mult => a.checked_mul(*b)?,
            BinOp::FloorDiv if *b > 0 => a.div_euclid(*b),
            BinOp::Mod if *b > 0 => a.rem_euclid(*b),
            BinOp::BitXor => a ^ b,
            BinOp::BitOr => a | b,
            BinOp::BitAnd => a & b,
            BinOp::LShift => a.checked_shl(u32::try_from(*b).ok()?)?,
            BinOp::RShift => a.checked_shr(u32::try_from(*b).ok()?)?,
            BinOp::Pow => a.checked_pow(u32::try_from(*b).ok()?)?,
            _ => return None,
        }),
        _ => return None,
    })
}

/// `format % values`
pub(super) fn percent(format: &Val, values: &Val) -> Val {
    let taint = merge_all([&format.taint, &values.taint].into_iter());
    let Some(text) = format.as_str() else { return Val::dirty(taint) };
    let items: Vec<Val> = match &values.kind {
        Kind::Seq(seq) if !seq.open => seq.items.clone(),
        _ => vec![values.clone()],
    };
    let mut items = items.into_iter();
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('%') {
        pieces.push(Val::text(before));
        if let Some(after) = after.strip_prefix('%') {
            pieces.push(Val::text("%"));
            rest = after;
            continue;
        }
        // `%(name)s` takes from a dict.
        let (name, spec) = match after.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
            Some((name, spec)) => (Some(name), spec),
            None => (None, after),
        };
        let end = spec.find(|c: char| c.is_ascii_alphabetic()).map_or(spec.len(), |at| at + 1);
        let number = spec[..end].ends_with(['d', 'i', 'f', 'x', 'X', 'o', 'e', 'g', 'c']);
        let value = match (name, &values.kind) {
            (Some(name), Kind::Dict(dict)) => {
                dict.entries.iter().find(|(key, _)| key.as_str() == Some(name)).map(|(_, value)| value.clone())
            }
            (Some(_), _) => Some(Val::dirty(values.taint.clone())),
            (None, _) => items.next(),
        };
        let value = value.unwrap_or(Val::UNKNOWN);
        // `%d` is a number or an error.
        let taint = super::value::cleared(&value.taint, super::model::Kinds::ALL);
        pieces.push(if number && value.as_const().is_none() { Val::number().with(&taint) } else { value });
        rest = &spec[end..];
    }
    pieces.push(Val::text(rest));
    concat(pieces)
}

fn format(text: &str, args: &Args) -> Val {
    let mut pieces = Vec::new();
    let mut rest = text;
    let mut next = 0;
    while let Some(at) = rest.find(['{', '}']) {
        pieces.push(Val::text(&rest[..at]));
        let after = &rest[at + 1..];
        let doubled = after.chars().next() == rest[at..].chars().next();
        if doubled || rest[at..].starts_with('}') {
            pieces.push(Val::text(&rest[at..=at]));
            rest = if doubled { &after[1..] } else { after };
            continue;
        }
        let Some((field, tail)) = after.split_once('}') else {
            rest = "";
            break;
        };
        let (field, spec) = field.split_once(':').unwrap_or((field, ""));
        let field = field.split('!').next().unwrap_or(field);
        let number = spec.ends_with(['d', 'x', 'f', 'e', 'g', 'b', 'o', 'n', '%']);
        let plain = field.split(['.', '[']).next().unwrap_or(field);
        let value = if plain.is_empty() {
            next += 1;
            args.pos.get(next - 1).cloned()
        } else if let Ok(index) = plain.parse::<usize>() {
            args.pos.get(index).cloned()
        } else {
            None
        };
        // A field by name may be any of the arguments by name.
        let value = value.unwrap_or_else(|| {
            let named = merge_all(args.named.iter().map(|(_, value)| &value.taint));
            let all = super::value::merge(&named, &args.rest.as_ref().and_then(|rest| rest.taint.clone()));
            match args.named.as_slice() {
                [(_, value)] if args.pos.is_empty() => value.clone(),
                _ => Val::dirty(all),
            }
        });
        let whole = plain == field;
        pieces.push(match (number, whole) {
            (true, _) => Val::number().with(&super::value::cleared(&value.taint, super::model::Kinds::ALL)),
            (false, true) => value,
            (false, false) => Val::dirty(value.taint),
        });
        rest = tail;
    }
    pieces.push(Val::text(rest));
    concat(pieces)
}

/// `base[lower:upper:step]`
pub(super) fn slice(base: &Val, lower: Option<&Val>, upper: Option<&Val>, step: Option<&Val>) -> Val {
    let taint = base.taint.clone();
    let number = |value: Option<&Val>| match value {
        None => Some(None),
        Some(value) if value.as_const() == Some(&Constant::None) => Some(None),
        Some(value) => value.as_int().map(Some),
    };
    let (Some(lower), Some(upper), Some(step)) = (number(lower), number(upper), number(step)) else {
        return Val::dirty(taint);
    };
    let step = step.unwrap_or(1);
    fn pick<T: Clone>(items: &[T], lower: Option<i64>, upper: Option<i64>, step: i64) -> Option<Vec<T>> {
        let length = i64::try_from(items.len()).ok()?;
        if step == 0 || items.len() > LONGEST {
            return None;
        }
        let clamp =
            |at: i64, low: i64, high: i64| (if at < 0 { at.saturating_add(length) } else { at }).clamp(low, high);
        let (mut at, end) = if step > 0 {
            (lower.map_or(0, |at| clamp(at, 0, length)), upper.map_or(length, |at| clamp(at, 0, length)))
        } else {
            (lower.map_or(length - 1, |at| clamp(at, -1, length - 1)), upper.map_or(-1, |at| clamp(at, -1, length - 1)))
        };
        let mut picked = Vec::new();
        while step > 0 && at < end || step < 0 && at > end {
            picked.push(items.get(usize::try_from(at).ok()?)?.clone());
            at = at.checked_add(step)?;
        }
        Some(picked)
    }
    match &base.kind {
        Kind::Const(constant) => match &**constant {
            Constant::Str(text) => {
                let chars: Vec<char> = text.chars().collect();
                pick(&chars, lower, upper, step)
                    .map_or(Val::UNKNOWN, |chars| Val::text(chars.into_iter().collect::<String>()))
            }
            Constant::Bytes(all) => pick(all, lower, upper, step).map_or(Val::UNKNOWN, bytes),
            _ => Val::UNKNOWN,
        },
        Kind::Seq(seq) if !seq.open => match pick(&seq.items, lower, upper, step) {
            Some(items) => Val::seq(items, false),
            None => Val::dirty(taint),
        },
        Kind::Seq(_) => base.clone(),
        _ => Val::dirty(taint),
    }
}

/// `base[key]` of a text or of bytes.
pub(super) fn index(base: &Val, key: &Val) -> Val {
    let found = || {
        let at = key.as_int()?;
        let place = |length: usize| {
            usize::try_from(if at < 0 { at.checked_add(i64::try_from(length).ok()?)? } else { at }).ok()
        };
        match base.as_const()? {
            Constant::Str(text) => {
                let at = place(text.chars().count())?;
                text.chars().nth(at).map(|c| Val::text(c.to_string()))
            }
            Constant::Bytes(all) => all.get(place(all.len())?).map(|byte| Val::int(i64::from(*byte))),
            _ => None,
        }
    };
    found().unwrap_or_else(|| Val::dirty(super::value::merge(&base.taint, &key.taint)))
}

/// Whether a call of this may be computed when its arguments are known.
pub(super) fn may_fold(engine: &Engine<'_, '_>, callee: &Val) -> bool {
    match &callee.kind {
        Kind::Path(_) | Kind::Method(..) => engine.path_of(callee).is_some_and(|path| {
            path.starts_with("builtins.") || DECODERS.contains(&path) || path == "importlib.import_module"
        }),
        Kind::Attr(pair) => is_text(&pair.0) || matches!(pair.0.kind, Kind::Seq(_) | Kind::Dict(_)),
        _ => false,
    }
}

/// Functions that turn one text into another.
const DECODERS: &[&str] = &[
    "base64.b64decode",
    "base64.urlsafe_b64decode",
    "base64.standard_b64decode",
    "base64.decodebytes",
    "base64.b32decode",
    "base64.b16decode",
    "base64.b85decode",
    "base64.a85decode",
    "binascii.unhexlify",
    "binascii.a2b_hex",
    "binascii.a2b_base64",
    "codecs.decode",
    "codecs.encode",
    "zlib.decompress",
    "gzip.decompress",
];

/// Calls whose result can be computed, or which hand back what they were given.
pub(super) fn call(name: &str, receiver: Option<&Val>, args: &Args) -> Option<Val> {
    let first = args.pos.first();
    let taint = args.taint();
    let folded = match name {
        "builtins.chr" => {
            let code = u32::try_from(first?.as_int()?).ok()?;
            Val::text(char::from_u32(code)?.to_string())
        }
        "builtins.ord" => match first?.as_const()? {
            Constant::Str(text) => {
                let mut chars = text.chars();
                let c = chars.next().filter(|_| chars.next().is_none())?;
                Val::int(i64::from(u32::from(c)))
            }
            _ => return None,
        },
        "builtins.int" => match (first?.as_const()?, args.pos.get(1)) {
            (Constant::Int(number), None) => Val::int(*number),
            (Constant::Str(text), base) => {
                let base = base
                    .map_or(Some(10), Val::as_int)
                    .and_then(|base| u32::try_from(base).ok())
                    .filter(|base| (2..=36).contains(base))?;
                let digits = text.trim().trim_start_matches("0x").trim_start_matches("0b").trim_start_matches("0o");
                Val::int(i64::from_str_radix(digits, base).ok()?)
            }
            _ => return None,
        },
        "builtins.hex" => Val::text(format!("{:#x}", first?.as_int()?)),
        "builtins.str" | "markupsafe.soft_str" => match args.pos.as_slice() {
            [] => Val::text(""),
            [value] if is_text(value) || matches!(value.kind, Kind::Param(_)) => value.clone(),
            [value] => match value.as_const() {
                Some(Constant::Int(number)) => Val::text(number.to_string()),
                Some(Constant::Bytes(_)) => return None,
                _ => concat(vec![Val::text(""), value.clone()]),
            },
            [value, ..] => Val::text(String::from_utf8(value.as_bytes()?.to_vec()).ok()?),
        },
        "builtins.bytes" | "builtins.bytearray" => match &first?.kind {
            Kind::Seq(seq) if !seq.open => {
                let all: Option<Vec<u8>> = seq.items.iter().map(|item| u8::try_from(item.as_int()?).ok()).collect();
                bytes(all?)
            }
            Kind::Const(_) => bytes(first?.as_bytes()?.to_vec()),
            _ => return None,
        },
        "builtins.bytes.fromhex" | "builtins.bytearray.fromhex" => bytes(unhex(first?.as_str()?)?),
        "builtins.list" | "builtins.tuple" | "builtins.set" | "builtins.frozenset" | "builtins.sorted"
        | "builtins.iter" => match first {
            None => Val::seq(Vec::new(), false),
            Some(value) if matches!(value.kind, Kind::Seq(_)) => value.clone(),
            Some(value) => match value.as_const() {
                Some(Constant::Str(text)) if text.len() <= 4096 => {
                    Val::seq(text.chars().map(|c| Val::text(c.to_string())).collect(), false)
                }
                _ => return None,
            },
        },
        "builtins.bool" => match first.map(|value| super::exec::truth(value)) {
            Some(Some(truth)) => Val::constant(Constant::Bool(truth)),
            _ => return None,
        },
        "builtins.dict" => match first {
            Some(value) if matches!(value.kind, Kind::Dict(_)) && args.named.is_empty() => value.clone(),
            _ => return None,
        },
        "builtins.reversed" => match &first?.kind {
            Kind::Seq(seq) => Val::seq(seq.items.iter().rev().cloned().collect(), seq.open),
            _ => match first?.as_const()? {
                Constant::Str(text) if text.len() <= 4096 => {
                    Val::seq(text.chars().rev().map(|c| Val::text(c.to_string())).collect(), false)
                }
                Constant::Bytes(all) if all.len() <= 4096 => {
                    Val::seq(all.iter().rev().map(|byte| Val::int(i64::from(*byte))).collect(), false)
                }
                _ => return None,
            },
        },
        "builtins.next" | "copy.copy" | "copy.deepcopy" | "typing.cast" | "builtins.memoryview" => {
            let value = if name == "typing.cast" { args.pos.get(1)? } else { first? };
            match (&value.kind, name) {
                (Kind::Seq(seq), "builtins.next") => seq.items.iter().cloned().reduce(Val::either)?,
                _ => value.clone(),
            }
        }
        "builtins.range" => {
            let numbers: Option<Vec<i64>> = args.pos.iter().map(Val::as_int).collect();
            let (start, end, step) = match numbers?.as_slice() {
                [end] => (0, *end, 1),
                [start, end] => (*start, *end, 1),
                [start, end, step] if *step > 0 => (*start, *end, *step),
                _ => return None,
            };
            if end.checked_sub(start)? / step > 4096 {
                return None;
            }
            Val::seq((start..end).step_by(usize::try_from(step).ok()?).map(Val::int).collect(), false)
        }
        "builtins.enumerate" => match &first?.kind {
            Kind::Seq(seq) if !seq.open => {
                let pair = |(at, item): (usize, &Val)| {
                    Val::seq(vec![Val::int(i64::try_from(at).unwrap_or(0)), item.clone()], false)
                };
                Val::seq(seq.items.iter().enumerate().map(pair).collect(), false)
            }
            _ => return None,
        },
        "builtins.zip" => {
            let all: Option<Vec<_>> = args
                .pos
                .iter()
                .map(|value| match &value.kind {
                    Kind::Seq(seq) if !seq.open => Some(seq.items.clone()),
                    Kind::Const(_) => Some(value.as_str()?.chars().map(|c| Val::text(c.to_string())).collect()),
                    _ => None,
                })
                .collect();
            let all = all.filter(|all| !all.is_empty() && all.iter().all(|items| items.len() <= 4096))?;
            let length = all.iter().map(Vec::len).min()?;
            Val::seq(
                (0..length).map(|at| Val::seq(all.iter().map(|items| items[at].clone()).collect(), false)).collect(),
                false,
            )
        }
        "base64.b64decode"
        | "base64.standard_b64decode"
        | "base64.decodebytes"
        | "binascii.a2b_base64"
        | "base64.urlsafe_b64decode" => bytes(base64(first?.as_bytes()?)?),
        "base64.b32decode" => bytes(base32(first?.as_bytes()?)?),
        "base64.b16decode" | "binascii.unhexlify" | "binascii.a2b_hex" => {
            bytes(unhex(std::str::from_utf8(first?.as_bytes()?).ok()?)?)
        }
        "base64.b85decode" => bytes(base85(first?.as_bytes()?, B85, 0)?),
        "base64.a85decode" => bytes(ascii85(first?.as_bytes()?)?),
        "codecs.decode" | "codecs.encode" => codec(first?, args.pos.get(1).and_then(Val::as_str)?)?,
        "zlib.decompress" => bytes(inflate(first?.as_bytes()?)?),
        "gzip.decompress" => bytes(gunzip(first?.as_bytes()?)?),
        "builtins.bytes().decode" | "builtins.str().join" => return method(receiver?, name.rsplit('.').next()?, args),
        _ => return None,
    };
    // What is computed from the data of others is still theirs.
    Some(folded.with(&taint))
}

/// Methods of texts, bytes, lists, and dicts.
pub(super) fn method(base: &Val, name: &str, args: &Args) -> Option<Val> {
    let first = args.pos.first();
    let all_taint = || super::value::merge(&base.taint, &args.taint());
    if name == "join" && is_text(base) {
        let separator = base.clone();
        return Some(match &first?.kind {
            Kind::Seq(seq) if !seq.open => {
                if let Some(Constant::Bytes(between)) = base.as_const() {
                    let parts: Option<Vec<&[u8]>> = seq
                        .items
                        .iter()
                        .map(|item| match item.as_const()? {
                            Constant::Bytes(part) => Some(&**part),
                            _ => None,
                        })
                        .collect();
                    if let Some(parts) = parts {
                        return Some(bytes(parts.join(&**between)));
                    }
                    return Some(Val::dirty(all_taint()));
                }
                let mut pieces = Vec::with_capacity(seq.items.len() * 2);
                for (at, item) in seq.items.iter().enumerate() {
                    if at > 0 {
                        pieces.push(separator.clone());
                    }
                    pieces.push(item.clone());
                }
                concat(pieces).with(&first?.taint)
            }
            // So many question marks: only their number is not known.
            Kind::Seq(seq)
                if first?.taint.is_none()
                    && base.taint.is_none()
                    && !seq.items.is_empty()
                    && seq.items.iter().all(Val::is_constant) =>
            {
                let mut pieces: Vec<Val> = seq.items.iter().take(8).cloned().collect();
                pieces.push(Val::number());
                concat(pieces)
            }
            // How many there are is not known; what they are made of is.
            Kind::Seq(seq) => {
                let mut pieces: Vec<Val> = Vec::new();
                for item in seq.items.iter().take(8) {
                    pieces.push(item.clone());
                    pieces.push(separator.clone());
                }
                pieces.push(Val::dirty(all_taint()));
                concat(pieces)
            }
            _ => match first?.as_str() {
                Some(text) if text.len() <= 4096 && base.as_str().is_some() => {
                    let parts: Vec<String> = text.chars().map(|c| c.to_string()).collect();
                    Val::text(parts.join(base.as_str()?))
                }
                _ => concat(vec![Val::text(""), Val::dirty(all_taint())]),
            },
        });
    }
    if name == "format"
        && let Some(text) = base.as_str()
    {
        return Some(format(text, args));
    }
    if matches!(name, "encode" | "decode" | "strip" | "lstrip" | "rstrip" | "expandtabs")
        && matches!(base.kind, Kind::Text(_))
    {
        return Some(base.clone());
    }
    if name == "copy" && matches!(base.kind, Kind::Seq(_) | Kind::Dict(_)) {
        return Some(base.clone());
    }
    let folded = match base.as_const()? {
        Constant::Str(text) => {
            let arg = |at: usize| args.pos.get(at).and_then(Val::as_str);
            match name {
                "upper" => Val::text(text.to_uppercase()),
                "lower" | "casefold" => Val::text(text.to_lowercase()),
                "swapcase" => Val::text(
                    text.chars()
                        .map(|c| if c.is_uppercase() { c.to_ascii_lowercase() } else { c.to_ascii_uppercase() })
                        .collect::<String>(),
                ),
                "title" | "capitalize" => {
                    let mut chars = text.chars();
                    let head = chars.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
                    Val::text(format!("{head}{}", chars.as_str().to_lowercase()))
                }
                "strip" => match arg(0) {
                    Some(set) => Val::text(text.trim_matches(|c| set.contains(c))),
                    None => Val::text(text.trim()),
                },
                "lstrip" => match arg(0) {
                    Some(set) => Val::text(text.trim_start_matches(|c| set.contains(c))),
                    None => Val::text(text.trim_start()),
                },
                "rstrip" => match arg(0) {
                    Some(set) => Val::text(text.trim_end_matches(|c| set.contains(c))),
                    None => Val::text(text.trim_end()),
                },
                "replace" => {
                    let (from, to) = (arg(0)?, arg(1)?);
                    if from.is_empty() || text.matches(from).count().checked_mul(to.len())? > LONGEST {
                        return None;
                    }
                    Val::text(text.replace(from, to))
                }
                "split" | "rsplit" if args.pos.len() <= 1 => {
                    let parts: Vec<Val> = match arg(0) {
                        Some("") => return None,
                        Some(separator) => text.split(separator).map(Val::text).collect(),
                        None if args.pos.is_empty() => text.split_whitespace().map(Val::text).collect(),
                        None => return None,
                    };
                    if parts.len() > 4096 {
                        return None;
                    }
                    Val::seq(parts, false)
                }
                "splitlines" => Val::seq(text.lines().take(4096).map(Val::text).collect(), false),
                "encode" => bytes(text.as_bytes().to_vec()),
                "removeprefix" => Val::text(text.strip_prefix(arg(0)?).unwrap_or(text)),
                "removesuffix" => Val::text(text.strip_suffix(arg(0)?).unwrap_or(text)),
                "zfill" | "ljust" | "rjust" | "center" => return None,
                "translate" => match &first?.kind {
                    Kind::Dict(dict) if !dict.open => Val::text(
                        text.chars()
                            .map(|c| {
                                let code = i64::from(u32::from(c));
                                let to = dict.entries.iter().find(|(key, _)| {
                                    key.as_int() == Some(code) || key.as_str() == Some(c.encode_utf8(&mut [0; 4]))
                                });
                                to.map_or_else(
                                    || c.to_string(),
                                    |(_, to)| match to.as_const() {
                                        Some(Constant::Str(to)) => to.to_string(),
                                        Some(Constant::Int(code)) => u32::try_from(*code)
                                            .ok()
                                            .and_then(char::from_u32)
                                            .map(String::from)
                                            .unwrap_or_default(),
                                        _ => String::new(),
                                    },
                                )
                            })
                            .collect::<String>(),
                    ),
                    _ => return None,
                },
                _ => return None,
            }
        }
        Constant::Bytes(all) => match name {
            "decode" => match args.pos.first().and_then(Val::as_str) {
                Some("rot13" | "rot_13" | "hex" | "base64") => codec(base, args.pos.first()?.as_str()?)?,
                _ => Val::text(String::from_utf8(all.to_vec()).ok()?),
            },
            "hex" => Val::text(all.iter().map(|byte| format!("{byte:02x}")).collect::<String>()),
            "fromhex" => bytes(unhex(first?.as_str()?)?),
            "strip" => bytes(all.trim_ascii().to_vec()),
            _ => return None,
        },
        _ => return None,
    };
    Some(folded.with(&base.taint))
}

fn codec(value: &Val, name: &str) -> Option<Val> {
    Some(match name.to_ascii_lowercase().replace('-', "_").as_str() {
        "rot13" | "rot_13" => Val::text(
            value
                .as_str()?
                .chars()
                .map(|c| match c {
                    'a'..='m' | 'A'..='M' => char::from(c as u8 + 13),
                    'n'..='z' | 'N'..='Z' => char::from(c as u8 - 13),
                    _ => c,
                })
                .collect::<String>(),
        ),
        "hex" | "hex_codec" => bytes(unhex(std::str::from_utf8(value.as_bytes()?).ok()?)?),
        "base64" | "base64_codec" => bytes(base64(value.as_bytes()?)?),
        "zlib" | "zlib_codec" | "zip" => bytes(inflate(value.as_bytes()?)?),
        "utf_8" | "utf8" | "ascii" | "latin_1" | "latin1" => match value.as_const()? {
            Constant::Bytes(all) => Val::text(String::from_utf8(all.to_vec()).ok()?),
            Constant::Str(text) => bytes(text.as_bytes().to_vec()),
            _ => return None,
        },
        _ => return None,
    })
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits: Vec<u8> = text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect();
    if digits.len() % 2 != 0 || digits.len() > LONGEST {
        return None;
    }
    digits
        .chunks_exact(2)
        .map(|pair| {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok()
        })
        .collect()
}

fn base64(text: &[u8]) -> Option<Vec<u8>> {
    bits(text, 6, |byte| match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'+' | b'-' => Some(62),
        b'/' | b'_' => Some(63),
        _ => None,
    })
}

fn base32(text: &[u8]) -> Option<Vec<u8>> {
    bits(text, 5, |byte| match byte.to_ascii_uppercase() {
        byte @ b'A'..=b'Z' => Some(byte - b'A'),
        byte @ b'2'..=b'7' => Some(byte - b'2' + 26),
        _ => None,
    })
}

/// Bytes from digits of `width` bits each.
fn bits(text: &[u8], width: u32, digit: impl Fn(u8) -> Option<u8>) -> Option<Vec<u8>> {
    if text.len() > LONGEST {
        return None;
    }
    let mut all = Vec::with_capacity(text.len());
    let (mut held, mut count) = (0u32, 0);
    for byte in text.iter().filter(|byte| !byte.is_ascii_whitespace() && **byte != b'=') {
        held = held << width | u32::from(digit(*byte)?);
        count += width;
        if count >= 8 {
            count -= 8;
            all.push(u8::try_from(held >> count & 0xff).ok()?);
            held &= (1 << count) - 1;
        }
    }
    Some(all)
}

const B85: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";

/// Bytes from digits in base 85, five for four; `digits` are in order, or start at `first`.
fn base85(text: &[u8], digits: &[u8], first: u8) -> Option<Vec<u8>> {
    if text.len() > LONGEST {
        return None;
    }
    let digit = |byte: u8| {
        if digits.is_empty() {
            byte.checked_sub(first).filter(|digit| *digit < 85)
        } else {
            digits.iter().position(|known| *known == byte).and_then(|at| u8::try_from(at).ok())
        }
    };
    let mut all = Vec::new();
    let clean: Vec<u8> = text.iter().copied().filter(|byte| !byte.is_ascii_whitespace()).collect();
    for chunk in clean.chunks(5) {
        let mut number = 0u64;
        for at in 0..5 {
            number = number * 85 + u64::from(chunk.get(at).map_or(Some(84), |byte| digit(*byte))?);
        }
        let four = u32::try_from(number).ok()?.to_be_bytes();
        all.extend_from_slice(&four[..chunk.len().saturating_sub(1)]);
    }
    Some(all)
}

fn ascii85(text: &[u8]) -> Option<Vec<u8>> {
    let text = text.strip_prefix(b"<~").unwrap_or(text);
    let text = text.strip_suffix(b"~>").unwrap_or(text);
    let full: Vec<u8> = text.iter().flat_map(|byte| if *byte == b'z' { vec![b'!'; 5] } else { vec![*byte] }).collect();
    base85(&full, &[], b'!')
}

fn inflate(data: &[u8]) -> Option<Vec<u8>> {
    bounded(flate2::read::ZlibDecoder::new(data))
}

fn gunzip(data: &[u8]) -> Option<Vec<u8>> {
    bounded(flate2::read::GzDecoder::new(data))
}

fn bounded(reader: impl std::io::Read) -> Option<Vec<u8>> {
    let mut all = Vec::new();
    reader.take(LONGEST as u64 + 1).read_to_end(&mut all).ok()?;
    (all.len() <= LONGEST).then_some(all)
}
