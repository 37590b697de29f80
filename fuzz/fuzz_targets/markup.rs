//! Any text as a template, as a page, and as a drawing.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wicara_tool_fuzz::scanned;

fuzz_target!(|bytes: &[u8]| {
    scanned(&["templates/my-plugin/a.html", "templates/my-plugin/b.j2", "static/c.html", "static/d.svg"], bytes);
});
