//! Expressions.

use std::rc::Rc;

use super::events::EventKind;
use super::fold::TEXT_LIMIT;
use super::interp::Interp;
use super::state::{DictEntry, Obj, ScopeKind, Slot};
use super::value::{At, Kind, Sym, Ty, Val};
use crate::model::Span;
use crate::source::python::syntax::{BinOp, BoolOp, CmpOp, Comprehension, Constant, ExprId, ExprKind, FPart, UnaryOp};

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
                self.attribute(&base, &attr.name, at)
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
                        if super::stmts::asks_for_context(&test) == Some(true) {
                            self.guards = super::Guards { context: true, ..(*outer).clone() }.into();
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
                let exact = self.comprehend(generators, &mut |me| {
                    let item = me.eval(*elt);
                    items.push(item);
                });
                self.new_obj(Obj::List { items, open: !exact, is_set }, at)
            }
            ExprKind::GeneratorExp { elt, generators } => {
                let mut items = Vec::new();
                // How far it is walked depends on who walks it.
                self.frame_mut().undecided += 1;
                let exact = self.comprehend(generators, &mut |me| {
                    let item = me.eval(*elt);
                    items.push(item);
                });
                self.frame_mut().undecided -= 1;
                // Consumed by what it is handed to; a list of the same items serves for that.
                self.new_obj(Obj::List { items, open: !exact, is_set: false }, at)
            }
            ExprKind::DictComp { key, value, generators } => {
                let dict = self.new_dict(at);
                let (key, value) = (*key, *value);
                let target = dict.clone();
                let exact = self.comprehend(generators, &mut |me| {
                    let key_val = me.eval(key);
                    let value_val = me.eval(value);
                    let (key_at, value_at) = (me.expr_at(key), me.expr_at(value));
                    me.dict_set(&target, key_val, key_at, value_val, value_at);
                });
                if !exact {
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
                if let Some(value) = value {
                    self.eval(*value);
                }
                Val::unknown(at)
            }
            ExprKind::YieldFrom(value) => {
                self.eval(*value);
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
        let value = self.lookup(name, at);
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

    fn eval_bool(&mut self, op: BoolOp, values: &'a [ExprId], at: At) -> Val {
        let mut seen = Vec::new();
        for (index, id) in values.iter().enumerate() {
            let value = match seen.last().cloned() {
                None => self.eval(*id),
                Some(left) => {
                    let tested = self.open_test(&left, at);
                    let mut side = self.side();
                    let value = self.eval_maybe(*id);
                    self.close_side(&mut side, false);
                    let none = super::Side { from: side.to, to: side.to, ends: false };
                    self.close_test(tested, if op == BoolOp::And { [side, none] } else { [none, side] });
                    value
                }
            };
            let last = index + 1 == values.len();
            match (op, self.truth(&value)) {
                (BoolOp::And, Some(false)) | (BoolOp::Or, Some(true)) => {
                    seen.push(value);
                    break;
                }
                (_, Some(_)) if !last => {}
                // On the side that goes on to the next operand the value is dropped.
                (BoolOp::Or, None) if !last => seen.push(self.without_falsy(value)),
                _ => seen.push(value),
            }
        }
        Val::union(seen, at)
    }

    fn without_falsy(&self, value: Val) -> Val {
        let at = value.at;
        let kept: Vec<Val> = value.alternatives().filter(|value| self.truth(value) != Some(false)).cloned().collect();
        if kept.is_empty() { value } else { Val::union(kept, at) }
    }

    fn eval_compare(&mut self, left: ExprId, rest: &'a [(CmpOp, ExprId)], at: At) -> Val {
        let mut left = self.eval(left);
        let mut all = Some(true);
        let mut parts = vec![left.clone()];
        for (op, right) in rest {
            let right = self.eval(*right);
            if matches!(op, CmpOp::In | CmpOp::NotIn) && matches!(right.kind, Kind::Sym(_)) {
                self.emit(EventKind::Contains { container: right.clone(), key: left.clone() }, at);
            }
            all = match (all, self.compare(&left, *op, &right)) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
            parts.push(right.clone());
            left = right;
        }
        match all {
            Some(known) => Val::constant(Constant::Bool(known), at),
            None => Val::from(parts, Ty::Bool, at),
        }
    }

    fn unary(&mut self, op: UnaryOp, value: &Val, at: At) -> Val {
        match (op, value.as_const()) {
            (UnaryOp::Not, _) => match self.truth(value) {
                Some(truth) => Val::constant(Constant::Bool(!truth), at),
                None => Val::from(vec![value.clone()], Ty::Bool, at),
            },
            (UnaryOp::USub, Some(Constant::Int(number))) => Val::constant(Constant::Int(number.wrapping_neg()), at),
            (UnaryOp::USub, Some(Constant::Float(number))) => Val::constant(Constant::Float(-number), at),
            (UnaryOp::UAdd, Some(Constant::Int(_) | Constant::Float(_))) => value.clone().seen_at(at),
            _ => Val::from(vec![value.clone()], Ty::Unknown, at),
        }
    }

    /// Runs the loops of a comprehension; false when the number of turns is not known.
    fn comprehend(&mut self, generators: &'a [Comprehension], each: &mut dyn FnMut(&mut Self)) -> bool {
        let parent = self.frame().scope;
        // Class bodies are not seen from inside a comprehension, but its first iterable is; that is close enough.
        let scope = self.new_scope(Some(parent), ScopeKind::Function);
        self.frame_mut().scope = scope;
        let exact = self.comprehend_in(generators, each);
        self.frame_mut().scope = parent;
        exact
    }

    fn comprehend_in(&mut self, generators: &'a [Comprehension], each: &mut dyn FnMut(&mut Self)) -> bool {
        let Some((generator, rest)) = generators.split_first() else {
            each(self);
            return true;
        };
        let iterable = self.eval(generator.iter);
        let known = self.items(&iterable).filter(|items| items.len() <= 256);
        let mut exact = known.is_some();
        let items = known.unwrap_or_else(|| vec![self.item_of(&iterable, iterable.at)]);
        let undecided = u32::from(!exact);
        for item in items {
            if !self.step() {
                return false;
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
            exact &= taken.is_some();
            let undecided = undecided + u32::from(taken.is_none());
            self.frame_mut().undecided += undecided;
            exact &= self.comprehend_in(rest, each);
            self.frame_mut().undecided -= undecided;
        }
        exact
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

    /// `target = value`
    pub(super) fn assign(&mut self, target: ExprId, value: Val) {
        let ast = self.ast(self.frame().file);
        let at = self.at(ast[target].span);
        match &ast[target].kind {
            ExprKind::Name(name) => self.bind_shared(name, value),
            ExprKind::Attribute { value: base, attr } => {
                let base = self.eval(*base);
                self.set_attribute(&base, &attr.name, value, at);
            }
            ExprKind::Subscript { value: base, slice } => {
                let base = self.eval(*base);
                let key = self.eval(*slice);
                let (key_at, value_at) = (self.expr_at(*slice), value.at);
                self.set_item(&base, key, key_at, value, value_at, at);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                let starred = items.iter().any(|item| matches!(ast[*item].kind, ExprKind::Starred(_)));
                let known = self.items(&value).filter(|values| !starred && values.len() == items.len());
                for (index, item) in items.iter().enumerate() {
                    let part = match &known {
                        Some(values) => values[index].clone(),
                        None => self.item_of(&value, at),
                    };
                    self.assign(*item, part);
                }
            }
            ExprKind::Starred(inner) => {
                let list = self.new_obj(Obj::List { items: Vec::new(), open: true, is_set: false }, at);
                self.assign(*inner, list);
            }
            _ => {}
        }
    }

    /// Binds a name where `global` or `nonlocal` sends it.
    fn bind_shared(&mut self, name: &str, value: Val) {
        let scope = self.frame().scope;
        let marker = format!("\0{name}");
        let target = self.state.scope(scope).and_then(|scope| scope.vars.get(marker.as_str())).and_then(|slot| {
            match slot.value.as_const() {
                Some(Constant::Int(id)) => u32::try_from(*id).ok().map(super::ScopeId),
                _ => None,
            }
        });
        self.bind_in(target.unwrap_or(scope), name, value);
    }

    /// `global name`, `nonlocal name`
    pub(super) fn share_name(&mut self, name: &str, is_global: bool) {
        let frame = self.frame();
        let module = self.files[frame.file.0 as usize].scope;
        let mut target = module;
        if !is_global {
            let mut next = self.state.scope(frame.scope).and_then(|scope| scope.parent);
            while let Some(id) = next {
                let Some(scope) = self.state.scope(id) else { break };
                if scope.kind == ScopeKind::Function && scope.vars.contains_key(name) {
                    target = id;
                    break;
                }
                next = scope.parent;
            }
        }
        let at = self.at(Span::default());
        let marker = format!("\0{name}");
        self.bind(&marker, Val::constant(Constant::Int(i64::from(target.0)), at));
    }

    pub(super) fn delete(&mut self, target: ExprId) {
        let ast = self.ast(self.frame().file);
        let at = self.at(ast[target].span);
        match &ast[target].kind {
            ExprKind::Name(name) => {
                let scope = self.frame().scope;
                if let Some(scope) = self.state.scope_mut(scope) {
                    scope.vars.remove(&**name);
                }
            }
            ExprKind::Subscript { value, slice } => {
                let base = self.eval(*value);
                let key = self.eval(*slice);
                self.delete_item(&base, &key, at);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                for item in items {
                    self.delete(*item);
                }
            }
            ExprKind::Attribute { value, .. } => {
                self.eval(*value);
            }
            _ => {}
        }
    }

    fn delete_item(&mut self, base: &Val, key: &Val, at: At) {
        if let Kind::Obj(id) = base.kind {
            let known = key.as_const().is_some();
            if let Some(Obj::Dict { entries, .. }) = self.state.obj_mut(id) {
                if known {
                    entries.retain(|entry| !entry.key.same(key));
                } else {
                    entries.iter_mut().for_each(|entry| entry.maybe = true);
                }
            }
        } else {
            self.emit(EventKind::SetItem { target: base.clone(), key: key.clone(), value: Val::unknown(at) }, at);
        }
    }

    pub(super) fn set_item(&mut self, base: &Val, key: Val, key_at: At, value: Val, value_at: At, at: At) {
        self.emit(EventKind::SetItem { target: base.clone(), key: key.clone(), value: value.clone() }, at);
        match base.kind {
            Kind::Obj(id) if matches!(self.state.obj(id), Some(Obj::Dict { .. })) => {
                self.dict_set(base, key, key_at, value, value_at);
            }
            Kind::Obj(id) => {
                if let Some(Obj::List { items, open, .. }) = self.state.obj_mut(id) {
                    match key.as_const() {
                        Some(Constant::Int(index)) if usize::try_from(*index).is_ok_and(|at| at < items.len()) => {
                            items[usize::try_from(*index).unwrap_or_default()] = value;
                        }
                        _ => *open = true,
                    }
                }
            }
            _ => {}
        }
    }

    /// `base.name = value`
    pub(super) fn set_attribute(&mut self, base: &Val, name: &str, value: Val, at: At) {
        let shared = self.name(name);
        self.emit(EventKind::SetAttr { target: base.clone(), name: Rc::clone(&shared), value: value.clone() }, at);
        match &base.kind {
            Kind::Obj(id) => {
                if let Some(Obj::Instance { attrs, .. }) = self.state.obj_mut(*id) {
                    attrs.insert(shared, Slot { value, maybe: false });
                }
            }
            Kind::Class(id) => {
                let scope = self.classes[id.0 as usize].scope;
                self.bind_in(scope, name, value);
            }
            Kind::Module(file) => {
                let scope = self.files[file.0 as usize].scope;
                self.bind_in(scope, name, value);
            }
            _ => {}
        }
    }

    fn binary(&mut self, left: &Val, op: BinOp, right: &Val, at: At) -> Val {
        if let Some(words) = super::failures::by_zero(left, op, right) {
            self.raise_builtin("ZeroDivisionError", vec![Val::text(words, at)], at);
            return Val::unknown(at);
        }
        if let Some(folded) = super::fold::binary(left, op, right, at) {
            self.budget.text(folded.as_str().map_or(0, str::len));
            return folded;
        }
        // `a | b` of dicts, `a + b` of lists.
        if op == BinOp::BitOr && self.type_of(left) == Ty::Dict {
            let dict = self.new_dict(at);
            self.dict_update(&dict, left);
            self.dict_update(&dict, right);
            return dict;
        }
        if let (BinOp::Add, Some(mut a), Some(b)) = (op, self.items(left), self.items(right)) {
            a.extend(b);
            return match (self.type_of(left), self.type_of(right)) {
                (Ty::List, Ty::List) => self.new_obj(Obj::List { items: a, open: false, is_set: false }, at),
                (Ty::Tuple, Ty::Tuple) => Val { kind: Kind::Tuple(a.into()), at },
                _ => Val::unknown(at),
            };
        }
        let ty = super::fold::binary_type(self.type_of(left), op, self.type_of(right));
        Val::from(vec![left.clone(), right.clone()], ty, at)
    }

    pub(super) fn binary_in_place(&mut self, left: &Val, op: BinOp, right: &Val, at: At) -> Val {
        if let Kind::Obj(id) = left.kind {
            match (op, self.state.obj(id)) {
                (BinOp::BitOr, Some(Obj::Dict { .. })) => {
                    self.dict_update(left, right);
                    return left.clone();
                }
                (BinOp::Add | BinOp::BitOr, Some(Obj::List { .. })) => {
                    self.list_extend(left, right);
                    return left.clone();
                }
                _ => {}
            }
        }
        self.binary(left, op, right, at)
    }

    /// Adds the items of `more` to a list or set.
    pub(super) fn list_extend(&mut self, list: &Val, more: &Val) {
        let added = self.items(more);
        if let Kind::Obj(id) = list.kind
            && let Some(Obj::List { items, open, .. }) = self.state.obj_mut(id)
        {
            match added {
                Some(added) if items.len() + added.len() <= 4096 => items.extend(added),
                _ => *open = true,
            }
        }
    }

    /// Marks a container as holding more than is listed.
    pub(super) fn open_obj(&mut self, value: &Val) {
        if let Kind::Obj(id) = value.kind {
            match self.state.obj_mut(id) {
                Some(Obj::Dict { entries, open, .. }) => {
                    *open = true;
                    entries.iter_mut().for_each(|entry: &mut DictEntry| entry.maybe = true);
                }
                Some(Obj::List { open, .. }) => *open = true,
                _ => {}
            }
        }
    }
}
