//! Whether two parsed files are equal, but for the order of their expressions in the arena.

use std::fmt::Debug;

use wicara_tool::source::python::syntax::{Ast, Stmt, StmtKind};

/// The first difference between what our own parser and the grammar make of a text.
///
/// After a comma at the end of a statement the grammar may read on over the line's end (`a,` and
/// `b = c` on the next line); a text that has one is not compared.
pub(crate) fn difference(text: &str, one: &Ast, other: &Ast) -> Option<String> {
    let open = |stmt: &Stmt| matches!(stmt.kind, StmtKind::Expr(_)) && text[stmt.span.range()].ends_with(',');
    if one.stmts().iter().any(open) {
        return None;
    }
    let lists =
        [(statements(one), statements(other)), (expressions(one), expressions(other)), (rest(one), rest(other))];
    lists.into_iter().find_map(|(ours, theirs)| {
        let at = (0..ours.len().max(theirs.len())).find(|at| ours.get(*at) != theirs.get(*at))?;
        let shown = |lines: &[String]| lines.get(at).cloned().unwrap_or_else(|| "nothing".to_owned());
        Some(format!("{}\n  against {}", shown(&ours), shown(&theirs)))
    })
}

/// Statements in the order of the arena, which is that of the text with blocks before their owners.
fn statements(ast: &Ast) -> Vec<String> {
    ast.stmts().iter().map(|stmt| line(ast, stmt)).collect()
}

fn expressions(ast: &Ast) -> Vec<String> {
    let mut lines: Vec<String> = ast.exprs().iter().map(|expr| line(ast, expr)).collect();
    lines.sort();
    lines
}

fn rest(ast: &Ast) -> Vec<String> {
    let mut lines: Vec<String> = ast.comments.iter().map(|span| line(ast, span)).collect();
    lines.extend(ast.faults.iter().map(|fault| line(ast, fault)));
    lines.extend(ast.features.iter().map(|feature| line(ast, feature)));
    lines.push(line(ast, &ast.body));
    lines
}

/// A node as text, with what it refers to named by kind and place instead of number.
fn line(ast: &Ast, node: &impl Debug) -> String {
    let text = format!("{node:?}");
    let mut out = String::with_capacity(text.len() + 64);
    let mut rest = text.as_str();
    while let Some(at) = rest.find("Id(") {
        let (before, after) = rest.split_at(at + 3);
        let digits = after.split(')').next().unwrap_or("");
        let named = digits.parse::<usize>().ok().and_then(|number| {
            if before.ends_with("ExprId(") {
                ast.exprs().get(number).map(|expr| (expr.span, kind(&expr.kind)))
            } else {
                ast.stmts().get(number).map(|stmt| (stmt.span, kind(&stmt.kind)))
            }
        });
        out.push_str(before);
        match named {
            Some((span, kind)) => out.push_str(&format!("{kind} {}..{}", span.start, span.end)),
            None => out.push_str(digits),
        }
        rest = &after[digits.len()..];
    }
    out.push_str(rest);
    out
}

fn kind(kind: &impl Debug) -> String {
    format!("{kind:?}").chars().take_while(char::is_ascii_alphanumeric).collect()
}
