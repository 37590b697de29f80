//! What the files of a plugin let it do, by what they are.

use std::collections::BTreeSet;

use super::seen::{Capabilities, Use};
use crate::model::{Capability, Finding, Plugin};
use crate::rules::id;
use crate::scan::{binary, native};

/// Adds machine code that lies in the plugin, which Python loads by `import`, and what its sources can do.
pub fn of_files(plugin: &Plugin, seen: &mut Capabilities) {
    for file in &plugin.files {
        let path = file.path.as_str();
        if file.path.extension() == Some("py") && file.source().is_none() {
            let place = Finding::whole(id::UNREADABLE_FILE, plugin, path, "").place;
            seen.add_open(Use { place, what: "a file that was not read".to_owned(), hosts: BTreeSet::new() });
        }
        native::powers(plugin, file, seen);
        let compiled = binary::is_machine_code(file);
        let what = match compiled {
            true => "machine code",
            false if file.path.file_name() == "Cargo.toml" => "an extension in Rust",
            false => continue,
        };
        let place = Finding::whole(id::COMPILED_FILE, plugin, path, "").place;
        let one = Use { place, what: what.to_owned(), hosts: BTreeSet::new() };
        if compiled {
            seen.add_open(one.clone());
        }
        seen.add(Capability::Native, one);
    }
    seen.sort();
}
