//! The folder's name and its `__init__.py`: whether the host discovers the plugin at all.

use crate::contract::context::Context;
use crate::rules::id;

pub(super) fn check(ctx: &mut Context<'_>) {
    let slug = ctx.plugin.slug.as_str();
    if ctx.plugin.file("__init__.py").is_none() {
        let finding = ctx
            .whole(id::MISSING_INIT, "", format!("`{slug}` has no `__init__.py`, so the host never discovers it"))
            .host_says("nothing: the folder is passed over without a message");
        ctx.stopper(finding);
    }
    if slug.starts_with('_') {
        let finding = ctx
            .whole(
                id::UNDERSCORE_DIRECTORY,
                "",
                format!("the host never discovers a folder whose name starts with `_`, such as `{slug}`"),
            )
            .host_says("nothing: the folder is passed over without a message")
            .help(format!("Rename the folder to `{}`.", slug.trim_start_matches('_')));
        ctx.stopper(finding);
    } else if slug.starts_with('.') {
        let finding = ctx
            .whole(
                id::HIDDEN_DIRECTORY,
                "",
                format!("a folder name that starts with a dot, such as `{slug}`, cannot be imported"),
            )
            .host_says(
                ctx.failed(&format!("the 'package' argument is required to perform a relative import for '{slug}'")),
            )
            .help(format!("Rename the folder to `{}`.", slug.trim_start_matches('.')));
        ctx.stopper(finding);
    } else if let Some((first, _)) = slug.split_once('.') {
        let finding = ctx
            .whole(
                id::DOTTED_DIRECTORY,
                "",
                format!("the dot in `{slug}` makes Python look for a module inside `{first}`"),
            )
            .host_says(ctx.failed(&format!("No module named '{first}'")))
            .help(format!(
                "Name the folder without dots, `{}` for example; the version belongs into the metadata.",
                undotted(slug)
            ));
        ctx.stopper(finding);
    }
    if ctx.host.imported_first.iter().any(|name| name == slug) {
        let finding = ctx
            .whole(
                id::NAME_ALREADY_IMPORTED,
                "",
                format!("the host has imported a module named `{slug}` already and takes that one for the plugin"),
            )
            .host_says(ctx.failed(&format!("Plugin '{slug}' has no BasePlugin subclass")))
            .help(format!("Give the folder another name, `{slug}-plugin` for example."));
        ctx.stopper(finding);
    } else if ctx.host.stdlib.split_whitespace().any(|name| name == slug) {
        let finding = ctx
            .whole(
                id::NAME_SHADOWS_STDLIB,
                "",
                format!("`{slug}` hides the module of the same name in Python's standard library from the whole site"),
            )
            .help(format!("Give the folder another name, `{slug}-plugin` for example."));
        ctx.report(finding);
    } else if let Some(library) = library(ctx, slug) {
        let finding = ctx
            .whole(id::NAME_SHADOWS_LIBRARY, "", format!("`{slug}` hides the library `{library}` from the whole site"))
            .help(format!("Give the folder another name, `{slug}-plugin` for example."));
        ctx.report(finding);
    }
    if ctx.host.admin_names.iter().any(|name| name == slug) {
        let finding = ctx.whole(
            id::NAME_HIDDEN_IN_ADMIN,
            "",
            format!(
                "`/admin/plugins/{slug}` is a page of the host's own, so the plugin's detail page cannot be opened"
            ),
        );
        ctx.report(finding);
    }
}

fn undotted(slug: &str) -> String {
    let parts: Vec<&str> = slug.split('-').filter(|part| !part.contains('.')).collect();
    if parts.is_empty() { slug.replace('.', "-") } else { parts.join("-") }
}

fn library(ctx: &Context<'_>, slug: &str) -> Option<String> {
    if ctx.host.provides.contains_key(slug) {
        return Some(slug.to_owned());
    }
    ctx.requirements.iter().find(|name| name.replace('-', "_").eq_ignore_ascii_case(slug)).cloned()
}
