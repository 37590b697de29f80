//! What can be said of values, and of code, before anything is worked out turn by turn.

use super::exec::truth;
use super::names_used::parts;
use super::value::{Kind, Val};
use crate::source::python::children::expr_children;
use crate::source::python::syntax::{Ast, BinOp, CmpOp, Constant, ExprId, ExprKind, StmtId, StmtKind};

/// Whether a value counts as true, when that is known.
pub(super) fn decided(value: &Val) -> Option<bool> {
    match &value.kind {
        Kind::Const(constant) => match &**constant {
            Constant::Str(text) => Some(!text.is_empty()),
            Constant::Bytes(bytes) => Some(!bytes.is_empty()),
            _ => truth(value),
        },
        Kind::Seq(seq) if !seq.open => Some(!seq.items.is_empty()),
        Kind::Dict(dict) if !dict.open => Some(!dict.entries.is_empty()),
        Kind::Func(..) | Kind::Class(_) | Kind::Module(_) => Some(true),
        _ => None,
    }
}

/// What a comparison of two known values says.
pub(super) fn compared(left: &Val, op: CmpOp, right: &Val) -> Option<bool> {
    let known = |value: &Val| value.taint.is_none();
    if !known(left) || !known(right) {
        return None;
    }
    let among = || match &right.kind {
        Kind::Seq(seq) if !seq.open => {
            let left = left.as_const()?;
            let all: Option<Vec<&Constant>> = seq.items.iter().map(Val::as_const).collect();
            Some(all?.contains(&left))
        }
        Kind::Dict(dict) if !dict.open => {
            let left = left.as_const()?;
            let all: Option<Vec<&Constant>> = dict.entries.iter().map(|(key, _)| key.as_const()).collect();
            Some(all?.contains(&left))
        }
        _ => match (left.as_const()?, right.as_const()?) {
            (Constant::Str(part), Constant::Str(text)) => Some(text.contains(&**part)),
            (Constant::Int(byte), Constant::Bytes(bytes)) => {
                Some(u8::try_from(*byte).is_ok_and(|b| bytes.contains(&b)))
            }
            _ => None,
        },
    };
    let order = || match (left.as_const()?, right.as_const()?) {
        (Constant::Str(a), Constant::Str(b)) => Some(a.cmp(b)),
        (Constant::Bytes(a), Constant::Bytes(b)) => Some(a.cmp(b)),
        _ => Some(left.as_int()?.cmp(&right.as_int()?)),
    };
    let none = |value: &Val| matches!(value.as_const(), Some(Constant::None));
    Some(match op {
        CmpOp::Eq => left.as_const()? == right.as_const()?,
        CmpOp::NotEq => left.as_const()? != right.as_const()?,
        CmpOp::Lt => order()?.is_lt(),
        CmpOp::LtE => order()?.is_le(),
        CmpOp::Gt => order()?.is_gt(),
        CmpOp::GtE => order()?.is_ge(),
        CmpOp::In => among()?,
        CmpOp::NotIn => !among()?,
        CmpOp::Is if none(right) && left.as_const().is_some() => none(left),
        CmpOp::IsNot if none(right) && left.as_const().is_some() => !none(left),
        CmpOp::Is | CmpOp::IsNot => return None,
    })
}

/// Whether a value is known through and through; the program's own functions, and names outside, are known by name.
pub(super) fn known(value: &Val, left: &mut u32) -> bool {
    *left = left.saturating_sub(1);
    if *left == 0 || value.taint.is_some() {
        return false;
    }
    match &value.kind {
        Kind::Const(_) | Kind::Path(_) | Kind::Func(..) | Kind::Class(_) | Kind::Module(_) | Kind::Instance(_) => true,
        Kind::Seq(seq) => !seq.open && seq.items.iter().all(|item| known(item, left)),
        Kind::Dict(dict) => {
            !dict.open && dict.entries.iter().all(|(key, value)| known(key, left) && known(value, left))
        }
        _ => false,
    }
}

/// Whether there is a loop of some kind, or something that is calculated.
pub(super) fn computes_in(ast: &Ast, body: &[StmtId]) -> bool {
    body.iter().any(|id| match &ast[*id].kind {
        StmtKind::For { .. } | StmtKind::While { .. } => true,
        StmtKind::FunctionDef(_) | StmtKind::ClassDef(_) => false,
        other => {
            let (exprs, blocks) = parts(other);
            exprs.into_iter().any(|expr| computes_here(ast, expr)) || blocks.iter().any(|block| computes_in(ast, block))
        }
    })
}

/// Whether an expression turns over something, or calculates.
pub(super) fn computes_here(ast: &Ast, id: ExprId) -> bool {
    let own = match &ast[id].kind {
        ExprKind::ListComp { .. }
        | ExprKind::SetComp { .. }
        | ExprKind::GeneratorExp { .. }
        | ExprKind::DictComp { .. }
        | ExprKind::Yield(_) => true,
        // Texts that are joined are known without this.
        ExprKind::BinOp { op, .. } => !matches!(op, BinOp::Add | BinOp::Mod | BinOp::Div),
        ExprKind::Call { func, .. } => {
            matches!(&ast[*func].kind, ExprKind::Name(name) if matches!(&**name, "map" | "filter" | "zip"))
        }
        _ => false,
    };
    let mut found = own;
    if !found {
        expr_children(ast, id, &mut |child| found = found || computes_here(ast, child));
    }
    found
}

/// Whether the body of a loop does nothing but put something together.
pub(super) fn gathers(ast: &Ast, body: &[StmtId]) -> bool {
    fn plain(ast: &Ast, body: &[StmtId], gathered: &mut bool) -> bool {
        body.iter().all(|id| match &ast[*id].kind {
            StmtKind::Assign { targets, value } => targets.iter().all(|target| match &ast[*target].kind {
                // `text = text + piece` gathers, too.
                ExprKind::Name(_) | ExprKind::Tuple(_) => {
                    *gathered |= matches!(ast[*value].kind, ExprKind::BinOp { .. });
                    true
                }
                ExprKind::Subscript { value, .. } => {
                    *gathered = true;
                    matches!(ast[*value].kind, ExprKind::Name(_))
                }
                _ => false,
            }),
            StmtKind::AugAssign { target, .. } => {
                *gathered = true;
                matches!(ast[*target].kind, ExprKind::Name(_))
            }
            StmtKind::Expr(value) => match &ast[*value].kind {
                ExprKind::Call { func, .. } => match &ast[*func].kind {
                    ExprKind::Attribute { value, attr } => {
                        let puts = matches!(&*attr.name, "append" | "extend" | "insert" | "add" | "update");
                        *gathered |= puts;
                        puts && matches!(ast[*value].kind, ExprKind::Name(_))
                    }
                    _ => false,
                },
                ExprKind::Constant(_) => true,
                _ => false,
            },
            StmtKind::If { body, orelse, .. } => plain(ast, body, gathered) && plain(ast, orelse, gathered),
            StmtKind::For { body, orelse, .. } => plain(ast, body, gathered) && plain(ast, orelse, gathered),
            StmtKind::Break | StmtKind::Continue | StmtKind::Pass => true,
            _ => false,
        })
    }
    let mut gathered = false;
    plain(ast, body, &mut gathered) && gathered
}
