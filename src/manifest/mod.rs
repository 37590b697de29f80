//! `plugin.json`: read with spans, checked, mended; its JSON Schema.

mod versions;

pub use versions::{VersionFacts, judge, parse_plain, parse_range, pep440_equivalent, strip_operator};
