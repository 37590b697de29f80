//! Typed Python syntax in an arena, under Python's own node names (those of its `ast` module).
//!
//! Nodes are addressed by [`ExprId`] and [`StmtId`]; every node has a byte span in the file.

use std::ops::Index;

use crate::model::Span;

/// An expression in an [`Ast`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExprId(pub(super) u32);

/// A statement in an [`Ast`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct StmtId(pub(super) u32);

/// A parsed file.
#[derive(Clone, Debug, Default)]
pub struct Ast {
    pub(super) exprs: Vec<Expr>,
    pub(super) stmts: Vec<Stmt>,
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

/// An expression.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it is.
    pub span: Span,
}

/// A literal.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// `None`
    None,
    /// `True`, `False`
    Bool(bool),
    /// `...`
    Ellipsis,
    /// An integer that fits 64 bits.
    Int(i64),
    /// A larger integer, as written.
    BigInt(Box<str>),
    /// A float.
    Float(f64),
    /// A complex number, as written.
    Complex(Box<str>),
    /// A string: escapes resolved, adjacent parts joined.
    Str(Box<str>),
    /// Bytes: escapes resolved, adjacent parts joined.
    Bytes(Box<[u8]>),
}

/// A part of an f-string.
#[derive(Clone, Debug)]
pub enum FPart {
    /// Text, escapes resolved.
    Literal(Box<str>),
    /// `{value!r:spec}`
    Value {
        /// The expression.
        value: ExprId,
        /// `s`, `r` or `a` after `!`.
        conversion: Option<char>,
        /// The format spec, if it is plain text; nested values make it unknown (`None` with `has_spec`).
        spec: Option<Box<str>>,
        /// Whether there is a format spec at all.
        has_spec: bool,
    },
}

/// How an argument is passed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ArgKind {
    /// `value`
    Positional,
    /// `*value`
    Star,
    /// `name=value`
    Keyword(Ident),
    /// `**value`
    DoubleStar,
}

/// An argument of a call or a class header.
#[derive(Clone, Debug)]
pub struct Arg {
    /// How.
    pub kind: ArgKind,
    /// What.
    pub value: ExprId,
    /// The whole argument.
    pub span: Span,
}

/// `for target in iter if …`
#[derive(Clone, Debug)]
pub struct Comprehension {
    /// What is bound.
    pub target: ExprId,
    /// What is walked.
    pub iter: ExprId,
    /// The conditions.
    pub ifs: Vec<ExprId>,
    /// `async for`
    pub is_async: bool,
}

/// Binary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "Python's own names")]
pub enum BinOp {
    Add,
    Sub,
    Mult,
    MatMult,
    Div,
    Mod,
    Pow,
    LShift,
    RShift,
    BitOr,
    BitXor,
    BitAnd,
    FloorDiv,
}

/// Unary operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "Python's own names")]
pub enum UnaryOp {
    Invert,
    Not,
    UAdd,
    USub,
}

/// `and`, `or`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "Python's own names")]
pub enum BoolOp {
    And,
    Or,
}

/// Comparison operators.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "Python's own names")]
pub enum CmpOp {
    Eq,
    NotEq,
    Lt,
    LtE,
    Gt,
    GtE,
    Is,
    IsNot,
    In,
    NotIn,
}

/// The kinds of expressions.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "fields carry the names of Python's ast module")]
pub enum ExprKind {
    Name(Box<str>),
    Constant(Constant),
    JoinedStr(Vec<FPart>),
    Attribute {
        value: ExprId,
        attr: Ident,
    },
    Subscript {
        value: ExprId,
        slice: ExprId,
    },
    Slice {
        lower: Option<ExprId>,
        upper: Option<ExprId>,
        step: Option<ExprId>,
    },
    Call {
        func: ExprId,
        args: Vec<Arg>,
    },
    BinOp {
        left: ExprId,
        op: BinOp,
        right: ExprId,
    },
    UnaryOp {
        op: UnaryOp,
        operand: ExprId,
    },
    BoolOp {
        op: BoolOp,
        values: Vec<ExprId>,
    },
    Compare {
        left: ExprId,
        rest: Vec<(CmpOp, ExprId)>,
    },
    IfExp {
        test: ExprId,
        body: ExprId,
        orelse: ExprId,
    },
    Lambda {
        params: Params,
        body: ExprId,
    },
    Tuple(Vec<ExprId>),
    List(Vec<ExprId>),
    Set(Vec<ExprId>),
    /// A `None` key is `**value`.
    Dict(Vec<(Option<ExprId>, ExprId)>),
    ListComp {
        elt: ExprId,
        generators: Vec<Comprehension>,
    },
    SetComp {
        elt: ExprId,
        generators: Vec<Comprehension>,
    },
    GeneratorExp {
        elt: ExprId,
        generators: Vec<Comprehension>,
    },
    DictComp {
        key: ExprId,
        value: ExprId,
        generators: Vec<Comprehension>,
    },
    Starred(ExprId),
    NamedExpr {
        target: ExprId,
        value: ExprId,
    },
    Await(ExprId),
    Yield(Option<ExprId>),
    YieldFrom(ExprId),
    /// Could not be lowered: a syntax error, or nested too deeply. A fault says which.
    Invalid,
}

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
