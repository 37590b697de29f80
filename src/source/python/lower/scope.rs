//! Where lowering stands: functions, loops and comprehensions around the current node.

use super::context::Lower;
use crate::model::Span;
use crate::source::python::syntax::Feature;

/// What opens a scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
    /// With the words of the message about a `yield` in it.
    Comprehension(&'static str),
}

/// One scope around the current node.
#[derive(Clone, Debug)]
pub(super) struct Scope {
    pub(super) kind: ScopeKind,
    pub(super) is_async: bool,
    /// A `yield` was seen in it.
    pub(super) yields: bool,
    /// Something in a comprehension makes it asynchronous.
    pub(super) awaits: bool,
    /// The first `return` with a value.
    pub(super) returns_value: Option<Span>,
    /// Loops around the current node in this scope.
    pub(super) loops: u32,
    /// Blocks that Python counts: loops, `with`, `try`.
    pub(super) blocks: u32,
}

impl Scope {
    pub(super) const fn new(kind: ScopeKind, is_async: bool) -> Self {
        Self { kind, is_async, yields: false, awaits: false, returns_value: None, loops: 0, blocks: 0 }
    }
}

/// Python's own bound on nested blocks.
const MAX_BLOCKS: u32 = 20;

impl Lower<'_> {
    /// Runs `inner` in a new scope and hands out what was seen there.
    pub(super) fn in_scope<R>(
        &mut self,
        kind: ScopeKind,
        is_async: bool,
        inner: impl FnOnce(&mut Self) -> R,
    ) -> (R, Scope) {
        let outside = std::mem::replace(&mut self.scope, Scope::new(kind, is_async));
        self.outer.push(outside);
        let result = inner(self);
        let outside = self.outer.pop().unwrap_or_else(|| Scope::new(ScopeKind::Module, false));
        let seen = std::mem::replace(&mut self.scope, outside);
        (result, seen)
    }

    /// Runs `inner` one counted block deeper; `looping` also allows `break` and `continue` in it.
    pub(super) fn in_block<R>(&mut self, span: Span, looping: bool, inner: impl FnOnce(&mut Self) -> R) -> R {
        self.scope.blocks += 1;
        if self.scope.blocks == MAX_BLOCKS + 1 {
            self.fault(span, "too many statically nested blocks");
        }
        self.scope.loops += u32::from(looping);
        let result = inner(self);
        self.scope.loops -= u32::from(looping);
        self.scope.blocks -= 1;
        result
    }

    /// Notes a `yield` and refuses it where Python does.
    pub(super) fn note_yield(&mut self, span: Span, from: bool) {
        match self.scope.kind {
            ScopeKind::Module | ScopeKind::Class => self.fault(span, "'yield' outside function"),
            ScopeKind::Comprehension(what) => self.fault(span, format!("'yield' inside {what}")),
            ScopeKind::Function if from && self.scope.is_async => {
                self.fault(span, "'yield from' inside async function");
            }
            ScopeKind::Function | ScopeKind::Lambda => {}
        }
        self.scope.yields = true;
    }

    /// Notes an `await` and refuses it where Python does.
    pub(super) fn note_await(&mut self, span: Span) {
        match self.scope.kind {
            ScopeKind::Module | ScopeKind::Class => self.fault(span, "'await' outside function"),
            ScopeKind::Lambda => self.fault(span, "'await' outside async function"),
            ScopeKind::Function if !self.scope.is_async => self.fault(span, "'await' outside async function"),
            ScopeKind::Function | ScopeKind::Comprehension(_) => {}
        }
        self.scope.awaits = true;
    }

    /// Notes `async for` and `async with` as statements.
    pub(super) fn note_async(&mut self, span: Span, what: &str) {
        if self.scope.kind != ScopeKind::Function || !self.scope.is_async {
            self.fault(span, format!("'async {what}' outside async function"));
        }
    }

    /// Closes a comprehension: one that awaits makes the comprehension around it await too.
    pub(super) fn close_comprehension(&mut self, span: Span, seen: &Scope) {
        if !seen.awaits || seen.kind == ScopeKind::Comprehension("generator expression") {
            return;
        }
        match self.scope.kind {
            ScopeKind::Comprehension(_) => self.scope.awaits = true,
            ScopeKind::Function if self.scope.is_async => {}
            _ => self.fault(span, "asynchronous comprehension outside of an asynchronous function"),
        }
    }

    /// Notes syntax that older versions of Python do not have.
    pub(super) fn feature(&mut self, span: Span, name: &'static str, since: u8) {
        self.ast.features.push(Feature { span, name, since });
    }
}
