//! Statements, in order; both sides of a branch, and what is left where they meet.

use super::engine::Engine;
use super::events::EventKind;
use super::frame::Level;
use super::loops::{leaves, waits};
use super::value::{Kind, Val};
use crate::source::python::syntax::{Ast, BinOp, ExprId, ExprKind, StmtId, StmtKind};

/// How a block ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// The next statement is reached.
    Next,
    /// It is not: this path returned, raised, broke, or continued.
    Stop,
}

impl<'a> Engine<'a, '_> {
    pub(super) fn exec_block(&mut self, body: &'a [StmtId]) -> Flow {
        let mut flow = Flow::Next;
        for id in body {
            if !self.step() {
                return Flow::Stop;
            }
            // What stands after a `return` is read all the same: the next edit may bring it to life.
            if self.exec(*id) == Flow::Stop {
                flow = Flow::Stop;
                if self.exact.is_some() {
                    break;
                }
            }
        }
        flow
    }

    fn exec(&mut self, id: StmtId) -> Flow {
        let ast = self.ast();
        let stmt = &ast[id];
        if self.frame().level == Level::Module {
            let file = self.frame().file.0 as usize;
            self.files[file].now = stmt.span.start;
        }
        if self.exact.is_some()
            && let Some(flow) = self.exec_exactly(&stmt.kind)
        {
            return flow;
        }
        match &stmt.kind {
            StmtKind::Expr(value) => {
                self.eval(*value);
                if self.never_returns(*value) {
                    return Flow::Stop;
                }
            }
            StmtKind::Assign { targets, value } => {
                let span = ast[*value].span;
                let value = self.eval(*value);
                self.tell_pieced(&value, span);
                for target in targets {
                    self.assign(*target, value.clone());
                }
            }
            StmtKind::AnnAssign { target, value, .. } => {
                if let Some(value) = value {
                    let value = self.eval(*value);
                    self.assign(*target, value);
                }
            }
            StmtKind::AugAssign { target, op, value } => {
                let left = self.eval(*target);
                let right = self.eval(*value);
                // `config |= {"DEBUG": True}` changes what is there.
                let changed = self.called_name(&left, None).filter(|_| {
                    *op == BinOp::BitOr
                        && matches!(right.kind, Kind::Dict(_))
                        && matches!(left.kind, Kind::Path(_) | Kind::Method(..) | Kind::Attr(_))
                });
                if let Some(name) = changed {
                    let at = self.at(stmt.span);
                    self.tell_update(&format!("{name}.update"), &super::value::Args::of(vec![right]), at);
                } else {
                    let result = self.binary(left, *op, right);
                    self.tell_text(&result, stmt.span);
                    self.assign(*target, result);
                }
            }
            StmtKind::FunctionDef(def) => {
                let value = self.define_function(id, def, stmt.span);
                let name = self.names.sym(&def.name.name);
                self.set_var(name, value);
            }
            StmtKind::ClassDef(def) => {
                let value = self.define_class(id, def);
                let name = self.names.sym(&def.name.name);
                self.set_var(name, value);
            }
            StmtKind::Return(value) => {
                let value = value.map_or_else(
                    || Val::constant(crate::source::python::syntax::Constant::None),
                    |value| self.eval(value),
                );
                if self.answers() {
                    let at = self.at(stmt.span);
                    self.emit(EventKind::Return { value: value.clone() }, at);
                }
                self.return_at = Some(self.at(stmt.span));
                self.leave(value);
                return Flow::Stop;
            }
            StmtKind::If { test, body, orelse } => {
                let value = self.eval(*test);
                let (yes, no) = self.passed_by(&value);
                if self.path_of(&value) == Some("typing.TYPE_CHECKING") {
                    return self.exec_block(orelse);
                }
                let script = is_main(ast, *test);
                let outer = self.frame().script;
                self.frame_mut().script |= script;
                if script {
                    let flow = self.exec_block(body);
                    self.frame_mut().script = outer;
                    return if flow == Flow::Next { self.exec_block(orelse) } else { Flow::Next };
                }
                let outer = self.frame().chosen;
                self.frame_mut().chosen |= self.asks_for_choice(*test);
                let flow = self.branch(
                    |me| {
                        me.pass(&yes);
                        me.exec_block(body)
                    },
                    |me| {
                        me.pass(&no);
                        me.exec_block(orelse)
                    },
                );
                self.frame_mut().chosen = outer;
                return flow;
            }
            StmtKind::For { target, iter, body, orelse, .. } => {
                let iterable = self.eval(*iter);
                let item = self.item_of(&iterable);
                let put_together = self.unrolled(*target, &iterable, body);
                let mut passed = None;
                let outer = self.frame().endless;
                self.frame_mut().endless |= self.without_end(&iterable) && !leaves(ast, body) && !waits(ast, body);
                self.exec_loop(|me| {
                    me.assign(*target, item.clone());
                    if me.exec_block(body) == Flow::Next {
                        passed = Some(me.frame().passed.clone());
                    }
                });
                // What each turn has to pass, or else raises, all have passed.
                if let Some(mut passed) = passed
                    && !jumps(ast, body)
                {
                    passed.retain(|(origin, _)| item.origins().iter().any(|taint| origin.covers(taint.origin)));
                    // What is so of each item is so of all.
                    passed.iter_mut().for_each(|(origin, _)| *origin = origin.around());
                    self.pass(&passed);
                }
                self.frame_mut().endless = outer;
                for (name, value) in put_together {
                    self.set_var(name, value);
                }
                return self.exec_block(orelse);
            }
            StmtKind::While { test, body, orelse } => {
                let value = self.eval(*test);
                let (yes, no) = self.passed_by(&value);
                let endless = truth(&value) == Some(true) && !leaves(ast, body);
                let outer = self.frame().endless;
                self.frame_mut().endless |= endless && !waits(ast, body);
                self.exec_loop(|me| {
                    me.pass(&yes);
                    me.exec_block(body);
                    me.eval(*test);
                });
                self.frame_mut().endless = outer;
                self.pass(&no);
                return if endless { Flow::Stop } else { self.exec_block(orelse) };
            }
            StmtKind::With { items, body, .. } => {
                for (manager, target) in items {
                    let value = self.eval(*manager);
                    let entered = self.entered(value);
                    if let Some(target) = target {
                        self.assign(*target, entered);
                    }
                }
                return self.exec_block(body);
            }
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                return self.exec_try(body, handlers, orelse, finalbody);
            }
            StmtKind::Match { subject, cases } => {
                let subject = self.eval(*subject);
                return self.exec_match(&subject, cases);
            }
            StmtKind::Raise { exc, cause } => {
                for value in [exc, cause].into_iter().flatten() {
                    self.eval(*value);
                }
                return Flow::Stop;
            }
            StmtKind::Assert { test, msg } => {
                let value = self.eval(*test);
                if let Some(msg) = msg {
                    self.eval(*msg);
                }
                let (yes, _) = self.passed_by(&value);
                self.pass(&yes);
            }
            StmtKind::Import(names) => self.exec_import(names),
            StmtKind::ImportFrom { module, level, names, module_span } => {
                self.exec_import_from(module.as_deref(), *level, names, *module_span);
            }
            StmtKind::Global(names) => {
                for name in names {
                    let name = self.names.sym(&name.name);
                    self.frame_mut().globals.insert(name);
                }
            }
            StmtKind::Delete(targets) => {
                for target in targets {
                    // `del os.environ["PATH"]`: it is set to nothing.
                    if let ExprKind::Subscript { .. } = &ast[*target].kind {
                        self.assign(*target, Val::constant(crate::source::python::syntax::Constant::None));
                    }
                    if let ExprKind::Name(name) = &ast[*target].kind {
                        let name = self.names.sym(name);
                        let old = self.put_back(name, None);
                        let frame = self.frame_mut();
                        if frame.branches > 0 {
                            frame.log.push((name, old));
                        }
                    }
                }
            }
            StmtKind::TypeAlias { name, .. } => self.assign(*name, Val::UNKNOWN),
            StmtKind::Break | StmtKind::Continue => return Flow::Stop,
            StmtKind::Nonlocal(_) | StmtKind::Pass | StmtKind::Invalid => {}
        }
        Flow::Next
    }

    /// Whether what the function returns goes to a browser.
    fn answers(&self) -> bool {
        self.frame().func.is_some_and(|func| self.funcs[func.0 as usize].view)
    }

    /// One way in which the function ends.
    pub(super) fn leave(&mut self, value: Val) {
        let value = self.as_passed(value);
        if let Some(func) = self.frame().func {
            // `def reset_token(): return …`
            let func = &self.funcs[func.0 as usize];
            if let Some(def) = func.def() {
                let at = super::value::At { file: func.file, span: def.name.span };
                let name = self.names.sym(&def.name.name);
                let place = self.return_at.unwrap_or(at);
                if value.as_const().is_none() {
                    self.tell_secret(name, &value, place);
                }
            }
        }
        let frame = self.frame_mut();
        frame.exit_passes = Some(match frame.exit_passes.take() {
            Some(other) => super::guards::common(&other, &frame.passed),
            None => frame.passed.clone(),
        });
        frame.returned = Some(match frame.returned.take() {
            Some(other) => other.either(value),
            None => value,
        });
    }

    /// What `with value as x` binds.
    fn entered(&mut self, value: Val) -> Val {
        match &value.kind {
            Kind::Instance(_) => {
                let enter = self.names.sym("__enter__");
                match self.member(&value, enter) {
                    Some(method) => self.call(
                        &method,
                        super::value::Args::default(),
                        super::value::At { file: self.frame().file, span: crate::model::Span::default() },
                    ),
                    None => value,
                }
            }
            // What a function of `contextlib.contextmanager` yields.
            Kind::Seq(_) => self.item_of(&value),
            _ => value,
        }
    }

    /// Whether a call that stands alone never comes back.
    fn never_returns(&mut self, value: ExprId) -> bool {
        let ast = self.ast();
        let ExprKind::Call { func, .. } = &ast[value].kind else { return false };
        let callee = match &ast[*func].kind {
            ExprKind::Name(name) => {
                let name = self.names.sym(name);
                self.lookup(name).or_else(|| self.builtin(name, ast[*func].span))
            }
            ExprKind::Attribute { .. } => Some(self.quietly(|me| me.eval(*func))),
            _ => None,
        };
        match callee.map(|callee| callee.kind) {
            Some(Kind::Path(path)) => {
                matches!(
                    &**self.paths.text(path),
                    "flask.abort"
                        | "werkzeug.exceptions.abort"
                        | "sys.exit"
                        | "os._exit"
                        | "os.abort"
                        | "builtins.exit"
                        | "builtins.quit"
                        | "flask.current_app.aborter"
                )
            }
            Some(Kind::Func(func, _) | Kind::Bound(func, _)) => self.summary_of(func).never_returns,
            _ => false,
        }
    }

    /// Evaluates without telling what happens.
    pub(super) fn quietly<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> T {
        self.silent += 1;
        let result = work(self);
        self.silent -= 1;
        result
    }
}

/// `__name__ == "__main__"`
fn is_main(ast: &crate::source::python::syntax::Ast, test: ExprId) -> bool {
    let ExprKind::Compare { left, rest } = &ast[test].kind else { return false };
    let is_name = |id: ExprId| matches!(&ast[id].kind, ExprKind::Name(name) if &**name == "__name__");
    matches!(rest.as_slice(), [(_, right)] if is_name(*left) || is_name(*right))
}

/// Whether a plain constant counts as true.
pub(super) fn truth(value: &Val) -> Option<bool> {
    use crate::source::python::syntax::Constant;
    match value.as_const()? {
        Constant::None => Some(false),
        Constant::Bool(truth) => Some(*truth),
        Constant::Int(number) => Some(*number != 0),
        _ => None,
    }
}

/// Whether a turn of a loop may end before its end without raising.
fn jumps(ast: &Ast, body: &[StmtId]) -> bool {
    body.iter().any(|id| match &ast[*id].kind {
        StmtKind::Break | StmtKind::Continue => true,
        StmtKind::If { body, orelse, .. } => jumps(ast, body) || jumps(ast, orelse),
        StmtKind::With { body, .. } => jumps(ast, body),
        StmtKind::Try { .. } | StmtKind::Match { .. } => true,
        _ => false,
    })
}
