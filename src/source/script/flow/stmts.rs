//! Statements: declarations, branches, and loops.

use super::super::syntax::{ExprId, ExprKind, FunctionId, Pattern, Stmt};
use super::binding::Key;
use super::engine::{Engine, EventKind};
use super::guards;
use super::value::{Value, What};

/// How a list of statements ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    /// What follows is run.
    Falls,
    /// What follows is not.
    Leaves,
}

impl Engine<'_> {
    /// Walks statements in a scope that is open. `function`: it is the scope of a function, to which `var` belongs.
    pub(super) fn block(&mut self, body: &[Stmt], function: bool) -> End {
        if function {
            self.hoist(body, 0);
        }
        for stmt in body {
            match stmt {
                Stmt::Let { var: false, target, .. } => self.declare(target),
                Stmt::Function(id) => {
                    let id = *id;
                    if let Some(name) = self.script[id].name.clone() {
                        let owner = self.reader();
                        let binding = self.names.declare(&name, Key::Function(id.0), owner);
                        self.names.write(binding, Value::of(What::Function(id)), owner);
                    }
                }
                Stmt::Class(name, class) => {
                    let owner = self.reader();
                    self.names.declare(name, Key::Class(class.0), owner);
                }
                Stmt::Import { names, span, .. } => {
                    let owner = self.reader();
                    for (at, (local, _)) in names.iter().enumerate() {
                        let offset = u32::try_from(at).unwrap_or(0);
                        self.names.declare(local, Key::At(span.start + offset), owner);
                    }
                }
                _ => {}
            }
        }
        for stmt in body {
            if let Stmt::Function(id) = stmt {
                self.function(*id);
            }
        }
        let mut end = End::Falls;
        for stmt in body {
            if self.deeper(|engine| engine.stmt(stmt)).unwrap_or(End::Falls) == End::Leaves {
                end = End::Leaves;
            }
        }
        end
    }

    /// Declares what `var` declares in a function, however deep in its blocks.
    fn hoist(&mut self, body: &[Stmt], depth: usize) {
        if depth > 100 {
            return;
        }
        for stmt in body {
            match stmt {
                Stmt::Let { var: true, target, .. } => self.declare(target),
                Stmt::If { yes, no, .. } => {
                    self.hoist(yes, depth + 1);
                    self.hoist(no, depth + 1);
                }
                Stmt::Loop { head, body, .. } => {
                    self.hoist(head, depth + 1);
                    self.hoist(body, depth + 1);
                }
                Stmt::Each { declared, target, body, .. } => {
                    if *declared == Some(true) {
                        self.declare(target);
                    }
                    self.hoist(body, depth + 1);
                }
                Stmt::Block(body) => self.hoist(body, depth + 1),
                Stmt::Branches(branches) => branches.iter().for_each(|(_, body)| self.hoist(body, depth + 1)),
                _ => {}
            }
        }
    }

    /// Declares every name of a pattern in the innermost scope.
    pub(super) fn declare(&mut self, pattern: &Pattern) {
        match pattern {
            Pattern::Name(name, span) => {
                let owner = self.reader();
                self.names.declare(name, Key::At(span.start), owner);
            }
            Pattern::Object(entries) => entries.iter().for_each(|(_, pattern)| self.declare(pattern)),
            Pattern::Array(patterns) => patterns.iter().for_each(|pattern| self.declare(pattern)),
            Pattern::Default(pattern, _) => self.declare(pattern),
            Pattern::Place(_) => {}
        }
    }

    fn scoped(&mut self, body: &[Stmt]) -> End {
        self.names.open();
        let end = self.block(body, false);
        self.names.close();
        end
    }

    fn stmt(&mut self, stmt: &Stmt) -> End {
        match stmt {
            Stmt::Let { target, value, .. } => {
                if let Some(value) = value {
                    let value = self.eval(*value);
                    self.bind(target, &value);
                }
            }
            Stmt::Expr(expr) => {
                self.eval(*expr);
            }
            Stmt::Return(value) => {
                let value = value.map_or_else(Value::harmless, |value| self.eval(value));
                self.returned(&value);
                return End::Leaves;
            }
            Stmt::Leave => return End::Leaves,
            Stmt::If { test, yes, no } => return self.choice(*test, yes, no),
            Stmt::Block(body) => return self.scoped(body),
            Stmt::Loop { head, tests, body } => {
                self.names.open();
                for stmt in head {
                    if let Stmt::Let { var: false, target, .. } = stmt {
                        self.declare(target);
                    }
                }
                for stmt in head {
                    self.stmt(stmt);
                }
                self.repeated(|engine| {
                    for test in tests {
                        engine.eval(*test);
                    }
                    engine.scoped(body);
                });
                self.names.close();
            }
            Stmt::Each { declared, target, value, keys, body } => {
                let over = self.eval(*value);
                let element = if *keys { Value::unknown() } else { self.element(&over) };
                self.names.open();
                if *declared == Some(false) {
                    self.declare(target);
                }
                self.repeated(|engine| {
                    engine.bind(target, &element);
                    engine.scoped(body);
                });
                self.names.close();
            }
            Stmt::Branches(branches) => {
                let mut left = Vec::new();
                for (caught, body) in branches {
                    let mark = self.names.mark();
                    self.names.open();
                    if let Some(caught) = caught {
                        self.declare(caught);
                        self.bind(caught, &Value::unknown());
                    }
                    self.block(body, false);
                    self.names.close();
                    left.push(self.names.back(mark));
                }
                self.names.join(&left, true);
            }
            Stmt::Class(name, class) => {
                let value = self.eval(*class);
                if let Some(binding) = self.binding_of(name) {
                    let writer = self.reader();
                    self.names.write(binding, value, writer);
                }
            }
            Stmt::Import { source, span, names } => {
                self.event(*span, EventKind::Import((**source).into()));
                for (local, name) in names {
                    if let Some(binding) = self.binding_of(local) {
                        let writer = self.reader();
                        let path =
                            if matches!(&**name, "default" | "*") { local.to_string() } else { name.to_string() };
                        self.names.write(binding, Value::path(&path), writer);
                    }
                }
            }
            // Walked before the others.
            Stmt::Function(_) => {}
        }
        End::Falls
    }

    /// What may be run any number of times.
    fn repeated(&mut self, work: impl Fn(&mut Self)) {
        let mark = self.names.mark();
        work(self);
        let after = self.names.back(mark);
        self.names.join(&[after], true);
    }

    fn choice(&mut self, test: ExprId, yes: &[Stmt], no: &[Stmt]) -> End {
        self.eval(test);
        let guards = guards::of(self.script, test, 0);
        let mark = self.names.mark();
        self.trust(&guards.when_true);
        let yes_end = self.scoped(yes);
        let yes_left = self.names.back(mark);
        let mark = self.names.mark();
        self.trust(&guards.when_false);
        let no_end = self.scoped(no);
        let no_left = self.names.back(mark);
        match (yes_end, no_end) {
            (End::Falls, End::Falls) => self.names.join(&[yes_left, no_left], false),
            (End::Leaves, End::Falls) => self.names.join(&[no_left], false),
            (End::Falls, End::Leaves) => self.names.join(&[yes_left], false),
            (End::Leaves, End::Leaves) => return End::Leaves,
        }
        End::Falls
    }

    /// Names that a test has shown to hold one of the values that are allowed.
    pub(super) fn trust(&mut self, names: &[&str]) {
        for name in names {
            if let Some(binding) = self.binding_of(name) {
                let value = self.names.read(binding, self.reader());
                let trusted = Value { what: value.what, ..Value::harmless() };
                self.names.refine(binding, trusted);
            }
        }
    }

    /// Gives a pattern its values.
    pub(super) fn bind(&mut self, pattern: &Pattern, value: &Value) {
        match pattern {
            Pattern::Name(name, span) => self.assign_name(name, value, *span),
            Pattern::Object(entries) => {
                for (key, pattern) in entries {
                    let member = match key {
                        Some(key) => self.member(value, key, crate::model::Span::default()),
                        None => value.reshaped(),
                    };
                    let _ = self.deeper(|engine| engine.bind(pattern, &member));
                }
            }
            Pattern::Array(patterns) => {
                for (at, pattern) in patterns.iter().enumerate() {
                    let member = self.indexed(value, at);
                    let _ = self.deeper(|engine| engine.bind(pattern, &member));
                }
            }
            Pattern::Default(pattern, default) => {
                let default = self.eval(*default);
                let either =
                    if value.is_constant() && value.text == super::value::Text::Unknown && value.what == What::Other {
                        default
                    } else {
                        value.or(&default)
                    };
                self.bind(pattern, &either);
            }
            Pattern::Place(place) => self.assign_place(*place, value),
        }
    }

    /// Walks the body of a function, with what its parameters are given.
    pub(super) fn function(&mut self, id: FunctionId) {
        // A function is walked once in each walk, where it is written.
        if self.open.contains(&id.0) {
            return;
        }
        let script = self.script;
        let function = &script[id];
        self.open.push(id.0);
        self.names.open();
        if let Some(name) = function.name.as_deref().filter(|_| !function.arrow) {
            let binding = self.names.declare(name, Key::Function(id.0), id.0);
            self.names.write(binding, Value::of(What::Function(id)), id.0);
        }
        self.names.open();
        function.params.iter().for_each(|param| self.declare(param));
        for (at, param) in function.params.iter().enumerate() {
            let given = self.given(id, at);
            self.bind(param, &given);
        }
        let mark = self.names.mark();
        let _ = self.deeper(|engine| engine.block(&function.body, true));
        // What it does to its own variables is over; what it does to outer ones is in what they ever held.
        self.names.back(mark);
        self.names.close();
        self.names.close();
        self.open.pop();
    }

    fn returned(&mut self, value: &Value) {
        if let Some(known) = self.open.last().and_then(|id| self.functions.get_mut(*id as usize)) {
            known.returns = Some(known.returns.as_ref().map_or_else(|| value.clone(), |before| before.or(value)));
        }
    }

    /// The function that an expression writes, if it does.
    pub(super) fn written_function(&self, expr: ExprId) -> Option<FunctionId> {
        match self.script[expr].kind {
            ExprKind::Function(id) => Some(id),
            _ => None,
        }
    }
}
