//! Loops that never end, and whether they wait for something at each turn.

use super::engine::*;
use super::names_used::parts;
use super::value::*;
use crate::source::python::children::expr_children;
use crate::source::python::syntax::*;

/// Calls that wait: for a client, a message, a process, or the clock.
const WAITS: &[&str] = &[
    "accept",
    "acquire",
    "communicate",
    "get_message",
    "input",
    "poll",
    "readline",
    "receive",
    "recv",
    "recvfrom",
    "result",
    "select",
    "sleep",
    "wait",
];

impl Engine<'_, '_> {
    /// Whether what a loop walks over has no end.
    pub(super) fn without_end(&self, iterable: &Val) -> bool {
        let Kind::Made(made) = &iterable.kind else { return false };
        match self.path_of(&made.callee) {
            Some("itertools.count" | "itertools.cycle") => true,
            Some("itertools.repeat") => made.args.pos.len() == 1,
            _ => false,
        }
    }
}

/// Whether a `break` or a `return` ends a loop.
pub(super) fn leaves(ast: &Ast, body: &[StmtId]) -> bool {
    body.iter().any(|id| match &ast[*id].kind {
        StmtKind::Break | StmtKind::Return(_) => true,
        StmtKind::FunctionDef(_) | StmtKind::ClassDef(_) => false,
        other => parts(other).1.iter().any(|block| leaves(ast, block)),
    })
}

/// Whether a turn of a loop waits for something.
pub(super) fn waits(ast: &Ast, body: &[StmtId]) -> bool {
    body.iter().any(|id| match &ast[*id].kind {
        StmtKind::FunctionDef(_) | StmtKind::ClassDef(_) => false,
        other => {
            let (exprs, blocks) = parts(other);
            exprs.into_iter().any(|expr| waits_in(ast, expr)) || blocks.iter().any(|block| waits(ast, block))
        }
    })
}

fn waits_in(ast: &Ast, id: ExprId) -> bool {
    if let ExprKind::Call { func, args } = &ast[id].kind {
        let name = match &ast[*func].kind {
            ExprKind::Name(name) => &**name,
            ExprKind::Attribute { attr, .. } => &*attr.name,
            _ => "",
        };
        // `queue.get()` and `thread.join()` wait; `table.get(key)` and `",".join(parts)` do not.
        let bare = !args.iter().any(|arg| matches!(arg.kind, ArgKind::Positional));
        let at_once = args.iter().any(|arg| matches!(ast[arg.value].kind, ExprKind::Constant(Constant::Int(0))));
        if WAITS.contains(&name) && !at_once || matches!(name, "get" | "join") && bare {
            return true;
        }
    }
    let mut found = false;
    expr_children(ast, id, &mut |child| found = found || waits_in(ast, child));
    found
}
