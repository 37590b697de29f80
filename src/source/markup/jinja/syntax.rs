//! A template as its pieces: text, values that are put out, and statements.

use std::ops::Index;

use crate::model::Span;

/// An expression in a [`Template`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExprId(pub(super) u32);

/// A template.
#[derive(Clone, Debug, Default)]
pub struct Template {
    pub(super) exprs: Vec<Expr>,
    /// In the order of the text; together they are all of it.
    pub pieces: Vec<Piece>,
    /// Why Jinja refuses it, if it does; the pieces go up to there, and the rest is text.
    pub fault: Option<Fault>,
}

/// What Jinja refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub span: Span,
    /// Why, in the words of Jinja, without a full stop.
    pub message: String,
    /// The tag that is not known, if that is why.
    pub tag: Option<String>,
}

/// A piece of a template.
#[derive(Clone, Debug)]
pub struct Piece {
    /// Where, marks included.
    pub span: Span,
    /// What.
    pub kind: PieceKind,
}

/// What a piece is.
#[derive(Clone, Debug)]
pub enum PieceKind {
    /// Text that is put out as it stands; that of a `raw` block, too.
    Text,
    /// A comment.
    Comment,
    /// A value that is put out.
    Output(ExprId),
    /// A statement.
    Statement(Statement),
}

/// A statement, without what stands between it and its end.
#[derive(Clone, Debug)]
pub enum Statement {
    /// `for names in value`.
    For {
        /// The names that each element is bound to.
        names: Vec<Box<str>>,
        /// What is walked over.
        value: ExprId,
    },
    /// `if test`.
    If(ExprId),
    /// `elif test`.
    Elif(ExprId),
    /// `else`.
    Else,
    /// `set names = value`, or without a value up to `endset`.
    Set {
        /// The names.
        names: Vec<Box<str>>,
        /// What they hold; `None` for a block.
        value: Option<ExprId>,
    },
    /// `macro name(parameters)`.
    Macro {
        /// Its name.
        name: Box<str>,
        /// The names of its parameters.
        params: Vec<Box<str>>,
        /// How many of them, at the end, have a default.
        defaults: usize,
    },
    /// `call value`.
    Call(ExprId),
    /// `block name`.
    Block(Box<str>),
    /// `extends value`.
    Extends(ExprId),
    /// `include value`.
    Include(ExprId),
    /// `import value as name`, `from value import names`: the local names.
    Import(Vec<Box<str>>),
    /// `autoescape value`.
    Autoescape(ExprId),
    /// `with name = value, …`.
    With(Vec<(Box<str>, ExprId)>),
    /// `filter …`.
    Filter,
    /// `print value, …`.
    Print(Vec<ExprId>),
    /// The end of a block, by the name of what it ends (`for`, `if` …); also `raw` and its end.
    End(&'static str),
    /// What needs an extension of Jinja.
    Other(Box<str>),
}

/// An expression with its place.
#[derive(Clone, Debug)]
pub struct Expr {
    /// What.
    pub kind: ExprKind,
    /// Where.
    pub span: Span,
}

/// What an expression is.
#[derive(Clone, Debug)]
pub enum ExprKind {
    /// A name.
    Name(Box<str>),
    /// A text.
    Text(Box<str>),
    /// A number, a truth value, or none.
    Constant,
    /// `value.name`.
    Attr(ExprId, Box<str>),
    /// `value[index]`.
    Item(ExprId, ExprId),
    /// `callee(args)`; names of arguments are left out.
    Call(ExprId, Vec<ExprId>),
    /// `value|name(args)`; without a value in a `filter` block.
    Filter(Option<ExprId>, Box<str>, Vec<ExprId>),
    /// `yes if test else no`.
    Conditional {
        /// If so.
        yes: ExprId,
        /// What is asked.
        test: ExprId,
        /// If not.
        no: Option<ExprId>,
    },
    /// Put together or computed: the result may hold the parts.
    Joined(Vec<ExprId>),
    /// `a or b`, `a and b`: one of them.
    Either(ExprId, ExprId),
    /// A comparison, a test, `not`: a truth value.
    Truth(Vec<ExprId>),
    /// A list, a tuple, or a dict: its values.
    Collection(Vec<ExprId>),
}

impl Index<ExprId> for Template {
    type Output = Expr;
    fn index(&self, id: ExprId) -> &Expr {
        &self.exprs[id.0 as usize]
    }
}

impl Template {
    /// Every expression, nested ones too, in no particular order.
    #[must_use]
    pub fn exprs(&self) -> &[Expr] {
        &self.exprs
    }

    /// The tags that need an extension of Jinja, with their places, in order.
    pub fn others(&self) -> impl Iterator<Item = (Span, &str)> {
        self.pieces.iter().filter_map(|piece| match &piece.kind {
            PieceKind::Statement(Statement::Other(word)) => Some((piece.span, &**word)),
            _ => None,
        })
    }
}
