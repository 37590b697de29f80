//! Names of libraries whose modules are known name by name.

use std::rc::Rc;

use super::events::EventKind;
use super::interp::Interp;
use super::value::{At, Val};

/// Whether a module outside has a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Presence {
    /// It has, or nothing is known.
    There,
    /// Not on every Python on which the program may run.
    Partly,
    /// Nowhere.
    Nowhere,
}

impl Interp<'_> {
    /// `from module import name`
    pub(super) fn library_import(&mut self, module: &str, written: &str, name: &str, at: At) {
        match self.outside.library(module, name) {
            Presence::There => {}
            Presence::Partly => self.partly(module, name, true, at),
            Presence::Nowhere => {
                self.emit(
                    EventKind::MissingName {
                        module: written.into(),
                        name: name.into(),
                        partial: false,
                        promised: false,
                    },
                    at,
                );
                self.raised = true;
            }
        }
    }

    /// `module.name`
    pub(super) fn library_attribute(&mut self, module: &str, name: &str, at: At) {
        let presence = self.outside.library(module, name);
        if presence == Presence::There || self.was_put_there(module, name) {
            return;
        }
        if presence == Presence::Partly {
            self.partly(module, name, false, at);
            return;
        }
        let target = Val::external(module, at);
        self.emit(EventKind::MissingAttr { target, name: name.into() }, at);
        self.may_raise = true;
    }

    fn partly(&mut self, module: &str, name: &str, by_import: bool, at: At) {
        let (module, name): (Rc<str>, Rc<str>) = (module.into(), name.into());
        self.emit(EventKind::PartlyThere { module, name, by_import }, at);
        self.may_raise = true;
    }

    /// Whether the program has set this attribute of a module outside itself.
    pub(super) fn was_put_there(&self, module: &str, wanted: &str) -> bool {
        self.events.iter().any(|event| match &event.kind {
            EventKind::SetAttr { target, name, .. } => &**name == wanted && target.as_external() == Some(module),
            _ => false,
        })
    }
}
