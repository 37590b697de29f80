//! Private keys, and JSON Web Tokens.

use super::placeholder::entropy;

/// Bytes of a key that must follow its first line; less is no key but code that looks for one.
const LEAST: usize = 64;
/// The same where its last line is there, too.
const LEAST_CLOSED: usize = 40;
/// Bytes that are looked at after the first line.
const WINDOW: usize = 600;

/// A private key whose first line starts at `start`: where it ends, and what it is.
pub(super) fn private_key(text: &str, start: usize) -> Option<(usize, &'static str)> {
    let rest = &text[start..];
    let line = rest.get(..rest.len().min(80)).unwrap_or(&rest[..rest.floor_char_boundary(80)]);
    let label = line.strip_prefix("-----BEGIN ")?;
    let (label, _) = label.split_once("-----")?;
    let what = match label {
        "PRIVATE KEY" => "a private key",
        "ENCRYPTED PRIVATE KEY" => "an encrypted private key",
        "RSA PRIVATE KEY" => "an RSA private key",
        "EC PRIVATE KEY" => "a private key on an elliptic curve",
        "DSA PRIVATE KEY" => "a DSA private key",
        "OPENSSH PRIVATE KEY" => "a private key of OpenSSH",
        "PGP PRIVATE KEY BLOCK" => "a private key of PGP",
        _ => return None,
    };
    let body = start + "-----BEGIN ".len() + label.len() + "-----".len();
    let window = &text[body..text.floor_char_boundary((body + WINDOW).min(text.len()))];
    // The key may stand in a string, on several lines, or in several strings.
    let window = window.replace("\\r", " ").replace("\\n", " ");
    let joined: String =
        window.chars().filter(|c| !matches!(c, '"' | '\'' | '+' | '\\' | ',') && !c.is_whitespace()).collect();
    let body_of_key = joined.split("-----").next().unwrap_or_default();
    let is_key = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'=' | b':');
    let least = if joined.contains("-----END") { LEAST_CLOSED } else { LEAST };
    let mut runs = body_of_key.split(|c: char| !u8::try_from(c).is_ok_and(is_key));
    if !runs.any(|run| run.len() >= least && entropy(run) >= 4.0) {
        return None;
    }
    let end_mark = text[body..].find("-----END ").map(|at| body + at);
    let end = end_mark.map_or(body + WINDOW.min(text.len() - body), |at| {
        at + text[at..].find("-----\n").map_or("-----END ".len(), |length| length + 5)
    });
    Some((text.floor_char_boundary(end.min(text.len())), what))
}

/// A JSON Web Token that starts at `start`: where it ends.
pub(super) fn web_token(text: &str, start: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    if start > 0
        && (bytes[start - 1].is_ascii_alphanumeric() || matches!(bytes[start - 1], b'_' | b'-' | b'.' | b'/' | b'+'))
    {
        return None;
    }
    let length = bytes[start..]
        .iter()
        .take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.'))
        .count();
    let token = &text[start..start + length];
    let mut parts = token.split('.');
    let (header, payload, signature) = (parts.next()?, parts.next()?, parts.next()?);
    let plausible = parts.next().is_none()
        && header.len() >= 16
        && payload.starts_with("eyJ")
        && payload.len() >= 16
        && signature.len() >= 20;
    (plausible && decoded(header)?.contains("\"alg\"")).then_some(start + length)
}

/// Base 64 with the alphabet for addresses; `None` when it is no text.
fn decoded(part: &str) -> Option<String> {
    let mut bits = 0_u32;
    let mut count = 0;
    let mut out = Vec::with_capacity(part.len() * 3 / 4);
    for byte in part.bytes() {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    String::from_utf8(out).ok()
}
