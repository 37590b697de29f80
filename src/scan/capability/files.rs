//! What the files of a plugin let it do, by what they are.

use std::collections::BTreeSet;

use super::seen::{Capabilities, Use};
use crate::model::{Capability, Finding, Plugin};
use crate::rules::id;
use crate::scan::binary;

/// Adds machine code that lies in the plugin: Python loads it by `import`.
pub fn of_files(plugin: &Plugin, seen: &mut Capabilities) {
    for file in &plugin.files {
        let path = file.path.as_str();
        if file.path.extension() == Some("py") && file.source().is_none() {
            let place = Finding::whole(id::UNREADABLE_FILE, plugin, path, "").place;
            seen.add_open(Use { place, what: "a file that was not read".to_owned(), hosts: BTreeSet::new() });
        }
        let what = match binary::is_machine_code(file) {
            true => "machine code",
            false if path == "Cargo.toml" || path.ends_with("/Cargo.toml") => "an extension in Rust",
            false => continue,
        };
        let place = Finding::whole(id::COMPILED_FILE, plugin, path, "").place;
        let one = Use { place, what: what.to_owned(), hosts: BTreeSet::new() };
        seen.add_open(one.clone());
        seen.add(Capability::Native, one);
    }
}
