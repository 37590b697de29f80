//! The text of a file in which the secrets are covered, so that no report repeats them.

use std::sync::Arc;

use crate::model::{Source, Span};

/// Characters of a secret that are shown, so that its owner knows which one it is.
const SHOWN: usize = 4;

/// A copy of `text` in which each of `spans` is covered but for its first characters. Offsets stay the same.
pub(super) fn covered(text: &str, spans: &[Span]) -> Arc<Source> {
    let mut bytes = text.as_bytes().to_vec();
    for span in spans {
        let start = text.floor_char_boundary((span.start as usize + shown(span.range().len())).min(text.len()));
        let end = (span.end as usize).min(bytes.len());
        if let Some(hidden) = bytes.get_mut(start..end) {
            // Lines stay where they are.
            hidden.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'\r')).for_each(|byte| *byte = b'*');
        }
    }
    Arc::new(Source::new(bytes))
}

const fn shown(length: usize) -> usize {
    if length >= 4 * SHOWN { SHOWN } else { 0 }
}

/// The secret as a finding names it: its beginning, and how long it is.
pub(super) fn named(secret: &str) -> String {
    let start: String = secret.chars().take(shown(secret.len())).collect();
    format!("`{start}…` ({} characters)", secret.chars().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_but_the_beginning_is_left() {
        let text = "é = 'x9Kq2mVb7TzR4wLp8NcY'\nb = 'hunter2'\n";
        let spans = [Span::new(6, 26), Span::new(33, 40)];
        let source = covered(text, &spans);
        assert_eq!(source.text(), "é = 'x9Kq****************'\nb = '*******'\n");
        assert_eq!(named("x9Kq2mVb7TzR4wLp8NcY"), "`x9Kq…` (20 characters)");
        assert_eq!(named("hunter2"), "`…` (7 characters)");
    }
}
