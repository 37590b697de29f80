//! The few lines of a file that a snippet shows, laid out so that every character takes the
//! columns that its width says: tabs become spaces, what is hidden is written out, long lines
//! are cut around what is marked. The cost does not grow with the file.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use super::visible;
use crate::model::{Source, Span};

/// A span over more lines than this is marked in its first line only.
const MARKED_LINES: u32 = 4;
/// Bytes of a line before the mark beyond which nothing is laid out.
const FAR: usize = 4096;
const TAB: usize = 4;

/// Lines to show, and where the marks are in them.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Window {
    /// Whole lines, each ended by `\n`.
    pub(super) text: String,
    /// Number of the first line, from 1.
    pub(super) first: u32,
    /// Byte ranges in `text`, in the order of the spans that were asked for; `None` for one
    /// that was cut away.
    pub(super) marks: Vec<Option<Range<usize>>>,
}

/// Where a span would be in a line, and whether its start is among what is shown.
struct Mark {
    seen: bool,
    start: usize,
    end: usize,
}

/// One line with where its characters went.
struct Laid {
    text: String,
    /// Offset in the source, offset in `text`, and column of each character, and of the end.
    stops: Vec<(usize, usize, usize)>,
}

impl Laid {
    fn new(source: &str, range: Range<usize>) -> Self {
        let mut laid = Self { text: String::new(), stops: Vec::new() };
        let mut column = 0;
        for (at, character) in source[range.clone()].char_indices() {
            let start = laid.text.len();
            laid.stops.push((range.start + at, start, column));
            if character == '\t' {
                laid.text.extend(std::iter::repeat_n(' ', TAB - column % TAB));
            } else {
                visible::push_source(&mut laid.text, character);
            }
            column += laid.text[start..].chars().map(|shown| shown.width().unwrap_or(0)).sum::<usize>();
        }
        laid.stops.push((range.end, laid.text.len(), column));
        laid
    }

    fn column(&self, offset: usize) -> usize {
        let at = self.stops.partition_point(|stop| stop.0 < offset);
        self.stops.get(at).or(self.stops.last()).map_or(0, |stop| stop.2)
    }

    fn width(&self) -> usize {
        self.stops.last().map_or(0, |stop| stop.2)
    }

    /// Appends the columns from `left` on, at most `columns` of them, and answers where the
    /// source offsets of `spans` are in `out`.
    fn push(&self, out: &mut String, left: usize, columns: usize, cut_before: bool, spans: &[Span]) -> Vec<Mark> {
        let base = out.len();
        let cut_left = cut_before || (left > 0 && self.width() > 0);
        let cut_right = self.width() > left + columns;
        let from_column = left + usize::from(cut_left && left > 0);
        let to_column = left + columns - usize::from(cut_right);
        let first = self.stops.partition_point(|stop| stop.2 < from_column).min(self.stops.len() - 1);
        let last = self.stops.partition_point(|stop| stop.2 <= to_column).saturating_sub(1).max(first);
        let (from, to) = (self.stops[first].1, self.stops[last].1);
        let lead = if cut_left { '…'.len_utf8() } else { 0 };
        if cut_left {
            out.push('…');
        }
        out.push_str(&self.text[from..to]);
        let end = out.len();
        if cut_right {
            out.push('…');
        }
        let place = |offset: u32| {
            let at = self.stops.partition_point(|stop| stop.0 < offset as usize).min(self.stops.len() - 1);
            let shown = self.stops[at].1;
            let seen = (from..=to).contains(&shown);
            (
                seen,
                if seen {
                    base + lead + shown - from
                } else if shown < from {
                    base
                } else {
                    end
                },
            )
        };
        let mark = |span: &Span| {
            let ((seen, start), (_, end)) = (place(span.start), place(span.end));
            Mark { seen, start, end }
        };
        let marks = spans.iter().map(mark).collect();
        out.push('\n');
        marks
    }
}

/// The span without trailing white space, on character boundaries, and not over too many lines.
pub(super) fn tidy(source: &Source, span: Span) -> Span {
    let text = source.text();
    let boundary = |offset: u32| {
        let mut offset = (offset as usize).min(text.len());
        while !text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    };
    let (start, mut end) = (boundary(span.start), boundary(span.end));
    let marked = &text[start..end];
    if !marked.trim_end().is_empty() {
        end = start + marked.trim_end().len();
    } else if let Some(at) = marked.find(['\n', '\r']) {
        end = start + at;
    }
    let tidy = Span::of(start..end.max(start));
    let first = source.position(tidy.start).line;
    if source.position(tidy.end).line - first >= MARKED_LINES {
        let line = source.lines().line_span(text, first);
        let marked = text.get(start..line.end as usize).unwrap_or("").trim_end();
        return Span::of(start..start + marked.len());
    }
    tidy
}

/// Lays out the lines of `spans` (tidy ones; the first is the one that matters, the others are
/// near it), with a line before and after, in at most `columns` columns. `room` is how many
/// columns a label needs to the right of where the first span starts.
pub(super) fn window(source: &Source, spans: &[Span], columns: usize, room: usize) -> Window {
    let (text, lines) = (source.text(), source.lines());
    let line_of = |offset: u32| source.position(offset).line;
    let main = spans.first().copied().unwrap_or_default();
    let mut first = spans.iter().map(|span| line_of(span.start)).min().unwrap_or(1);
    let mut last = spans.iter().map(|span| line_of(span.end)).max().unwrap_or(1);
    let main_line = lines.line_span(text, line_of(main.start));
    let far = (main.start - main_line.start.min(main.start)) as usize > FAR;
    let blank = |line: u32| {
        let span = lines.line_span(text, line);
        span.end - span.start < 2 * FAR as u32 && source.slice(span).trim().is_empty()
    };
    if !far && first > 1 && !blank(first - 1) {
        first -= 1;
    }
    if !far && (last as usize) < lines.line_count() && !blank(last + 1) {
        last += 1;
    }

    let near = |line: Span| -> (Range<usize>, bool) {
        let mut range = line.range();
        let holds_main = line == main_line;
        let cut = holds_main && far;
        if cut {
            range.start = floor(text, main.start as usize - FAR / 4);
        }
        let end = if holds_main { (main.start as usize).max(range.start) } else { range.start };
        range.end = range.end.min(floor(text, end + FAR));
        (range, cut)
    };
    let (main_range, _) = near(main_line);
    let laid = Laid::new(text, main_range);
    let (start, end) = (laid.column(main.start as usize), laid.column(main.end as usize));
    let fits = end < columns && start + room <= columns;
    let left = if fits || (laid.width() <= columns && start + room <= columns) {
        0
    } else {
        start.saturating_sub(columns / 4)
    };

    let mut out = Window { text: String::new(), first, marks: vec![None; spans.len()] };
    for number in first..=last {
        let line = lines.line_span(text, number);
        let (range, cut) = near(line);
        let marks = Laid::new(text, range).push(&mut out.text, left, columns, cut, spans);
        for (at, span) in spans.iter().enumerate() {
            if line_of(span.start) == number {
                out.marks[at] = marks[at].seen.then_some(marks[at].start..marks[at].end);
            } else if line_of(span.end) == number
                && let Some(mark) = &mut out.marks[at]
            {
                mark.end = marks[at].end;
            }
        }
    }
    out
}

fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
