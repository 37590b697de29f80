//! The arguments of a call, and methods that change their object.

use std::rc::Rc;

use super::engine::*;
use super::names::Sym;
use super::taint::*;
use super::value::*;
use crate::model::Span;
use crate::source::python::syntax::*;

impl<'a> Engine<'a, '_> {
    pub(super) fn eval_call(
        &mut self,
        func: ExprId,
        written: &'a [crate::source::python::syntax::Arg],
        span: Span,
    ) -> Val {
        let ast = self.ast();
        let callee = self.eval(func);
        let at = self.at(span);
        if let ExprKind::Attribute { attr, .. } = &ast[func].kind
            && matches!(&*attr.name, "update" | "from_mapping")
        {
            self.keep_places(written, at);
        }
        let args = self.eval_args(written);
        // What changes a list or dict changes the variable that holds it.
        if let ExprKind::Attribute { value: base, attr } = &ast[func].kind
            && let Some(result) = self.mutate(*base, &callee, &attr.name, &args)
        {
            return result;
        }
        self.fill(func, written, &callee, &args, at);
        self.call(&callee, args, at)
    }

    /// Keeps where each setting stands in `config.update(A=…, …)` and `config.update({"A": …})`.
    fn keep_places(&mut self, args: &'a [crate::source::python::syntax::Arg], at: At) {
        let ast = self.ast();
        for arg in args {
            match (&arg.kind, &ast[arg.value].kind) {
                (ArgKind::Keyword(name), _) => {
                    let name = self.names.sym(&name.name);
                    self.places.insert((at, name), arg.span);
                }
                (ArgKind::Positional, ExprKind::Dict(pairs)) => {
                    for (key, value) in pairs {
                        let Some(key) = key.map(|key| &ast[key]) else { continue };
                        if let ExprKind::Constant(Constant::Str(name)) = &key.kind {
                            let name = self.names.sym(name);
                            let span = Span { start: key.span.start, end: ast[*value].span.end };
                            self.places.insert((at, name), span);
                        }
                    }
                }
                _ => {}
            }
        }
    }

    pub(super) fn eval_args(&mut self, args: &'a [crate::source::python::syntax::Arg]) -> Args {
        let by_position = args.iter().take_while(|arg| matches!(arg.kind, ArgKind::Positional)).count();
        let mut values = Args { pos: Vec::with_capacity(by_position), ..Args::default() };
        let mut rest: Option<Val> = None;
        let more = |rest: &mut Option<Val>, value: Val| {
            *rest = Some(match rest.take() {
                Some(other) => other.either(value),
                None => value,
            });
        };
        for arg in args {
            let value = self.eval(arg.value);
            match &arg.kind {
                ArgKind::Positional => values.pos.push(value),
                ArgKind::Keyword(name) => {
                    let at = self.at(arg.span);
                    let name = self.names.sym(&name.name);
                    self.tell_secret(name, &value, at);
                    values.named.push((name, value));
                }
                ArgKind::Star => match &value.kind {
                    Kind::Seq(seq) if values.pos.len() + seq.items.len() <= 256 => {
                        values.pos.extend(seq.items.iter().cloned());
                        if seq.open {
                            more(&mut rest, Val::dirty(value.taint.clone()));
                        }
                    }
                    _ => {
                        let item = self.item_of(&value);
                        more(&mut rest, item);
                    }
                },
                ArgKind::DoubleStar => match &value.kind {
                    Kind::Dict(dict) if values.named.len() + dict.entries.len() <= 256 => {
                        for (key, entry) in &dict.entries {
                            match key.as_str() {
                                Some(key) => {
                                    let key = self.names.sym(key);
                                    values.named.retain(|(known, _)| *known != key);
                                    values.named.push((key, entry.clone()));
                                }
                                None if self.is_rest(key) => {
                                    let all = self.all_by_name(entry.clone());
                                    more(&mut rest, all);
                                }
                                None => more(&mut rest, entry.clone()),
                            }
                        }
                        if dict.open && rest.is_none() {
                            more(&mut rest, Val::dirty(value.taint.clone()));
                        }
                    }
                    // The caller knows which options these are.
                    Kind::Item(_) if value.has_param() => more(&mut rest, value),
                    _ => more(&mut rest, Val::dirty(value.taint.clone())),
                },
            }
        }
        values.rest = rest.map(Rc::new);
        values
    }

    /// Methods that change the list, set, or dict that they belong to.
    pub(super) fn mutate(&mut self, base: ExprId, callee: &Val, method: &str, args: &Args) -> Option<Val> {
        let container = &holder(callee)?;
        let taint = args.taint();
        let mut popped = None;
        let changed = match (&container.kind, method) {
            (Kind::Seq(seq), "append" | "add" | "insert" | "appendleft") => {
                let value = args.pos.last().cloned().unwrap_or(Val::UNKNOWN);
                let mut items = seq.items.clone();
                let open = seq.open || self.frame().loops > 0 || method == "insert";
                let first =
                    method == "appendleft" || method == "insert" && args.pos.first().and_then(Val::as_int) == Some(0);
                if self.exact.is_some() && items.len() < 4096 && (method != "insert" || first) {
                    items.insert(if first { 0 } else { items.len() }, value);
                    Val::seq(items, seq.open)
                } else if items.len() < 256 {
                    items.push(value);
                    Val::seq(items, open)
                } else {
                    Val::seq(items, true)
                }
            }
            (Kind::Seq(seq), "extend" | "update") => {
                let mut items = seq.items.clone();
                let mut open = seq.open || self.frame().loops > 0;
                match args.pos.first().and_then(super::questions::items) {
                    Some(more) if items.len() + more.len() <= 256 => items.extend(more),
                    _ => {
                        open = true;
                        if let Some(more) = args.pos.first().filter(|_| items.len() < 256) {
                            items.push(self.item_of(more));
                        }
                    }
                }
                Val::seq(items, open)
            }
            (Kind::Seq(seq), "reverse") => {
                let mut items = seq.items.clone();
                items.reverse();
                Val::seq(items, seq.open)
            }
            (Kind::Seq(seq), "pop") if self.exact.is_some() && !seq.open => {
                let mut items = seq.items.clone();
                let at = match args.pos.first() {
                    Some(at) => usize::try_from(at.as_int()?).ok()?,
                    None => items.len().checked_sub(1)?,
                };
                popped = (at < items.len()).then(|| items.remove(at));
                Val::seq(items, false)
            }
            (Kind::Seq(seq), "sort" | "pop" | "remove" | "clear") => Val::seq(seq.items.clone(), true),
            (Kind::Dict(dict), "update") => {
                let mut dict = (**dict).clone();
                match args.pos.first().map(|more| &more.kind) {
                    Some(Kind::Dict(more)) if dict.entries.len() + more.entries.len() <= 256 => {
                        dict.entries.extend(more.entries.iter().cloned());
                        dict.open |= more.open;
                    }
                    None => {}
                    Some(_) => dict.open = true,
                }
                for (name, value) in args.named.iter().take(256) {
                    let key = Val::text(&**self.names.text(*name));
                    dict.entries.push((key, value.clone()));
                }
                Val::dict(dict)
            }
            (Kind::Dict(dict), "setdefault") => {
                let mut dict = (**dict).clone();
                if let [key, value] = args.pos.as_slice()
                    && dict.entries.len() < 256
                {
                    // What is there already stays.
                    dict.entries.insert(0, (key.clone(), value.clone()));
                }
                Val::dict(dict)
            }
            _ => return None,
        };
        let taint = merge(&taint, &container.taint);
        let result = match method {
            "pop" => popped.unwrap_or_else(|| self.item_of(container)),
            "setdefault" => args.pos.get(1).cloned().unwrap_or(Val::UNKNOWN),
            _ => Val::constant(Constant::None),
        };
        self.store(base, changed.with(&taint));
        Some(result)
    }

    /// `kwargs={…}` of a thread or timer: the arguments by name of what it calls.
    pub(super) fn unpacked_names(&mut self, given: &Args) -> Option<Vec<(Sym, Val)>> {
        let (_, all) = given.named.iter().find(|(name, _)| &**self.names.text(*name) == "kwargs")?;
        let Kind::Dict(dict) = &all.kind else { return None };
        let dict = Rc::clone(dict);
        let names = &mut self.names;
        let named = dict.entries.iter().filter_map(|(key, value)| Some((names.sym(key.as_str()?), value.clone())));
        Some(named.collect())
    }

    /// `args=(…)` of a thread or timer, and the items of what is mapped over.
    pub(super) fn unpacked(&self, given: Args) -> Args {
        let named = |wanted: &[&str]| {
            given
                .named
                .iter()
                .find(|(name, _)| wanted.contains(&&**self.names.text(*name)))
                .map(|(_, value)| value.clone())
        };
        if let Some(value) = named(&["args", "argument"]) {
            let pos = match &value.kind {
                Kind::Seq(seq) => seq.items.clone(),
                _ => vec![Val::dirty(value.taint.clone())],
            };
            return Args { pos, ..given };
        }
        given
    }

    /// Actual values for the parameters, and for the names around the function.
    pub(super) fn bind_args(&mut self, id: FuncId, captured: &[Val], args: Args) -> Vec<Val> {
        let func = &self.funcs[id.0 as usize];
        let params = func.params();
        let mut actual: Vec<Option<Val>> = vec![None; params.list.len()];
        let by_any_name = params.list.iter().position(|param| param.kind == ParamKind::KwArgs);
        let mut pos = args.pos.into_iter();
        let mut extra = Dict::default();
        for (index, param) in params.list.iter().enumerate() {
            match param.kind {
                ParamKind::PositionalOnly | ParamKind::Positional => actual[index] = pos.next(),
                ParamKind::VarArgs => {
                    let items = pos.by_ref().reduce(Val::either);
                    actual[index] = items;
                }
                ParamKind::KeywordOnly | ParamKind::KwArgs => {}
            }
        }
        for (name, value) in args.named {
            let text = self.names.text(name);
            let place = params.list.iter().position(|param| {
                *param.name.name == **text && !matches!(param.kind, ParamKind::VarArgs | ParamKind::KwArgs)
            });
            match place {
                Some(index) => actual[index] = Some(value),
                None if extra.entries.len() < 256 => extra.entries.push((Val::text(&**text), value)),
                None => extra.open = true,
            }
        }
        let (names, rest) = match args.rest {
            Some(rest) if matches!(rest.kind, Kind::Dict(_)) => {
                let taint = rest.taint.clone();
                (Some(rest), Some(Rc::new(Val::dirty(taint))))
            }
            rest => (None, rest),
        };
        if let Some(index) = by_any_name {
            if let Some(Val { kind: Kind::Dict(more), .. }) = names.as_deref() {
                extra.entries.extend(more.entries.iter().cloned());
                extra.open |= more.open;
            } else if let Some(rest) = &rest {
                extra.entries.push((Val::UNKNOWN, (**rest).clone()));
                extra.open = true;
            }
            actual[index] = Some(Val::dict(extra));
        }
        let defaults = &self.funcs[id.0 as usize].defaults;
        let mut all: Vec<Val> = actual
            .into_iter()
            .enumerate()
            .map(|(index, value)| match (value, &rest, defaults.get(index).cloned().flatten()) {
                (Some(value), ..) => value,
                (None, Some(rest), Some(default)) => default.either((**rest).clone()),
                (None, Some(rest), None) => (**rest).clone(),
                (None, None, Some(default)) => default,
                (None, None, None) => Val::UNKNOWN,
            })
            .collect();
        all.extend_from_slice(captured);
        all
    }
}

/// What a method belongs to; several lists of which it is one are one list.
fn holder(callee: &Val) -> Option<Val> {
    let members = match &callee.kind {
        Kind::Attr(pair) => return Some(pair.0.clone()),
        Kind::Union(members) => members,
        _ => return None,
    };
    let mut items: Vec<Val> = Vec::new();
    for member in members.iter() {
        let Kind::Attr(pair) = &member.kind else { return None };
        let Kind::Seq(seq) = &pair.0.kind else { return None };
        let new = seq.items.iter().filter(|item| !items.iter().any(|seen| seen.same(item)));
        let new: Vec<Val> = new.cloned().collect();
        items.extend(new);
    }
    (items.len() <= 256).then(|| Val::seq(items, true).with(&callee.taint))
}
