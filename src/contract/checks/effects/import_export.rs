//! What the hooks of import and export take their arguments for.

use std::rc::Rc;

use crate::contract::checks::results::derives;
use crate::contract::context::Context;
use crate::rules::id;
use crate::source::python::values::{Event, EventKind, Sym, Val};

/// `after_export` gets a name, not a file.
pub(super) fn export(ctx: &mut Context<'_>, event: &Event) {
    let EventKind::Call { callee, args } = &event.kind else { return };
    let opens = |path: &str| {
        matches!(
            path,
            "builtins.open"
                | "io.open"
                | "os.path.getsize"
                | "os.path.exists"
                | "os.path.isfile"
                | "os.stat"
                | "os.remove"
                | "os.unlink"
                | "os.rename"
                | "zipfile.ZipFile"
                | "zipfile.is_zipfile"
                | "tarfile.open"
                | "codecs.open"
                | "os.path.getmtime"
                | "gzip.open"
                | "os.replace"
                | "os.chmod"
                | "os.listdir"
        ) || path.starts_with("shutil.")
    };
    let given = |value: Option<&Val>| value.is_some_and(|value| derives(value, "filename"));
    let hit = match (callee.as_external(), callee.as_sym()) {
        (Some(path), _) => opens(path) && given(args.pos.first()),
        (None, Some(Sym::Attr { base, name })) => {
            let on_disk = matches!(
                &**name,
                "read_text"
                    | "read_bytes"
                    | "open"
                    | "stat"
                    | "exists"
                    | "is_file"
                    | "unlink"
                    | "rename"
                    | "replace"
                    | "write_text"
                    | "write_bytes"
                    | "touch"
            );
            let is_path = |value: &Val| {
                matches!(value.as_sym(), Some(Sym::Made { callee, .. } ) if callee.as_external().is_some_and(|path| path.starts_with("pathlib.")))
                    || matches!(value.as_sym(), Some(Sym::From { .. }))
            };
            on_disk && is_path(base) && derives(base, "filename")
        }
        _ => false,
    };
    if hit {
        let finding = ctx.finding(
            id::EXPORT_FILE_MISSING,
            event.at,
            "the host passes the name of a download that never is on disk".to_owned(),
        );
        ctx.report(finding);
    }
}

/// `import_data` holds the form's options.
pub(super) fn import(ctx: &mut Context<'_>, event: &Event, hook: &Rc<str>) {
    let Some(facts) = ctx.host.hooks.get("before_import") else { return };
    let Some(known) = facts.keys.get("import_data") else { return };
    let (target, key) = match &event.kind {
        EventKind::GetItem { target, key } | EventKind::SetItem { target, key, .. } => (target, key),
        _ => return,
    };
    let direct = matches!(target.as_sym(), Some(Sym::Param { name, .. }) if &**name == "import_data");
    let Some(name) = key.as_str().filter(|_| direct) else { return };
    if known.iter().any(|known| known == name) {
        return;
    }
    let finding = ctx.finding(
        id::IMPORT_DATA_KEYS,
        event.at,
        format!("`{hook}` gets the options of the form, not the site's data; there is no `{name}` in it"),
    );
    ctx.report(finding);
}
