//! Security: what the code, the other files, and the bytes of a plugin can do to a site and its visitors.
//!
//! [`others`] judges every file by what is no Python syntax: bytes, hidden characters, secrets, scripts, templates.

mod binary;
mod others;
mod secrets;
mod unicode;

pub use others::others;
