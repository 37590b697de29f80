//! Characters that show nothing: single ones that change a word, and whole texts made of them.

use std::collections::BTreeSet;

use super::characters::{Said, is_invisible, is_joining_script, is_picture, named};
use super::check::Written;
use crate::model::{Confidence, Span};
use crate::rules::id;

/// So many invisible characters in a row are no accident, and room for a message.
const TEXT: usize = 12;
/// What is shown of a message that was found.
const SHOWN: usize = 60;

/// Judges one line that starts at byte `at`: every run of hidden text, and the first single character.
pub(super) fn judge(line: &str, at: usize, written: Written, found: &mut Vec<Said>) {
    let mut before = None;
    let mut told = is_table(line);
    let mut chars = line.char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        if !is_invisible(c) || (c == '\u{feff}' && at + offset == 0) {
            before = Some(c);
            continue;
        }
        let mut run = vec![c];
        while let Some((_, next)) = chars.next_if(|(_, next)| is_invisible(*next)) {
            run.push(next);
        }
        let after = chars.peek().map(|(_, next)| *next);
        let length: usize = run.iter().map(|c| c.len_utf8()).sum();
        let span = Span::of(at + offset..at + offset + length);
        if run.len() >= TEXT && before != Some(FLAG) {
            found.push(hidden_text(&run, span));
        } else if !told && !is_honest(&run, before, after, written) {
            told = true;
            found.push(single(c, span));
        }
        before = run.last().copied();
    }
}

/// Whether a line lists so many different characters that it is about characters.
fn is_table(line: &str) -> bool {
    line.len() > 2 * TABLE && line.chars().filter(|c| !c.is_ascii()).collect::<BTreeSet<_>>().len() > TABLE
}

/// More different characters than any sentence has.
const TABLE: usize = 200;

/// The black flag, which tag characters make the flag of a region.
const FLAG: char = '\u{1f3f4}';

fn single(c: char, span: Span) -> Said {
    let message = format!("`{}` stands here and shows nothing", named(c));
    Said {
        rule: id::INVISIBLE_CHARACTER,
        span,
        confidence: Confidence::High,
        message,
        label: "an invisible character",
        help: None,
    }
}

fn hidden_text(run: &[char], span: Span) -> Said {
    let told = decoded(run);
    let reads = if told.is_empty() { String::new() } else { format!(", which say `{told}`") };
    let message = format!("{} invisible characters in a row{reads}", run.len());
    Said {
        rule: id::HIDDEN_TEXT,
        span,
        confidence: Confidence::High,
        message,
        label: "a text that nobody sees",
        help: None,
    }
}

/// Whether such characters belong between their neighbours.
fn is_honest(run: &[char], before: Option<char>, after: Option<char>, written: Written) -> bool {
    let [c] = run else {
        // Pictures are put together from several, flags of regions from tags.
        return before == Some(FLAG)
            || before.is_some_and(is_picture) && run.iter().all(|c| matches!(c, '\u{fe0f}' | '\u{200d}'));
    };
    let joining = |c: Option<char>| c.is_some_and(is_joining_script);
    let picture = |c: Option<char>| c.is_some_and(is_picture);
    match c {
        '\u{fe0e}' | '\u{fe0f}' => {
            before.is_some_and(|c| is_picture(c) || matches!(c, '0'..='9' | '#' | '*') || !c.is_ascii())
        }
        '\u{200d}' => picture(before) && picture(after) || joining(before) || joining(after),
        '\u{200c}' => joining(before) || joining(after),
        '\u{200b}' | '\u{2060}' => joining(before) && joining(after) || written == Written::Prose,
        // Where a long word may be parted, for people.
        '\u{ad}' => written == Written::Prose || between_letters(before, after),
        '\u{fe00}'..='\u{fe0d}' | '\u{e0100}'..='\u{e01ef}' => joining(before) || picture(before),
        '\u{180b}'..='\u{180f}' | '\u{17b4}' | '\u{17b5}' => joining(before),
        '\u{34f}' | '\u{feff}' => written == Written::Prose,
        _ => false,
    }
}

fn between_letters(before: Option<char>, after: Option<char>) -> bool {
    before.is_some_and(char::is_alphabetic) && after.is_some_and(char::is_alphabetic)
}

/// The message in tag characters or variation selectors, cut short; empty when it is in neither.
fn decoded(run: &[char]) -> String {
    let byte = |c: &char| match u32::from(*c) {
        code @ 0xe0020..=0xe007e => u8::try_from(code - 0xe0000).ok(),
        code @ 0xfe00..=0xfe0f => u8::try_from(code - 0xfe00).ok(),
        code @ 0xe0100..=0xe01ef => u8::try_from(code - 0xe0100 + 16).ok(),
        _ => None,
    };
    let bytes: Vec<u8> = run.iter().filter_map(byte).collect();
    let text = String::from_utf8(bytes).unwrap_or_default();
    if text.chars().any(|c| c.is_control() && c != '\n') {
        return String::new();
    }
    let mut told: String = text.chars().map(|c| if c == '\n' || c == '`' { ' ' } else { c }).take(SHOWN).collect();
    if text.chars().count() > SHOWN {
        told.push('…');
    }
    told
}
