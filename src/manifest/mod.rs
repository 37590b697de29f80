//! `plugin.json`: read with spans, checked, mended; its JSON Schema.
