//! What the browser's own objects give.

use std::rc::Rc;

use super::engine::EventKind;
use super::value::{Origins, Text, Value, What};
use crate::model::Span;

/// Bytes of a text that is decoded.
pub(super) const MOST_TEXT: usize = 64 * 1024;
/// Bytes of a text that is put together.
pub(super) const MOST_JOINED: usize = 1024;
/// Bytes of all texts that are decoded or put together.
pub(super) const ALL_TEXT: usize = 8 * 1024 * 1024;
/// Elements of an array that are told apart.
pub(super) const MOST_ELEMENTS: usize = 2_000;
/// Bytes of a global path.
const MOST_PATH: usize = 200;

/// Names of the object that holds everything global.
const EVERYTHING: &[&str] =
    &["window", "self", "globalThis", "top", "parent", "frames", "global", "document.defaultView"];

/// Whether a path is that of the object that holds everything.
pub(super) fn is_everything(path: &str) -> bool {
    EVERYTHING.contains(&path)
}

/// A path without what it need not say.
pub(super) fn plain_path(path: &str) -> String {
    let mut path = path;
    loop {
        let shorter = EVERYTHING.iter().find_map(|name| path.strip_prefix(name)?.strip_prefix('.'));
        match shorter {
            Some(rest) if !rest.is_empty() => path = rest,
            _ => break,
        }
    }
    let path = path.strip_prefix("document.").filter(|rest| rest.split('.').next() == Some("location")).unwrap_or(path);
    path.to_owned()
}

/// A member of something global.
pub(super) fn member_of_path(path: &str, name: &str, span: Span, hidden: bool) -> Value {
    if is_everything(path) && name == "name" {
        return Value::data(Origins::ADDRESS, span);
    }
    let whole = plain_path(&format!("{path}.{name}"));
    let origins = match whole.as_str() {
        "location.hash" | "location.search" => Origins::ADDRESS,
        "location.href" | "document.URL" | "document.documentURI" | "document.baseURI" | "document.referrer" => {
            Origins::WHOLE_ADDRESS
        }
        "document.cookie" => Origins::COOKIE,
        "history.state" => Origins::NONE,
        _ if path == "localStorage" || path == "sessionStorage" => match name {
            "getItem" | "setItem" | "removeItem" | "clear" | "key" | "length" => Origins::NONE,
            _ => Origins::STORAGE,
        },
        _ => Origins::NONE,
    };
    if !origins.is_empty() {
        return Value::data(origins, span);
    }
    if matches!(
        whole.as_str(),
        "location.host" | "location.hostname" | "location.origin" | "location.protocol" | "location.port"
    ) || name == "length"
    {
        return Value::harmless();
    }
    if matches!(
        whole.as_str(),
        "document.body"
            | "document.head"
            | "document.documentElement"
            | "document.activeElement"
            | "document.currentScript"
    ) {
        return Value { what: What::Element(name.into()), ..Value::unknown() };
    }
    if whole == "location.pathname" {
        return Value { text: Text::Starts("/…".into()), ..Value::unknown() };
    }
    if whole.len() > MOST_PATH {
        return Value::unknown();
    }
    Value { what: What::Path(whole.into()), hidden, ..Value::unknown() }
}

/// What the user typed into an element that was found so.
pub(super) fn typed(how: &str) -> Origins {
    if how.to_ascii_lowercase().contains("passw") { Origins::PASSWORD.with(Origins::INPUT) } else { Origins::INPUT }
}

/// A member of an element.
pub(super) fn member_of_element(how: &Rc<str>, name: &str, span: Span) -> Value {
    match name {
        // The markup of an element that was just made of text: how pages escape without a library.
        "innerHTML" if how.starts_with('<') => Value::harmless(),
        "value" => Value::data(typed(how), span),
        "dataset" => Value::data(Origins::DATASET, span),
        "parentElement"
        | "parentNode"
        | "firstChild"
        | "firstElementChild"
        | "lastChild"
        | "lastElementChild"
        | "nextElementSibling"
        | "previousElementSibling"
        | "nextSibling"
        | "children"
        | "childNodes"
        | "options"
        | "rows"
        | "content"
        | "form"
        | "elements" => Value::of(What::Element(name.into())),
        "length" | "id" | "tagName" | "offsetHeight" | "offsetWidth" | "clientWidth" | "clientHeight" | "scrollTop"
        | "checked" | "disabled" | "selectedIndex" => Value::harmless(),
        _ => Value::unknown(),
    }
}

/// A member of an event.
pub(super) fn member_of_event(kind: &str, name: &str, span: Span, event: &Value) -> Value {
    match (kind, name) {
        ("message", "data") => Value { params: event.params.clone(), ..Value::data(Origins::MESSAGE, span) },
        (_, "target" | "currentTarget" | "srcElement") => Value::of(What::Element(kind.into())),
        ("keydown" | "keyup" | "keypress", "key" | "code" | "keyCode" | "which" | "charCode") => {
            Value::data(Origins::KEYS, span)
        }
        ("hashchange", "newURL" | "oldURL") => Value::data(Origins::ADDRESS, span),
        ("input" | "beforeinput", "data") | ("paste", "clipboardData") => Value::data(Origins::INPUT, span),
        _ => Value::unknown(),
    }
}

/// A member of something that was made.
pub(super) fn member_of_made(what: &str, _detail: &str, name: &str, object: &Value) -> Value {
    match (what, name) {
        ("xhr", "responseText" | "response" | "responseXML") | ("response", "body") => object.reshaped(),
        ("url", "host" | "hostname" | "origin" | "protocol" | "port") => Value::harmless(),
        ("url", _) => Value { unknown: true, ..object.reshaped() },
        (_, "length" | "size" | "status") => Value::harmless(),
        _ => Value { unknown: true, ..object.reshaped() },
    }
}

/// Whether an address is one of another host, by how it starts: `None` when that is not known.
pub(super) fn is_foreign(start: &str) -> Option<bool> {
    let start = start.trim_start();
    let lower = start.get(..start.len().min(8)).unwrap_or("").to_ascii_lowercase();
    let host = |scheme: &str| {
        let host = start[scheme.len()..].split(['/', ':', '?', '#']).next().unwrap_or("");
        !host.is_empty() && !matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0" | "[")
    };
    for scheme in ["https://", "http://", "wss://", "ws://", "//"] {
        if lower.starts_with(scheme) {
            return Some(host(scheme));
        }
    }
    (!start.is_empty()).then_some(false)
}

/// Calls of something global that a rule may ask about, by the last part of the path.
const CALLS: &[&str] = &[
    "eval",
    "execScript",
    "globalEval",
    "Function",
    "setTimeout",
    "setInterval",
    "setImmediate",
    "write",
    "writeln",
    "$",
    "jQuery",
    "import",
    "importScripts",
    "Worker",
    "SharedWorker",
    "getScript",
    "register",
    "assign",
    "replace",
    "open",
    "navigate",
    "insertAdjacentHTML",
    "fetch",
    "sendBeacon",
    "WebSocket",
    "EventSource",
    "get",
    "post",
    "put",
    "request",
    "getJSON",
    "ajax",
    "axios",
    "call",
    "apply",
];

/// Methods that a rule may ask about.
const METHODS: &[&str] = &[
    "insertAdjacentHTML",
    "createContextualFragment",
    "setHTMLUnsafe",
    "html",
    "append",
    "prepend",
    "after",
    "before",
    "replaceWith",
    "wrap",
    "wrapAll",
    "wrapInner",
    "constructor",
    "setAttribute",
    "open",
    "send",
    "",
];

/// Members that a rule may ask about.
const MEMBERS: &[&str] = &[
    "location",
    "href",
    "src",
    "action",
    "innerHTML",
    "outerHTML",
    "srcdoc",
    "text",
    "textContent",
    "innerText",
    "integrity",
];

fn last(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}

/// Whether a rule may ask about an event.
pub(super) fn matters(kind: &EventKind) -> bool {
    match kind {
        EventKind::Call { name, receiver, args, hidden } => {
            let known = if receiver.is_some() { METHODS.contains(&&**name) } else { CALLS.contains(&last(name)) };
            *hidden || known || args.iter().any(|arg| matches!(arg.as_path(), Some("eval" | "Function")))
        }
        EventKind::Set { name, .. } => {
            let last = last(name);
            MEMBERS.contains(&last) || last.starts_with("on")
        }
        EventKind::Import(_) => true,
    }
}
