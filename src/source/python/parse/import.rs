//! Imports.

use super::lexer::{Declined, Go};
use super::parser::Parser;
use super::scope::ScopeKind;
use super::token::T;
use crate::model::Span;
use crate::source::python::syntax::{Alias, Ident, StmtId, StmtKind};

impl Parser<'_> {
    pub(super) fn import(&mut self) -> Go<StmtId> {
        let start = self.start();
        self.advance()?;
        let mut names = Vec::with_capacity(1);
        loop {
            let name = self.dotted_name()?;
            names.push(self.alias(name)?);
            if !self.take(T::Comma)? {
                break;
            }
        }
        Ok(self.push_stmt(start, StmtKind::Import(names)))
    }

    fn alias(&mut self, name: Ident) -> Go<Alias> {
        let asname = if self.take(T::As)? { Some(self.ident()?) } else { None };
        Ok(Alias { name, asname })
    }

    /// `a.b.c`, without the blanks that may stand between its parts.
    fn dotted_name(&mut self) -> Go<Ident> {
        let mut name = self.ident()?;
        if !self.is(T::Dot) {
            return Ok(name);
        }
        let mut text = String::from(name.name);
        while self.take(T::Dot)? {
            text.push('.');
            text.push_str(&self.ident()?.name);
        }
        name.name = text.into();
        name.span.end = self.before();
        Ok(name)
    }

    pub(super) fn import_from(&mut self) -> Go<StmtId> {
        let start = self.start();
        self.advance()?;
        let module_start = self.start();
        let mut level = 0;
        loop {
            level += match self.kind() {
                T::Dot => 1,
                T::Ellipsis => 3,
                _ => break,
            };
            self.advance()?;
        }
        let module = if level > 0 && self.is(T::Import) { None } else { Some(self.dotted_name()?.name) };
        let module_span = Span::new(module_start, self.before());
        let future = level == 0 && module.as_deref().is_some_and(|name| name == "__future__");
        self.unusual |= future;
        self.expect(T::Import)?;
        let names = self.imported(future)?;
        Ok(self.push_stmt(start, StmtKind::ImportFrom { module, module_span, level, names }))
    }

    fn imported(&mut self, future: bool) -> Go<Vec<Alias>> {
        if self.is(T::Star) {
            if self.scope.kind != ScopeKind::Module || future {
                return Err(Declined);
            }
            let span = Span::new(self.start(), self.lexer.now.end);
            self.advance()?;
            return Ok(vec![Alias { name: Ident { name: "*".into(), span }, asname: None }]);
        }
        let open = self.take(T::LeftParen)?;
        let mut names = Vec::new();
        loop {
            let name = self.ident()?;
            names.push(self.alias(name)?);
            if !self.take(T::Comma)? || open && self.is(T::RightParen) {
                break;
            }
        }
        if open {
            self.expect(T::RightParen)?;
        }
        Ok(names)
    }
}
