//! Calls and the arguments of class headers.

use std::collections::BTreeSet;

use super::lexer::{Declined, Go};
use super::parser::{Parser, Written};
use super::token::T;
use crate::model::Span;
use crate::source::python::syntax::{Arg, ArgKind, ExprKind, Ident};

/// So many keywords are compared one by one.
const FEW: usize = 16;

impl Parser<'_> {
    /// `(…)` after a value. A single generator may do with the parentheses of the call.
    pub(super) fn call_args(&mut self) -> Go<Vec<Arg>> {
        self.nested(|parser| parser.args_in(true))
    }

    /// `(…)` of a class header.
    pub(super) fn bases(&mut self) -> Go<Vec<Arg>> {
        self.nested(|parser| parser.args_in(false))
    }

    fn args_in(&mut self, generator: bool) -> Go<Vec<Arg>> {
        let open = self.start();
        self.advance()?;
        let floor = self.args.len();
        let (mut keyword, mut double_star) = (0_usize, false);
        while !self.is(T::RightParen) {
            if self.args.len() > floor {
                self.expect(T::Comma)?;
                if self.is(T::RightParen) {
                    break;
                }
            }
            let arg = match self.kind() {
                T::StarStar => {
                    double_star = true;
                    self.double_star()?
                }
                T::Star if !double_star => self.star()?,
                _ => {
                    let seen = self.scope.seen;
                    let value = self.named()?;
                    match self.kind() {
                        T::Equal => {
                            keyword += 1;
                            self.keyword(value)?
                        }
                        T::For | T::Async if generator && self.args.len() == floor => {
                            let generators = self.generators(value.id, seen, true)?;
                            self.expect(T::RightParen)?;
                            let kind = ExprKind::GeneratorExp { elt: value.id, generators };
                            let value = self.written(open, kind);
                            let span = Span::new(open, value.end);
                            return Ok(vec![Arg { kind: ArgKind::Positional, value: value.id, span }]);
                        }
                        _ if keyword > 0 || double_star => return Err(Declined),
                        _ => {
                            let span = Span::new(value.start, value.end);
                            Arg { kind: ArgKind::Positional, value: value.id, span }
                        }
                    }
                }
            };
            self.args.push(arg);
        }
        self.advance()?;
        let args: Vec<Arg> = self.args.drain(floor..).collect();
        if keyword > 1 && repeats(&args, keyword) { Err(Declined) } else { Ok(args) }
    }

    fn star(&mut self) -> Go<Arg> {
        let start = self.start();
        let starred = self.starred(true)?;
        let ExprKind::Starred(value) = self.ast[starred.id].kind else { return Err(Declined) };
        Ok(Arg { kind: ArgKind::Star, value, span: Span::new(start, starred.end) })
    }

    fn double_star(&mut self) -> Go<Arg> {
        let start = self.start();
        self.advance()?;
        let value = self.expr()?;
        Ok(Arg { kind: ArgKind::DoubleStar, value: value.id, span: Span::new(start, value.end) })
    }

    /// `name=value`, where the name has been read as an expression.
    fn keyword(&mut self, name: Written) -> Go<Arg> {
        let span = Span::new(name.start, name.end);
        let last = self.ast.exprs.len().checked_sub(1);
        let bare = last == Some(name.id.0 as usize) && self.span(name.id) == span;
        // The name was the last thing read, and it is no expression after all.
        let Some(ExprKind::Name(name)) = self.ast.exprs.pop().filter(|_| bare).map(|expr| expr.kind) else {
            return Err(Declined);
        };
        if &*name == "__debug__" {
            return Err(Declined);
        }
        self.advance()?;
        let value = self.expr()?;
        let kind = ArgKind::Keyword(Ident { name, span });
        Ok(Arg { kind, value: value.id, span: Span::new(span.start, value.end) })
    }
}

/// Whether a keyword is given twice.
fn repeats(args: &[Arg], keywords: usize) -> bool {
    let mut names = args.iter().filter_map(|arg| match &arg.kind {
        ArgKind::Keyword(name) => Some(&*name.name),
        _ => None,
    });
    if keywords <= FEW {
        let mut seen = [""; FEW];
        return names.enumerate().any(|(place, name)| {
            let repeated = seen.iter().take(place).any(|other| *other == name);
            if let Some(slot) = seen.get_mut(place) {
                *slot = name;
            }
            repeated
        });
    }
    let mut seen = BTreeSet::new();
    names.any(|name| !seen.insert(name))
}
