//! JavaScript as typed syntax: an arena of expressions, statements, and functions, with spans.

use std::ops::Index;

use crate::model::Span;

/// An expression in a [`Script`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExprId(pub(super) u32);

/// A function in a [`Script`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FunctionId(pub(super) u32);

/// A parsed script.
#[derive(Clone, Debug, Default)]
pub struct Script {
    pub(super) exprs: Vec<Expr>,
    pub(super) functions: Vec<Function>,
    /// The top level, in order.
    pub body: Vec<Stmt>,
    /// Every comment with its marks, in order.
    pub comments: Vec<Span>,
    /// Where the text does not follow the grammar, in order.
    pub faults: Vec<Span>,
    /// Whether it was too large or too tangled to be read; then nothing else is known.
    pub given_up: bool,
}

/// An expression with its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A name, `this` and `import` included.
    Name(Box<str>),
    /// A string without holes, decoded.
    Text(Box<str>),
    /// Texts and values put together, by `+` or in a template.
    Template(Vec<ExprId>),
    /// A whole number.
    Number(i64),
    /// Another number, a truth value, or nothing.
    Constant,
    /// A pattern, as written with its slashes.
    Regex(Box<str>),
    /// `object.name`.
    Member {
        /// Of what.
        object: ExprId,
        /// Which.
        name: Box<str>,
        /// Where the name stands.
        at: u32,
    },
    /// `object[index]`.
    Index {
        /// Of what.
        object: ExprId,
        /// Which.
        index: ExprId,
    },
    /// `callee(args)`, `new callee(args)`, or a tagged template.
    Call {
        /// What is called.
        callee: ExprId,
        /// With what; spread arguments stand for themselves.
        args: Vec<ExprId>,
        /// Whether it is `new`.
        new: bool,
    },
    /// `target = value`, `target += value`, and the like.
    Assign {
        /// What is assigned to.
        target: Pattern,
        /// Whether the old value is kept in some way.
        keeps: bool,
        /// What.
        value: ExprId,
    },
    /// `left || right`, `left ?? right`.
    Or(ExprId, ExprId),
    /// `left && right`.
    And(ExprId, ExprId),
    /// A comparison or computation of one or two values: never a text that holds them.
    Compute(Op, Vec<ExprId>),
    /// `test ? yes : no`.
    Conditional {
        /// What is asked.
        test: ExprId,
        /// If so.
        yes: ExprId,
        /// If not.
        no: ExprId,
    },
    /// `(a, b, c)`: the value is the last one.
    Sequence(Vec<ExprId>),
    /// `[a, b]`.
    Array(Vec<ExprId>),
    /// `{name: value}`; without a name for what is spread or computed.
    Object(Vec<(Option<Box<str>>, ExprId)>),
    /// A function or an arrow.
    Function(FunctionId),
    /// A class: its methods and fields.
    Class(Vec<ExprId>),
    /// `await value`, `...value`, `(value)`: another expression's value.
    Of(ExprId),
    /// Whatever else, with what it is made of.
    Other(Vec<ExprId>),
}

/// What is computed, as far as it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// `!value`.
    Not,
    /// `a == b`, `a === b`.
    Equal,
    /// `a != b`, `a !== b`.
    Unequal,
    /// `name in object`.
    In,
    /// Whatever else.
    Other,
}

/// A function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its own name, if it has one.
    pub name: Option<Box<str>>,
    /// Its parameters.
    pub params: Vec<Pattern>,
    /// Its body; of a short arrow one `return`.
    pub body: Vec<Stmt>,
    /// Whether it is an arrow, which has no name and no `this` of its own.
    pub arrow: bool,
    /// All of it.
    pub span: Span,
}

/// What names are bound to.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// A name.
    Name(Box<str>, Span),
    /// `{key: pattern}`; without a key for the rest.
    Object(Vec<(Option<Box<str>>, Self)>),
    /// `[pattern]`.
    Array(Vec<Self>),
    /// `pattern = value`.
    Default(Box<Self>, ExprId),
    /// A member or an element of something.
    Place(ExprId),
}

/// A statement.
#[derive(Clone, Debug)]
pub enum Stmt {
    /// `var`, `let`, or `const`.
    Let {
        /// Whether it belongs to the whole function.
        var: bool,
        /// What is bound.
        target: Pattern,
        /// To what.
        value: Option<ExprId>,
    },
    /// A function with a name.
    Function(FunctionId),
    /// A class with a name.
    Class(Box<str>, ExprId),
    /// An expression.
    Expr(ExprId),
    /// `return`, and the value of `throw`.
    Return(Option<ExprId>),
    /// `break`, `continue`.
    Leave,
    /// `if`.
    If {
        /// What is asked.
        test: ExprId,
        /// If so.
        yes: Vec<Self>,
        /// If not.
        no: Vec<Self>,
    },
    /// A loop: what is evaluated around it, and its body.
    Loop {
        /// Declarations before it, and the name that each element gets.
        head: Vec<Self>,
        /// Tests and steps.
        tests: Vec<ExprId>,
        /// What is repeated.
        body: Vec<Self>,
    },
    /// `for (target of value)`.
    Each {
        /// Whether the name is declared here, and whether for the whole function.
        declared: Option<bool>,
        /// What each element is bound to.
        target: Pattern,
        /// What is walked over.
        value: ExprId,
        /// Whether the keys are meant, not the elements.
        keys: bool,
        /// What is repeated.
        body: Vec<Self>,
    },
    /// A block with names of its own.
    Block(Vec<Self>),
    /// Branches of which some are run: `switch` cases, `catch`; with the name that is bound.
    Branches(Vec<(Option<Pattern>, Vec<Self>)>),
    /// `import … from source`: the local names.
    Import {
        /// From where.
        source: Box<str>,
        /// Where the source is written.
        span: Span,
        /// What is bound: local name and the name over there (`*` for all).
        names: Vec<(Box<str>, Box<str>)>,
    },
}

impl Script {
    /// Every expression, nested ones too, in no particular order.
    #[must_use]
    pub fn exprs(&self) -> &[Expr] {
        &self.exprs
    }

    /// Every function, nested ones too.
    #[must_use]
    pub fn functions(&self) -> &[Function] {
        &self.functions
    }
}

impl Index<ExprId> for Script {
    type Output = Expr;
    fn index(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }
}

impl Index<FunctionId> for Script {
    type Output = Function;
    fn index(&self, id: FunctionId) -> &Function {
        &self.functions[id.0 as usize]
    }
}
