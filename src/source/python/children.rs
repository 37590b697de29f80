//! The direct children of a node, for walks that need no more than that.

use super::syntax::{Ast, Comprehension, ExprId, ExprKind, FPart, Params};

/// Calls `visit` with each direct child of an expression, in the order of the text as far as
/// evaluation goes; defaults and annotations of a lambda's parameters count as its children.
pub fn expr_children(ast: &Ast, id: ExprId, visit: &mut impl FnMut(ExprId)) {
    match &ast[id].kind {
        ExprKind::Name(_) | ExprKind::Constant(_) | ExprKind::Invalid => {}
        ExprKind::JoinedStr(parts) => {
            for part in parts {
                if let FPart::Value { value, .. } = part {
                    visit(*value);
                }
            }
        }
        ExprKind::Attribute { value, .. }
        | ExprKind::Starred(value)
        | ExprKind::Await(value)
        | ExprKind::YieldFrom(value) => visit(*value),
        ExprKind::UnaryOp { operand, .. } => visit(*operand),
        ExprKind::Yield(value) => value.iter().copied().for_each(visit),
        ExprKind::Subscript { value, slice } => {
            visit(*value);
            visit(*slice);
        }
        ExprKind::Slice { lower, upper, step } => {
            [lower, upper, step].into_iter().flatten().copied().for_each(visit);
        }
        ExprKind::Call { func, args } => {
            visit(*func);
            args.iter().for_each(|arg| visit(arg.value));
        }
        ExprKind::BinOp { left, right, .. } => {
            visit(*left);
            visit(*right);
        }
        ExprKind::BoolOp { values, .. } => values.iter().copied().for_each(visit),
        ExprKind::Compare { left, rest } => {
            visit(*left);
            rest.iter().for_each(|(_, value)| visit(*value));
        }
        ExprKind::IfExp { test, body, orelse } => {
            visit(*test);
            visit(*body);
            visit(*orelse);
        }
        ExprKind::Lambda { params, body } => {
            params_children(params, visit);
            visit(*body);
        }
        ExprKind::Tuple(items) | ExprKind::List(items) | ExprKind::Set(items) => {
            items.iter().copied().for_each(visit);
        }
        ExprKind::Dict(pairs) => {
            for (key, value) in pairs {
                key.iter().copied().for_each(&mut *visit);
                visit(*value);
            }
        }
        ExprKind::ListComp { elt, generators }
        | ExprKind::SetComp { elt, generators }
        | ExprKind::GeneratorExp { elt, generators } => {
            generator_children(generators, visit);
            visit(*elt);
        }
        ExprKind::DictComp { key, value, generators } => {
            generator_children(generators, visit);
            visit(*key);
            visit(*value);
        }
        ExprKind::NamedExpr { target, value } => {
            visit(*value);
            visit(*target);
        }
    }
}

fn generator_children(generators: &[Comprehension], visit: &mut impl FnMut(ExprId)) {
    for clause in generators {
        visit(clause.iter);
        visit(clause.target);
        clause.ifs.iter().copied().for_each(&mut *visit);
    }
}

fn params_children(params: &Params, visit: &mut impl FnMut(ExprId)) {
    for param in &params.list {
        param.annotation.iter().chain(&param.default).copied().for_each(&mut *visit);
    }
}
