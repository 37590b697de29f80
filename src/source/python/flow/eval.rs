//! Expressions.

use super::operators::*;

use super::engine::Engine;
use super::frame::Level;
use super::names::Sym;
use super::taint::{Origins, cleared, merge};
use super::value::{Dict, Kind, Val};
use crate::model::Span;
use crate::source::python::syntax::BinOp;
use crate::source::python::syntax::{ExprId, ExprKind, FPart, UnaryOp};

/// Items of a list that are kept apart.
pub(super) const ITEMS: usize = 4096;

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
                let at = self.at(expr.span);
                if let ExprKind::Name(name) = &ast[*value].kind {
                    let name = self.names.sym(name);
                    if let Some(field) = self.fields.get(&(name, attr_sym)).copied()
                        && let Some(value) = self.own_var(field)
                    {
                        return value;
                    }
                }
                let base = self.eval(*value);
                let value = self.attribute(&base, attr_sym, at);
                self.named_password(attr_sym, value, at)
            }
            ExprKind::Call { func, args } => {
                let value = self.eval_call(*func, args, expr.span);
                if let ExprKind::Attribute { attr, .. } = &ast[*func].kind
                    && matches!(&*attr.name, "format" | "format_map" | "replace" | "join")
                {
                    self.tell_text(&value, expr.span);
                }
                value
            }
            ExprKind::JoinedStr(parts) => {
                let value = self.eval_fstring(parts);
                self.tell_text(&value, expr.span);
                value
            }
            ExprKind::BinOp { left, op, right } => {
                let value = self.eval_binary(*left, *op, *right);
                self.tell_text(&value, expr.span);
                value
            }
            ExprKind::Subscript { value, slice } => {
                let base = self.eval(*value);
                if let ExprKind::Slice { lower, upper, step } = &ast[*slice].kind {
                    let mut part = |id: &Option<ExprId>| id.map(|id| self.eval(id));
                    let (lower, upper, step) = (part(lower), part(upper), part(step));
                    return self.slice_of(&base, [lower, upper, step], self.at(expr.span));
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
                if self.exact.is_some()
                    && let Some(truth) = super::decided::decided(&test)
                {
                    return self.eval(if truth { *body } else { *orelse });
                }
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
            ExprKind::DictComp { key, value, generators } => self.comprehend_dict(generators, *key, *value),
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

    /// A text put together from many pieces is one text, which the outermost operation makes.
    fn eval_binary(&mut self, left: ExprId, op: BinOp, right: ExprId) -> Val {
        let ast = self.ast();
        let left_at = left;
        let left = match &ast[left].kind {
            ExprKind::BinOp { left, op, right } if self.step() => self.eval_binary(*left, *op, *right),
            ExprKind::JoinedStr(parts) => self.eval_fstring(parts),
            _ => self.eval(left),
        };
        let span = Span::new(ast[left_at].span.start, ast[right].span.end);
        let right = self.eval(right);
        if op == BinOp::Mult {
            self.tell_repeated(&left, &right, span);
        }
        self.binary(left, op, right)
    }

    fn yield_value(&mut self, value: Val) {
        if let Some(exact) = &mut self.exact {
            exact.keep(value);
            return;
        }
        let value = self.as_passed(value);
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
        if let Some(value) = self.name_by_star(file, name, at) {
            return value;
        }
        self.builtin(name, span).or_else(|| self.module_by_name(name, at)).unwrap_or(Val::UNKNOWN)
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
                        let item = self.item_of(&value);
                        values.push(item);
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
            let span = self.ast()[*value].span;
            let named = key.map(|key| self.at(self.ast()[key].span));
            let key = key.map(|key| self.eval(key));
            let value = self.eval(*value);
            if let (Some(name), Some(at)) = (key.as_ref().and_then(Val::as_str), named) {
                let name = self.names.sym(name);
                self.tell_compared(name, &None, &value, at);
            }
            match key {
                Some(key) if dict.entries.len() < ITEMS => {
                    if let (Some(name), true) = (key.as_str(), value.taint.is_some()) {
                        let name = self.names.sym(name);
                        let at = self.at(span);
                        self.tell_secret(name, &value, at);
                    }
                    dict.entries.push((key, value));
                }
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
                    let at = self.at(self.ast()[*value].span);
                    let value = self.eval(*value);
                    let value = self.said(value, at);
                    // `{x:d}` is a number or an error.
                    let number = spec
                        .as_deref()
                        .is_some_and(|spec| spec.ends_with(['d', 'x', 'X', 'f', 'e', 'g', 'b', 'o', 'n', '%']));
                    let value = if number {
                        let taint = cleared(&value.taint, super::model::Kinds::ALL);
                        value.from(taint)
                    } else {
                        value
                    };
                    // `{x!r}` is one line.
                    let value = if *conversion == Some('r') {
                        let taint = cleared(&value.taint, super::model::Kinds::LOG);
                        value.from(taint)
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
}
