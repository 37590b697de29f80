//! `plugin.json`: read with spans, checked, mended; its JSON Schema.

mod check;
mod fields;
mod format;
mod json;
mod license;
mod model;
mod permissions;
mod ranges;
mod requirements;
mod schema;
mod structure;
mod values;
mod versions;

pub use check::{Checked, FILE, check};
pub use format::is_permission;
pub use model::{Manifest, Requires, Spanned, Texts};
pub use permissions::permissions_edit;
pub use requirements::{Requirement, normal_name, requirements};
pub use schema::json_schema;
pub use versions::{VersionFacts, judge, parse_plain, parse_range, pep440_equivalent, strip_operator};
