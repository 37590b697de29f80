//! Typed Python syntax in an arena, under Python's own node names (those of its `ast` module).
//!
//! Nodes are addressed by [`ExprId`] and [`StmtId`]; every node has a byte span in the file.

mod ast;
mod expr;
mod stmt;

pub use ast::{Ast, ExprId, Fault, Feature, Ident, StmtId};
pub use expr::{Arg, ArgKind, BinOp, BoolOp, CmpOp, Comprehension, Constant, Expr, ExprKind, FPart, UnaryOp};
pub use stmt::{Alias, ClassDef, FunctionDef, Handler, MatchCase, Param, ParamKind, Params, Stmt, StmtKind};
