//! Calls and the arguments of class headers.

use super::context::Lower;
use super::expr::Allow;
use crate::model::Span;
use crate::source::python::kinds::{F, K};
use crate::source::python::syntax::{Arg, ArgKind, ExprId, ExprKind};

impl Lower<'_> {
    /// `func(…)`, with `func` lowered already.
    pub(super) fn call(&mut self, at: usize, func: ExprId, span: Span) -> ExprId {
        let args = match self.tree.field(at, F::Arguments) {
            Some(list) if self.kind(list) == K::GeneratorExpression => {
                let value = self.expr(list);
                vec![Arg { kind: ArgKind::Positional, value, span: self.span(list) }]
            }
            Some(list) => self.args(list),
            None => Vec::new(),
        };
        self.push(span, ExprKind::Call { func, args })
    }

    /// What stands between the parentheses of a call or a class header.
    pub(super) fn args(&mut self, at: usize) -> Vec<Arg> {
        let mut args: Vec<Arg> = Vec::new();
        let mut keyword = false;
        let mut double_star = false;
        for child in self.parts(at) {
            let node = self.node(child);
            let span = node.span();
            let arg = match node.kind {
                K::KeywordArgument => {
                    keyword = true;
                    self.keyword_arg(child, &args)
                }
                K::DictionarySplat => {
                    double_star = true;
                    let value = match self.parts(child).next() {
                        Some(inner) => self.expr(inner),
                        None => self.invalid(span),
                    };
                    Arg { kind: ArgKind::DoubleStar, value, span }
                }
                _ => {
                    let value = self.expr_in(child, Allow::ITEM);
                    match self.ast[value].kind {
                        ExprKind::Starred(inner) => {
                            if double_star {
                                self.fault(span, "iterable argument unpacking follows keyword argument unpacking");
                            }
                            Arg { kind: ArgKind::Star, value: inner, span }
                        }
                        _ => {
                            if double_star {
                                self.fault(span, "positional argument follows keyword argument unpacking");
                            } else if keyword {
                                self.fault(span, "positional argument follows keyword argument");
                            }
                            Arg { kind: ArgKind::Positional, value, span }
                        }
                    }
                }
            };
            args.push(arg);
        }
        self.lone_comma(at, args.is_empty());
        args
    }

    /// The grammar takes `f(,)` and `{,}`.
    pub(super) fn lone_comma(&mut self, at: usize, empty: bool) {
        if let Some(comma) = self.tree.child(at, K::Comma).filter(|_| empty) {
            self.fault(self.span(comma), "invalid syntax");
        }
    }

    fn keyword_arg(&mut self, at: usize, before: &[Arg]) -> Arg {
        let span = self.span(at);
        let name = match self.tree.field(at, F::Name) {
            Some(name) => self.ident(name),
            None => crate::source::python::syntax::Ident { name: "".into(), span },
        };
        let value = self.expr_field(at, F::Value);
        match &*name.name {
            "True" | "False" | "None" => self.fault(name.span, format!("cannot assign to {}", name.name)),
            "async" | "await" => self.fault(name.span, "invalid syntax"),
            "__debug__" => self.fault(name.span, "cannot assign to __debug__"),
            _ => {}
        }
        // A generated call with thousands of keywords must not take quadratic time.
        let same = |arg: &Arg| matches!(&arg.kind, ArgKind::Keyword(other) if other.name == name.name);
        if before.len() <= MANY && before.iter().any(same) {
            self.fault(name.span, format!("keyword argument repeated: {}", name.name));
        }
        Arg { kind: ArgKind::Keyword(name), value, span }
    }
}

const MANY: usize = 1_000;
