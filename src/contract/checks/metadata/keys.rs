//! Keys that are missing, and keys that nobody reads.

use super::shape::sure;
use crate::contract::context::{Context, listed};
use crate::rules::id;
use crate::source::python::values::{At, DictEntry, Val};

pub(super) fn missing_keys(ctx: &mut Context<'_>, value: &Val, entries: &[DictEntry], at: At, certain: bool) {
    let absent: Vec<String> = ctx
        .host
        .metadata
        .required
        .iter()
        .filter(|key| !entries.iter().any(|entry| entry.key.as_str() == Some(key)))
        .cloned()
        .collect();
    let Some(first) = absent.first() else { return };
    let place = if ctx.is_own(value.at) { value.at } else { at };
    let finding = ctx
        .finding(id::METADATA_KEY_MISSING, place, format!("`get_metadata` leaves out {}", listed(&absent)))
        .host_says(ctx.failed(&format!("Missing required metadata field: {first}")));
    let finding = sure(finding, certain);
    if certain {
        ctx.stop();
    }
    ctx.report(finding);
}

pub(super) fn known_key(ctx: &mut Context<'_>, entry: &DictEntry, key: &str, _open: bool) {
    let facts = &ctx.host.metadata;
    let known: Vec<&str> = facts.required.iter().chain(&facts.optional).map(String::as_str).collect();
    if known.contains(&key) || !ctx.is_own(entry.key_at) {
        return;
    }
    let near = ctx.nearest(key, known.iter().copied()).map(str::to_owned);
    let mut finding = ctx.finding(
        id::METADATA_KEY_IGNORED,
        entry.key_at,
        format!("the host never reads `{key}` from `get_metadata`"),
    );
    if let Some(near) = near {
        finding = finding.help(format!("Did you mean `{near}`?"));
    } else if key.contains("wicara") || key == "requires" {
        finding = finding.help("Use `min_version` and `max_version`: plain versions, both inclusive.".to_owned());
    }
    ctx.report(finding);
}
