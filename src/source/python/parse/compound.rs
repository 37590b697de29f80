//! Statements with blocks: conditions, loops, and what they have in common.

use super::lexer::{Declined, Go};
use super::parser::Parser;
use super::token::T;
use crate::source::python::syntax::{ExprId, StmtId, StmtKind};

impl Parser<'_> {
    /// All compound statements but `if` and `match`.
    pub(super) fn compound(&mut self) -> Go<StmtId> {
        let start = self.start();
        match self.kind() {
            T::For => self.for_stmt(start, false),
            T::While => self.while_stmt(),
            T::With => self.with_stmt(start, false),
            T::Try => self.try_stmt(),
            T::Def => self.function(start, start, false, Vec::new()),
            T::Class => self.class(start, Vec::new()),
            T::At => self.decorated(),
            T::Async => self.async_stmt(),
            _ => Err(Declined),
        }
    }

    fn async_stmt(&mut self) -> Go<StmtId> {
        let start = self.start();
        self.advance()?;
        match self.kind() {
            T::Def => self.function(start, start, true, Vec::new()),
            T::For | T::With if self.in_async() => {
                if self.is(T::For) {
                    self.for_stmt(start, true)
                } else {
                    self.with_stmt(start, true)
                }
            }
            _ => Err(Declined),
        }
    }

    /// A colon and the statements behind it, on the same line or indented below.
    pub(super) fn suite(&mut self) -> Go<Vec<StmtId>> {
        self.expect(T::Colon)?;
        let mut body = Vec::new();
        if !self.is(T::Newline) {
            self.simple_statements(&mut body)?;
            return Ok(body);
        }
        self.end_line()?;
        self.expect(T::Indent)?;
        while !self.take(T::Dedent)? {
            self.statement(&mut body)?;
        }
        Ok(body)
    }

    pub(super) fn else_suite(&mut self) -> Go<Vec<StmtId>> {
        if self.take(T::Else)? { self.suite() } else { Ok(Vec::new()) }
    }

    pub(super) fn if_stmt(&mut self) -> Go<StmtId> {
        let start = self.start();
        self.advance()?;
        let test = self.named()?.id;
        let body = self.suite()?;
        let mut clauses: Vec<(u32, ExprId, Vec<StmtId>)> = Vec::new();
        let floor = self.blocks;
        while self.is(T::Elif) {
            // Each one nests in the `orelse` of the one before.
            self.deeper()?;
            let start = self.start();
            self.advance()?;
            let test = self.named()?.id;
            clauses.push((start, test, self.suite()?));
        }
        self.blocks = floor;
        let mut orelse = self.else_suite()?;
        for (start, test, body) in clauses.into_iter().rev() {
            orelse = vec![self.push_stmt(start, StmtKind::If { test, body, orelse })];
        }
        Ok(self.push_stmt(start, StmtKind::If { test, body, orelse }))
    }

    fn while_stmt(&mut self) -> Go<StmtId> {
        let start = self.start();
        self.advance()?;
        let test = self.named()?.id;
        let body = self.in_block(1, true, Self::suite)?;
        let orelse = self.else_suite()?;
        Ok(self.push_stmt(start, StmtKind::While { test, body, orelse }))
    }

    fn for_stmt(&mut self, start: u32, is_async: bool) -> Go<StmtId> {
        self.advance()?;
        let target = self.targets()?.id;
        self.expect(T::In)?;
        let iter = self.values()?.id;
        let body = self.in_block(1, true, Self::suite)?;
        let orelse = self.else_suite()?;
        Ok(self.push_stmt(start, StmtKind::For { target, iter, body, orelse, is_async }))
    }
}
