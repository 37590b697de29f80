//! Any text as Python: read, and every place in it is a place of the text.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wicara_tool::source::python::parse;
use wicara_tool_fuzz::with_stack;

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let ast = with_stack(|| parse(&text));
    for fault in &ast.faults {
        assert!(text.get(fault.span.range()).is_some(), "{:?} is no place of the text", fault.span);
    }
});
