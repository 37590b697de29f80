//! The formats of texts in a manifest: what is accepted, and the same as a pattern for the JSON Schema.

use super::versions;
use crate::model::Capability;

/// A format of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// Any text.
    Free,
    /// One visible line: not blank, no control or direction-changing characters.
    Line,
    /// As `Line`, but line breaks and tabs are welcome.
    Prose,
    /// The plugin's own version, by SemVer 2.0.0.
    Release,
    /// A plain PEP 440 version.
    Bound,
    /// A PEP 440 specifier set.
    Range,
    /// The directory name of a plugin.
    Directory,
    /// A permission of the fixed list, or `network:` with a host.
    Permission,
    /// An absolute `http` or `https` address.
    Url,
    /// Lower-case words with hyphens.
    Kebab,
    /// An SPDX expression; its syntax is beyond a pattern.
    License,
    /// Two numbers with a point.
    ApiVersion,
    /// An address, or a path inside the plugin.
    Picture,
}

/// Characters that no text should hold, as they stand in a character class of a pattern: controls other than
/// line breaks and tabs, characters that turn the direction of writing, and the byte order mark.
const HIDDEN: &str = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff";
/// What one line should not hold either. Prose in some scripts needs the invisible ones.
const UNSEEN: &str = r"\t\n\r\u200b\u200e\u200f\u2060";
/// Spaces of Unicode, likewise.
const SPACES: &str = r" \u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000";

/// Whether a character is one that neither `Line` nor `Prose` accepts.
pub(crate) const fn is_hidden(c: char) -> bool {
    matches!(c,
        '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Whether a character is one that `Prose` accepts and `Line` does not.
pub(crate) const fn is_unseen(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2060}')
}

/// Whether a text shows nothing.
pub(crate) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_hidden(c) || is_unseen(c))
}

impl Format {
    /// Whether a text has the format. Equal to what [`Format::pattern`] matches, which a test makes sure of.
    pub(crate) fn accepts(self, text: &str) -> bool {
        match self {
            Self::Free | Self::License => true,
            Self::Line => !is_blank(text) && !text.contains(|c| is_hidden(c) || is_unseen(c)),
            Self::Prose => !is_blank(text) && !text.contains(is_hidden),
            Self::Release => semver::Version::parse(&versions::clamp_digits(text)).is_ok(),
            Self::Bound => is_ascii_trimmed(text) && versions::parse_plain(text).is_ok(),
            Self::Range => {
                let odd = |c: char| c != ' ' && (c.is_whitespace() || c.is_ascii_control());
                is_ascii_trimmed(text) && !text.contains(odd) && versions::parse_range(text).is_ok()
            }
            Self::Directory => {
                let rest = text.strip_prefix(|c: char| c.is_ascii_alphanumeric());
                rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-".contains(&byte)))
            }
            Self::Permission => Capability::from_name(text).is_some() || is_network(text),
            Self::Url => is_url(text),
            Self::Kebab => text.split('-').all(|part| {
                !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
            }),
            Self::ApiVersion => text.split_once('.').is_some_and(|(major, minor)| is_digits(major) && is_digits(minor)),
            Self::Picture => is_url(text) || is_inner_path(text),
        }
    }

    /// The pattern for the JSON Schema, where there is one.
    pub(crate) fn pattern(self) -> Option<String> {
        Some(match self {
            Self::Free | Self::License | Self::Permission => return None,
            Self::Line => format!(r"^[^{HIDDEN}{UNSEEN}]*[^{HIDDEN}{UNSEEN}{SPACES}][^{HIDDEN}{UNSEEN}]*$"),
            Self::Prose => format!(r"^[^{HIDDEN}]*[^{HIDDEN}{UNSEEN}{SPACES}][^{HIDDEN}]*$"),
            Self::Release => {
                let number = "(?:0|[1-9][0-9]*)";
                let label = "(?:0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)";
                let word = "[0-9A-Za-z-]+";
                format!(r"^{number}\.{number}\.{number}(?:-{label}(?:\.{label})*)?(?:\+{word}(?:\.{word})*)?$")
            }
            Self::Bound => format!("^{}{}$", public_version(), local_version()),
            Self::Range => {
                let (public, local) = (public_version(), local_version());
                let release = r"[vV]?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*";
                let two = r"[vV]?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)+";
                let tail = version_tail();
                let clause = format!(
                    r"(?:=== *{public}{local}|(?:==|!=) *(?:{release}\.\*|{public}{local})|(?:<=|>=|<|>) *{public}|~= *{two}{tail})"
                );
                format!("^{clause}(?: *, *{clause})*$")
            }
            Self::Directory => "^[A-Za-z0-9][A-Za-z0-9_-]*$".to_owned(),
            Self::Url => format!("^{URL}$"),
            Self::Kebab => "^[a-z0-9]+(?:-[a-z0-9]+)*$".to_owned(),
            Self::ApiVersion => r"^[0-9]+\.[0-9]+$".to_owned(),
            Self::Picture => {
                let part = r"(?:[^/\\:\u0000.][^/\\:\u0000]*|\.[^/\\:\u0000.][^/\\:\u0000]*|\.\.[^/\\:\u0000]+)";
                format!(r"^(?:{URL}|{part}(?:/{part})*)$")
            }
        })
    }
}

const URL: &str = r"[hH][tT][tT][pP][sS]?://(?:[A-Za-z0-9._~\u0080-\uffff-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?(?:[/?#][^\u0000-\u0020\u007f-\u00a0]*)?";

/// `network:` with a host in lower case; not one word alone, which would be a misspelt `external`.
pub(crate) const NETWORK: &str =
    r"^network:(?:localhost|[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)+)$";

/// Whether `permissions` may hold a word: one of the fixed list, or `network:` with a host.
#[must_use]
pub fn is_permission(text: &str) -> bool {
    Format::Permission.accepts(text)
}

fn is_network(text: &str) -> bool {
    let Some(host) = text.strip_prefix("network:") else { return false };
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let label = |label: &str| {
        label.bytes().all(|byte| plain(byte) || byte == b'-')
            && label.bytes().next().is_some_and(plain)
            && label.bytes().next_back().is_some_and(plain)
    };
    host == "localhost" || host.contains('.') && host.split('.').all(label)
}

fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once("://") else { return false };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return false;
    }
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at(end);
    if tail.contains(|c: char| c <= ' ' || ('\u{7f}'..='\u{a0}').contains(&c)) {
        return false;
    }
    let (host, port) = match authority.rfind(']') {
        Some(bracket) => authority.split_at(bracket + 1),
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let port_fits = port.is_empty() || port.strip_prefix(':').is_some_and(|port| port.len() <= 5 && is_digits(port));
    let name = |c: char| c.is_ascii_alphanumeric() || "._~-".contains(c) || ('\u{80}'..='\u{ffff}').contains(&c);
    let host_fits = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(inner) => !inner.is_empty() && inner.chars().all(|c| c.is_ascii_hexdigit() || c == ':' || c == '.'),
        None => !host.is_empty() && host.chars().all(name),
    };
    port_fits && host_fits
}

fn is_inner_path(text: &str) -> bool {
    !text.contains(['\\', ':', '\0']) && text.split('/').all(|part| !matches!(part, "" | "." | ".."))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// The host strips any white space around a version. A manifest has no reason for it, and patterns
/// disagree on what white space is, so it is left to the check of the bounds.
fn is_ascii_trimmed(text: &str) -> bool {
    text.trim_matches(|c: char| c.is_whitespace() || c.is_ascii_control()) == text
}

fn any_case(word: &str) -> String {
    word.chars().map(|c| format!("[{c}{}]", c.to_ascii_uppercase())).collect()
}

fn version_tail() -> String {
    let words = |words: &[&str]| words.iter().map(|word| any_case(word)).collect::<Vec<_>>().join("|");
    let pre = words(&["alpha", "a", "beta", "b", "preview", "pre", "c", "rc"]);
    let post = words(&["post", "rev", "r"]);
    let dev = any_case("dev");
    format!("(?:[._-]?(?:{pre})[._-]?[0-9]*)?(?:-[0-9]+|[._-]?(?:{post})[._-]?[0-9]*)?(?:[._-]?{dev}[._-]?[0-9]*)?")
}

fn public_version() -> String {
    format!(r"[vV]?(?:[0-9]+!)?[0-9]+(?:\.[0-9]+)*{}", version_tail())
}

const fn local_version() -> &'static str {
    r"(?:\+[A-Za-z0-9]+(?:[._-][A-Za-z0-9]+)*)?"
}
