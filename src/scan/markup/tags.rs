//! What tags load, and where they lead.

use super::check::Said;
use crate::model::{Confidence, Span};
use crate::rules::id;
use crate::source::markup::Page;
use crate::source::markup::html::Tag;

/// Judges the tags of a page.
pub(super) fn judge(text: &str, page: &Page, said: &mut Vec<Said>) {
    let mut form = None;
    for tag in &page.tags {
        if tag.closes {
            if &*tag.name == "form" {
                form = None;
            }
            continue;
        }
        match &*tag.name {
            "script" => asset(text, tag, "src", said),
            "link" if loads(text, tag) => asset(text, tag, "href", said),
            "iframe" | "frame" | "embed" => insecure(text, tag, "src", said),
            "object" => insecure(text, tag, "data", said),
            "a" | "area" => said.extend(blank(text, tag)),
            "form" => {
                form = abroad(text, tag);
                insecure(text, tag, "action", said);
            }
            "input" if tag.value(text, "type").is_some_and(|kind| kind.trim().eq_ignore_ascii_case("password")) => {
                if let Some((span, host)) = form.take() {
                    let message = format!("this form asks for a password and sends it to `{host}`");
                    said.push(Said::new(id::FORM_SENDS_PASSWORD_AWAY, span, Confidence::High, message));
                }
            }
            _ => {}
        }
    }
}

/// Whether a `link` brings something that shapes or runs the page.
fn loads(text: &str, tag: &Tag) -> bool {
    let relation = tag.value(text, "rel").unwrap_or("").to_ascii_lowercase();
    relation.split_whitespace().any(|word| word == "stylesheet" || word == "modulepreload")
}

/// The host of an address on another machine. An address that a template starts is not known.
fn host(address: &str) -> Option<&str> {
    let address = address.trim();
    let after = |scheme: &str| {
        address.get(..scheme.len()).filter(|start| start.eq_ignore_ascii_case(scheme)).map(|_| &address[scheme.len()..])
    };
    let rest = after("https://").or_else(|| after("http://")).or_else(|| after("//"))?;
    let host = &rest[..rest.find(['/', '?', '#', ':']).unwrap_or(rest.len())];
    let own = host.is_empty()
        || host.starts_with(['{', '%', '$'])
        || matches!(host, "localhost" | "127.0.0.1" | "0.0.0.0")
        || host.ends_with(".localhost");
    (!own).then_some(host)
}

fn is_plain(address: &str) -> bool {
    address.trim().get(..7).is_some_and(|start| start.eq_ignore_ascii_case("http://"))
}

/// Hosts of payments, maps, and tests for humans: their scripts change any day, and may not be shipped.
const UNFIXABLE: &[&str] = &[
    "js.stripe.com",
    "www.paypal.com",
    "maps.googleapis.com",
    "www.google.com",
    "www.recaptcha.net",
    "js.hcaptcha.com",
    "challenges.cloudflare.com",
];

/// A script or a style sheet.
fn asset(text: &str, tag: &Tag, name: &str, said: &mut Vec<Said>) {
    let Some(address) = tag.value(text, name) else { return };
    let Some(host) = host(address) else { return };
    if is_plain(address) {
        insecure(text, tag, name, said);
        return;
    }
    // A template may put the checksum there.
    if tag.open_ended || tag.value(text, "integrity").is_some_and(|sum| !sum.trim().is_empty()) {
        return;
    }
    if &*tag.name == "script" {
        if UNFIXABLE.contains(&host) {
            return;
        }
        let message = format!("a script of `{host}` runs in this page, and nothing says what it must be");
        said.push(Said::new(id::REMOTE_SCRIPT, tag.span, Confidence::High, message));
    } else if host != "fonts.googleapis.com" {
        // The answer of that host depends on the browser, so that no checksum fits.
        let message = format!("a style sheet of `{host}` shapes this page, and nothing says what it must be");
        said.push(Said::new(id::REMOTE_STYLE, tag.span, Confidence::High, message));
    }
}

/// Whatever goes over a connection that anybody on the way can change.
fn insecure(text: &str, tag: &Tag, name: &str, said: &mut Vec<Said>) {
    let Some(address) = tag.value(text, name).filter(|address| is_plain(address)) else { return };
    if let Some(host) = host(address) {
        let what = match &*tag.name {
            "form" => "this form is sent to",
            "script" => "this script comes from",
            "link" => "this style sheet comes from",
            _ => "this part of the page comes from",
        };
        let message = format!("{what} `{host}` over plain HTTP, which anybody on the way can read and change");
        said.push(Said::new(id::INSECURE_ASSET, tag.span, Confidence::High, message));
    }
}

/// Where a form sends what is typed, if that is another host.
fn abroad<'t>(text: &'t str, tag: &Tag) -> Option<(Span, &'t str)> {
    host(tag.value(text, "action")?).map(|host| (tag.span, host))
}

/// A link that opens a window, which can then lead this page elsewhere in an old browser.
fn blank(text: &str, tag: &Tag) -> Option<Said> {
    let target = tag.attr("target")?;
    if !tag.value(text, "target")?.trim().eq_ignore_ascii_case("_blank") || tag.open_ended {
        return None;
    }
    let host = host(tag.value(text, "href")?)?;
    let message = format!("this link opens `{host}` in a window that may know which page opened it");
    let said = Said::new(id::BLANK_WITHOUT_NOOPENER, tag.span, Confidence::High, message);
    match tag.attr("rel") {
        None => {
            let value = target.value?;
            let end = value.end + u32::from(target.quote.is_some());
            Some(said.fix("add `rel=\"noopener\"`", Span::new(end, end), " rel=\"noopener\"".to_owned()))
        }
        Some(rel) => {
            let words = tag.value(text, "rel")?.to_ascii_lowercase();
            if rel.dynamic || words.split_whitespace().any(|word| matches!(word, "noopener" | "noreferrer" | "opener"))
            {
                return None;
            }
            let value = rel.value.filter(|value| rel.quote.is_some() && value.end > value.start);
            Some(match value {
                Some(value) => said.fix("add `noopener`", Span::new(value.end, value.end), " noopener".to_owned()),
                None => said,
            })
        }
    }
}
