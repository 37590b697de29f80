//! HTML and SVG: tags, attributes, and in which place of the page each value stands.

mod attributes;
mod page;
mod reader;
mod state;

pub use page::{Attr, Output, Page, Place, Tag, page};
