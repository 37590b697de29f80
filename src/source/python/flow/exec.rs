//! Statements, in order; both sides of a branch, and what is left where they meet.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::engine::{Engine, Level};
use super::events::EventKind;
use super::names::Sym;
use super::value::{Kind, Val};
use crate::source::python::syntax::{ExprId, ExprKind, Handler, MatchCase, StmtId, StmtKind};

/// How a block ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flow {
    /// The next statement is reached.
    Next,
    /// It is not: this path returned, raised, broke, or continued.
    Stop,
}

type Changes = FxHashMap<Sym, Option<Val>>;

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
            }
        }
        flow
    }

    fn exec(&mut self, id: StmtId) -> Flow {
        let ast = self.ast();
        let stmt = &ast[id];
        match &stmt.kind {
            StmtKind::Expr(value) => {
                self.eval(*value);
                if self.never_returns(*value) {
                    return Flow::Stop;
                }
            }
            StmtKind::Assign { targets, value } => {
                let value = self.eval(*value);
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
                let result = self.binary(left, *op, right);
                self.assign(*target, result);
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
                return self.branch(
                    |me| {
                        me.pass(&yes);
                        me.exec_block(body)
                    },
                    |me| {
                        me.pass(&no);
                        me.exec_block(orelse)
                    },
                );
            }
            StmtKind::For { target, iter, body, orelse, .. } => {
                let iterable = self.eval(*iter);
                let item = self.item_of(&iterable);
                self.exec_loop(|me| {
                    me.assign(*target, item.clone());
                    me.exec_block(body);
                });
                return self.exec_block(orelse);
            }
            StmtKind::While { test, body, orelse } => {
                let value = self.eval(*test);
                let (yes, no) = self.passed_by(&value);
                let endless = truth(&value) == Some(true) && !leaves(ast, body);
                let outer = self.frame().endless;
                self.frame_mut().endless |= endless;
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
            Some(other) => super::guards::common(other, &frame.passed),
            None => frame.passed.clone(),
        });
        frame.returned = Some(match frame.returned.take() {
            Some(other) => other.either(value),
            None => value,
        });
    }

    /// Follows both sides of something undecided, and merges what is left.
    pub(super) fn branch(
        &mut self,
        first: impl FnOnce(&mut Self) -> Flow,
        second: impl FnOnce(&mut Self) -> Flow,
    ) -> Flow {
        let passed = self.frame().passed.clone();
        self.frame_mut().branches += 1;
        let mark = self.frame().log.len();
        let one = first(self);
        let mut changed = self.take_back(mark);
        let passed_one = std::mem::replace(&mut self.frame_mut().passed, passed);
        let two = second(self);
        let mut other = self.take_back(mark);
        self.frame_mut().branches -= 1;
        match (one, two) {
            (Flow::Next, Flow::Next) => {
                // What is harmless on one side only stays so for the value that this side leaves.
                let passed_two = self.frame().passed.clone();
                let names: Vec<Sym> = changed.keys().chain(other.keys()).copied().collect();
                self.settle(&names, &mut changed, &passed_one);
                self.settle(&names, &mut other, &passed_two);
                self.meet(changed, other);
                let both = &mut self.frame_mut().passed;
                both.retain_mut(|(origin, kinds)| {
                    let there = passed_one.iter().find(|(seen, _)| seen == origin);
                    kinds.0 &= there.map_or(0, |(_, kinds)| kinds.0);
                    kinds.0 != 0
                });
                Flow::Next
            }
            (Flow::Next, Flow::Stop) => {
                self.apply(changed);
                self.frame_mut().passed = passed_one;
                Flow::Next
            }
            (Flow::Stop, Flow::Next) => {
                self.apply(other);
                Flow::Next
            }
            (Flow::Stop, Flow::Stop) => {
                // A loop goes on after `break` and `continue` with what was true there.
                if self.frame().loops > 0 {
                    self.meet(changed, other);
                }
                Flow::Stop
            }
        }
    }

    fn settle(&self, names: &[Sym], side: &mut Changes, passed: &[(super::value::Origin, super::model::Kinds)]) {
        if passed.is_empty() {
            return;
        }
        for name in names {
            let value = match side.get(name) {
                Some(value) => value.clone(),
                None => self.current(*name),
            };
            if let Some(value) = value {
                side.insert(*name, Some(super::guards::harmless(&value, passed, 3)));
            }
        }
    }

    /// Undoes what was changed since `mark`, and tells what it was.
    fn take_back(&mut self, mark: usize) -> Changes {
        let undone: Vec<(Sym, Option<Val>)> = self.frame_mut().log.drain(mark..).rev().collect();
        let mut changes = Changes::default();
        for (sym, old) in undone {
            let current = self.put_back(sym, old);
            changes.entry(sym).or_insert(current);
        }
        changes
    }

    fn apply(&mut self, changes: Changes) {
        let mut sorted: Vec<_> = changes.into_iter().collect();
        sorted.sort_unstable_by_key(|(sym, _)| *sym);
        for (sym, value) in sorted {
            let old = self.put_back(sym, value);
            let frame = self.frame_mut();
            if frame.branches > 0 {
                frame.log.push((sym, old));
            }
        }
    }

    fn meet(&mut self, one: Changes, mut two: Changes) {
        let mut merged = Changes::default();
        let mut sorted: Vec<_> = one.into_iter().collect();
        sorted.sort_unstable_by_key(|(sym, _)| *sym);
        for (sym, value) in sorted {
            let other = two.remove(&sym).unwrap_or_else(|| self.current(sym));
            merged.insert(sym, join(value, other));
        }
        let mut rest: Vec<_> = two.into_iter().collect();
        rest.sort_unstable_by_key(|(sym, _)| *sym);
        for (sym, value) in rest {
            let other = self.current(sym);
            merged.insert(sym, join(other, value));
        }
        self.apply(merged);
    }

    fn current(&self, sym: Sym) -> Option<Val> {
        let frame = self.frame();
        let vars = if frame.level == Level::Module { &self.files[frame.file.0 as usize].vars } else { &frame.vars };
        vars.get(&sym).cloned()
    }

    /// A block that runs any number of times.
    pub(super) fn exec_loop(&mut self, mut body: impl FnMut(&mut Self)) {
        // What a turn leaves to the next one is seen in a second turn; inside another loop that one's is enough.
        let turns = if self.frame().loops == 0 { 2 } else { 1 };
        self.frame_mut().loops += 1;
        for _ in 0..turns {
            self.branch(
                |me| {
                    body(me);
                    Flow::Next
                },
                |_| Flow::Next,
            );
        }
        self.frame_mut().loops -= 1;
    }

    fn exec_try(
        &mut self,
        body: &'a [StmtId],
        handlers: &'a [Handler],
        orelse: &'a [StmtId],
        finalbody: &'a [StmtId],
    ) -> Flow {
        let passed = self.frame().passed.clone();
        self.frame_mut().branches += 1;
        let mark = self.frame().log.len();
        let mut flow = self.exec_block(body);
        if flow == Flow::Next {
            flow = self.exec_block(orelse);
        }
        let done = self.take_back(mark);
        let passed_body = std::mem::replace(&mut self.frame_mut().passed, passed.clone());
        self.frame_mut().branches -= 1;
        // A handler starts anywhere in the body: with what was, or with what the body left.
        let mut left = (flow == Flow::Next).then(|| done.clone());
        for handler in handlers {
            self.frame_mut().branches += 1;
            let mark = self.frame().log.len();
            self.meet(done.clone(), Changes::default());
            if let Some(typ) = handler.typ {
                self.eval(typ);
            }
            if let Some(name) = &handler.name {
                let name = self.names.sym(&name.name);
                self.set_var(name, Val::UNKNOWN);
            }
            let flow = self.exec_block(&handler.body);
            let changed = self.take_back(mark);
            self.frame_mut().passed.clone_from(&passed);
            self.frame_mut().branches -= 1;
            if flow == Flow::Next {
                left = Some(match left {
                    Some(other) => self.joined(other, changed),
                    None => changed,
                });
            }
        }
        let flow = match left {
            Some(changes) => {
                self.apply(changes);
                Flow::Next
            }
            None => Flow::Stop,
        };
        if handlers.is_empty() || flow == Flow::Next {
            // A handler that lets go on has not seen the tests of the body; one that stops has no say.
            self.frame_mut().passed = passed_body;
        }
        match (self.exec_block(finalbody), flow) {
            (Flow::Next, Flow::Next) => Flow::Next,
            _ => Flow::Stop,
        }
    }

    fn joined(&mut self, one: Changes, mut two: Changes) -> Changes {
        let mut merged = Changes::default();
        let mut first: Vec<_> = one.into_iter().collect();
        first.sort_unstable_by_key(|(sym, _)| *sym);
        for (sym, value) in first {
            let other = two.remove(&sym).unwrap_or_else(|| self.current(sym));
            merged.insert(sym, join(value, other));
        }
        let mut rest: Vec<_> = two.into_iter().collect();
        rest.sort_unstable_by_key(|(sym, _)| *sym);
        for (sym, value) in rest {
            let other = self.current(sym);
            merged.insert(sym, join(other, value));
        }
        merged
    }

    fn exec_match(&mut self, subject: &Val, cases: &'a [MatchCase]) -> Flow {
        let Some((case, rest)) = cases.split_first() else { return Flow::Next };
        let constants = case.constants.is_some();
        let body = |me: &mut Self| {
            if constants && case.guard.is_none() {
                // `case "a" | "b"`: it is one of our own texts.
                let (yes, _) = me.equal_to_constant(subject);
                me.pass(&yes);
            }
            for bind in &case.binds {
                let name = me.names.sym(&bind.name);
                me.set_var(name, Val::dirty(subject.taint.clone()));
            }
            if let Some(guard) = case.guard {
                let value = me.eval(guard);
                let (yes, _) = me.passed_by(&value);
                me.pass(&yes);
            }
            me.exec_block(&case.body)
        };
        if case.irrefutable {
            return body(self);
        }
        self.branch(body, |me| me.exec_match(subject, rest))
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

    /// Binds a target.
    pub(super) fn assign(&mut self, target: ExprId, value: Val) {
        let ast = self.ast();
        match &ast[target].kind {
            ExprKind::Name(name) => {
                let name = self.names.sym(name);
                let at = self.at(ast[target].span);
                self.tell_secret(name, &value, at);
                let value = self.named(name, value, at);
                self.set_var(name, value);
            }
            ExprKind::Attribute { value: base, attr } => {
                let attr_sym = self.names.sym(&attr.name);
                self.tell_secret(attr_sym, &value, self.at(ast[target].span));
                let base_value = self.eval(*base);
                if let ExprKind::Name(name) = &ast[*base].kind {
                    let name = self.names.sym(name);
                    let field = self.field(name, attr_sym);
                    self.set_var(field, value.clone());
                }
                self.set_attribute(&base_value, attr_sym, value, ast[target].span);
            }
            ExprKind::Subscript { value: base, slice } => {
                let base_value = self.eval(*base);
                let key = self.eval(*slice);
                if let Some(name) = key.as_str() {
                    let name = self.names.sym(name);
                    self.tell_secret(name, &value, self.at(ast[target].span));
                }
                self.set_item(*base, base_value, key, value, ast[target].span);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                let starred = items.iter().position(|item| matches!(ast[*item].kind, ExprKind::Starred(_)));
                let known = match &value.kind {
                    Kind::Seq(seq) if !seq.open => Some(Rc::clone(seq)),
                    _ => None,
                };
                for (at, item) in items.iter().enumerate() {
                    let part = match (&known, starred) {
                        (Some(seq), None) if seq.items.len() == items.len() => seq.items[at].clone(),
                        (Some(seq), Some(star)) if at < star => seq.items.get(at).cloned().unwrap_or(Val::UNKNOWN),
                        _ => self.item_of(&value),
                    };
                    self.assign(*item, part);
                }
            }
            ExprKind::Starred(inner) => {
                let list = Val::seq(vec![value], true);
                self.assign(*inner, list);
            }
            _ => {}
        }
    }

    fn set_attribute(&mut self, base: &Val, attr: Sym, value: Val, span: crate::model::Span) {
        match &base.kind {
            Kind::Module(file) => {
                self.files[file.0 as usize].vars.insert(attr, value);
                return;
            }
            Kind::Class(class) => {
                let value = self.erase(&value);
                self.keep(*class, attr, value);
                return;
            }
            Kind::Instance(class) => {
                let erased = self.erase(&value);
                self.keep(*class, attr, erased);
                return;
            }
            Kind::Param(0) if self.is_method() => {
                if let Some(class) = self.frame().class {
                    let erased = self.erase(&value);
                    self.keep(class, attr, erased);
                }
                if value.has_param() {
                    self.frame_mut().kept.push((attr, value));
                }
                return;
            }
            _ => {}
        }
        let name = self.called_name(base, Some(attr));
        if let Some(name) = name
            && self.is_watched(&name)
        {
            let at = self.at(span);
            self.emit(EventKind::Set { name, key: None, value }, at);
        }
    }

    /// Whether a value is an attribute of the object whose method is followed.
    fn is_own(&self, value: &Val) -> bool {
        matches!(&value.kind, Kind::Attr(pair) if matches!(pair.0.kind, Kind::Param(0) | Kind::Instance(_)))
            && self.is_method()
    }

    /// Adds a value that an attribute of a class may have.
    pub(super) fn keep(&mut self, class: super::value::ClassId, attr: Sym, value: Val) {
        let class = &mut self.classes[class.0 as usize];
        let merged = match class.attrs.get(&attr) {
            Some(old) if old.same(&value) => return,
            Some(old) => old.clone().either(value),
            None => value,
        };
        class.attrs.insert(attr, merged);
        class.grew.insert(attr);
    }

    fn set_item(&mut self, base: ExprId, container: Val, key: Val, value: Val, span: crate::model::Span) {
        let updated = match &container.kind {
            Kind::Dict(dict) => {
                let mut dict = (**dict).clone();
                let room = dict.entries.len() < 256;
                let found = dict.entries.iter_mut().find(|(known, _)| known.as_const().is_some() && known.same(&key));
                match found {
                    Some(entry) => entry.1 = value.clone(),
                    None if key.is_constant() && room => dict.entries.push((key.clone(), value.clone())),
                    None => dict.open = true,
                }
                let taint = super::value::merge(&container.taint, &value.taint);
                Some(Val { taint, ..Val::dict(dict) })
            }
            Kind::Seq(seq) => {
                let mut seq = (**seq).clone();
                match key.as_int().and_then(|at| usize::try_from(at).ok()).and_then(|at| seq.items.get_mut(at)) {
                    Some(item) => *item = value.clone(),
                    None => seq.open = true,
                }
                let taint = super::value::merge(&container.taint, &value.taint);
                Some(Val { taint, ..Val::seq(seq.items, seq.open) })
            }
            _ => None,
        };
        match updated {
            Some(updated) => self.store(base, updated),
            None => {
                let named = self.called_name(&container, None);
                // The names of a module are its functions.
                let of_module = match (&named, key.as_str()) {
                    (Some(name), Some(key)) => name.strip_suffix(".__dict__").map(|module| format!("{module}.{key}")),
                    _ => None,
                };
                if let Some(name) = of_module {
                    if self.is_watched(&name) {
                        let at = self.at(span);
                        self.emit(EventKind::Set { name: name.into(), key: None, value: value.clone() }, at);
                    }
                } else if let Some(name) = named
                    && self.is_watched(&name)
                    && !self.is_own(&container)
                {
                    let at = self.at(span);
                    self.emit(EventKind::Set { name, key: Some(key), value: value.clone() }, at);
                }
                if value.taint.is_some() && !matches!(container.kind, Kind::Path(_)) {
                    let dirty = container.with(&value.taint);
                    self.store(base, dirty);
                }
            }
        }
    }

    /// Puts a changed container back where it came from.
    pub(super) fn store(&mut self, place: ExprId, value: Val) {
        let ast = self.ast();
        match &ast[place].kind {
            ExprKind::Name(name) => {
                let name = self.names.sym(name);
                if self.lookup(name).is_some() {
                    self.set_var(name, value);
                }
            }
            ExprKind::Attribute { value: base, .. } if matches!(ast[*base].kind, ExprKind::Name(_)) => {
                self.assign(place, value);
            }
            _ => {}
        }
    }
}

fn join(one: Option<Val>, two: Option<Val>) -> Option<Val> {
    match (one, two) {
        (Some(one), Some(two)) => Some(one.either(two)),
        (one, two) => one.or(two),
    }
}

/// `__name__ == "__main__"`
fn is_main(ast: &crate::source::python::syntax::Ast, test: ExprId) -> bool {
    let ExprKind::Compare { left, rest } = &ast[test].kind else { return false };
    matches!(&ast[*left].kind, ExprKind::Name(name) if &**name == "__name__") && rest.len() == 1
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

/// Whether a `break` or a `return` ends a loop.
fn leaves(ast: &crate::source::python::syntax::Ast, body: &[StmtId]) -> bool {
    body.iter().any(|id| match &ast[*id].kind {
        StmtKind::Break | StmtKind::Return(_) => true,
        StmtKind::If { body, orelse, .. } => leaves(ast, body) || leaves(ast, orelse),
        StmtKind::With { body, .. } => leaves(ast, body),
        StmtKind::Try { body, handlers, orelse, finalbody } => {
            leaves(ast, body)
                || leaves(ast, orelse)
                || leaves(ast, finalbody)
                || handlers.iter().any(|handler| leaves(ast, &handler.body))
        }
        StmtKind::Match { cases, .. } => cases.iter().any(|case| leaves(ast, &case.body)),
        StmtKind::For { body, .. } | StmtKind::While { body, .. } => leaves(ast, body),
        _ => false,
    })
}
