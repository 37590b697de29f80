//! Paths as the system sees them, as far as they are known: however a program spells them.

use std::hash::{Hash, Hasher};

use rustc_hash::FxHasher;

use crate::source::python::flow::{Engine, Kind, Made, Piece, Val};
use crate::source::python::syntax::Constant;

/// Ways in which one path may be meant that are kept apart.
const WAYS: usize = 8;
/// Values inside one another that are looked at.
const DEEPEST: u8 = 16;
/// Longer paths are no paths.
const LONGEST: usize = 1024;

/// What stands for a piece that is not known.
pub(super) const HOLE: &str = "\u{0}";
/// The folder of the host's code.
pub(super) const HOST: &str = "<host>";
/// The folder of the plugin's code.
const PLUGIN: &str = "<plugin>";
/// Where libraries are installed.
pub(super) const LIBRARIES: &str = "<libraries>";
/// The folder for temporary files.
const TEMPORARY: &str = "/tmp/";
/// The folder of the site's data.
pub(super) const INSTANCE: &str = "<instance>";

/// What a path may be, in small letters and with slashes. A piece that is not known is a [`HOLE`]; one that cannot be
/// computed but is the same in two places is a number between two `\u{1}`.
pub(super) fn paths(engine: &Engine<'_, '_>, value: &Val) -> Vec<String> {
    let mut all: Vec<String> = Paths { engine, left: 400 }.of(value, DEEPEST).iter().map(|path| plain(path)).collect();
    all.dedup();
    all
}

/// A path without its repeated slashes, in small letters.
fn plain(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    for c in path.chars() {
        let c = if c == '\\' { '/' } else { c };
        if c == '/' && plain.ends_with('/') && !plain.ends_with(":/") {
            continue;
        }
        plain.extend(c.to_lowercase());
    }
    let plain = plain.replace("/./", "/").replace("$home", "~").replace("${home}", "~").replace("%userprofile%", "~");
    plain.strip_suffix('/').filter(|rest| !rest.is_empty()).map_or(plain.clone(), str::to_owned)
}

struct Paths<'e, 'a, 'm> {
    engine: &'e Engine<'a, 'm>,
    /// Values that are still looked at.
    left: u32,
}

impl Paths<'_, '_, '_> {
    fn of(&mut self, value: &Val, deep: u8) -> Vec<String> {
        self.left = self.left.saturating_sub(1);
        let Some(deep) = deep.checked_sub(1).filter(|_| self.left > 0) else { return vec![HOLE.to_owned()] };
        match &value.kind {
            Kind::Const(constant) => vec![match &**constant {
                Constant::Str(text) => text.chars().take(LONGEST).collect(),
                Constant::Bytes(bytes) => String::from_utf8_lossy(&bytes[..bytes.len().min(LONGEST)]).into_owned(),
                Constant::Int(number) => number.to_string(),
                _ => HOLE.to_owned(),
            }],
            Kind::Text(pieces) => {
                let mut all = vec![String::new()];
                for piece in pieces.iter() {
                    let next = match piece {
                        Piece::Literal(text) => vec![text.to_string()],
                        Piece::Hole(hole) => self.of(hole, deep),
                    };
                    all = product(&all, &next, |one, two| format!("{one}{two}"));
                }
                all
            }
            Kind::Union(members) => {
                let all = members.iter().flat_map(|member| self.of(member, deep));
                all.take(WAYS).collect()
            }
            Kind::Path(path) => vec![known(self.engine.text_of(*path)).unwrap_or_else(|| HOLE.to_owned())],
            Kind::Method(path, receiver) => {
                let text = self.engine.text_of(*path);
                match last(text) {
                    // The folder of a path is a path as well, and has its name.
                    "parent" | "Path()" => self.of(receiver, deep).iter().map(|path| parent(path)).collect(),
                    "name" if text.starts_with("pathlib.") => {
                        self.of(receiver, deep).iter().map(|path| file_name(path).to_owned()).collect()
                    }
                    // `file.name` of an open file is its path.
                    "name" | "parents" => self.of(receiver, deep),
                    "root_path" if text.starts_with("flask.Blueprint()") => vec![PLUGIN.to_owned()],
                    name => vec![of_host(name).map_or_else(|| self.number(value), str::to_owned)],
                }
            }
            Kind::Attr(pair) => match self.engine.text(pair.1) {
                "parent" => self.of(&pair.0, deep).iter().map(|path| parent(path)).collect(),
                "parents" | "path" => self.of(&pair.0, deep),
                name => vec![of_host(name).map_or_else(|| self.number(value), str::to_owned)],
            },
            Kind::Item(pair) => self.item(value, &pair.0, &pair.1, deep),
            Kind::Made(made) => self.made(value, made, deep),
            _ => vec![self.number(value)],
        }
    }

    fn item(&mut self, value: &Val, base: &Val, key: &Val, deep: u8) -> Vec<String> {
        let path = self.engine.path_of(base).unwrap_or_default();
        if path == "os.environ" {
            return vec![key.as_str().and_then(variable).map_or_else(|| self.number(value), str::to_owned)];
        }
        let is_parents = match &base.kind {
            Kind::Method(..) => path.ends_with(".parents"),
            Kind::Attr(pair) => self.engine.text(pair.1) == "parents",
            _ => false,
        };
        if is_parents && let Some(levels) = key.as_int().and_then(|at| usize::try_from(at).ok()) {
            let climb = |path: &String| (0..=levels.min(64)).fold(path.clone(), |path, _| parent(&path));
            return self.of(base, deep).iter().map(climb).collect();
        }
        // `for folder, folders, files in os.walk(…)`
        if let Kind::Item(inner) = &base.kind
            && matches!(&inner.0.kind, Kind::Made(made) if walked(self.engine, made).is_some())
        {
            return self.of(base, deep);
        }
        if let Kind::Made(made) = &base.kind {
            match self.engine.path_of(&made.callee) {
                // The number of an open file, and its path.
                Some("tempfile.mkstemp") => return self.of(base, deep),
                Some("site.getsitepackages" | "sysconfig.get_paths") => return vec![LIBRARIES.to_owned()],
                _ => {
                    if let Some(folder) = walked(self.engine, made) {
                        let folders = self.of(folder, deep);
                        // `rglob("*.html")`
                        let names = match made.args.pos.first().filter(|pattern| !std::ptr::eq(*pattern, folder)) {
                            Some(pattern) => self.of(pattern, deep),
                            None => vec![HOLE.to_owned()],
                        };
                        return product(&folders, &names, |folder, name| format!("{folder}/{name}"));
                    }
                }
            }
        }
        vec![self.number(value)]
    }

    fn made(&mut self, value: &Val, made: &Made, deep: u8) -> Vec<String> {
        let first = made.args.pos.first();
        if let Kind::Attr(pair) = &made.callee.kind {
            return match (self.engine.text(pair.1), first) {
                ("joinpath", _) => self.joined(std::iter::once(&pair.0).chain(&made.args.pos), deep),
                ("resolve" | "absolute" | "expanduser" | "as_posix" | "strip" | "rstrip" | "lower" | "read", _) => {
                    self.of(&pair.0, deep)
                }
                ("with_name", Some(name)) => self.beside(&pair.0, name, deep),
                _ => vec![self.number(value)],
            };
        }
        let path = self.engine.path_of(&made.callee).unwrap_or_default();
        if let Kind::Method(_, holder) = &made.callee.kind
            && path.starts_with("pathlib.")
        {
            return match (last(path), first) {
                ("joinpath", _) => self.joined(std::iter::once(&**holder).chain(&made.args.pos), deep),
                ("with_name", Some(name)) => self.beside(holder, name, deep),
                (
                    "with_suffix" | "resolve" | "absolute" | "expanduser" | "as_posix" | "open" | "rename" | "replace",
                    _,
                ) => self.of(holder, deep),
                _ => vec![self.number(value)],
            };
        }
        match (path, first) {
            ("os.path.join" | "pathlib.Path" | "posixpath.join" | "ntpath.join", Some(_)) => {
                self.joined(made.args.pos.iter(), deep)
            }
            ("pathlib.Path", None) => vec![".".to_owned()],
            ("pathlib.Path.home", _) => vec!["~".to_owned()],
            ("os.path.dirname", Some(path)) => self.of(path, deep).iter().map(|path| parent(path)).collect(),
            ("os.path.basename", Some(path)) => {
                self.of(path, deep).iter().map(|path| file_name(path).to_owned()).collect()
            }
            (
                "os.path.expanduser" | "os.path.expandvars" | "os.path.abspath" | "os.path.realpath"
                | "os.path.normpath" | "os.path.normcase" | "os.fspath" | "os.fsencode" | "os.fsdecode"
                | "builtins.str" | "builtins.open" | "io.open" | "os.open" | "os.fdopen" | "gzip.open" | "bz2.open"
                | "lzma.open" | "shlex.quote" | "csv.writer" | "csv.DictWriter" | "io.TextIOWrapper"
                | "io.BufferedWriter",
                Some(path),
            ) => self.of(path, deep),
            ("os.getenv" | "os.environ.get", Some(name)) => {
                vec![name.as_str().and_then(variable).map_or_else(|| self.number(value), str::to_owned)]
            }
            ("tempfile.gettempdir", _) => vec!["/tmp".to_owned()],
            ("site.getusersitepackages" | "sysconfig.get_path" | "distutils.sysconfig.get_python_lib", _) => {
                vec![LIBRARIES.to_owned()]
            }
            _ if path.starts_with("tempfile.") || path == "os.memfd_create" => {
                vec![format!("{TEMPORARY}\u{1}{}.{}\u{1}", made.at.file.0, made.at.span.start)]
            }
            _ => vec![self.number(value)],
        }
    }

    fn joined<'v>(&mut self, parts: impl Iterator<Item = &'v Val>, deep: u8) -> Vec<String> {
        let mut all: Option<Vec<String>> = None;
        for part in parts.take(32) {
            let next = self.of(part, deep);
            all = Some(match all {
                None => next,
                Some(all) => product(&all, &next, |one, two| {
                    // An absolute part forgets what stands before it.
                    if two.starts_with(['/', '~', '<']) { two.to_owned() } else { format!("{one}/{two}") }
                }),
            });
        }
        all.unwrap_or_else(|| vec![HOLE.to_owned()])
    }

    fn beside(&mut self, path: &Val, name: &Val, deep: u8) -> Vec<String> {
        let (paths, names) = (self.of(path, deep), self.of(name, deep));
        product(&paths, &names, |path, name| format!("{}/{name}", parent(path)))
    }

    /// Something that is not known, but that is the same wherever it is reached in the same way.
    fn number(&self, value: &Val) -> String {
        let mut hasher = FxHasher::default();
        if self.hash(value, &mut hasher, 6) { format!("\u{1}{:x}\u{1}", hasher.finish()) } else { HOLE.to_owned() }
    }

    /// Adds what tells a value apart; `false` when nothing does.
    fn hash(&self, value: &Val, hasher: &mut FxHasher, deep: u8) -> bool {
        let Some(deep) = deep.checked_sub(1) else { return false };
        match &value.kind {
            Kind::Const(constant) => format!("{constant:?}").hash(hasher),
            // One of them in one program is another one in the next.
            Kind::Path(path) if self.engine.text_of(*path).starts_with("sys.argv") => return false,
            Kind::Path(path) => self.engine.text_of(*path).hash(hasher),
            Kind::Method(path, holder) => {
                self.engine.text_of(*path).hash(hasher);
                return self.hash(holder, hasher, deep);
            }
            Kind::Attr(pair) => {
                self.engine.text(pair.1).hash(hasher);
                return self.hash(&pair.0, hasher, deep);
            }
            Kind::Item(pair) => {
                if pair.1.as_const().is_some() {
                    self.hash(&pair.1, hasher, deep);
                }
                return self.hash(&pair.0, hasher, deep);
            }
            Kind::Made(made) => {
                let told = self.hash(&made.callee, hasher, deep);
                return told && made.args.pos.iter().take(8).all(|value| self.hash(value, hasher, deep));
            }
            Kind::Instance(class) => class.0.hash(hasher),
            _ => return false,
        }
        true
    }
}

/// The folder whose files a call lists.
fn walked<'v>(engine: &Engine<'_, '_>, made: &'v Made) -> Option<&'v Val> {
    match (&made.callee.kind, engine.path_of(&made.callee)) {
        (Kind::Method(_, folder), Some(path)) if path.starts_with("pathlib.") && is_walk(last(path)) => Some(folder),
        (Kind::Attr(pair), _) if is_walk(engine.text(pair.1)) => Some(&pair.0),
        (_, Some("os.walk" | "os.scandir")) => made.args.pos.first(),
        _ => None,
    }
}

fn is_walk(name: &str) -> bool {
    matches!(name, "glob" | "rglob" | "iterdir" | "walk")
}

/// Each of the first with each of the second.
fn product(one: &[String], two: &[String], join: impl Fn(&str, &str) -> String) -> Vec<String> {
    let all = one.iter().flat_map(|one| two.iter().map(move |two| (one, two)));
    all.take(WAYS).map(|(one, two)| join(one, two)).filter(|path| path.len() <= LONGEST).collect()
}

fn last(path: &str) -> &str {
    path.rsplit('.').next().unwrap_or(path)
}

/// The folder that a path is in.
fn parent(path: &str) -> String {
    let path = path.trim_end_matches('/');
    match path.rsplit_once('/') {
        Some((_, "..")) => format!("{path}/.."),
        Some(("", _)) => "/".to_owned(),
        Some((folder, _)) => folder.to_owned(),
        None if path.starts_with(['<', '\u{0}', '\u{1}']) => format!("{path}/.."),
        None => ".".to_owned(),
    }
}

/// The last part of a path.
pub(super) fn file_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What a name outside is worth as a path.
fn known(name: &str) -> Option<String> {
    let path = match name {
        "builtins.__file__" => return Some(format!("{PLUGIN}/\u{0}.py")),
        "sys.executable" => "<python>",
        "site.USER_SITE" => LIBRARIES,
        _ => {
            if let Some(of) = name.strip_prefix("flask.current_app.") {
                return of_host(of).map(str::to_owned);
            }
            let module = name.strip_suffix(".__file__")?;
            let folder = if module == "app" || module.starts_with("app.") { HOST } else { LIBRARIES };
            let module = module.strip_prefix("app.").unwrap_or(module);
            return Some(format!("{folder}/{}/\u{0}.py", module.replace('.', "/")));
        }
    };
    Some(path.to_owned())
}

/// The folders of the application, by the name under which it keeps them.
fn of_host(name: &str) -> Option<&'static str> {
    Some(match name {
        "root_path" => HOST,
        "template_folder" => "<host>/templates",
        "static_folder" => "<host>/static",
        "instance_path" => INSTANCE,
        _ => return None,
    })
}

/// The folder that a variable of the environment names.
fn variable(name: &str) -> Option<&'static str> {
    Some(match name.to_ascii_uppercase().as_str() {
        "HOME" | "USERPROFILE" | "HOMEPATH" => "~",
        "APPDATA" => "~/appdata/roaming",
        "LOCALAPPDATA" => "~/appdata/local",
        "XDG_CONFIG_HOME" => "~/.config",
        "TMPDIR" | "TEMP" | "TMP" => "/tmp",
        _ => return None,
    })
}
