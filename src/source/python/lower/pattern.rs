//! `match` and its patterns.

use super::context::Lower;
use super::expr::Allow;
use crate::model::Span;
use crate::source::python::kinds::{F, K};
use crate::source::python::syntax::{Constant, ExprId, ExprKind, Ident, MatchCase, StmtId, StmtKind, UnaryOp};

/// What a pattern is worth to its `case`.
struct Pattern {
    constants: Option<Vec<ExprId>>,
    /// It always matches: the name that it binds, or `_`.
    irrefutable: Option<Ident>,
}

impl Pattern {
    const OTHER: Self = Self { constants: None, irrefutable: None };

    fn constant(id: ExprId) -> Self {
        Self { constants: Some(vec![id]), irrefutable: None }
    }
}

impl Lower<'_> {
    pub(super) fn match_stmt(&mut self, at: usize) -> StmtId {
        let tree = self.tree;
        let span = self.span(at);
        self.feature(Span::new(span.start, span.start + 5), "match statement", 10);
        let subjects: Vec<usize> = tree.children(at).filter(|child| tree[*child].field == F::Subject).collect();
        let comma = tree.children(at).filter(|child| tree[*child].kind == K::Comma).last();
        let subject = match (subjects.as_slice(), comma) {
            ([only], None) => self.expr_in(*only, Allow::WALRUS),
            ([], _) => self.invalid(span),
            ([first, ..], comma) => {
                let items: Vec<ExprId> = subjects.iter().map(|item| self.expr_in(*item, Allow::ITEM)).collect();
                let last = subjects.last().map_or(0, |last| self.node(*last).end);
                let end = comma.map_or(last, |comma| self.node(comma).end.max(last));
                self.push(Span::new(self.node(*first).start, end), ExprKind::Tuple(items))
            }
        };
        let clauses: Vec<usize> = match tree.field(at, F::Body) {
            Some(block) => tree.children(block).filter(|child| tree[*child].kind == K::CaseClause).collect(),
            None => Vec::new(),
        };
        if clauses.is_empty() {
            self.empty_suite("'match' statement", span);
        }
        let count = clauses.len();
        let mut cases = Vec::with_capacity(count);
        for (place, clause) in clauses.into_iter().enumerate() {
            let case = self.case(clause, place + 1 == count);
            cases.push(case);
        }
        self.push_stmt(span, StmtKind::Match { subject, cases })
    }

    fn case(&mut self, at: usize, last: bool) -> MatchCase {
        let tree = self.tree;
        let span = self.span(at);
        let mut binds = Vec::new();
        let patterns: Vec<usize> = tree.children(at).filter(|child| tree[*child].kind == K::CasePattern).collect();
        let pattern = match patterns.as_slice() {
            [only] if !tree.has(at, K::Comma) => self.pattern(*only, &mut binds),
            several => {
                for pattern in several {
                    self.pattern(*pattern, &mut binds);
                }
                Pattern::OTHER
            }
        };
        self.unique(&binds);
        let guard = tree.field(at, F::Guard).and_then(|guard| self.parts(guard).next());
        let guard = guard.map(|guard| self.expr_in(guard, Allow::WALRUS));
        if let (Some(name), None, false) = (&pattern.irrefutable, guard, last) {
            let message = if &*name.name == "_" {
                "wildcard makes remaining patterns unreachable".to_owned()
            } else {
                format!("name capture '{}' makes remaining patterns unreachable", name.name)
            };
            self.fault(name.span, message);
        }
        let body = self.suite(tree.field(at, F::Consequence), "'case' statement", span);
        MatchCase {
            binds,
            constants: pattern.constants,
            irrefutable: pattern.irrefutable.is_some() && guard.is_none(),
            guard,
            body,
        }
    }

    fn unique(&mut self, binds: &[Ident]) {
        for (place, bind) in binds.iter().enumerate().take(1_000) {
            if binds[..place].iter().any(|other| other.name == bind.name) {
                self.fault(bind.span, format!("multiple assignments to name '{}' in pattern", bind.name));
            }
        }
    }

    fn pattern(&mut self, at: usize, binds: &mut Vec<Ident>) -> Pattern {
        if self.depth >= super::context::MAX_DEPTH {
            self.too_deep(at);
            return Pattern::OTHER;
        }
        self.depth += 1;
        let pattern = self.pattern_by_kind(at, binds);
        self.depth -= 1;
        pattern
    }

    fn pattern_by_kind(&mut self, at: usize, binds: &mut Vec<Ident>) -> Pattern {
        let tree = self.tree;
        let span = self.span(at);
        let mut parts = self.parts(at);
        match self.kind(at) {
            K::CasePattern => {
                let minus = tree.child(at, K::Minus).map(|minus| self.node(minus).start);
                match (parts.next(), minus) {
                    (Some(inner), Some(minus)) => self.negative(inner, minus),
                    (Some(inner), None) => self.pattern(inner, binds),
                    (None, _) => self.wildcard(span),
                }
            }
            K::AsPattern => {
                let (inner, name) = (parts.next(), parts.next());
                let pattern = inner.map_or(Pattern::OTHER, |inner| self.pattern(inner, binds));
                if let Some(name) = name {
                    if self.text(name) == "_" {
                        self.fault(self.span(name), "cannot use '_' as a target");
                    }
                    binds.push(self.ident(name));
                }
                pattern
            }
            K::DottedName if !tree.has(at, K::Dot) => {
                if self.text(at) == "_" {
                    return self.wildcard(span);
                }
                let name = self.ident(at);
                binds.push(name.clone());
                Pattern { constants: None, irrefutable: Some(name) }
            }
            K::DottedName => {
                let value = self.dotted(at);
                Pattern::constant(value)
            }
            K::Underscore => self.wildcard(span),
            K::UnionPattern => self.union(at, binds),
            K::TuplePattern => {
                let inner: Vec<usize> = parts.collect();
                match inner.as_slice() {
                    [only] if !tree.has(at, K::Comma) && !self.is_splat(*only) => self.pattern(*only, binds),
                    items => self.sequence(items, binds),
                }
            }
            K::ListPattern => {
                let inner: Vec<usize> = parts.collect();
                self.sequence(&inner, binds)
            }
            K::DictPattern => self.mapping(at, binds),
            K::ClassPattern => self.class_pattern(at, binds),
            K::SplatPattern => {
                if let Some(name) = parts.next()
                    && self.text(name) != "_"
                {
                    binds.push(self.ident(name));
                }
                Pattern::OTHER
            }
            K::KeywordPattern => {
                let value = parts.nth(1);
                if let Some(value) = value {
                    self.pattern(value, binds);
                }
                Pattern::OTHER
            }
            K::ComplexPattern => {
                let id = self.push(span, ExprKind::Constant(Constant::Complex(self.text(at).into())));
                Pattern::constant(id)
            }
            K::String | K::ConcatenatedString => {
                let id = self.expr(at);
                if let ExprKind::JoinedStr(_) = self.ast[id].kind {
                    self.fault(span, "patterns may only match literals and attribute lookups");
                }
                Pattern::constant(id)
            }
            _ => {
                let id = self.expr(at);
                Pattern::constant(id)
            }
        }
    }

    fn wildcard(&self, span: Span) -> Pattern {
        Pattern { constants: None, irrefutable: Some(Ident { name: "_".into(), span }) }
    }

    fn negative(&mut self, at: usize, start: u32) -> Pattern {
        let operand = self.expr(at);
        let span = Span::new(start, self.node(at).end);
        let id = self.push(span, ExprKind::UnaryOp { op: UnaryOp::USub, operand });
        Pattern::constant(id)
    }

    fn is_splat(&self, at: usize) -> bool {
        self.kind(at) == K::SplatPattern || self.tree.has(at, K::SplatPattern)
    }

    fn sequence(&mut self, items: &[usize], binds: &mut Vec<Ident>) -> Pattern {
        let stars: Vec<usize> = items.iter().copied().filter(|item| self.is_splat(*item)).collect();
        if let [_, second, ..] = stars.as_slice() {
            self.fault(self.span(*second), "multiple starred expressions in sequence pattern");
        }
        for item in items {
            self.pattern(*item, binds);
        }
        Pattern::OTHER
    }

    /// `a | b`: every alternative has to bind the same names.
    fn union(&mut self, at: usize, binds: &mut Vec<Ident>) -> Pattern {
        let tree = self.tree;
        let children: Vec<usize> = tree.children(at).collect();
        let mut constants = Some(Vec::new());
        let mut names: Option<Vec<Box<str>>> = None;
        let mut minus = None;
        for (place, child) in children.iter().copied().enumerate() {
            let pattern = match self.kind(child) {
                K::Pipe => continue,
                K::Minus => {
                    minus = Some(self.node(child).start);
                    continue;
                }
                _ => {
                    let mut bound = Vec::new();
                    let pattern = match minus.take() {
                        Some(minus) => self.negative(child, minus),
                        None => self.pattern(child, &mut bound),
                    };
                    let mut found: Vec<Box<str>> = bound.iter().map(|bind| bind.name.clone()).collect();
                    found.sort();
                    match &names {
                        None => {
                            names = Some(found);
                            binds.append(&mut bound);
                        }
                        Some(names) if *names != found => {
                            self.fault(self.span(at), "alternative patterns bind different names");
                        }
                        Some(_) => {}
                    }
                    pattern
                }
            };
            if let Some(name) = &pattern.irrefutable
                && place + 1 < children.len()
            {
                self.fault(name.span, "wildcard makes remaining patterns unreachable");
            }
            constants = match (constants, pattern.constants) {
                (Some(mut all), Some(more)) => {
                    all.extend(more);
                    Some(all)
                }
                _ => None,
            };
            if pattern.irrefutable.is_some() && place + 1 == children.len() {
                return Pattern { constants: None, irrefutable: pattern.irrefutable };
            }
        }
        Pattern { constants, irrefutable: None }
    }

    fn mapping(&mut self, at: usize, binds: &mut Vec<Ident>) -> Pattern {
        for child in self.parts(at) {
            if self.node(child).field == F::Key {
                if self.kind(child) == K::DottedName && !self.tree.has(child, K::Dot) {
                    self.fault(self.span(child), "invalid syntax");
                } else {
                    self.pattern(child, &mut Vec::new());
                }
            } else {
                self.pattern(child, binds);
            }
        }
        Pattern::OTHER
    }

    fn class_pattern(&mut self, at: usize, binds: &mut Vec<Ident>) -> Pattern {
        let tree = self.tree;
        let mut keyword = false;
        for child in self.parts(at).skip(1) {
            let is_keyword = tree.has(child, K::KeywordPattern);
            if keyword && !is_keyword {
                self.fault(self.span(child), "positional patterns follow keyword patterns");
            }
            keyword |= is_keyword;
            self.pattern(child, binds);
        }
        Pattern::OTHER
    }
}
