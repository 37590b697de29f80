//! Texts: their methods, formats, and slices.

use super::decode::*;
use super::fold::{LONGEST, bytes};
use super::operators::*;
use super::taint::*;
use super::value::*;
use crate::source::python::syntax::*;

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
        // `%d` is a number or an error, `%r` a text of one line.
        if spec[..end].ends_with('r') && value.as_const().is_none() {
            pieces.push(Val::dirty(super::taint::cleared(&value.taint, super::model::Kinds::LOG)));
            rest = &spec[end..];
            continue;
        }
        let taint = super::taint::cleared(&value.taint, super::model::Kinds::ALL);
        pieces.push(if number && value.as_const().is_none() { Val::number().with(&taint) } else { value });
        rest = &spec[end..];
    }
    pieces.push(Val::text(rest));
    concat(pieces)
}

/// `text.format(…)`; `inside` knows the parts of values: `{0.name}`, `{page[title]}`.
pub(super) fn format(
    text: &str,
    args: &Args,
    inside: &mut dyn FnMut(&Val, &str) -> Val,
    name_of: &dyn Fn(usize) -> String,
) -> Val {
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
        let by_name = |at: &usize| name_of(*at) == plain;
        let value = value.or_else(|| (0..args.named.len()).find(by_name).map(|at| args.named[at].1.clone()));
        // A field by name may be any of the arguments by name.
        let value = value.unwrap_or_else(|| {
            let named = merge_all(args.named.iter().map(|(_, value)| &value.taint));
            let all = super::taint::merge(&named, &args.rest.as_ref().and_then(|rest| rest.taint.clone()));
            match args.named.as_slice() {
                [(_, value)] if args.pos.is_empty() => value.clone(),
                _ => Val::dirty(all),
            }
        });
        let whole = plain == field;
        pieces.push(match (number, whole) {
            (true, _) => Val::number().with(&super::taint::cleared(&value.taint, super::model::Kinds::ALL)),
            (false, true) => value,
            (false, false) => inside(&value, &field[plain.len()..]),
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
    pub(super) fn pick<T: Clone>(items: &[T], lower: Option<i64>, upper: Option<i64>, step: i64) -> Option<Vec<T>> {
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
        // A part of what is known but for numbers is no more than that.
        Kind::Text(_) if is_known(base) => base.clone(),
        _ => Val::dirty(taint),
    }
}

/// Whether nothing in a text is open but numbers, and how often something is repeated.
fn is_known(value: &Val) -> bool {
    let known = |piece: &Piece| match piece {
        Piece::Literal(_) => true,
        Piece::Hole(hole) => matches!(hole.kind, Kind::Check(_)),
    };
    matches!(&value.kind, Kind::Text(pieces) if pieces.iter().all(known))
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
    found().unwrap_or_else(|| Val::dirty(super::taint::merge(&base.taint, &key.taint)))
}

/// Methods of texts, bytes, lists, and dicts.
pub(super) fn method(base: &Val, name: &str, args: &Args) -> Option<Val> {
    let first = args.pos.first();
    let all_taint = || super::taint::merge(&base.taint, &args.taint());
    if name == "join" && is_text(base) {
        let separator = base.clone();
        // `", ".join("??")` takes the characters one by one.
        let first = match first?.as_str() {
            Some(text) if text.len() <= 256 => {
                Some(&Val::seq(text.chars().map(|c| Val::text(c.to_string())).collect(), false))
            }
            _ => first,
        };
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
            // How many there are is not known; what they are made of is.
            Kind::Seq(seq) => {
                let mut pieces: Vec<Val> = Vec::new();
                for item in seq.items.iter().take(8) {
                    pieces.push(item.clone());
                    pieces.push(separator.clone());
                }
                // More of the same.
                let rest = if seq.items.is_empty() || seq.items.len() > 8 { Val::UNKNOWN } else { Val::number() };
                pieces.push(rest.with(&all_taint()));
                concat(pieces)
            }
            Kind::Union(members) => {
                let one = |member: &Val| method(base, name, &Args::of(vec![member.clone()]));
                members.iter().filter_map(one).reduce(Val::either)?
            }
            // `",".join("?" * count)`
            Kind::Text(_) if is_known(first?) => {
                concat(vec![first?.clone(), separator, Val::number()]).with(&all_taint())
            }
            // Which text that is is known when the argument is.
            Kind::Param(_) | Kind::Made(_) if first?.has_param() && base.as_str() == Some("") => return None,
            _ => match first?.as_str() {
                Some(text) if text.len() <= 4096 && base.as_str().is_some() => {
                    let parts: Vec<String> = text.chars().map(|c| c.to_string()).collect();
                    Val::text(parts.join(base.as_str()?))
                }
                _ => concat(vec![Val::text(""), Val::dirty(all_taint())]),
            },
        });
    }
    if name == "replace"
        && let (Some(text), Some(from), Some(to)) = (base.as_str(), first.and_then(Val::as_str), args.pos.get(1))
        && to.as_str().is_none()
        && !from.is_empty()
        && text.contains(from)
    {
        let mut pieces = Vec::new();
        for (at, part) in text.split(from).take(super::value::PIECES).enumerate() {
            if at > 0 {
                pieces.push(to.clone());
            }
            pieces.push(Val::text(part));
        }
        return Some(concat(pieces));
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
                name => super::questions::of_text(text, name, args)?,
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
