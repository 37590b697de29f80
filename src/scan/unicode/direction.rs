//! Controls of the writing direction: a line that reads in another order than it runs.

use super::characters::{Said, is_right_to_left, named};
use super::check::Written;
use crate::model::{Confidence, Span};
use crate::rules::id;

/// Judges one line that starts at byte `at`. The first control speaks for all.
pub(super) fn judge(line: &str, at: usize, written: Written) -> Option<Said> {
    let (offset, first) = line.char_indices().find(|(_, c)| is_control(*c))?;
    let readers = line.chars().any(is_right_to_left);
    let overrides = line.chars().any(|c| matches!(c, '\u{202d}' | '\u{202e}'));
    let steers = line.chars().any(|c| is_control(c) && !is_mark(c));
    let honest = match written {
        // People who write from right to left need marks, and embeddings that end where they belong.
        Written::Prose => !overrides && (readers || !steers || is_balanced(line)),
        Written::Code => !steers && readers,
    };
    if honest {
        return None;
    }
    let start = at + offset;
    let confidence = if readers && !overrides { Confidence::Low } else { Confidence::High };
    let message = format!("`{}` makes this line read in another order than it is stored and run", named(first));
    let span = Span::of(start..start + first.len_utf8());
    Some(Said {
        rule: id::BIDI_CONTROL,
        span,
        confidence,
        message,
        label: "changes the direction from here",
        help: None,
    })
}

const fn is_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') || is_mark(c)
}

/// Marks that steer nothing but their neighbours.
const fn is_mark(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}')
}

/// Whether every embedding and isolate of a line is closed in its order.
fn is_balanced(line: &str) -> bool {
    let mut open = Vec::new();
    for c in line.chars() {
        match c {
            '\u{202a}' | '\u{202b}' => open.push('\u{202c}'),
            '\u{2066}'..='\u{2068}' => open.push('\u{2069}'),
            '\u{202c}' | '\u{2069}' if open.pop() != Some(c) => return false,
            _ => {}
        }
    }
    open.is_empty()
}
