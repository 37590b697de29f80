//! Walks over the syntax of a file, with the names of each place at hand.

use proc_macro2::Span as Token;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Item, Meta, Safety, Stmt};

use super::collect::{self, segments};
use super::events::{Event, EventKind};
use super::names::{Meaning, Modules, Scope};
use super::spans::span;
use super::tokens::{first_of, text_of};

/// Events of one file.
const MOST: usize = 20_000;

pub(super) struct Visitor {
    pub(super) events: Vec<Event>,
    modules: Modules,
    module: Vec<String>,
    blocks: Vec<Scope>,
    /// Bytes of the text that were not read.
    skipped: usize,
}

impl Visitor {
    pub(super) fn new(modules: Modules, skipped: usize) -> Self {
        Self { events: Vec::new(), modules, module: Vec::new(), blocks: Vec::new(), skipped }
    }

    fn push(&mut self, kind: EventKind, at: Token) {
        if self.events.len() < MOST {
            self.events.push(Event { kind, span: span(at, self.skipped) });
        }
    }

    pub(super) fn is_unsafe(&mut self, what: &'static str, at: Token) {
        self.push(EventKind::Unsafe(what), at);
    }

    /// A path that is named at `at`, and called with `first`.
    pub(super) fn uses(&mut self, path: &[String], at: Token, first: Option<&str>) {
        let (paths, perhaps) = match self.modules.meaning(path, &self.module, &self.blocks) {
            Meaning::Own => return,
            Meaning::Outside(path) => (vec![path], false),
            Meaning::Perhaps(paths) => (paths, true),
        };
        for path in paths {
            self.push(EventKind::Uses { path: path.join("::").into(), perhaps, first: first.map(Into::into) }, at);
        }
    }

    fn path(&mut self, path: &syn::Path, first: Option<&str>) {
        if let Some(start) = path.segments.first() {
            self.uses(&segments(path), start.ident.span(), first);
        }
    }
}

/// Whether only tests have it.
fn is_test(attrs: &[Attribute]) -> bool {
    attrs.iter().any(|attr| {
        attr.path().is_ident("test")
            || (attr.path().is_ident("cfg")
                && matches!(&attr.meta, Meta::List(list) if list.tokens.clone().into_iter().next().is_some_and(
                    |token| matches!(token, proc_macro2::TokenTree::Ident(word) if word == "test")
                )))
    })
}

/// What a call gets first: a text, or the name of something.
fn first_argument(expr: &Expr) -> Option<Box<str>> {
    match expr {
        Expr::Lit(literal) => match &literal.lit {
            syn::Lit::Str(text) => Some(text.value().into()),
            _ => None,
        },
        Expr::Path(path) => path.path.segments.last().map(|last| last.ident.to_string().into()),
        Expr::Reference(inner) => match &*inner.expr {
            Expr::Closure(_) => None,
            inner => first_argument(inner),
        },
        Expr::Macro(call) => first_of(call.mac.tokens.clone()),
        // `env::var_os("RUSTC")?`, `words.next().unwrap()`.
        Expr::Try(inner) => first_argument(&inner.expr),
        Expr::MethodCall(call) => first_argument(&call.receiver),
        Expr::Call(call) => call.args.first().and_then(first_argument),
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Visitor {
    fn visit_item(&mut self, item: &'ast Item) {
        let attrs: &[Attribute] = match item {
            Item::Mod(item) => &item.attrs,
            Item::Fn(item) => &item.attrs,
            Item::Impl(item) => &item.attrs,
            Item::Struct(item) => &item.attrs,
            Item::Use(_) => return,
            _ => &[],
        };
        if is_test(attrs) {
            return;
        }
        match item {
            Item::Mod(inner) => {
                // Names of blocks around a module are not seen in it.
                let blocks = std::mem::take(&mut self.blocks);
                self.module.push(inner.ident.to_string());
                visit::visit_item(self, item);
                self.module.pop();
                self.blocks = blocks;
                return;
            }
            Item::Type(inner) => {
                // An alias is told where it is used.
                if let syn::Type::Path(path) = &*inner.ty {
                    visit::visit_path(self, &path.path);
                    return;
                }
            }
            Item::Impl(inner) => {
                if let Some(token) = &inner.unsafety {
                    self.is_unsafe("an implementation", token.span);
                }
            }
            Item::ForeignMod(inner) => {
                let link = inner.attrs.iter().filter(|attr| attr.path().is_ident("link")).find_map(|attr| {
                    let Meta::List(list) = &attr.meta else { return None };
                    list.tokens.clone().into_iter().find_map(|token| match token {
                        proc_macro2::TokenTree::Literal(literal) => text_of(&literal),
                        _ => None,
                    })
                });
                self.push(EventKind::Foreign(link), inner.abi.extern_token.span);
            }
            _ => {}
        }
        visit::visit_item(self, item);
    }

    fn visit_block(&mut self, block: &'ast syn::Block) {
        let mut scope = Scope::default();
        for stmt in &block.stmts {
            if let Stmt::Item(item) = stmt {
                collect::one(item, &mut scope);
            }
        }
        self.blocks.push(scope);
        visit::visit_block(self, block);
        self.blocks.pop();
    }

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        if let Safety::Unsafe(token) = &signature.safety {
            self.is_unsafe("a function", token.span);
        }
        visit::visit_signature(self, signature);
    }

    fn visit_foreign_item(&mut self, _: &'ast syn::ForeignItem) {}

    fn visit_expr_unsafe(&mut self, block: &'ast syn::ExprUnsafe) {
        self.is_unsafe("a block", block.unsafe_token.span);
        visit::visit_expr_unsafe(self, block);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        let Expr::Path(callee) = &*call.func else {
            visit::visit_expr_call(self, call);
            return;
        };
        let first = call.args.first().and_then(first_argument);
        self.path(&callee.path, first.as_deref());
        if let Some(of) = &callee.qself {
            self.visit_type(&of.ty);
        }
        for arg in &call.args {
            self.visit_expr(arg);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.push(EventKind::Method(call.method.to_string().into()), call.method.span());
        visit::visit_expr_method_call(self, call);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.path(path, None);
        visit::visit_path(self, path);
    }

    fn visit_attribute(&mut self, _: &'ast Attribute) {}

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        if let Some(name) = call.path.segments.last() {
            let first = match call.tokens.clone().into_iter().next() {
                Some(proc_macro2::TokenTree::Literal(literal)) => text_of(&literal),
                _ => None,
            };
            self.push(EventKind::Macro(name.ident.to_string().into(), first), name.ident.span());
            if call.path.segments.len() > 1 {
                self.path(&call.path, None);
            }
        }
        self.tokens(call.tokens.clone());
    }
}
