//! The checks of files that need no Python syntax, in their order.

use super::{binary, markup, native, script, secrets, supply, unicode};
use crate::model::{Finding, Plugin, PluginFile};

/// What is found in the files of a plugin, whatever their language. The order is that of the files and,
/// within each, of the checks.
#[must_use]
pub fn others(plugin: &Plugin) -> Vec<Finding> {
    plugin.files.iter().flat_map(|file| others_of(plugin, file)).collect()
}

/// The same for one file of it.
#[must_use]
pub fn others_of(plugin: &Plugin, file: &PluginFile) -> Vec<Finding> {
    let mut found = Vec::new();
    let honest = binary::check(plugin, file, &mut found);
    if let Some(source) = file.source().filter(|_| honest) {
        secrets::check(plugin, file, source.text(), &mut found);
        markup::check(plugin, file, source.text(), &mut found);
        script::check(plugin, file, source.text(), &mut found);
        native::check(plugin, file, source.text(), &mut found);
        supply::check(plugin, file, source.text(), &mut found);
        unicode::check(plugin, file, source.text(), &mut found);
    }
    found
}
