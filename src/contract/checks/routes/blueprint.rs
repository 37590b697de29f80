//! The names of blueprints.

use crate::contract::context::Context;
use crate::contract::facts::Claim;
use crate::contract::simulate::Blueprint;
use crate::model::Safety;
use crate::rules::id;

/// Blueprint names that say nothing about the plugin.
const COMMON_BLUEPRINTS: &[&str] = &[
    "api",
    "blueprint",
    "bp",
    "dashboard",
    "index",
    "main",
    "my_plugin",
    "pages",
    "plugin",
    "routes",
    "settings",
    "views",
    "web",
];

pub(super) fn blueprint_name(ctx: &mut Context<'_>, blueprint: &Blueprint) {
    let Some(name) = blueprint.name.clone() else { return };
    if !ctx.is_own(blueprint.name_at) || !blueprint.registered {
        return;
    }
    let written = ctx.text(blueprint.name_at);
    if ctx.host.blueprints.contains(&name) {
        let better = ctx.plugin.slug.replace('-', "_");
        let mut finding = ctx
            .finding(id::BLUEPRINT_NAME_RESERVED, blueprint.name_at, format!("the host has a blueprint `{name}` of its own and does not start with a second one"))
            .host_says(format!(
                "ValueError: The name '{name}' is already registered for a different blueprint. Use 'name=' to provide a unique name."
            ));
        // A name that is put together may serve several blueprints.
        let literal = |quote: &char| matches!(quote, '\'' | '"') && written.matches(*quote).count() == 2;
        if let Some(quote) = written.chars().next().filter(literal).filter(|quote| written.ends_with(*quote)) {
            finding = finding.fix(
                Safety::Safe,
                "name it as the plugin",
                ctx.edit(blueprint.name_at, format!("{quote}{better}{quote}")),
            );
        }
        ctx.stopper(finding);
    } else if COMMON_BLUEPRINTS.contains(&name.as_str()) && !alike(&name, &ctx.plugin.slug) {
        let finding = ctx.finding(
            id::BLUEPRINT_NAME_GENERIC,
            blueprint.name_at,
            format!("another plugin may also name its blueprint `{name}`, and then the second one does not load"),
        );
        ctx.report(finding);
    }
    let place = ctx.place(blueprint.name_at);
    ctx.facts.blueprints.push(Claim { name, place });
}

/// Whether a name is made from the plugin's.
pub(super) fn alike(name: &str, slug: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_', ' '], "");
    let (name, slug) = (plain(name), plain(slug));
    !slug.is_empty() && (name.contains(&slug) || (slug.contains(&name) && name.len() * 2 > slug.len()))
}
