//! Jinja: tokens, expressions, and statements, as strict as Jinja itself.

mod expr;
mod lexer;
mod parse;
mod postfix;
mod statements;
mod syntax;
mod tokens;

pub use parse::{parse, plain};
pub use syntax::{Expr, ExprId, ExprKind, Fault, Piece, PieceKind, Statement, Template};
