//! The lowering itself: what it holds, and the ways every part of it uses.

use unicode_normalization::UnicodeNormalization as _;

use super::scope::{Scope, ScopeKind};
use crate::model::Span;
use crate::source::python::kinds::{F, K};
use crate::source::python::syntax::{Ast, Expr, ExprId, ExprKind, Fault, Ident, Stmt, StmtId, StmtKind};
use crate::source::python::tree::{Node, Tree};

/// How deep expressions and statements may nest. Python's own compiler gives up at about 2,900
/// levels; walkers of an [`Ast`] may recurse this deep on the stack that they have.
pub const MAX_DEPTH: usize = 1_500;

/// Lowers the tree of `text`. The faults in the answer are those that show in single nodes.
pub(in crate::source::python) fn lower(text: &str, tree: &Tree) -> Ast {
    let mut lower = Lower {
        text,
        tree,
        ast: Ast::default(),
        depth: 0,
        spine: Vec::new(),
        scope: Scope::new(ScopeKind::Module, false),
        outer: Vec::new(),
    };
    // The arena seldom needs more room than half the nodes of the tree.
    let nodes = tree.subtree(0).len();
    lower.ast.exprs.reserve(nodes / 3);
    lower.ast.stmts.reserve(nodes / 16);
    let mut body = Vec::new();
    lower.statements(0, &mut body);
    lower.ast.body = body;
    lower.ast
}

/// The state of lowering one file.
pub(super) struct Lower<'t> {
    pub(super) text: &'t str,
    pub(super) tree: &'t Tree,
    pub(super) ast: Ast,
    /// How deep the current node is nested.
    pub(super) depth: usize,
    /// Nodes of left-deep chains that are being lowered, outermost first.
    pub(super) spine: Vec<usize>,
    pub(super) scope: Scope,
    pub(super) outer: Vec<Scope>,
}

impl<'t> Lower<'t> {
    pub(super) fn node(&self, at: usize) -> Node {
        self.tree[at]
    }

    pub(super) fn kind(&self, at: usize) -> K {
        self.tree[at].kind
    }

    pub(super) fn span(&self, at: usize) -> Span {
        self.tree[at].span()
    }

    pub(super) fn slice(&self, span: Span) -> &'t str {
        self.text.get(span.range()).unwrap_or("")
    }

    pub(super) fn text(&self, at: usize) -> &'t str {
        self.slice(self.span(at))
    }

    /// A name as Python compares it: `\u{ff45}val` is `eval`.
    pub(super) fn name_text(&self, at: usize) -> Box<str> {
        let text = self.text(at);
        if text.is_ascii() { text.into() } else { text.nfkc().collect::<String>().into() }
    }

    pub(super) fn ident(&self, at: usize) -> Ident {
        Ident { name: self.name_text(at), span: self.span(at) }
    }

    pub(super) fn fault(&mut self, span: Span, message: impl Into<String>) {
        if !self.has_enough_faults() {
            self.ast.faults.push(Fault { span, message: message.into(), of_layout: false });
        }
    }

    /// Python stops at the first fault; a file with more than these has no more to say.
    pub(super) fn has_enough_faults(&self) -> bool {
        self.ast.faults.len() >= 50
    }

    pub(super) fn push(&mut self, span: Span, kind: ExprKind) -> ExprId {
        let id = ExprId(u32::try_from(self.ast.exprs.len()).unwrap_or(u32::MAX));
        self.ast.exprs.push(Expr { kind, span });
        id
    }

    pub(super) fn push_stmt(&mut self, span: Span, kind: StmtKind) -> StmtId {
        let id = StmtId(u32::try_from(self.ast.stmts.len()).unwrap_or(u32::MAX));
        self.ast.stmts.push(Stmt { kind, span });
        id
    }

    /// An expression that could not be lowered. Whoever calls this has reported why.
    pub(super) fn invalid(&mut self, span: Span) -> ExprId {
        self.push(span, ExprKind::Invalid)
    }

    /// An expression that Python refuses, with the reason.
    pub(super) fn refused(&mut self, span: Span, message: impl Into<String>) -> ExprId {
        self.fault(span, message);
        self.invalid(span)
    }

    /// Nesting beyond [`MAX_DEPTH`].
    pub(super) fn too_deep(&mut self, at: usize) -> ExprId {
        let start = self.node(at).start;
        self.refused(Span::new(start, start + 1), "too deeply nested")
    }

    /// The expression in a field; an `Invalid` one where a broken tree has none.
    pub(super) fn expr_field(&mut self, at: usize, field: F) -> ExprId {
        match self.tree.field(at, field) {
            Some(child) => self.expr(child),
            None => self.invalid(self.span(at)),
        }
    }

    /// The children that carry meaning: no punctuation, no keywords.
    pub(super) fn parts(&self, at: usize) -> impl Iterator<Item = usize> + use<'t> {
        let tree = self.tree;
        tree.children(at).filter(move |child| tree[*child].kind.is_part())
    }
}
