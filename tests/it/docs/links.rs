//! Links between the documents lead somewhere, and tables that repeat the code agree with it.

use wicara_tool::exit::Exit;
use wicara_tool::report::Format;
use wicara_tool::settings::KEYS;

use super::{pages, root};

/// The anchor that a heading gets.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    kept.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c)).map(|c| if c == ' ' { '-' } else { c }).collect()
}

#[test]
fn links_lead_somewhere() {
    let pages = pages();
    let mut broken = Vec::new();
    let mut links = 0;
    for (page, text) in &pages {
        let folder = page.rsplit_once('/').map_or("", |(folder, _)| folder);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split_once(')')).map(|(target, _)| target) {
            if target.starts_with("https://") {
                continue;
            }
            links += 1;
            let (path, fragment) = target.split_once('#').unwrap_or((target, ""));
            let full = if path.is_empty() { page.clone() } else { format!("{folder}/{path}") };
            let full = full.trim_start_matches('/').to_owned();
            let full = full.strip_prefix("docs/../").unwrap_or(&full);
            let there = root().join(full).exists();
            let text = pages.iter().find(|(other, _)| other == full).map_or("", |(_, text)| text.as_str());
            let headed = text.lines().filter(|line| line.starts_with('#')).any(|line| anchor(line) == fragment);
            if !there || !(fragment.is_empty() || headed) {
                broken.push(format!("{page}: {target}"));
            }
        }
    }
    assert!(links > 10, "only {links} links");
    assert!(broken.is_empty(), "{broken:#?}");
}

fn page(path: &str) -> String {
    pages().into_iter().find(|(page, _)| page == path).expect("the page is there").1
}

#[test]
fn tables_say_what_the_code_says() {
    let exits = page("docs/exit-codes.md");
    let rows = exits.lines().filter(|line| line.starts_with("| ") && line.as_bytes()[2].is_ascii_digit());
    let said: Vec<String> = Exit::ALL
        .iter()
        .map(|exit| format!("| {} | {} |", exit.code(), exit.meaning().replace("--fail-on", "`--fail-on`")))
        .collect();
    assert_eq!(rows.collect::<Vec<_>>(), said);
    let formats = page("docs/report.md");
    for format in Format::ALL {
        assert!(formats.contains(&format!("| `{format}` |")), "docs/report.md lacks {format}");
    }
    let settings = page("docs/settings.md");
    for key in KEYS {
        let there = settings.contains(&format!("\n{} = ", key.name))
            || settings.contains(&format!("\n[{}]", key.name))
            || settings.contains(&format!("\n[[{}]]", key.name));
        assert!(there, "docs/settings.md lacks {}", key.name);
    }
}
