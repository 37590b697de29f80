//! One line for each finding, for `grep`, editors' error lists, and people in a hurry.

use std::fmt::Write as _;

use super::{prose, visible};
use crate::model::Report;

pub(super) fn render(report: &Report) -> String {
    let mut out = String::new();
    for judged in report.findings.iter().filter(|judged| judged.suppressed.is_none()) {
        let place = &judged.finding.place;
        let (start, _) = place.positions();
        let _ = writeln!(
            out,
            "{}:{}:{}: {}[{}] {}",
            visible::name(&place.path),
            start.line,
            start.column,
            prose::severity(judged.severity),
            judged.finding.rule,
            visible::one_line(&judged.finding.message)
        );
    }
    out
}
