//! The checks of files that need no Python syntax, in their order.

use super::unicode;
use crate::model::{Finding, Plugin};

/// What is found in the files of a plugin, whatever their language. The order is that of the checks and,
/// within each, of the files.
#[must_use]
pub fn others(plugin: &Plugin) -> Vec<Finding> {
    let mut found = Vec::new();
    for file in &plugin.files {
        if let Some(source) = file.source() {
            unicode::check(plugin, file, source.text(), &mut found);
        }
    }
    found
}
