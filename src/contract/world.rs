//! The world around a plugin's code: the host, the standard library, what the host brings, its siblings.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::rc::Rc;

use crate::rules::Host;
use crate::source::python::values::{FileId, Found, Outside};

/// The name under which the host's classes are part of the program; not one that can be imported.
pub(super) const STUB_MODULE: &str = "\u{1}host";

/// What imports find outside the plugin.
pub(super) struct HostWorld<'a> {
    host: &'a Host,
    stdlib: BTreeSet<&'a str>,
    siblings: &'a BTreeSet<&'a str>,
    stub: FileId,
}

impl<'a> HostWorld<'a> {
    pub(super) fn new(host: &'a Host, siblings: &'a BTreeSet<&'a str>, stub: FileId) -> Self {
        Self { host, stdlib: host.stdlib.split_whitespace().collect(), siblings, stub }
    }
}

impl Outside for HostWorld<'_> {
    fn module(&self, dotted: &str) -> Found {
        let top = dotted.split('.').next().unwrap_or(dotted);
        if top == "app" {
            return if self.host.modules.contains_key(dotted) { Found::Outside } else { Found::Missing };
        }
        let there = self.stdlib.contains(top) || self.host.provides.contains_key(top) || self.siblings.contains(top);
        if there { Found::Outside } else { Found::Installable }
    }

    fn has_name(&self, module: &str, name: &str) -> Option<bool> {
        let names = self.host.modules.get(module)?;
        Some(names.split_whitespace().any(|known| known == name))
    }

    fn defined_as(&self, module: &str, name: &str) -> Option<(FileId, Rc<str>)> {
        if self.has_name(module, name) == Some(true) { self.meant_by(name) } else { None }
    }

    fn meant_by(&self, name: &str) -> Option<(FileId, Rc<str>)> {
        self.host.types.contains_key(name).then(|| (self.stub, name.into()))
    }
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
