//! Statements.

use super::ast::{ExprId, Ident, StmtId};
use super::expr::{Arg, BinOp};
use crate::model::Span;

/// Kinds of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParamKind {
    /// Before `/`.
    PositionalOnly,
    /// Plain.
    Positional,
    /// `*args`
    VarArgs,
    /// After `*` or `*args`.
    KeywordOnly,
    /// `**kwargs`
    KwArgs,
}

/// A parameter.
#[derive(Clone, Debug)]
pub struct Param {
    /// Its name.
    pub name: Ident,
    /// Its kind.
    pub kind: ParamKind,
    /// Its default.
    pub default: Option<ExprId>,
    /// Its annotation.
    pub annotation: Option<ExprId>,
}

/// The parameters of a function, in the order written.
#[derive(Clone, Debug, Default)]
pub struct Params {
    /// All of them.
    pub list: Vec<Param>,
    /// From `(` to `)` in a `def` (both included); from the first to the last parameter in a lambda.
    pub span: Span,
}

/// `def`, `async def`
#[derive(Clone, Debug)]
pub struct FunctionDef {
    /// Its name.
    pub name: Ident,
    /// Its parameters.
    pub params: Params,
    /// Its body.
    pub body: Vec<StmtId>,
    /// What stands after `@`, in order.
    pub decorators: Vec<ExprId>,
    /// What stands after `->`.
    pub returns: Option<ExprId>,
    /// `async def`
    pub is_async: bool,
    /// A `yield` in its own body, not in a nested function.
    pub is_generator: bool,
    /// From `def` (or `async`) to the `:`.
    pub header: Span,
}

/// `class`
#[derive(Clone, Debug)]
pub struct ClassDef {
    /// Its name.
    pub name: Ident,
    /// Bases, and keywords such as `metaclass=`.
    pub bases: Vec<Arg>,
    /// From `(` to `)`, if written.
    pub bases_span: Option<Span>,
    /// Its body.
    pub body: Vec<StmtId>,
    /// What stands after `@`, in order.
    pub decorators: Vec<ExprId>,
    /// From `class` to the `:`.
    pub header: Span,
}

/// `name as asname`
#[derive(Clone, Debug)]
pub struct Alias {
    /// Dotted in `import a.b`, `*` for a star import.
    pub name: Ident,
    /// After `as`.
    pub asname: Option<Ident>,
}

/// `except typ as name:`
#[derive(Clone, Debug)]
pub struct Handler {
    /// What is caught; `None` catches all.
    pub typ: Option<ExprId>,
    /// After `as`.
    pub name: Option<Ident>,
    /// Its body.
    pub body: Vec<StmtId>,
    /// The whole clause.
    pub span: Span,
}

/// `case pattern if guard:`
#[derive(Clone, Debug)]
pub struct MatchCase {
    /// Names that the pattern binds.
    pub binds: Vec<Ident>,
    /// Constant patterns (`"a" | "b"`), when the whole pattern is made of them.
    pub constants: Option<Vec<ExprId>>,
    /// `_` or a plain name without guard: always matches.
    pub irrefutable: bool,
    /// After `if`.
    pub guard: Option<ExprId>,
    /// Its body.
    pub body: Vec<StmtId>,
}

/// A statement.
#[derive(Clone, Debug)]
pub struct Stmt {
    /// What it is.
    pub kind: StmtKind,
    /// Where it is; decorators included.
    pub span: Span,
}

/// The kinds of statements.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "fields carry the names of Python's ast module")]
pub enum StmtKind {
    FunctionDef(Box<FunctionDef>),
    ClassDef(Box<ClassDef>),
    Return(Option<ExprId>),
    Delete(Vec<ExprId>),
    /// `a = b = value` has two targets.
    Assign {
        targets: Vec<ExprId>,
        value: ExprId,
    },
    AugAssign {
        target: ExprId,
        op: BinOp,
        value: ExprId,
    },
    AnnAssign {
        target: ExprId,
        annotation: ExprId,
        value: Option<ExprId>,
    },
    For {
        target: ExprId,
        iter: ExprId,
        body: Vec<StmtId>,
        orelse: Vec<StmtId>,
        is_async: bool,
    },
    While {
        test: ExprId,
        body: Vec<StmtId>,
        orelse: Vec<StmtId>,
    },
    /// `elif` is a nested `If` in `orelse`, as in Python's own tree.
    If {
        test: ExprId,
        body: Vec<StmtId>,
        orelse: Vec<StmtId>,
    },
    /// Pairs of context manager and target.
    With {
        items: Vec<(ExprId, Option<ExprId>)>,
        body: Vec<StmtId>,
        is_async: bool,
    },
    Match {
        subject: ExprId,
        cases: Vec<MatchCase>,
    },
    Raise {
        exc: Option<ExprId>,
        cause: Option<ExprId>,
    },
    Try {
        body: Vec<StmtId>,
        handlers: Vec<Handler>,
        orelse: Vec<StmtId>,
        finalbody: Vec<StmtId>,
    },
    Assert {
        test: ExprId,
        msg: Option<ExprId>,
    },
    Import(Vec<Alias>),
    /// `from ..module import names`; `level` counts the dots; `module_span` covers dots and name.
    ImportFrom {
        module: Option<Box<str>>,
        module_span: Span,
        level: u32,
        names: Vec<Alias>,
    },
    Global(Vec<Ident>),
    Nonlocal(Vec<Ident>),
    Expr(ExprId),
    Pass,
    Break,
    Continue,
    /// `type X = …`
    TypeAlias {
        name: ExprId,
        value: ExprId,
    },
    /// Could not be lowered. A fault says why.
    Invalid,
}
