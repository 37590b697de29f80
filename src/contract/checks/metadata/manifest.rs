//! `plugin.json` against `get_metadata()`.

use super::shape::place_of;
use crate::contract::context::Context;
use crate::manifest::Spanned;
use crate::model::{Finding, RuleId};
use crate::rules::id;
use crate::source::python::values::DictEntry;

/// `plugin.json` against `get_metadata()`.
pub(super) fn agrees(ctx: &mut Context<'_>, entries: &[DictEntry], open: bool) {
    let Some(manifest) = ctx.manifest.filter(|manifest| manifest.readable) else { return };
    let Some(file) = ctx.plugin.file("plugin.json") else { return };
    let text_of = |key: &str| entries.iter().find(|entry| entry.key.as_str() == Some(key));
    let mut found: Vec<Finding> = Vec::new();
    let mut differ = |rule: RuleId, key: &str, mine: Option<&Spanned<String>>| {
        let theirs = text_of(key);
        let (span, message) = match (mine, theirs) {
            (Some(mine), Some(entry)) => {
                let Some(text) = entry.value.as_str() else { return };
                if text == mine.value {
                    return;
                }
                (
                    mine.span,
                    format!(
                        "`{key}` is `{}` here and `{text}` in `get_metadata`, which is what the host obeys",
                        mine.value
                    ),
                )
            }
            (Some(mine), None) if !open && rule == id::MANIFEST_RULES_DIFFER => {
                (mine.span, format!("`{key}` stands here alone; the host obeys `get_metadata`, which does not set it"))
            }
            _ => return,
        };
        let mut finding = Finding::at(rule, ctx.plugin, file, span, message);
        if let Some(entry) = theirs {
            finding = finding.related(ctx.place(place_of(ctx, entry, &entry.value)), "what the host obeys");
        }
        found.push(finding);
    };
    differ(id::MANIFEST_RULES_DIFFER, "version", manifest.version.as_ref());
    differ(id::MANIFEST_RULES_DIFFER, "min_version", manifest.min_version.as_ref());
    differ(id::MANIFEST_RULES_DIFFER, "max_version", manifest.max_version.as_ref());
    differ(id::MANIFEST_TEXT_DIFFERS, "name", manifest.name.as_ref());
    differ(id::MANIFEST_TEXT_DIFFERS, "author", manifest.author.as_ref());
    differ(id::MANIFEST_TEXT_DIFFERS, "description", manifest.description.as_ref());
    for finding in found {
        ctx.report(finding);
    }
    dependencies_agree(ctx, entries, open);
}

fn dependencies_agree(ctx: &mut Context<'_>, entries: &[DictEntry], open: bool) {
    let Some(mine) =
        ctx.manifest.filter(|manifest| manifest.readable).and_then(|manifest| manifest.depends_on.as_ref())
    else {
        return;
    };
    let Some(file) = ctx.plugin.file("plugin.json") else { return };
    let mut names: Vec<&str> = mine.value.iter().map(|name| name.value.as_str()).collect();
    names.sort_unstable();
    let theirs = match entries.iter().find(|entry| entry.key.as_str() == Some("depends_on")) {
        Some(entry) => ctx.interp.texts(&entry.value),
        None if open => None,
        None => Some(Vec::new()),
    };
    let Some(mut theirs) = theirs else { return };
    theirs.sort();
    if theirs.iter().map(|name| &**name).ne(names.iter().copied()) {
        let finding = Finding::at(
            id::MANIFEST_RULES_DIFFER,
            ctx.plugin,
            file,
            mine.span,
            "`depends_on` differs from the one in `get_metadata`, which is what the host obeys",
        );
        ctx.report(finding);
    }
}
