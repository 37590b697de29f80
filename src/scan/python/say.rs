//! What is said about a match.

use super::catalogue::Catalogue;
use super::catalogue::Entry;
use crate::rules::Evidence;
use crate::source::python::flow::{Kind, Origin, StepKind, Taint, Val};

/// The sentence for a match.
pub(super) fn message(
    catalogue: &Catalogue,
    entry: &Entry,
    name: &str,
    evidence: Evidence,
    value: Option<&Val>,
    taint: Option<&Taint>,
) -> String {
    let call = shown(name);
    let template = entry.spec.message.as_str();
    let template = if template.is_empty() { "{call} is used with {value}" } else { template };
    template.replace("{call}", &format!("`{call}`")).replace("{value}", &describe(catalogue, evidence, value, taint))
}

/// A path as people write it.
pub(super) fn shown(name: &str) -> String {
    let name = name.strip_prefix("builtins.").unwrap_or(name);
    match name.strip_prefix("*.") {
        Some(method) => format!(".{method}"),
        None => name.to_owned(),
    }
}

fn describe(catalogue: &Catalogue, evidence: Evidence, value: Option<&Val>, taint: Option<&Taint>) -> String {
    match (evidence, value, taint) {
        (Evidence::Tainted, _, Some(taint)) => origin(catalogue, taint),
        (Evidence::Constant, Some(value), _) => match value.as_str() {
            Some(text) => format!("`{}`", short(text)),
            None => match &value.kind {
                Kind::Seq(_) => "a constant list".to_owned(),
                _ => "a constant".to_owned(),
            },
        },
        (Evidence::Unknown, ..) => "a value that is not constant".to_owned(),
        _ => "nothing".to_owned(),
    }
}

/// Where data comes from, in words.
pub(super) fn origin(catalogue: &Catalogue, taint: &Taint) -> String {
    let labels = match taint.origin {
        Origin::Source(labels, ..) => catalogue.model.label_names(labels),
        Origin::Param(..) => Vec::new(),
    };
    let from = match &taint.step.first().what {
        StepKind::Source(name) => shown(name),
        _ => String::new(),
    };
    let what = match labels.first() {
        Some(&"request") => "data from the request",
        Some(&"hook") => "data that the host passes to a hook",
        Some(&"network") => "data from the network",
        Some(&"file") => "data from a file",
        Some(&"environment") => "the environment",
        Some(&"config") => "the site's configuration",
        Some(&"secret") => "a secret",
        _ => "data from outside",
    };
    if from.is_empty() || from.contains(' ') && !from.starts_with("route") && !from.starts_with("hook") {
        what.to_owned()
    } else if from.contains(' ') {
        format!("{what} ({from})")
    } else {
        format!("{what} (`{from}`)")
    }
}

fn short(text: &str) -> String {
    let line: String = text.chars().take(60).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(60).is_some() { format!("{line}…") } else { line }
}
