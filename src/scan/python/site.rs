//! What belongs to the site and not to the plugin: the host's code and templates, the site's data, the machine.

use super::paths::{HOLE, HOST, INSTANCE, file_name, paths};
use crate::source::python::flow::{Engine, Val};

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
    is_code || inside.starts_with("templates/") && name.contains('.')
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
    paths(engine, value).iter().any(|path| is_root(path) || is_host_path(path) || is_data(path))
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
