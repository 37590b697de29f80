//! Definitions of functions, with their decorators.

use std::collections::BTreeMap;

use super::args::Args;
use super::func::{Func, FuncBody, FuncKind};
use super::interp::Interp;
use super::state::ScopeKind;
use super::value::{FuncId, Kind, Sym, Val};
use crate::model::Span;
use crate::source::python::syntax::{ExprId, FunctionDef, Params};

impl<'a> Interp<'a> {
    pub(super) fn define_function(&mut self, def: &'a FunctionDef, span: Span) -> Val {
        let decorators: Vec<Val> = def.decorators.iter().map(|decorator| self.eval(*decorator)).collect();
        let mut kind = FuncKind::Plain;
        let mut is_abstract = false;
        let mut rest = Vec::new();
        for decorator in decorators {
            match decorator.as_external() {
                Some("builtins.staticmethod") => kind = FuncKind::StaticMethod,
                Some("builtins.classmethod") => kind = FuncKind::ClassMethod,
                Some("builtins.property" | "functools.cached_property") => kind = FuncKind::Property,
                Some("abc.abstractmethod") => is_abstract = true,
                Some("abc.abstractproperty") => {
                    kind = FuncKind::Property;
                    is_abstract = true;
                }
                // The same function with the same signature.
                Some("functools.lru_cache" | "functools.cache" | "typing.override" | "typing.final") => {}
                _ => rest.push(decorator),
            }
        }
        let at = self.at(def.name.span);
        let func = self.new_func(FuncBody::Def(def), &def.params, span, kind, is_abstract);
        let mut value = Val { kind: Kind::Func(func), at };
        for decorator in rest.into_iter().rev() {
            value = self.decorate(&decorator, value);
        }
        value
    }

    fn decorate(&mut self, decorator: &Val, function: Val) -> Val {
        let at = decorator.at;
        // `@x.setter`: the property stays one.
        if let Some(Sym::Attr { base, name }) = decorator.as_sym()
            && matches!(&**name, "setter" | "getter" | "deleter")
            && self.function_of(base).is_some()
        {
            return base.clone();
        }
        // `@functools.wraps(f)`: the name of `f`, which Flask takes for the name of a view.
        if let (Some(Sym::Made { callee, args }), Kind::Func(func)) = (decorator.as_sym(), &function.kind)
            && callee.as_external() == Some("functools.wraps")
            && let Some(inner) = args.pos.first().and_then(|inner| self.function_of(inner))
        {
            self.funcs[func.0 as usize].wraps = Some(inner);
        }
        let made = self.call(decorator, Args::of(vec![function.clone()], function.at), at);
        let keeps = match decorator.as_sym() {
            // `@app.route(…)`, `@app.before_request`: the framework keeps it and hands it back.
            Some(Sym::Attr { .. }) => true,
            Some(Sym::Made { callee, .. }) => {
                matches!(callee.as_sym(), Some(Sym::Attr { .. }))
                    || matches!(callee.as_external(), Some("functools.wraps" | "functools.lru_cache"))
            }
            _ => false,
        };
        if keeps || matches!(made.kind, Kind::Unknown) { function } else { made }
    }

    pub(super) fn define_lambda(&mut self, params: &'a Params, body: ExprId, span: Span) -> Val {
        let at = self.at(span);
        let func = self.new_func(FuncBody::Lambda(params, body), params, span, FuncKind::Plain, false);
        Val { kind: Kind::Func(func), at }
    }

    fn new_func(
        &mut self,
        body: FuncBody<'a>,
        params: &'a Params,
        span: Span,
        kind: FuncKind,
        is_abstract: bool,
    ) -> FuncId {
        let defaults = params.list.iter().map(|param| param.default.map(|default| self.eval(default))).collect();
        let frame = self.frame();
        let (file, scope) = (frame.file, frame.scope);
        let class = if self.state.scope(scope).is_some_and(|scope| scope.kind == ScopeKind::Class) {
            frame.class
        } else {
            // A function inside a method sees that method's class.
            frame.class.filter(|_| frame.function.is_some())
        };
        let id = FuncId(u32::try_from(self.funcs.len()).unwrap_or(u32::MAX));
        // A method of a class that stands in a function is the class's.
        let in_class = self.state.scope(scope).is_some_and(|scope| scope.kind == ScopeKind::Class);
        let inside = self.frame().function.filter(|_| !in_class);
        let (wraps, attrs) = (None, BTreeMap::new());
        self.funcs.push(Func { body, file, span, scope, class, defaults, kind, is_abstract, inside, wraps, attrs });
        id
    }
}
