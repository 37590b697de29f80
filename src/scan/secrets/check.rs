//! The secrets of one file: found, compared with one another, and reported without repeating them.

use std::ops::Range;

use super::formats::{FORMATS, Format};
use super::masked::{covered, named};
use super::placeholder::is_placeholder;
use super::search::{Hit, search};
use super::values::Writing;
use super::{keys, prose, urls, values};
use crate::model::{Confidence, Finding, Plugin, PluginFile, RuleId, Span};
use crate::rules::id;

/// Secrets that are reported in one file.
const MOST: usize = 30;

/// What was found, before it is compared with the rest.
struct Secret {
    rule: RuleId,
    range: Range<usize>,
    confidence: Confidence,
    message: String,
    prose: Prose,
}

/// What a secret means in a text for people.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Prose {
    /// The same as anywhere.
    Counts,
    /// An example in documentation; in a comment it may be a line that was real once.
    QuietInDocuments,
    /// An example.
    Quiet,
}

/// Whether a whole text is a token of a known service.
pub(in crate::scan) fn is_token(text: &str) -> bool {
    let mut found = false;
    search(text, |hit, at| {
        found |= at.start == 0 && matches!(hit, Hit::Format(which) if token(text, at, &FORMATS[which]).is_some());
    });
    found
}

/// Finds the secrets in a text.
pub(in crate::scan) fn check(plugin: &Plugin, file: &PluginFile, text: &str, found: &mut Vec<Finding>) {
    let writing = writing(file);
    let trial = is_trial(file.path.as_str());
    let mut secrets: Vec<Secret> = Vec::new();
    // The end of the last private key, whose lines hold anything.
    let mut quiet = 0;
    search(text, |hit, at| {
        if at.start < quiet {
            return;
        }
        let secret = match hit {
            Hit::Format(which) => token(text, at, &FORMATS[which]),
            Hit::Key => keys::private_key(text, at.start).map(|(end, what)| {
                quiet = end;
                let message = format!("{what} is written into this file, and goes wherever the plugin goes");
                Secret {
                    rule: id::PRIVATE_KEY,
                    range: at.start..end,
                    confidence: Confidence::High,
                    message,
                    prose: Prose::Counts,
                }
            }),
            Hit::Jwt => {
                keys::web_token(text, at.start).filter(|end| !is_placeholder(&text[at.start..*end])).map(|end| {
                    let message =
                        format!("a JSON Web Token, {}, is written into this file", named(&text[at.start..end]));
                    Secret {
                        rule: id::SECRET_TOKEN,
                        range: at.start..end,
                        confidence: Confidence::Medium,
                        message,
                        prose: Prose::QuietInDocuments,
                    }
                })
            }
            Hit::Address => urls::password(text, at.end).filter(|found| !(found.local && trial)).map(|found| {
                let confidence = if found.local { Confidence::Low } else { Confidence::High };
                let message = "a password is part of this address".to_owned();
                let prose = if found.local || found.weak { Prose::Quiet } else { Prose::QuietInDocuments };
                Secret { rule: id::CREDENTIALS_IN_URL, range: found.start..found.end, confidence, message, prose }
            }),
            Hit::Word if trial || writing.is_none() => None,
            Hit::Word => values::beside(text, at, writing.unwrap_or(Writing::Code)).map(|found| {
                let (key, value) = (&text[found.key.0..found.key.1], &text[found.start..found.end]);
                let message = match found.random {
                    true => format!("`{key}` gets a fixed value that looks like a real secret: {}", named(value)),
                    false => format!("`{key}` gets a fixed value, {}", named(value)),
                };
                Secret {
                    rule: id::SECRET_VALUE,
                    range: found.start..found.end,
                    confidence: Confidence::Medium,
                    message,
                    prose: Prose::QuietInDocuments,
                }
            }),
        };
        secrets.extend(secret);
    });
    if secrets.is_empty() {
        return;
    }
    let mut secrets = distinct(secrets);
    if secrets.iter().any(|secret| secret.prose != Prose::Counts) {
        let places = prose::of(file, text);
        secrets.retain(|secret| {
            secret.prose == Prose::Counts || !places.has(secret.range.start, secret.prose == Prose::Quiet)
        });
    }
    let spans: Vec<Span> = secrets.iter().map(|secret| Span::of(secret.range.clone())).collect();
    let shown = covered(text, &spans);
    for (secret, span) in secrets.into_iter().zip(spans).take(MOST) {
        let mut finding = Finding::at(secret.rule, plugin, file, span, secret.message).confidence(secret.confidence);
        finding.place.source = Some(shown.clone());
        found.push(finding.label("known to everybody who has the plugin"));
    }
}

/// A token of one format whose prefix stands at `at`.
fn token(text: &str, at: Range<usize>, format: &Format) -> Option<Secret> {
    let bytes = text.as_bytes();
    let inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if at.start > 0 && inside(bytes[at.start - 1]) && format.prefix.as_bytes()[0].is_ascii_alphanumeric() {
        return None;
    }
    let (least, most) = format.length;
    let mut length = bytes[at.end..].iter().take(most + 1).take_while(|byte| format.chars.has(**byte)).count();
    while length > 0 && bytes[at.end + length - 1] == b'.' {
        length -= 1;
    }
    let end = at.end + length;
    let goes_on = bytes.get(end).is_some_and(|byte| inside(*byte));
    if !(least..=most).contains(&length) || goes_on {
        return None;
    }
    let (whole, rest) = (&text[at.start..end], &text[at.end..end]);
    // Words with dashes are names, whatever they start with.
    let wordy = least > 12 && !rest.bytes().any(|byte| byte.is_ascii_digit());
    if wordy || !rest.contains(format.holds) || is_placeholder(whole) {
        return None;
    }
    let confidence = match format.checksum {
        Some(checksum) if !checksum.holds(rest) => Confidence::Medium,
        _ if format.prefix.len() < 4 => Confidence::Medium,
        _ => Confidence::High,
    };
    let message = format!("{}, {}, is written into this file", format.what, named(whole));
    Some(Secret { rule: id::SECRET_TOKEN, range: at.start..end, confidence, message, prose: Prose::Counts })
}

/// Of secrets that overlap, the one whose kind is best known.
fn distinct(mut secrets: Vec<Secret>) -> Vec<Secret> {
    let rank = |secret: &Secret| match secret.rule {
        id::PRIVATE_KEY => 0,
        id::SECRET_TOKEN => 1,
        id::CREDENTIALS_IN_URL => 2,
        _ => 3,
    };
    secrets.sort_by_key(|secret| (rank(secret), secret.range.start, usize::MAX - secret.range.end));
    let mut kept: Vec<Secret> = Vec::new();
    for secret in secrets {
        if kept.len() < 4 * MOST
            && kept.iter().all(|other| secret.range.end <= other.range.start || other.range.end <= secret.range.start)
        {
            kept.push(secret);
        }
    }
    kept.sort_by_key(|secret| secret.range.start);
    kept
}

/// How values are written in a file; `None` where names and values mean something else.
fn writing(file: &PluginFile) -> Option<Writing> {
    let name = file.path.file_name().to_lowercase();
    if name.starts_with(".env") || matches!(name.as_str(), ".npmrc" | ".pypirc" | ".netrc" | "_netrc") {
        return Some(Writing::Settings);
    }
    match name.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "env" | "ini" | "cfg" | "conf" | "properties" | "yaml" | "yml" | "toml" | "json" => Some(Writing::Settings),
        "lock" | "map" | "po" | "pot" | "svg" | "csv" | "tsv" | "md" | "rst" | "css" => None,
        _ => Some(Writing::Code),
    }
}

/// Tests and examples need values, and invent them.
fn is_trial(path: &str) -> bool {
    path.split('/').any(|part| {
        let part = part.to_lowercase();
        matches!(
            part.as_str(),
            "test"
                | "tests"
                | "testing"
                | "examples"
                | "example"
                | "docs"
                | "doc"
                | "fixtures"
                | "locale"
                | "locales"
                | "translations"
        ) || part.starts_with("test_")
            || part.ends_with("_test.py")
            || part.contains(".example")
            || part.contains(".sample")
    })
}
