//! Compound statements: what has a block.

use super::context::{Lower, MAX_DEPTH};
use super::expr::Allow;
use super::scope::ScopeKind;
use crate::model::Span;
use crate::source::python::kinds::{F, K};
use crate::source::python::syntax::{
    ClassDef, ExprId, ExprKind, FunctionDef, Handler, Ident, Params, StmtId, StmtKind,
};

impl Lower<'_> {
    pub(super) fn compound(&mut self, at: usize) -> StmtId {
        let span = self.span(at);
        match self.kind(at) {
            K::IfStatement => self.if_stmt(at),
            K::WhileStatement => self.while_stmt(at),
            K::ForStatement => self.for_stmt(at),
            K::WithStatement => self.with_stmt(at),
            K::TryStatement => self.try_stmt(at),
            K::MatchStatement => self.match_stmt(at),
            K::FunctionDefinition => self.function(at, span, Vec::new()),
            K::ClassDefinition => self.class(at, span, Vec::new()),
            K::DecoratedDefinition => self.decorated(at),
            _ => {
                self.fault(span, "invalid syntax");
                self.push_stmt(span, StmtKind::Invalid)
            }
        }
    }

    /// The statements of a block; an empty one is a fault.
    pub(super) fn suite(&mut self, block: Option<usize>, what: &str, owner: Span) -> Vec<StmtId> {
        let mut body = Vec::new();
        if let Some(block) = block {
            self.statements(block, &mut body);
        }
        if body.is_empty() {
            self.empty_suite(what, owner);
        }
        body
    }

    pub(super) fn empty_suite(&mut self, what: &str, owner: Span) {
        if self.has_enough_faults() {
            return;
        }
        let before = self.text.get(..owner.start as usize).unwrap_or("");
        let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
        self.fault(owner, format!("expected an indented block after {what} on line {line}"));
    }

    /// From the start of a statement to its `:`.
    fn header(&self, at: usize) -> Span {
        let start = self.node(at).start;
        let end = self.tree.child(at, K::Colon).map_or(self.node(at).end, |colon| self.node(colon).end);
        Span::new(start, end)
    }

    fn condition(&mut self, at: usize) -> ExprId {
        match self.tree.field(at, F::Condition) {
            Some(test) => self.expr_in(test, Allow::WALRUS),
            None => self.invalid(self.span(at)),
        }
    }

    fn else_body(&mut self, at: Option<usize>) -> Vec<StmtId> {
        match at {
            Some(clause) => {
                let block = self.tree.child(clause, K::Block);
                self.suite(block, "'else' statement", self.header(clause))
            }
            None => Vec::new(),
        }
    }

    fn if_stmt(&mut self, at: usize) -> StmtId {
        let tree = self.tree;
        let span = self.span(at);
        let test = self.condition(at);
        let body = self.suite(tree.field(at, F::Consequence), "'if' statement", self.header(at));
        let mut clauses = Vec::new();
        let mut orelse = Vec::new();
        let floor = self.depth;
        for clause in tree.children(at) {
            match self.kind(clause) {
                K::ElifClause if self.depth >= MAX_DEPTH => {
                    self.too_deep(clause);
                    break;
                }
                K::ElifClause => {
                    // Each one nests in the `orelse` of the one before.
                    self.depth += 1;
                    let test = self.condition(clause);
                    let block = tree.field(clause, F::Consequence);
                    let body = self.suite(block, "'elif' statement", self.header(clause));
                    clauses.push((self.node(clause).start, test, body));
                }
                K::ElseClause => orelse = self.else_body(Some(clause)),
                _ => {}
            }
        }
        self.depth = floor;
        for (start, test, body) in clauses.into_iter().rev() {
            let nested = self.push_stmt(Span::new(start, span.end), StmtKind::If { test, body, orelse });
            orelse = vec![nested];
        }
        self.push_stmt(span, StmtKind::If { test, body, orelse })
    }

    fn while_stmt(&mut self, at: usize) -> StmtId {
        let tree = self.tree;
        let header = self.header(at);
        let test = self.condition(at);
        let block = tree.field(at, F::Body);
        let body = self.in_block(header, true, |lower| lower.suite(block, "'while' statement", header));
        let orelse = self.else_body(tree.child(at, K::ElseClause));
        self.push_stmt(self.span(at), StmtKind::While { test, body, orelse })
    }

    fn for_stmt(&mut self, at: usize) -> StmtId {
        let tree = self.tree;
        let header = self.header(at);
        let is_async = tree.has(at, K::KwAsync);
        if is_async {
            self.note_async(header, "for");
        }
        let target = match tree.field(at, F::Left) {
            Some(left) => self.target(left),
            None => self.invalid(header),
        };
        let iter = self.expr_field(at, F::Right);
        let block = tree.field(at, F::Body);
        let body = self.in_block(header, true, |lower| lower.suite(block, "'for' statement", header));
        let orelse = self.else_body(tree.child(at, K::ElseClause));
        self.push_stmt(self.span(at), StmtKind::For { target, iter, body, orelse, is_async })
    }

    fn with_stmt(&mut self, at: usize) -> StmtId {
        let tree = self.tree;
        let header = self.header(at);
        let is_async = tree.has(at, K::KwAsync);
        if is_async {
            self.note_async(header, "with");
        }
        let mut items = Vec::new();
        if let Some(clause) = tree.child(at, K::WithClause) {
            let found: Vec<usize> = tree.children(clause).filter(|child| tree[*child].kind == K::WithItem).collect();
            if !tree.has(clause, K::LeftParen)
                && let Some(comma) = tree.children(clause).last().filter(|last| tree[*last].kind == K::Comma)
            {
                self.fault(self.span(comma), "invalid syntax");
            }
            for item in &found {
                self.with_item(*item, found.len() == 1, &mut items);
            }
        }
        let block = tree.field(at, F::Body);
        let body = self.in_block(header, false, |lower| lower.suite(block, "'with' statement", header));
        self.push_stmt(self.span(at), StmtKind::With { items, body, is_async })
    }

    fn with_item(&mut self, at: usize, only: bool, items: &mut Vec<(ExprId, Option<ExprId>)>) {
        let tree = self.tree;
        let Some(value) = tree.field(at, F::Value) else { return };
        match self.kind(value) {
            K::AsPattern => {
                let mut parts = self.parts(value);
                let manager = match parts.next() {
                    Some(inner) => self.expr(inner),
                    None => self.invalid(self.span(value)),
                };
                let target = tree.field(value, F::Alias).map(|alias| self.target(alias));
                items.push((manager, target));
            }
            // `with (a, b):` has two managers since parentheses are allowed there.
            K::Tuple if only => {
                for part in self.parts(value) {
                    if self.kind(part) == K::AsPattern {
                        let manager = self.parts(part).next();
                        let manager = manager.map(|inner| self.expr(inner));
                        let target = tree.field(part, F::Alias).map(|alias| self.target(alias));
                        items.extend(manager.map(|manager| (manager, target)));
                    } else {
                        let manager = self.expr_in(part, Allow::ITEM);
                        items.push((manager, None));
                    }
                }
            }
            K::ParenthesizedExpression
                if self.parts(value).next().is_some_and(|inner| self.kind(inner) == K::AsPattern) =>
            {
                let Some(inner) = self.parts(value).next() else { return };
                let manager = self.parts(inner).next();
                let manager = manager.map(|inner| self.expr(inner));
                let target = tree.field(inner, F::Alias).map(|alias| self.target(alias));
                items.extend(manager.map(|manager| (manager, target)));
            }
            _ => {
                let manager = self.expr(value);
                items.push((manager, None));
            }
        }
    }

    fn try_stmt(&mut self, at: usize) -> StmtId {
        let tree = self.tree;
        let header = self.header(at);
        let has_finally = tree.has(at, K::FinallyClause);
        let clauses: Vec<usize> = tree.children(at).filter(|child| tree[*child].kind == K::ExceptClause).collect();
        let block = tree.child(at, K::Block);
        let whole =
            |lower: &mut Self| lower.in_block(header, false, |lower| lower.suite(block, "'try' statement", header));
        let body = if has_finally && !clauses.is_empty() { self.in_block(header, false, whole) } else { whole(self) };
        let mut handlers = Vec::with_capacity(clauses.len());
        let groups = clauses.iter().filter(|clause| self.is_group(**clause)).count();
        if let Some(first) = clauses.first() {
            if groups > 0 {
                self.feature(self.header(*first), "except*", 11);
            }
            if groups > 0 && groups < clauses.len() {
                self.fault(self.header(*first), "cannot have both 'except' and 'except*' on the same 'try'");
            }
        }
        let count = clauses.len();
        for (place, clause) in clauses.into_iter().enumerate() {
            let handler = self.in_block(header, false, |lower| lower.handler(clause, place + 1 == count));
            handlers.push(handler);
        }
        let else_clause = tree.child(at, K::ElseClause);
        let orelse = self.else_body(else_clause);
        let finalbody = match tree.child(at, K::FinallyClause) {
            Some(clause) => {
                let block = tree.child(clause, K::Block);
                let header = self.header(clause);
                self.in_block(header, false, |lower| lower.suite(block, "'finally' statement", header))
            }
            None => Vec::new(),
        };
        if count == 0 && !has_finally {
            self.fault(header, "expected 'except' or 'finally' block");
        } else if let Some(clause) = else_clause.filter(|_| count == 0) {
            self.fault(self.header(clause), "expected 'except' or 'finally' block");
        }
        self.push_stmt(self.span(at), StmtKind::Try { body, handlers, orelse, finalbody })
    }

    fn is_group(&self, at: usize) -> bool {
        self.tree.has(at, K::Star)
    }

    fn handler(&mut self, at: usize, last: bool) -> Handler {
        let tree = self.tree;
        let header = self.header(at);
        let values: Vec<usize> = tree.children(at).filter(|child| tree[*child].field == F::Value).collect();
        let mut name = None;
        let typ = match values.as_slice() {
            [] => {
                if self.is_group(at) {
                    self.fault(header, "expected one or more exception types");
                } else if !last {
                    self.fault(header, "default 'except:' must be last");
                }
                None
            }
            [only] => {
                let mut alias = tree.field(at, F::Alias);
                let mut value = *only;
                if self.kind(value) == K::AsPattern {
                    alias = tree.field(value, F::Alias);
                    value = self.parts(value).next().unwrap_or(value);
                }
                name = alias.and_then(|alias| self.handler_name(alias));
                Some(self.expr(value))
            }
            several => Some(self.open_except(several)),
        };
        let what = if self.is_group(at) { "'except*' statement" } else { "'except' statement" };
        let body = self.suite(tree.child(at, K::Block), what, header);
        Handler { typ, name, body, span: self.span(at) }
    }

    fn handler_name(&mut self, at: usize) -> Option<Ident> {
        let target = if self.kind(at) == K::AsPatternTarget { self.parts(at).next()? } else { at };
        if self.kind(target) != K::Identifier {
            let id = self.expr(target);
            let what = super::target::describe(&self.ast[id].kind);
            self.fault(self.span(target), format!("cannot use except statement with {what}"));
            return None;
        }
        Some(self.ident(target))
    }

    /// `except A, B:` is Python 2's way to name the exception, and since 3.14 a tuple.
    fn open_except(&mut self, values: &[usize]) -> ExprId {
        let items: Vec<ExprId> = values.iter().map(|value| self.expr(*value)).collect();
        let (first, last) = (values[0], values[values.len() - 1]);
        let span = self.span(first).cover(self.span(last));
        let named = |id: ExprId| match &self.ast[id].kind {
            ExprKind::Name(name) => name.starts_with(|first: char| first.is_lowercase()),
            _ => false,
        };
        if items.len() == 2 && named(items[1]) {
            self.fault(span, "multiple exception types must be parenthesized");
        } else {
            self.feature(span, "except with several types and no parentheses", 14);
        }
        self.push(span, ExprKind::Tuple(items))
    }

    fn decorated(&mut self, at: usize) -> StmtId {
        let tree = self.tree;
        let span = self.span(at);
        let mut decorators = Vec::new();
        for child in tree.children(at) {
            if self.kind(child) == K::Decorator {
                let value = self.parts(child).next();
                decorators.push(match value {
                    Some(value) => self.expr_in(value, Allow::WALRUS),
                    None => self.invalid(self.span(child)),
                });
            }
        }
        match tree.field(at, F::Definition) {
            Some(definition) if self.kind(definition) == K::ClassDefinition => self.class(definition, span, decorators),
            Some(definition) => self.function(definition, span, decorators),
            None => self.push_stmt(span, StmtKind::Invalid),
        }
    }

    fn function(&mut self, at: usize, span: Span, decorators: Vec<ExprId>) -> StmtId {
        let tree = self.tree;
        let header = self.header(at);
        let is_async = tree.has(at, K::KwAsync);
        let name = match tree.field(at, F::Name) {
            Some(name) => self.ident(name),
            None => Ident { name: "".into(), span: header },
        };
        self.type_params(at);
        let params = tree.field(at, F::Parameters).map_or_else(Params::default, |params| self.params(params));
        let returns = tree.field(at, F::ReturnType).map(|returns| self.annotation(returns));
        let block = tree.field(at, F::Body);
        let (body, seen) =
            self.in_scope(ScopeKind::Function, is_async, |lower| lower.suite(block, "function definition", header));
        if let (true, true, Some(value)) = (is_async, seen.yields, seen.returns_value) {
            self.fault(value, "'return' with value in async generator");
        }
        let kind = FunctionDef { name, params, body, decorators, returns, is_async, is_generator: seen.yields, header };
        self.push_stmt(span, StmtKind::FunctionDef(Box::new(kind)))
    }

    fn class(&mut self, at: usize, span: Span, decorators: Vec<ExprId>) -> StmtId {
        let tree = self.tree;
        let header = self.header(at);
        let name = match tree.field(at, F::Name) {
            Some(name) => self.ident(name),
            None => Ident { name: "".into(), span: header },
        };
        self.type_params(at);
        let superclasses = tree.field(at, F::Superclasses);
        let bases = superclasses.map_or_else(Vec::new, |list| self.args(list));
        let bases_span = superclasses.map(|list| self.span(list));
        let block = tree.field(at, F::Body);
        let (body, _) = self.in_scope(ScopeKind::Class, false, |lower| lower.suite(block, "class definition", header));
        let kind = ClassDef { name, bases, bases_span, body, decorators, header };
        self.push_stmt(span, StmtKind::ClassDef(Box::new(kind)))
    }
}
