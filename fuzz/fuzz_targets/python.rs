//! Any text as Python: read, every place in it is a place of the text, and both ways of parsing agree.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wicara_tool::source::python::{parse, parse_directly, parse_with_grammar};
use wicara_tool_fuzz::with_stack;

// The tests use the same comparison.
#[path = "../../tests/it/syntax/same.rs"]
mod same;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    with_stack(|| {
        let ast = parse(&text);
        for fault in &ast.faults {
            assert!(text.get(fault.span.range()).is_some(), "{:?} is no place of the text", fault.span);
        }
        let Some(own) = parse_directly(&text) else { return };
        let other = parse_with_grammar(&text);
        // The grammar does not know all that is valid, and has no better words for that.
        match other.faults.iter().find(|fault| !fault.message.starts_with("invalid syntax")) {
            Some(fault) => panic!("our own parser takes what is refused: {}", fault.message),
            None if other.faults.is_empty() => assert_eq!(same::difference(&text, &own, &other), None),
            None => {}
        }
    });
});
