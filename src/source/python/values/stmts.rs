//! Statements.

use std::rc::Rc;

use super::events::{EventKind, Surrounding};
use super::interp::Interp;
use super::state::Obj;
use super::value::{Kind, Sym, Ty, Val};
use crate::source::python::syntax::{ExprId, MatchCase, StmtId, StmtKind};

/// How a block ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// The next statement is reached.
    Next,
    /// This path ended: it returned, broke, continued, or raised.
    Stop,
    /// An error that we can name was raised inside a `try`; the state is that of the raise.
    Raise,
}

impl<'a> Interp<'a> {
    pub(super) fn exec_block(&mut self, body: &'a [StmtId]) -> Flow {
        for id in body {
            if !self.step() {
                return Flow::Next;
            }
            let flow = self.exec(*id);
            if flow != Flow::Next {
                return flow;
            }
            if self.raised {
                if self.guards.catches("ModuleNotFoundError") {
                    return Flow::Raise;
                }
                // Nobody catches it: Python would end here. We go on, to report all problems in one run.
                self.raised = false;
            }
        }
        Flow::Next
    }

    fn exec(&mut self, id: StmtId) -> Flow {
        let ast = self.ast(self.frame().file);
        let stmt = &ast[id];
        match &stmt.kind {
            StmtKind::FunctionDef(def) => {
                let value = self.define_function(def, stmt.span);
                let name = self.private(&def.name.name);
                self.bind(&name, value);
            }
            StmtKind::ClassDef(def) => {
                let value = self.define_class(def, stmt.span);
                self.bind(&def.name.name, value);
            }
            StmtKind::Return(value) => {
                let at = self.at(stmt.span);
                let value = value.map_or_else(|| Val::none(at), |value| self.eval(value));
                self.returned(&value, at);
                let state = self.snapshot();
                self.frame_mut().returns.push((value, at, state));
                return Flow::Stop;
            }
            StmtKind::Delete(targets) => {
                for target in targets {
                    self.delete(*target);
                }
            }
            StmtKind::Assign { targets, value } => {
                let value = self.eval(*value);
                for target in targets {
                    self.assign(*target, value.clone());
                }
            }
            StmtKind::AugAssign { target, op, value } => {
                let left = self.eval(*target);
                let right = self.eval(*value);
                let at = self.at(stmt.span);
                let result = self.binary_in_place(&left, *op, &right, at);
                self.assign(*target, result);
            }
            StmtKind::AnnAssign { target, value, .. } => {
                if let Some(value) = value {
                    let value = self.eval(*value);
                    self.assign(*target, value);
                }
            }
            StmtKind::For { target, iter, body, orelse, .. } => return self.exec_for(*target, *iter, body, orelse),
            StmtKind::While { test, body, orelse } => return self.exec_while(*test, body, orelse),
            StmtKind::If { test, body, orelse } => {
                let value = self.eval(*test);
                return match self.truth(&value) {
                    Some(true) => self.exec_block(body),
                    Some(false) => self.exec_block(orelse),
                    None => self.exec_if(*test, &value, body, orelse),
                };
            }
            StmtKind::With { items, body, .. } => return self.exec_with(items, body),
            StmtKind::Match { subject, cases } => {
                let subject = self.eval(*subject);
                return self.exec_match(&subject, cases);
            }
            StmtKind::Raise { exc, cause } => {
                let at = self.at(stmt.span);
                let value = exc.map_or_else(|| Val::unknown(at), |exc| self.eval(exc));
                if let Some(cause) = cause {
                    self.eval(*cause);
                }
                // At module level Python ends here. We go on, to report all problems in one run.
                let goes_on = self.frame().function.is_none() && self.undecided() == 0 && !self.is_caught(&value);
                let value = self.as_raised(value);
                self.emit(EventKind::Raise(value), at);
                self.may_raise = true;
                return if goes_on { Flow::Next } else { Flow::Stop };
            }
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                return self.exec_try(body, handlers, orelse, finalbody);
            }
            StmtKind::Assert { test, msg } => {
                let at = self.at(stmt.span);
                let value = self.eval(*test);
                let truth = self.truth(&value);
                let message = msg.map(|msg| if truth == Some(false) { self.eval(msg) } else { self.eval_maybe(msg) });
                match truth {
                    Some(true) => {}
                    Some(false) => self.raise_builtin("AssertionError", message.into_iter().collect(), at),
                    None => {
                        self.may_raise = true;
                        self.narrow(*test, true);
                    }
                }
            }
            StmtKind::Import(names) => self.exec_import(names),
            StmtKind::ImportFrom { module, module_span, level, names } => {
                let at = self.at(*module_span);
                self.exec_import_from(module.as_deref(), at, *level, names);
            }
            StmtKind::Global(names) | StmtKind::Nonlocal(names) => {
                let is_global = matches!(stmt.kind, StmtKind::Global(_));
                for name in names {
                    self.share_name(&name.name, is_global);
                }
            }
            StmtKind::Expr(value) => {
                self.eval(*value);
            }
            StmtKind::Break => {
                let state = self.snapshot();
                self.frame_mut().breaks.push(state);
                return Flow::Stop;
            }
            StmtKind::Continue => {
                let state = self.snapshot();
                self.frame_mut().continues.push(state);
                return Flow::Stop;
            }
            StmtKind::TypeAlias { name, .. } => {
                let at = self.at(stmt.span);
                self.assign(*name, Val::unknown(at));
            }
            StmtKind::Pass | StmtKind::Invalid => {}
        }
        Flow::Next
    }

    /// An `if` that cannot be decided. It may ask for an application context; then one side has one.
    fn exec_if(&mut self, test: ExprId, value: &Val, body: &'a [StmtId], orelse: &'a [StmtId]) -> Flow {
        let asked = asks_for_context(value);
        let tested = self.open_test(value, value.at);
        let (mut first, mut second) = (self.side(), self.side());
        let outer = Rc::clone(&self.guards);
        let context = asked.map_or(outer.context, |(_, context)| outer.context.max(context));
        let with: Rc<super::Guards> = super::Guards { context, ..(*outer).clone() }.into();
        let asked = asked.map(|(there, _)| there);
        let mut sides = (Flow::Next, Flow::Next);
        let flow = self.branch(
            |me| {
                if asked == Some(true) {
                    me.guards = Rc::clone(&with);
                }
                me.narrow(test, true);
                sides.0 = me.exec_block(body);
                me.guards = Rc::clone(&outer);
                me.close_side(&mut first, sides.0 != Flow::Next);
                sides.0
            },
            |me| {
                second = me.side();
                if asked == Some(false) {
                    me.guards = Rc::clone(&with);
                }
                me.narrow(test, false);
                sides.1 = me.exec_block(orelse);
                me.guards = Rc::clone(&outer);
                me.close_side(&mut second, sides.1 != Flow::Next);
                sides.1
            },
        );
        self.close_test(tested, [first, second]);
        // `if not has_app_context(): return`: what follows has one.
        let rest = match asked {
            Some(true) => sides.1 != Flow::Next,
            Some(false) => sides.0 != Flow::Next,
            None => false,
        };
        if rest {
            self.guards = with;
        }
        flow
    }

    /// Follows both sides of something undecided and merges what is left.
    pub(super) fn branch(
        &mut self,
        first: impl FnOnce(&mut Self) -> Flow,
        second: impl FnOnce(&mut Self) -> Flow,
    ) -> Flow {
        let before = self.snapshot();
        self.frame_mut().undecided += 1;
        let mark = self.mark();
        let one = first(self);
        let one_failed = one == Flow::Stop && self.only_raised(mark);
        let after_one = std::mem::replace(&mut self.state, before);
        let middle = self.mark();
        let two = second(self);
        let two_failed = two == Flow::Stop && self.only_raised(middle);
        self.frame_mut().undecided -= 1;
        if one_failed && two_failed && self.undecided() == 0 {
            return self.both_raised(middle);
        }
        match (one, two) {
            (Flow::Next, Flow::Next) => {
                self.state = std::mem::take(&mut self.state).merge(&after_one);
                Flow::Next
            }
            // What follows is reached on one side only; where the other failed, the plugin has failed there.
            (Flow::Next, _) => {
                self.state = after_one;
                self.frame_mut().undecided += u32::from(!two_failed);
                Flow::Next
            }
            (_, Flow::Next) => {
                self.frame_mut().undecided += u32::from(!one_failed);
                Flow::Next
            }
            (Flow::Raise, _) | (_, Flow::Raise) => Flow::Raise,
            (Flow::Stop, Flow::Stop) => Flow::Stop,
        }
    }

    fn exec_with(&mut self, items: &'a [(ExprId, Option<ExprId>)], body: &'a [StmtId]) -> Flow {
        let mut guards = (*self.guards).clone();
        let outer_caught = guards.caught.len();
        for (manager, target) in items {
            let value = self.eval(*manager);
            self.managed(&value, &mut guards);
            let at = value.at;
            if let Some(target) = target {
                let entered = self.as_entered(&value, at);
                self.assign(*target, entered);
            }
        }
        let suppresses = guards.caught.len() > outer_caught;
        let outer = std::mem::replace(&mut self.guards, guards.into());
        if !suppresses {
            let flow = self.exec_block(body);
            self.guards = outer;
            return flow;
        }
        let before = self.snapshot();
        let mark = self.mark();
        let flow = self.exec_block(body);
        self.guards = outer;
        self.raised = false;
        if flow == Flow::Stop && self.left_since(mark) {
            return flow;
        }
        let after = std::mem::take(&mut self.state);
        self.state = before.merge(&after);
        Flow::Next
    }

    /// What `with value as x` binds: an own class's `__enter__`, or the thing itself.
    fn as_entered(&mut self, value: &Val, at: super::At) -> Val {
        if let Kind::Obj(id) = value.kind
            && let Some(Obj::Instance { class, .. }) = self.state.obj(id)
            && self.find_member(*class, "__enter__").is_some()
        {
            let enter = self.attribute(value, "__enter__", at);
            return self.call(&enter, super::Args::default(), at);
        }
        value.clone()
    }

    fn exec_match(&mut self, subject: &Val, cases: &'a [MatchCase]) -> Flow {
        let Some((case, rest)) = cases.split_first() else { return Flow::Next };
        let decided = match &case.constants {
            Some(constants) => {
                let mut known = Some(false);
                for constant in constants {
                    let value = self.eval(*constant);
                    match (subject.as_const(), value.as_const()) {
                        (Some(a), Some(b)) if a == b => {
                            known = Some(true);
                            break;
                        }
                        (Some(_), Some(_)) => {}
                        _ => known = None,
                    }
                }
                known
            }
            None if case.irrefutable => Some(true),
            None => None,
        };
        let decided = if case.guard.is_some() && decided != Some(false) { None } else { decided };
        let run = |me: &mut Self| {
            for name in &case.binds {
                let at = me.at(name.span);
                me.bind(&name.name, if case.irrefutable { subject.clone() } else { Val::unknown(at) });
            }
            if let Some(guard) = case.guard {
                me.eval(guard);
            }
            me.exec_block(&case.body)
        };
        match decided {
            Some(true) => run(self),
            Some(false) => self.exec_match(subject, rest),
            None => self.branch(run, |me| me.exec_match(subject, rest)),
        }
    }
}

/// Which context a test asks for, and whether it is there when the test is true: `has_app_context()`, and with `not`.
pub(super) fn asks_for_context(test: &Val) -> Option<(bool, Surrounding)> {
    match test.as_sym()? {
        Sym::Made { callee, .. } => match callee.as_external()? {
            "flask.has_app_context" | "flask.globals.has_app_context" => Some((true, Surrounding::Application)),
            "flask.has_request_context" | "flask.globals.has_request_context" => Some((true, Surrounding::Request)),
            _ => None,
        },
        Sym::From { parts, ty: Ty::Bool } if parts.len() == 1 => {
            asks_for_context(&parts[0]).map(|(there, context)| (!there, context))
        }
        // `if current_app:`, `if request:`
        Sym::External(path) => match &**path {
            "flask.current_app" | "flask.g" => Some((true, Surrounding::Application)),
            "flask.request" | "flask.session" => Some((true, Surrounding::Request)),
            _ => None,
        },
        _ => None,
    }
}
