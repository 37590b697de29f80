//! Loops: turn by turn over known items, once over unknown ones.

use super::interp::Interp;
use super::state::State;
use super::stmts::Flow;
use crate::source::python::syntax::{ExprId, ExprKind, StmtId};

/// Turns of a loop over known items that are followed one by one.
const LOOP_TURNS: usize = 64;

impl<'a> Interp<'a> {
    pub(super) fn exec_for(&mut self, target: ExprId, iter: ExprId, body: &'a [StmtId], orelse: &'a [StmtId]) -> Flow {
        let iterable = self.eval(iter);
        let iterable = self.walked(&iterable);
        let (breaks, continues) = self.enter_loop();
        let mut flow = Flow::Next;
        match self.items(&iterable).filter(|items| items.len() <= LOOP_TURNS) {
            Some(items) => {
                for item in items {
                    self.assign(target, item);
                    flow = self.loop_turn(body);
                    if flow != Flow::Next {
                        break;
                    }
                }
            }
            None => {
                let at = iterable.at;
                let item = self.item_of(&iterable, at);
                let before = self.snapshot();
                self.frame_mut().undecided += 1;
                self.assign(target, item);
                let turn = self.loop_turn(body);
                self.frame_mut().undecided -= 1;
                if turn == Flow::Next {
                    let after = std::mem::take(&mut self.state);
                    self.state = before.merge(&after);
                } else {
                    self.state = before;
                }
                if turn == Flow::Raise {
                    flow = Flow::Raise;
                }
            }
        }
        self.leave_loop(
            flow,
            breaks,
            continues,
            |me, flow| {
                if flow == Flow::Next { me.exec_block(orelse) } else { flow }
            },
        )
    }

    pub(super) fn exec_while(&mut self, test: ExprId, body: &'a [StmtId], orelse: &'a [StmtId]) -> Flow {
        let value = self.eval(test);
        let truth = self.truth(&value);
        if truth == Some(false) {
            return self.exec_block(orelse);
        }
        let (breaks, continues) = self.enter_loop();
        let before = self.snapshot();
        // Of a loop that is surely entered the first turn is certain.
        let undecided = u32::from(truth != Some(true));
        self.frame_mut().undecided += undecided;
        let turn = self.loop_turn(body);
        self.frame_mut().undecided -= undecided;
        let endless = truth == Some(true) && matches!(self.ast(self.frame().file)[test].kind, ExprKind::Constant(_));
        let flow = match (turn, endless) {
            (Flow::Raise, _) => Flow::Raise,
            (_, true) => Flow::Stop,
            (Flow::Next, false) => {
                let after = std::mem::take(&mut self.state);
                self.state = before.merge(&after);
                Flow::Next
            }
            (Flow::Stop, false) => {
                self.state = before;
                Flow::Next
            }
        };
        self.leave_loop(
            flow,
            breaks,
            continues,
            |me, flow| {
                if flow == Flow::Next { me.exec_block(orelse) } else { flow }
            },
        )
    }

    fn enter_loop(&mut self) -> (Vec<State>, Vec<State>) {
        let frame = self.frame_mut();
        (std::mem::take(&mut frame.breaks), std::mem::take(&mut frame.continues))
    }

    fn loop_turn(&mut self, body: &'a [StmtId]) -> Flow {
        let flow = self.exec_block(body);
        let continues = std::mem::take(&mut self.frame_mut().continues);
        let mut left: Option<State> = (flow == Flow::Next).then(|| std::mem::take(&mut self.state));
        for state in continues {
            left = Some(match left {
                Some(left) => left.merge(&state),
                None => state,
            });
        }
        match left {
            Some(state) => {
                self.state = state;
                Flow::Next
            }
            None => flow,
        }
    }

    fn leave_loop(
        &mut self,
        flow: Flow,
        breaks: Vec<State>,
        continues: Vec<State>,
        orelse: impl FnOnce(&mut Self, Flow) -> Flow,
    ) -> Flow {
        let broke = std::mem::replace(&mut self.frame_mut().breaks, breaks);
        self.frame_mut().continues = continues;
        let flow = orelse(self, flow);
        let mut left: Option<State> = (flow == Flow::Next).then(|| std::mem::take(&mut self.state));
        for state in broke {
            left = Some(match left {
                Some(left) => left.merge(&state),
                None => state,
            });
        }
        match left {
            Some(state) => {
                self.state = state;
                Flow::Next
            }
            None => flow,
        }
    }
}
