//! What lowering carries along: the text, the tree, the arena that grows, and how deep it is.

use super::super::kinds::K;
use super::super::syntax::{Expr, ExprId, ExprKind, Function, FunctionId, Script};
use super::super::tree::Tree;
use crate::model::Span;

/// Expressions and statements inside of one another; what lies deeper is left out.
const MAX_DEPTH: usize = 400;

pub(super) struct Context<'t> {
    pub(super) text: &'t str,
    pub(super) tree: &'t Tree,
    script: Script,
    depth: usize,
}

/// Lowers a whole tree.
pub(in crate::source::script) fn lower(text: &str, tree: &Tree) -> Script {
    let script = Script { comments: tree.comments.clone(), faults: tree.broken.clone(), ..Script::default() };
    let mut context = Context { text, tree, script, depth: 0 };
    let body = tree.named(0).collect::<Vec<_>>();
    let body = context.statements(body);
    Script { body, ..context.script }
}

impl Context<'_> {
    pub(super) fn kind(&self, at: usize) -> K {
        self.tree[at].kind
    }

    pub(super) fn span(&self, at: usize) -> Span {
        self.tree[at].span
    }

    pub(super) fn source(&self, at: usize) -> &str {
        self.text.get(self.span(at).range()).unwrap_or("")
    }

    pub(super) fn add(&mut self, span: Span, kind: ExprKind) -> ExprId {
        let id = ExprId(u32::try_from(self.script.exprs.len()).unwrap_or(u32::MAX));
        self.script.exprs.push(Expr { kind, span });
        id
    }

    pub(super) fn add_function(&mut self, function: Function) -> FunctionId {
        let id = FunctionId(u32::try_from(self.script.functions.len()).unwrap_or(u32::MAX));
        self.script.functions.push(function);
        id
    }

    /// Runs `work` one level deeper, unless that is too deep.
    pub(super) fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH {
            return None;
        }
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        Some(done)
    }
}
