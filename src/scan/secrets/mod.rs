//! Secrets that are written into files: tokens of known services, private keys, passwords, and random-looking values.

mod check;
mod checksum;
mod formats;
mod keys;
mod masked;
mod placeholder;
mod prose;
mod search;
mod urls;
mod values;

pub(super) use check::{check, is_token};
pub(super) use placeholder::is_random;
