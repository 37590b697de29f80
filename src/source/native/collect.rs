//! Collects the names of a file: what `use` brings in, what aliases stand for, and what is defined.

use syn::{Item, ItemUse, Type, UseTree};

use super::names::{Modules, Scope};

/// Reads all modules of a file.
pub(super) fn modules(items: &[Item]) -> Modules {
    let mut modules = Modules::default();
    module(items, &mut Vec::new(), &mut modules);
    modules
}

fn module(items: &[Item], path: &mut Vec<String>, modules: &mut Modules) {
    let mut scope = Scope::default();
    for item in items {
        one(item, &mut scope);
        if let Item::Mod(inner) = item
            && let Some((_, items)) = &inner.content
        {
            path.push(inner.ident.to_string());
            module(items, path, modules);
            path.pop();
        }
    }
    modules.scopes.insert(path.clone(), scope);
}

/// The names that an item brings into its scope.
pub(super) fn one(item: &Item, scope: &mut Scope) {
    let own = match item {
        Item::Use(item) => {
            uses(item, scope);
            return;
        }
        Item::ExternCrate(item) => {
            if let Some((_, name)) = &item.rename {
                scope.aliases.insert(name.to_string(), vec![String::new(), item.ident.to_string()]);
            }
            return;
        }
        Item::Type(item) => {
            match &*item.ty {
                Type::Path(path) if path.qself.is_none() => {
                    scope.aliases.insert(item.ident.to_string(), segments(&path.path));
                }
                _ => {
                    scope.own.insert(item.ident.to_string());
                }
            }
            return;
        }
        Item::Const(item) => &item.ident,
        Item::Enum(item) => &item.ident,
        Item::Fn(item) => &item.sig.ident,
        Item::Mod(item) => &item.ident,
        Item::Static(item) => &item.ident,
        Item::Struct(item) => &item.ident,
        Item::Trait(item) => &item.ident,
        Item::Union(item) => &item.ident,
        _ => return,
    };
    scope.own.insert(own.to_string());
}

/// The names of a path; an empty one in front for `::`.
pub(super) fn segments(path: &syn::Path) -> Vec<String> {
    let start = path.leading_colon.as_ref().map(|_| String::new());
    start.into_iter().chain(path.segments.iter().map(|segment| segment.ident.to_string())).collect()
}

fn uses(item: &ItemUse, scope: &mut Scope) {
    let start = item.leading_colon.as_ref().map(|_| String::new()).into_iter().collect();
    tree(&item.tree, start, scope);
}

fn tree(tree_: &UseTree, mut before: Vec<String>, scope: &mut Scope) {
    match tree_ {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            tree(&path.tree, before, scope);
        }
        UseTree::Name(name) => {
            let name = name.ident.to_string();
            if name == "self" {
                if let Some(last) = before.last().cloned() {
                    scope.aliases.insert(last, before);
                }
                return;
            }
            before.push(name.clone());
            scope.aliases.insert(name, before);
        }
        UseTree::Rename(rename) => {
            let name = rename.ident.to_string();
            if name != "self" {
                before.push(name);
            }
            scope.aliases.insert(rename.rename.to_string(), before);
        }
        UseTree::Glob(_) => scope.globs.push(before),
        UseTree::Group(group) => {
            for item in &group.items {
                tree(item, before.clone(), scope);
            }
        }
    }
}
