//! Where a broken text is wrong, and in which words.
//!
//! The parser mends a text and goes on; the nodes that it marks are often late or wide. A small
//! automaton over the tokens of the marked line finds the token that Python stumbles over.

use std::collections::BTreeSet;

use super::scan::{self, Token, TokenKind};
use super::syntax::Fault;
use super::tree::Tree;
use crate::model::Span;

/// The faults of a text whose tree is broken: at least one, one for a line.
pub(super) fn locate(text: &str, tree: &Tree) -> Vec<Fault> {
    let tokens = scan::tokens(text);
    let lines: Vec<&[Token]> = tokens.split_inclusive(|token| token.kind == TokenKind::Newline).collect();
    let marked: BTreeSet<usize> = tree
        .broken
        .iter()
        .filter(|at| !tree[**at].missing || tree[**at].start > 0)
        .map(|at| {
            let start = tree[*at].start;
            lines.partition_point(|line| line.last().is_some_and(|last| last.span.start < start))
        })
        .collect();
    let mut faults: Vec<Fault> =
        marked.iter().filter_map(|line| lines.get(*line)).filter_map(|line| line_fault(text, line)).collect();
    if faults.is_empty() {
        faults.extend(lines.iter().find_map(|line| line_fault(text, line)));
    }
    if faults.is_empty() {
        let span = tree.broken.first().map_or(Span::first_of(text), |at| {
            let span = tree[*at].span();
            let line = text.get(span.range()).unwrap_or("").lines().next().unwrap_or("");
            Span::of(span.start as usize..span.start as usize + line.len().max(1))
        });
        faults.push(invalid(span));
    }
    faults
}

fn invalid(span: Span) -> Fault {
    Fault { span, message: "invalid syntax".to_owned(), of_layout: false }
}

/// What the automaton knows of an open bracket.
struct Level {
    close: &'static str,
    /// Something in it allows `:`: a dict, a subscript, a lambda.
    colon: bool,
}

/// The first token of a logical line that cannot stand where it stands.
fn line_fault(text: &str, line: &[Token]) -> Option<Fault> {
    let word = |token: &Token| text.get(token.span.range()).unwrap_or("");
    let mut rest = line;
    let mut first = word(rest.first()?);
    if first == "async" && rest.len() > 1 {
        rest = &rest[1..];
        first = word(&rest[0]);
    }
    if matches!(first, "import" | "from") {
        return import_fault(text, rest);
    }
    if matches!(first, "print" | "exec")
        && let Some(next) = rest.get(1)
        && matches!(next.kind, TokenKind::Word | TokenKind::Number | TokenKind::String)
        && !is_binary(word(next))
    {
        let message = format!("Missing parentheses in call to '{first}'. Did you mean {first}(...)?");
        return Some(Fault { span: rest[0].span.cover(next.span), message, of_layout: false });
    }
    let compound = matches!(
        first,
        "if" | "elif" | "else" | "while" | "for" | "with" | "try" | "except" | "finally" | "def" | "class"
    );
    let soft =
        matches!(first, "match" | "case" | "type") && rest.get(1).is_some_and(|next| next.kind != TokenKind::Mark);
    let starts = compound
        || soft
        || matches!(
            first,
            "return" | "del" | "raise" | "assert" | "global" | "nonlocal" | "yield" | "pass" | "break" | "continue"
        );
    let mut levels: Vec<Level> = Vec::new();
    let mut operand = false;
    let mut colon_seen = false;
    let mut lambdas = 0_usize;
    let mut before = "";
    for (place, token) in rest.iter().enumerate() {
        let text = word(token);
        if place == 0 && starts {
            operand = matches!(first, "else" | "try" | "finally" | "pass" | "break" | "continue");
            before = text;
            continue;
        }
        match token.kind {
            TokenKind::Newline => {
                if compound && !colon_seen {
                    return Some(Fault { span: token.span, message: "expected ':'".to_owned(), of_layout: false });
                }
                let open = !operand && !matches!(before, "," | ";" | ":" | "return" | "yield" | "raise" | "*" | "");
                return open.then(|| invalid(token.span));
            }
            TokenKind::Number | TokenKind::String => {
                if operand && !(token.kind == TokenKind::String && before == "\"") {
                    return Some(adjacent(token.span, &levels));
                }
                operand = true;
                before = if token.kind == TokenKind::String { "\"" } else { "0" };
                continue;
            }
            TokenKind::Word if is_binary(text) => {
                let fits = operand || matches!((before, text), ("not", "in"));
                if !(fits || text == "for" && before == "async") {
                    return Some(invalid(token.span));
                }
                operand = false;
            }
            TokenKind::Word if text == "not" => operand = false,
            TokenKind::Word if text == "async" => operand = false,
            TokenKind::Word if matches!(text, "lambda" | "await" | "yield" | "from") => {
                if operand && text != "from" {
                    return Some(adjacent(token.span, &levels));
                }
                lambdas += usize::from(text == "lambda");
                operand = false;
            }
            TokenKind::Word
                if is_statement_word(text) && !(place == 1 && before == text) && before != ";" && !colon_seen =>
            {
                return Some(invalid(token.span));
            }
            TokenKind::Word => {
                if operand {
                    return Some(adjacent(token.span, &levels));
                }
                operand = !is_statement_word(text) || matches!(text, "pass" | "break" | "continue" | "return");
            }
            TokenKind::Mark => match text {
                "(" => {
                    levels.push(Level { close: ")", colon: false });
                    operand = false;
                }
                "[" | "{" => {
                    let close = if text == "[" { "]" } else { "}" };
                    if text == "{" && operand {
                        return Some(adjacent(token.span, &levels));
                    }
                    levels.push(Level { close, colon: true });
                    operand = false;
                }
                ")" | "]" | "}" => {
                    let level = levels.pop();
                    let empty = matches!(before, "(" | "[" | "{" | "," | ":" | "*" | "/" | "yield");
                    if level.is_none_or(|level| level.close != text) || !operand && !empty {
                        return Some(invalid(token.span));
                    }
                    operand = true;
                }
                ":" => {
                    if let Some(level) = levels.last() {
                        if !level.colon && lambdas == 0 && !is_header_params(first) {
                            return Some(invalid(token.span));
                        }
                    } else if lambdas == 0 {
                        colon_seen = true;
                    }
                    lambdas = lambdas.saturating_sub(1);
                    operand = false;
                }
                "," | ";" | "=" => {
                    let bare = matches!(before, "*" | "/") && text == ",";
                    if !operand && !bare {
                        return Some(invalid(token.span));
                    }
                    if text == ";" {
                        colon_seen = colon_seen || !compound;
                    }
                    operand = false;
                }
                "..." => {
                    if operand {
                        return Some(adjacent(token.span, &levels));
                    }
                    operand = true;
                }
                "-" | "+" | "~" | "*" | "**" | "@" => {
                    if text == "~" && operand || text == "@" && !operand && place > 0 {
                        return Some(invalid(token.span));
                    }
                    operand = false;
                }
                _ => {
                    if !(operand || text == "/" && before == ",") {
                        return Some(invalid(token.span));
                    }
                    operand = false;
                }
            },
        }
        before = text;
    }
    None
}

/// Two operands side by side.
fn adjacent(span: Span, levels: &[Level]) -> Fault {
    let message = if levels.is_empty() { "invalid syntax" } else { "invalid syntax. Perhaps you forgot a comma?" };
    Fault { span, message: message.to_owned(), of_layout: false }
}

fn is_header_params(first: &str) -> bool {
    first == "def"
}

fn is_binary(word: &str) -> bool {
    matches!(word, "and" | "or" | "in" | "is" | "if" | "else" | "for" | "as")
}

fn is_statement_word(word: &str) -> bool {
    matches!(
        word,
        "import"
            | "def"
            | "class"
            | "return"
            | "del"
            | "raise"
            | "assert"
            | "global"
            | "nonlocal"
            | "pass"
            | "break"
            | "continue"
            | "while"
            | "with"
            | "try"
            | "except"
            | "finally"
            | "elif"
    )
}

/// `import a.b as c, d` and `from ..a import (b as c, d)`.
fn import_fault(text: &str, line: &[Token]) -> Option<Fault> {
    let mut name_ends = false;
    for token in &line[1..] {
        let word = text.get(token.span.range()).unwrap_or("");
        let fits = match token.kind {
            TokenKind::Word if matches!(word, "as" | "import") => {
                let fits = name_ends || word == "import";
                name_ends = false;
                fits
            }
            TokenKind::Word => !std::mem::replace(&mut name_ends, true) && !is_statement_word(word) && !is_binary(word),
            TokenKind::Mark => match word {
                "." | "..." => {
                    name_ends = false;
                    true
                }
                "," | ";" => std::mem::replace(&mut name_ends, false),
                "(" => !name_ends,
                "*" => !std::mem::replace(&mut name_ends, true),
                ")" => {
                    name_ends = true;
                    true
                }
                _ => false,
            },
            TokenKind::Newline => name_ends,
            TokenKind::Number | TokenKind::String => false,
        };
        if !fits {
            return Some(invalid(token.span));
        }
        if word == ";" {
            return None;
        }
    }
    None
}
