//! Where the parser stands: functions, loops, and blocks around the current token.

use super::lexer::{Declined, Go};
use super::parser::Parser;

/// What opens a scope. Comprehensions open none here: what Python refuses in them is seen by
/// what was counted before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ScopeKind {
    Module,
    Class,
    Function,
    Lambda,
}

/// What was seen in a scope so far, as counts: a comprehension shows only after its first part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) yields: u32,
    /// `await`, or an asynchronous comprehension, where only a generator may await.
    pub(super) awaits: u32,
}

/// One scope around the current token.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scope {
    pub(super) kind: ScopeKind,
    pub(super) is_async: bool,
    pub(super) seen: Seen,
    /// A `return` with a value was seen in it.
    pub(super) returns_value: bool,
    /// Loops around the current token in this scope.
    pub(super) loops: u32,
    /// Blocks that Python counts: loops, `with`, `try`.
    pub(super) blocks: u32,
}

impl Scope {
    pub(super) const fn new(kind: ScopeKind, is_async: bool) -> Self {
        Self { kind, is_async, seen: Seen { yields: 0, awaits: 0 }, returns_value: false, loops: 0, blocks: 0 }
    }
}

/// Python's own bound on nested blocks.
const MAX_BLOCKS: u32 = 20;

impl Parser<'_> {
    /// Reads `inner` in a new scope and hands out what was seen there.
    pub(super) fn in_scope<R>(&mut self, scope: Scope, inner: impl FnOnce(&mut Self) -> Go<R>) -> Go<(R, Scope)> {
        let outside = std::mem::replace(&mut self.scope, scope);
        let result = inner(self)?;
        let seen = std::mem::replace(&mut self.scope, outside);
        if seen.seen.awaits > 0 { Err(Declined) } else { Ok((result, seen)) }
    }

    /// Reads `inner` some counted blocks deeper; `looping` also allows `break` and `continue` in it.
    pub(super) fn in_block<R>(&mut self, count: u32, looping: bool, inner: impl FnOnce(&mut Self) -> Go<R>) -> Go<R> {
        self.scope.blocks += count;
        if self.scope.blocks > MAX_BLOCKS {
            return Err(Declined);
        }
        self.scope.loops += u32::from(looping);
        let result = inner(self)?;
        self.scope.loops -= u32::from(looping);
        self.scope.blocks -= count;
        Ok(result)
    }

    /// Notes a `yield` where Python has one.
    pub(super) fn note_yield(&mut self, from: bool) -> Go<()> {
        self.scope.seen.yields += 1;
        match self.scope.kind {
            ScopeKind::Lambda => Ok(()),
            ScopeKind::Function if !(from && self.scope.is_async) => Ok(()),
            _ => Err(Declined),
        }
    }

    /// Notes an `await` or its like. Outside asynchronous functions only generators have it.
    pub(super) fn note_await(&mut self) {
        self.scope.seen.awaits += u32::from(!self.in_async());
    }

    /// Whether the current token is in an asynchronous function.
    pub(super) fn in_async(&self) -> bool {
        self.scope.kind == ScopeKind::Function && self.scope.is_async
    }
}
