//! Errors about the run, as miette draws them: the place in the user's own file, and what to do.

use std::fmt;
use std::sync::Arc;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents,
};

use super::cli::World;
use crate::intake::InputError;
use crate::model::{Source, Span};
use crate::settings::Fault;

/// Prints faults of settings.
pub(super) fn faults(world: &World, faults: &[Fault]) {
    for fault in faults {
        let place = fault.place.as_ref().map(|(path, source, span)| Place::new(path, source, *span, &fault.label));
        let message = match fault.shown_place() {
            Some(at) => format!("{at}: {}", fault.message),
            None => fault.message.clone(),
        };
        print(world, Complaint { message, help: fault.help.clone(), place });
    }
}

/// Prints errors about paths.
pub(super) fn inputs(world: &World, errors: &[InputError]) {
    for error in errors {
        print(world, Complaint { message: error.message.clone(), help: Some(error.help.clone()), place: None });
    }
}

/// Prints one error without a place.
pub(super) fn say(world: &World, message: String, help: Option<&str>) {
    print(world, Complaint { message, help: help.map(str::to_owned), place: None });
}

#[derive(Debug)]
struct Complaint {
    message: String,
    help: Option<String>,
    place: Option<Place>,
}

/// Lines before and after the marked one.
const AROUND: u32 = 1;

#[derive(Debug)]
struct Place {
    label: LabeledSpan,
    window: Window,
}

/// The few lines that are shown, so that nothing else is walked, with its true line numbers.
#[derive(Debug)]
struct Window {
    path: String,
    text: String,
    span: SourceSpan,
    line: usize,
    column: usize,
}

impl Place {
    fn new(path: &str, source: &Arc<Source>, span: Span, label: &str) -> Self {
        let at = source.position(span.start);
        let first = at.line.saturating_sub(AROUND).max(1);
        let lines = source.lines();
        let start = lines.line_span(source.text(), first).start;
        let end = lines.line_span(source.text(), at.line + AROUND).end.max(start);
        let line_end = lines.line_span(source.text(), at.line).end;
        // Same length in bytes, but nothing that a terminal obeys.
        let shown = source.slice(Span::new(start, end)).chars();
        let text = shown.map(|c| if c.is_ascii_control() && !"\t\r\n".contains(c) { '?' } else { c }).collect();
        let offset = (span.start - start) as usize;
        let length = (span.end.min(line_end).saturating_sub(span.start) as usize).max(1);
        let label = LabeledSpan::new((!label.is_empty()).then(|| label.to_owned()), offset, length);
        let window = Window {
            path: path.to_owned(),
            text,
            span: SourceSpan::from((offset, length)),
            line: first as usize - 1,
            column: at.column as usize - 1,
        };
        Self { label, window }
    }
}

impl SourceCode for Window {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let inner = self.text.read_span(span, before, after)?;
        // The header asks for the marked text alone; its column is counted in characters by us.
        let column = if *span == self.span && before == 0 && after == 0 { self.column } else { inner.column() };
        Ok(Box::new(MietteSpanContents::new_named(
            self.path.clone(),
            inner.data(),
            *inner.span(),
            inner.line() + self.line,
            column,
            inner.line_count(),
        )))
    }
}

impl fmt::Display for Complaint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Complaint {}

impl Diagnostic for Complaint {
    fn help<'a>(&'a self) -> Option<Box<dyn fmt::Display + 'a>> {
        self.help.as_ref().map(|help| Box::new(help) as Box<dyn fmt::Display>)
    }

    fn source_code(&self) -> Option<&dyn SourceCode> {
        self.place.as_ref().map(|place| &place.window as &dyn SourceCode)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        let place = self.place.as_ref()?;
        Some(Box::new(std::iter::once(place.label.clone())))
    }
}

#[expect(clippy::needless_pass_by_value, reason = "a complaint is made to be printed once")]
fn print(world: &World, complaint: Complaint) {
    let theme = if world.console.color_err { GraphicalTheme::unicode() } else { GraphicalTheme::unicode_nocolor() };
    let handler = GraphicalReportHandler::new_themed(theme).with_links(false).with_width(world.console.width);
    let mut text = String::new();
    match handler.render_report(&mut text, &complaint) {
        Ok(()) => world.console.err(&text),
        Err(_) => world.console.err(&format!("error: {complaint}\n")),
    }
}
