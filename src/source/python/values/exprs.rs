//! Expressions.

use std::rc::Rc;

use super::events::EventKind;
use super::fold::TEXT_LIMIT;
use super::interp::Interp;
use super::state::{Obj, ScopeKind};
use super::value::{At, Kind, Sym, Ty, Val};
use crate::source::python::syntax::{Comprehension, Constant, ExprId, ExprKind, FPart};

/// What is known of the turns of a comprehension.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Turns {
    /// Each one is taken.
    Taken,
    /// Some of them may be passed over.
    Doubtful,
    /// How many there are is not known.
    Unknown,
}

impl<'a> Interp<'a> {
    /// What an expression is worth.
    pub(super) fn eval(&mut self, id: ExprId) -> Val {
        let ast = self.ast(self.frame().file);
        let expr = &ast[id];
        let at = self.at(expr.span);
        if !self.step() {
            return Val::unknown(at);
        }
        match &expr.kind {
            ExprKind::Name(name) => self.read_name(name, at),
            ExprKind::Constant(constant) => {
                if let Constant::Str(text) = constant {
                    self.budget.text(text.len());
                }
                Val::constant(constant.clone(), at)
            }
            ExprKind::JoinedStr(parts) => self.eval_joined(parts, at),
            ExprKind::Attribute { value, attr } => {
                let base = self.eval(*value);
                let name = self.private(&attr.name);
                self.attribute(&base, &name, at)
            }
            ExprKind::Subscript { value, slice } => {
                let base = self.eval(*value);
                if let ExprKind::Slice { lower, upper, step } = &ast[*slice].kind {
                    // The first parts of a version compare as the whole does.
                    if base.as_external() == Some("sys.version_info") && lower.is_none() && step.is_none() {
                        return base;
                    }
                    let bounds = [lower, upper, step].map(|bound| bound.map(|bound| self.eval(bound)));
                    return self.slice(&base, &bounds, at);
                }
                let key = self.eval(*slice);
                self.subscript(&base, &key, at)
            }
            ExprKind::Slice { lower, upper, step } => {
                for bound in [lower, upper, step].into_iter().flatten() {
                    self.eval(*bound);
                }
                Val::from(Vec::new(), Ty::Other, at)
            }
            ExprKind::Call { func, args } => self.eval_call(*func, args, at),
            ExprKind::BinOp { left, op, right } => {
                let left = self.eval(*left);
                let right = self.eval(*right);
                self.binary(&left, *op, &right, at)
            }
            ExprKind::UnaryOp { op, operand } => {
                let value = self.eval(*operand);
                self.unary(*op, &value, at)
            }
            ExprKind::BoolOp { op, values } => self.eval_bool(*op, values, at),
            ExprKind::Compare { left, rest } => self.eval_compare(*left, rest, at),
            ExprKind::IfExp { test: test_id, body, orelse } => {
                let test = self.eval(*test_id);
                match self.truth(&test) {
                    Some(true) => self.eval(*body),
                    Some(false) => self.eval(*orelse),
                    None => {
                        let outer = Rc::clone(&self.guards);
                        if let Some((true, context)) = super::stmts::asks_for_context(&test) {
                            let context = outer.context.max(context);
                            self.guards = super::Guards { context, ..(*outer).clone() }.into();
                        }
                        let tested = self.open_test(&test, at);
                        let mut sides = [self.side(); 2];
                        let narrowed = self.narrow(*test_id, true);
                        let body = self.eval_maybe(*body);
                        self.widen(narrowed);
                        self.guards = outer;
                        self.close_side(&mut sides[0], false);
                        sides[1] = self.side();
                        let narrowed = self.narrow(*test_id, false);
                        let orelse = self.eval_maybe(*orelse);
                        self.widen(narrowed);
                        self.close_side(&mut sides[1], false);
                        self.close_test(tested, sides);
                        Val::union([body, orelse], at)
                    }
                }
            }
            ExprKind::Lambda { params, body } => self.define_lambda(params, *body, expr.span),
            ExprKind::Tuple(items) => {
                let (items, open) = self.eval_items(items);
                if open { Val::from(items, Ty::Tuple, at) } else { Val { kind: Kind::Tuple(items.into()), at } }
            }
            ExprKind::List(items) => {
                let (items, open) = self.eval_items(items);
                self.new_obj(Obj::List { items, open, is_set: false }, at)
            }
            ExprKind::Set(items) => {
                let (items, open) = self.eval_items(items);
                self.new_obj(Obj::List { items, open, is_set: true }, at)
            }
            ExprKind::Dict(pairs) => self.eval_dict(pairs, at),
            ExprKind::ListComp { elt, generators } | ExprKind::SetComp { elt, generators } => {
                let is_set = matches!(expr.kind, ExprKind::SetComp { .. });
                let mut items = Vec::new();
                let turns = self.comprehend(generators, &mut |me| {
                    let item = me.eval(*elt);
                    items.push(item);
                });
                self.new_obj(Obj::List { items, open: turns != Turns::Taken, is_set }, at)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                let mut items = Vec::new();
                // How far it is walked depends on who walks it.
                self.frame_mut().undecided += 1;
                let turns = self.comprehend(generators, &mut |me| {
                    let item = me.eval(*elt);
                    items.push(item);
                });
                self.frame_mut().undecided -= 1;
                // Consumed by what it is handed to; a list of the same items serves for that.
                self.new_obj(Obj::List { items, open: turns != Turns::Taken, is_set: false }, at)
            }
            ExprKind::DictComp { key, value, generators } => {
                let dict = self.new_dict(at);
                let (key, value) = (*key, *value);
                let target = dict.clone();
                let decided = self.undecided();
                let turns = self.comprehend(generators, &mut |me| {
                    let key_val = me.eval(key);
                    let value_val = me.eval(value);
                    let (key_at, value_at) = (me.expr_at(key), me.expr_at(value));
                    let doubtful = (me.undecided() > decided).then(|| key_val.clone());
                    me.dict_set(&target, key_val, key_at, value_val, value_at);
                    if let Some(key) = doubtful {
                        me.doubt(&target, &key);
                    }
                });
                if turns == Turns::Unknown {
                    self.open_obj(&dict);
                }
                dict
            }
            ExprKind::Starred(value) => self.eval(*value),
            ExprKind::NamedExpr { target, value } => {
                let value = self.eval(*value);
                self.assign(*target, value.clone());
                value
            }
            ExprKind::Await(value) => {
                let value = self.eval(*value);
                Val::from(vec![value], Ty::Unknown, at)
            }
            ExprKind::Yield(value) => {
                self.yielded = Some(Rc::clone(&self.guards));
                let value = value.map_or_else(|| Val::none(at), |value| self.eval(value));
                self.hand_out(value);
                Val::unknown(at)
            }
            ExprKind::YieldFrom(value) => {
                let inner = self.eval(*value);
                self.hand_out_all(&inner);
                Val::unknown(at)
            }
            ExprKind::Invalid => Val::unknown(at),
        }
    }

    /// Evaluates something that may not be reached.
    pub(super) fn eval_maybe(&mut self, id: ExprId) -> Val {
        self.frame_mut().undecided += 1;
        let value = self.eval(id);
        self.frame_mut().undecided -= 1;
        value
    }

    pub(super) fn expr_at(&self, id: ExprId) -> At {
        let span = self.ast(self.frame().file)[id].span;
        self.at(span)
    }

    fn read_name(&mut self, name: &str, at: At) -> Val {
        let name = self.private(name);
        let value = self.lookup(&name, at);
        if let Some(path) = value.as_external() {
            let path: Rc<str> = path.into();
            self.emit(EventKind::Read(path), at);
        }
        // A constant keeps the place of its literal, where the author must change it.
        match value.kind {
            Kind::Const(_) | Kind::Obj(_) | Kind::Union(_) => value,
            _ => value.seen_at(at),
        }
    }

    fn eval_joined(&mut self, parts: &'a [FPart], at: At) -> Val {
        let mut text = String::new();
        let mut known = true;
        let mut values = Vec::new();
        for part in parts {
            match part {
                FPart::Literal(literal) => text.push_str(literal),
                FPart::Value { value, conversion, has_spec, .. } => {
                    let value = self.eval(*value);
                    match self.plain_text(&value).filter(|_| conversion.is_none() && !has_spec) {
                        Some(plain) if text.len() + plain.len() <= TEXT_LIMIT => text.push_str(&plain),
                        Some(_) => known = false,
                        None => known = false,
                    }
                    values.push(value);
                }
            }
        }
        self.budget.text(text.len());
        if known { Val::text(text, at) } else { Val::from(values, Ty::Str, at) }
    }

    fn eval_items(&mut self, items: &'a [ExprId]) -> (Vec<Val>, bool) {
        let ast = self.ast(self.frame().file);
        let mut values = Vec::with_capacity(items.len());
        let mut open = false;
        for item in items {
            if let ExprKind::Starred(inner) = ast[*item].kind {
                let spread = self.eval(inner);
                match self.items(&spread) {
                    Some(items) => {
                        self.budget.copy(items.len());
                        values.extend(items);
                    }
                    None => open = true,
                }
            } else {
                values.push(self.eval(*item));
            }
        }
        (values, open)
    }

    fn eval_dict(&mut self, pairs: &'a [(Option<ExprId>, ExprId)], at: At) -> Val {
        let dict = self.new_dict(at);
        for (key, value) in pairs {
            match key {
                Some(key) => {
                    let key_val = self.eval(*key);
                    let value_val = self.eval(*value);
                    let (key_at, value_at) = (self.expr_at(*key), self.expr_at(*value));
                    self.dict_set(&dict, key_val, key_at, value_val, value_at);
                }
                None => {
                    let spread = self.eval(*value);
                    self.dict_update(&dict, &spread);
                }
            }
        }
        dict
    }

    /// Runs the loops of a comprehension.
    fn comprehend(&mut self, generators: &'a [Comprehension], each: &mut dyn FnMut(&mut Self)) -> Turns {
        let parent = self.frame().scope;
        // What is walked first is worked out in the scope around. The names of a class body are not seen from inside
        // of a comprehension; they are here, and that is close enough.
        let first = generators.first().map(|generator| self.eval(generator.iter));
        let scope = self.new_scope(Some(parent), ScopeKind::Function);
        self.frame_mut().scope = scope;
        let turns = self.comprehend_in(generators, first, each);
        self.frame_mut().scope = parent;
        turns
    }

    fn comprehend_in(
        &mut self,
        generators: &'a [Comprehension],
        walked: Option<Val>,
        each: &mut dyn FnMut(&mut Self),
    ) -> Turns {
        let Some((generator, rest)) = generators.split_first() else {
            each(self);
            return Turns::Taken;
        };
        let iterable = walked.unwrap_or_else(|| self.eval(generator.iter));
        let iterable = self.walked(&iterable);
        let known = self.items(&iterable).filter(|items| items.len() <= 256);
        let mut turns = if known.is_some() { Turns::Taken } else { Turns::Unknown };
        let items = known.unwrap_or_else(|| vec![self.item_of(&iterable, iterable.at)]);
        let undecided = u32::from(turns == Turns::Unknown);
        for item in items {
            if !self.step() {
                return Turns::Unknown;
            }
            self.assign(generator.target, item);
            let mut taken = Some(true);
            for test in &generator.ifs {
                let test = self.eval(*test);
                match self.truth(&test) {
                    Some(true) => {}
                    Some(false) => taken = Some(false),
                    None if taken == Some(true) => taken = None,
                    None => {}
                }
            }
            if taken == Some(false) {
                continue;
            }
            if taken.is_none() {
                turns = turns.max(Turns::Doubtful);
            }
            let undecided = undecided + u32::from(taken.is_none());
            self.frame_mut().undecided += undecided;
            turns = turns.max(self.comprehend_in(rest, None, each));
            self.frame_mut().undecided -= undecided;
        }
        turns
    }

    /// An item of something that is walked.
    pub(super) fn item_of(&mut self, iterable: &Val, at: At) -> Val {
        if let Kind::Obj(id) = iterable.kind {
            match self.state.obj(id) {
                Some(Obj::List { items, open, .. }) => {
                    if items.len() > 64 {
                        return Val::unknown(at);
                    }
                    let mut items = items.clone();
                    if *open {
                        items.push(Val::unknown(at));
                    }
                    return Val::union(items, at);
                }
                Some(Obj::Dict { .. }) => return Val::from(vec![iterable.clone()], Ty::Unknown, at),
                _ => {}
            }
        }
        match &iterable.kind {
            Kind::Sym(_) => Val::sym(Sym::Item { base: iterable.clone(), key: Val::unknown(at) }, at),
            _ => Val::unknown(at),
        }
    }
}
