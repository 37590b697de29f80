//! Statements.

use super::super::kinds::{F, K};
use super::super::syntax::{ExprKind, Pattern, Stmt};
use super::context::Context;

impl Context<'_> {
    /// The statements of a block.
    pub(super) fn block(&mut self, at: usize) -> Vec<Stmt> {
        let children = self.tree.named(at).collect();
        self.statements(children)
    }

    pub(super) fn statements(&mut self, nodes: Vec<usize>) -> Vec<Stmt> {
        let mut out = Vec::with_capacity(nodes.len());
        for node in nodes {
            let _ = self.deeper(|context| context.statement(node, &mut out));
        }
        out
    }

    /// The statements under a role; a block is not one of its own then.
    fn body(&mut self, at: usize, field: F) -> Vec<Stmt> {
        match self.tree.field(at, field) {
            Some(body) if self.kind(body) == K::Block => self.block(body),
            Some(body) => self.statements(vec![body]),
            None => Vec::new(),
        }
    }

    fn statement(&mut self, at: usize, out: &mut Vec<Stmt>) {
        let field = |context: &Self, field| context.tree.field(at, field);
        match self.kind(at) {
            K::Variable | K::Lexical | K::Using => self.declarations(at, out),
            K::FunctionDeclaration | K::GeneratorDeclaration => {
                if let ExprKind::Function(function) = self.function(at) {
                    out.push(Stmt::Function(function));
                }
            }
            K::ClassDeclaration => {
                let name = field(self, F::Name).map_or("", |name| self.source(name)).into();
                let members = self.members(at);
                let class = self.add(self.span(at), ExprKind::Class(members));
                out.push(Stmt::Class(name, class));
            }
            K::ExpressionStatement => {
                if let Some(expr) = self.tree.first(at) {
                    out.push(Stmt::Expr(self.expr(expr)));
                }
            }
            K::Return | K::Throw => {
                let value = self.tree.first(at).map(|value| self.expr(value));
                out.push(Stmt::Return(value));
            }
            K::Break | K::Continue => out.push(Stmt::Leave),
            K::If => self.choice(at, out),
            K::While | K::Do | K::For => {
                let mut head = Vec::new();
                let mut tests = Vec::new();
                for role in [F::Initializer, F::Condition, F::Increment] {
                    match field(self, role) {
                        Some(node) if matches!(self.kind(node), K::Variable | K::Lexical) => {
                            self.declarations(node, &mut head);
                        }
                        Some(node) if self.tree[node].named => tests.push(self.expr(node)),
                        _ => {}
                    }
                }
                let body = self.body(at, F::Body);
                out.push(Stmt::Loop { head, tests, body });
            }
            K::ForIn => self.each(at, out),
            K::Block => {
                let body = self.block(at);
                out.push(Stmt::Block(body));
            }
            K::Labeled | K::With => {
                let object = field(self, F::Object).map(|object| self.expr(object));
                out.extend(object.map(Stmt::Expr));
                let body = self.body(at, F::Body);
                out.push(Stmt::Block(body));
            }
            K::Try => self.attempt(at, out),
            K::Switch => self.switch(at, out),
            K::ImportStatement => self.import(at, out),
            K::Export => {
                let node = field(self, F::Declaration);
                if let Some(declaration) = node {
                    self.statement(declaration, out);
                } else if let Some(value) = field(self, F::Value) {
                    let value = self.expr(value);
                    out.push(Stmt::Expr(value));
                } else if let Some(source) = field(self, F::Source) {
                    out.push(Stmt::Import { source: self.string(source), span: self.span(source), names: Vec::new() });
                }
            }
            K::Error => {
                // What stands in a broken place is read as far as it can be.
                let children: Vec<usize> = self.tree.named(at).collect();
                for child in children {
                    let _ = self.deeper(|context| context.statement(child, out));
                }
            }
            _ if self.tree[at].named => {
                let expr = self.expr(at);
                out.push(Stmt::Expr(expr));
            }
            _ => {}
        }
    }

    fn declarations(&mut self, at: usize, out: &mut Vec<Stmt>) {
        let var = self.kind(at) == K::Variable;
        let declarators: Vec<usize> =
            self.tree.named(at).filter(|child| self.kind(*child) == K::VariableDeclarator).collect();
        for declarator in declarators {
            let Some(name) = self.tree.field(declarator, F::Name) else { continue };
            let target = self.pattern(name);
            let value = self.tree.field(declarator, F::Value).map(|value| self.expr(value));
            out.push(Stmt::Let { var, target, value });
        }
    }

    /// An `if`; a chain of `else if` is walked in a loop, so that its length costs no depth.
    fn choice(&mut self, at: usize, out: &mut Vec<Stmt>) {
        let mut arms = Vec::new();
        let mut rest = Vec::new();
        let mut node = Some(at);
        while let Some(this) = node.take() {
            let Some(test) = self.tree.field(this, F::Condition) else { break };
            let test = self.expr(test);
            let yes = self.body(this, F::Consequence);
            arms.push((test, yes));
            let other = self.tree.field(this, F::Alternative).and_then(|clause| self.tree.first(clause));
            match other {
                Some(other) if self.kind(other) == K::If => node = Some(other),
                Some(other) if self.kind(other) == K::Block => rest = self.block(other),
                Some(other) => rest = self.statements(vec![other]),
                None => {}
            }
        }
        // One nested statement for each arm would be as deep as the chain is long.
        const NESTED: usize = 40;
        if arms.len() > NESTED {
            let branches = arms.into_iter().flat_map(|(test, yes)| [(None, vec![Stmt::Expr(test)]), (None, yes)]);
            let branches = branches.chain([(None, rest)]).collect();
            out.push(Stmt::Branches(branches));
            return;
        }
        let mut no = rest;
        for (test, yes) in arms.into_iter().rev() {
            no = vec![Stmt::If { test, yes, no }];
        }
        out.extend(no);
    }

    fn each(&mut self, at: usize, out: &mut Vec<Stmt>) {
        let declared = self.tree.field(at, F::Kind).map(|kind| self.source(kind) == "var");
        let target = self.tree.field(at, F::Left).map(|left| self.pattern(left));
        let Some(value) = self.tree.field(at, F::Right).map(|right| self.expr(right)) else { return };
        let keys = self.tree.field(at, F::Operator).is_some_and(|operator| self.source(operator) == "in");
        let body = self.body(at, F::Body);
        let target = target.unwrap_or(Pattern::Array(Vec::new()));
        out.push(Stmt::Each { declared, target, value, keys, body });
    }

    fn attempt(&mut self, at: usize, out: &mut Vec<Stmt>) {
        let body = self.body(at, F::Body);
        out.push(Stmt::Block(body));
        if let Some(handler) = self.tree.field(at, F::Handler) {
            let error = self.tree.field(handler, F::Parameter).map(|error| self.pattern(error));
            let body = self.body(handler, F::Body);
            out.push(Stmt::Branches(vec![(error, body)]));
        }
        if let Some(last) = self.tree.field(at, F::Finalizer) {
            let body = self.body(last, F::Body);
            out.push(Stmt::Block(body));
        }
    }

    fn switch(&mut self, at: usize, out: &mut Vec<Stmt>) {
        if let Some(value) = self.tree.field(at, F::Value) {
            let value = self.expr(value);
            out.push(Stmt::Expr(value));
        }
        let Some(body) = self.tree.field(at, F::Body) else { return };
        let cases: Vec<usize> = self.tree.named(body).collect();
        let mut branches = Vec::with_capacity(cases.len());
        for case in cases {
            let statements: Vec<usize> =
                self.tree.named(case).filter(|child| self.tree[*child].field == F::Body).collect();
            branches.push((None, self.statements(statements)));
        }
        out.push(Stmt::Branches(branches));
    }

    fn import(&mut self, at: usize, out: &mut Vec<Stmt>) {
        let Some(source) = self.tree.field(at, F::Source) else { return };
        let mut names = Vec::new();
        if let Some(clause) = self.tree.child(at, K::ImportClause) {
            for part in self.tree.named(clause) {
                match self.kind(part) {
                    K::Identifier => names.push((self.source(part).into(), "default".into())),
                    K::NamespaceImport => {
                        names.extend(self.tree.first(part).map(|name| (self.source(name).into(), "*".into())));
                    }
                    K::NamedImports => {
                        for one in self.tree.named(part) {
                            let Some(name) = self.tree.field(one, F::Name) else { continue };
                            let local = self.tree.field(one, F::Alias).unwrap_or(name);
                            names.push((self.source(local).into(), self.source(name).into()));
                        }
                    }
                    _ => {}
                }
            }
        }
        out.push(Stmt::Import { source: self.string(source), span: self.span(source), names });
    }
}
