//! Any bytes as a plugin: `__init__.py`, `plugin.py`, `helpers.py`, and `plugin.json`, parted by NUL.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wicara_tool_fuzz::{judge, plugin};

const NAMES: [&str; 4] = ["__init__.py", "plugin.py", "helpers.py", "plugin.json"];

fuzz_target!(|bytes: &[u8]| {
    let parts: Vec<&[u8]> = bytes.splitn(NAMES.len(), |byte| *byte == 0).collect();
    let files: Vec<(&str, &[u8])> = NAMES.into_iter().zip(parts).collect();
    judge(plugin(&files));
});
