//! The source line with what is marked in it, drawn by miette from a window of a few lines.
//!
//! miette's own sources read the whole file for each label and count columns in bytes. Ours
//! hands out the window as it is, and names the place itself.

use std::fmt;
use std::ops::Range;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use super::{prose, visible, window};
use crate::model::{Judged, Related, Severity, Span};

/// Lines between the finding and another place that is still shown in the same snippet.
const NEAR_LINES: u32 = 6;
/// Columns that are kept for a label beside what it marks.
const LABEL_ROOM: usize = 28;

/// A drawn finding.
#[derive(Debug)]
pub(super) struct Snippet {
    /// Lines, each ended by `\n`.
    pub(super) text: String,
    /// Which of the related places it shows.
    pub(super) shown: Vec<usize>,
}

/// Draws the place of a finding; `None` when it is about a whole file.
pub(super) fn draw(judged: &Judged, width: usize, colour: bool) -> Option<Snippet> {
    let finding = &judged.finding;
    let (source, span) = (finding.place.source.as_ref()?, finding.place.span?);
    let main = window::tidy(source, span);
    let (first, last) = (source.position(main.start).line, source.position(main.end).line);
    let near = |related: &Related| -> Option<Span> {
        let span = related.place.span.filter(|_| related.place.path == finding.place.path)?;
        let span = window::tidy(source, span);
        let (start, end) = (source.position(span.start).line, source.position(span.end).line);
        let apart = span.end <= main.start || main.end <= span.start;
        let close = start == end && start + NEAR_LINES >= first && start <= last + NEAR_LINES;
        (apart && close && first == last).then_some(span)
    };
    let mut spans = vec![main];
    let mut shown: Vec<usize> = Vec::new();
    for (at, related) in finding.related.iter().enumerate() {
        if let Some(span) = near(related)
            && spans.iter().all(|other| span.end < other.start || other.end < span.start)
        {
            spans.push(span);
            shown.push(at);
        }
    }

    let gutter = 4 + (last + NEAR_LINES).to_string().len() + if first == last { 0 } else { 4 };
    let columns = width.clamp(36, 200).saturating_sub(gutter);
    let label = visible::one_line(finding.label.trim());
    let room = if label.is_empty() { 0 } else { LABEL_ROOM.min(prose::columns(&label) + 8) };
    let window = window::window(source, &spans, columns, room);

    let mut marks = window.marks.into_iter();
    let mark = marks.next().flatten().unwrap_or(0..0);
    let text = |text: &str, mark: &Range<usize>| (!text.is_empty()).then(|| wrapped(text, &window.text, mark, columns));
    let mut labels = vec![(LabeledSpan::new_primary_with_span(text(&label, &mark), mark), true)];
    let others: Vec<(usize, Range<usize>)> =
        shown.into_iter().zip(marks).filter_map(|(at, mark)| Some((at, mark?))).collect();
    let shown = others.iter().map(|(at, _)| *at).collect();
    for (at, mark) in others {
        let message = visible::one_line(finding.related[at].message.trim());
        labels.push((LabeledSpan::new_with_span(text(&message, &mark), mark), false));
    }
    labels.sort_by_key(|(label, _)| label.offset());

    let (start, _) = finding.place.positions();
    let name = format!("{}:{}:{}", visible::name(&finding.place.path), start.line, start.column);
    let handler = handler(judged.severity, colour, &labels);
    let drawing = Drawing {
        name,
        first: (window.first as usize).saturating_sub(1),
        text: window.text,
        labels: labels.into_iter().map(|(label, _)| label).collect(),
    };
    let mut text = String::new();
    handler.render_report(&mut text, &drawing).ok()?;
    // miette's first line is its own headline; ours says more.
    let text = text.split_once('\n').map_or("", |(_, rest)| rest).to_owned();
    Some(Snippet { text, shown })
}

/// Breaks a label so that it ends within the columns, where there is room for that.
fn wrapped(label: &str, text: &str, mark: &Range<usize>, columns: usize) -> String {
    let line = text[..mark.start].rfind('\n').map_or(0, |at| at + 1);
    let many = text[mark.clone()].contains('\n');
    let middle =
        if many { 0 } else { (prose::columns(&text[line..mark.start]) + prose::columns(&text[line..mark.end])) / 2 };
    prose::wrap(label, columns.saturating_sub(middle + 4).max(18)).join("\n")
}

/// miette with our colours: what is wrong in the colour of its severity, other places calmer.
fn handler(severity: Severity, colour: bool, labels: &[(LabeledSpan, bool)]) -> GraphicalReportHandler {
    let mut theme = if colour { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    if colour {
        let styles = &mut theme.styles;
        styles.link = styles.help;
        let main = match severity {
            Severity::High => styles.error,
            Severity::Medium => styles.warning,
            Severity::Low | Severity::Info => styles.advice,
        };
        let other = styles.linum;
        styles.highlights = labels.iter().map(|(_, is_main)| if *is_main { main } else { other }).collect();
    }
    GraphicalReportHandler::new_themed(theme)
        .with_links(false)
        .without_primary_span_start()
        .without_syntax_highlighting()
        .with_wrap_lines(false)
}

/// What miette is given: a window that is always the same, whatever label it asks for.
struct Drawing {
    name: String,
    first: usize,
    text: String,
    labels: Vec<LabeledSpan>,
}

impl fmt::Debug for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name)
    }
}

impl fmt::Display for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("-")
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().cloned()))
    }
}

impl SourceCode for Drawing {
    fn read_span<'a>(
        &'a self,
        _: &SourceSpan,
        _: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let span = (0, self.text.len()).into();
        let lines = self.text.matches('\n').count();
        let (name, data) = (self.name.clone(), self.text.as_bytes());
        Ok(Box::new(MietteSpanContents::new_named(name, data, span, self.first, 0, lines)))
    }
}
