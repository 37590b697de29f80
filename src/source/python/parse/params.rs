//! Parameters of functions and lambdas.

use std::collections::BTreeSet;

use super::lexer::{Declined, Go};
use super::parser::Parser;
use super::token::T;
use crate::model::Span;
use crate::source::python::syntax::{ExprId, ExprKind, Param, ParamKind, Params};

/// So many names are compared one by one.
const FEW: usize = 16;

/// What the parameters seen so far mean for the next one.
#[derive(Default)]
struct Progress {
    kind: Option<ParamKind>,
    default_seen: bool,
    /// A bare `*` that no name has followed yet.
    open_star: bool,
    slash_seen: bool,
}

impl Parser<'_> {
    /// The parameters of a `def`, from `(` to `)`.
    pub(super) fn def_params(&mut self) -> Go<Params> {
        let start = self.start();
        self.expect(T::LeftParen)?;
        let list = self.params(T::RightParen, true)?;
        self.expect(T::RightParen)?;
        Ok(Params { list, span: Span::new(start, self.before()) })
    }

    /// The parameters of a lambda, of which there is at least one.
    pub(super) fn lambda_params(&mut self) -> Go<Params> {
        let start = self.start();
        let list = self.params(T::Colon, false)?;
        Ok(Params { list, span: Span::new(start, self.before()) })
    }

    fn params(&mut self, close: T, annotated: bool) -> Go<Vec<Param>> {
        let mut list: Vec<Param> = Vec::new();
        let mut progress = Progress::default();
        while !self.is(close) {
            self.param(&mut list, &mut progress, annotated)?;
            if !self.take(T::Comma)? {
                break;
            }
        }
        if progress.open_star || repeats(&list) { Err(Declined) } else { Ok(list) }
    }

    fn param(&mut self, list: &mut Vec<Param>, progress: &mut Progress, annotated: bool) -> Go<()> {
        if progress.kind == Some(ParamKind::KwArgs) {
            return Err(Declined);
        }
        let starred = matches!(progress.kind, Some(ParamKind::KeywordOnly | ParamKind::VarArgs));
        let kind = match self.kind() {
            T::Slash => {
                if progress.slash_seen || list.is_empty() || progress.kind.is_some() {
                    return Err(Declined);
                }
                progress.slash_seen = true;
                list.iter_mut().for_each(|param| param.kind = ParamKind::PositionalOnly);
                return self.advance();
            }
            T::Star if starred => return Err(Declined),
            T::Star => {
                self.advance()?;
                progress.kind = Some(ParamKind::KeywordOnly);
                if self.is(T::Comma) {
                    progress.open_star = true;
                    return Ok(());
                }
                ParamKind::VarArgs
            }
            T::StarStar => {
                self.advance()?;
                progress.kind = Some(ParamKind::KwArgs);
                ParamKind::KwArgs
            }
            _ => progress.kind.unwrap_or(ParamKind::Positional),
        };
        if kind == ParamKind::KeywordOnly {
            progress.open_star = false;
        }
        let name = self.ident()?;
        if &*name.name == "__debug__" {
            return Err(Declined);
        }
        let annotation = if annotated && self.take(T::Colon)? { Some(self.param_annotation(kind)?) } else { None };
        let mut default = None;
        if self.is(T::Equal) {
            if matches!(kind, ParamKind::VarArgs | ParamKind::KwArgs) {
                return Err(Declined);
            }
            self.advance()?;
            default = Some(self.expr()?.id);
            progress.default_seen = true;
        } else if progress.default_seen && kind == ParamKind::Positional {
            return Err(Declined);
        }
        list.push(Param { name, kind, default, annotation });
        Ok(())
    }

    fn param_annotation(&mut self, kind: ParamKind) -> Go<ExprId> {
        if kind != ParamKind::VarArgs || !self.is(T::Star) {
            return self.annotation();
        }
        self.annotations += 1;
        let value = self.starred(false)?;
        self.annotations -= 1;
        self.feature(self.span(value.id), "starred annotation of *args", 11);
        Ok(value.id)
    }

    /// An annotation.
    pub(super) fn annotation(&mut self) -> Go<ExprId> {
        self.annotations += 1;
        self.typed = true;
        let value = self.expr()?;
        self.annotations -= 1;
        self.check_type(value.id)?;
        Ok(value.id)
    }

    /// The grammar has operators of its own for types, which bind otherwise than Python's.
    pub(super) fn check_type(&self, id: ExprId) -> Go<()> {
        match self.ast[id].kind {
            ExprKind::Compare { .. } | ExprKind::BoolOp { .. } | ExprKind::IfExp { .. } => Err(Declined),
            _ => Ok(()),
        }
    }
}

/// Whether two parameters have the same name.
fn repeats(list: &[Param]) -> bool {
    if list.len() > FEW {
        let mut seen = BTreeSet::new();
        return list.iter().any(|param| !seen.insert(&*param.name.name));
    }
    list.iter()
        .enumerate()
        .any(|(place, param)| list.iter().take(place).any(|other| other.name.name == param.name.name))
}
