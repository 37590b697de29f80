//! What can be assigned to and deleted.

use super::context::Lower;
use super::expr::Allow;
use crate::source::python::syntax::{Constant, ExprId, ExprKind};

/// How a target is bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binding {
    Assign,
    /// `+=`, `:`, and `:=` take no tuple.
    Single,
    Delete,
}

impl Lower<'_> {
    /// A target of an assignment, a loop, `with` or a comprehension.
    pub(super) fn target(&mut self, at: usize) -> ExprId {
        let id = self.expr_in(at, Allow::ITEM);
        if let ExprKind::Starred(_) = self.ast[id].kind {
            self.fault(self.ast[id].span, "starred assignment target must be in a list or tuple");
        } else {
            self.check_target(id, Binding::Assign);
        }
        id
    }

    /// Refuses what Python does not assign to or delete.
    pub(super) fn check_target(&mut self, id: ExprId, binding: Binding) {
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let span = self.ast[id].span;
            let message = match &self.ast[id].kind {
                ExprKind::Name(name) if &**name == "__debug__" => Some("__debug__"),
                ExprKind::Attribute { attr, .. } if &*attr.name == "__debug__" => Some("__debug__"),
                ExprKind::Name(_) | ExprKind::Attribute { .. } | ExprKind::Subscript { .. } | ExprKind::Invalid => None,
                ExprKind::Tuple(items) | ExprKind::List(items) if binding != Binding::Single => {
                    open.extend(items.iter().rev());
                    if binding == Binding::Assign {
                        let stars = items.iter().filter(|item| matches!(self.ast[**item].kind, ExprKind::Starred(_)));
                        if stars.count() > 1 {
                            self.fault(span, "multiple starred expressions in assignment");
                        }
                    }
                    None
                }
                ExprKind::Starred(inner) if binding == Binding::Assign => {
                    open.push(*inner);
                    None
                }
                other => Some(describe(other)),
            };
            if let Some(what) = message {
                let verb = if binding == Binding::Delete { "delete" } else { "assign to" };
                let hint = if binding == Binding::Assign && !what.starts_with("__") { HINT } else { "" };
                self.fault(span, format!("cannot {verb} {what}{hint}"));
            }
        }
    }
}

const HINT: &str = " here. Maybe you meant '==' instead of '='?";

/// Python's own word for a kind of expression.
pub(super) const fn describe(kind: &ExprKind) -> &'static str {
    match kind {
        ExprKind::Name(_) => "name",
        ExprKind::Constant(Constant::None) => "None",
        ExprKind::Constant(Constant::Bool(true)) => "True",
        ExprKind::Constant(Constant::Bool(false)) => "False",
        ExprKind::Constant(Constant::Ellipsis) => "ellipsis",
        ExprKind::Constant(_) => "literal",
        ExprKind::JoinedStr(_) => "f-string expression",
        ExprKind::Attribute { .. } => "attribute",
        ExprKind::Subscript { .. } | ExprKind::Slice { .. } => "subscript",
        ExprKind::Call { .. } => "function call",
        ExprKind::BinOp { .. } | ExprKind::UnaryOp { .. } | ExprKind::BoolOp { .. } => "expression",
        ExprKind::Compare { .. } => "comparison",
        ExprKind::IfExp { .. } => "conditional expression",
        ExprKind::Lambda { .. } => "lambda",
        ExprKind::Tuple(_) => "tuple",
        ExprKind::List(_) => "list",
        ExprKind::Set(_) => "set display",
        ExprKind::Dict(_) => "dict literal",
        ExprKind::ListComp { .. } => "list comprehension",
        ExprKind::SetComp { .. } => "set comprehension",
        ExprKind::DictComp { .. } => "dict comprehension",
        ExprKind::GeneratorExp { .. } => "generator expression",
        ExprKind::Starred(_) => "starred",
        ExprKind::NamedExpr { .. } => "named expression",
        ExprKind::Await(_) => "await expression",
        ExprKind::Yield(_) | ExprKind::YieldFrom(_) => "yield expression",
        ExprKind::Invalid => "expression",
    }
}
