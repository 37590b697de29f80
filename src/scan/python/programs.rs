//! Which files belong together: a package with what is inside it, or the loose files of one folder.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Plugin, PluginFile};

/// A file of a program.
#[derive(Clone, Debug)]
pub(super) struct Member<'p> {
    pub(super) file: &'p PluginFile,
    /// Its dotted module name.
    pub(super) module: String,
    pub(super) is_package: bool,
    /// It lies in a package.
    pub(super) in_package: bool,
}

/// Files that belong together.
#[derive(Clone, Debug)]
pub struct Program<'p> {
    pub(super) members: Vec<Member<'p>>,
}

impl Program<'_> {
    /// Bytes of its files.
    fn size(&self) -> usize {
        self.members.iter().filter_map(|member| member.file.source()).map(|source| source.text().len()).sum()
    }
}

/// The programs of a plugin, the largest first: several threads that share them end at about the same time.
#[must_use]
pub fn programs(plugin: &Plugin) -> Vec<Program<'_>> {
    let files: Vec<&PluginFile> =
        plugin.files.iter().filter(|file| file.path.extension() == Some("py") && file.source().is_some()).collect();
    let packages: BTreeSet<&str> = files
        .iter()
        .filter_map(|file| file.path.as_str().strip_suffix("__init__.py"))
        .map(|folder| folder.trim_end_matches('/'))
        .collect();
    let whole = packages.contains("");
    let mut all: BTreeMap<String, Vec<Member<'_>>> = BTreeMap::new();
    for file in files {
        let path = file.path.as_str();
        let stem = path.strip_suffix(".py").unwrap_or(path);
        let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let is_package = name == "__init__";
        // The topmost folder around it that is a package.
        let mut top = folder;
        if packages.contains(folder) {
            while let Some((parent, _)) = top.rsplit_once('/') {
                if !packages.contains(parent) {
                    break;
                }
                top = parent;
            }
            if whole {
                top = "";
            }
        }
        let in_package = whole || packages.contains(folder);
        let base = if in_package && !whole { top.rsplit_once('/').map_or("", |(parent, _)| parent) } else { folder };
        let mut parts: Vec<&str> = Vec::new();
        if whole {
            parts.push(&plugin.slug);
            parts.extend(folder.split('/').filter(|part| !part.is_empty()));
        } else {
            let inside = folder.strip_prefix(base).unwrap_or(folder).trim_start_matches('/');
            parts.extend(inside.split('/').filter(|part| !part.is_empty()));
        }
        if !is_package {
            parts.push(name);
        }
        let key = if whole {
            String::new()
        } else if in_package {
            top.to_owned()
        } else {
            folder.to_owned()
        };
        let member = Member { file, module: parts.join("."), is_package, in_package };
        all.entry(key).or_default().push(member);
    }
    let mut programs: Vec<Program<'_>> = all.into_values().map(|members| Program { members }).collect();
    programs.sort_by_key(|program| std::cmp::Reverse(program.size()));
    programs
}
