//! What a function does, told again for one call of it.

use std::rc::Rc;

use super::engine::Engine;
use super::events::{Event, EventKind};
use super::frame::Level;
use super::summary::{Call, REPLACED, Summary};
use super::taint::{Origin, StepKind};
use super::value::{Args, At, Kind, Val};

/// Whether nothing is known of any argument that an event depends on.
fn blind(event: &Event, actual: &[Val]) -> bool {
    let untold = |value: &Val| {
        !value.has_param()
            || value.origins().iter().all(|taint| match taint.origin {
                Origin::Param(index, _) => {
                    let given = actual.get(usize::from(index));
                    given.is_none_or(|given| given.taint.is_none() && matches!(given.kind, Kind::Unknown))
                }
                Origin::Source(..) => true,
            }) && !matches!(value.kind, Kind::Check(_) | Kind::Union(_))
    };
    match &event.kind {
        EventKind::Call { receiver, args, .. } => receiver.iter().all(untold) && args.values().all(untold),
        EventKind::Set { key, value, .. } => key.iter().all(untold) && untold(value),
        EventKind::Change { base, .. } => untold(base),
        EventKind::Dynamic { callee, args } => untold(callee) && args.values().all(untold),
        EventKind::Return { value } => untold(value),
        EventKind::Import { .. } | EventKind::Read { .. } => true,
    }
}

impl Engine<'_, '_> {
    /// Tells again what a function does, for these arguments. Whether they say something about all of it.
    pub(super) fn replay(&mut self, summary: &Summary, actual: &[Val], name: &Rc<str>, at: At, entry: bool) -> bool {
        let name = Rc::clone(name);
        let mut call = Call::new(actual, if entry { StepKind::Param(name) } else { StepKind::Into(name) }, at);
        let mut told_all = true;
        for event in &summary.pending {
            // Where nothing is known of what it depends on, it is what it was.
            if !entry && blind(event, actual) {
                told_all = false;
                continue;
            }
            call.left = REPLACED;
            self.replay_event(event, &mut call);
        }
        told_all
    }

    fn replay_event(&mut self, event: &Event, call: &mut Call<'_>) {
        let again = |me: &mut Self, kind: EventKind| {
            me.emit_as(Event {
                kind,
                at: event.at,
                function: event.function,
                at_import: event.at_import || me.at_import,
                endless: event.endless,
                outside: event.outside || me.outside,
                script: event.script,
                chosen: event.chosen || me.frames.last().is_some_and(|frame| frame.chosen),
                opened: event.opened || me.is_opened(),
            });
        };
        match &event.kind {
            EventKind::Call { name, receiver, args } => {
                match receiver {
                    // What is called is known only now.
                    Some(value) if name.starts_with("*.") && value.has_param() => {
                        let value = self.replaced(value, call);
                        let matters = self.model.watches_method(&name[2..]);
                        // Still not known: it stays what it was.
                        if matches!(value.kind, Kind::Unknown | Kind::Param(_) | Kind::Attr(_) | Kind::Item(_)) {
                            if matters || value.has_param() {
                                let args = self.replaced_args(args, call);
                                again(self, EventKind::Call { name: Rc::clone(name), receiver: Some(value), args });
                            }
                            return;
                        }
                        // A list or text of our own: no rule speaks of this method of it.
                        if !matters
                            && matches!(value.kind, Kind::Const(_) | Kind::Text(_) | Kind::Seq(_) | Kind::Dict(_))
                        {
                            return;
                        }
                        let args = self.replaced_args(args, call);
                        let attr = self.names.sym(&name[2..]);
                        let callee = self.attribute(&value, attr, event.at);
                        self.call_elsewhere(&callee, args, event);
                    }
                    receiver => {
                        let args = self.replaced_args(args, call);
                        let receiver = receiver.as_ref().map(|value| self.replaced(value, call));
                        again(self, EventKind::Call { name: Rc::clone(name), receiver, args });
                    }
                }
            }
            EventKind::Dynamic { callee, args } if !callee.has_param() => {
                let args = self.replaced_args(args, call);
                again(self, EventKind::Dynamic { callee: callee.clone(), args });
            }
            EventKind::Dynamic { callee, args } => {
                let mut callee = self.replaced(callee, call);
                // `getattr(module, name)`, and the name is known now.
                if let Kind::Item(pair) = &callee.kind
                    && let (Kind::Path(path), Some(name)) = (&pair.0.kind, pair.1.as_str())
                    && self.paths.labels(*path) == super::model::Labels::NONE
                {
                    let (base, name) = (pair.0.clone(), self.names.sym(name));
                    callee = self.attribute(&base, name, event.at);
                }
                let args = self.replaced_args(args, call);
                self.call_elsewhere(&callee, args, event);
            }
            EventKind::Change { base, attr, value } => {
                let base = self.replaced(base, call);
                let value = self.replaced(value, call);
                self.elsewhere(event, |me| me.set_attribute(&base, *attr, value, event.at.span));
            }
            EventKind::Set { name, key, value } => {
                let key = key.as_ref().map(|key| self.replaced(key, call));
                let value = self.replaced(value, call);
                again(self, EventKind::Set { name: Rc::clone(name), key, value });
            }
            EventKind::Return { value } => {
                let value = self.replaced(value, call);
                again(self, EventKind::Return { value });
            }
            EventKind::Import { .. } | EventKind::Read { .. } => {}
        }
    }

    /// A call that is written elsewhere, now that we know what is called.
    fn call_elsewhere(&mut self, callee: &Val, args: Args, event: &Event) {
        self.elsewhere(event, |me| {
            me.call(callee, args, event.at);
        });
    }

    /// Something that is written elsewhere, now that we know what it is about.
    fn elsewhere(&mut self, event: &Event, work: impl FnOnce(&mut Self)) {
        let level = Level::Function;
        let mut frame = Self::new_frame(level, event.at.file);
        frame.func = None;
        // What depends on our own arguments still waits for our caller.
        let outer = self.frames.last().and_then(|frame| frame.func);
        frame.func = outer;
        self.frames.push(frame);
        work(self);
        let inner = self.frames.pop();
        if let (Some(inner), Some(frame)) = (inner, self.frames.last_mut()) {
            for event in inner.pending {
                frame.wait(event);
            }
        }
    }
}
