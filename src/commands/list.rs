//! `wicara-tool rules`

use clap::ValueEnum;
use serde_json::json;

use super::cli::World;
use super::complain;
use super::page::Page;
use crate::exit::Exit;
use crate::model::Severity;
use crate::rules::{Rule, nearest};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Only the rules of this family.
    family: Option<String>,
    /// How to print the list.
    #[arg(long, short, value_name = "FORMAT", default_value = "text")]
    format: Shape,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shape {
    /// For people.
    Text,
    /// For programs.
    Json,
}

pub(super) fn run(args: &Args, world: &World) -> Exit {
    let families = world.rules.families();
    if let Some(wanted) = args.family.as_deref().filter(|wanted| !families.contains(wanted)) {
        let help = match nearest(wanted, families.iter().copied()) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => format!("The families are {}.", families.join(", ")),
        };
        complain::say(world, format!("there is no family `{wanted}`"), Some(&help));
        return Exit::Usage;
    }
    let mut rules: Vec<&Rule> = world.rules.ids().map(|id| world.rules.get(id)).collect();
    rules.retain(|rule| args.family.as_deref().is_none_or(|family| family == rule.family));
    rules.sort_by(|a, b| (a.family, &a.id).cmp(&(b.family, &b.id)));
    match args.format {
        Shape::Text => world.answer(&text(&rules, world)),
        Shape::Json => {
            let list: Vec<_> = rules.iter().map(|rule| json!({
                "id": rule.id, "family": rule.family, "severity": rule.severity, "confidence": rule.confidence,
                "title": rule.title, "pitfalls": rule.pitfalls, "references": rule.references, "bandit": rule.bandit, "ruff": rule.ruff, "since": rule.since,
            })).collect();
            world.answer(
                &(serde_json::to_string_pretty(&json!({"version": 1, "rules": list})).unwrap_or_default() + "\n"),
            )
        }
    }
}

fn text(rules: &[&Rule], world: &World) -> String {
    let mut page = Page::new(world.console.color_out, world.console.width);
    let mut family = "";
    for rule in rules {
        if rule.family != family {
            family = rule.family;
            page.heading(family);
        }
        let (word, code) = severity(rule.severity);
        let word = page.paint(code, &format!("{word:6}"));
        page.line(&format!("  {word}  {:34}  {}", rule.id, rule.title));
    }
    let count = rules.len();
    page.line(&format!("\n{count} rules. `wicara-tool explain RULE` tells more about one."));
    page.finish().trim_start_matches('\n').to_owned()
}

/// The word of a severity, and its colour.
pub(super) const fn severity(severity: Severity) -> (&'static str, &'static str) {
    match severity {
        Severity::High => ("high", "1;31"),
        Severity::Medium => ("medium", "33"),
        Severity::Low => ("low", "34"),
        Severity::Info => ("info", "2"),
    }
}
