//! Python: the only room that knows tree-sitter.
//!
//! [`parse()`] reads a file into the typed syntax of [`syntax`]: with a parser of its own, or with
//! tree-sitter where that one declines.

mod check;
mod children;
mod faults;
pub mod flow;
mod future;
mod identifiers;
mod kinds;
mod literal;
mod lower;
mod parse;
mod scan;
pub mod scopes;
pub mod signature;
pub mod syntax;
mod tree;
pub mod values;

pub use children::expr_children;
pub use identifiers::{identifiers, prose};
pub use lower::MAX_DEPTH;
pub use parse::{TOO_COMPLEX, parse, parse_directly, parse_with_grammar};
