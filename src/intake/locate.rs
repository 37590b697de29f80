//! What a path stands for: a plugin, a folder of plugins, a ZIP, or a file of a plugin.

use std::path::{Path, PathBuf};

use crate::io::fs::{self, Entry, Kind, Links};
use crate::package::Limits;
use crate::rules::nearest;

use super::result::{InputError, InputFault};

/// What a path stands for.
#[derive(Debug)]
pub(super) enum Located {
    /// A plugin folder, as typed or above what was typed.
    Plugin(PathBuf),
    /// A folder that holds plugins.
    Collection(PathBuf),
    /// A ZIP archive.
    Zip(PathBuf),
}

/// The names that make a folder a plugin in our eyes. The host wants `__init__.py`; a folder with
/// one of the others alone was meant to be one, and is judged as such.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Marks {
    pub(super) init: bool,
    pub(super) manifest: bool,
    pub(super) module: bool,
}

impl Marks {
    pub(super) fn of(entries: &[Entry]) -> Self {
        let has = |name: &str| entries.binary_search_by(|entry| entry.name.as_os_str().cmp(name.as_ref())).is_ok();
        Self { init: has("__init__.py"), manifest: has("plugin.json"), module: has("plugin.py") }
    }

    fn at(folder: &Path) -> Self {
        let has = |name: &str| fs::exists(&folder.join(name));
        Self { init: has("__init__.py"), manifest: has("plugin.json"), module: has("plugin.py") }
    }

    pub(super) const fn any(self) -> bool {
        self.init || self.manifest || self.module
    }

    const fn init_alone(self) -> bool {
        self.init && !self.manifest && !self.module
    }
}

/// Finds out what `path` (absolute; `typed` as the person wrote it) stands for.
pub(super) fn locate(path: &Path, typed: &str, limits: &Limits) -> Result<Located, InputError> {
    let kind = fs::kind(path, Links::Follow).map_err(|error| missing(path, typed, &error))?;
    match kind {
        Kind::Folder => folder(path, typed, limits),
        Kind::File if is_named_zip(path) => Ok(Located::Zip(path.to_owned())),
        Kind::File => enclosing(path).map(Located::Plugin).or_else(|| looks_like_zip(path)).ok_or_else(|| InputError {
            path: typed.to_owned(),
            fault: InputFault::InNoPlugin,
            message: format!("`{typed}` belongs to no plugin"),
            help: "No folder above it holds `__init__.py`, `plugin.py` or `plugin.json`. Name a plugin folder, a \
                   folder of plugins, a ZIP archive, or a file inside a plugin."
                .to_owned(),
        }),
        Kind::Link | Kind::Special(_) => {
            let what = if let Kind::Special(what) = kind { what } else { "link" };
            Err(InputError {
                path: typed.to_owned(),
                fault: InputFault::Unreadable,
                message: format!("`{typed}` is a {what}"),
                help: "Name a plugin folder, a folder of plugins, a ZIP archive, or a file inside a plugin.".to_owned(),
            })
        }
    }
}

/// The plugin of a file that changed; it may be gone by now. Among the packages of a work tree only
/// those count that say what they are: a plugin has a manifest, or lies where plugins are installed, or
/// has the file or the name that plugins have.
pub(super) fn changed(path: &Path) -> Option<PathBuf> {
    let plugin = enclosing(path)?;
    let installed = plugin.parent().is_some_and(|parent| parent.ends_with("plugins/installed"));
    let holds_plugins = fs::exists(&plugin.join("plugins/installed"));
    let is_plugin = installed || (!holds_plugins && (strong(Marks::at(&plugin)) || names_its_base(&plugin)));
    is_plugin.then_some(plugin)
}

/// Whether a package's `__init__.py` names the host's base classes.
fn names_its_base(folder: &Path) -> bool {
    fs::read_head(&folder.join("__init__.py"), ENOUGH, Links::Refuse).is_ok_and(|contents| {
        let text = String::from_utf8_lossy(&contents.bytes);
        text.contains("app.plugins") && text.contains("Plugin")
    })
}

fn folder(path: &Path, typed: &str, limits: &Limits) -> Result<Located, InputError> {
    if let Some(installed) = site(path) {
        return Ok(Located::Collection(installed));
    }
    let (entries, _) = fs::list(path, limits.members).map_err(|error| InputError {
        path: typed.to_owned(),
        fault: InputFault::Unreadable,
        message: format!("the folder `{typed}` cannot be read: {error}"),
        help: "Make the folder readable for you, or name another one.".to_owned(),
    })?;
    let marks = Marks::of(&entries);
    if marks.any() {
        let holds_plugins =
            marks.init_alone() && is_bare(path) && members(path, &entries).any(|(_, marks)| strong(marks));
        return Ok(if holds_plugins { Located::Collection(path.to_owned()) } else { Located::Plugin(climb(path)) });
    }
    if members(path, &entries).next().is_some() {
        return Ok(Located::Collection(path.to_owned()));
    }
    if let Some(plugin) = enclosing(path) {
        return Ok(Located::Plugin(plugin));
    }
    Err(InputError {
        path: typed.to_owned(),
        fault: InputFault::NoPlugin,
        message: format!("there is no plugin in `{typed}`"),
        help: elsewhere(path, &entries, typed),
    })
}

/// `app/plugins/installed` for the root of a Wicara site and the folders on the way down.
fn site(path: &Path) -> Option<PathBuf> {
    let below = match path.file_name().and_then(|name| name.to_str()) {
        Some("plugins") if path.parent()?.ends_with("app") => "installed",
        Some("app") => "plugins/installed",
        _ => "app/plugins/installed",
    };
    let installed = path.join(below);
    matches!(fs::kind(&installed, Links::Follow), Ok(Kind::Folder)).then_some(installed)
}

fn members<'a>(path: &'a Path, entries: &'a [Entry]) -> impl Iterator<Item = (&'a Entry, Marks)> {
    entries
        .iter()
        .filter(|entry| matches!(entry.kind, Kind::Folder | Kind::Link))
        .map(|entry| (entry, Marks::at(&path.join(&entry.name))))
        .filter(|(entry, marks)| is_member(&entry.name.to_string_lossy(), *marks))
}

/// Whether a folder among plugins is one of them. A test package beside the plugins is none.
pub(super) fn is_member(name: &str, marks: Marks) -> bool {
    marks.any() && !(marks.init_alone() && matches!(name, "tests" | "test"))
}

const fn strong(marks: Marks) -> bool {
    marks.manifest || (marks.init && marks.module)
}

/// The plugin that a file or folder lies in: the nearest folder above that is one, raised while
/// it is only a package inside another.
fn enclosing(path: &Path) -> Option<PathBuf> {
    for folder in path.ancestors().skip(1) {
        if Marks::at(folder).any() {
            return Some(climb(folder));
        }
        if folder.join(".git").as_path() != path && fs::exists(&folder.join(".git")) {
            return None;
        }
    }
    None
}

/// Goes up while `folder` is a package inside a plugin rather than a plugin itself.
fn climb(folder: &Path) -> PathBuf {
    let mut plugin = folder.to_owned();
    while !Marks::at(&plugin).manifest && !fs::exists(&plugin.join(".git")) {
        let Some(parent) = plugin.parent() else { break };
        let marks = Marks::at(parent);
        let among_plugins = parent.ends_with("plugins/installed") || (marks.init_alone() && is_bare(parent));
        if !marks.any() || among_plugins {
            break;
        }
        plugin = parent.to_owned();
    }
    plugin
}

/// Bytes of a file that tell what it is.
const ENOUGH: u64 = 64 * 1024;

/// Whether a package's `__init__.py` holds no code: a mark that makes a folder importable, no plugin.
fn is_bare(folder: &Path) -> bool {
    fs::read_head(&folder.join("__init__.py"), ENOUGH, Links::Refuse).is_ok_and(|contents| {
        let text = String::from_utf8_lossy(&contents.bytes);
        !text.lines().any(|line| ["import ", "from ", "class ", "def "].iter().any(|word| line.starts_with(word)))
    })
}

fn is_named_zip(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}

/// A ZIP under another name. Inside a plugin such a file (a document, a wheel) is a file of the plugin.
fn looks_like_zip(path: &Path) -> Option<Located> {
    let head = fs::read_head(path, 4, Links::Follow).ok()?;
    matches!(head.bytes.as_slice(), b"PK\x03\x04" | b"PK\x05\x06").then(|| Located::Zip(path.to_owned()))
}

fn missing(path: &Path, typed: &str, error: &std::io::Error) -> InputError {
    if error.kind() != std::io::ErrorKind::NotFound {
        return InputError {
            path: typed.to_owned(),
            fault: InputFault::Unreadable,
            message: format!("`{typed}` cannot be read: {error}"),
            help: "Check the path and the permissions of the folders above it.".to_owned(),
        };
    }
    let dangling = fs::exists(path);
    let near = path.parent().and_then(|parent| {
        let (entries, _) = fs::list(parent, 10_000).ok()?;
        let names: Vec<String> = entries.iter().filter_map(|entry| entry.name.to_str().map(str::to_owned)).collect();
        let wanted = path.file_name()?.to_str()?;
        nearest(wanted, names.iter().map(String::as_str)).map(|name| typed_sibling(typed, name))
    });
    InputError {
        path: typed.to_owned(),
        fault: InputFault::Missing,
        message: if dangling { format!("`{typed}` is a link to nowhere") } else { format!("there is no `{typed}`") },
        help: near.map_or_else(
            || "Name a plugin folder, a folder of plugins, a ZIP archive, or a file inside a plugin.".to_owned(),
            |near| format!("Did you mean `{near}`?"),
        ),
    }
}

fn typed_sibling(typed: &str, name: &str) -> String {
    let typed = typed.trim_end_matches('/');
    typed.rsplit_once('/').map_or_else(|| name.to_owned(), |(folder, _)| format!("{folder}/{name}"))
}

/// What was looked for, and where there is some.
fn elsewhere(path: &Path, entries: &[Entry], typed: &str) -> String {
    let looked = "A plugin is a folder with `__init__.py`, `plugin.py` or `plugin.json` in it; a collection is a \
                  folder with such folders in it.";
    let deeper = entries.iter().filter(|entry| entry.kind == Kind::Folder).find_map(|entry| {
        let below = path.join(&entry.name);
        let (inside, _) = fs::list(&below, 1_000).ok()?;
        members(&below, &inside).next().map(|_| entry.name.to_string_lossy().into_owned())
    });
    let archive = entries.iter().find(|entry| Path::new(&entry.name).extension().is_some_and(|end| end == "zip"));
    let base = if typed == "." { String::new() } else { format!("{}/", typed.trim_end_matches('/')) };
    match (deeper, archive) {
        (Some(name), _) => format!("{looked} There are plugins in `{base}{name}`: name that folder."),
        (None, Some(entry)) => {
            format!("{looked} `{base}{}` is an archive: name it to have it judged.", entry.name.to_string_lossy())
        }
        (None, None) => looked.to_owned(),
    }
}
