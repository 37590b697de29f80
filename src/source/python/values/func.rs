//! Functions of the program as values.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::value::{At, ClassId, FileId, FuncId, ScopeId, Val};
use crate::model::Span;
use crate::source::python::syntax::{ExprId, FunctionDef, Params};

/// How a function is found on a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "Python's own names")]
pub enum FuncKind {
    Plain,
    StaticMethod,
    ClassMethod,
    Property,
}

/// The code of a function.
#[derive(Clone, Copy, Debug)]
pub enum FuncBody<'a> {
    /// `def`
    Def(&'a FunctionDef),
    /// `lambda`
    Lambda(&'a Params, ExprId),
}

/// A function that was defined.
#[derive(Clone, Debug)]
pub struct Func<'a> {
    /// Its code.
    pub body: FuncBody<'a>,
    /// The file it is in.
    pub file: FileId,
    /// The whole `def`, decorators included, or the lambda.
    pub span: Span,
    /// The namespace it was defined in.
    pub scope: ScopeId,
    /// The class whose body it was defined in.
    pub class: Option<ClassId>,
    /// The values of its defaults, by parameter position in the list.
    pub defaults: Vec<Option<Val>>,
    /// How it binds.
    pub kind: FuncKind,
    /// Marked with `abstractmethod`.
    pub is_abstract: bool,
    /// The function in whose body it was defined.
    pub inside: Option<FuncId>,
    /// What `functools.wraps` has copied its name from.
    pub wraps: Option<FuncId>,
    /// Attributes that were set on it.
    pub attrs: BTreeMap<Rc<str>, Val>,
}

impl<'a> Func<'a> {
    /// Its parameters.
    #[must_use]
    pub fn params(&self) -> &'a Params {
        match self.body {
            FuncBody::Def(def) => &def.params,
            FuncBody::Lambda(params, _) => params,
        }
    }

    /// Its name; `<lambda>` for a lambda.
    #[must_use]
    pub fn name(&self) -> &'a str {
        match self.body {
            FuncBody::Def(def) => &def.name.name,
            FuncBody::Lambda(..) => "<lambda>",
        }
    }

    /// Where it is named: the name of a `def`, the whole lambda.
    #[must_use]
    pub fn name_at(&self) -> At {
        let span = match self.body {
            FuncBody::Def(def) => def.name.span,
            FuncBody::Lambda(..) => self.span,
        };
        At { file: self.file, span }
    }

    /// Whether it is an `async def`.
    #[must_use]
    pub fn is_async(&self) -> bool {
        matches!(self.body, FuncBody::Def(def) if def.is_async)
    }

    /// Whether it has a `yield` of its own.
    #[must_use]
    pub fn is_generator(&self) -> bool {
        matches!(self.body, FuncBody::Def(def) if def.is_generator)
    }
}
