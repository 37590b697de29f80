//! What can be computed without running anything: texts, bytes, numbers, and the decoders that hide them.

use super::decode::*;
use super::texts::*;

use super::engine::Engine;
use super::operators::{concat, is_text};
use super::questions::{items, of_numbers, pairs};
use super::value::{Args, Kind, Val};
use crate::source::python::syntax::{BinOp, Constant};

/// Longer texts are not folded.
pub(super) const LONGEST: usize = 1 << 16;

pub(super) fn bytes(bytes: Vec<u8>) -> Val {
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

/// Whether a call of this may be computed when its arguments are known.
pub(super) fn may_fold(engine: &Engine<'_, '_>, callee: &Val) -> bool {
    match &callee.kind {
        Kind::Path(_) | Kind::Method(..) => engine.path_of(callee).is_some_and(|path| {
            path.starts_with("builtins.")
                || DECODERS.contains(&path)
                || matches!(path, "importlib.import_module" | "os.path.join" | "operator.add" | "operator.getitem")
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
    "urllib.parse.unquote",
    "urllib.parse.unquote_plus",
    "urllib.parse.unquote_to_bytes",
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
        "builtins.len" => {
            let length = match &first?.kind {
                Kind::Seq(seq) if !seq.open => seq.items.len(),
                _ => first?.as_str()?.chars().count(),
            };
            return Some(Val::int(i64::try_from(length).ok()?));
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
        "os.path.join" if args.named.is_empty() && args.rest.is_none() => {
            let mut all = String::new();
            for part in &args.pos {
                let part = part.as_str()?;
                if part.starts_with('/') {
                    all.clear();
                } else if !all.is_empty() && !all.ends_with('/') {
                    all.push('/');
                }
                all.push_str(part);
            }
            Val::text(all)
        }
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
            Some(value) if matches!(value.kind, Kind::Seq(_)) => ordered(name, args, value),
            Some(value) if matches!(value.kind, Kind::Dict(_)) => ordered(name, args, &keys(value)?),
            Some(value) => match value.as_const() {
                Some(Constant::Str(text)) if text.len() <= 4096 => {
                    Val::seq(text.chars().map(|c| Val::text(c.to_string())).collect(), false)
                }
                _ => return None,
            },
        },
        // Quotes are rare in commands of constants; without them words are words.
        "shlex.split" => {
            let text = first?.as_str().filter(|text| !text.contains(['"', '\'', '\\', '#']))?;
            Val::seq(text.split_whitespace().take(4096).map(Val::text).collect(), false)
        }
        "builtins.bool" => match first.map(super::exec::truth) {
            Some(Some(truth)) => Val::constant(Constant::Bool(truth)),
            _ => return None,
        },
        "builtins.dict" => match first {
            Some(value) if matches!(value.kind, Kind::Dict(_)) && args.named.is_empty() => value.clone(),
            Some(value) if args.named.is_empty() => Val::dict(pairs(value)?),
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
        "builtins.enumerate" => {
            let start = args.pos.get(1).or(args.named.first().map(|(_, value)| value)).map_or(Some(0), Val::as_int)?;
            let pair = |(at, item)| Val::seq(vec![Val::int(start.saturating_add(at)), item], false);
            Val::seq((0_i64..).zip(items(first?)?).map(pair).collect(), false)
        }
        "builtins.zip" => {
            let all: Option<Vec<_>> = args.pos.iter().map(items).collect();
            let all = all.filter(|all| !all.is_empty() && all.iter().all(|items| items.len() <= 4096))?;
            let length = all.iter().map(Vec::len).min()?;
            Val::seq(
                (0..length).map(|at| Val::seq(all.iter().map(|items| items[at].clone()).collect(), false)).collect(),
                false,
            )
        }
        "builtins.abs" | "builtins.min" | "builtins.max" | "builtins.sum" => of_numbers(name, args)?,
        "base64.b64decode"
        | "base64.standard_b64decode"
        | "base64.decodebytes"
        | "binascii.a2b_base64"
        | "base64.urlsafe_b64decode" => bytes(base64(first?.as_bytes()?)?),
        "base64.b32decode" => bytes(base32(first?.as_bytes()?)?),
        "base64.b16decode" | "binascii.unhexlify" | "binascii.a2b_hex" => {
            bytes(unhex(std::str::from_utf8(first?.as_bytes()?).ok()?)?)
        }
        "urllib.parse.unquote" => Val::text(String::from_utf8(unpercent(first?.as_bytes()?, false)).ok()?),
        "urllib.parse.unquote_plus" => Val::text(String::from_utf8(unpercent(first?.as_bytes()?, true)).ok()?),
        "urllib.parse.unquote_to_bytes" => bytes(unpercent(first?.as_bytes()?, false)),
        "base64.b85decode" => bytes(base85(first?.as_bytes()?, B85, 0)?),
        "base64.a85decode" => bytes(ascii85(first?.as_bytes()?)?),
        "codecs.decode" | "codecs.encode" => codec(first?, args.pos.get(1).and_then(Val::as_str)?)?,
        "builtins.str.maketrans" => match args.pos.as_slice() {
            [table] if matches!(table.kind, Kind::Dict(_)) => table.clone(),
            [from, to] => {
                let (from, to) = (from.as_str()?, to.as_str()?);
                let entries = from
                    .chars()
                    .take(256)
                    .zip(to.chars())
                    .map(|(from, to)| (Val::int(i64::from(u32::from(from))), Val::text(to.to_string())));
                Val::dict(super::value::Dict { entries: entries.collect(), open: false })
            }
            _ => return None,
        },
        "zlib.decompress" => bytes(inflate(first?.as_bytes()?)?),
        "gzip.decompress" => bytes(gunzip(first?.as_bytes()?)?),
        "builtins.bytes().decode" | "builtins.str().join" => return method(receiver?, name.rsplit('.').next()?, args),
        _ => return None,
    };
    // What is computed from the data of others is still theirs.
    Some(folded.with(&taint))
}

/// The keys of a dict that holds nothing else.
fn keys(value: &Val) -> Option<Val> {
    let Kind::Dict(dict) = &value.kind else { return None };
    (!dict.open).then(|| Val::seq(dict.entries.iter().map(|(key, _)| key.clone()).collect(), false))
}

/// What `sorted` makes of numbers, or of texts; anything else stays as it is.
fn ordered(name: &str, args: &Args, value: &Val) -> Val {
    let Kind::Seq(seq) = &value.kind else { return value.clone() };
    if name != "builtins.sorted" || seq.open || !args.named.is_empty() {
        return value.clone();
    }
    let mut items = seq.items.clone();
    if items.iter().all(|item| item.as_int().is_some()) {
        items.sort_by_key(Val::as_int);
    } else if items.iter().all(|item| item.as_str().is_some()) {
        items.sort_by(|one, two| one.as_str().cmp(&two.as_str()));
    }
    Val::seq(items, false)
}

const B85: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz!#$%&()*+-;<=>?@^_`{|}~";
