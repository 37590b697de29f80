//! Flags, environment and `wicara-tool.toml` → settings; spanned, unknown keys are errors.
