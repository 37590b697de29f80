//! How things were set up that a call works with: a parser, a query, the sites that may read answers.

use crate::source::python::flow::{Dict, Engine, Kind, Val};
use crate::source::python::syntax::Constant;

/// Values inside one another that are looked at.
const DEEPEST: u8 = 12;

/// Whether a parser of lxml was told to resolve entities or to load what a document names.
pub(super) fn open_parser(engine: &Engine<'_, '_>, value: &Val) -> bool {
    let Kind::Made(made) = &value.kind else { return false };
    let told = |name: &str, wanted: bool| {
        engine.argument(&made.args, name, None).is_some_and(|value| {
            value.alternatives().any(|value| match value.as_const() {
                Some(Constant::Bool(truth)) => *truth == wanted,
                Some(Constant::Int(number)) => (*number != 0) == wanted,
                _ => false,
            })
        })
    };
    matches!(engine.path_of(&made.callee), Some("lxml.etree.XMLParser" | "lxml.etree.XMLPullParser"))
        && (told("resolve_entities", true) || told("load_dtd", true) || told("no_network", false))
}

/// Whether a value is a query of an object mapper: `User.query.filter_by(…)`, `session.query(User)`.
pub(super) fn query(engine: &Engine<'_, '_>, value: &Val, left: u8) -> bool {
    if left == 0 {
        return false;
    }
    let name = |value: &Val| engine.name_of(value).and_then(|name| name.rsplit('.').next().map(str::to_owned));
    match &value.kind {
        Kind::Made(made) => {
            matches!(name(&made.callee).as_deref(), Some("query" | "filter_by" | "filter" | "where"))
                || match &made.callee.kind {
                    Kind::Attr(pair) => query(engine, &pair.0, left - 1),
                    Kind::Method(_, holder) => query(engine, holder, left - 1),
                    _ => false,
                }
        }
        Kind::Attr(_) | Kind::Path(_) | Kind::Method(..) => name(value).as_deref() == Some("query"),
        Kind::Union(members) => members.iter().any(|member| query(engine, member, left - 1)),
        _ => false,
    }
}

/// Whether a value is a picture of Pillow.
pub(super) fn is_image(engine: &Engine<'_, '_>, value: &Val, left: u8) -> bool {
    let Some(left) = left.checked_sub(1) else { return false };
    match &value.kind {
        Kind::Made(made) => {
            engine.path_of(&made.callee).is_some_and(|path| path.starts_with("PIL.Image."))
                || is_image(engine, &made.callee, left)
        }
        Kind::Method(_, holder) => is_image(engine, holder, left),
        Kind::Attr(pair) => is_image(engine, &pair.0, left),
        Kind::Union(members) => members.iter().any(|member| is_image(engine, member, left)),
        _ => false,
    }
}

/// Whether a value is a query.
pub(super) fn is_query(engine: &Engine<'_, '_>, value: &Val) -> bool {
    query(engine, value, DEEPEST)
}

/// Whether a value is an object with attributes of its own, or has one in it.
pub(super) fn objects(value: &Val) -> bool {
    value.alternatives().any(|value| match &value.kind {
        Kind::Instance(_) | Kind::Class(_) | Kind::Func(..) | Kind::Module(_) | Kind::Path(_) => true,
        Kind::Dict(dict) => {
            dict.entries.iter().any(|(_, value)| matches!(value.kind, Kind::Instance(_) | Kind::Path(_)))
        }
        _ => false,
    })
}

/// Whether every site is among these: `"*"`, a pattern that matches all, a list with one of them, or a table of
/// addresses with such a list.
pub(super) fn any_origin(value: &Val) -> bool {
    value.alternatives().any(|value| match &value.kind {
        Kind::Const(_) => value.as_str().is_some_and(|text| {
            matches!(
                text.trim().trim_start_matches('^').trim_end_matches('$'),
                "*" | ".*" | ".+" | "https?://.*" | "http.*"
            )
        }),
        Kind::Seq(seq) => seq.items.iter().any(|item| item.as_str().is_some() && any_origin(item)),
        Kind::Dict(dict) => dict.entries.iter().any(|(_, options)| match &options.kind {
            Kind::Dict(options) => option(options, "origins").is_none_or(any_origin),
            _ => false,
        }),
        _ => false,
    })
}

/// Whether a table of addresses lets every site read one of them with credentials.
pub(super) fn open_resources(value: &Val) -> bool {
    value.alternatives().any(|value| match &value.kind {
        Kind::Dict(dict) => dict.entries.iter().any(|(_, options)| match &options.kind {
            Kind::Dict(options) => {
                option(options, "supports_credentials")
                    .is_some_and(|told| told.as_const() == Some(&Constant::Bool(true)))
                    && option(options, "origins").is_none_or(any_origin)
            }
            _ => false,
        }),
        _ => false,
    })
}

fn option<'v>(options: &'v Dict, name: &str) -> Option<&'v Val> {
    options.entries.iter().rev().find(|(key, _)| key.as_str() == Some(name)).map(|(_, value)| value)
}
