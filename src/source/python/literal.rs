//! The values of literals: escapes, prefixes and numbers.

use super::syntax::Constant;

/// What stands before a string's text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Prefix {
    pub(super) raw: bool,
    pub(super) bytes: bool,
    /// An f-string or a t-string.
    pub(super) format: bool,
    pub(super) template: bool,
    pub(super) triple: bool,
    /// `'` or `"`.
    pub(super) quote: u8,
    /// Whether Python has this combination of letters.
    pub(super) valid: bool,
}

impl Prefix {
    /// Reads `rb"` and its like, quotes included.
    pub(super) fn read(start: &str) -> Self {
        let letters = start.trim_end_matches(['\'', '"', '`']);
        let quotes = &start[letters.len()..];
        let lower = letters.to_ascii_lowercase();
        Self {
            raw: lower.contains('r'),
            bytes: lower.contains('b'),
            format: lower.contains(['f', 't']),
            template: lower.contains('t'),
            triple: quotes.len() >= 3,
            quote: quotes.bytes().next().unwrap_or(b'"'),
            valid: matches!(lower.as_str(), "" | "r" | "u" | "b" | "f" | "t" | "br" | "rb" | "fr" | "rf" | "tr" | "rt")
                && !quotes.contains('`'),
        }
    }
}

/// Appends the value of a string's inner text to `out`.
pub(super) fn decode_str(text: &str, raw: bool, out: &mut String) -> Result<(), String> {
    decode(text, raw, false, out)
}

/// The same for the text parts of an f-string, where braces are doubled.
pub(super) fn decode_format(text: &str, raw: bool, out: &mut String) -> Result<(), String> {
    decode(text, raw, true, out)
}

fn decode(text: &str, raw: bool, format: bool, out: &mut String) -> Result<(), String> {
    let special = |byte: u8| byte == b'\r' || (byte == b'\\' && !raw) || (format && (byte == b'{' || byte == b'}'));
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(offset) = bytes[at..].iter().position(|byte| special(*byte)) {
        out.push_str(&text[at..at + offset]);
        at += offset;
        match bytes[at] {
            b'\r' => {
                out.push('\n');
                at += if bytes.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
            }
            b'{' | b'}' => {
                let brace = bytes[at];
                if bytes.get(at + 1) != Some(&brace) && brace == b'}' {
                    return Err("f-string: single '}' is not allowed".to_owned());
                }
                out.push(char::from(brace));
                at += if bytes.get(at + 1) == Some(&brace) { 2 } else { 1 };
            }
            _ => at = escape(text, at, out)?,
        }
    }
    out.push_str(&text[at..]);
    Ok(())
}

/// One escape of a string at the backslash `at`; answers where the text goes on.
fn escape(text: &str, at: usize, out: &mut String) -> Result<usize, String> {
    let bytes = text.as_bytes();
    let Some(&letter) = bytes.get(at + 1) else {
        out.push('\\');
        return Ok(at + 1);
    };
    if let Some(simple) = simple_escape(letter) {
        out.push(char::from(simple));
        return Ok(at + 2);
    }
    match letter {
        b'\n' => Ok(at + 2),
        b'\r' => Ok(if bytes.get(at + 2) == Some(&b'\n') { at + 3 } else { at + 2 }),
        b'0'..=b'7' => {
            let (value, length) = octal(&bytes[at + 1..]);
            out.push(char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER));
            Ok(at + 1 + length)
        }
        b'x' => hex(text, at, 2, "\\xXX", out),
        b'u' => hex(text, at, 4, "\\uXXXX", out),
        b'U' => hex(text, at, 8, "\\UXXXXXXXX", out),
        b'N' => {
            let name = text[at + 2..].strip_prefix('{').and_then(|rest| rest.split_once('}'));
            match name {
                // The names of all characters are not at hand; which one it is matters to nobody.
                Some((name, _)) if !name.is_empty() => {
                    out.push(char::REPLACEMENT_CHARACTER);
                    Ok(at + 4 + name.len())
                }
                _ => Err(unicode_error("malformed \\N character escape")),
            }
        }
        // Unknown escapes stay as they are; Python only warns.
        _ => {
            out.push('\\');
            Ok(at + 1)
        }
    }
}

fn hex(text: &str, at: usize, digits: usize, shape: &str, out: &mut String) -> Result<usize, String> {
    let start = at + 2;
    let found = text.as_bytes()[start..].iter().take(digits).take_while(|byte| byte.is_ascii_hexdigit()).count();
    if found < digits {
        return Err(unicode_error(&format!("truncated {shape} escape")));
    }
    let value = u32::from_str_radix(&text[start..start + digits], 16).unwrap_or(u32::MAX);
    if value > 0x0010_FFFF {
        return Err(unicode_error("illegal Unicode character"));
    }
    // Lone surrogates are legal in Python and cannot be written here.
    out.push(char::from_u32(value).unwrap_or(char::REPLACEMENT_CHARACTER));
    Ok(start + digits)
}

fn unicode_error(what: &str) -> String {
    format!("(unicode error) 'unicodeescape' codec can't decode bytes: {what}")
}

const fn simple_escape(letter: u8) -> Option<u8> {
    Some(match letter {
        b'\\' | b'\'' | b'"' => letter,
        b'a' => 7,
        b'b' => 8,
        b'f' => 12,
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'v' => 11,
        _ => return None,
    })
}

fn octal(bytes: &[u8]) -> (u32, usize) {
    let digits = bytes.iter().take(3).take_while(|byte| (b'0'..=b'7').contains(byte));
    digits.fold((0, 0), |(value, length), digit| (value * 8 + u32::from(digit - b'0'), length + 1))
}

/// Appends the value of a bytes literal's inner text to `out`.
pub(super) fn decode_bytes(text: &str, raw: bool, out: &mut Vec<u8>) -> Result<(), String> {
    if !text.is_ascii() {
        return Err("bytes can only contain ASCII literal characters".to_owned());
    }
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let next = bytes.get(at + 1).copied();
        at += 1;
        match (byte, next) {
            (b'\r', next) => {
                out.push(b'\n');
                at += usize::from(next == Some(b'\n'));
            }
            (b'\\', Some(letter)) if !raw => {
                if let Some(simple) = simple_escape(letter) {
                    out.push(simple);
                    at += 1;
                } else if letter == b'\n' {
                    at += 1;
                } else if letter == b'\r' {
                    at += if bytes.get(at + 1) == Some(&b'\n') { 2 } else { 1 };
                } else if (b'0'..=b'7').contains(&letter) {
                    let (value, length) = octal(&bytes[at..]);
                    out.push(u8::try_from(value & 0xff).unwrap_or_default());
                    at += length;
                } else if letter == b'x' {
                    let digits = text.get(at + 1..at + 3).unwrap_or("");
                    let value = u8::from_str_radix(digits, 16).ok().filter(|_| !digits.starts_with('+'));
                    let Some(value) = value else {
                        return Err(format!("(value error) invalid \\x escape at position {}", at - 1));
                    };
                    out.push(value);
                    at += 3;
                } else {
                    out.push(b'\\');
                }
            }
            (byte, _) => out.push(byte),
        }
    }
    Ok(())
}

/// Whether three of `quote` stand in a row.
pub(super) fn has_triple(text: &str, quote: u8) -> bool {
    text.as_bytes().windows(3).any(|window| window == [quote; 3])
}

/// Whether there is a `#` outside nested string literals.
pub(super) fn has_comment(text: &str) -> bool {
    let mut quote = None;
    for byte in text.bytes() {
        match (quote, byte) {
            (None, b'\'' | b'"') => quote = Some(byte),
            (Some(open), byte) if open == byte => quote = None,
            (None, b'#') => return true,
            _ => {}
        }
    }
    false
}

/// The value of a number.
pub(super) fn number(text: &str) -> Result<Constant, &'static str> {
    let digits: String = text.chars().filter(|char| *char != '_').collect();
    let lower = digits.to_ascii_lowercase();
    let based = [("0x", 16), ("0o", 8), ("0b", 2)].into_iter().find(|(prefix, _)| lower.starts_with(prefix));
    if let Some((prefix, base)) = based {
        let rest = &lower[prefix.len()..];
        return match i64::from_str_radix(rest, base) {
            Ok(value) => Ok(Constant::Int(value)),
            Err(_) if rest.ends_with('l') => Err("invalid hexadecimal literal"),
            Err(_) => Ok(Constant::BigInt(text.into())),
        };
    }
    if lower.ends_with('j') {
        return Ok(Constant::Complex(text.into()));
    }
    if lower.contains(['.', 'e']) {
        return lower.parse().map(Constant::Float).map_err(|_| "invalid decimal literal");
    }
    if lower.ends_with('l') {
        return Err("invalid decimal literal");
    }
    if lower.starts_with('0') && lower.bytes().any(|digit| digit != b'0') {
        return Err("leading zeros in decimal integer literals are not permitted; \
                    use an 0o prefix for octal integers");
    }
    Ok(lower.parse().map_or_else(|_| Constant::BigInt(text.into()), Constant::Int))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(inner: &str) -> String {
        let mut out = String::new();
        decode_str(inner, false, &mut out).expect("a valid literal");
        out
    }

    #[test]
    fn escapes_have_the_values_that_python_gives_them() {
        assert_eq!(text(r"a\tb\x41\u00e9\U0001F600\101\0"), "a\tbA\u{e9}\u{1f600}A\0");
        assert_eq!(text("a\\\nb\\\r\nc"), "abc", "a backslash joins lines");
        assert_eq!(text(r"\d\."), r"\d\.", "unknown escapes stay");
        assert_eq!(text("a\r\nb\rc"), "a\nb\nc", "line breaks are unified");
        assert_eq!(text(r"\N{DASH}x"), "\u{fffd}x");
        let mut raw = String::new();
        decode_str(r"\n\x", true, &mut raw).expect("raw text has no escapes");
        assert_eq!(raw, r"\n\x");
        for broken in [r"\x1", r"\u12", r"\U00110000", r"\N", r"\N{}"] {
            assert!(decode_str(broken, false, &mut String::new()).is_err(), "{broken}");
        }
    }

    #[test]
    fn bytes_have_their_own_escapes() {
        let mut out = Vec::new();
        decode_bytes(r"a\xff\777\u1\N", false, &mut out).expect("valid bytes");
        assert_eq!(out, b"a\xff\xff\\u1\\N");
        assert!(decode_bytes("\u{e9}", false, &mut Vec::new()).is_err());
        assert!(decode_bytes(r"\x+1", false, &mut Vec::new()).is_err());
    }

    #[test]
    fn braces_of_a_format_string_are_doubled() {
        let mut out = String::new();
        decode_format("{{a}}", false, &mut out).expect("valid text");
        assert_eq!(out, "{a}");
        assert!(decode_format("a}", false, &mut out).is_err());
    }

    #[test]
    fn numbers_have_values() {
        assert_eq!(number("1_000"), Ok(Constant::Int(1000)));
        assert_eq!(number("0xFf"), Ok(Constant::Int(255)));
        assert_eq!(number("00"), Ok(Constant::Int(0)));
        assert_eq!(number("1e3"), Ok(Constant::Float(1000.0)));
        assert_eq!(number("1."), Ok(Constant::Float(1.0)));
        assert_eq!(number("09.5"), Ok(Constant::Float(9.5)));
        assert_eq!(number("2J"), Ok(Constant::Complex("2J".into())));
        assert_eq!(number("9223372036854775808"), Ok(Constant::BigInt("9223372036854775808".into())));
        assert!(number("0644").is_err());
        assert!(number("1L").is_err());
    }
}
