//! Format × report → bytes: one file per format, each with its own frozen shape.

mod concise;
mod format;
mod github;
mod group;
mod json;
mod json_schema;
mod junit;
mod locate;
mod markdown;
mod paint;
mod prose;
mod sarif;
mod sarif_shape;
mod snippet;
mod text;
mod visible;
mod window;

pub use format::{Format, Style, render};
pub use json_schema::json_schema;
pub use visible::{json as visible_json, name as visible_name};
