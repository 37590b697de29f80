//! Functions and methods that make texts: what they make of texts that are known.

use super::builtins::MOST_TEXT;
use super::value::{Text, Value};

/// What a decoder makes of a text.
pub(super) fn decode(function: &str, text: &str) -> Option<String> {
    match function {
        "atob" => base64(text),
        "unescape" => Some(percent(text, true)),
        "decodeURIComponent" | "decodeURI" => Some(percent(text, false)),
        _ => None,
    }
}

fn base64(text: &str) -> Option<String> {
    if text.len() > MOST_TEXT {
        return None;
    }
    let (mut bits, mut count) = (0_u32, 0);
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes().filter(|byte| !byte.is_ascii_whitespace()) {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            b'=' => break,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xff_ffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            // Each byte becomes one character, as in a browser.
            out.push(char::from(u8::try_from(bits >> count & 0xff).unwrap_or(0)));
        }
    }
    Some(out)
}

fn percent(text: &str, wide: bool) -> String {
    let mut out: Vec<u8> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('%') {
        out.extend(rest[..at].bytes());
        rest = &rest[at + 1..];
        let hex = |range| rest.get(range).and_then(|digits: &str| u32::from_str_radix(digits, 16).ok());
        if wide
            && rest.starts_with('u')
            && let Some(c) = hex(1..5).and_then(char::from_u32)
        {
            out.extend(c.to_string().bytes());
            rest = &rest[5..];
        } else if let Some(byte) = hex(0..2) {
            out.push(u8::try_from(byte).unwrap_or(b'?'));
            rest = &rest[2..];
        } else {
            out.push(b'%');
        }
    }
    out.extend(rest.bytes());
    String::from_utf8_lossy(&out).into_owned()
}

/// The index that an argument gives, if it is a number that the script writes; it is read from its text.
pub(super) fn fold(method: &str, text: &str, args: &[Value], numbers: &[Option<i64>]) -> Option<String> {
    let chars = || text.chars().collect::<Vec<_>>();
    let clamp = |at: i64, length: usize| -> usize {
        let length = i64::try_from(length).unwrap_or(i64::MAX);
        usize::try_from(if at < 0 { (length + at).max(0) } else { at.min(length) }).unwrap_or(0)
    };
    let number = |at: usize| numbers.get(at).copied().flatten();
    Some(match method {
        "toLowerCase" => text.to_lowercase(),
        "toUpperCase" => text.to_uppercase(),
        "trim" => text.trim().to_owned(),
        "toString" | "valueOf" | "normalize" => text.to_owned(),
        "concat" => args.iter().try_fold(text.to_owned(), |whole, arg| Some(whole + arg.as_text()?))?,
        "charAt" | "at" => chars().get(usize::try_from(number(0)?).ok()?)?.to_string(),
        "slice" | "substring" | "substr" => {
            let chars = chars();
            let start = clamp(number(0)?, chars.len());
            let end = match (args.get(1), method) {
                (None, _) => chars.len(),
                (Some(_), "substr") => (start + usize::try_from(number(1)?).ok()?).min(chars.len()),
                (Some(_), _) => clamp(number(1)?, chars.len()),
            };
            chars.get(start..end.max(start))?.iter().collect()
        }
        "replace" | "replaceAll" => {
            let (from, to) = (args.first()?.as_text()?, args.get(1)?.as_text()?);
            if method == "replace" { text.replacen(from, to, 1) } else { text.replace(from, to) }
        }
        "repeat" => {
            let times = usize::try_from(number(0)?).ok()?;
            if times.checked_mul(text.len())? > MOST_TEXT {
                return None;
            }
            text.repeat(times)
        }
        _ => return None,
    })
}

/// A text that was decoded or put together out of pieces.
pub(super) fn decoded(text: String, source: &Value) -> Value {
    Value { text: Text::Whole(text.into()), hidden: true, ..source.reshaped() }
}

/// Whether what a browser's function gives is a number, a truth value, or nothing.
pub(super) fn is_number(path: &str) -> bool {
    path.starts_with("Math.")
        || path.starts_with("Number.")
        || path.starts_with("performance.")
        || path.starts_with("console.")
        || matches!(
            path,
            "parseInt"
                | "parseFloat"
                | "Number"
                | "Boolean"
                | "isNaN"
                | "isFinite"
                | "Date.now"
                | "Array.isArray"
                | "BigInt"
                | "Date.parse"
                | "Symbol"
                | "requestAnimationFrame"
                | "clearTimeout"
                | "clearInterval"
                | "confirm"
                | "alert"
        )
}

/// Whether a function makes data harmless as markup, by its name.
pub(super) fn is_sanitizer(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or(path);
    let lower = last.to_ascii_lowercase();
    let words = [
        "escape",
        "sanitiz",
        "sanitis",
        "purify",
        "htmlencode",
        "encodehtml",
        "encodeuri",
        "entit",
        "stripht",
        "striptag",
        "safehtml",
        "tohtmltext",
    ];
    let not = ["unescape", "unsanitiz", "unsafe"];
    words.iter().any(|word| lower.contains(word)) && !not.iter().any(|word| lower.contains(word))
        || matches!(last, "esc" | "btoa" | "encodeURIComponent" | "encodeURI")
        || path == "he.encode"
        || path == "Sanitizer.sanitizeFor"
}
