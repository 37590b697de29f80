//! Operators, and texts that are put together.

use std::rc::Rc;

use super::engine::*;
use super::eval::ITEMS;
use super::taint::*;
use super::value::*;
use crate::model::Span;
use crate::source::python::syntax::*;

impl<'a> Engine<'a, '_> {
    pub(super) fn binary(&mut self, left: Val, op: BinOp, right: Val) -> Val {
        if let Some(folded) = super::fold::binary(&left, op, &right) {
            // A text that is made costs what it is long.
            self.budget = self.budget.saturating_sub(folded.as_bytes().map_or(0, <[u8]>::len) as u64 / 16);
            return folded;
        }
        if let Some(answer) = self.operated(&left, op, &right) {
            return answer;
        }
        let taint = merge(&left.taint, &right.taint);
        match op {
            BinOp::Add => match (&left.kind, &right.kind) {
                (Kind::Seq(a), Kind::Seq(b)) if a.items.len() + b.items.len() <= ITEMS => {
                    let items = a.items.iter().chain(&b.items).cloned().collect();
                    Val::seq(items, a.open || b.open).with(&taint)
                }
                _ if is_text(&left) || is_text(&right) => concat(vec![left, right]),
                _ if self.says_text(&left) || self.says_text(&right) => concat(vec![left, right]),
                // Each caller may know what they are.
                (Kind::Union(members), Kind::Seq(_)) if members.iter().all(|one| matches!(one.kind, Kind::Seq(_))) => {
                    let all = members.iter().map(|one| self.binary(one.clone(), op, right.clone()));
                    let all = all.collect::<Vec<_>>().into_iter().reduce(Val::either).unwrap_or(Val::UNKNOWN);
                    all.with(&taint)
                }
                _ if left.has_param() || right.has_param() => {
                    let depth = left.depth.max(right.depth);
                    let callee = Val::plain(Kind::Path(self.paths.of("operator.add")));
                    let made = Made { callee, args: Args::of(vec![left, right]), at: self.at(Span::default()) };
                    Val::around(Kind::Made(Rc::new(made)), taint, depth)
                }
                _ => Val::dirty(taint),
            },
            // `["0"] * 4`
            BinOp::Mult => match (&left.kind, right.as_int().and_then(|times| usize::try_from(times).ok())) {
                (Kind::Seq(seq), Some(times)) if !seq.open && seq.items.len().saturating_mul(times) <= 256 => {
                    let items = std::iter::repeat_n(&seq.items, times).flatten().cloned().collect();
                    Val::seq(items, false).with(&taint)
                }
                // So many of the same: only their number is not known.
                (Kind::Seq(seq), _) if !seq.items.is_empty() => Val::seq(seq.items.clone(), true).with(&taint),
                _ if is_text(&left) => concat(vec![left, Val::number()]).with(&taint),
                _ if is_text(&right) => concat(vec![right, Val::number()]).with(&taint),
                _ => Val::dirty(taint),
            },
            // `if set(given) - ALLOWED:`: where nothing is left over, all of it is among ours.
            BinOp::Sub if !self.passes_within(&left, &right).is_empty() => {
                let passes = self.passes_within(&left, &right);
                let passed = passes.into_iter().map(|(origin, kinds)| Passed { origin, kinds, when: false });
                Val::new(Kind::Check(passed.collect()), taint, 0)
            }
            BinOp::Mod if is_text(&left) => {
                let at = self.at(Span::default());
                super::texts::percent(&left, &self.said(right, at))
            }
            // What is left of a division is less than what it is divided by.
            BinOp::Mod if right.as_int().is_some() => Val::dirty(cleared(&taint, super::model::Kinds::AMOUNT)),
            BinOp::BitOr => match (&left.kind, &right.kind) {
                (Kind::Dict(a), Kind::Dict(b)) if a.entries.len() + b.entries.len() <= ITEMS => {
                    let entries = a.entries.iter().chain(&b.entries).cloned().collect();
                    Val::dict(Dict { entries, open: a.open || b.open })
                }
                // A mode with some bits known for sure.
                _ if left.as_int().is_some() != right.as_int().is_some() => left.either(right).with(&taint),
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
                    let from = left.taint.clone();
                    let callee = Val::around(Kind::Method(join, Rc::new(left)), from, depth);
                    let made = super::value::Made { callee, args: Args::of(vec![right]), at: self.at(Span::default()) };
                    return Val::around(Kind::Made(Rc::new(made)), taint, depth);
                }
                Val::dirty(taint)
            }
            _ => Val::dirty(taint),
        }
    }

    pub(super) fn eval_bool(&mut self, op: BoolOp, values: &'a [ExprId]) -> Val {
        let before = self.frame().passed.clone();
        let mut values = values;
        if self.exact.is_some() {
            while let Some((first, rest)) = values.split_first() {
                let value = self.eval(*first);
                let Some(truth) = super::decided::decided(&value) else { break };
                if rest.is_empty() || truth == (op == BoolOp::Or) {
                    return value;
                }
                values = rest;
            }
        }
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

    pub(super) fn eval_compare(&mut self, left: ExprId, rest: &'a [(CmpOp, ExprId)]) -> Val {
        let ast = self.ast();
        let name = name_of(ast, left);
        let mut left = self.eval(left);
        let mut answers = Vec::new();
        for (op, right) in rest {
            let at = self.at(ast[*right].span);
            let right = self.eval(*right);
            if let (CmpOp::Eq | CmpOp::NotEq, Some(name)) = (op, name) {
                let name = self.names.sym(name);
                self.tell_compared(name, &left.taint, &right, at);
            }
            self.asked(&left, *op, &right, at);
            let known = self.exact.as_ref().and_then(|_| super::decided::compared(&left, *op, &right));
            answers.push(match known {
                Some(truth) => Val::constant(Constant::Bool(truth)),
                None => self.compared(&left, *op, &right),
            });
            left = right;
        }
        match answers.as_slice() {
            [answer] => answer.clone(),
            // `0 < x <= 10` is `0 < x and x <= 10`.
            all => {
                let all: Vec<_> = all.iter().map(|answer| self.passed_by(answer)).collect();
                self.combined(BoolOp::And, &all, Val::UNKNOWN)
            }
        }
    }
}

/// The name of a variable, an attribute, or an item: `code`, `user.code`, `form["code"]`, `form.get("code")`.
fn name_of(ast: &Ast, id: ExprId) -> Option<&str> {
    let text = |id: ExprId| match &ast[id].kind {
        ExprKind::Constant(Constant::Str(text)) => Some(&**text),
        _ => None,
    };
    match &ast[id].kind {
        ExprKind::Name(name) => Some(&**name),
        ExprKind::Attribute { attr, .. } => Some(&*attr.name),
        ExprKind::Subscript { slice, .. } => text(*slice),
        ExprKind::Call { func, args } => match &ast[*func].kind {
            ExprKind::Attribute { attr, .. } if &*attr.name == "get" => text(args.first()?.value),
            _ => None,
        },
        _ => None,
    }
}

/// The operator that a function stands for.
pub(super) fn named(path: &str) -> Option<BinOp> {
    Some(match path.strip_prefix("operator.")? {
        "add" | "concat" | "iadd" | "iconcat" => BinOp::Add,
        "sub" => BinOp::Sub,
        "mul" => BinOp::Mult,
        "mod" => BinOp::Mod,
        "floordiv" => BinOp::FloorDiv,
        "or_" | "ior" => BinOp::BitOr,
        "xor" => BinOp::BitXor,
        "and_" => BinOp::BitAnd,
        "lshift" => BinOp::LShift,
        "rshift" => BinOp::RShift,
        "truediv" => BinOp::Div,
        _ => return None,
    })
}

pub(super) fn is_text(value: &Val) -> bool {
    matches!(&value.kind, Kind::Text(_)) || matches!(value.as_const(), Some(Constant::Str(_) | Constant::Bytes(_)))
}

/// The text of several pieces, one after another.
pub(super) fn concat(values: Vec<Val>) -> Val {
    let taint = super::taint::merge_all(values.iter().map(|value| &value.taint));
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
    if let Some(all) = one_of_several(&pieces, &literal) {
        return all.from(taint);
    }
    if literal.len() > super::fold::LONGEST {
        return Val::dirty(taint);
    }
    if pieces.is_empty() {
        return Val::text(literal).from(taint);
    }
    flush(&mut pieces, &mut literal);
    pieces.truncate(PIECES);
    // The text grows by its pieces, not in depth.
    Val::around(Kind::Text(pieces.into()), taint, inner.saturating_sub(1))
}

/// A text with a choice among texts in it is a choice among texts.
fn one_of_several(pieces: &[Piece], end: &str) -> Option<Val> {
    let mut all = vec![String::new()];
    let mut choice = false;
    for piece in pieces {
        match piece {
            Piece::Literal(text) => all.iter_mut().for_each(|said| said.push_str(text)),
            Piece::Hole(Val { kind: Kind::Union(members), .. }) => {
                let texts: Option<Vec<String>> = members.iter().map(plain_text).collect();
                let texts = texts.filter(|texts| all.len() * texts.len() <= 6)?;
                all = all.iter().flat_map(|said| texts.iter().map(move |text| format!("{said}{text}"))).collect();
                choice = true;
            }
            Piece::Hole(_) => return None,
        }
    }
    choice.then(|| all.into_iter().map(|said| Val::text(said + end)).reduce(Val::either))?
}

pub(super) fn flush(pieces: &mut Vec<Piece>, literal: &mut String) {
    if !literal.is_empty() {
        pieces.push(Piece::Literal(literal.as_str().into()));
        literal.clear();
    }
}

pub(super) fn plain_text(value: &Val) -> Option<String> {
    match value.as_const()? {
        Constant::Str(text) => Some(text.to_string()),
        Constant::Int(number) => Some(number.to_string()),
        Constant::Bytes(bytes) => String::from_utf8(bytes.to_vec()).ok(),
        _ => None,
    }
}
