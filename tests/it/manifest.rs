//! `plugin.json`.
