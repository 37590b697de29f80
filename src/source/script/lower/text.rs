//! Strings: from how they are written to what they are.

/// The text of a string literal with its quotes, or of a piece of a template.
pub(super) fn decoded(written: &str) -> Box<str> {
    if !written.contains('\\') {
        return written.into();
    }
    let mut out = String::with_capacity(written.len());
    let mut rest = written;
    while let Some(at) = rest.find('\\') {
        out.push_str(&rest[..at]);
        rest = escape(&rest[at + 1..], &mut out);
    }
    out.push_str(rest);
    out.into()
}

/// Reads what follows a backslash into `out`, and hands out what follows that.
fn escape<'t>(text: &'t str, out: &mut String) -> &'t str {
    let mut chars = text.chars();
    let Some(first) = chars.next() else { return "" };
    let hex = |digits: &str| u32::from_str_radix(digits, 16).ok();
    let number = match first {
        'x' => text.get(1..3).and_then(hex).map(|code| (code, 3)),
        'u' if text.starts_with("u{") => {
            text.find('}').and_then(|end| Some((text.get(2..end).and_then(hex)?, end + 1)))
        }
        'u' => text.get(1..5).and_then(hex).map(|code| (code, 5)),
        '0'..='7' => {
            let length = text.bytes().take(3).take_while(|byte| matches!(byte, b'0'..=b'7')).count();
            u32::from_str_radix(&text[..length], 8).ok().map(|code| (code, length))
        }
        _ => None,
    };
    if let Some((code, length)) = number {
        // Halves of a pair stand for nothing that is of interest here.
        out.push(char::from_u32(code).unwrap_or('\u{fffd}'));
        return &text[length..];
    }
    match first {
        'n' => out.push('\n'),
        'r' => out.push('\r'),
        't' => out.push('\t'),
        'b' => out.push('\u{8}'),
        'f' => out.push('\u{c}'),
        'v' => out.push('\u{b}'),
        '\n' | '\u{2028}' | '\u{2029}' => {}
        '\r' => return chars.as_str().strip_prefix('\n').unwrap_or(chars.as_str()),
        other => out.push(other),
    }
    chars.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_mean_what_they_mean_in_a_browser() {
        for (written, expected) in [
            (r"plain", "plain"),
            (r"\x65\u0076\u{61}l", "eval"),
            (r"a\n\t\\\'", "a\n\t\\'"),
            (r"\145\0", "e\0"),
            ("a\\\nb", "ab"),
            ("a\\\r\nb", "ab"),
            (r"\xzz\u{", "xzzu{"),
            (r"é\é\", "éé"),
        ] {
            assert_eq!(&*decoded(written), expected, "{written}");
        }
    }
}
