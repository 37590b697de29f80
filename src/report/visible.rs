//! Hostile text made harmless: what a terminal would obey or hide is written out.

use std::borrow::Cow;
use std::fmt::Write as _;

/// Whether a terminal obeys the character, or shows nothing where it stands.
/// The zero-width joiner and non-joiner are left alone: names of people and places need them.
const fn is_hidden(character: char) -> bool {
    matches!(character,
        '\0'..='\x1f' | '\x7f'..='\u{9f}'
        | '\u{ad}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{fffe}' | '\u{ffff}'
        | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}' | '\u{e0000}'..='\u{e0fff}')
}

/// Appends the escape of one character: `\x1b`, `\u{202e}`.
fn push_escape(out: &mut String, character: char) {
    let code = u32::from(character);
    let _ = if code < 0x100 { write!(out, "\\x{code:02x}") } else { write!(out, "\\u{{{code:x}}}") };
}

/// Appends one character of a source line so that it takes the columns that its width says.
/// Joined emoji are taken apart, because terminals disagree on how wide they are.
pub(super) fn push_source(out: &mut String, character: char) {
    if is_hidden(character) || character == '\u{200d}' {
        push_escape(out, character);
    } else if !matches!(character, '\u{fe00}'..='\u{fe0f}') {
        out.push(character);
    }
}

/// Text for one line: line breaks and tabs become spaces, what is hidden is written out.
pub(super) fn one_line(text: &str) -> Cow<'_, str> {
    escaped(text, |out, character| match character {
        '\n' | '\t' => out.push(' '),
        '\r' => {}
        other => push_escape(out, other),
    })
}

/// Text of several lines: line breaks stay, tabs become spaces, what is hidden is written out.
pub(super) fn lines(text: &str) -> Cow<'_, str> {
    escaped(text, |out, character| match character {
        '\n' => out.push('\n'),
        '\t' => out.push_str("    "),
        '\r' => {}
        other => push_escape(out, other),
    })
}

/// A path or a name: everything hidden is written out, line breaks too.
#[must_use]
pub fn name(text: &str) -> Cow<'_, str> {
    escaped(text, push_escape)
}

/// JSON with the hidden characters that JSON itself does not escape written as `\uXXXX`.
/// Outside strings JSON has none of them, so the value stays the same.
#[must_use]
pub fn json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        if character != '\n' && (is_hidden(character) || character == '\u{200d}') {
            for unit in character.encode_utf16(&mut [0; 2]) {
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(character);
        }
    }
    out
}

fn escaped(text: &str, replace: impl Fn(&mut String, char)) -> Cow<'_, str> {
    if !text.contains(is_hidden) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if is_hidden(character) {
            replace(&mut out, character);
        } else {
            out.push(character);
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_written_out() {
        let hostile = "a\x1b[31mb\u{9b}c\u{202e}d\u{feff}e\r\nf\tg\u{e0041}";
        assert_eq!(one_line(hostile), "a\\x1b[31mb\\x9bc\\u{202e}d\\u{feff}e f g\\u{e0041}");
        assert_eq!(lines("a\r\nb\x07"), "a\nb\\x07");
        assert_eq!(name("a\nb"), "a\\x0ab");
        assert_eq!(name("plug-ın 插件"), "plug-ın 插件");
    }

    #[test]
    fn escaped_json_means_the_same() {
        let value = serde_json::json!({ "k\u{202e}": "a\u{9b}\u{7f}\u{e0041}\n\"" });
        let text = json(&serde_json::to_string_pretty(&value).unwrap());
        assert!(!text.contains(|character: char| character != '\n' && is_hidden(character)), "{text}");
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
    }
}
