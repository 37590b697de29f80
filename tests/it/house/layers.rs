//! Who may use whom: every path of every file in `src/`, resolved and looked up in the table.

use std::collections::{BTreeMap, BTreeSet};

use syn::visit::{self, Visit};
use syn::{ItemMod, Macro, UseTree};

use super::{files, none, root};

/// Room → the rooms that it may use. The first table of ARCHITECTURE.md says the same.
const ROOMS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("io", &["model"]),
    ("rules", &["model"]),
    ("source", &["model"]),
    ("manifest", &["model", "rules", "source"]),
    ("contract", &["model", "rules", "source", "manifest"]),
    ("scan", &["model", "rules", "source", "manifest"]),
    ("package", &["model", "io", "rules"]),
    ("cache", &["model", "io"]),
    ("intake", &["model", "io", "rules", "package"]),
    ("settings", &["model", "io", "rules"]),
    ("report", &["model", "rules"]),
    (
        "gate",
        &["model", "io", "rules", "source", "manifest", "contract", "scan", "package", "cache", "intake", "settings"],
    ),
    (
        "commands",
        &[
            "model", "io", "rules", "source", "manifest", "contract", "scan", "package", "cache", "intake", "settings",
            "report", "gate", "exit",
        ],
    ),
    ("exit", &[]),
    ("lib", &["commands", "gate", "io", "exit"]),
    ("main", &[]),
];

/// Rooms that open nothing and print nothing.
const PURE: &[&str] = &["model", "rules", "source", "manifest", "contract", "scan", "report"];

/// What a pure room may not name.
const WORLD: &[&[&str]] = &[
    &["std", "fs"],
    &["std", "env"],
    &["std", "process"],
    &["std", "net"],
    &["std", "time", "Instant"],
    &["std", "time", "SystemTime"],
    &["std", "io", "stdin"],
    &["std", "io", "stdout"],
    &["std", "io", "stderr"],
    &["clap"],
    &["rayon"],
    &["ignore"],
    &["tempfile"],
];

/// Crates that one place knows alone.
const ALONE: &[(&str, &str)] = &[
    ("tree_sitter", "src/source/"),
    ("tree_sitter_python", "src/source/python/"),
    ("tree_sitter_javascript", "src/source/script/"),
    ("syn", "src/source/native/"),
    ("proc_macro2", "src/source/native/"),
    ("clap", "src/commands/"),
    ("libc", "src/io/"),
    ("blake3", "src/model/"),
    ("ignore", "src/intake/"),
];

/// Macros that nobody may use, and those that pure rooms may not use either.
const BANNED: &[&str] = &["dbg", "todo", "unimplemented"];
const PRINTING: &[&str] = &["print", "println", "eprint", "eprintln"];

/// All paths and macros of a file. Paths start with `crate` where they lead into this crate.
struct Names {
    module: Vec<String>,
    paths: BTreeSet<Vec<String>>,
    macros: BTreeSet<String>,
}

impl Names {
    fn of(path: &str, text: &str) -> Self {
        let inner = path.trim_start_matches("src/").trim_end_matches(".rs");
        let parts = inner.split('/').filter(|part| !matches!(*part, "mod" | "lib" | "main"));
        let module = parts.map(str::to_owned).collect();
        let mut names = Self { module, paths: BTreeSet::new(), macros: BTreeSet::new() };
        names.visit_file(&syn::parse_file(text).unwrap_or_else(|error| panic!("{path}: {error}")));
        names
    }

    fn add(&mut self, path: Vec<String>) {
        let mut base = self.module.clone();
        let mut own = false;
        let mut rest = path.as_slice();
        while let Some((first, more)) = rest.split_first() {
            match first.as_str() {
                "crate" => base.clear(),
                "self" => {}
                "super" => drop(base.pop()),
                _ => break,
            }
            own = true;
            rest = more;
        }
        if own {
            let all = ["crate".to_owned()].into_iter().chain(base).chain(rest.iter().cloned());
            self.paths.insert(all.collect());
        } else {
            self.paths.insert(path);
        }
    }

    fn add_tree(&mut self, tree: &UseTree, so_far: &[String]) {
        let with = |ident: &syn::Ident| so_far.iter().cloned().chain([ident.to_string()]).collect::<Vec<_>>();
        match tree {
            UseTree::Path(path) => self.add_tree(&path.tree, &with(&path.ident)),
            UseTree::Name(name) => self.add(with(&name.ident)),
            UseTree::Rename(rename) => self.add(with(&rename.ident)),
            UseTree::Glob(_) => self.add(so_far.to_vec()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.add_tree(tree, so_far)),
        }
    }
}

impl<'ast> Visit<'ast> for Names {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.module.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.module.pop();
    }

    fn visit_use_tree(&mut self, tree: &'ast UseTree) {
        self.add_tree(tree, &[]);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.add(path.segments.iter().map(|segment| segment.ident.to_string()).collect());
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast Macro) {
        self.macros.extend(call.path.segments.last().map(|segment| segment.ident.to_string()));
        // What a macro is given is not parsed; its paths are found as far as they are written plainly.
        let tokens = call.tokens.to_string().replace(' ', "");
        for (at, _) in tokens.match_indices("crate::") {
            let path = tokens[at..]
                .split("::")
                .map(|part| part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect::<String>());
            self.add(path.take_while(|part| !part.is_empty()).take(3).collect());
        }
        visit::visit_macro(self, call);
    }
}

fn room(path: &str) -> &str {
    let inner = path.trim_start_matches("src/");
    inner.split('/').next().unwrap_or_default().trim_end_matches(".rs")
}

#[test]
fn rooms_use_only_the_rooms_that_they_may_use() {
    let allowed: BTreeMap<&str, &[&str]> = ROOMS.iter().copied().collect();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for (path, text) in files("src", &[".rs"]) {
        let room = room(&path);
        seen.insert(room.to_owned());
        let Some(may) = allowed.get(room) else {
            wrong.push(format!("{path}: the room `{room}` is in no table"));
            continue;
        };
        for used in Names::of(&path, &text).paths {
            let Some(other) = used.get(1).filter(|_| used[0] == "crate") else { continue };
            if other != room && allowed.contains_key(other.as_str()) && !may.contains(&other.as_str()) {
                wrong.push(format!("{path}: `{room}` may not use `{}`", used.join("::")));
            }
        }
    }
    let gone = ROOMS.iter().filter(|(room, _)| !seen.contains(*room));
    wrong.extend(gone.map(|(room, _)| format!("the room `{room}` is gone")));
    none(&wrong);
}

#[test]
fn pure_rooms_leave_the_world_alone() {
    let mut wrong = Vec::new();
    for (path, text) in files("src", &[".rs"]) {
        let names = Names::of(&path, &text);
        // Test modules may look at the world; what is compiled into the program may not.
        let plain = text.split("#[cfg(test)]").next().unwrap_or_default();
        let names_of_code = if plain.len() == text.len() { &names } else { &Names::of(&path, plain) };
        for used in &names_of_code.paths {
            let starts =
                |door: &&&[&str]| used.len() >= door.len() && used.iter().zip(door.iter()).all(|(a, b)| a == b);
            if PURE.contains(&room(&path))
                && let Some(door) = WORLD.iter().find(starts)
            {
                wrong.push(format!("{path}: `{}` in a pure room", door.join("::")));
            }
            if let Some((name, home)) = ALONE.iter().find(|(name, _)| used.len() > 1 && used[0] == *name)
                && !path.starts_with(home)
            {
                wrong.push(format!("{path}: `{name}` belongs to {home}"));
            }
        }
        wrong.extend(
            names.macros.iter().filter(|name| BANNED.contains(&name.as_str())).map(|name| format!("{path}: {name}!")),
        );
        let prints = names_of_code.macros.iter().filter(|name| PRINTING.contains(&name.as_str()));
        wrong.extend(prints.map(|name| format!("{path}: {name}! outside src/io")));
    }
    none(&wrong);
}

#[test]
fn the_table_of_the_architecture_is_this_one() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let mut wrong = Vec::new();
    for (name, may) in ROOMS.iter().filter(|(name, _)| !matches!(*name, "exit" | "lib" | "main")) {
        let row = text.lines().find(|line| line.starts_with(&format!("| `{name}` |"))).unwrap_or_default();
        let uses = row.rsplit('|').nth(1).unwrap_or_default();
        let said: BTreeSet<&str> = uses.split('`').skip(1).step_by(2).collect();
        let all = uses.contains("everything") || uses.contains("all of the above");
        if row.is_empty() || (!all && said != may.iter().copied().collect()) {
            wrong.push(format!("ARCHITECTURE.md: the row of `{name}` says {said:?}, not {may:?}"));
        }
    }
    none(&wrong);
}

#[test]
fn hidden_paths_are_found() {
    let text = "use super::super::gate::{self, Run};\nfn f() { let x = matches!(y, crate::report::Format::Text); std::fs::read(z); }\nmod tests { use super::super::b; }";
    let names = Names::of("src/contract/a.rs", text);
    for wanted in ["crate::gate::Run", "crate::report::Format", "std::fs::read", "crate::contract::b"] {
        let path: Vec<String> = wanted.split("::").map(str::to_owned).collect();
        assert!(names.paths.contains(&path), "{wanted} is not in {:?}", names.paths);
    }
    assert!(names.macros.contains("matches"));
}
