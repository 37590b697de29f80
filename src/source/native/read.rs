//! From a text to what it does.

use std::str::FromStr;

use proc_macro2::TokenStream;
use syn::visit::Visit;

use super::collect;
use super::events::Native;
use super::shape;
use super::spans::span;
use super::visit::Visitor;
use crate::model::Span;

/// Bytes of a file that are read; more are given up.
const LONGEST: usize = 4 << 20;

/// Reads a file of Rust. Whatever the text, there is an answer; offsets are bytes of `text`.
#[must_use]
pub fn read(text: &str) -> Native {
    let native = inner(text);
    // The places of this file's tokens are known to the thread until it is told to forget them.
    proc_macro2::extra::invalidate_current_thread_spans();
    native
}

fn inner(text: &str) -> Native {
    let skipped = skipped(text);
    let given_up = Native { given_up: true, ..Native::default() };
    if text.len() > LONGEST {
        return given_up;
    }
    let fault = |at: Span| Native { fault: Some(at), ..Native::default() };
    let tokens = match TokenStream::from_str(&text[skipped..]) {
        Ok(tokens) => tokens,
        Err(error) => return fault(span(error.span(), skipped)),
    };
    if !shape::is_simple(&tokens) {
        return given_up;
    }
    let file: syn::File = match syn::parse2(tokens) {
        Ok(file) => file,
        Err(error) => return fault(span(error.span(), skipped)),
    };
    let mut visitor = Visitor::new(collect::modules(&file.items), skipped);
    visitor.visit_file(&file);
    Native { events: visitor.events, ..Native::default() }
}

/// A byte order mark and a line `#!…`, which are no tokens.
fn skipped(text: &str) -> usize {
    let mark = if text.starts_with('\u{feff}') { 3 } else { 0 };
    let rest = &text[mark..];
    let script = rest.starts_with("#!") && !rest[2..].trim_start().starts_with('[');
    if script { mark + rest.find('\n').unwrap_or(rest.len()) } else { mark }
}

#[cfg(test)]
mod tests {
    use super::super::EventKind;
    use super::*;

    fn used(text: &str) -> Vec<String> {
        let native = read(text);
        assert!(native.fault.is_none() && !native.given_up, "{text}: {native:?}");
        let paths = native.events.into_iter().filter_map(|event| match event.kind {
            EventKind::Uses { path, .. } => Some(path.to_string()),
            _ => None,
        });
        paths.collect()
    }

    #[test]
    fn names_are_followed_through_uses_aliases_and_modules() {
        for text in [
            "fn f() { std::process::Command::new(\"a\"); }",
            "use std::process::Command; fn f() { Command::new(x); }",
            "use std::process::{self, exit}; fn f() { process::Command::new(x); }",
            "use std::process::Command as Maker; fn f() { Maker::new(x); }",
            "use std as base; fn f() { base::process::Command::new(x); }",
            "extern crate std as base; fn f() { base::process::Command::new(x); }",
            "type Maker = std::process::Command; fn f() { Maker::new(x); }",
            "mod a { pub use std::process::Command as Maker; } fn f() { a::Maker::new(x); }",
            "mod a { pub mod b { pub use ::std::process as p; } } use a::b::p; fn f() { p::Command::new(x); }",
            "mod a { use super::Maker; fn f() { Maker::new(x); } } use std::process::Command as Maker;",
            "fn f() { use std::process::Command; { Command::new(x); } }",
            "fn f() { run!(std::process::Command::new(x)); }",
            "macro_rules! run { ($a:expr) => { ::std::process::Command::new($a) } }",
            "use core::process::Command; fn f() { Command::new(x); }",
        ] {
            assert!(used(text).iter().any(|path| path == "std::process::Command::new"), "{text}: {:?}", used(text));
        }
        assert_eq!(used("use std::process::*; fn f() { Command::new(x); }")[0], "std::process::Command::new");
    }

    #[test]
    fn what_the_file_defines_is_its_own() {
        for text in [
            "struct Command; fn f() { Command::new(x); }",
            "mod process { pub fn run() {} } fn f() { process::run(); self::process::run(); crate::process::run(); }",
            "fn f() { let Command = 1; Command; Self::new(); }",
            "#[cfg(test)] mod tests { fn f() { std::fs::read(x); } }",
            "#[test] fn f() { std::fs::read(x); }",
            "use a; type A = A; fn f() { A::b(); }",
        ] {
            assert_eq!(used(text), Vec::<String>::new(), "{text}");
        }
    }

    #[test]
    fn places_are_those_of_the_text() {
        let text = "\u{feff}#!/usr/bin/env run\nfn f() { /* \u{e9} */ std::fs::read(\"a\"); }";
        let native = read(text);
        assert_eq!(&text[native.events[0].span.range()], "std");
        assert!(read("fn f( {").fault.is_some() && read("fn f() { let 1 = ; }").fault.is_some());
    }

    #[test]
    fn what_is_too_tangled_is_given_up() {
        for text in [
            format!("fn f() {{ {}1; }}", "!".repeat(5_000)),
            format!("fn f() {{ {}1{}; }}", "(".repeat(100), ")".repeat(100)),
            format!("type A = {}B{};", "A<C, ".repeat(2_000), ">".repeat(2_000)),
            format!("fn f() {{ a{}; }}", " + b".repeat(5_000)),
            format!("fn f() {{ {} 1; }}", "|a, b|".repeat(2_000)),
            format!("fn f() {{ if a {{}} {} }}", "else if b {}".repeat(2_000)),
        ] {
            assert!(read(&text).given_up, "{}", &text[..40]);
        }
        let honest =
            format!("const A: [u32; 9] = [{}];", "1 << 2, a | b, ".repeat(5_000)) + &"fn f() {}\n".repeat(5_000);
        assert!(!read(&honest).given_up && read(&honest).fault.is_none());
    }
}
