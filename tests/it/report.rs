//! Formats against their official schemas, and against what people and terminals see.

mod caret;
mod formats;
mod sample;
mod schemas;
mod text;

use wicara_tool::model::Report;
use wicara_tool::report::{Format, Style, render};
use wicara_tool::rules::RuleSet;

fn rendered(format: Format, report: &Report, style: &Style) -> String {
    let mut out = Vec::new();
    render(format, report, &RuleSet::embedded(), style, &mut out).expect("a vector takes everything");
    String::from_utf8(out).expect("reports are UTF-8")
}

fn plain(format: Format, report: &Report) -> String {
    rendered(format, report, &Style::default())
}
