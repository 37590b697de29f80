//! Any text as Rust, as a manifest of Cargo, and as requirements.
#![no_main]

use libfuzzer_sys::fuzz_target;
use wicara_tool_fuzz::scanned;

fuzz_target!(|bytes: &[u8]| {
    scanned(&["native/src/lib.rs", "native/build.rs", "native/Cargo.toml", "requirements.txt"], bytes);
});
