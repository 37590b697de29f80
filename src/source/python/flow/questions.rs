//! What constants answer when they are asked about themselves: where something is in a text, what a text is made of,
//! which number is the largest.

use super::value::{Args, Dict, Kind, Val};
use crate::source::python::syntax::Constant;

/// Items that are taken one by one.
const ITEMS: usize = 4096;

/// The items of something whose items are all known.
pub(super) fn items(value: &Val) -> Option<Vec<Val>> {
    match &value.kind {
        Kind::Seq(seq) if !seq.open => Some(seq.items.clone()),
        Kind::Dict(dict) if !dict.open => Some(dict.entries.iter().map(|(key, _)| key.clone()).collect()),
        Kind::Const(constant) => match &**constant {
            Constant::Str(text) if text.len() <= ITEMS => {
                Some(text.chars().map(|c| Val::text(c.to_string())).collect())
            }
            Constant::Bytes(bytes) if bytes.len() <= ITEMS => {
                Some(bytes.iter().map(|byte| Val::int(i64::from(*byte))).collect())
            }
            _ => None,
        },
        _ => None,
    }
}

/// A dict of the pairs in a list.
pub(super) fn pairs(value: &Val) -> Option<Dict> {
    let Kind::Seq(seq) = &value.kind else { return None };
    let pair = |item: &Val| match &item.kind {
        Kind::Seq(pair) if !pair.open => match pair.items.as_slice() {
            [key, value] => Some((key.clone(), value.clone())),
            _ => None,
        },
        _ => None,
    };
    let entries: Option<Vec<(Val, Val)>> = seq.items.iter().take(ITEMS).map(pair).collect();
    Some(Dict { entries: entries?, open: seq.open })
}

/// A method of a constant text that asks something about it.
pub(super) fn of_text(text: &str, name: &str, args: &Args) -> Option<Val> {
    let truth = |truth: bool| Some(Val::constant(Constant::Bool(truth)));
    let all = |is: fn(char) -> bool| truth(!text.is_empty() && text.chars().all(is));
    match name {
        "isalpha" => all(char::is_alphabetic),
        "isdigit" | "isdecimal" | "isnumeric" => all(char::is_numeric),
        "isalnum" => all(char::is_alphanumeric),
        "isspace" => all(char::is_whitespace),
        "isupper" => truth(text.chars().any(char::is_uppercase) && !text.chars().any(char::is_lowercase)),
        "islower" => truth(text.chars().any(char::is_lowercase) && !text.chars().any(char::is_uppercase)),
        "index" | "find" => {
            let at = text.find(args.pos.first()?.as_str()?).filter(|_| args.pos.len() == 1);
            match at {
                Some(at) => Some(Val::int(i64::try_from(text[..at].chars().count()).ok()?)),
                None => (name == "find" && args.pos.len() == 1).then(|| Val::int(-1)),
            }
        }
        "count" => {
            let part = args.pos.first()?.as_str().filter(|part| !part.is_empty())?;
            Some(Val::int(i64::try_from(text.matches(part).count()).ok()?))
        }
        _ => None,
    }
}

/// A function of Python's about known numbers.
pub(super) fn of_numbers(name: &str, args: &Args) -> Option<Val> {
    let numbers = |values: &[Val]| values.iter().map(Val::as_int).collect::<Option<Vec<i64>>>();
    let given = || match args.pos.as_slice() {
        [one] => numbers(&items(one)?),
        several => numbers(several),
    };
    if !args.named.is_empty() || args.rest.is_some() {
        return None;
    }
    let number = match name {
        "builtins.abs" => args.pos.first()?.as_int()?.checked_abs()?,
        "builtins.min" => given()?.into_iter().min()?,
        "builtins.max" => given()?.into_iter().max()?,
        "builtins.sum" if args.pos.len() == 1 => {
            given()?.into_iter().try_fold(0_i64, |sum, number| sum.checked_add(number))?
        }
        _ => return None,
    };
    Some(Val::int(number))
}
