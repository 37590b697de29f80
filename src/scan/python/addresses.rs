//! Which hosts are reached, and which pages are served.

use std::collections::BTreeSet;

use super::texts::literals;
use crate::source::python::flow::{Engine, Kind, Val};

/// Values inside one another that are looked at.
const DEEPEST: u8 = 4;
/// Hosts of one place that are told apart.
const HOSTS: usize = 32;

/// The hosts that an address leads to, or that an argument names; `None` when they are not all known. `receiver` is
/// the client whose method is called: it may hold the beginning of the address.
pub(super) fn hosts(
    engine: &Engine<'_, '_>,
    value: Option<&Val>,
    receiver: Option<&Val>,
    address: bool,
) -> Option<BTreeSet<String>> {
    let mut found = BTreeSet::new();
    let value = value?;
    for one in value.alternatives() {
        let host = if address { of_address(engine, one, receiver, DEEPEST) } else { of_name(one) };
        found.extend(host?);
        if found.len() > HOSTS {
            return None;
        }
    }
    (!found.is_empty()).then_some(found)
}

fn of_address(engine: &Engine<'_, '_>, value: &Val, receiver: Option<&Val>, left: u8) -> Option<BTreeSet<String>> {
    if left == 0 {
        return None;
    }
    match &value.kind {
        Kind::Const(_) | Kind::Text(_) => {
            let text = literals(value);
            let text = text.trim_start();
            match text.split_once("://") {
                Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'+') => {
                    let whole = matches!(value.kind, Kind::Const(_));
                    Some(BTreeSet::from([host_of(rest, whole)?]))
                }
                Some(_) => None,
                // A part of an address: the client knows the beginning.
                None if text.starts_with("//") || text.starts_with('\u{0}') => None,
                None => {
                    let client = client(receiver?)?;
                    let base = engine.argument(client, "base_url", None)?;
                    of_address(engine, base, None, left - 1)
                }
            }
        }
        Kind::Made(made) => match engine.path_of(&made.callee)? {
            "urllib.request.Request"
            | "requests.Request"
            | "httpx.URL"
            | "yarl.URL"
            | "urllib.parse.urlparse"
            | "urllib.parse.urlsplit"
            | "builtins.str" => {
                let reference = if engine.path_of(&made.callee) == Some("requests.Request") { 1 } else { 0 };
                let inner = engine.argument(&made.args, "url", Some(reference))?;
                let all: Option<Vec<_>> =
                    inner.alternatives().map(|one| of_address(engine, one, receiver, left - 1)).collect();
                Some(all?.into_iter().flatten().collect())
            }
            // `urljoin(BASE, "/path")`: an address as the second argument would lead elsewhere.
            "urllib.parse.urljoin" => {
                let part = made.args.pos.get(1)?;
                let near = |part: &Val| {
                    let text = literals(part);
                    !text.is_empty() && !text.starts_with(['\u{0}', '\\']) && !text.starts_with("//") && {
                        let start = text.split(['/', '?', '#']).next().unwrap_or_default();
                        !start.contains([':', '\u{0}'])
                    }
                };
                let base = made.args.pos.first()?;
                if part.alternatives().all(near) { of_address(engine, base, receiver, left - 1) } else { None }
            }
            _ => None,
        },
        _ => None,
    }
}

/// `"host"`, `("host", port)`, or an address all the same.
fn of_name(value: &Val) -> Option<BTreeSet<String>> {
    let name = match &value.kind {
        Kind::Seq(seq) => seq.items.first()?,
        _ => value,
    };
    let all: Option<Vec<String>> = name
        .alternatives()
        .map(|one| {
            let text = one.as_str()?;
            host_of(text.split_once("://").map_or(text, |(_, rest)| rest), true)
        })
        .collect();
    Some(all?.into_iter().collect())
}

/// The host at the beginning of what follows `://`. Unless the `whole` text is known, something must end the host.
fn host_of(rest: &str, whole: bool) -> Option<String> {
    let end = rest.find(['/', '?', '#', '\\']);
    let authority = match end {
        Some(end) => &rest[..end],
        None if whole => rest,
        None => return None,
    };
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let (host, port) = host.split_once(':').unwrap_or((host, ""));
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    let is_host =
        !host.is_empty() && host.chars().all(plain) && host.chars().next().is_some_and(|c| c != '.' && c != '-');
    // A port that is not known leaves the host alone.
    let is_port = port.chars().all(|c| c.is_ascii_digit() || c == '\u{0}');
    (is_host && is_port).then(|| host.trim_end_matches('.').to_ascii_lowercase())
}

/// The arguments with which the client of a method was made.
fn client(receiver: &Val) -> Option<&crate::source::python::flow::Args> {
    match &receiver.kind {
        Kind::Made(made) => Some(&made.args),
        Kind::Method(_, holder) => client(holder),
        _ => None,
    }
}

/// The address of a page when it is one of the administration. `receiver` is the blueprint whose route it is.
pub(super) fn page(engine: &Engine<'_, '_>, value: Option<&Val>, receiver: Option<&Val>) -> Option<String> {
    let prefix = receiver
        .and_then(client)
        .and_then(|args| engine.argument(args, "url_prefix", None))
        .map(literals)
        .unwrap_or_default();
    value?.alternatives().find_map(|value| {
        let page = format!("{}{}", prefix.trim_end_matches('/'), literals(value));
        let rest = page.strip_prefix("/admin")?;
        (rest.is_empty() || rest.starts_with('/')).then(|| page.replace('\u{0}', "…"))
    })
}
