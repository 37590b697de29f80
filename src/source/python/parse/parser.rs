//! The parser itself: what it holds, and the ways every part of it uses.

use unicode_normalization::UnicodeNormalization as _;

use super::heights;
use super::lexer::{Declined, Go, Lexer, Now, offset};
use super::scope::{Scope, ScopeKind};
use super::token::T;
use super::word::is_keyword;
use crate::model::Span;
use crate::source::python::check;
use crate::source::python::syntax::{Arg, Ast, Expr, ExprId, ExprKind, Feature, Ident, Stmt, StmtId, StmtKind};

/// How deep expressions may nest. Deeper ones are left to the grammar, which has the bound that counts.
const MAX_NESTING: u32 = 300;

/// The same for statements; each `elif` nests in the one before.
const MAX_BLOCKS: u32 = 300;

/// Expressions on one logical line that are certain not to make it too deep.
const FEW: usize = 400;

/// Levels of the expressions on one line, so that with the blocks around them and with what leaves
/// no node (parentheses, fields of f-strings) they stay below the bound for all.
const MAX_HEIGHT: u16 = 900;

/// The same where there are types: in the grammar's tree they have a level more each.
const MAX_TYPE_HEIGHT: u16 = 400;

/// Reads a whole text.
pub(super) fn parse(text: &str) -> Option<Ast> {
    if u32::try_from(text.len()).is_err() || text.as_bytes().contains(&0) {
        return None;
    }
    let mut parser = Parser::new(text);
    parser.module().ok()?;
    let Parser { mut ast, lexer, unusual, .. } = parser;
    // Many files may be in memory at once.
    ast.exprs.shrink_to_fit();
    ast.stmts.shrink_to_fit();
    ast.comments = lexer.comments;
    ast.features.sort_by_key(|feature| (feature.span.start, feature.span.end));
    if unusual && !check::check(&ast).is_empty() {
        return None;
    }
    Some(ast)
}

/// An expression as it is written: its place covers the parentheses around it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written {
    pub(super) id: ExprId,
    pub(super) start: u32,
    pub(super) end: u32,
}

/// Where to go back to when a guess at what follows was wrong.
pub(super) struct Mark {
    now: Now,
    exprs: usize,
    features: usize,
    comments: usize,
    ids: usize,
    args: usize,
    depth: u32,
    annotations: u32,
    field: Option<u32>,
    scope: Scope,
}

/// The state of parsing one text.
pub(super) struct Parser<'t> {
    pub(super) lexer: Lexer<'t>,
    pub(super) ast: Ast,
    pub(super) scope: Scope,
    /// How deep the current expression is nested.
    pub(super) depth: u32,
    /// How deep the current statement is nested.
    pub(super) blocks: u32,
    /// Expressions before the current logical line.
    line: usize,
    /// There was a type on the current logical line.
    pub(super) typed: bool,
    /// Annotations around the current token.
    pub(super) annotations: u32,
    /// Open brackets around the innermost field of an f-string.
    pub(super) field: Option<u32>,
    /// There is something that asks for the checks of names.
    pub(super) unusual: bool,
    /// Items of lists that are being read, those of outer lists first.
    pub(super) ids: Vec<ExprId>,
    /// The same for arguments.
    pub(super) args: Vec<Arg>,
}

impl<'t> Parser<'t> {
    fn new(text: &'t str) -> Self {
        let mut ast = Ast::default();
        // So many bytes for a node are usual.
        ast.exprs.reserve(text.len() / 13);
        ast.stmts.reserve(text.len() / 60);
        Self {
            lexer: Lexer::new(text),
            ast,
            scope: Scope::new(ScopeKind::Module, false),
            depth: 0,
            blocks: 0,
            line: 0,
            typed: false,
            annotations: 0,
            field: None,
            unusual: false,
            ids: Vec::new(),
            args: Vec::new(),
        }
    }

    fn module(&mut self) -> Go<()> {
        self.lexer.advance()?;
        let mut body = Vec::new();
        while !self.is(T::End) {
            self.statement(&mut body)?;
        }
        self.ast.body = body;
        if self.scope.seen.awaits > 0 { Err(Declined) } else { Ok(()) }
    }

    pub(super) const fn kind(&self) -> T {
        self.lexer.now.kind
    }

    pub(super) fn is(&self, kind: T) -> bool {
        self.lexer.is(kind)
    }

    /// Where the current token starts.
    pub(super) const fn start(&self) -> u32 {
        self.lexer.now.start
    }

    /// Where the token before the current one ended.
    pub(super) const fn before(&self) -> u32 {
        self.lexer.now.before
    }

    pub(super) fn advance(&mut self) -> Go<()> {
        self.lexer.advance()
    }

    pub(super) fn expect(&mut self, kind: T) -> Go<()> {
        self.lexer.expect(kind)
    }

    pub(super) fn take(&mut self, kind: T) -> Go<bool> {
        self.lexer.take(kind)
    }

    /// The text of the current token.
    pub(super) fn text(&self) -> &'t str {
        self.lexer.slice(self.lexer.now.start, self.lexer.now.end)
    }

    /// The current token, which has to be a name, as Python compares it: `\u{ff45}val` is `eval`.
    pub(super) fn name_text(&self) -> Go<Box<str>> {
        if !self.is(T::Name) {
            return Err(Declined);
        }
        let text = self.text();
        if text.is_ascii() {
            return Ok(text.into());
        }
        let name: String = text.nfkc().collect();
        if is_keyword(&name) { Err(Declined) } else { Ok(name.into()) }
    }

    /// A name with its place.
    pub(super) fn ident(&mut self) -> Go<Ident> {
        let ident = Ident { name: self.name_text()?, span: Span::new(self.start(), self.lexer.now.end) };
        self.advance()?;
        Ok(ident)
    }

    pub(super) fn push(&mut self, span: Span, kind: ExprKind) -> ExprId {
        let id = ExprId(offset(self.ast.exprs.len()));
        self.ast.exprs.push(Expr { kind, span });
        id
    }

    /// An expression from `start` to the end of the token before the current one.
    pub(super) fn written(&mut self, start: u32, kind: ExprKind) -> Written {
        let end = self.before();
        self.placed(start, end, kind)
    }

    pub(super) fn placed(&mut self, start: u32, end: u32, kind: ExprKind) -> Written {
        Written { id: self.push(Span::new(start, end), kind), start, end }
    }

    /// A statement from `start` to the end of the token before the current one.
    pub(super) fn push_stmt(&mut self, start: u32, kind: StmtKind) -> StmtId {
        let id = StmtId(offset(self.ast.stmts.len()));
        let span = Span::new(start, self.before());
        self.ast.stmts.push(Stmt { kind, span });
        id
    }

    /// The items of a list since its start, in a list of their own.
    pub(super) fn items_from(&mut self, floor: usize) -> Vec<ExprId> {
        let items = self.ids.get(floor..).map_or_else(Vec::new, <[ExprId]>::to_vec);
        self.ids.truncate(floor);
        items
    }

    /// The place of an expression, without parentheses around it.
    pub(super) fn span(&self, id: ExprId) -> Span {
        self.ast[id].span
    }

    pub(super) fn is_starred(&self, id: ExprId) -> bool {
        matches!(self.ast[id].kind, ExprKind::Starred(_))
    }

    /// Notes syntax that older versions of Python do not have.
    pub(super) fn feature(&mut self, span: Span, name: &'static str, since: u8) {
        self.ast.features.push(Feature { span, name, since });
    }

    /// Reads `inner` one level deeper.
    pub(super) fn nested<R>(&mut self, inner: impl FnOnce(&mut Self) -> Go<R>) -> Go<R> {
        self.depth += 1;
        if self.depth > MAX_NESTING {
            return Err(Declined);
        }
        let result = inner(self);
        self.depth -= 1;
        result
    }

    /// Counts a block around what follows; whoever calls this uncounts it.
    pub(super) fn deeper(&mut self) -> Go<()> {
        self.blocks += 1;
        if self.blocks > MAX_BLOCKS { Err(Declined) } else { Ok(()) }
    }

    /// The end of a logical line.
    pub(super) fn end_line(&mut self) -> Go<()> {
        let length = self.ast.exprs.len();
        let bound = if self.typed { MAX_TYPE_HEIGHT } else { MAX_HEIGHT };
        if length - self.line > FEW && !heights::are_low(&self.ast, self.line, bound) {
            return Err(Declined);
        }
        self.line = length;
        self.typed = false;
        self.expect(T::Newline)
    }

    pub(super) fn mark(&self) -> Mark {
        Mark {
            now: self.lexer.now,
            exprs: self.ast.exprs.len(),
            features: self.ast.features.len(),
            comments: self.lexer.comments.len(),
            ids: self.ids.len(),
            args: self.args.len(),
            depth: self.depth,
            annotations: self.annotations,
            field: self.field,
            scope: self.scope,
        }
    }

    /// Forgets what was read since `mark`, which is on the same logical line.
    pub(super) fn back_to(&mut self, mark: &Mark) {
        self.lexer.now = mark.now;
        self.ast.exprs.truncate(mark.exprs);
        self.ast.features.truncate(mark.features);
        self.lexer.comments.truncate(mark.comments);
        self.ids.truncate(mark.ids);
        self.args.truncate(mark.args);
        self.depth = mark.depth;
        self.annotations = mark.annotations;
        self.field = mark.field;
        self.scope = mark.scope;
    }
}
