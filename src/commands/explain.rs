//! `wicara-tool explain`

use super::cli::World;
use super::complain;
use super::list::severity;
use super::page::Page;
use crate::exit::Exit;
use crate::model::{Confidence, RuleId};
use crate::rules::{Example, examples, fixture, id, nearest};

#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The rule's id, as a finding shows it.
    rule: String,
}

pub(super) fn run(args: &Args, world: &World) -> Exit {
    let wanted = args.rule.rsplit('/').next().unwrap_or(&args.rule);
    let Some(id) = world.rules.find(wanted) else {
        let help = match nearest(wanted, world.rules.ids().map(RuleId::as_str)) {
            Some(near) => format!("Did you mean `{near}`?"),
            None => "`wicara-tool rules` lists them.".to_owned(),
        };
        complain::say(world, format!("there is no rule `{wanted}`"), Some(&help));
        return Exit::Usage;
    };
    world.answer(&text(id, world))
}

/// Where the findings of a rule can be silenced: JSON has no comments, and a ZIP none either.
fn silence(id: RuleId, family: &str, page: &mut Page) {
    if id == id::INTERNAL_ERROR {
        return;
    }
    if matches!(family, "archive" | "control" | "files" | "manifest") {
        page.heading("To silence it (wicara-tool.toml)");
        page.code(&format!("ignore = [\"{id}\"]"));
    } else {
        page.heading("To silence it (at the end of the line, or on the line above)");
        page.code(&format!("# wicara: ignore[{id}] the reason"));
    }
}

fn text(id: RuleId, world: &World) -> String {
    let rule = world.rules.get(id);
    let mut page = Page::new(world.console.color_out, world.console.width);
    let name = page.paint("1", &format!("{}/{id}", rule.family));
    page.line(&format!("{name}: {}", rule.title));
    let (word, code) = severity(rule.severity);
    let word = page.paint(code, word);
    let confidence = match rule.confidence {
        Confidence::Low => "low",
        Confidence::Medium => "medium",
        Confidence::High => "high",
    };
    let since = if rule.since.is_empty() { String::new() } else { format!(", since {}", rule.since) };
    page.line(&format!("Severity {word}, confidence {confidence}{since}."));
    page.heading("Why it matters");
    page.prose(&rule.why);
    if let Some(words) = &rule.host_says {
        page.heading("What the host says");
        page.code(words.trim());
    }
    page.heading("What to do");
    page.prose(&rule.help);
    let fixture = world.rules.fixture(id).and_then(|text| fixture::parse(text).ok()).unwrap_or_default();
    let (bad, good) = examples(&fixture, id.as_str());
    for (title, example) in [("A bad example", bad), ("A good example", good)] {
        if let Some(Example { path, text }) = example {
            page.heading(&format!("{title} ({path})"));
            page.code(&text);
        }
    }
    for (title, listing) in [("A bad example", &rule.bad), ("A good example", &rule.good)] {
        if let Some(listing) = listing {
            page.heading(title);
            page.code(listing.trim_end());
        }
    }
    silence(id, rule.family, &mut page);
    if !rule.references.is_empty() {
        page.heading("References");
        rule.references.iter().for_each(|reference| page.line(&format!("  {reference}")));
    }
    if !rule.bandit.is_empty() || !rule.ruff.is_empty() {
        page.heading("Other tools");
        for (tool, codes) in [("bandit", &rule.bandit), ("ruff", &rule.ruff)] {
            if !codes.is_empty() {
                page.line(&format!("  {tool} {}", codes.join(", ")));
            }
        }
    }
    page.finish()
}
