//! A parsed file: the arena of its nodes, its comments, and its faults.

use std::ops::Index;

use super::expr::Expr;
use super::stmt::Stmt;
use crate::model::Span;

/// An expression in an [`Ast`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub(in crate::source::python) u32);

/// A statement in an [`Ast`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StmtId(pub(in crate::source::python) u32);

/// A parsed file.
#[derive(Clone, Debug, Default)]
pub struct Ast {
    pub(in crate::source::python) exprs: Vec<Expr>,
    pub(in crate::source::python) stmts: Vec<Stmt>,
    /// The module's statements in order.
    pub body: Vec<StmtId>,
    /// Every comment, `#` included, in order.
    pub comments: Vec<Span>,
    /// What Python would refuse, in order of position.
    pub faults: Vec<Fault>,
    /// Syntax that not every Python version has, in order of position.
    pub features: Vec<Feature>,
}

/// Something that Python's compiler refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub span: Span,
    /// In the words of CPython where it has some (`invalid syntax`, `'(' was never closed` …).
    pub message: String,
    /// It is about indentation. After another fault it is usually the same mistake, seen again.
    pub of_layout: bool,
}

/// Syntax that came with a Python version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feature {
    /// Where.
    pub span: Span,
    /// What, as a noun phrase (`match statement`).
    pub name: &'static str,
    /// The first minor version of Python 3 that has it.
    pub since: u8,
}

impl Ast {
    /// Every statement of the file, nested ones too, in no particular order.
    #[must_use]
    pub fn stmts(&self) -> &[Stmt] {
        &self.stmts
    }

    /// Every expression of the file, nested ones too, in no particular order.
    #[must_use]
    pub fn exprs(&self) -> &[Expr] {
        &self.exprs
    }
}

impl ExprId {
    /// Its place in the arena.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.0
    }
}

impl StmtId {
    /// Its place in the arena.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.0
    }
}

impl Index<ExprId> for Ast {
    type Output = Expr;
    fn index(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }
}

impl Index<StmtId> for Ast {
    type Output = Stmt;
    fn index(&self, id: StmtId) -> &Stmt {
        &self.stmts[id.0 as usize]
    }
}

/// A name with its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ident {
    /// The name.
    pub name: Box<str>,
    /// Where it is written.
    pub span: Span,
}
