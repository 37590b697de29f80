//! What runs when a value is called: a function, and what is bound to it before.

use std::rc::Rc;

use super::func::FuncKind;
use super::interp::Interp;
use super::state::Obj;
use super::value::{At, FuncId, Kind, Sym, Val};

/// A function of the program behind a value, with the arguments that it gets before those of a call.
#[derive(Clone, Debug)]
pub struct Callable {
    /// The function.
    pub func: FuncId,
    /// Positional arguments that come first: the object of a method, those of a `partial`.
    pub bound: Vec<Val>,
    /// Arguments by name that a `partial` gives.
    pub named: Vec<(Rc<str>, Val, At)>,
}

impl Interp<'_> {
    /// What runs when this is called: a function, a method, an object with `__call__`, a `partial` of those, or
    /// one of them behind a decorator from outside that keeps the signature. `None` where that is not known.
    #[must_use]
    pub fn callable_of(&self, value: &Val) -> Option<Callable> {
        let of = |func, bound| Some(Callable { func, bound, named: Vec::new() });
        match &value.kind {
            Kind::Func(func) if self.func(*func).kind == FuncKind::ClassMethod => {
                of(*func, vec![Val::unknown(value.at)])
            }
            Kind::Func(func) => of(*func, Vec::new()),
            Kind::Bound(func, receiver) => of(*func, vec![(**receiver).clone()]),
            Kind::Obj(id) => {
                let Some(Obj::Instance { class, .. }) = self.obj(*id) else { return None };
                let member = self.find_member(*class, "__call__")?;
                let Kind::Func(func) = member.value.kind else { return None };
                match self.func(func).kind {
                    FuncKind::Plain => of(func, vec![value.clone()]),
                    FuncKind::ClassMethod => of(func, vec![Val::unknown(value.at)]),
                    FuncKind::StaticMethod => of(func, Vec::new()),
                    FuncKind::Property => None,
                }
            }
            Kind::Sym(sym) => match &**sym {
                Sym::Made { callee, args } if callee.as_external() == Some("functools.partial") => {
                    let (first, rest) = args.pos.split_first()?;
                    let mut callable = self.callable_of(first).filter(|_| !args.open)?;
                    callable.bound.extend_from_slice(rest);
                    callable.named.extend_from_slice(&args.named);
                    Some(callable)
                }
                // A decorator that keeps the signature, as those with `functools.wraps` do.
                Sym::Made { args, .. } if args.pos.len() == 1 && args.named.is_empty() => {
                    self.callable_of(&args.pos[0]).filter(|_| self.function_of(&args.pos[0]).is_some())
                }
                _ => None,
            },
            _ => None,
        }
    }
}
