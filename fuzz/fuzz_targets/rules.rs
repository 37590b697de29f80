//! Any text as a rule of one's own, and after a NUL as facts about data flow.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let (rule, facts) = bytes.split_at(bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len()));
    wicara_tool_fuzz::with_own_rules(rule, facts.get(1..).unwrap_or_default());
});
