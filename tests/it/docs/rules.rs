//! `docs/rules.md`: every rule in its family, from its file; whether it mends comes from its fixture.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rayon::prelude::*;
use wicara_tool::model::{RuleId, Safety, Severity};
use wicara_tool::rules::RuleSet;
use wicara_tool::rules::fixture::{self, Case};

use super::same;
use crate::fixtures::best_fix;

/// What a family is about, in one sentence.
const FAMILIES: &[(&str, &str)] = &[
    ("archives", "Archives that are unpacked."),
    ("code", "Code that is made, loaded, or chosen while the program runs."),
    ("config", "How a site is set up: secrets, cookies, tokens, debugging."),
    ("crypto", "Hashes, ciphers, keys, and random numbers."),
    ("deserialise", "Data that is turned into objects."),
    ("leak", "Secrets and private files that go away."),
    ("network", "Connections: to whom, how safe, and for how long."),
    ("obfuscation", "Code and names that are hidden."),
    ("paths", "Files: which ones, and who may change them."),
    ("process", "Programs that are started."),
    ("sql", "Queries that are put together."),
    ("tamper", "Changes of the host, of Python, and of the machine."),
    ("web", "What goes to a browser: markup, templates, redirects, headers."),
    ("xml", "XML that is read."),
    ("archive", "What is wrong with a ZIP archive, and what the host makes of it."),
    ("class", "Which class the host takes, and whether it can make a plugin of it."),
    ("control", "What is wrong with suppressions, baselines, and with wicara-tool itself."),
    ("files", "Files that do not belong into a plugin, and files that cannot be judged."),
    ("handlers", "What handlers take, what they are, and what the host makes of their results."),
    ("hooks", "How hooks are registered."),
    ("lifecycle", "What a plugin does when it is imported and while the host runs."),
    ("load", "Whether the host finds and imports the plugin."),
    ("manifest", "`plugin.json`."),
    ("metadata", "`get_metadata()`, dependencies, and configuration."),
    ("obfuscation", "What is written so that readers do not see it."),
    ("permissions", "What a plugin asks leave for, against what it does."),
    ("routes", "Routes, endpoints, and blueprints."),
    ("script", "What JavaScript does with data, with code from elsewhere, and with what it should keep to itself."),
    ("markup", "Templates, pages, and drawings: what becomes markup or code, and what is loaded from elsewhere."),
    ("native", "Native extensions: what code in Rust can do, and what its build does."),
    ("secrets", "Keys, tokens, and passwords that are written into files."),
    ("supply", "Requirements: what an administrator is told to install, and from where."),
    ("templates", "Templates, static files, filters, and globals."),
];

#[test]
fn the_page_of_rules_is_up_to_date() {
    let rules = RuleSet::embedded();
    let count = rules.ids().count();
    let mut page = format!(
        "# Rules\n\n<!-- Generated from rules/ and fixtures/; WICARA_UPDATE=1 cargo test docs writes it anew. -->\n\n\
         {count} rules. `wicara-tool explain RULE` says why each matters, quotes the host, and shows a bad and a good\n\
         example. *Row* names the [proven pitfalls](pitfalls.md) that a rule covers, *Fix* what `--fix` can mend:\n\
         safely, or with `--fix=unsafe`. A finding may carry another severity than its rule where the case is milder or worse.\n"
    );
    let ids: Vec<RuleId> = rules.ids().collect();
    // A thread that waits for its part takes up another rule meanwhile, and has the stacks of both.
    let threads = rayon::ThreadPoolBuilder::new().stack_size(64 << 20).build().unwrap();
    let fixes: BTreeMap<RuleId, Option<Safety>> =
        threads.install(|| ids.par_iter().map(|id| (*id, fix(&rules, *id))).collect());
    for family in rules.families() {
        let about = FAMILIES.iter().find(|(name, _)| *name == family).map(|(_, about)| *about);
        let about = about.unwrap_or_else(|| panic!("FAMILIES lacks `{family}`"));
        let _ =
            write!(page, "\n## {family}\n\n{about}\n\n| Rule | Severity | What | Row | Fix |\n|---|---|---|---|---|\n");
        for id in rules.ids().filter(|id| rules.family(*id) == family) {
            let rule = rules.get(id);
            let fix = match fixes[&id] {
                Some(Safety::Safe) => "yes",
                Some(Safety::Unsafe) => "unsafe",
                None => "",
            };
            let title = rule.title.replace('|', "\\|");
            let rows = rule.pitfalls.join(", ");
            let _ = writeln!(page, "| `{id}` | {} | {title} | {rows} | {fix} |", word(rule.severity));
        }
    }
    page.push_str(
        "\n## Pitfalls without a rule\n\nWhat was proven on the host, and what no reading of the code can tell.\n\n\
         | Row | What | Why there is no rule |\n|---|---|---|\n",
    );
    for (row, what, why) in super::pitfalls::without_a_rule() {
        let _ = writeln!(page, "| {row} | {what} | {why} |");
    }
    same("docs/rules.md", &page);
}

/// The safest fix that any finding of the rule has in the rule's own fixture.
fn fix(rules: &RuleSet, id: RuleId) -> Option<Safety> {
    let fixture = fixture::parse(rules.fixture(id)?).expect("the fixture can be read");
    let mut best = None;
    let marks = |case: &Case| case.plugins.iter().flat_map(|plugin| plugin.marks.clone()).collect::<Vec<_>>();
    for case in
        fixture.cases.iter().filter(|case| marks(case).iter().any(|mark| mark.wanted && mark.rule == id.as_str()))
    {
        let found = best_fix(case, rules, id);
        best = best.into_iter().chain(found).min();
        if best == Some(Safety::Safe) {
            break;
        }
    }
    best
}

fn word(severity: Severity) -> String {
    format!("{severity:?}").to_lowercase()
}
