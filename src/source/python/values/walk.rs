//! Generators of the program that are walked by code of the program: their bodies run then, and what they hand out
//! is what is walked.

use super::args::Args;
use super::interp::Interp;
use super::state::Obj;
use super::value::{Kind, Val};

/// Items that one generator may hand out.
const MOST: usize = 256;

/// What a generator has handed out so far.
#[derive(Clone, Debug, Default)]
pub(super) struct Yields {
    items: Vec<Val>,
    /// There may be others, or some of these may not be.
    open: bool,
    /// Undecided branches around the body as a whole.
    undecided: u32,
}

impl Yields {
    /// Nothing yet, in a body with so many undecided branches around it.
    pub(super) fn within(undecided: u32) -> Self {
        Self { undecided, ..Self::default() }
    }
}

impl Interp<'_> {
    /// `yield value`
    pub(super) fn hand_out(&mut self, value: Val) {
        let undecided = self.undecided();
        let yields = &mut self.frame_mut().yields;
        yields.open |= undecided > yields.undecided || yields.items.len() >= MOST;
        if yields.items.len() < MOST {
            yields.items.push(value);
        }
    }

    /// `yield from values`
    pub(super) fn hand_out_all(&mut self, values: &Val) {
        let values = self.walked(values);
        match self.items(&values) {
            Some(items) => items.into_iter().for_each(|item| self.hand_out(item)),
            None => self.frame_mut().yields.open = true,
        }
    }

    /// What there is to walk: for a generator of the program a list of what it hands out, else the value itself.
    pub(super) fn walked(&mut self, value: &Val) -> Val {
        let Kind::Generator(func, args) = &value.kind else { return value.clone() };
        let (func, at) = (*func, value.at);
        let code = self.funcs[func.0 as usize].clone();
        if code.is_async() {
            return value.clone();
        }
        let outer = self.handed.take();
        self.run_function(func, &code, Args::clone(args), at);
        let yields = std::mem::replace(&mut self.handed, outer);
        match yields {
            Some(Yields { items, open, .. }) => self.new_obj(Obj::List { items, open, is_set: false }, at),
            // It was not followed: too deep, or recursive.
            None => Val::unknown(at),
        }
    }

    /// The arguments with every generator replaced by what it hands out.
    pub(super) fn walked_args(&mut self, args: &Args) -> Option<Args> {
        let is_generator = |value: &Val| matches!(value.kind, Kind::Generator(..));
        if !args.pos.iter().any(is_generator) {
            return None;
        }
        let mut walked = args.clone();
        for value in &mut walked.pos {
            *value = self.walked(value);
        }
        Some(walked)
    }
}
