//! File names as they may be shown to people.

use std::ffi::OsStr;
use std::fmt::Write as _;

/// Whether a name cannot be trusted to be what it looks like: not UTF-8, or with a backslash,
/// a control character, or a character that is invisible or turns the direction of writing.
#[must_use]
pub fn is_odd(name: &OsStr) -> bool {
    name.to_str().is_none_or(|name| name.chars().any(is_odd_char))
}

/// The name with every odd part written out (`\x1b`, `\u{202e}`, `\\`).
#[must_use]
pub fn escaped(name: &OsStr) -> String {
    let mut out = String::with_capacity(name.len());
    for chunk in name.as_encoded_bytes().utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' => out.push_str("\\\\"),
                c if is_odd_char(c) && u32::from(c) < 0x80 => {
                    let _ = write!(out, "\\x{:02x}", u32::from(c));
                }
                c if is_odd_char(c) => {
                    let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
                }
                c => out.push(c),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

fn is_odd_char(c: char) -> bool {
    c == '\\'
        || c.is_control()
        || matches!(
            c,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'
                ..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffd}' | '\u{e0000}'..='\u{e007f}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_names_are_seen_and_written_out() {
        for (name, shown) in [
            ("a\\b.py", "a\\\\b.py"),
            ("a\u{1b}[31m.py", "a\\x1b[31m.py"),
            ("a\nb", "a\\x0ab"),
            ("gpj.\u{202e}yp", "gpj.\\u{202e}yp"),
            ("x\u{200b}.py", "x\\u{200b}.py"),
        ] {
            assert!(is_odd(OsStr::new(name)), "{name:?}");
            assert_eq!(escaped(OsStr::new(name)), shown);
        }
        for name in ["plugin.py", "с кириллицей.py", "日本語.html", "café (1).txt", "👩\u{200d}💻.md"]
        {
            assert!(!is_odd(OsStr::new(name)), "{name:?}");
            assert_eq!(escaped(OsStr::new(name)), name);
        }
    }

    #[cfg(unix)]
    #[test]
    fn bytes_that_are_no_text_are_written_out() {
        use std::os::unix::ffi::OsStrExt as _;
        let name = OsStr::from_bytes(b"caf\xe9.py");
        assert!(is_odd(name));
        assert_eq!(escaped(name), "caf\\xe9.py");
    }
}
