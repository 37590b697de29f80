//! Expressions.

use std::rc::Rc;

use super::engine::{Engine, Level};
use super::events::EventKind;
use super::model::Labels;
use super::names::Sym;
use super::value::{Args, At, ClassId, Dict, Kind, Origins, PIECES, Piece, Seq, Val, cleared, merge};
use crate::model::Span;
use crate::source::python::syntax::{
    ArgKind, BinOp, BoolOp, CmpOp, Comprehension, Constant, ExprId, ExprKind, FPart, UnaryOp,
};

/// Methods that put what they are given into their object.
const FILLS: &[&str] = &[
    "set_content",
    "attach",
    "set_payload",
    "write",
    "writelines",
    "add_header",
    "add_attachment",
    "put",
    "push",
    "update",
    "setdefault",
];

/// Items of a list that are kept apart.
const ITEMS: usize = 4096;

impl<'a> Engine<'a, '_> {
    pub(super) fn eval(&mut self, id: ExprId) -> Val {
        if !self.step() {
            return Val::UNKNOWN;
        }
        let ast = self.ast();
        let expr = &ast[id];
        match &expr.kind {
            ExprKind::Name(name) => {
                let name = self.names.sym(name);
                self.read_name(name, expr.span)
            }
            ExprKind::Constant(constant) => Val::constant(constant.clone()),
            ExprKind::Attribute { value, attr } => {
                let attr_sym = self.names.sym(&attr.name);
                if let ExprKind::Name(name) = &ast[*value].kind {
                    let name = self.names.sym(name);
                    if let Some(field) = self.fields.get(&(name, attr_sym)).copied()
                        && let Some(value) = self.own_var(field)
                    {
                        return value;
                    }
                }
                let base = self.eval(*value);
                self.attribute(&base, attr_sym, self.at(expr.span))
            }
            ExprKind::Call { func, args } => self.eval_call(*func, args, expr.span),
            ExprKind::JoinedStr(parts) => self.eval_fstring(parts),
            ExprKind::BinOp { left, op, right } => {
                let left = self.eval(*left);
                let right = self.eval(*right);
                self.binary(left, *op, right)
            }
            ExprKind::Subscript { value, slice } => {
                let base = self.eval(*value);
                if let ExprKind::Slice { lower, upper, step } = &ast[*slice].kind {
                    let mut part = |id: &Option<ExprId>| id.map(|id| self.eval(id));
                    let (lower, upper, step) = (part(lower), part(upper), part(step));
                    return super::fold::slice(&base, lower.as_ref(), upper.as_ref(), step.as_ref());
                }
                let key = self.eval(*slice);
                self.item(&base, &key, self.at(expr.span))
            }
            ExprKind::BoolOp { op, values } => self.eval_bool(*op, values),
            ExprKind::Compare { left, rest } => self.eval_compare(*left, rest),
            ExprKind::UnaryOp { op, operand } => {
                let value = self.eval(*operand);
                match op {
                    UnaryOp::Not => self.negated(&value),
                    UnaryOp::USub => {
                        value.as_int().map_or(Val::dirty(value.taint.clone()), |n| Val::int(n.wrapping_neg()))
                    }
                    UnaryOp::UAdd => value,
                    UnaryOp::Invert => value.as_int().map_or(Val::dirty(value.taint.clone()), |n| Val::int(!n)),
                }
            }
            ExprKind::IfExp { test, body, orelse } => {
                let test = self.eval(*test);
                let (yes, no) = self.passed_by(&test);
                let before = self.frame().passed.clone();
                self.pass(&yes);
                let one = self.eval(*body);
                let one = self.as_passed(one);
                self.frame_mut().passed.clone_from(&before);
                self.pass(&no);
                let two = self.eval(*orelse);
                let two = self.as_passed(two);
                self.frame_mut().passed = before;
                one.either(two)
            }
            ExprKind::Lambda { params, body } => self.define_lambda(id, params, *body, expr.span),
            ExprKind::Tuple(items) | ExprKind::List(items) | ExprKind::Set(items) => self.eval_items(items),
            ExprKind::Dict(pairs) => self.eval_dict(pairs),
            ExprKind::ListComp { elt, generators }
            | ExprKind::SetComp { elt, generators }
            | ExprKind::GeneratorExp { elt, generators } => self.comprehend(generators, *elt),
            ExprKind::DictComp { key, value, generators } => {
                let taint = self.comprehend_once(generators, |me| {
                    let key = me.eval(*key);
                    let value = me.eval(*value);
                    merge(&key.taint, &value.taint)
                });
                let value = Val::dirty(taint.clone());
                Val { taint, ..Val::dict(Dict { entries: vec![(Val::UNKNOWN, value)], open: true }) }
            }
            ExprKind::NamedExpr { target, value } => {
                let value = self.eval(*value);
                self.assign(*target, value.clone());
                value
            }
            ExprKind::Await(value) | ExprKind::Starred(value) => self.eval(*value),
            ExprKind::Yield(value) => {
                let value = value.map_or(Val::UNKNOWN, |value| self.eval(value));
                self.yield_value(value);
                Val::UNKNOWN
            }
            ExprKind::YieldFrom(value) => {
                let value = self.eval(*value);
                let item = self.item_of(&value);
                self.yield_value(item);
                Val::UNKNOWN
            }
            ExprKind::Slice { lower, upper, step } => {
                for part in [lower, upper, step].into_iter().flatten() {
                    self.eval(*part);
                }
                Val::UNKNOWN
            }
            ExprKind::Invalid => Val::UNKNOWN,
        }
    }

    fn yield_value(&mut self, value: Val) {
        let frame = self.frame_mut();
        frame.yielded = Some(match frame.yielded.take() {
            Some(other) => other.either(value),
            None => value,
        });
    }

    fn own_var(&self, sym: Sym) -> Option<Val> {
        let frame = self.frame();
        let vars = if frame.level == Level::Module { &self.files[frame.file.0 as usize].vars } else { &frame.vars };
        vars.get(&sym).cloned()
    }

    pub(super) fn read_name(&mut self, name: Sym, span: Span) -> Val {
        if let Some(value) = self.lookup(name) {
            if let Kind::Path(path) = value.kind
                && self.paths.watched(path)
            {
                // Where it is used, not where it is imported.
                return value;
            }
            return value;
        }
        let at = self.at(span);
        let file = self.frame().file;
        if let Some(value) = self.from_stars(file, name, at) {
            return value;
        }
        self.builtin(name, span).unwrap_or(Val::UNKNOWN)
    }

    pub(super) fn builtin(&mut self, name: Sym, span: Span) -> Option<Val> {
        let text = self.names.text(name);
        if &**text == "__builtins__" {
            return Some(self.outside_named("builtins", self.at(span)));
        }
        if !crate::source::python::values::is_builtin(text) {
            return None;
        }
        let path = format!("builtins.{text}");
        Some(self.outside_named(&path, self.at(span)))
    }

    fn eval_items(&mut self, items: &'a [ExprId]) -> Val {
        let ast = self.ast();
        let mut values = Vec::with_capacity(items.len().min(ITEMS));
        let mut open = false;
        let mut rest: Origins = None;
        for item in items {
            let value = self.eval(*item);
            if matches!(ast[*item].kind, ExprKind::Starred(_)) {
                match &value.kind {
                    Kind::Seq(seq) if values.len() + seq.items.len() <= ITEMS => {
                        open |= seq.open;
                        values.extend(seq.items.iter().cloned());
                    }
                    _ => {
                        open = true;
                        rest = merge(&rest, &value.taint);
                    }
                }
            } else if values.len() < ITEMS {
                values.push(value);
            } else {
                open = true;
                rest = merge(&rest, &value.taint);
            }
        }
        Val::seq(values, open).with(&rest)
    }

    fn eval_dict(&mut self, pairs: &'a [(Option<ExprId>, ExprId)]) -> Val {
        let mut dict = Dict::default();
        let mut rest: Origins = None;
        for (key, value) in pairs {
            let key = key.map(|key| self.eval(key));
            let value = self.eval(*value);
            match key {
                Some(key) if dict.entries.len() < ITEMS => dict.entries.push((key, value)),
                Some(_) => {
                    dict.open = true;
                    rest = merge(&rest, &value.taint);
                }
                None => match &value.kind {
                    Kind::Dict(other) if dict.entries.len() + other.entries.len() <= ITEMS => {
                        dict.open |= other.open;
                        dict.entries.extend(other.entries.iter().cloned());
                    }
                    _ => {
                        dict.open = true;
                        rest = merge(&rest, &value.taint);
                    }
                },
            }
        }
        Val::dict(dict).with(&rest)
    }

    fn eval_fstring(&mut self, parts: &'a [FPart]) -> Val {
        let mut pieces = Vec::with_capacity(parts.len());
        for part in parts {
            match part {
                FPart::Literal(text) => pieces.push(Val::text(text.clone())),
                FPart::Value { value, conversion, spec, has_spec } => {
                    let value = self.eval(*value);
                    // `{x:d}` is a number or an error.
                    let number = spec
                        .as_deref()
                        .is_some_and(|spec| spec.ends_with(['d', 'x', 'X', 'f', 'e', 'g', 'b', 'o', 'n', '%']));
                    let value = if number {
                        Val { taint: cleared(&value.taint, super::model::Kinds::ALL), ..value }
                    } else {
                        value
                    };
                    let plain = !has_spec && conversion.is_none_or(|c| c == 's');
                    pieces.push(if plain { value } else { Val::dirty(value.taint) });
                }
            }
        }
        concat(pieces)
    }

    pub(super) fn binary(&mut self, left: Val, op: BinOp, right: Val) -> Val {
        if let Some(folded) = super::fold::binary(&left, op, &right) {
            return folded;
        }
        let taint = merge(&left.taint, &right.taint);
        match op {
            BinOp::Add => match (&left.kind, &right.kind) {
                (Kind::Seq(a), Kind::Seq(b)) if a.items.len() + b.items.len() <= ITEMS => {
                    let items = a.items.iter().chain(&b.items).cloned().collect();
                    Val::seq(items, a.open || b.open).with(&taint)
                }
                _ if is_text(&left) || is_text(&right) => concat(vec![left, right]),
                _ => Val::dirty(taint),
            },
            BinOp::Mod if is_text(&left) => super::fold::percent(&left, &right),
            BinOp::BitOr => match (&left.kind, &right.kind) {
                (Kind::Dict(a), Kind::Dict(b)) if a.entries.len() + b.entries.len() <= ITEMS => {
                    let entries = a.entries.iter().chain(&b.entries).cloned().collect();
                    Val::dict(Dict { entries, open: a.open || b.open })
                }
                _ => Val::dirty(taint),
            },
            // `base / part` of pathlib.
            BinOp::Div => {
                let of_path = self.path_of(&left).or_else(|| match &left.kind {
                    Kind::Made(made) => self.path_of(&made.callee),
                    _ => None,
                });
                if of_path.is_some_and(|path| path.starts_with("pathlib."))
                    || is_text(&right) && left.as_const().is_none()
                {
                    let join = self.paths.of("pathlib.Path().joinpath");
                    let depth = left.depth.max(right.depth);
                    let callee = Val::around(Kind::Method(join, Rc::new(left)), None, depth);
                    let made = super::value::Made { callee, args: Args::of(vec![right]), at: self.at(Span::default()) };
                    return Val::around(Kind::Made(Rc::new(made)), taint, depth);
                }
                Val::dirty(taint)
            }
            _ => Val::dirty(taint),
        }
    }

    fn eval_bool(&mut self, op: BoolOp, values: &'a [ExprId]) -> Val {
        let before = self.frame().passed.clone();
        let mut result: Option<Val> = None;
        let mut all: Vec<(Vec<_>, Vec<_>)> = Vec::new();
        for id in values {
            let value = self.eval(*id);
            let (yes, no) = self.passed_by(&value);
            // The next operand is reached when this one was true (`and`) or false (`or`).
            self.pass(if op == BoolOp::And { &yes } else { &no });
            all.push((yes, no));
            result = Some(match result {
                Some(other) => other.either(value),
                None => value,
            });
        }
        self.frame_mut().passed = before;
        let result = result.unwrap_or(Val::UNKNOWN);
        self.combined(op, &all, result)
    }

    fn eval_compare(&mut self, left: ExprId, rest: &'a [(CmpOp, ExprId)]) -> Val {
        let mut left = self.eval(left);
        let mut answer = None;
        for (op, right) in rest {
            let right = self.eval(*right);
            answer = Some(self.compared(&left, *op, &right));
            left = right;
        }
        if rest.len() == 1 { answer.unwrap_or(Val::UNKNOWN) } else { Val::UNKNOWN }
    }

    fn comprehend(&mut self, generators: &'a [Comprehension], elt: ExprId) -> Val {
        // One plain loop over known items is followed item by item: texts are put together in this way.
        if let [generator] = generators
            && generator.ifs.is_empty()
        {
            let iterable = self.eval(generator.iter);
            if let Some(items) = self.known_items(&iterable) {
                if items.len() <= ITEMS {
                    let mark = self.begin_own();
                    let mut values = Vec::with_capacity(items.len());
                    for item in items {
                        self.assign(generator.target, item);
                        values.push(self.eval(elt));
                    }
                    self.end_own(mark);
                    return Val::seq(values, false);
                }
            }
        }
        let mut item = Val::UNKNOWN;
        let taint = self.comprehend_once(generators, |me| {
            item = me.eval(elt);
            item.taint.clone()
        });
        Val::seq(vec![item], true).with(&taint)
    }

    /// Names that a comprehension binds are its own.
    fn begin_own(&mut self) -> usize {
        self.frame_mut().branches += 1;
        self.frame().log.len()
    }

    fn end_own(&mut self, mark: usize) {
        let undone: Vec<_> = self.frame_mut().log.drain(mark..).rev().collect();
        for (sym, old) in undone {
            self.put_back(sym, old);
        }
        self.frame_mut().branches -= 1;
    }

    fn comprehend_once(&mut self, generators: &'a [Comprehension], each: impl FnOnce(&mut Self) -> Origins) -> Origins {
        let mark = self.begin_own();
        let passed = self.frame().passed.clone();
        for generator in generators {
            let iterable = self.eval(generator.iter);
            let item = self.item_of(&iterable);
            self.assign(generator.target, item);
            for test in &generator.ifs {
                let test = self.eval(*test);
                let (yes, _) = self.passed_by(&test);
                self.pass(&yes);
            }
        }
        let taint = each(self);
        let taint = self.passed_taint(taint);
        self.frame_mut().passed = passed;
        self.end_own(mark);
        taint
    }

    /// The items of something whose items are all known.
    pub(super) fn known_items(&self, value: &Val) -> Option<Vec<Val>> {
        match &value.kind {
            Kind::Seq(seq) if !seq.open => Some(seq.items.clone()),
            Kind::Dict(dict) if !dict.open => Some(dict.entries.iter().map(|(key, _)| key.clone()).collect()),
            Kind::Const(constant) => match &**constant {
                Constant::Str(text) if text.len() <= ITEMS => {
                    Some(text.chars().map(|c| Val::text(c.to_string())).collect())
                }
                Constant::Bytes(bytes) if bytes.len() <= ITEMS => {
                    Some(bytes.iter().map(|byte| Val::int(i64::from(*byte))).collect())
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// One of the items of something that is walked.
    pub(super) fn item_of(&mut self, value: &Val) -> Val {
        match &value.kind {
            Kind::Seq(seq) => {
                let mut items = seq.items.iter();
                let first = items.next().cloned().unwrap_or(Val::UNKNOWN);
                let all = items.take(8).fold(first, |all, item| all.either(item.clone()));
                if seq.items.len() > 9 { Val::dirty(value.taint.clone()) } else { all.with(&value.taint) }
            }
            Kind::Dict(dict) => {
                let keys = super::value::merge_all(dict.entries.iter().map(|(key, _)| &key.taint));
                let open = if dict.open { value.taint.clone() } else { None };
                Val::dirty(merge(&keys, &open))
            }
            Kind::Union(members) => {
                let members = Rc::clone(members);
                let mut all: Option<Val> = None;
                for member in members.iter() {
                    let item = self.item_of(member);
                    all = Some(match all {
                        Some(other) => other.either(item),
                        None => item,
                    });
                }
                all.unwrap_or(Val::UNKNOWN)
            }
            Kind::Made(_) | Kind::Attr(_) | Kind::Item(_) | Kind::Method(..) | Kind::Path(_) | Kind::Param(_) => {
                let inner = value.depth;
                let pair = Rc::new((value.clone(), Val::UNKNOWN));
                Val::around(Kind::Item(pair), value.taint.clone(), inner)
            }
            _ => Val::dirty(value.taint.clone()),
        }
    }

    /// `base.name`
    pub(super) fn attribute(&mut self, base: &Val, attr: Sym, at: At) -> Val {
        if &**self.names.text(attr) == "__call__"
            && !matches!(base.kind, Kind::Instance(_) | Kind::Class(_) | Kind::Unknown)
        {
            return base.clone();
        }
        match &base.kind {
            Kind::Path(path) => {
                let child = self.paths.child(*path, attr, &self.names);
                let mut value = self.outside(child, at);
                if base.taint.is_some() {
                    value.taint = if value.taint.is_some() {
                        self.narrower(&value.taint, &base.taint)
                    } else {
                        base.taint.clone()
                    };
                }
                if self.paths.watched(child) {
                    let name = Rc::clone(self.paths.text(child));
                    self.emit(EventKind::Read { name }, at);
                }
                value
            }
            Kind::Made(made) => {
                if let Kind::Path(path) | Kind::Method(path, _) = &made.callee.kind {
                    let result = self.paths.result(*path);
                    let child = self.paths.child(result, attr, &self.names);
                    return Val::around(Kind::Method(child, Rc::new(base.clone())), base.taint.clone(), base.depth);
                }
                self.unknown_attribute(base, attr)
            }
            Kind::Method(path, _) => {
                let child = self.paths.child(*path, attr, &self.names);
                Val::around(Kind::Method(child, Rc::new(base.clone())), base.taint.clone(), base.depth)
            }
            Kind::Module(file) => self.from_module(*file, attr, at),
            Kind::Class(_) | Kind::Instance(_) => {
                self.member(base, attr).unwrap_or_else(|| self.outer_member(base, attr))
            }
            Kind::Param(0) if self.is_method() => {
                let class = self.frame().class;
                match class.and_then(|class| self.own_member(class, base, attr)) {
                    Some(value) => value,
                    None => self.unknown_attribute(base, attr),
                }
            }
            Kind::Union(members) => {
                let members = Rc::clone(members);
                let mut all: Option<Val> = None;
                for member in members.iter() {
                    let value = self.attribute(member, attr, at);
                    all = Some(match all {
                        Some(other) => other.either(value),
                        None => value,
                    });
                }
                all.unwrap_or(Val::UNKNOWN).with(&base.taint)
            }
            Kind::Const(_) | Kind::Text(_) | Kind::Seq(_) | Kind::Dict(_) => {
                let pair = Rc::new((base.clone(), attr));
                Val::around(Kind::Attr(pair), base.taint.clone(), base.depth)
            }
            _ => self.unknown_attribute(base, attr),
        }
    }

    fn unknown_attribute(&mut self, base: &Val, attr: Sym) -> Val {
        Val::around(Kind::Attr(Rc::new((base.clone(), attr))), base.taint.clone(), base.depth)
    }

    /// A part of a source is told apart from the rest of it.
    fn narrower(&self, own: &Origins, base: &Origins) -> Origins {
        match (own, base) {
            (Some(own), Some(base)) if own.len() == 1 && base.len() == 1 => {
                let mut taint = own[0].clone();
                taint.cleared = taint.cleared.and(base[0].cleared);
                Some(Rc::from([taint]))
            }
            _ => own.clone(),
        }
    }

    /// `base[key]`
    pub(super) fn item(&mut self, base: &Val, key: &Val, at: At) -> Val {
        match &base.kind {
            Kind::Dict(dict) => {
                if key.is_constant() {
                    if let Some((_, value)) = dict.entries.iter().rev().find(|(known, _)| same_constant(known, key)) {
                        return value.clone();
                    }
                    return Val::dirty(if dict.open { base.taint.clone() } else { None });
                }
                // One of them, by a key that is not known. In a dict that holds anything, whoever chooses the key
                // chooses the value.
                if dict.open && key.taint.is_some() {
                    let taint = merge(&base.taint, &key.taint);
                    return Val::around(
                        Kind::Item(Rc::new((base.clone(), key.clone()))),
                        taint,
                        base.depth.max(key.depth),
                    );
                }
                let values = dict.entries.iter().take(6).map(|(_, value)| value.clone());
                let value = values.reduce(Val::either).unwrap_or(Val::UNKNOWN);
                if dict.entries.len() > 6 { Val::dirty(value.taint) } else { value }
            }
            Kind::Seq(seq) => {
                let length = i64::try_from(seq.items.len()).unwrap_or(i64::MAX);
                let at = key.as_int().map(|index| if index < 0 && !seq.open { index + length } else { index });
                match at.and_then(|at| usize::try_from(at).ok()).and_then(|at| seq.items.get(at)) {
                    Some(item) => item.clone(),
                    None => self.item_of(base),
                }
            }
            Kind::Const(_) | Kind::Text(_) => super::fold::index(base, key),
            Kind::Path(path) => {
                let text = Rc::clone(self.paths.text(*path));
                match (&*text, key.as_str()) {
                    ("sys.modules", Some(name)) => {
                        let name = name.to_owned();
                        let module = self.import_module(&name, at);
                        return self.hidden(module, at);
                    }
                    _ if text.ends_with(".__dict__") || &*text == "builtins" => {
                        if let Some(name) = key.as_str() {
                            let module = text.strip_suffix(".__dict__").unwrap_or(&text).to_owned();
                            let value = self.outside_named(&format!("{module}.{name}"), at);
                            return self.hidden(value, at);
                        }
                    }
                    _ => {}
                }
                let labels = self.paths.labels(*path);
                let taint = match (labels, key.as_str()) {
                    (Labels::NONE, _) | (_, None) => base.taint.clone(),
                    (labels, Some(part)) => {
                        let part = part.to_owned();
                        self.source(labels, *path, &part, at)
                    }
                };
                let pair = Rc::new((base.clone(), key.clone()));
                Val::around(Kind::Item(pair), taint, base.depth.max(key.depth))
            }
            Kind::Union(members) => {
                let members = Rc::clone(members);
                let all: Vec<Val> = members.iter().map(|member| self.item(member, key, at)).collect();
                all.into_iter().reduce(Val::either).unwrap_or(Val::UNKNOWN)
            }
            Kind::Class(class) => {
                // `Colour["red"]` of an enum, `List[int]` of a generic.
                let class = *class;
                key.as_str()
                    .map(|name| self.names.sym(name))
                    .and_then(|name| self.class_member(class, name))
                    .unwrap_or(Val::UNKNOWN)
            }
            _ => {
                let pair = Rc::new((base.clone(), key.clone()));
                let taint = base.taint.clone();
                Val::around(Kind::Item(pair), taint, base.depth.max(key.depth))
            }
        }
    }

    fn eval_call(&mut self, func: ExprId, args: &'a [crate::source::python::syntax::Arg], span: Span) -> Val {
        let ast = self.ast();
        let callee = self.eval(func);
        let args = self.eval_args(args);
        let at = self.at(span);
        // What changes a list or dict changes the variable that holds it.
        if let ExprKind::Attribute { value: base, attr } = &ast[func].kind
            && let Some(result) = self.mutate(*base, &callee, &attr.name, &args)
        {
            return result;
        }
        // `message.set_content(x)`: from now on `x` is in the message.
        if let ExprKind::Attribute { value: base, attr } = &ast[func].kind
            && FILLS.contains(&&*attr.name)
            && let taint @ Some(_) = args.taint()
        {
            let holder = match &callee.kind {
                Kind::Method(_, holder) => Some((**holder).clone()),
                Kind::Attr(pair) => Some(pair.0.clone()),
                _ => None,
            };
            if let Some(holder) = holder {
                self.store(*base, holder.with(&taint));
            }
        }
        self.call(&callee, args, at)
    }

    fn eval_args(&mut self, args: &'a [crate::source::python::syntax::Arg]) -> Args {
        let mut values = Args::default();
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
                                    values.named.push((key, entry.clone()));
                                }
                                None => more(&mut rest, entry.clone()),
                            }
                        }
                        if dict.open {
                            more(&mut rest, Val::dirty(value.taint.clone()));
                        }
                    }
                    _ => more(&mut rest, Val::dirty(value.taint.clone())),
                },
            }
        }
        values.rest = rest.map(Rc::new);
        values
    }

    /// Methods that change the list, set, or dict that they belong to.
    fn mutate(&mut self, base: ExprId, callee: &Val, method: &str, args: &Args) -> Option<Val> {
        let Kind::Attr(pair) = &callee.kind else { return None };
        let container = &pair.0;
        let taint = args.taint();
        let changed = match (&container.kind, method) {
            (Kind::Seq(seq), "append" | "add" | "insert" | "appendleft") => {
                let value = args.pos.last().cloned().unwrap_or(Val::UNKNOWN);
                let mut items = seq.items.clone();
                let mut open = seq.open || self.frame().loops > 0;
                if items.len() < 256 && method != "insert" {
                    items.push(value);
                } else {
                    open = true;
                }
                Val::seq(items, open)
            }
            (Kind::Seq(seq), "extend" | "update") => {
                let mut items = seq.items.clone();
                let mut open = seq.open || self.frame().loops > 0;
                match args.pos.first().and_then(|more| self.known_items(more)) {
                    Some(more) if items.len() + more.len() <= 256 => items.extend(more),
                    _ => open = true,
                }
                Val::seq(items, open)
            }
            (Kind::Seq(seq), "reverse") => {
                let mut items = seq.items.clone();
                items.reverse();
                Val::seq(items, seq.open)
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
                    dict.entries.push((key.clone(), value.clone()));
                }
                Val::dict(dict)
            }
            _ => return None,
        };
        let taint = merge(&taint, &container.taint);
        let result = match method {
            "pop" => self.item_of(container),
            "setdefault" => args.pos.get(1).cloned().unwrap_or(Val::UNKNOWN),
            _ => Val::constant(Constant::None),
        };
        self.store(base, changed.with(&taint));
        Some(result)
    }

    /// The name under which rules know a value: a dotted path, or `*.attribute` of something unknown.
    pub(super) fn called_name(&self, base: &Val, attr: Option<Sym>) -> Option<Rc<str>> {
        let own = match &base.kind {
            Kind::Path(path) | Kind::Method(path, _) => Some(Rc::clone(self.paths.text(*path))),
            Kind::Attr(pair) => Some(format!("*.{}", self.names.text(pair.1)).into()),
            Kind::Made(made) => match &made.callee.kind {
                Kind::Path(path) | Kind::Method(path, _) => Some(format!("{}()", self.paths.text(*path)).into()),
                _ => None,
            },
            _ => None,
        };
        match (own, attr) {
            (own, None) => own,
            (Some(own), Some(attr)) => Some(format!("{own}.{}", self.names.text(attr)).into()),
            (None, Some(attr)) => Some(format!("*.{}", self.names.text(attr)).into()),
        }
    }

    pub(super) fn is_watched(&self, name: &str) -> bool {
        self.model.watches(name)
    }

    /// The class of the method that is followed, when that is what `self` is.
    pub(super) fn is_method(&self) -> bool {
        let frame = self.frame();
        frame.class.is_some()
            && frame.func.is_some_and(|func| {
                let func = &self.funcs[func.0 as usize];
                !func.nested
                    && matches!(
                        func.binding,
                        super::engine::Binding::Plain
                            | super::engine::Binding::Property
                            | super::engine::Binding::Class
                    )
            })
    }

    /// An attribute of the object of the method that is followed.
    fn own_member(&mut self, class: ClassId, base: &Val, attr: Sym) -> Option<Val> {
        if let Some(func) = self.frame().func {
            let read = &mut self.funcs[func.0 as usize].read;
            if read.len() < 256 {
                read.push((class, attr));
            }
        }
        let receiver = Val { kind: Kind::Instance(class), ..base.clone() };
        let value = self.member(&receiver, attr)?;
        Some(match value.kind {
            // The object is our own first argument.
            Kind::Bound(func, _) => Val { kind: Kind::Bound(func, Rc::new(base.clone())), ..value },
            _ => value,
        })
    }
}

fn same_constant(a: &Val, b: &Val) -> bool {
    match (a.as_const(), b.as_const()) {
        (Some(a), Some(b)) => a == b,
        _ => false,
    }
}

pub(super) fn is_text(value: &Val) -> bool {
    matches!(&value.kind, Kind::Text(_)) || matches!(value.as_const(), Some(Constant::Str(_) | Constant::Bytes(_)))
}

/// The text of several pieces, one after another.
pub(super) fn concat(values: Vec<Val>) -> Val {
    let taint = super::value::merge_all(values.iter().map(|value| &value.taint));
    let inner = values.iter().map(|value| value.depth).max().unwrap_or(0);
    let mut pieces: Vec<Piece> = Vec::new();
    let mut literal = String::new();
    for value in values {
        match &value.kind {
            Kind::Text(more) => {
                for piece in more.iter() {
                    match piece {
                        Piece::Literal(text) => literal.push_str(text),
                        Piece::Hole(hole) => {
                            flush(&mut pieces, &mut literal);
                            pieces.push(Piece::Hole(hole.clone()));
                        }
                    }
                }
            }
            _ => match plain_text(&value) {
                Some(text) => literal.push_str(&text),
                None => {
                    flush(&mut pieces, &mut literal);
                    pieces.push(Piece::Hole(value));
                }
            },
        }
    }
    if pieces.is_empty() {
        return Val { taint, ..Val::text(literal) };
    }
    flush(&mut pieces, &mut literal);
    pieces.truncate(PIECES);
    // The text grows by its pieces, not in depth.
    Val::around(Kind::Text(pieces.into()), taint, inner.saturating_sub(1))
}

fn flush(pieces: &mut Vec<Piece>, literal: &mut String) {
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal.as_str().into()));
        literal.clear();
    }
}

fn plain_text(value: &Val) -> Option<String> {
    match value.as_const()? {
        Constant::Str(text) => Some(text.to_string()),
        Constant::Int(number) => Some(number.to_string()),
        Constant::Bytes(bytes) => String::from_utf8(bytes.to_vec()).ok(),
        _ => None,
    }
}

/// A list whose items are not known one by one.
pub(super) fn some_items(item: Val) -> Val {
    let taint = item.taint.clone();
    let inner = item.depth;
    Val::around(Kind::Seq(Rc::new(Seq { items: vec![item], open: true })), taint, inner)
}
