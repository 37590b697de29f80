//! The names under which rules know values.

use std::rc::Rc;

use super::engine::Engine;
use super::names::Sym;
use super::value::{Kind, Val};

impl Engine<'_, '_> {
    /// The name under which rules know a value: a dotted path, or `*.attribute` of something unknown.
    pub(super) fn called_name(&self, base: &Val, attr: Option<Sym>) -> Option<Rc<str>> {
        let own = match &base.kind {
            Kind::Path(path) | Kind::Method(path, _) => Some(Rc::clone(self.paths.text(*path))),
            Kind::Attr(pair) => Some(format!("*.{}", self.names.text(pair.1)).into()),
            Kind::Made(made) => match &made.callee.kind {
                Kind::Path(path) | Kind::Method(path, _) => Some(format!("{}()", self.paths.text(*path)).into()),
                _ => None,
            },
            // One of them may be nothing: what a search has found.
            Kind::Union(members) => members.iter().find_map(|member| self.called_name(member, None)),
            Kind::Item(_) if self.is_module_of_others(base) => Some("importlib.import_module()".into()),
            _ => None,
        };
        match (own, attr) {
            (own, None) => own,
            (Some(own), Some(attr)) => Some(format!("{own}.{}", self.names.text(attr)).into()),
            (None, Some(attr)) => Some(format!("*.{}", self.names.text(attr)).into()),
        }
    }

    /// `sys.modules[name]`, or one of all modules in a loop.
    fn is_module_of_others(&self, value: &Val) -> bool {
        let mut value = value;
        for _ in 0..3 {
            value = match &value.kind {
                Kind::Item(pair) => &pair.0,
                Kind::Made(made) => &made.callee,
                _ => break,
            };
        }
        matches!(
            self.path_of(value),
            Some("sys.modules" | "sys.modules.values" | "sys.modules.items" | "sys.modules.copy")
        )
    }

    /// Whether a value was found among all classes in memory.
    #[must_use]
    pub fn is_walked(&self, value: &Val) -> bool {
        let mut value = value;
        for _ in 0..12 {
            value = match &value.kind {
                Kind::Attr(pair) if matches!(&**self.names.text(pair.1), "__subclasses__" | "__globals__") => {
                    return true;
                }
                Kind::Attr(pair) => &pair.0,
                Kind::Item(pair) => &pair.0,
                Kind::Made(made) => &made.callee,
                Kind::Path(path) | Kind::Method(path, _) => {
                    return self.paths.text(*path).ends_with(".__subclasses__");
                }
                _ => return false,
            };
        }
        false
    }
}
