//! Expressions.

use super::super::kinds::{F, K};
use super::super::syntax::{ExprId, ExprKind, Function, Op, Pattern, Stmt};
use super::context::Context;
use super::text::decoded;
use crate::model::Span;

impl Context<'_> {
    /// An expression; what lies too deep is left out.
    pub(super) fn expr(&mut self, at: usize) -> ExprId {
        let span = self.span(at);
        let kind = self.deeper(|context| context.expr_kind(at)).unwrap_or_else(|| ExprKind::Other(Vec::new()));
        self.add(span, kind)
    }

    fn optional(&mut self, at: Option<usize>) -> ExprId {
        match at {
            Some(at) => self.expr(at),
            None => self.add(Span::default(), ExprKind::Constant),
        }
    }

    fn all(&mut self, at: usize) -> Vec<ExprId> {
        let children: Vec<usize> = self.tree.named(at).collect();
        children.into_iter().map(|child| self.expr(child)).collect()
    }

    fn expr_kind(&mut self, at: usize) -> ExprKind {
        let field = |context: &Self, field| context.tree.field(at, field);
        match self.kind(at) {
            K::Identifier | K::This | K::Super | K::Import | K::Shorthand | K::Undefined | K::ShorthandPattern => {
                ExprKind::Name(self.source(at).into())
            }
            K::String => ExprKind::Text(self.string(at)),
            K::Regex => ExprKind::Regex(self.source(at).into()),
            K::Number => number(self.source(at)).map_or(ExprKind::Constant, ExprKind::Number),
            K::True | K::False | K::Null => ExprKind::Constant,
            K::Template => ExprKind::Template(self.template(at)),
            K::Member => {
                let property = field(self, F::Property);
                let name = property.map_or("", |name| self.source(name)).into();
                let at = property.map_or(self.span(at).start, |name| self.span(name).start);
                ExprKind::Member { object: self.optional(field(self, F::Object)), name, at }
            }
            K::Subscript => {
                let object = self.optional(field(self, F::Object));
                ExprKind::Index { object, index: self.optional(field(self, F::Index)) }
            }
            K::Call => self.call(at, F::Function, false),
            K::New => self.call(at, F::Constructor, true),
            K::Assignment | K::Augmented => {
                let target = field(self, F::Left).map(|left| self.pattern(left));
                let value = self.optional(field(self, F::Right));
                let keeps = self.kind(at) == K::Augmented;
                ExprKind::Assign { target: target.unwrap_or(Pattern::Array(Vec::new())), keeps, value }
            }
            K::Binary => self.binary(at),
            K::Unary | K::Update => {
                let argument = self.optional(field(self, F::Argument));
                let op = if self.operator(at) == "!" { Op::Not } else { Op::Other };
                ExprKind::Compute(op, vec![argument])
            }
            K::Ternary => {
                let test = self.optional(field(self, F::Condition));
                let yes = self.optional(field(self, F::Consequence));
                ExprKind::Conditional { test, yes, no: self.optional(field(self, F::Alternative)) }
            }
            K::Sequence => ExprKind::Sequence(self.all(at)),
            K::Array => ExprKind::Array(self.all(at)),
            K::Object => self.object(at),
            K::Arrow | K::Function | K::Generator | K::Method => self.function(at),
            K::Class => ExprKind::Class(self.members(at)),
            K::Parenthesized | K::Await | K::Spread | K::Yield => {
                let inner = self.tree.first(at);
                ExprKind::Of(self.optional(inner))
            }
            K::Computed => ExprKind::Of({
                let inner = self.tree.first(at);
                self.optional(inner)
            }),
            _ => ExprKind::Other(self.all(at)),
        }
    }

    pub(super) fn string(&self, at: usize) -> Box<str> {
        let written = self.source(at);
        let inner = written.get(1..written.len().saturating_sub(1)).unwrap_or("");
        decoded(inner)
    }

    fn template(&mut self, at: usize) -> Vec<ExprId> {
        let mut parts = Vec::new();
        let mut from = self.span(at).start + 1;
        let end = self.span(at).end.saturating_sub(1);
        let holes: Vec<usize> = self.tree.named(at).filter(|child| self.kind(*child) == K::Substitution).collect();
        for hole in holes {
            let span = self.span(hole);
            parts.extend(self.piece(from, span.start));
            let inner = self.tree.first(hole);
            parts.push(self.optional(inner));
            from = span.end;
        }
        parts.extend(self.piece(from, end));
        parts
    }

    fn piece(&mut self, start: u32, end: u32) -> Option<ExprId> {
        let span = Span::new(start, end);
        let text = self.text.get(span.range()).filter(|text| !text.is_empty())?;
        Some(self.add(span, ExprKind::Text(decoded(text))))
    }

    fn call(&mut self, at: usize, callee: F, new: bool) -> ExprKind {
        let callee = self.tree.field(at, callee);
        let callee = self.optional(callee);
        let args = match self.tree.field(at, F::Arguments) {
            Some(args) if self.kind(args) == K::Template => self.template(args),
            Some(args) => self.all(args),
            None => Vec::new(),
        };
        ExprKind::Call { callee, args, new }
    }

    fn operator(&self, at: usize) -> &str {
        self.tree.field(at, F::Operator).map_or("", |operator| self.source(operator))
    }

    fn binary(&mut self, at: usize) -> ExprKind {
        match self.operator(at) {
            "+" => {
                // A long sum leans to the left: walked in a loop, so that its length costs no depth.
                let mut operands = Vec::new();
                let mut node = at;
                while self.kind(node) == K::Binary && self.operator(node) == "+" {
                    operands.extend(self.tree.field(node, F::Right));
                    let Some(left) = self.tree.field(node, F::Left) else { break };
                    node = left;
                }
                operands.push(node);
                operands.reverse();
                ExprKind::Template(operands.into_iter().map(|operand| self.expr(operand)).collect())
            }
            operator @ ("||" | "??" | "&&") => {
                let and = operator == "&&";
                let left = self.tree.field(at, F::Left);
                let left = self.optional(left);
                let right = self.tree.field(at, F::Right);
                let right = self.optional(right);
                if and { ExprKind::And(left, right) } else { ExprKind::Or(left, right) }
            }
            operator => {
                let op = match operator {
                    "==" | "===" => Op::Equal,
                    "!=" | "!==" => Op::Unequal,
                    "in" => Op::In,
                    _ => Op::Other,
                };
                let sides: Vec<usize> =
                    [F::Left, F::Right].into_iter().filter_map(|side| self.tree.field(at, side)).collect();
                ExprKind::Compute(op, sides.into_iter().map(|side| self.expr(side)).collect())
            }
        }
    }

    fn object(&mut self, at: usize) -> ExprKind {
        let children: Vec<usize> = self.tree.named(at).collect();
        let entries = children.into_iter().map(|child| match self.kind(child) {
            K::Pair => {
                let key = self.tree.field(child, F::Key).and_then(|key| self.key(key));
                let value = self.tree.field(child, F::Value);
                (key, self.optional(value))
            }
            K::Method => {
                let key = self.tree.field(child, F::Name).and_then(|key| self.key(key));
                (key, self.expr(child))
            }
            K::Shorthand => (Some(self.source(child).into()), self.expr(child)),
            _ => (None, self.expr(child)),
        });
        ExprKind::Object(entries.collect())
    }

    /// The name of a property, if it is written out.
    pub(super) fn key(&mut self, at: usize) -> Option<Box<str>> {
        match self.kind(at) {
            K::String => Some(self.string(at)),
            K::Computed => {
                let inner = self.tree.first(at).filter(|inner| self.kind(*inner) == K::String)?;
                Some(self.string(inner))
            }
            _ => Some(self.source(at).into()),
        }
    }

    /// Methods, fields, and static blocks of a class.
    pub(super) fn members(&mut self, at: usize) -> Vec<ExprId> {
        let Some(body) = self.tree.child(at, K::ClassBody) else { return Vec::new() };
        let members: Vec<usize> = self.tree.named(body).collect();
        let mut out = Vec::with_capacity(members.len());
        for member in members {
            match self.kind(member) {
                K::Method => out.push(self.expr(member)),
                K::Field => {
                    let name = self.tree.field(member, F::Property).map_or("", |name| self.source(name)).into();
                    let Some(value) = self.tree.field(member, F::Value) else { continue };
                    let span = self.span(member);
                    let object = self.add(span, ExprKind::Name("this".into()));
                    let target = self.add(span, ExprKind::Member { object, name, at: span.start });
                    let value = self.expr(value);
                    let target = Pattern::Place(target);
                    out.push(self.add(span, ExprKind::Assign { target, keeps: false, value }));
                }
                K::ClassStatic => {
                    let body = self.tree.field(member, F::Body).map(|body| self.block(body)).unwrap_or_default();
                    let span = self.span(member);
                    let function =
                        self.add_function(Function { name: None, params: Vec::new(), body, arrow: true, span });
                    out.push(self.add(span, ExprKind::Function(function)));
                }
                _ => {}
            }
        }
        out
    }

    pub(super) fn function(&mut self, at: usize) -> ExprKind {
        let name = match self.kind(at) {
            K::Arrow => None,
            _ => self.tree.field(at, F::Name).map(|name| self.source(name).into()),
        };
        let params: Vec<usize> = match self.tree.field(at, F::Parameters) {
            Some(list) => self.tree.named(list).collect(),
            None => self.tree.field(at, F::Parameter).into_iter().collect(),
        };
        let params = params.into_iter().map(|param| self.pattern(param)).collect();
        let body = match self.tree.field(at, F::Body) {
            Some(body) if self.kind(body) == K::Block => self.block(body),
            Some(body) => vec![Stmt::Return(Some(self.expr(body)))],
            None => Vec::new(),
        };
        let arrow = self.kind(at) == K::Arrow;
        ExprKind::Function(self.add_function(Function { name, params, body, arrow, span: self.span(at) }))
    }
}

/// A whole number as it is written.
fn number(written: &str) -> Option<i64> {
    let digits = written.replace('_', "");
    match digits.get(..2) {
        Some("0x" | "0X") => i64::from_str_radix(&digits[2..], 16).ok(),
        Some("0b" | "0B") => i64::from_str_radix(&digits[2..], 2).ok(),
        Some("0o" | "0O") => i64::from_str_radix(&digits[2..], 8).ok(),
        _ => digits.parse().ok(),
    }
}
