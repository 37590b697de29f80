//! What goes to a browser, and where: the answers of views, their headers, and hosts that are near.

use super::leaks::roots;
use super::texts::markup;
use crate::source::python::flow::{Engine, Kind, Val};

/// Whether one of the headers in a dict holds data from outside.
pub(super) fn headers(value: &Val, is: impl Fn(&str, &Val) -> bool) -> bool {
    let Kind::Dict(dict) = &value.kind else { return false };
    let mut entries = dict.entries.iter();
    entries.any(|(key, value)| !value.origins().is_empty() && key.as_str().is_some_and(|key| is(key, value)))
}

/// The end of a tuple that a view returns: its headers, if it is a dict.
pub(super) fn last_of(value: &Val) -> Option<&Val> {
    match &value.kind {
        Kind::Seq(seq) if seq.items.len() > 1 => seq.items.last(),
        _ => None,
    }
}

/// Whether headers say that what they belong to is no page: `{"Content-Type": "text/csv"}`.
fn is_no_page(headers: &Val) -> bool {
    let Kind::Dict(dict) = &headers.kind else { return false };
    dict.entries.iter().any(|(key, value)| {
        let names_type = key.as_str().is_some_and(|key| key.eq_ignore_ascii_case("content-type"));
        names_type && value.as_str().is_some_and(|kind| !["html", "svg", "xml"].iter().any(|page| kind.contains(page)))
    })
}

/// Whether what follows `http://` is this machine, or one of the same network: a name without a dot, a private address.
pub(super) fn is_near(rest: &str) -> bool {
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or(rest);
    let private =
        host.starts_with("10.") || host.starts_with("192.168.") || host.starts_with("127.") || host == "0.0.0.0";
    let local = [".local", ".internal", ".localhost", ".test"].iter().any(|end| host.ends_with(end));
    rest.starts_with("[::1]")
        || !host.contains('\u{0}') && !host.is_empty() && (!host.contains('.') || private || local)
}

/// Whether what a view returns is a text that a browser takes for HTML.
pub(super) fn response(engine: &Engine<'_, '_>, value: &Val) -> bool {
    let of = |value: &Val| response(engine, value);
    match &value.kind {
        Kind::Text(_) | Kind::Item(_) | Kind::Method(..) | Kind::Path(_) => true,
        // A part of the address, as it is.
        Kind::Unknown => roots(value).into_iter().any(|root| root.starts_with("route parameter")),
        Kind::Seq(_) if last_of(value).is_some_and(is_no_page) => false,
        // A generator: any of its pieces. A tuple: the body comes first.
        Kind::Seq(seq) if seq.open => seq.items.iter().any(|body| !body.origins().is_empty() && of(body)),
        Kind::Seq(seq) => seq.items.first().is_some_and(|body| !body.origins().is_empty() && of(body)),
        Kind::Union(members) => members.iter().any(of),
        Kind::Made(made) => match &made.callee.kind {
            // `page.replace("</body>", f"<b>{name}</b></body>")`
            Kind::Attr(pair) => {
                of(&pair.0)
                    || matches!(pair.0.kind, Kind::Const(_))
                    || made.args.pos.iter().any(|arg| arg.alternatives().any(markup))
            }
            Kind::Path(path) if engine.text_of(*path) == "flask.stream_with_context" => made.args.values().any(of),
            Kind::Path(_) | Kind::Method(..) => !made.callee.origins().is_empty(),
            _ => false,
        },
        _ => false,
    }
}
