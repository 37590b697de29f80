//! Expressions.

use super::ast::{ExprId, Ident};
use super::stmt::Params;
use crate::model::Span;

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
