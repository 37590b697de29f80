//! The table of permissions, for people and for programs.

use serde_json::{Value, json};

use super::cli::World;
use super::page::Page;
use crate::gate::Surveyed;
use crate::report::{visible_json, visible_name};
use crate::scan::{Row, State, Use};

/// Places of one permission that people are shown.
const SHOWN: usize = 3;

/// The table for people.
pub(super) fn text(all: &[Surveyed<'_>], world: &World) -> String {
    let mut page = Page::new(world.console.color_out, world.console.width);
    for one in all {
        page.heading(&title(one));
        let rows = one.rows();
        if rows.is_empty() {
            page.line("  It asks for nothing, and nothing that it does needs leave.");
        }
        let width = rows.iter().map(|row| row.permission.chars().count()).max().unwrap_or(0);
        for row in &rows {
            let (word, colour) = word(&row.state, one.declared().is_some());
            let name = format!("{:width$}", visible_name(&row.permission));
            let line = format!("  {name}  {}  {}", page.paint(colour, &format!("{word:12}")), count(row));
            page.line(line.trim_end());
            for used in row.uses.iter().take(SHOWN) {
                let place = page.paint("2", &place(used));
                page.line(&format!("    {place}  {}", what(used)));
            }
            if row.uses.len() > SHOWN {
                page.line(&format!("    and {} more", row.uses.len() - SHOWN));
            }
        }
        if let Some(first) = one.seen.open().first() {
            let more = match one.seen.open().len() {
                1 => String::new(),
                number => format!(", and {} more", number - 1),
            };
            page.line(&format!("  What it does here cannot be told: {} ({}){more}", place(first), what(first)));
        }
        let least = one.least();
        let narrower = rows.iter().any(|row| !matches!(row.state, State::Fine | State::Unseen));
        if narrower || one.declared().is_none() && !least.is_empty() {
            page.line(&format!("  Enough would be: {}", list(&least)));
        }
    }
    page.finish().trim_start_matches('\n').to_owned()
}

/// The table for programs.
pub(super) fn json(all: &[Surveyed<'_>]) -> String {
    let plugins: Vec<Value> = all.iter().map(plugin).collect();
    let document = json!({"version": 1, "plugins": plugins});
    visible_json(&serde_json::to_string_pretty(&document).unwrap_or_default()) + "\n"
}

fn plugin(one: &Surveyed<'_>) -> Value {
    let text = |field: Option<&crate::manifest::Spanned<String>>| field.map(|field| field.value.clone());
    let manifest = one.manifest.as_ref();
    let rows: Vec<Value> = one
        .rows()
        .iter()
        .map(|row| {
            let narrower = if let State::Wider(narrower) = &row.state { narrower.as_slice() } else { &[] };
            let state = match &row.state {
                State::Fine => "fine",
                State::Undeclared => "undeclared",
                State::Unused => "unused",
                State::Unseen => "unseen",
                State::Wider(_) => "wider",
                State::Unknown => "unknown",
            };
            json!({
                "permission": row.permission, "declared": row.declared, "used": !row.uses.is_empty(),
                "state": state, "narrower": narrower, "places": row.uses.iter().map(entry).collect::<Vec<_>>(),
            })
        })
        .collect();
    json!({
        "path": one.plugin.root, "slug": one.plugin.slug,
        "name": text(manifest.and_then(|manifest| manifest.name.as_ref())),
        "version": one.version(),
        "declared": one.declared(), "permissions": rows, "least": one.least(),
        "hosts": one.seen.hosts(),
        "untold": one.seen.open().iter().map(entry).collect::<Vec<_>>(),
    })
}

pub(super) fn entry(one: &Use) -> Value {
    let (start, end) = one.place.positions();
    let whole = one.place.span.is_none();
    json!({
        "path": one.place.path, "what": one.what, "hosts": one.hosts,
        "line": (!whole).then_some(start.line), "column": (!whole).then_some(start.column),
        "end_line": (!whole).then_some(end.line), "end_column": (!whole).then_some(end.column),
    })
}

fn title(one: &Surveyed<'_>) -> String {
    let version = one.version().map(|version| format!(" {}", visible_name(version))).unwrap_or_default();
    let list = match one.declared() {
        Some(_) => "",
        None => " (its manifest has no list of permissions)",
    };
    format!("{}{version}{list}", visible_name(&one.plugin.slug))
}

/// The word of a state, and its colour. Where there is no list, nothing is missing in it.
const fn word(state: &State, has_list: bool) -> (&'static str, &'static str) {
    match state {
        State::Fine => ("used", "32"),
        State::Undeclared if !has_list => ("used", "0"),
        State::Undeclared => ("not declared", "1;31"),
        State::Unused => ("never used", "33"),
        State::Unseen => ("not seen", "33"),
        State::Wider(_) => ("too wide", "33"),
        State::Unknown => ("unknown", "1;31"),
    }
}

fn count(row: &Row) -> String {
    match row.uses.len() {
        0 => String::new(),
        1 => "1 place".to_owned(),
        number => format!("{number} places"),
    }
}

fn place(one: &Use) -> String {
    let path = visible_name(&one.place.path).into_owned();
    let at = one.place.positions().0;
    if one.place.span.is_some() { format!("{path}:{}:{}", at.line, at.column) } else { path }
}

fn what(one: &Use) -> String {
    if one.hosts.is_empty() {
        return visible_name(&one.what).into_owned();
    }
    let hosts: Vec<&str> = one.hosts.iter().map(String::as_str).collect();
    format!("{} to {}", visible_name(&one.what), visible_name(&hosts.join(", ")))
}

fn list(names: &[String]) -> String {
    if names.is_empty() {
        "none".to_owned()
    } else {
        names.iter().map(|name| visible_name(name).into_owned()).collect::<Vec<_>>().join(", ")
    }
}
