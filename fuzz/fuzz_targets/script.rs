//! Any text as JavaScript.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wicara_tool_fuzz::scanned;

fuzz_target!(|bytes: &[u8]| scanned(&["static/a.js"], bytes));
