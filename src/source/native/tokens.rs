//! The inside of macros: paths and `unsafe`, token by token, because their syntax is their own.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};

use super::visit::Visitor;

impl Visitor {
    pub(super) fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut start = None;
        let mut colons = 0;
        for token in tokens {
            match token {
                TokenTree::Ident(word) => {
                    if word == "unsafe" {
                        self.is_unsafe("code of a macro", word.span());
                    }
                    if colons != 2 {
                        self.path_of_macro(&mut path, &mut start, None);
                    }
                    start = start.or(Some(word.span()));
                    path.push(word.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' && !path.is_empty() => {
                    colons += 1;
                    if colons > 2 || (colons == 1 && mark.spacing() == Spacing::Alone) {
                        self.path_of_macro(&mut path, &mut start, None);
                        colons = 0;
                    }
                }
                TokenTree::Group(group) => {
                    let call = group.delimiter() == Delimiter::Parenthesis && colons == 0;
                    let first = if call { first_of(group.stream()) } else { None };
                    self.path_of_macro(&mut path, &mut start, first.as_deref());
                    colons = 0;
                    self.tokens(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => {
                    self.path_of_macro(&mut path, &mut start, None);
                    colons = 0;
                }
            }
        }
        self.path_of_macro(&mut path, &mut start, None);
    }

    fn path_of_macro(&mut self, path: &mut Vec<String>, start: &mut Option<proc_macro2::Span>, first: Option<&str>) {
        if let Some(start) = start.take() {
            // A variable of a macro has its `$` cut off, and is found nowhere.
            self.uses(path, start, first);
        }
        path.clear();
    }
}

/// The text or the name that stands first in the parentheses of a call.
pub(super) fn first_of(tokens: TokenStream) -> Option<Box<str>> {
    let mut tokens = tokens.into_iter();
    match tokens.next()? {
        TokenTree::Literal(literal) => text_of(&literal),
        TokenTree::Ident(word) => Some(word.to_string().into()),
        _ => None,
    }
}

/// The text of a literal, if it is one.
pub(super) fn text_of(literal: &proc_macro2::Literal) -> Option<Box<str>> {
    match syn::Lit::new(literal.clone()) {
        syn::Lit::Str(text) => Some(text.value().into()),
        _ => None,
    }
}
