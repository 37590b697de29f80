//! Values that stand beside a word for secrets: `api_key = "…"`, `"token": "…"`, `PASSWORD=…`.

use super::placeholder::{is_invented, is_random};

/// How a file writes values.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Writing {
    /// Code: values stand in quotes.
    Code,
    /// Settings: values may stand bare, and a password there is a password.
    Settings,
}

/// Bytes of a line around a word that are looked at.
const NEAR: usize = 100;
/// The least and the most bytes of a value that is random.
const LENGTH: (usize, usize) = (16, 400);
/// The least bytes of a password in settings.
const PASSWORD: usize = 8;

/// What follows a word for secrets in the name of something that is none: whole parts of a name, and beginnings of them.
const NO_SECRET: &str = "url uri path name len ttl age alg arn id ids re msg key_id hash env var attr tag row";
const NO_SECRET_STARTS: &[&str] = &[
    "file",
    "field",
    "type",
    "length",
    "size",
    "expir",
    "endpoint",
    "regex",
    "pattern",
    "label",
    "title",
    "prefix",
    "suffix",
    "header",
    "param",
    "validator",
    "policy",
    "count",
    "limit",
    "timeout",
    "algorithm",
    "placeholder",
    "hint",
    "help",
    "error",
    "message",
    "text",
    "class",
    "selector",
    "template",
    "form",
    "input",
    "button",
    "icon",
    "link",
    "version",
    "store",
    "backend",
    "manager",
    "provider",
    "encoding",
    "scheme",
    "scope",
    "page",
    "view",
    "reset",
    "kind",
    "location",
    "strategy",
    "info",
    "usage",
    "budget",
    "izer",
    "ize",
    "fingerprint",
    "checksum",
    "digest",
    "column",
];

/// A value that looks like a secret.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) start: usize,
    pub(super) end: usize,
    /// The name that it stands beside.
    pub(super) key: (usize, usize),
    /// Whether it looks drawn by lot; else it is a password by its name.
    pub(super) random: bool,
}

/// The value beside the word at `word`, if it looks like a secret.
pub(super) fn beside(text: &str, word: std::ops::Range<usize>, writing: Writing) -> Option<Found> {
    let bytes = text.as_bytes();
    let part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let from = word.start
        - bytes[..word.start].iter().rev().take(NEAR).take_while(|byte| part(**byte) || **byte == b'.').count();
    let key_end = word.end + bytes[word.end..].iter().take(NEAR).take_while(|byte| part(**byte)).count();
    let key = text.get(from..key_end)?;
    let tail = parted(text.get(word.end..key_end)?);
    if !names_a_secret(key, &tail) {
        return None;
    }
    let (at, quoted_key) = after_key(bytes, key_end)?;
    let (start, quote) = value_start(bytes, at, quoted_key)?;
    let end = match quote {
        Some(quote) => {
            start + bytes[start..].iter().take(LENGTH.1 + 1).position(|byte| *byte == quote || *byte == b'\n')?
        }
        None if writing == Writing::Settings => {
            start
                + bytes[start..]
                    .iter()
                    .take(LENGTH.1 + 1)
                    .take_while(|byte| !byte.is_ascii_whitespace() && !matches!(byte, b'"' | b'\'' | b'#' | b','))
                    .count()
        }
        None => return None,
    };
    if quote.is_some() && bytes.get(end) != quote.as_ref() {
        return None;
    }
    let value = text.get(start..end)?;
    let plain = value.bytes().all(|byte| {
        byte.is_ascii_graphic() && !matches!(byte, b'{' | b'}' | b'<' | b'>' | b'`' | b'\\' | b'(' | b')' | b'[' | b']')
    });
    if !plain || is_invented(value) || value.contains("://") || value.starts_with(['/', '.', '$', '@']) {
        return None;
    }
    let random = (LENGTH.0..=LENGTH.1).contains(&value.len()) && is_random(value);
    let password = writing == Writing::Settings && value.len() >= PASSWORD && is_password_name(key) && is_strong(value);
    (random || password).then_some(Found { start, end, key: (from, key_end), random })
}

/// A part of a name in small letters, with its words apart.
fn parted(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() && !name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_') {
            out.push('_');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}

/// Whether the whole name, with what follows the word in it, is one of a secret.
fn names_a_secret(key: &str, tail: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    let harmless = tail.split(['_', '-']).any(|part| {
        NO_SECRET.split(' ').any(|word| word == part) || NO_SECRET_STARTS.iter().any(|start| part.starts_with(start))
    });
    !harmless && !["public", "csrf", "tokeniz"].iter().any(|word| lower.contains(word))
}

/// The end of what closes a name: quotes and brackets; and whether there was a quote.
fn after_key(bytes: &[u8], key_end: usize) -> Option<(usize, bool)> {
    let mut at = key_end;
    let mut quoted = false;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' | b'\'' => quoted = true,
            b']' | b' ' | b'\t' => {}
            _ => return (at - key_end < 6).then_some((at, quoted)),
        }
        at += 1;
    }
    None
}

/// Where the value starts after `=`, `:`, `=>`, or, behind a quoted name, `,`; and its quote.
fn value_start(bytes: &[u8], mut at: usize, quoted_key: bool) -> Option<(usize, Option<u8>)> {
    match bytes.get(at)? {
        b'=' | b':' => {}
        b',' if quoted_key => {}
        _ => return None,
    }
    let comma = bytes[at] == b',';
    at += 1;
    if bytes.get(at).is_some_and(|byte| matches!(byte, b'=' | b'>')) {
        at += 1;
    }
    let blank = |at: usize| bytes[at..].iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
    at += blank(at);
    // A type between the name and the value: `key: str = "…"`.
    let word = bytes[at..]
        .iter()
        .take(30)
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.'))
        .count();
    let behind = at + word + blank(at + word);
    if word > 0 && bytes.get(behind) == Some(&b'=') && bytes.get(behind + 1) != Some(&b'=') && bytes[at - 1] == b' ' {
        at = behind + 1;
        at += blank(at);
    }
    let prefix =
        bytes[at..].iter().take(2).take_while(|byte| matches!(byte, b'b' | b'r' | b'u' | b'B' | b'R' | b'U')).count();
    match bytes.get(at + prefix)? {
        quote @ (b'"' | b'\'' | b'`') => Some((at + prefix + 1, Some(*quote))),
        _ if comma => None,
        _ => Some((at, None)),
    }
}

fn is_password_name(key: &str) -> bool {
    let lower = key.to_ascii_lowercase();
    ["password", "passwd", "pwd", "passphrase", "secret", "secret_key", "secretkey", "secret-key"]
        .iter()
        .any(|end| lower.ends_with(end))
}

/// Letters of both cases or a mark, and a digit: what people are told to make a password of.
fn is_strong(value: &str) -> bool {
    let has = |test: fn(&u8) -> bool| value.as_bytes().iter().any(test);
    let mark = has(|byte| byte.is_ascii_punctuation() && !matches!(byte, b'_' | b'-' | b'.' | b'/' | b':'));
    let classes = [has(u8::is_ascii_lowercase), has(u8::is_ascii_uppercase), mark];
    has(u8::is_ascii_digit) && classes.iter().filter(|class| **class).count() >= 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str, writing: Writing) -> Option<String> {
        let lower = text.to_ascii_lowercase();
        let word = ["passw", "secret", "token", "api_key"]
            .iter()
            .find_map(|word| lower.find(word).map(|at| at..at + word.len()))?;
        beside(text, word, writing).map(|found| text[found.start..found.end].to_owned())
    }

    #[test]
    fn values_are_found_in_every_spelling() {
        let value = "x9Kq2mVb7TzR4wLp8NcY";
        for text in [
            format!("api_key = \"{value}\""),
            format!("'token': b'{value}',"),
            format!("client.secret=\"{value}\""),
            format!("os.environ.get('API_KEY', '{value}')"),
            format!("api_key: str = \"{value}\""),
            format!("config[\"SECRET_KEY\"] = '{value}'"),
            format!("if token == '{value}':"),
            format!("apiToken: `{value}`,"),
        ] {
            assert_eq!(found(&text, Writing::Code).as_deref(), Some(value), "{text}");
        }
        assert_eq!(found(&format!("API_KEY={value}\n"), Writing::Settings).as_deref(), Some(value));
        assert_eq!(found("password: S3cr3tP@ss\n", Writing::Settings).as_deref(), Some("S3cr3tP@ss"));
    }

    #[test]
    fn honest_values_are_quiet() {
        for text in [
            "token_url = \"https://x9Kq2mVb7TzR4wLp8NcY.net\"",
            "password = None",
            "password = request.form['password']",
            "\"token\": \"user.password.reset_token_9\"",
            "password_hash = 'x9Kq2mVb7TzR4wLp8NcY'",
            "csrf_token = 'x9Kq2mVb7TzR4wLp8NcY'",
            "api_key = f'{x9Kq2mVb7TzR4wLp8NcY}'",
            "token = 'x9Kq2mVb7TzR4wLp8NcY",
            "TOKEN = x9Kq2mVb7TzR4wLp8NcY",
            "secret = 'your-key-x9Kq2mVb7TzR4w'",
            "api_key_id = 'x9Kq2mVb7TzR4wLp8NcY'",
        ] {
            assert_eq!(found(text, Writing::Code), None, "{text}");
        }
        assert_eq!(found("password: changeme1A\n", Writing::Settings), None);
    }
}
