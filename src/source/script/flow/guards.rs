//! Tests that leave a value no choice but the allowed ones.

use super::super::syntax::{ExprId, ExprKind, Op, Script};

/// Names that can be trusted after a test.
#[derive(Debug, Default)]
pub(super) struct Guards<'s> {
    /// When it is true.
    pub(super) when_true: Vec<&'s str>,
    /// When it is false.
    pub(super) when_false: Vec<&'s str>,
}

/// What a test shows.
pub(super) fn of(script: &Script, test: ExprId, depth: usize) -> Guards<'_> {
    let mut guards = Guards::default();
    if depth > 20 {
        return guards;
    }
    let inner = |id| of(script, id, depth + 1);
    match &script[test].kind {
        ExprKind::Of(value) => return inner(*value),
        ExprKind::Compute(Op::Not, of) => {
            if let [value] = of.as_slice() {
                let Guards { when_true, when_false } = inner(*value);
                return Guards { when_true: when_false, when_false: when_true };
            }
        }
        ExprKind::And(left, right) => {
            guards.when_true = inner(*left).when_true;
            guards.when_true.extend(inner(*right).when_true);
        }
        ExprKind::Or(left, right) => {
            guards.when_false = inner(*left).when_false;
            guards.when_false.extend(inner(*right).when_false);
        }
        ExprKind::Compute(op, sides) => {
            let [left, right] = sides.as_slice() else { return guards };
            let constant =
                |id: ExprId| matches!(script[id].kind, ExprKind::Text(_) | ExprKind::Constant | ExprKind::Number(_));
            let names: Vec<&str> = [(*left, *right), (*right, *left)]
                .into_iter()
                .filter(|(_, other)| *op == Op::In || constant(*other))
                .filter_map(|(one, _)| name(script, one))
                .collect();
            match op {
                Op::Equal => guards.when_true = names,
                Op::Unequal => guards.when_false = names,
                Op::In => guards.when_true = name(script, *left).into_iter().collect(),
                // `indexOf(x) !== -1` and `>= 0` say the same as `includes(x)`.
                Op::Other | Op::Not => guards.when_true = inner(*left).when_true,
            }
            if matches!(op, Op::Unequal | Op::Equal) && matches!(script[*left].kind, ExprKind::Call { .. }) {
                let found = inner(*left).when_true;
                if *op == Op::Unequal { guards.when_true = found } else { guards.when_false = found }
            }
        }
        ExprKind::Call { callee, args, .. } => {
            let method = match &script[*callee].kind {
                ExprKind::Member { name, object, .. } => Some((&**name, *object)),
                _ => None,
            };
            let given = || args.first().and_then(|arg| name(script, *arg));
            guards.when_true = match method {
                Some((
                    "includes" | "has" | "test" | "indexOf" | "hasOwnProperty" | "hasOwn" | "contains" | "some",
                    _,
                )) => {
                    let last = args.last().and_then(|arg| name(script, *arg));
                    given().or(last).into_iter().collect()
                }
                Some(("match" | "startsWith" | "endsWith", object)) => name(script, object).into_iter().collect(),
                Some((other, _)) if is_a_check(other) => given().into_iter().collect(),
                None if name(script, *callee).is_some_and(is_a_check) => given().into_iter().collect(),
                _ => Vec::new(),
            };
        }
        _ => {}
    }
    guards
}

/// The name that an expression is, or that it only trims or lowers.
fn name(script: &Script, id: ExprId) -> Option<&str> {
    match &script[id].kind {
        ExprKind::Name(name) => Some(name),
        ExprKind::Of(inner) => name(script, *inner),
        _ => None,
    }
}

/// `isSafe`, `validUrl`, `checkName`, `isAllowed`: a name that says so.
fn is_a_check(name: &str) -> bool {
    let lower = name.to_ascii_lowercase();
    ["safe", "valid", "allow", "trusted", "sameorigin", "isinternal", "islocal", "whitelist", "permitted"]
        .iter()
        .any(|word| lower.contains(word))
}
