//! Calls: of the program's own functions, and of what is outside.

use std::rc::Rc;

use super::engine::Engine;
use super::events::EventKind;
use super::model::{Effect, Kinds, Labels};
use super::names::{Called, CalledMethod};
use super::parts::GETS;
use super::taint::{cleared, merge};
use super::value::{Args, At, Kind, Made, Val};

/// Calls inside one another that are followed.
const CALLS: u32 = 96;

/// Arguments after those that a `partial` or a method has.
fn joined(first: &Args, then: Args) -> Args {
    let mut all = first.clone();
    all.pos.extend(then.pos);
    all.named.extend(then.named);
    all.rest = match (all.rest, then.rest) {
        (Some(a), Some(b)) => Some(Rc::new((*a).clone().either((*b).clone()))),
        (a, b) => a.or(b),
    };
    all
}

impl Engine<'_, '_> {
    /// Calls a value.
    pub(super) fn call(&mut self, callee: &Val, args: Args, at: At) -> Val {
        // A function that is handed to itself would be called for ever.
        if !self.step() || self.calls >= CALLS {
            return Val::dirty(args.taint());
        }
        self.calls += 1;
        let result = self.call_value(callee, args, at);
        self.calls -= 1;
        result
    }

    fn call_value(&mut self, callee: &Val, args: Args, at: At) -> Val {
        match &callee.kind {
            Kind::Func(func, captured) => {
                let captured = Rc::clone(captured);
                self.call_function(*func, &captured, args, at)
            }
            Kind::Bound(func, receiver) => {
                let first = Args::of(vec![(**receiver).clone()]);
                self.call_function(*func, &[], joined(&first, args), at)
            }
            Kind::Partial(pair) => {
                let pair = Rc::clone(pair);
                self.call(&pair.0, joined(&pair.1, args), at)
            }
            Kind::Class(class) => {
                let class = *class;
                self.hand_over(&args, at);
                // Its own class may do something else instead.
                self.special(callee, "__call__", args.clone(), at);
                self.instantiate(class, args, at)
            }
            Kind::Param(0) if let Some(answer) = self.special(callee, "__call__", args.clone(), at) => answer,
            // `cls()` in a method of the class.
            Kind::Param(0) if let Some(class) = self.own_class() => self.instantiate(class, args, at),
            Kind::Instance(_) => {
                let name = self.names.sym("__call__");
                match self.member(callee, name) {
                    Some(method) => self.call(&method, args, at),
                    None => Val::dirty(args.taint()),
                }
            }
            Kind::Union(members) => {
                let members = Rc::clone(members);
                let all: Vec<Val> = members.iter().map(|member| self.call(member, args.clone(), at)).collect();
                all.into_iter().reduce(Val::either).unwrap_or(Val::UNKNOWN)
            }
            Kind::Path(path) => {
                let name = Rc::clone(self.paths.text(*path));
                let made = self.paths.result(*path);
                let called = (self.paths.called(*path), self.paths.labels(made));
                self.call_outside(callee, &name, None, args, at, called)
            }
            Kind::Method(path, receiver) => {
                let name = Rc::clone(self.paths.text(*path));
                let made = self.paths.result(*path);
                let receiver = Rc::clone(receiver);
                let called = (self.paths.called(*path), self.paths.labels(made));
                self.call_outside(callee, &name, Some(&receiver), args, at, called)
            }
            Kind::Attr(pair) => {
                let pair = Rc::clone(pair);
                self.call_method(callee, &pair.0, pair.1, args, at)
            }
            // `attrgetter("system")(os)`, `wraps(f)(g)`: what a call made is called in turn.
            Kind::Made(made)
                if matches!(made.callee.kind, Kind::Path(_) | Kind::Method(..)) && !self.is_getattr(made) =>
            {
                let name: Rc<str> = match &made.callee.kind {
                    Kind::Path(path) | Kind::Method(path, _) => format!("{}()", self.paths.text(*path)).into(),
                    _ => "".into(),
                };
                let called = (Called::path(self.model, &name), Labels::NONE);
                self.call_outside(callee, &name, Some(callee), args, at, called)
            }
            _ => {
                self.hand_over(&args, at);
                let chooser = match &callee.kind {
                    Kind::Const(_) => None,
                    _ => self
                        .chooser(callee)
                        .filter(|name| !name.has_param())
                        .or_else(|| callee.has_param().then(|| callee.clone())),
                };
                if let Some(method) = self.some_request(callee, at) {
                    return self.call(&method, args, at);
                }
                let walked = self.is_walked(callee).then(|| callee.clone());
                if let Some(callee) = chooser.or(walked) {
                    self.emit(EventKind::Dynamic { callee, args: args.clone() }, at);
                }
                self.made(callee, args, at, |_, args| args.taint())
            }
        }
    }

    /// A call of something outside, by its dotted name.
    fn call_outside(
        &mut self,
        callee: &Val,
        name: &Rc<str>,
        receiver: Option<&Val>,
        args: Args,
        at: At,
        (called, labels): (Called, Labels),
    ) -> Val {
        if let Some(value) = self.call_known(name, receiver, &args, at) {
            return value;
        }
        if name.ends_with(".update") || name.ends_with(".from_mapping") {
            self.tell_update(name, &args, at);
        }
        if name.ends_with(".add_url_rule") {
            self.add_view(&args);
        }
        self.give_seen(name, &args, at);
        // What is written of an object is what it says of itself.
        let writes = name.starts_with("logging.") || name.starts_with("flask.current_app.logger.");
        let args = if writes || &**name == "builtins.print" { self.all_said(args, at) } else { args };
        if let Some((base, method)) = name.rsplit_once('.') {
            self.tell_part(base, method, at);
            self.tell_put(base, method, &args, at);
        }
        if name.ends_with(".__init__") {
            self.tell_constructor(name, &args, at);
        }
        if called.watched {
            let receiver = receiver.or(Some(callee).filter(|callee| callee.taint.is_some())).cloned();
            self.emit(EventKind::Call { name: Rc::clone(name), receiver, args: args.clone() }, at);
        }
        // What asks about a function does not call it.
        let asks = matches!(
            &**name,
            "builtins.isinstance" | "builtins.issubclass" | "builtins.hasattr" | "builtins.callable" | "builtins.type"
        );
        // A keyed hash is as good with an old function.
        if !asks && !name.starts_with("typing.") && !name.starts_with("hmac.") {
            self.hand_over(&args, at);
        }
        if let Some(value) = super::fold::call(name, receiver, &args) {
            // A text that is read from its end was hidden.
            let backwards =
                &**name == "builtins.reversed" && args.pos.first().is_some_and(|text| text.as_str().is_some());
            let labels = if backwards { self.model.find_label("decoded") } else { labels };
            if labels == Labels::NONE {
                return value;
            }
            let path = self.paths.of(name);
            let mark = self.source(labels, path, "", at);
            return value.with(&mark);
        }
        if let Some(kinds) = called.ensures
            && let Some(receiver) = receiver
            && !self.may_lead_out(receiver)
        {
            let passes: Vec<_> = receiver.origins().iter().map(|taint| (taint.origin, kinds)).collect();
            self.pass(&passes);
        }
        let part_of_source = match &callee.kind {
            Kind::Path(path) | Kind::Method(path, _) => self.paths.labels(*path) != Labels::NONE,
            _ => false,
        };
        let own = if labels == Labels::NONE {
            None
        } else if part_of_source && callee.taint.is_some() {
            // `request.args.get("x")`: the part that is read.
            match args.pos.first().and_then(Val::as_str) {
                Some(part) => {
                    let part = part.to_owned();
                    let path = self.paths.of(name);
                    self.source(labels, path, &part, at)
                }
                None => callee.taint.clone(),
            }
        } else {
            let path = self.paths.of(name);
            // Which file it is tells whether it is private.
            let part = match receiver {
                _ if !labels.meets(self.model.find_label("file")) => String::new(),
                Some(receiver) => self.spelled(receiver),
                None => args.pos.first().map(|path| self.spelled(path)).unwrap_or_default(),
            };
            self.source(labels, path, &part, at)
        };
        // `request.args.get("page", type=int)`
        let typed = self.argument(&args, "type", Some(2)).filter(|_| part_of_source && own.is_some());
        let own = match typed.and_then(|typed| self.path_of(typed)).and_then(|path| self.model.effect(path)) {
            Some(Effect::Clears(kinds)) => cleared(&own, kinds),
            _ => own,
        };
        let of_session = matches!(&**name, "flask.session.get" | "flask.session.pop" | "flask.session.setdefault");
        let kept = if of_session { self.kept_in_session(args.pos.first()) } else { None };
        let own = merge(&own, &kept);
        // An answer is theirs who send it, whoever chose the question.
        let answer = labels.meets(self.model.find_label("network")) || labels.meets(self.model.find_label("file"));
        let effect = called.effect;
        let through = match effect {
            // What a file holds is not made of its path, but which file it is depends on that.
            None if labels.meets(self.model.find_label("file")) => super::taint::depending(&args.taint()),
            None if answer => None,
            Some(Effect::Clears(kinds) | Effect::Restores(kinds)) => {
                let all = merge(&args.taint(), &receiver.and_then(|receiver| receiver.taint.clone()));
                let all = match effect {
                    Some(Effect::Restores(_)) => super::taint::restored(&all, kinds),
                    _ => cleared(&all, kinds),
                };
                let taint = merge(&all, &own);
                let depth = callee.depth.max(args.depth());
                return Val::around(Kind::Made(Rc::new(Made { callee: callee.clone(), args, at })), taint, depth);
            }
            Some(Effect::Passes) => cleared(&args.taint(), self.told_by_removal(name, &args, receiver)),
            // A method of something that was made is not made of its arguments, as far as we know.
            None if receiver.is_some() => None,
            None if callee.taint.is_some() => args.rest.as_ref().and_then(|rest| rest.taint.clone()),
            None => args.taint(),
        };
        let taint = merge(&own, &through);
        let from = match receiver {
            Some(_) if GETS.contains(&name.rsplit('.').next().unwrap_or(name)) => self.part_got(&callee.taint, &args),
            _ if name.ends_with(".replace") => cleared(&callee.taint, self.told_by_replacement(&args)),
            _ => callee.taint.clone(),
        };
        let taint = if own.is_some() && part_of_source { taint } else { merge(&taint, &from) };
        let depth = callee.depth.max(args.depth());
        Val::around(Kind::Made(Rc::new(Made { callee: callee.clone(), args, at })), taint, depth)
    }

    /// A method of something that is not known, or of a text, list, or dict.
    fn call_method(&mut self, callee: &Val, base: &Val, method: super::names::Sym, args: Args, at: At) -> Val {
        let text = Rc::clone(self.names.text(method));
        let args = if super::operators::is_text(base) { self.all_said(args, at) } else { args };
        if let Some(value) = self.formatted(base, &text, &args, at).or_else(|| super::texts::method(base, &text, &args))
        {
            self.hand_over(&args, at);
            return value;
        }
        if let (Kind::Dict(_), "get" | "pop" | "setdefault") = (&base.kind, &*text)
            && let Some(key) = args.pos.first()
        {
            let value = self.item(base, key, at);
            return match args.pos.get(1) {
                Some(default) => value.either(default.clone()),
                None => value,
            };
        }
        if let (Kind::Dict(dict), "values" | "items") = (&base.kind, &*text) {
            let all: Vec<Val> =
                dict.entries
                    .iter()
                    .map(|(key, value)| {
                        if &*text == "items" {
                            Val::seq(vec![key.clone(), value.clone()], false)
                        } else {
                            value.clone()
                        }
                    })
                    .collect();
            return Val::seq(all, dict.open).with(&base.taint);
        }
        if let (Kind::Dict(dict), "keys") = (&base.kind, &*text) {
            return Val::seq(dict.entries.iter().map(|(key, _)| key.clone()).collect(), dict.open);
        }
        if let ("get" | "pop" | "__getitem__", Some(key)) = (&*text, args.pos.first())
            && let Some(value) = self.in_namespace(base, key, at)
        {
            return value;
        }
        if let ("__getattribute__", Some(name)) = (&*text, args.pos.last().and_then(Val::as_str)) {
            let name = self.names.sym(name);
            return self.attribute(base, name, at);
        }
        let CalledMethod { called, may_matter } = self.methods.of(method, &self.names, self.model);
        if let Some(kinds) = called.ensures
            && !self.may_lead_out(base)
        {
            let passes: Vec<_> = base.origins().iter().map(|taint| (taint.origin, kinds)).collect();
            self.pass(&passes);
        }
        if matches!(&*text, "update" | "from_mapping") {
            let base = self.called_name(base, None).unwrap_or_else(|| "*".into());
            self.tell_update(&format!("{base}.{text}"), &args, at);
        }
        if &*text == "add_url_rule" {
            self.add_view(&args);
        }
        self.tell_change(base, Some(&text), at);
        if let Some(name) = self.part_of(base) {
            self.tell_part(&name, &text, at);
        }
        self.tell_put_into(base, &text, &args, at);
        let waits = base.has_param() && (may_matter || self.is_own_method(base, method, &args));
        if waits || called.watched {
            let name: Rc<str> = format!("*.{text}").into();
            self.emit(EventKind::Call { name, receiver: Some(base.clone()), args: args.clone() }, at);
        }
        self.hand_over(&args, at);
        let own_text = super::operators::is_text(base);
        let gone = if &*text == "replace" { self.told_by_replacement(&args) } else { Kinds::NONE };
        let effect = called.effect;
        let got = if GETS.contains(&&*text) && !own_text { self.part_got(&callee.taint, &args) } else { None };
        let made = self.made(callee, args, at, |_, args| match effect {
            Some(Effect::Passes | Effect::Clears(_) | Effect::Restores(_)) => args.taint(),
            None if own_text => args.taint(),
            None => None,
        });
        let made = if got.is_some() { made.from(got) } else { made };
        let made = self.typed(made);
        let made = if gone == Kinds::NONE {
            made
        } else {
            let taint = cleared(&made.taint, gone);
            made.from(taint)
        };
        match effect {
            Some(Effect::Clears(kinds)) => {
                let taint = cleared(&made.taint, kinds);
                made.from(taint)
            }
            _ => made,
        }
    }

    /// What is done with functions that code outside is handed: it may call them.
    fn hand_over(&mut self, args: &Args, at: At) {
        for (index, value) in args.values().enumerate() {
            match &value.kind {
                Kind::Func(func, _) | Kind::Bound(func, _) => self.funcs[func.0 as usize].escapes = true,
                Kind::Path(path) if self.paths.watched(*path) => {}
                Kind::Partial(_) => {}
                _ => continue,
            }
            let name = args.named.get(index.wrapping_sub(args.pos.len())).map(|(name, _)| *name);
            // `default=eval`, `type=…`: any function may be a setting; what follows it is what it gets.
            let given = match name {
                None => Args {
                    pos: args.pos.iter().skip(index + 1).cloned().collect(),
                    named: args.named.clone(),
                    rest: args.rest.clone(),
                },
                Some(_) => Args { pos: Vec::new(), named: args.named.clone(), rest: args.rest.clone() },
            };
            let named = self.unpacked_names(&given);
            let given = self.unpacked(given);
            let callback = value.clone();
            if let Some(named) = named {
                self.call(&callback, Args { named, ..given }, at);
                continue;
            }
            if matches!(&value.kind, Kind::Func(_, captured) if !captured.is_empty()) && given.pos.is_empty() {
                let unknown = Args { rest: Some(Rc::new(Val::UNKNOWN)), ..Args::default() };
                self.call(&callback, unknown, at);
                continue;
            }
            if !given.pos.is_empty()
                || given.rest.is_some()
                || matches!(callback.kind, Kind::Path(_) | Kind::Partial(_))
            {
                let unknown = || Some(Rc::new(Val::UNKNOWN));
                let given = if given.pos.is_empty() && !matches!(callback.kind, Kind::Partial(_)) {
                    Args { rest: unknown(), ..Args::default() }
                } else if given.named.is_empty() {
                    given
                } else {
                    // Some of these names may be for the callback: `submit(get, url, timeout=5)`.
                    Args { named: Vec::new(), rest: given.rest.or_else(unknown), ..given }
                };
                self.call(&callback, given, at);
            }
        }
    }
}
