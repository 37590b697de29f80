//! What a script runs, writes into the page, loads, and goes to.

use super::check::Said;
use crate::model::{Confidence, Span};
use crate::rules::id;
use crate::source::script::flow::{Event, EventKind, Flow, Origins, Text, Value, What};

/// Data that somebody else decides.
const OUTSIDE: Origins = Origins::ADDRESS.with(Origins::WHOLE_ADDRESS).with(Origins::MESSAGE).with(Origins::FOREIGN);
/// Data that somebody else may decide.
const PERHAPS: Origins =
    Origins::INPUT.with(Origins::DATASET).with(Origins::STORAGE).with(Origins::COOKIE).with(Origins::ALL_STORAGE);
/// What a link or another window decides.
const LINK: Origins = Origins::ADDRESS.with(Origins::MESSAGE);

/// Judges every event.
pub(super) fn judge(flow: &Flow, made_by_machine: bool, said: &mut Vec<Said>) {
    // A script that names the checksum of what it loads has thought of it.
    let checked =
        flow.events.iter().any(|event| matches!(&event.kind, EventKind::Set { name, .. } if &**name == "integrity"));
    let judge = Judge { flow, made_by_machine, checked };
    for event in &flow.events {
        judge.event(event, said);
    }
}

struct Judge<'f> {
    flow: &'f Flow,
    made_by_machine: bool,
    checked: bool,
}

/// What happens to a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Sink {
    /// It is run.
    Code,
    /// It becomes part of the page.
    Html,
    /// It is the address of code.
    CodeAddress,
    /// The browser goes there.
    Goes,
}

impl Judge<'_> {
    fn event(&self, event: &Event, said: &mut Vec<Said>) {
        match &event.kind {
            EventKind::Call { name, receiver, args, hidden } => {
                if *hidden && receiver.is_none() && is_telling(name) {
                    let message = format!("`{name}` is called by a name that is put together, so that nobody reads it");
                    said.push(Said {
                        rule: id::SCRIPT_OBFUSCATED,
                        span: event.span,
                        confidence: Confidence::High,
                        message,
                        from: None,
                    });
                }
                let called = called(name, receiver.as_ref(), args);
                if let Some((sink, value)) = called {
                    self.sink(sink, value, name, event.span, said);
                }
                // `list.map(eval)`.
                if args.iter().any(|arg| matches!(arg.as_path(), Some("eval" | "Function")))
                    && let Some(receiver) = receiver
                {
                    self.sink(Sink::Code, receiver, "eval", event.span, said);
                }
            }
            EventKind::Set { object, name, value } => {
                if let Some(sink) = assigned(object.as_ref(), name, value) {
                    self.sink(sink, value, name, event.span, said);
                }
            }
            EventKind::Import(source) => self.sink(Sink::CodeAddress, &Value::text(source), "import", event.span, said),
        }
    }

    fn sink(&self, sink: Sink, value: &Value, name: &str, span: Span, said: &mut Vec<Said>) {
        let (origins, from) = self.flow.origins(value, sink == Sink::Html);
        let data = Data { origins, from, value, name, span };
        match sink {
            Sink::Code => self.code(&data, said),
            Sink::Html => self.html(&data, said),
            Sink::CodeAddress => self.code_address(&data, said),
            Sink::Goes => goes(&data, said),
        }
    }

    fn code(&self, data: &Data<'_>, said: &mut Vec<Said>) {
        let name = data.name;
        if data.value.hidden {
            let message =
                format!("`{name}` runs a text that is decoded or put together first, so that nobody reads it");
            said.push(data.said(id::SCRIPT_OBFUSCATED, Confidence::High, message));
        } else if data.origins.any(OUTSIDE.with(PERHAPS)) {
            let confidence = if data.origins.any(OUTSIDE) { Confidence::High } else { Confidence::Medium };
            let message = format!("`{name}` runs {} as code", told(data.origins));
            said.push(data.said(id::SCRIPT_EVAL_DATA, confidence, message));
        } else if !self.made_by_machine && !self.flow.is_settled(data.value) && is_text_like(data.value, name) {
            if self.flow.is_handed(data.value) {
                let message =
                    format!("`{name}` runs what this function is handed, and no call of it is in this script");
                said.push(data.said(id::SCRIPT_EVAL_GIVEN, Confidence::Low, message));
                return;
            }
            let message = format!("`{name}` runs a text that is not written here");
            said.push(data.said(id::SCRIPT_EVAL, Confidence::Medium, message));
        }
    }

    fn html(&self, data: &Data<'_>, said: &mut Vec<Said>) {
        let name = data.name;
        if let Some(text) = data.value.as_text() {
            if data.value.hidden && (text.contains("<script") || text.contains("javascript:")) {
                let message =
                    format!("`{name}` writes a script that is decoded or put together first, so that nobody reads it");
                said.push(data.said(id::SCRIPT_OBFUSCATED, Confidence::High, message));
            } else if !self.checked
                && let Some(address) = remote_script(text)
            {
                said.push(data.said(id::SCRIPT_REMOTE_CODE, Confidence::High, remote(address)));
            }
        }
        if data.origins.any(OUTSIDE.with(PERHAPS)) {
            let confidence = if data.origins.any(OUTSIDE) { Confidence::High } else { Confidence::Medium };
            let message = format!("`{name}` makes {} part of the page, markup and all", told(data.origins));
            said.push(data.said(id::SCRIPT_HTML_DATA, confidence, message));
        } else if !self.made_by_machine && !self.flow.is_settled(data.value) {
            let message = format!("`{name}` makes a value part of the page that is not written here, markup and all");
            said.push(data.said(id::SCRIPT_HTML, Confidence::Low, message));
        }
    }

    fn code_address(&self, data: &Data<'_>, said: &mut Vec<Said>) {
        let start = data.value.start();
        if data.origins.any(LINK) && !has_own_host(start) {
            let message = format!("{} decides from where `{}` loads code", capital(told(data.origins)), data.name);
            said.push(data.said(id::SCRIPT_EVAL_DATA, Confidence::High, message));
        } else if is_remote(start) && !self.checked {
            said.push(data.said(id::SCRIPT_REMOTE_CODE, Confidence::High, remote(start)));
        } else if start.starts_with("data:")
            && !start.starts_with("data:image")
            && data.value.as_text().is_some_and(|text| text.contains("base64"))
        {
            let message = format!("`{}` runs code that is packed into an address, so that nobody reads it", data.name);
            said.push(data.said(id::SCRIPT_OBFUSCATED, Confidence::Medium, message));
        }
    }
}

struct Data<'v> {
    origins: Origins,
    from: Option<Span>,
    value: &'v Value,
    name: &'v str,
    span: Span,
}

impl Data<'_> {
    fn said(&self, rule: crate::model::RuleId, confidence: Confidence, message: String) -> Said {
        Said { rule, span: self.span, confidence, message, from: self.from }
    }
}

fn goes(data: &Data<'_>, said: &mut Vec<Said>) {
    let start = data.value.start();
    if start.to_ascii_lowercase().starts_with("javascript:") && data.origins.any(OUTSIDE.with(PERHAPS)) {
        let message = format!("`{}` runs {} as code", data.name, told(data.origins));
        said.push(data.said(id::SCRIPT_EVAL_DATA, Confidence::High, message));
    } else if data.origins.any(LINK) && !data.value.safe && !has_own_host(start) {
        let message = format!("{} decides where `{}` leads", capital(told(data.origins)), data.name);
        said.push(data.said(id::SCRIPT_REDIRECT, Confidence::High, message));
    }
}

/// What a call does with which of its values.
fn called<'v>(name: &str, receiver: Option<&'v Value>, args: &'v [Value]) -> Option<(Sink, &'v Value)> {
    let arg = |at: usize| args.get(at);
    let Some(receiver) = receiver else {
        let (name, shift) = match name.strip_suffix(".call").or_else(|| name.strip_suffix(".apply")) {
            Some(name) => (name, 1),
            None => (name, 0),
        };
        return match name {
            "eval" | "execScript" | "$.globalEval" | "jQuery.globalEval" => Some((Sink::Code, arg(shift)?)),
            "Function" => Some((Sink::Code, args.last()?)),
            "setTimeout" | "setInterval" | "setImmediate" => Some((Sink::Code, arg(shift)?)),
            "document.write" | "document.writeln" => {
                Some((Sink::Html, args.iter().max_by_key(|arg| !arg.origins.is_empty())?))
            }
            "$" | "jQuery" => {
                Some((Sink::Html, arg(0)?)).filter(|(_, value)| value.start().trim_start().starts_with('<'))
            }
            "import"
            | "importScripts"
            | "Worker"
            | "SharedWorker"
            | "$.getScript"
            | "jQuery.getScript"
            | "navigator.serviceWorker.register" => Some((Sink::CodeAddress, arg(0)?)),
            "location.assign" | "location.replace" | "open" | "navigation.navigate" => Some((Sink::Goes, arg(0)?)),
            "document.body.insertAdjacentHTML" => Some((Sink::Html, arg(1)?)),
            _ => None,
        };
    };
    let on_query = matches!(receiver.what, What::Query(_));
    match name {
        "insertAdjacentHTML" => Some((Sink::Html, arg(1)?)),
        "createContextualFragment" | "setHTMLUnsafe" => Some((Sink::Html, arg(0)?)),
        "html" | "append" | "prepend" | "after" | "before" | "replaceWith" | "wrap" | "wrapAll" | "wrapInner"
            if on_query =>
        {
            // Elements are put in as they are, only texts become markup.
            Some((Sink::Html, arg(0)?)).filter(|(_, value)| !is_node(value))
        }
        "constructor" if args.len() == 1 => Some((Sink::Code, arg(0)?)).filter(|(_, value)| !value.start().is_empty()),
        "setAttribute" => {
            let attribute = arg(0)?.as_text()?.to_ascii_lowercase();
            let value = arg(1)?;
            match attribute.as_str() {
                "src" if is_element(receiver, "<script>") => Some((Sink::CodeAddress, value)),
                "srcdoc" => Some((Sink::Html, value)),
                "href" | "src" | "action" | "formaction" if is_script_address(value) => Some((Sink::Code, value)),
                name if name.starts_with("on") => Some((Sink::Code, value)),
                _ => None,
            }
        }
        _ => None,
    }
}

/// What an assignment does with its value.
fn assigned(object: Option<&Value>, name: &str, value: &Value) -> Option<Sink> {
    let Some(object) = object else {
        return match name {
            "location" | "location.href" => Some(Sink::Goes),
            "document.body.innerHTML" | "document.body.outerHTML" => Some(Sink::Html),
            _ if name.ends_with(".innerHTML") || name.ends_with(".outerHTML") => Some(Sink::Html),
            _ => None,
        };
    };
    let script = is_element(object, "<script>");
    match name {
        "innerHTML" | "text" | "textContent" | "innerText" if script => Some(Sink::Code),
        "src" if script => Some(Sink::CodeAddress),
        // Styles run nothing.
        "innerHTML" if is_element(object, "<style>") => None,
        "innerHTML" | "outerHTML" | "srcdoc" => Some(Sink::Html),
        "location" => Some(Sink::Goes),
        "href" | "src" | "action" if is_script_address(value) => Some(Sink::Code),
        _ if name.starts_with("on") && matches!(value.text, Text::Whole(_) | Text::Starts(_)) => Some(Sink::Code),
        _ => None,
    }
}

fn is_element(value: &Value, tag: &str) -> bool {
    matches!(&value.what, What::Element(how) if &**how == tag)
}

fn is_node(value: &Value) -> bool {
    matches!(value.what, What::Element(_) | What::Query(_) | What::Function(_))
}

fn is_script_address(value: &Value) -> bool {
    value.start().trim_start().to_ascii_lowercase().starts_with("javascript:")
}

/// Whether what a timer gets is a text; a function that is not known looks the same.
fn is_text_like(value: &Value, name: &str) -> bool {
    let timer = name.starts_with("set") && name != "setAttribute";
    !matches!(value.what, What::Function(_) | What::Path(_)) && (!timer || !value.start().is_empty())
}

/// An address on another host, as code is loaded from.
fn is_remote(start: &str) -> bool {
    let lower = start.trim_start().to_ascii_lowercase();
    ["https://", "http://", "//"].iter().any(|scheme| lower.starts_with(scheme) && lower.len() > scheme.len())
        && !["://localhost", "://127.0.0.1"].iter().any(|host| lower.contains(host))
}

/// Whether the start of an address fixes the host that it leads to.
fn has_own_host(start: &str) -> bool {
    let start = start.trim_start();
    let path = start.starts_with(['/', '?', '#', '.'])
        && !start.starts_with("//")
        && !start.starts_with("/\\")
        && (start.len() > 1 || !start.starts_with('/'));
    let host = start.split_once("://").is_some_and(|(_, rest)| rest.contains(['/', '?', '#']));
    let word = start.split_once(['/', '?']).is_some_and(|(word, _)| {
        !word.is_empty() && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
    });
    path || host || word || start.starts_with("mailto:") || start.starts_with("tel:")
}

/// The address of the first script on another host that a piece of markup loads without a checksum.
fn remote_script(text: &str) -> Option<&str> {
    let at = text.find("<script")?;
    let tag = text[at..].split('>').next()?;
    let (_, source) = tag.split_once("src=")?;
    let source = source.trim_start_matches(['"', '\'', '\\']);
    let source = &source[..source.find(['"', '\'', ' ', '\\']).unwrap_or(source.len())];
    (is_remote(source) && !tag.contains("integrity")).then_some(source)
}

fn remote(address: &str) -> String {
    let short: String = address.chars().take(80).collect();
    format!("code is loaded from `{short}` and run; whoever has that host can change it any time")
}

/// Names that nobody hides without a reason.
fn is_telling(name: &str) -> bool {
    let first = name.split('.').next().unwrap_or(name);
    matches!(
        first,
        "eval"
            | "Function"
            | "fetch"
            | "XMLHttpRequest"
            | "atob"
            | "WebSocket"
            | "Worker"
            | "execScript"
            | "localStorage"
            | "sessionStorage"
            | "importScripts"
    ) || matches!(
        name,
        "document.write" | "document.createElement" | "navigator.sendBeacon" | "setTimeout" | "setInterval"
    )
}

/// What data is, as a noun phrase.
fn told(origins: Origins) -> &'static str {
    for (one, what) in [
        (Origins::FOREIGN, "what another host answers"),
        (Origins::MESSAGE, "a message of any window"),
        (Origins::ADDRESS, "a part of the page's address"),
        (Origins::WHOLE_ADDRESS, "the page's address"),
        (Origins::DATASET, "a `data-` attribute"),
        (Origins::INPUT, "what somebody typed"),
        (Origins::COOKIE, "a cookie"),
    ] {
        if origins.any(one) {
            return what;
        }
    }
    "what the browser has stored"
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}
