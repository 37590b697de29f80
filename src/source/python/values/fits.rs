//! Calls of the program's own functions and classes with arguments that they do not take.

use super::args::Args;
use super::bases::Meta;
use super::interp::Interp;
use super::value::{At, ClassId, FuncId, Val};
use crate::source::python::signature::{Fit, fit_with};

/// Misfits that are kept.
const MISFITS: usize = 256;

impl Interp<'_> {
    /// Raises what Python raises when a function is called with arguments that it does not take.
    pub(super) fn check_call(&mut self, func: FuncId, args: &Args, at: At) {
        if self.watched == Some(func) && !args.open && self.watched_calls.len() < MISFITS {
            self.watched_calls.push((args.pos.len() + args.named.len(), at));
        }
        if let Some(words) = self.misfit(func, args) {
            let words = format!("{}() {words}", self.qualified(func));
            if self.misfits.len() < MISFITS {
                self.misfits.push((func, words.clone(), at));
            }
            self.raise_builtin("TypeError", vec![Val::text(words, at)], at);
        }
    }

    /// The same for the making of an instance.
    pub(super) fn check_making(&mut self, class: ClassId, args: &Args, at: At) {
        let info = self.class(class);
        let plain = matches!(info.meta, Meta::Type | Meta::Abc) && self.find_member(class, "__new__").is_none();
        // What lacks methods is not made at all.
        if !info.missing.is_empty() || !plain || args.open {
            return;
        }
        let words = match self.written_constructor(class) {
            Some(record) => self.record_misfit(class, &record, args),
            None => {
                let func = self.find_member(class, "__init__").and_then(|member| self.function_of(&member.value));
                let Some(func) = func else {
                    let given = !args.pos.is_empty() || !args.named.is_empty();
                    let bare = given && !self.class(class).is_open;
                    let words = format!("{}() takes no arguments", self.class(class).name);
                    if bare {
                        self.raise_builtin("TypeError", vec![Val::text(words, at)], at);
                    }
                    return;
                };
                let mut all = Args::of(vec![Val::unknown(at)], at);
                all.append(args.clone());
                self.misfit(func, &all).map(|words| format!("{}() {words}", self.qualified(func)))
            }
        };
        if let Some(words) = words {
            self.raise_builtin("TypeError", vec![Val::text(words, at)], at);
        }
    }

    fn misfit(&self, func: FuncId, args: &Args) -> Option<String> {
        if args.open {
            return None;
        }
        let named: Vec<&str> = args.named.iter().map(|(name, _, _)| &**name).collect();
        match fit_with(self.func(func).params(), args.pos.len(), &named) {
            Fit::Fits => None,
            Fit::TooMany(words) | Fit::Missing(_, words) | Fit::KeywordOnly(_, words) => Some(words),
        }
    }

    /// The `__name__` of a function.
    #[must_use]
    pub fn name_of(&self, func: FuncId) -> String {
        self.func(self.unwrapped(func)).name().to_owned()
    }

    /// The function whose name `functools.wraps` has copied.
    fn unwrapped(&self, func: FuncId) -> FuncId {
        let mut func = func;
        for _ in 0..8 {
            let Some(inner) = self.func(func).wraps else { break };
            func = inner;
        }
        func
    }

    /// `Class.method` as Python names it in its errors; the bare name for a function.
    #[must_use]
    pub fn qualified(&self, func: FuncId) -> String {
        let code = self.func(self.unwrapped(func));
        let own = code.name();
        match (code.inside, code.class) {
            (Some(outer), _) => format!("{}.<locals>.{own}", self.qualified(outer)),
            (_, Some(class)) => format!("{}.{own}", self.class(class).name),
            (_, None) => own.to_owned(),
        }
    }
}
