//! What a script sends to other hosts.

use super::check::Said;
use crate::model::{Confidence, Span};
use crate::rules::id;
use crate::source::script::flow::{EventKind, Flow, Origins, Value, What};

/// What nobody else may see.
const SECRET: Origins = Origins::COOKIE.with(Origins::ALL_STORAGE).with(Origins::PASSWORD).with(Origins::KEYS);
/// What belongs to the visitor.
const PRIVATE: Origins = Origins::STORAGE.with(Origins::INPUT).with(Origins::FORM);

/// Judges everything that leaves the page.
pub(super) fn judge(flow: &Flow, said: &mut Vec<Said>) {
    for event in &flow.events {
        match &event.kind {
            EventKind::Call { name, receiver, args, .. } => {
                if let Some(address) = address(name, receiver.as_ref(), args, flow) {
                    sent(flow, &address, args, event.span, said);
                }
            }
            EventKind::Set { object, name, value } => {
                let loads = matches!(&**name, "src" | "href" | "action") && object.is_some();
                let goes = object.is_none() && matches!(&**name, "location" | "location.href");
                if loads || goes {
                    sent(flow, value.start(), std::slice::from_ref(value), event.span, said);
                }
            }
            EventKind::Import(_) => {}
        }
    }
}

/// The address that a call sends to.
fn address(name: &str, receiver: Option<&Value>, args: &[Value], flow: &Flow) -> Option<String> {
    let first = || args.first().map(|value| value.start().to_owned());
    let Some(receiver) = receiver else {
        return match name {
            "fetch"
            | "navigator.sendBeacon"
            | "WebSocket"
            | "EventSource"
            | "axios.get"
            | "axios.post"
            | "axios.put"
            | "axios.request"
            | "$.get"
            | "$.post"
            | "$.getJSON"
            | "jQuery.get"
            | "jQuery.post"
            | "open"
            | "location.assign"
            | "location.replace" => first(),
            "$.ajax" | "jQuery.ajax" | "axios" => {
                let options = args.first()?;
                Some(
                    flow.member(options, "url")
                        .map_or_else(|| options.start().to_owned(), |url| url.start().to_owned()),
                )
            }
            _ => None,
        };
    };
    match (&receiver.what, name) {
        (What::Made("xhr", _), "open") => args.get(1).map(|value| value.start().to_owned()),
        (What::Made("xhr" | "socket", address), "send") => Some(address.to_string()),
        (What::Element(_), "setAttribute") if matches!(args.first()?.as_text(), Some("src" | "href" | "action")) => {
            args.get(1).map(|value| value.start().to_owned())
        }
        _ => None,
    }
}

fn sent(flow: &Flow, address: &str, args: &[Value], span: Span, said: &mut Vec<Said>) {
    let Some(host) = foreign_host(address) else { return };
    let mut origins = Origins::NONE;
    let mut from = None;
    for arg in args {
        let (more, place) = flow.origins(arg, false);
        if more.any(SECRET.with(PRIVATE)) {
            from = from.or(place);
        }
        origins = origins.with(more);
    }
    if origins.any(SECRET) {
        let message = format!("{} is sent to `{host}`", told(origins));
        said.push(Said { rule: id::SCRIPT_EXFILTRATION, span, confidence: Confidence::High, message, from });
    } else if origins.any(PRIVATE) {
        let message = format!("{} is sent to `{host}`", told(origins));
        said.push(Said { rule: id::SCRIPT_DATA_ABROAD, span, confidence: Confidence::Medium, message, from });
    }
}

/// The host that an address leads to, if it is another one.
fn foreign_host(address: &str) -> Option<&str> {
    let address = address.trim_start();
    let rest = ["https://", "http://", "wss://", "ws://", "//"].iter().find_map(|scheme| {
        let head = address.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then(|| &address[scheme.len()..])
    })?;
    let host = rest.split(['/', ':', '?', '#']).next().unwrap_or("");
    (!host.is_empty() && !matches!(host, "localhost" | "127.0.0.1")).then_some(host)
}

fn told(origins: Origins) -> &'static str {
    for (one, what) in [
        (Origins::COOKIE, "the page's cookies"),
        (Origins::PASSWORD, "a password"),
        (Origins::KEYS, "what is typed, key by key,"),
        (Origins::ALL_STORAGE, "everything that the browser has stored for the site"),
        (Origins::STORAGE, "something that the browser has stored for the site"),
        (Origins::FORM, "what a form holds"),
    ] {
        if origins.any(one) {
            return what;
        }
    }
    "what somebody typed"
}
