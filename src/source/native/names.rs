//! Names of a file, module by module, and what they stand for.

use std::collections::{BTreeMap, BTreeSet};

/// Names in one module or block.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope {
    /// Names that stand for a path, which is read in the same module.
    pub(super) aliases: BTreeMap<String, Vec<String>>,
    /// Names of what is defined here.
    pub(super) own: BTreeSet<String>,
    /// Paths all of whose names are taken in.
    pub(super) globs: Vec<Vec<String>>,
}

/// The modules of a file, by their paths: empty for the file itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Modules {
    pub(super) scopes: BTreeMap<Vec<String>, Scope>,
}

/// What a path stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// Something of the file itself, or a variable.
    Own,
    /// Something from elsewhere.
    Outside(Vec<String>),
    /// One of these, perhaps.
    Perhaps(Vec<Vec<String>>),
}

/// Aliases of aliases that are followed.
const MAX_STEPS: usize = 24;
/// Globs of one scope that are tried.
const MAX_GLOBS: usize = 8;
/// Names of a path that are kept.
const MAX_NAMES: usize = 12;

impl Modules {
    /// What `path`, written in `module` inside of `blocks`, stands for.
    pub(super) fn meaning(&self, path: &[String], module: &[String], blocks: &[Scope]) -> Meaning {
        let mut path: Vec<String> = path.iter().take(MAX_NAMES).cloned().collect();
        let mut module = module.to_vec();
        let mut blocks = blocks;
        for _ in 0..MAX_STEPS {
            let Some(first) = path.first().cloned() else { return Meaning::Own };
            match first.as_str() {
                "std" | "core" | "alloc" if !self.is_own(&first, &module, blocks) => {
                    path[0] = "std".to_owned();
                    return Meaning::Outside(path);
                }
                // `::name` is written so in the collected paths.
                "" => {
                    path.remove(0);
                    if matches!(path.first().map(String::as_str), Some("core" | "alloc")) {
                        path[0] = "std".to_owned();
                    }
                    return Meaning::Outside(path);
                }
                "crate" => {
                    path.remove(0);
                    module.clear();
                }
                "self" => {
                    path.remove(0);
                }
                "super" => {
                    path.remove(0);
                    module.pop();
                }
                "Self" => return Meaning::Own,
                _ => match self.step(&mut path, &mut module, &mut blocks) {
                    Some(meaning) => return meaning,
                    None => continue,
                },
            }
            // Names behind `crate`, `self`, and `super` are names of that module.
            blocks = &[];
            if path.len() == 1 && !self.knows(&path[0], &module) {
                return Meaning::Own;
            }
        }
        Meaning::Own
    }

    fn knows(&self, name: &str, module: &[String]) -> bool {
        self.scopes.get(module).is_some_and(|scope| scope.aliases.contains_key(name))
    }

    fn is_own(&self, name: &str, module: &[String], blocks: &[Scope]) -> bool {
        let module = self.scopes.get(module);
        blocks.iter().chain(module).any(|scope| scope.aliases.contains_key(name) || scope.own.contains(name))
    }

    /// Replaces the first name of a path by what it stands for; `Some` when that is the end.
    fn step(&self, path: &mut Vec<String>, module: &mut Vec<String>, blocks: &mut &[Scope]) -> Option<Meaning> {
        let first = path[0].clone();
        // A module of the file.
        let mut inner = module.clone();
        inner.push(first.clone());
        if path.len() > 1 && self.scopes.contains_key(&inner) {
            path.remove(0);
            *module = inner;
            *blocks = &[];
            return None;
        }
        let scope = self.scopes.get(module.as_slice());
        for (at, scope) in
            blocks.iter().enumerate().rev().map(|(at, scope)| (Some(at), scope)).chain(scope.map(|scope| (None, scope)))
        {
            if let Some(target) = scope.aliases.get(&first) {
                // `use reqwest;` only repeats a name, and `type A = A;` leads nowhere.
                if target.first() == Some(&first) && target.len() == 1 {
                    let krate = path.len() > 1 && first.starts_with(|c: char| c.is_ascii_lowercase());
                    return Some(if krate { Meaning::Outside(std::mem::take(path)) } else { Meaning::Own });
                }
                let same = target.first() == Some(&first);
                path.splice(..1, target.iter().cloned());
                path.truncate(MAX_NAMES);
                if same {
                    // `use nix::unistd as nix;` and the like: the crate is meant.
                    return Some(Meaning::Outside(std::mem::take(path)));
                }
                *blocks = match at {
                    Some(at) => &blocks[..at],
                    None => &[],
                };
                return None;
            }
            if scope.own.contains(&first) {
                return Some(Meaning::Own);
            }
        }
        let globs: Vec<Vec<String>> = blocks
            .iter()
            .chain(scope)
            .flat_map(|scope| &scope.globs)
            .take(MAX_GLOBS)
            .filter_map(|glob| {
                let mut glob = glob.clone();
                match glob.first().map(String::as_str) {
                    Some("core" | "alloc") => glob[0] = "std".to_owned(),
                    Some("crate" | "self" | "super") => return None,
                    _ => {}
                }
                glob.extend(path.iter().cloned());
                Some(glob)
            })
            .collect();
        if path.len() > 1 && first.starts_with(|c: char| c.is_ascii_lowercase() || c == '_') && globs.is_empty() {
            return Some(Meaning::Outside(std::mem::take(path)));
        }
        if globs.is_empty() {
            return Some(Meaning::Own);
        }
        let mut all = globs;
        if path.len() > 1 {
            all.push(path.clone());
        }
        Some(Meaning::Perhaps(all))
    }
}
