//! What handlers do besides returning: configuration, requests, blocking calls.

mod blocking;
mod check;
mod config;
mod import_export;
mod request;

pub(super) use blocking::blocks;
pub(super) use check::check;
pub(super) use config::{config_loader, is_config_manager};
