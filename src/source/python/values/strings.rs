//! Methods of texts and bytes: folded for constants, typed for the rest.

use super::args::Args;
use super::fold::TEXT_LIMIT;
use super::interp::Interp;
use super::state::Obj;
use super::value::{At, Kind, Ty, Val};
use crate::source::python::syntax::Constant;

/// The type that a method of a text, of bytes, or of a container returns.
pub(super) fn method_type(base: Ty, name: &str) -> Ty {
    match (base, name) {
        (Ty::Str, "encode") => Ty::Bytes,
        (Ty::Bytes, "decode" | "hex") => Ty::Str,
        (Ty::Str | Ty::Bytes, "split" | "rsplit" | "splitlines") => Ty::List,
        (Ty::Str | Ty::Bytes, "partition" | "rpartition") => Ty::Tuple,
        (Ty::Str | Ty::Bytes, "find" | "rfind" | "index" | "rindex" | "count") => Ty::Int,
        (Ty::Str | Ty::Bytes, "startswith" | "endswith") => Ty::Bool,
        (Ty::Str | Ty::Bytes, _) if name.starts_with("is") => Ty::Bool,
        (
            Ty::Str | Ty::Bytes,
            "upper" | "lower" | "title" | "capitalize" | "casefold" | "swapcase" | "strip" | "lstrip" | "rstrip"
            | "replace" | "format" | "format_map" | "join" | "center" | "ljust" | "rjust" | "zfill" | "expandtabs"
            | "translate" | "removeprefix" | "removesuffix",
        ) => base,
        (Ty::Dict, "copy") => Ty::Dict,
        (Ty::Dict | Ty::Set | Ty::List, "update" | "clear" | "append" | "extend" | "insert" | "remove" | "add") => {
            Ty::None
        }
        (Ty::Set, "copy" | "union" | "intersection" | "difference") => Ty::Set,
        (Ty::List, "copy") => Ty::List,
        _ => Ty::Unknown,
    }
}

impl Interp<'_> {
    /// A method of a constant.
    pub(super) fn constant_method(&mut self, base: &Val, name: &str, args: &Args, at: At) -> Option<Val> {
        let text = match base.as_const()? {
            Constant::Str(text) => {
                self.budget.text(text.len());
                text.clone()
            }
            Constant::Bytes(bytes) if name == "decode" => {
                return std::str::from_utf8(bytes).ok().map(|text| Val::text(text, at));
            }
            _ => return None,
        };
        let arg = |index: usize| args.pos.get(index).and_then(Val::as_str);
        let folded: String = match name {
            "upper" => text.to_uppercase(),
            "lower" | "casefold" => text.to_lowercase(),
            "strip" if args.pos.is_empty() => text.trim().to_owned(),
            "lstrip" if args.pos.is_empty() => text.trim_start().to_owned(),
            "rstrip" if args.pos.is_empty() => text.trim_end().to_owned(),
            "strip" | "lstrip" | "rstrip" => {
                let chars: Vec<char> = arg(0)?.chars().collect();
                let kept = if name == "rstrip" { &text } else { text.trim_start_matches(&*chars) };
                let kept = if name == "lstrip" { kept } else { kept.trim_end_matches(&*chars) };
                kept.to_owned()
            }
            "capitalize" => {
                let mut chars = text.chars();
                let first: String = chars.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
                first + &chars.as_str().to_lowercase()
            }
            "replace" if args.pos.len() == 2 => {
                let (from, to) = (arg(0)?, arg(1)?);
                if text.matches(from).count().saturating_mul(to.len()) > TEXT_LIMIT {
                    return None;
                }
                text.replace(from, to)
            }
            "removeprefix" => text.strip_prefix(arg(0)?).unwrap_or(&text).to_owned(),
            "removesuffix" => text.strip_suffix(arg(0)?).unwrap_or(&text).to_owned(),
            "join" => {
                let parts = self.texts(args.pos.first()?)?;
                let length: usize = parts.iter().map(|part| part.len() + text.len()).sum();
                if length > 2 * TEXT_LIMIT {
                    return None;
                }
                parts.join(&text)
            }
            "format" => self.format(&text, args)?,
            "encode" => return Some(Val::constant(Constant::Bytes(text.as_bytes().into()), at)),
            "startswith" => return Some(Val::constant(Constant::Bool(text.starts_with(arg(0)?)), at)),
            "endswith" => return Some(Val::constant(Constant::Bool(text.ends_with(arg(0)?)), at)),
            "split" | "rsplit" | "splitlines" => {
                let parts = parts(&text, name, args)?;
                if parts.len() > 1_024 {
                    return None;
                }
                let items = parts.into_iter().map(|part| Val::text(part, at)).collect();
                return Some(self.new_obj(Obj::List { items, open: false, is_set: false }, at));
            }
            "partition" | "rpartition" => {
                let separator = arg(0).filter(|separator| !separator.is_empty())?;
                let found = if name == "partition" { text.find(separator) } else { text.rfind(separator) };
                let three = match (found, name) {
                    (Some(place), _) => [&text[..place], separator, &text[place + separator.len()..]],
                    (None, "partition") => [&text, "", ""],
                    (None, _) => ["", "", &text],
                };
                let three = three.map(|part| Val::text(part, at));
                return Some(Val { kind: Kind::Tuple(three.into()), at });
            }
            _ => return None,
        };
        (folded.len() <= TEXT_LIMIT).then(|| Val::text(folded, at))
    }

    /// `format % value` with plain `%s`, `%d`, and `%%` only.
    pub(super) fn percent(&self, format: &str, value: &Val) -> Option<String> {
        let values = match &value.kind {
            Kind::Tuple(items) => items.to_vec(),
            Kind::Const(_) => vec![value.clone()],
            _ => return None,
        };
        let mut values = values.iter();
        let mut out = String::new();
        let mut rest = format;
        while let Some((before, after)) = rest.split_once('%') {
            out.push_str(before);
            let mut chars = after.chars();
            match chars.next()? {
                '%' => out.push('%'),
                's' => out.push_str(&self.plain_text(values.next()?)?),
                'd' | 'i' => match values.next()?.as_const()? {
                    Constant::Int(number) => out.push_str(&number.to_string()),
                    _ => return None,
                },
                _ => return None,
            }
            if out.len() > TEXT_LIMIT {
                return None;
            }
            rest = chars.as_str();
        }
        out.push_str(rest);
        values.next().is_none().then_some(out)
    }

    /// `text.format(…)` with plain fields only.
    fn format(&self, text: &str, args: &Args) -> Option<String> {
        let mut out = String::new();
        let mut rest = text;
        let mut next = 0;
        while let Some(at) = rest.find(['{', '}']) {
            out.push_str(&rest[..at]);
            let tail = &rest[at..];
            if tail.starts_with("{{") || tail.starts_with("}}") {
                out.push_str(&tail[..1]);
                rest = &tail[2..];
                continue;
            }
            let end = tail.find('}')?;
            let field = tail.get(1..end)?;
            let value = if field.is_empty() {
                next += 1;
                args.pos.get(next - 1)?
            } else if let Ok(index) = field.parse::<usize>() {
                args.pos.get(index)?
            } else {
                args.named(field)?.0
            };
            out.push_str(&self.plain_text(value)?);
            if out.len() > TEXT_LIMIT {
                return None;
            }
            rest = &tail[end + 1..];
        }
        out.push_str(rest);
        Some(out)
    }
}

/// What `split`, `rsplit`, and `splitlines` give.
fn parts<'t>(text: &'t str, name: &str, args: &Args) -> Option<Vec<&'t str>> {
    if name == "splitlines" {
        let plain =
            args.pos.is_empty() && !text.contains(['\r', '\u{b}', '\u{c}', '\u{1c}', '\u{1d}', '\u{1e}', '\u{85}']);
        return plain.then(|| text.lines().collect());
    }
    let times = match args.get("maxsplit", 1).map(|(value, _)| value.as_const()) {
        None => None,
        Some(Some(Constant::Int(times))) => usize::try_from(*times).ok(),
        Some(_) => return None,
    };
    let separator = match args.get("sep", 0).map(|(value, _)| value) {
        Some(value) if !value.is_none() => Some(value.as_str().filter(|separator| !separator.is_empty())?),
        _ => None,
    };
    match (separator, times, name) {
        (Some(separator), None, _) => Some(text.split(separator).collect()),
        (Some(separator), Some(times), "split") => Some(text.splitn(times + 1, separator).collect()),
        (Some(separator), Some(times), _) => {
            let mut found: Vec<&str> = text.rsplitn(times + 1, separator).collect();
            found.reverse();
            Some(found)
        }
        (None, None, _) => Some(text.split_whitespace().collect()),
        (None, Some(_), _) => None,
    }
}
