//! What belongs to the site and not to the plugin: the host's code and templates, the site's data, the machine.

use super::paths::{HOLE, HOST, INSTANCE, file_name, paths};
use crate::source::python::flow::{Engine, Kind, Piece, Val};

/// Folders of the machine that no plugin deletes.
const ROOTS: &[&str] = &[
    "/",
    "~",
    "/bin",
    "/boot",
    "/dev",
    "/etc",
    "/home",
    "/lib",
    "/opt",
    "/root",
    "/srv",
    "/usr",
    "/usr/lib",
    "/usr/local",
    "/var",
    "/var/lib",
    "/var/log",
    "/var/www",
    "/var/www/html",
    "c:",
    "c:/",
    "c:/windows",
    "c:/users",
];

/// Whether a path is one of the host's templates, scripts, or modules, or one of another plugin.
pub(super) fn is_host_file(engine: &Engine<'_, '_>, value: &Val) -> bool {
    paths(engine, value).iter().any(|path| is_host_path(path))
}

fn is_host_path(path: &str) -> bool {
    let Some(inside) = of_host(path) else { return false };
    let name = file_name(path);
    let is_code = [".html", ".htm", ".xml", ".j2", ".jinja", ".jinja2", ".py", ".js", ".mjs"]
        .iter()
        .any(|end| name.ends_with(end));
    is_code || inside.starts_with("templates/") && name.contains(['.', '\u{0}', '\u{1}'])
}

/// Whether a browser can get the file of a path.
pub(super) fn is_public(engine: &Engine<'_, '_>, value: &Val) -> bool {
    paths(engine, value).iter().any(|path| {
        let inside = |folder: &str| path.split('/').rev().skip(1).any(|part| part == folder);
        path.starts_with('<') && path.ends_with("/static")
            || inside("static")
            || inside("public")
            || inside("public_html")
            || inside("htdocs")
            || path.starts_with("/var/www/")
    })
}

/// What follows the folder of the host in a path.
fn of_host(path: &str) -> Option<&str> {
    let inside = path.strip_prefix(HOST).or_else(|| {
        // `app/plugins/my-plugin/..` is the folder of all plugins, and one folder more is the host.
        let up = path.strip_prefix("<plugin>/../..")?;
        Some(up)
    })?;
    let inside = inside.trim_start_matches("/..");
    inside.strip_prefix('/').or((inside.is_empty()).then_some(""))
}

/// Whether a path is the whole of the site, of its templates, or of its data, a file that the site cannot do without,
/// or a folder of the machine.
pub(super) fn is_site_data(engine: &Engine<'_, '_>, value: &Val) -> bool {
    paths(engine, value).iter().any(|path| is_root(path) || is_host_path(path) || is_data(path) || is_log(path))
}

/// Whether a path is the whole of something that is not the plugin's.
pub(super) fn is_root(path: &str) -> bool {
    // One of all that is in it.
    let mut whole = path;
    loop {
        let shorter = whole.trim_end_matches(HOLE).trim_end_matches(['/', '*']);
        let shorter = match shorter.strip_suffix('\u{1}').and_then(|rest| rest.rsplit_once('\u{1}')) {
            Some((folder, _)) => folder,
            None => shorter,
        };
        if shorter.len() == whole.len() {
            break;
        }
        whole = shorter;
    }
    let whole = if whole.is_empty() && path.starts_with('/') { "/" } else { whole };
    let of_site = of_host(whole).is_some_and(|inside| matches!(inside, "" | "templates" | "static" | "plugins"));
    of_site || whole == INSTANCE || ROOTS.contains(&whole)
}

/// Whether a path is one of the machine's logs, or of what people typed.
pub(super) fn is_system_log(engine: &Engine<'_, '_>, value: &Val) -> bool {
    paths(engine, value).iter().any(|path| is_log(path))
}

/// The same of one path.
pub(super) fn is_log(path: &str) -> bool {
    let name = file_name(path);
    let known =
        ["auth.log", "syslog", "wtmp", "btmp", "utmp", "lastlog", "secure", "messages", "access.log", "error.log"];
    path.starts_with("/var/log") && known.contains(&name) || name.ends_with("_history") && name.starts_with('.')
}

fn is_data(path: &str) -> bool {
    let name = file_name(path);
    let named = [".db", ".sqlite", ".sqlite3"].iter().any(|end| name.ends_with(end))
        || matches!(name, "config.json" | "users.json" | "config.py");
    let place = path.strip_prefix(INSTANCE).or_else(|| of_host(path));
    named
        && place.is_some_and(|inside| {
            inside.trim_start_matches('/').matches('/').count() == 0 || inside.starts_with("instance/")
        })
}

/// Whether a value is what a cipher made of the contents of a file.
pub(super) fn is_encrypted(engine: &Engine<'_, '_>, value: &Val, left: u8) -> bool {
    let Some(left) = left.checked_sub(1) else { return false };
    match &value.kind {
        Kind::Made(made) => {
            let name = match &made.callee.kind {
                Kind::Attr(pair) => engine.text(pair.1),
                _ => engine.path_of(&made.callee).map_or("", |path| path.rsplit('.').next().unwrap_or(path)),
            };
            // A cipher hands on nothing of what it is given, so its arguments are looked at.
            let read = |value: &Val| {
                let mut roots = super::leaks::roots(value).into_iter();
                roots.any(|root| root.starts_with("builtins.open") || root.contains("read_"))
            };
            let of_file = || made.args.values().any(read);
            matches!(name, "encrypt" | "encryptor" | "encrypt_and_digest") && of_file()
                || is_encrypted(engine, &made.callee, left)
                || made.args.values().take(8).any(|value| is_encrypted(engine, value, left))
        }
        Kind::Method(_, holder) => is_encrypted(engine, holder, left),
        Kind::Attr(pair) => is_encrypted(engine, &pair.0, left),
        Kind::Item(pair) => is_encrypted(engine, &pair.0, left),
        Kind::Union(members) => members.iter().any(|member| is_encrypted(engine, member, left)),
        Kind::Text(pieces) => {
            pieces.iter().any(|piece| matches!(piece, Piece::Hole(hole) if is_encrypted(engine, hole, left)))
        }
        _ => false,
    }
}

/// Whether a path is one of all that lies in a folder, or a folder that is not the plugin's.
pub(super) fn is_of_others(engine: &Engine<'_, '_>, value: &Val) -> bool {
    paths(engine, value).iter().any(|path| {
        let all = path.ends_with(HOLE) || path.ends_with('\u{1}') || file_name(path).starts_with('*');
        let plugin = path.starts_with("<plugin>") && !path.starts_with("<plugin>/..");
        all && path.contains('/') && !plugin && !path.starts_with("/tmp")
    })
}

#[cfg(test)]
mod tests {
    use super::{is_data, is_host_path, is_root};

    #[test]
    fn what_belongs_to_the_site_is_told_from_what_is_the_plugins() {
        for path in
            ["<host>/templates/base.html", "<plugin>/../../templates/x.html", "<host>/core/auth.py", "<host>/../run.py"]
        {
            assert!(is_host_path(path), "{path}");
        }
        for path in [
            "<plugin>/templates/x.html",
            "<plugin>/../x/templates/x.html",
            "<instance>/x.html",
            "<host>/static/uploads/x.png",
        ] {
            assert!(!is_host_path(path), "{path}");
        }
    }

    #[test]
    fn whole_folders_are_told_from_parts() {
        for path in ["<host>", "<host>/..", "<host>/templates/\u{0}", "<instance>", "/", "/*", "~", "/var/www/"] {
            assert!(is_root(path), "{path}");
        }
        for path in ["<host>/static/cache", "<instance>/my-plugin", "/mnt/x", "\u{0}", "~/.cache/x", "<plugin>/.."] {
            assert!(!is_root(path), "{path}");
        }
        assert!(is_data("<instance>/site.db") && !is_data("<instance>/my-plugin/kept.db"));
    }
}
