//! Imports.

use super::context::Lower;
use super::scope::ScopeKind;
use crate::model::Span;
use crate::source::python::kinds::{F, K};
use crate::source::python::syntax::{Alias, Ident, StmtId, StmtKind};

impl Lower<'_> {
    pub(super) fn import(&mut self, at: usize) -> StmtId {
        let names = self.aliases(at, true);
        self.trailing_comma(at);
        self.push_stmt(self.span(at), StmtKind::Import(names))
    }

    pub(super) fn import_from(&mut self, at: usize) -> StmtId {
        let tree = self.tree;
        let span = self.span(at);
        let names = match tree.child(at, K::WildcardImport) {
            Some(star) => {
                if self.scope.kind != ScopeKind::Module {
                    self.fault(span, "import * only allowed at module level");
                }
                vec![Alias { name: Ident { name: "*".into(), span: self.span(star) }, asname: None }]
            }
            None => self.aliases(at, false),
        };
        self.trailing_comma(at);
        let (module, module_span, level) = match tree.field(at, F::ModuleName) {
            Some(module) if self.kind(module) == K::RelativeImport => {
                let dots = tree.child(module, K::ImportPrefix).map_or("", |prefix| self.text(prefix));
                let level = dots.bytes().filter(|byte| *byte == b'.').count();
                let name = tree.child(module, K::DottedName).map(|name| self.dotted_text(name));
                (name, self.span(module), u32::try_from(level).unwrap_or(u32::MAX))
            }
            Some(module) => (Some(self.dotted_text(module)), self.span(module), 0),
            None => (None, span, 0),
        };
        self.push_stmt(span, StmtKind::ImportFrom { module, module_span, level, names })
    }

    /// `from __future__ import …`
    pub(super) fn import_future(&mut self, at: usize) -> StmtId {
        let span = self.span(at);
        let names = self.aliases(at, false);
        self.trailing_comma(at);
        let text = self.text(at);
        let start =
            text.find("__future__").map_or(span.start, |offset| span.start + u32::try_from(offset).unwrap_or(0));
        let module_span = Span::new(start, start + 10);
        self.push_stmt(span, StmtKind::ImportFrom { module: Some("__future__".into()), module_span, level: 0, names })
    }

    fn aliases(&mut self, at: usize, dotted: bool) -> Vec<Alias> {
        let tree = self.tree;
        let mut names = Vec::new();
        for child in tree.children(at) {
            let node = self.node(child);
            if node.field != F::Name {
                continue;
            }
            let (name, asname) = match node.kind {
                K::AliasedImport => (tree.field(child, F::Name).unwrap_or(child), tree.field(child, F::Alias)),
                _ => (child, None),
            };
            if !dotted && tree.has(name, K::Dot) {
                self.fault(self.span(name), "invalid syntax");
            }
            let asname = asname.map(|asname| self.ident(asname));
            let name = Ident { name: self.dotted_text(name), span: self.span(name) };
            let parts = name.name.split('.').chain(asname.as_ref().map(|asname| &*asname.name));
            if parts.into_iter().any(|part| matches!(part, "async" | "await")) {
                self.fault(node.span(), "invalid syntax");
            }
            names.push(Alias { name, asname });
        }
        names
    }

    /// A dotted name without the blanks and comments that may stand between its parts.
    fn dotted_text(&self, at: usize) -> Box<str> {
        let text = self.text(at);
        if text.bytes().all(|byte| byte == b'.' || byte == b'_' || byte.is_ascii_alphanumeric()) {
            return text.into();
        }
        let parts: Vec<Box<str>> = self.parts(at).map(|part| self.name_text(part)).collect();
        parts.join(".").into()
    }

    /// `import a,` and `from a import b,` are errors without parentheses.
    fn trailing_comma(&mut self, at: usize) {
        let last = self.tree.children(at).last();
        if let Some(last) = last.filter(|last| self.kind(*last) == K::Comma) {
            let from = self.kind(at) != K::ImportStatement;
            let message =
                if from { "trailing comma not allowed without surrounding parentheses" } else { "invalid syntax" };
            self.fault(self.span(last), message);
        }
    }
}
