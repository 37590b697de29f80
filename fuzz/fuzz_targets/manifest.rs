//! Any bytes as `plugin.json`: judged, mended, and judged again.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wicara_tool_fuzz::{judge, plugin};

const INIT: &[u8] = b"from app.plugins import BasePlugin\n";

fuzz_target!(|bytes: &[u8]| {
    judge(plugin(&[("__init__.py", INIT), ("plugin.json", bytes)]));
});
