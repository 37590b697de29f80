//! The world around a plugin's code: the host, the standard library, what the host brings, its siblings.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::rc::Rc;

use crate::model::Plugin;
use crate::rules::Host;
use crate::source::python::values::{FileId, Found, Outside, Presence};

/// The name under which the host's classes are part of the program; not one that can be imported.
pub(super) const STUB_MODULE: &str = "\u{1}host";

/// What imports find outside the plugin.
pub(super) struct HostWorld<'a> {
    host: &'a Host,
    stdlib: BTreeSet<&'a str>,
    siblings: &'a BTreeSet<&'a str>,
    plugin: &'a Plugin,
    stub: FileId,
}

impl<'a> HostWorld<'a> {
    pub(super) fn new(host: &'a Host, siblings: &'a BTreeSet<&'a str>, plugin: &'a Plugin, stub: FileId) -> Self {
        Self { host, stdlib: host.stdlib.split_whitespace().collect(), siblings, plugin, stub }
    }
}

impl Outside for HostWorld<'_> {
    fn module(&self, dotted: &str) -> Found {
        let top = dotted.split('.').next().unwrap_or(dotted);
        if top == "app" {
            return if self.host.modules.contains_key(dotted) { Found::Outside } else { Found::Missing };
        }
        let sibling = top != self.plugin.slug && self.siblings.contains(top);
        let there = self.stdlib.contains(top) || self.host.provides.contains_key(top) || sibling;
        if there { Found::Outside } else { Found::Installable }
    }

    fn has_name(&self, module: &str, name: &str) -> Option<bool> {
        let names = self.host.modules.get(module)?;
        Some(names.split_whitespace().any(|known| known == name))
    }

    fn library(&self, module: &str, name: &str) -> Presence {
        let Some(names) = self.host.names.get(module) else { return Presence::There };
        if !is_judged(name) {
            return Presence::There;
        }
        let Some((_, bounds)) = names.split_whitespace().map(named).find(|(known, _)| *known == name) else {
            return Presence::Nowhere;
        };
        let Some((sign, version)) = bounds else { return Presence::There };
        let Some([(_, first), (_, end)]) = self.python() else { return Presence::There };
        let there = |minor: i64| if sign == ">=" { minor >= version } else { minor < version };
        match ((first..end).any(there), (first..end).all(there)) {
            (_, true) => Presence::There,
            (true, false) => Presence::Partly,
            (false, false) => Presence::Nowhere,
        }
    }

    fn star(&self, module: &str) -> Option<&str> {
        self.host.modules.get(module).map(String::as_str)
    }

    fn defined_as(&self, module: &str, name: &str) -> Option<(FileId, Rc<str>)> {
        if self.has_name(module, name) == Some(true) { self.meant_by(name) } else { None }
    }

    fn comes_first(&self, top: &str) -> bool {
        self.host.imported_first.iter().any(|name| name == top)
    }

    fn own(&self, dotted: &str) -> Option<String> {
        let slug = &self.plugin.slug;
        let (top, rest) = dotted.split_once('.').unwrap_or((dotted, ""));
        let path = if top != slug && top.replace('_', "-") == *slug { rest.to_owned() } else { dotted.to_owned() };
        let there = |path: &str| {
            let folder = path.replace('.', "/");
            self.plugin.file(&format!("{folder}.py")).is_some()
                || self.plugin.file(&format!("{folder}/__init__.py")).is_some()
        };
        if path.is_empty() {
            return Some(slug.clone());
        }
        there(&path).then(|| format!("{slug}\0{}", path.replace('.', "\0")))
    }

    fn json(&self, name: &str) -> Option<serde_json::Value> {
        let file = self.plugin.files.iter().find(|file| file.path.file_name() == name)?;
        let text = file.source()?.text();
        // A file of another size than a manifest's is no metadata.
        if text.len() > 1 << 20 { None } else { serde_json::from_str(text).ok() }
    }

    fn python(&self) -> Option<[(i64, i64); 2]> {
        let parts = |text: &str| {
            let (major, minor) = text.split_once('.')?;
            Some((major.parse().ok()?, minor.parse().ok()?))
        };
        Some([parts(&self.host.python.min)?, parts(&self.host.python.below)?])
    }

    fn meant_by(&self, name: &str) -> Option<(FileId, Rc<str>)> {
        self.host.types.contains_key(name).then(|| (self.stub, name.into()))
    }
}

/// Whether the lists of names say anything of a name: not of one in capitals or with an underscore in front.
fn is_judged(name: &str) -> bool {
    !name.starts_with('_') && name.chars().any(char::is_lowercase)
}

/// `pairwise>=3.10` → the name, the sign, and the minor version.
pub(super) fn named(word: &str) -> (&str, Option<(&str, i64)>) {
    let Some(at) = word.find(['<', '>']) else { return (word, None) };
    let (name, bounds) = word.split_at(at);
    let (sign, version) = bounds.split_at(bounds.find(|c: char| c.is_ascii_digit()).unwrap_or(0));
    let minor = version.split('.').nth(1).and_then(|minor| minor.parse().ok());
    (name, minor.map(|minor| (sign, minor)))
}

/// The host's classes in Python: the base class as the facts write it, and one class for each typed plugin.
pub(super) fn stub(host: &Host) -> String {
    let mut text = host.stub.clone();
    for (name, facts) in &host.types {
        if name == "BasePlugin" {
            continue;
        }
        let _ = write!(text, "\n\nclass {name}(BasePlugin):\n");
        let base = host.types.get("BasePlugin").map_or(&[][..], |base| &base.requires);
        for method in facts.requires.iter().filter(|method| !base.contains(method)) {
            let _ = write!(text, "    @abstractmethod\n    def {method}(self): ...\n\n");
        }
        for method in &facts.optional {
            let _ = write!(text, "    def {method}(self):\n        return {{}}\n\n");
        }
        text.push_str("    def get_hooks(self):\n        hooks = {}\n");
        for hook in &facts.hooks {
            let indent = match &hook.only_if {
                Some(condition) => {
                    let _ = writeln!(text, "        if self.{condition}():");
                    "            "
                }
                None => "        ",
            };
            let _ = writeln!(
                text,
                "{indent}hooks['{}'] = {{'handler': self.{}, 'priority': {}}}",
                hook.name, hook.handler, hook.priority
            );
        }
        text.push_str("        return hooks\n");
    }
    text
}
