//! Context managers: what `with` keeps from the code inside it.

use std::rc::Rc;

use super::args::Args;
use super::events::{Guards, Surrounding};
use super::interp::Interp;
use super::state::Obj;
use super::value::{Kind, Sym, Val};

impl Interp<'_> {
    /// Adds what a context manager catches, and the application context that it brings.
    pub(super) fn managed(&mut self, value: &Val, guards: &mut Guards) {
        match &value.kind {
            Kind::Obj(id) => {
                let Some(Obj::Instance { class, .. }) = self.obj(*id) else { return };
                let class = *class;
                let swallows = match self.find_member(class, "__exit__") {
                    Some(_) => {
                        let exit = self.attribute(value, "__exit__", value.at);
                        let raised = Args::of(vec![Val::unknown(value.at); 3], value.at);
                        let before = self.snapshot();
                        self.frame_mut().undecided += 1;
                        let result = self.call(&exit, raised, value.at);
                        self.frame_mut().undecided -= 1;
                        self.state = before;
                        self.truth(&result) != Some(false)
                    }
                    None => self.class(class).is_open,
                };
                if swallows {
                    guards.caught.push("*".into());
                }
            }
            Kind::Sym(sym) => {
                let Sym::Made { callee, args } = &**sym else { return };
                if callee.as_external() == Some("contextlib.suppress") {
                    guards.caught.extend(
                        args.pos.iter().filter_map(|value| value.as_external()?.rsplit('.').next().map(Into::into)),
                    );
                }
                // These are methods of Flask's application: one of the program's own of that name is followed as code.
                if let Some(Sym::Attr { name, .. }) = callee.as_sym() {
                    guards.context = guards.context.max(surrounding(name));
                }
                self.generator_managed(callee, args, guards);
            }
            _ => {}
        }
    }

    /// `@contextmanager` over a generator of the program: what stands around its `yield` stands around the code.
    fn generator_managed(&mut self, callee: &Val, args: &Args, guards: &mut Guards) {
        let is_manager = matches!(callee.as_sym(), Some(Sym::Made { callee, .. })
            if callee.as_external() == Some("contextlib.contextmanager"));
        let Some(callable) = is_manager.then(|| self.callable_of(callee)).flatten() else { return };
        if !self.func(callable.func).is_generator() {
            return;
        }
        let outer = self.guards.caught.len();
        let code = self.funcs[callable.func.0 as usize].clone();
        let mut all = Args::of(callable.bound, callee.at);
        all.append(args.clone());
        let (before, may_raise) = (self.snapshot(), self.may_raise);
        let last = self.yielded.take();
        self.frame_mut().undecided += 1;
        let undecided = self.undecided();
        self.run_function(callable.func, &code, all, callee.at);
        self.frame_mut().undecided = undecided - 1;
        // What stands after the `yield` runs when the block is done.
        self.state = before;
        self.may_raise = may_raise;
        let inside: Option<Rc<Guards>> = std::mem::replace(&mut self.yielded, last);
        if let Some(inside) = inside {
            guards.caught.extend(inside.caught.iter().skip(outer).cloned());
            guards.context = guards.context.max(inside.context);
        }
    }
}

/// What a method of Flask's application brings: a context of the application, or of a request.
pub(super) fn surrounding(method: &str) -> Surrounding {
    match method {
        "app_context" => Surrounding::Application,
        "test_request_context" | "request_context" => Surrounding::Request,
        _ => Surrounding::Nothing,
    }
}
