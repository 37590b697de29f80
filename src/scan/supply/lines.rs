//! A requirements file as its lines.

use crate::model::Span;

/// Lines that are read; a plugin has a handful.
const MOST: usize = 5_000;
/// Bytes of one line that are read.
const LONGEST: usize = 4_000;

/// A line that asks for something, without its comment; a line that goes on is one with the next.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) span: Span,
    pub(super) text: String,
}

pub(super) fn lines(text: &str) -> Vec<Line> {
    let mut found: Vec<Line> = Vec::new();
    let mut at = 0;
    let mut continued = false;
    for written in text.split_inclusive('\n') {
        let start = at;
        at += written.len();
        let body = written.trim_end();
        let body = &body[..body.floor_char_boundary(LONGEST)];
        let (body, start) = match body.strip_prefix('\u{feff}') {
            Some(rest) => (rest, start + 3),
            None => (body, start),
        };
        let comment = body.match_indices('#').map(|(at, _)| at).find(|at| {
            // In an address it has a meaning.
            body[..*at].chars().next_back().is_none_or(char::is_whitespace)
        });
        let content = &body[..comment.unwrap_or(body.len())];
        let goes_on = comment.is_none() && content.ends_with('\\');
        let content = content.trim_end_matches('\\').trim_end();
        let indent = content.len() - content.trim_start().len();
        let content = &content[indent..];
        let before = found.len();
        match found.last_mut().filter(|_| continued) {
            Some(last) if last.text.len() < LONGEST => {
                last.text.push(' ');
                last.text.push_str(content);
            }
            Some(_) => {}
            None if content.is_empty() => {}
            None => {
                let start = start + indent;
                found.push(Line { span: Span::of(start..start + content.len()), text: content.to_owned() });
            }
        }
        continued = goes_on && (continued || found.len() > before);
        if found.len() == MOST {
            break;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_go_and_continued_lines_are_one() {
        let text = "\u{feff}# all\n  flask>=2 # web\n\nrequests \\\n    --hash=sha256:a \\\n  --hash=sha256:b\na @ https://x.net/a#egg=b\n\\\nb\n";
        let found: Vec<_> = lines(text).into_iter().map(|line| line.text).collect();
        assert_eq!(found, ["flask>=2", "requests --hash=sha256:a --hash=sha256:b", "a @ https://x.net/a#egg=b", "b"]);
        assert_eq!(&text[lines(text)[0].span.range()], "flask>=2");
        assert_eq!(lines(&"a\n".repeat(9_000)).len(), MOST);
        assert!(lines(&("a".to_owned() + &"\\\nb".repeat(9_000)))[0].text.len() < 2 * LONGEST);
    }
}
