//! The order in which a program is followed.

use std::rc::Rc;

use super::engine::Engine;
use super::frame::Level;
use super::names::Sym;
use super::value::{Args, At, FileId, FuncId, Kind, Val};
use crate::model::Span;

impl Engine<'_, '_> {
    /// Follows everything: each module, then each function as the world outside may call it.
    pub fn run(&mut self) {
        for at in 0..self.files.len() {
            self.run_module(FileId(u32::try_from(at).unwrap_or(u32::MAX)));
        }
        self.at_import = false;
        self.follow_all();
        self.derive();
        self.follow_all();
        self.give_to_handlers();
        self.keep_given();
        self.settle_kept();
        self.read_again();
        self.give_to_handlers();
        self.call_kept();
        for at in 0..self.funcs.len() {
            self.enter(FuncId(u32::try_from(at).unwrap_or(u32::MAX)));
        }
    }

    /// Follows each function that was not followed yet; others may be defined on the way.
    fn follow_all(&mut self) {
        let mut at = 0;
        while at < self.funcs.len() {
            self.summary_of(FuncId(u32::try_from(at).unwrap_or(u32::MAX)));
            at += 1;
        }
    }

    /// Calls what modules keep for others to call: functions that remember values around them.
    fn call_kept(&mut self) {
        for at in 0..self.files.len() {
            let mut kept: Vec<(Sym, Val)> = self.files[at]
                .vars
                .iter()
                .filter(|(_, value)| match &value.kind {
                    Kind::Func(_, captured) => !captured.is_empty(),
                    Kind::Partial(_) => true,
                    _ => false,
                })
                .map(|(name, value)| (*name, value.clone()))
                .collect();
            kept.sort_unstable_by_key(|(name, _)| *name);
            let file = FileId(u32::try_from(at).unwrap_or(u32::MAX));
            self.frames.push(Self::new_frame(Level::Module, file));
            for (_, value) in kept {
                let args = Args { rest: Some(Rc::new(Val::UNKNOWN)), ..Args::default() };
                let span = match &value.kind {
                    Kind::Func(func, _) => self.funcs[func.0 as usize].span,
                    _ => Span::default(),
                };
                if matches!(value.kind, Kind::Func(..)) {
                    self.call(&value, args, At { file, span });
                }
            }
            self.frames.pop();
        }
    }
}
