//! Whether a text is shaped so that a recursive parser can read it.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Brackets inside of one another.
const MAX_DEPTH: usize = 64;
/// Tokens without an end of a part, added up over all brackets around them. Each may be one level of an expression.
const MAX_RUN: usize = 1_000;
/// What a mark counts that may stand in front of a type: parsing types takes more of the stack.
const HEAVY: usize = 5;

/// Whether the tokens are neither too deep nor too long without an end.
pub(super) fn is_simple(tokens: &TokenStream) -> bool {
    check(tokens.clone(), 0, 0)
}

fn check(tokens: TokenStream, before: usize, depth: usize) -> bool {
    if depth > MAX_DEPTH {
        return false;
    }
    let mut run = Run::new(before);
    let mut tokens = tokens.into_iter().peekable();
    // Attributes, and comments of documentation, which are attributes too, are no part of what they stand before.
    let mut attribute = None;
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(mark) if mark.as_char() == '#' => attribute = Some(run.count),
            TokenTree::Punct(mark) if mark.as_char() == '!' && run.last == '#' => {}
            TokenTree::Group(group) if attribute.is_some() && group.delimiter() == Delimiter::Bracket => {
                if !check(group.stream(), run.count, depth + 1) {
                    return false;
                }
                run.count = attribute.take().unwrap_or(run.count);
                run.last = ' ';
                continue;
            }
            _ => attribute = None,
        }
        run.count += 1;
        if run.count > MAX_RUN {
            return false;
        }
        match token {
            TokenTree::Group(group) => {
                if !check(group.stream(), run.count, depth + 1) {
                    return false;
                }
                let goes_on = match tokens.peek() {
                    Some(TokenTree::Ident(word)) => word == "else" || word == "as" || word == "where",
                    Some(TokenTree::Punct(mark)) => mark.as_char() != '#',
                    Some(TokenTree::Group(_) | TokenTree::Literal(_)) => true,
                    None => false,
                };
                if group.delimiter() == Delimiter::Brace && !goes_on {
                    run = Run::new(before);
                }
            }
            TokenTree::Punct(mark) => run.mark(mark.as_char(), before),
            TokenTree::Ident(_) | TokenTree::Literal(_) => run.last = ' ',
        }
    }
    true
}

/// Tokens since the last end of a part.
struct Run {
    count: usize,
    /// `<` that are open.
    angles: usize,
    /// Whether a `|` is open.
    pipe: bool,
    last: char,
}

impl Run {
    const fn new(before: usize) -> Self {
        Self { count: before, angles: 0, pipe: false, last: ' ' }
    }

    fn mark(&mut self, mark: char, before: usize) {
        match (self.last, mark) {
            (_, ';') => *self = Self::new(before),
            // A comma between types or parameters ends nothing.
            (_, ',') if self.angles == 0 && !self.pipe => *self = Self::new(before),
            ('<', '<' | '=') => self.angles = self.angles.saturating_sub(1),
            (_, '<') => self.angles += 1,
            ('-' | '=', '>') => {}
            (_, '>') => self.angles = self.angles.saturating_sub(1),
            (_, '|') => self.pipe = !self.pipe,
            (_, '&' | '*') => self.count += HEAVY - 1,
            _ => {}
        }
        self.last = if self.last == '<' && mark == '<' { ' ' } else { mark };
    }
}
