//! `try`: what a body may raise, and which handlers are reached.

use std::rc::Rc;

use super::interp::Interp;
use super::stmts::Flow;
use super::value::{Ty, Val};
use crate::source::python::syntax::{Handler, StmtId, StmtKind};

impl<'a> Interp<'a> {
    pub(super) fn exec_try(
        &mut self,
        body: &'a [StmtId],
        handlers: &'a [Handler],
        orelse: &'a [StmtId],
        finalbody: &'a [StmtId],
    ) -> Flow {
        let mut caught: Vec<Rc<str>> = Vec::new();
        for handler in handlers {
            if !self.raises_again(handler) {
                caught.extend(self.caught_names(handler.typ));
            }
        }
        let mut guards = (*self.guards).clone();
        guards.caught.extend(caught);
        let before = self.snapshot();
        let outer_raise = std::mem::replace(&mut self.may_raise, false);
        let outer = std::mem::replace(&mut self.guards, guards.into());
        let flow = self.exec_block(body);
        self.guards = outer;
        let may_raise = std::mem::replace(&mut self.may_raise, outer_raise);
        self.may_raise |= may_raise;
        let flow = match flow {
            Flow::Raise => {
                let matching = handlers.iter().find(|handler| {
                    let caught =
                        super::Guards { caught: self.caught_names(handler.typ), context: super::Surrounding::Nothing };
                    caught.catches("ModuleNotFoundError")
                });
                match matching {
                    Some(handler) => {
                        self.raised = false;
                        self.exec_handler(handler)
                    }
                    None => Flow::Raise,
                }
            }
            flow => {
                let mut ends = Vec::new();
                let flow = if flow == Flow::Next { self.exec_block(orelse) } else { flow };
                let after = std::mem::take(&mut self.state);
                let from = before.merge(&after);
                if flow == Flow::Next {
                    ends.push(after);
                }
                // A body that cannot raise never reaches its handlers.
                let reached: &[Handler] = if may_raise { handlers } else { &[] };
                self.frame_mut().undecided += 1;
                for handler in reached {
                    self.budget.walk(from.size());
                    self.state = from.clone();
                    if self.exec_handler(handler) == Flow::Next {
                        ends.push(std::mem::take(&mut self.state));
                    }
                }
                self.frame_mut().undecided -= 1;
                match ends.into_iter().reduce(|a, b| a.merge(&b)) {
                    Some(state) => {
                        self.state = state;
                        Flow::Next
                    }
                    None => {
                        self.state = from;
                        flow
                    }
                }
            }
        };
        match self.exec_block(finalbody) {
            Flow::Next => flow,
            ended => ended,
        }
    }

    fn exec_handler(&mut self, handler: &'a Handler) -> Flow {
        if let Some(name) = &handler.name {
            let at = self.at(name.span);
            self.bind(&name.name, Val::from(Vec::new(), Ty::Other, at));
        }
        self.exec_block(&handler.body)
    }

    /// A handler that ends by raising swallows nothing.
    fn raises_again(&self, handler: &Handler) -> bool {
        let ast = self.ast(self.frame().file);
        handler.body.iter().any(|id| matches!(ast[*id].kind, StmtKind::Raise { .. }))
    }
}
