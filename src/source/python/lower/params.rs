//! Parameters of functions and lambdas.

use std::collections::BTreeSet;

use super::context::Lower;
use crate::model::Span;
use crate::source::python::kinds::{F, K};
use crate::source::python::syntax::{ExprId, ExprKind, Ident, Param, ParamKind, Params};

/// What the parameters seen so far mean for the next one.
#[derive(Default)]
struct Progress {
    kind: Option<ParamKind>,
    default_seen: bool,
    /// A bare `*` that no name has followed yet.
    open_star: Option<Span>,
    slash_seen: bool,
    names: BTreeSet<Box<str>>,
}

impl Lower<'_> {
    pub(super) fn params(&mut self, at: usize) -> Params {
        let mut list: Vec<Param> = Vec::new();
        let mut progress = Progress::default();
        for child in self.parts(at) {
            self.param(child, &mut list, &mut progress);
        }
        if let Some(star) = progress.open_star {
            self.fault(star, "named arguments must follow bare *");
        }
        Params { list, span: self.span(at) }
    }

    fn param(&mut self, at: usize, list: &mut Vec<Param>, progress: &mut Progress) {
        let span = self.span(at);
        if progress.kind == Some(ParamKind::KwArgs) {
            self.fault(span, "arguments cannot follow var-keyword argument");
        }
        let (name_at, annotation, default) = match self.kind(at) {
            K::PositionalSeparator => return self.slash(span, list, progress),
            K::KeywordSeparator => {
                if matches!(progress.kind, Some(ParamKind::KeywordOnly | ParamKind::VarArgs)) {
                    self.fault(span, "* argument may appear only once");
                }
                progress.kind = Some(ParamKind::KeywordOnly);
                progress.open_star = Some(span);
                return;
            }
            K::TypedParameter => {
                let name = self.parts(at).find(|part| self.node(*part).field != F::Type);
                (name, self.tree.field(at, F::Type), None)
            }
            K::DefaultParameter => (self.tree.field(at, F::Name), None, self.tree.field(at, F::Value)),
            K::TypedDefaultParameter => {
                (self.tree.field(at, F::Name), self.tree.field(at, F::Type), self.tree.field(at, F::Value))
            }
            _ => (Some(at), None, None),
        };
        let Some(name_at) = name_at else { return };
        let (kind, name_at) = match self.kind(name_at) {
            K::ListSplatPattern => {
                if matches!(progress.kind, Some(ParamKind::KeywordOnly | ParamKind::VarArgs)) {
                    self.fault(span, "* argument may appear only once");
                }
                progress.kind = Some(ParamKind::KeywordOnly);
                (ParamKind::VarArgs, self.parts(name_at).next())
            }
            K::DictionarySplatPattern => {
                progress.kind = Some(ParamKind::KwArgs);
                if let Some(star) = progress.open_star.take() {
                    self.fault(star, "named arguments must follow bare *");
                }
                (ParamKind::KwArgs, self.parts(name_at).next())
            }
            _ => (progress.kind.unwrap_or(ParamKind::Positional), Some(name_at)),
        };
        let Some(name_at) = name_at else { return };
        if kind == ParamKind::KeywordOnly {
            progress.open_star = None;
        }
        let Some(name) = self.param_name(name_at, progress) else { return };
        if default.is_some() {
            progress.default_seen = true;
        } else if progress.default_seen && kind == ParamKind::Positional {
            self.fault(name.span, "non-default argument follows default argument");
        }
        let annotation = annotation.map(|at| self.param_annotation(at, kind));
        let default = default.map(|at| self.expr(at));
        list.push(Param { name, kind, default, annotation });
    }

    fn slash(&mut self, span: Span, list: &mut [Param], progress: &mut Progress) {
        if progress.slash_seen {
            self.fault(span, "/ may appear only once");
        } else if list.is_empty() {
            self.fault(span, "at least one argument must precede /");
        } else if progress.kind.is_some() {
            self.fault(span, "/ must be ahead of *");
        } else {
            for param in list {
                param.kind = ParamKind::PositionalOnly;
            }
        }
        progress.slash_seen = true;
    }

    fn param_name(&mut self, at: usize, progress: &mut Progress) -> Option<Ident> {
        let span = self.span(at);
        match self.kind(at) {
            K::Identifier => {}
            K::TuplePattern => {
                self.fault(span, "Function parameters cannot be parenthesized");
                return None;
            }
            _ => {
                self.fault(span, "invalid syntax");
                return None;
            }
        }
        let name = self.ident(at);
        match &*name.name {
            "async" | "await" => self.fault(span, "invalid syntax"),
            "__debug__" => self.fault(span, "cannot assign to __debug__"),
            _ => {}
        }
        if !progress.names.insert(name.name.clone()) {
            self.fault(span, format!("duplicate argument '{}' in function definition", name.name));
        }
        Some(name)
    }

    fn param_annotation(&mut self, at: usize, kind: ParamKind) -> ExprId {
        if kind == ParamKind::VarArgs {
            let id = self.annotation_in(at, super::expr::Allow::STAR);
            if let ExprKind::Starred(_) = self.ast[id].kind {
                self.feature(self.ast[id].span, "starred annotation of *args", 11);
            }
            return id;
        }
        self.annotation(at)
    }
}
