//! The walk over a script: what it keeps, and what it hands out.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::super::syntax::{Expr, ExprKind, FunctionId, Script};
use super::binding::{BindingId, Names};
use super::builtins;
use super::value::{Origins, Text, Value, What};
use crate::model::Span;

/// Walks over the script: the first learns what functions do, the others use it.
const WALKS: usize = 3;
/// Steps of one walk, for each byte of the text; ordinary code takes less than one.
const STEPS_PER_BYTE: usize = 8;
const STEPS_BASE: usize = 20_000;
/// Things that were made, and their names.
const MOST_OBJECTS: usize = 200_000;
/// Values that one question goes through.
const MOST_LOOKED_AT: usize = 5_000;
/// Depth of expressions, statements, and functions inside of one another.
const MAX_DEPTH: usize = 400;

/// Something that the script does with values.
#[derive(Clone, Debug)]
pub struct Event {
    /// What.
    pub kind: EventKind,
    /// Where.
    pub span: Span,
    /// Where the name of what is called or set stands.
    pub name_at: u32,
}

/// What a script does.
#[derive(Clone, Debug)]
pub enum EventKind {
    /// A call.
    Call {
        /// The global path or the name of the method.
        name: Rc<str>,
        /// What the method is called on; `None` for something global.
        receiver: Option<Value>,
        /// With what.
        args: Vec<Value>,
        /// Whether the name was put together so that a reader does not see it.
        hidden: bool,
    },
    /// An assignment to a member, or to something global.
    Set {
        /// Of what; `None` for something global.
        object: Option<Value>,
        /// The member, or the global path.
        name: Rc<str>,
        /// What.
        value: Value,
    },
    /// `import … from source`.
    Import(Rc<str>),
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Flow {
    /// In the order of the walk.
    pub events: Vec<Event>,
    /// Whether a bound was met, so that not everything was seen.
    pub cut_short: bool,
    objects: Vec<Object>,
    /// What each parameter gets at the calls that were seen.
    given: Vec<Option<Value>>,
}

impl Flow {
    /// Where the data in a value comes from, through parameters and members, and where it was read.
    ///
    /// With `as_markup`, data that can hold no markup is left out.
    #[must_use]
    pub fn origins(&self, value: &Value, as_markup: bool) -> (Origins, Option<Span>) {
        let mut found = (Origins::NONE, None);
        let mut seen = (BTreeSet::new(), BTreeSet::new());
        let mut open = vec![value];
        let mut budget = MOST_LOOKED_AT;
        while let Some(value) = open.pop() {
            budget -= 1;
            if budget == 0 {
                break;
            }
            if as_markup && value.safe {
                continue;
            }
            if found.1.is_none() || found.0.is_empty() {
                found.1 = value.from.or(found.1);
            }
            found.0 = found.0.with(value.origins);
            for param in &value.params {
                if seen.0.insert(*param) {
                    open.extend(self.given.get(*param as usize).and_then(Option::as_ref));
                }
            }
            if let What::Object(id) = value.what
                && seen.1.insert(id)
                && let Some(object) = self.objects.get(id as usize)
            {
                open.extend(object.members.values().chain([&object.rest]));
            }
        }
        found
    }

    /// The member of a value, if it is an object of the script that has it.
    #[must_use]
    pub fn member(&self, value: &Value, name: &str) -> Option<&Value> {
        let What::Object(id) = value.what else { return None };
        self.objects.get(id as usize)?.members.get(name)
    }

    /// Whether a value is what a function is handed, as it comes, by callers that are not in this script.
    #[must_use]
    pub fn is_handed(&self, value: &Value) -> bool {
        let [param] = value.params.as_slice() else { return false };
        let bare = value.text == Text::Unknown && value.what == What::Other && value.origins.is_empty();
        bare && !value.unknown && !matches!(self.given.get(*param as usize), Some(Some(_)))
    }

    /// Whether a value was made from texts of the script alone, or can hold no markup; through parameters too.
    #[must_use]
    pub fn is_settled(&self, value: &Value) -> bool {
        let (mut seen, mut objects) = (BTreeSet::new(), BTreeSet::new());
        let mut open = vec![value];
        let mut budget = MOST_LOOKED_AT;
        while let Some(value) = open.pop() {
            budget -= 1;
            if budget == 0 {
                break;
            }
            if value.safe {
                continue;
            }
            if value.unknown || !value.origins.is_empty() {
                return false;
            }
            for param in &value.params {
                if seen.insert(*param) {
                    // Whoever calls it is not in this script.
                    let Some(Some(given)) = self.given.get(*param as usize) else { return false };
                    open.push(given);
                }
            }
            if let What::Object(id) = value.what
                && objects.insert(id)
                && let Some(object) = self.objects.get(id as usize)
            {
                open.extend(object.members.values().chain([&object.rest]));
            }
        }
        true
    }
}

/// An object or an array that the script makes.
#[derive(Clone, Debug, Default)]
pub(super) struct Object {
    pub(super) members: BTreeMap<Box<str>, Value>,
    /// What went in under names that are not known.
    pub(super) rest: Value,
    /// Everything that went in.
    pub(super) any: Value,
    pub(super) array: bool,
}

/// What is known of a function.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    /// Its parameters, as indices of what they are given.
    pub(super) params: Vec<u32>,
    /// What it returns.
    pub(super) returns: Option<Value>,
    /// Whether it looks at the origin of a message.
    pub(super) asks_origin: bool,
}

pub(super) struct Engine<'s> {
    pub(super) script: &'s Script,
    pub(super) names: Names,
    pub(super) flow: Flow,
    pub(super) functions: Vec<Known>,
    /// What `this.name` holds, over all objects.
    pub(super) fields: BTreeMap<Box<str>, Value>,
    /// The functions that are open; the last one is walked.
    pub(super) open: Vec<u32>,
    /// Objects by the expression that makes them.
    made: BTreeMap<u32, u32>,
    /// Where the name stands of what is called or set next.
    pub(super) name_at: u32,
    text_left: usize,
    steps: usize,
    depth: usize,
}

/// Follows a script.
#[must_use]
pub fn follow(script: &Script) -> Flow {
    let mut engine = Engine {
        script,
        names: Names::default(),
        flow: Flow::default(),
        functions: vec![Known::default(); script.functions().len()],
        fields: BTreeMap::new(),
        open: Vec::new(),
        made: BTreeMap::new(),
        name_at: 0,
        text_left: builtins::ALL_TEXT,
        steps: 0,
        depth: 0,
    };
    let bytes = script.exprs().iter().map(|expr| expr.span.end as usize).max().unwrap_or(0);
    engine.note_origins();
    for _ in 0..WALKS {
        engine.steps = STEPS_BASE + bytes * STEPS_PER_BYTE;
        engine.flow.events.clear();
        engine.open = vec![TOP];
        engine.names.open();
        engine.block(&script.body, true);
        engine.names.close();
        engine.names.forget();
    }
    engine.flow
}

/// The owner of what belongs to no function.
pub(super) const TOP: u32 = u32::MAX;

impl Engine<'_> {
    /// The function that is walked.
    pub(super) fn reader(&self) -> u32 {
        self.open.last().copied().unwrap_or(TOP)
    }

    /// Takes a step; `false` when there are none left.
    pub(super) fn step(&mut self) -> bool {
        self.steps = self.steps.saturating_sub(1);
        self.flow.cut_short |= self.steps == 0;
        self.steps > 0
    }

    /// Takes bytes of text from the budget; `false` when that is more than is left.
    pub(super) fn spend(&mut self, bytes: usize) -> bool {
        let fits = bytes <= self.text_left;
        self.text_left = self.text_left.saturating_sub(bytes);
        self.flow.cut_short |= !fits;
        fits
    }

    /// Runs `work` one level deeper; `None` when that is too deep.
    pub(super) fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> T) -> Option<T> {
        if self.depth >= MAX_DEPTH || !self.step() {
            self.flow.cut_short = true;
            return None;
        }
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        Some(done)
    }

    pub(super) fn event(&mut self, span: Span, kind: EventKind) {
        if !builtins::matters(&kind) {
            return;
        }
        self.flow.events.push(Event { kind, span, name_at: self.name_at.max(span.start).min(span.end) });
    }

    /// Marks the functions in which `.origin` is read, by where they and it are written.
    fn note_origins(&mut self) {
        let read = |expr: &Expr| match &expr.kind {
            ExprKind::Member { name, .. } => matches!(&**name, "origin" | "source"),
            _ => false,
        };
        let mut places: Vec<u32> =
            self.script.exprs().iter().filter(|expr| read(expr)).map(|expr| expr.span.start).collect();
        places.sort_unstable();
        for (known, function) in self.functions.iter_mut().zip(self.script.functions()) {
            let next = places.partition_point(|at| *at < function.span.start);
            known.asks_origin = places.get(next).is_some_and(|at| function.span.contains(*at));
        }
    }

    /// The object that the expression at `at` makes; the same one in every walk.
    pub(super) fn object(&mut self, at: u32, array: bool) -> Option<u32> {
        if let Some(id) = self.made.get(&at) {
            return Some(*id);
        }
        let id = u32::try_from(self.flow.objects.len()).ok().filter(|id| (*id as usize) < MOST_OBJECTS)?;
        self.flow.objects.push(Object { rest: Value::harmless(), any: Value::harmless(), array, ..Object::default() });
        self.made.insert(at, id);
        Some(id)
    }

    pub(super) fn object_at(&self, id: u32) -> &Object {
        &self.flow.objects[id as usize]
    }

    /// Puts a value into an object; what was there before may still be there.
    pub(super) fn put(&mut self, id: u32, name: Option<&str>, value: &Value) {
        // A value that holds itself says no more than one that does not.
        let value = if value.what == What::Object(id) { &value.reshaped() } else { value };
        let object = &mut self.flow.objects[id as usize];
        object.any = if object.any == Value::harmless() { value.clone() } else { object.any.or(value) };
        match name {
            Some(name) => match object.members.get_mut(name) {
                Some(member) => *member = member.or(value),
                None => drop(object.members.insert(name.into(), value.clone())),
            },
            None => object.rest = object.rest.or(value),
        }
    }

    /// The index of what the parameter of a function is given.
    pub(super) fn param(&mut self, function: FunctionId, at: usize) -> u32 {
        let known = &mut self.functions[function.0 as usize];
        while known.params.len() <= at {
            known.params.push(u32::try_from(self.flow.given.len()).unwrap_or(u32::MAX));
            self.flow.given.push(None);
        }
        known.params[at]
    }

    /// A value that is given to a function's parameter.
    pub(super) fn give(&mut self, function: FunctionId, at: usize, value: &Value) {
        // No function has more parameters that matter.
        if at < 32 && (function.0 as usize) < self.functions.len() {
            let param = self.param(function, at) as usize;
            let mut value = value.clone();
            value.params.retain(|other| *other as usize != param);
            let given = &mut self.flow.given[param];
            *given = Some(given.as_ref().map_or_else(|| value.clone(), |before| before.or(&value)));
        }
    }

    /// What a parameter is given, as far as it is known, to be read inside of its function.
    pub(super) fn given(&mut self, function: FunctionId, at: usize) -> Value {
        let param = self.param(function, at);
        let shape = match self.flow.given[param as usize].as_ref().map_or(&What::Other, |given| &given.what) {
            shape @ (What::Function(_)
            | What::Element(_)
            | What::Happening(_)
            | What::Made(..)
            | What::Query(_)
            | What::Object(_)) => shape.clone(),
            What::Other | What::Path(_) => What::Other,
        };
        // Its data is looked up through the parameter, so that each call counts for itself.
        Value { what: shape, params: vec![param], ..Value::default() }
    }

    pub(super) fn binding_of(&self, name: &str) -> Option<BindingId> {
        self.names.find(name)
    }
}
