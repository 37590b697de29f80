//! Templates and static files: whether anything makes them visible, and under which name.

use crate::contract::context::Context;
use crate::contract::facts::Claim;
use crate::contract::simulate::Blueprint;
use crate::model::{Place, Safety};
use crate::rules::id;
use crate::source::python::values::{At, EventKind, Phase, Sym, Ty, Val};

pub(super) fn check(ctx: &mut Context<'_>) {
    if ctx.sim.class.is_none() {
        return;
    }
    let visible = template_roots(ctx);
    names(ctx, &visible);
    rendered(ctx, &visible);
    folders(ctx, &visible);
    prefixes(ctx);
}

/// Folders of the plugin that hold templates which the host can find; `None` inside for one that is not known.
fn template_roots(ctx: &Context<'_>) -> Vec<Option<String>> {
    let mut roots: Vec<Option<String>> = ctx
        .sim
        .blueprints
        .iter()
        .filter(|blueprint| blueprint.registered)
        .filter_map(|blueprint| folder(ctx, blueprint.template_folder.as_ref()?, blueprint.at))
        .collect();
    // A loader that the plugin adds itself.
    let loader = ctx.interp.events.iter().any(|event| {
        ctx.is_own(event.at)
            && match &event.kind {
                EventKind::SetAttr { name, .. } => &**name == "jinja_loader" || &**name == "loader",
                EventKind::Call { callee, .. } => {
                    matches!(callee.as_sym(), Some(Sym::Attr { base, name })
                        if matches!(&**name, "append" | "insert" | "extend")
                            && matches!(base.as_sym(), Some(Sym::Attr { name, .. }) if matches!(&**name, "loaders" | "searchpath")))
                }
                _ => false,
            }
    });
    if loader || ctx.sim.blueprints.iter().any(|blueprint| blueprint.open && blueprint.registered) {
        roots.push(None);
    }
    roots
}

/// The folder that a blueprint names, from the plugin's root: relative to the file that makes it.
fn folder(ctx: &Context<'_>, value: &Val, made_at: At) -> Option<Option<String>> {
    let base = ctx.file(made_at.file).map_or("", |file| file.path.parent());
    match value.as_str() {
        Some(text) if !text.starts_with('/') => {
            let mut parts: Vec<&str> = base.split('/').filter(|part| !part.is_empty()).collect();
            for part in text.split('/') {
                match part {
                    "" | "." => {}
                    ".." => {
                        parts.pop();
                    }
                    part => parts.push(part),
                }
            }
            Some(Some(parts.join("/")))
        }
        Some(_) => Some(None),
        None => Some(None),
    }
}

/// Template files below a root: the name that Jinja knows them by.
fn templates_below(ctx: &Context<'_>, root: &str) -> Vec<(String, String)> {
    let prefix = if root.is_empty() { String::new() } else { format!("{root}/") };
    ctx.plugin
        .files
        .iter()
        .filter_map(|file| {
            file.path.as_str().strip_prefix(&prefix).map(|name| (name.to_owned(), file.path.as_str().to_owned()))
        })
        .filter(|(name, _)| {
            matches!(name.rsplit('.').next(), Some("html" | "htm" | "jinja" | "jinja2" | "j2" | "xml" | "txt"))
        })
        .collect()
}

/// Names in the one space that all templates share.
fn names(ctx: &mut Context<'_>, visible: &[Option<String>]) {
    for root in visible.iter().flatten() {
        for (name, path) in templates_below(ctx, root) {
            if ctx.host.templates.contains(&name) {
                let finding = ctx.whole(
                    id::TEMPLATE_NAME_SHADOWED,
                    &path,
                    format!("the host has a template `{name}` of its own, and that one is rendered"),
                );
                ctx.report(finding);
            } else if !namespaced(ctx, &name) {
                let finding = ctx
                    .whole(
                        id::TEMPLATE_NOT_NAMESPACED,
                        &path,
                        format!("another plugin may also have a template `{name}`, and then both get the same one"),
                    )
                    .help(format!("Move it to `{root}/{}/`.", ctx.plugin.slug));
                ctx.report(finding);
            }
            let place = Place { path: ctx.plugin.shown(&path), span: None, source: None };
            ctx.facts.templates.push(Claim { name, place });
        }
    }
}

/// In a folder that is named as the plugin, or after it.
fn namespaced(ctx: &Context<'_>, name: &str) -> bool {
    let plain = |text: &str| text.to_lowercase().replace(['-', '_'], "");
    let slug = plain(&ctx.plugin.slug);
    name.split('/').rev().skip(1).any(|part| plain(part) == slug || plain(part).contains(&slug))
        || plain(name.rsplit('/').next().unwrap_or(name)).starts_with(&slug)
}

/// `render_template("x.html")` where nothing makes that file visible.
fn rendered(ctx: &mut Context<'_>, visible: &[Option<String>]) {
    let mut found: Vec<(At, String)> = Vec::new();
    for event in &ctx.interp.events {
        let EventKind::Call { callee, args } = &event.kind else { continue };
        if callee.as_external() != Some("flask.render_template") || !ctx.is_own(event.at) || event.phase == Phase::Init
        {
            continue;
        }
        let Some((value, at)) = args.get("template_name_or_list", 0) else { continue };
        if let Some(name) = value.as_str() {
            found.push((if ctx.is_own(value.at) { value.at } else { at }, name.to_owned()));
        }
    }
    for (at, name) in found {
        let known = visible.iter().any(|root| match root {
            None => true,
            Some(root) => templates_below(ctx, root).iter().any(|(known, _)| *known == name),
        });
        if known || ctx.host.templates.contains(&name) {
            continue;
        }
        let finding = ctx
            .finding(
                id::TEMPLATES_NOT_REGISTERED,
                at,
                format!("no blueprint makes a template `{name}` visible, so rendering it fails"),
            )
            .host_says(format!("jinja2.exceptions.TemplateNotFound: {name}"));
        let there = ctx.plugin.file(&format!("templates/{name}")).is_some();
        let finding = if there { add_to_blueprint(ctx, finding, "template_folder", "templates") } else { finding };
        ctx.report(finding);
    }
}

/// `templates/` and `static/` folders that nobody reads.
fn folders(ctx: &mut Context<'_>, visible: &[Option<String>]) {
    let reported = ctx.findings.iter().any(|finding| finding.rule == id::TEMPLATES_NOT_REGISTERED);
    let has = |folder: &str| ctx.plugin.has_folder(folder);
    if has("templates") && visible.is_empty() && !reported && !reads(ctx, "templates") {
        let finding = ctx.whole(
            id::TEMPLATES_NOT_REGISTERED,
            "",
            "nobody reads the folder `templates`: only a registered blueprint with `template_folder` makes it visible",
        );
        let finding = add_to_blueprint(ctx, finding, "template_folder", "templates");
        ctx.report(finding);
    }
    let served = ctx
        .sim
        .blueprints
        .iter()
        .any(|blueprint| blueprint.registered && (blueprint.static_folder.is_some() || blueprint.open));
    if has("static") && !served && !reads(ctx, "static") {
        let finding = ctx.whole(
            id::STATIC_NOT_REGISTERED,
            "",
            "nobody serves the folder `static`: only a registered blueprint with `static_folder` does",
        );
        let finding = add_to_blueprint(ctx, finding, "static_folder", "static");
        ctx.report(finding);
    }
}

/// Whether the code itself reads or serves a folder of the plugin.
fn reads(ctx: &Context<'_>, folder: &str) -> bool {
    ctx.interp.events.iter().any(|event| match &event.kind {
        EventKind::Call { callee, args }
            if ctx.is_own(event.at) && !callee.as_external().is_some_and(|path| path.ends_with(".Blueprint")) =>
        {
            args.pos.iter().chain(args.named.iter().map(|(_, value, _)| value)).any(|value| mentions(value, folder, 0))
        }
        _ => false,
    })
}

fn mentions(value: &Val, folder: &str, depth: usize) -> bool {
    if depth > 8 {
        return false;
    }
    if let Some(text) = value.as_str() {
        return text == folder || text.starts_with(&format!("{folder}/")) || text.ends_with(&format!("/{folder}"));
    }
    match value.as_sym() {
        Some(Sym::From { parts, .. }) => parts.iter().any(|part| mentions(part, folder, depth + 1)),
        Some(Sym::Made { callee, args }) => {
            mentions(callee, folder, depth + 1) || args.pos.iter().any(|part| mentions(part, folder, depth + 1))
        }
        Some(Sym::Attr { base, .. }) => mentions(base, folder, depth + 1),
        _ => false,
    }
}

/// One registered blueprint without that folder can take it.
fn add_to_blueprint(
    ctx: &Context<'_>,
    finding: crate::model::Finding,
    keyword: &str,
    folder: &str,
) -> crate::model::Finding {
    let registered: Vec<&Blueprint> = ctx.sim.blueprints.iter().filter(|blueprint| blueprint.registered).collect();
    let [blueprint] = registered[..] else { return finding };
    let at_root = ctx.file(blueprint.at.file).is_some_and(|file| file.path.parent().is_empty());
    let text = ctx.text(blueprint.at);
    if !at_root || !text.ends_with(')') || text.trim_end_matches(')').trim_end().ends_with(',') {
        return finding;
    }
    // A static folder needs a prefix to be reachable.
    let prefix = if keyword == "static_folder" && !blueprint.has_prefix && !blueprint.static_url_path {
        format!(", url_prefix='/{}'", ctx.plugin.slug)
    } else {
        String::new()
    };
    let end = blueprint.at.span.end - 1;
    let at = At { file: blueprint.at.file, span: crate::model::Span::new(end, end) };
    let safety = if prefix.is_empty() { Safety::Safe } else { Safety::Unsafe };
    finding.fix(
        safety,
        format!("give the blueprint `{keyword}`"),
        ctx.edit(at, format!(", {keyword}='{folder}'{prefix}")),
    )
}

/// A static folder behind the application's own `/static`.
fn prefixes(ctx: &mut Context<'_>) {
    for blueprint in ctx.sim.blueprints.clone() {
        let Some(folder) = &blueprint.static_folder else { continue };
        let own_path = blueprint.static_url_path && blueprint.static_path.as_deref() != Some("/static");
        if blueprint.has_prefix || own_path || blueprint.open || !blueprint.registered {
            continue;
        }
        if ctx.interp.type_of(folder) == Ty::None {
            continue;
        }
        let finding = ctx.finding(
            id::STATIC_WITHOUT_PREFIX,
            blueprint.at,
            "without `url_prefix`, these files lie behind the site's own `/static` and are never found".to_owned(),
        );
        let text = ctx.text(blueprint.at);
        let end = blueprint.at.span.end.saturating_sub(1);
        let at = At { file: blueprint.at.file, span: crate::model::Span::new(end, end) };
        let finding = if !blueprint.static_url_path
            && text.ends_with(')')
            && !text.trim_end_matches(')').trim_end().ends_with(',')
        {
            finding.fix(
                Safety::Safe,
                "give the static files a path of their own",
                ctx.edit(at, format!(", static_url_path='/plugins/{}/static'", ctx.plugin.slug)),
            )
        } else {
            finding
        };
        ctx.report(finding);
    }
}
