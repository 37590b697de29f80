//! Markup: HTML and SVG, with or without Jinja in it.
//!
//! [`jinja::parse`] cuts a text into pieces and refuses what Jinja refuses; [`page()`] reads the tags around the
//! pieces, and says in which place of the page each value stands.

pub mod html;
pub mod jinja;

pub use html::{Page, page};
