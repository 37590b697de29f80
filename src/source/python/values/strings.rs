//! Methods of texts and bytes: folded for constants, typed for the rest.

use super::args::Args;
use super::fold::TEXT_LIMIT;
use super::interp::Interp;
use super::state::Obj;
use super::value::{At, Ty, Val};
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
            "split" => {
                let parts: Vec<&str> = match arg(0) {
                    Some(separator) if args.pos.len() == 1 && !separator.is_empty() => text.split(separator).collect(),
                    None if args.pos.is_empty() && args.named.is_empty() => text.split_whitespace().collect(),
                    _ => return None,
                };
                if parts.len() > 1_024 {
                    return None;
                }
                let items = parts.into_iter().map(|part| Val::text(part, at)).collect();
                return Some(self.new_obj(Obj::List { items, open: false, is_set: false }, at));
            }
            _ => return None,
        };
        (folded.len() <= TEXT_LIMIT).then(|| Val::text(folded, at))
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
