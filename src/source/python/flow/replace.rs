//! A value for the arguments of a call.

use std::rc::Rc;

use super::engine::*;
use super::model::Kinds;
use super::summary::*;
use super::taint::*;
use super::value::*;

/// Calls that are worked out inside one another: a function that calls what it was given may be given itself, several
/// times in one value.
const NESTED: u32 = 6;

impl<'a> Engine<'a, '_> {
    /// A value without our own arguments: where it is kept for others.
    pub(super) fn erase(&mut self, value: &Val) -> Val {
        if !value.has_param() {
            return value.clone();
        }
        let at = At { file: super::value::FileId(0), span: crate::model::Span::default() };
        let nothing = StepKind::Into("".into());
        let mut call = Call::new(&[], nothing, at);
        self.replaced(value, &mut call)
    }

    pub(super) fn replaced_args(&mut self, args: &Args, call: &mut Call<'_>) -> Args {
        let args = Args {
            pos: args.pos.iter().map(|value| self.replaced(value, call)).collect(),
            named: args.named.iter().map(|(name, value)| (*name, self.replaced(value, call))).collect(),
            rest: args.rest.as_ref().map(|rest| Rc::new(self.replaced(rest, call))),
        };
        self.spread(args)
    }

    /// A value for the arguments of a call.
    pub(super) fn replaced(&mut self, value: &Val, call: &mut Call<'_>) -> Val {
        if !value.has_param() {
            return value.clone();
        }
        let key = place(value);
        if let Some(done) = key.and_then(|key| call.done.get(&key)) {
            return done.clone();
        }
        let taint = mapped(&value.taint, call);
        let again = self.computed_again(value, taint.clone(), call);
        let taint = settled(&again.taint, &taint);
        let again = again.from(taint);
        if let Some(key) = key {
            call.done.insert(key, again.clone());
        }
        again
    }

    fn computed_again(&mut self, value: &Val, taint: Origins, call: &mut Call<'_>) -> Val {
        if call.left == 0 || !self.step() {
            return Val::dirty(taint);
        }
        call.left -= 1;
        let inner = value.depth;
        match &value.kind {
            Kind::Param(index) => match call.actual.get(usize::from(*index)) {
                Some(actual) => actual.clone().from(taint),
                None => Val::dirty(taint),
            },
            Kind::Instance(_) => value.clone().from(taint),
            Kind::Text(pieces) => {
                let parts = pieces
                    .iter()
                    .map(|piece| match piece {
                        Piece::Literal(text) => Val::text(&**text),
                        Piece::Hole(hole) => {
                            let hole = self.replaced(hole, call);
                            if self.silent >= NESTED { hole } else { self.quietly(|me| me.said(hole, call.at)) }
                        }
                    })
                    .collect();
                super::operators::concat(parts)
            }
            Kind::Attr(pair) => {
                let base = self.replaced(&pair.0, call);
                self.quietly(|me| me.attribute(&base, pair.1, call.at))
            }
            Kind::Item(pair) => {
                let base = self.replaced(&pair.0, call);
                if matches!(pair.1.kind, Kind::Check(_)) {
                    return self.quietly(|me| me.item_of(&base));
                }
                let key = self.replaced(&pair.1, call);
                self.quietly(|me| me.item(&base, &key, call.at))
            }
            Kind::Made(made) => {
                let callee = self.replaced(&made.callee, call);
                let args = self.replaced_args(&made.args, call);
                if self.silent < NESTED && (made.callee.has_param() || super::fold::may_fold(self, &callee)) {
                    return self.quietly(|me| me.call(&callee, args, made.at));
                }
                let depth = callee.depth.max(args.depth());
                Val::around(Kind::Made(Rc::new(Made { callee, args, at: made.at })), taint, depth)
            }
            Kind::Method(path, receiver) => {
                let receiver = self.replaced(receiver, call);
                Val::around(Kind::Method(*path, Rc::new(receiver)), taint, inner.saturating_sub(1))
            }
            Kind::Seq(seq) => {
                let items = seq.items.iter().map(|item| self.replaced(item, call)).collect();
                grown(Val::seq(items, seq.open), taint)
            }
            Kind::Dict(dict) => {
                let entries = dict
                    .entries
                    .iter()
                    .map(|(key, value)| (self.replaced(key, call), self.replaced(value, call)))
                    .collect();
                let dict = self.spliced(Dict { entries, open: dict.open });
                grown(Val::dict(dict), taint)
            }
            Kind::Func(func, captured) => {
                let captured: Rc<[Val]> = captured.iter().map(|value| self.replaced(value, call)).collect();
                let depth = captured.iter().map(|value| value.depth).max().unwrap_or(0);
                Val::around(Kind::Func(*func, captured), taint, depth)
            }
            Kind::Bound(func, receiver) => {
                let receiver = self.replaced(receiver, call);
                let depth = receiver.depth;
                Val::around(Kind::Bound(*func, Rc::new(receiver)), taint, depth)
            }
            Kind::Partial(pair) => {
                let callee = self.replaced(&pair.0, call);
                let args = self.replaced_args(&pair.1, call);
                let depth = callee.depth.max(args.depth());
                Val::around(Kind::Partial(Rc::new((callee, args))), taint, depth)
            }
            Kind::Check(all) => {
                let all: Vec<Passed> = all
                    .iter()
                    .flat_map(|passed| match passed.origin {
                        Origin::Param(index, part) => {
                            let origins = call.actual.get(usize::from(index)).map(Val::origins).unwrap_or_default();
                            let inside = |taint: &Taint| Passed { origin: taint.origin.inside(part), ..passed.clone() };
                            origins.iter().map(inside).collect()
                        }
                        Origin::Source(..) => vec![passed.clone()],
                    })
                    .collect();
                Val::new(Kind::Check(all.into()), taint, 0)
            }
            Kind::Union(members) => {
                let all: Vec<Val> = members.iter().map(|member| self.replaced(member, call)).collect();
                all.into_iter().reduce(Val::either).unwrap_or(Val::UNKNOWN)
            }
            Kind::Unknown | Kind::Const(_) | Kind::Path(_) | Kind::Class(_) | Kind::Module(_) => {
                value.clone().from(taint)
            }
        }
    }
}

/// Where the parts of a value lie in memory, and its origins; `None` for a value without parts.
fn place(value: &Val) -> Option<(usize, usize)> {
    let kind = match &value.kind {
        Kind::Text(pieces) => Rc::as_ptr(pieces).addr(),
        Kind::Attr(pair) => Rc::as_ptr(pair).addr(),
        Kind::Item(pair) => Rc::as_ptr(pair).addr(),
        Kind::Made(made) => Rc::as_ptr(made).addr(),
        Kind::Seq(seq) => Rc::as_ptr(seq).addr(),
        Kind::Dict(dict) => Rc::as_ptr(dict).addr(),
        Kind::Partial(pair) => Rc::as_ptr(pair).addr(),
        Kind::Union(members) => Rc::as_ptr(members).addr(),
        _ => return None,
    };
    Some((kind, value.taint.as_ref().map_or(0, |taint| Rc::as_ptr(taint).addr())))
}

/// Origins for the arguments of a call: the way goes on inside the function.
pub(super) fn mapped(taint: &Origins, call: &mut Call<'_>) -> Origins {
    let all = taint.as_ref()?;
    let key = Rc::as_ptr(all).addr();
    if let Some(known) = call.ways.get(&key) {
        return known.clone();
    }
    let result = mapped_anew(all, call);
    call.ways.insert(key, result.clone());
    result
}

fn mapped_anew(all: &[Taint], call: &Call<'_>) -> Origins {
    let mut result: Vec<Taint> = Vec::new();
    for taint in all {
        let Origin::Param(index, part) = taint.origin else {
            add(&mut result, taint.origin, taint.cleared, || Rc::clone(&taint.step));
            continue;
        };
        let Some(actual) = call.actual.get(usize::from(index)) else { continue };
        // Nobody knows where it comes from, and yet the function has found it harmless.
        if actual.taint.is_none() && taint.cleared != Kinds::NONE && actual.as_const().is_none() {
            add(&mut result, Origin::nowhere(index), taint.cleared, || Rc::clone(&taint.step));
        }
        for outer in actual.origins() {
            add(&mut result, outer.origin.inside(part), outer.cleared.and(taint.cleared), || {
                let way = match &call.into {
                    StepKind::Param(_) => Rc::clone(&outer.step),
                    what => further(&outer.step, call.at, what),
                };
                inside(way, &taint.step)
            });
        }
    }
    if result.is_empty() { None } else { Some(result.into()) }
}

/// A list or dict that was put together again, from these origins: only where it had none before is it known now
/// what its items are made of.
fn grown(value: Val, taint: Origins) -> Val {
    if taint.is_none() { value } else { value.from(taint) }
}
