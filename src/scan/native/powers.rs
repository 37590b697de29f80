//! What code in Rust lets a plugin do.

use std::collections::BTreeSet;

use super::cargo;
use super::known::{self, Can};
use crate::model::{Capability, Finding, Place, Plugin, PluginFile, Span};
use crate::rules::id;
use crate::scan::capability::{Capabilities, Use};
use crate::source::native::{EventKind, read};

/// Adds what one file of Rust can do on a site. What runs only while the extension is built does nothing there.
pub(in crate::scan) fn powers(plugin: &Plugin, file: &PluginFile, seen: &mut Capabilities) {
    let path = file.path.as_str();
    let aside = file.path.parent().split('/').any(|folder| matches!(folder, "tests" | "benches" | "examples"));
    if file.path.extension() != Some("rs") || aside || cargo::is_build_script(plugin, path) {
        return;
    }
    let place = |span: Option<Span>| Place { path: plugin.shown(path), span, source: file.source().cloned() };
    let one = |span, what: String| Use { place: place(span), what, hosts: BTreeSet::new() };
    let Some(source) = file.source() else {
        let place = Finding::whole(id::UNREADABLE_FILE, plugin, path, "").place;
        seen.add_open(Use { place, what: "a file that was not read".to_owned(), hosts: BTreeSet::new() });
        return;
    };
    let native = read(source.text());
    if native.given_up || native.fault.is_some() {
        seen.add_open(one(native.fault, "Rust that could not be read".to_owned()));
        return;
    }
    for event in &native.events {
        let at = Some(event.span);
        match &event.kind {
            EventKind::Uses { path, perhaps, .. } => match known::can(path, *perhaps) {
                Some(Can::Load | Can::Python) => seen.add_open(one(at, format!("`{path}`"))),
                Some(can) => {
                    for capability in gives(can, path) {
                        seen.add(*capability, one(at, format!("`{path}`")));
                    }
                }
                None => {}
            },
            EventKind::Foreign(_) => seen.add_open(one(at, "functions in another language".to_owned())),
            EventKind::Macro(name, _) if &**name == "py_run" => seen.add_open(one(at, "`py_run!`".to_owned())),
            EventKind::Method(_) | EventKind::Unsafe(_) | EventKind::Macro(..) => {}
        }
    }
}

fn gives(can: Can, path: &str) -> &'static [Capability] {
    match can {
        Can::Run => &[Capability::Process],
        Can::Connect => &[Capability::NetworkExternal],
        Can::Environment => &[Capability::Environment],
        Can::Files => match path.rsplit("::").next().unwrap_or(path) {
            "open" | "read" | "read_to_string" | "read_dir" | "read_link" => &[Capability::ReadFiles],
            "create" | "create_new" | "write" | "rename" | "remove_file" | "remove_dir" | "remove_dir_all"
            | "create_dir" | "create_dir_all" | "set_permissions" => &[Capability::WriteFiles],
            // The name of the type alone does nothing yet.
            "File" => &[],
            _ => &[Capability::ReadFiles, Capability::WriteFiles],
        },
        Can::Retype | Can::Load | Can::Python => &[],
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{FileState, Origin, RelPath, Source};

    #[test]
    fn names_of_the_library_give_what_they_do() {
        let text = "use std::fs;\nuse std::process::Command;\nfn f() {\n    let _ = fs::read_to_string(\"a\");\n    \
                    let _ = Command::new(\"ls\").status();\n    let _ = std::env::var(\"A\");\n}\n";
        let file = |path: &str| PluginFile {
            path: RelPath::new(path).unwrap(),
            size: 0,
            executable: false,
            head: Vec::new(),
            state: FileState::Read(Arc::new(Source::new(text.as_bytes().to_vec()))),
        };
        let plugin = Plugin { slug: "p".to_owned(), root: "p".to_owned(), origin: Origin::Folder, files: Vec::new() };
        let seen = |path| {
            let mut seen = Capabilities::default();
            powers(&plugin, &file(path), &mut seen);
            let all: Vec<&str> = seen.iter().map(|(capability, _)| capability.name()).collect();
            (all, seen.open().len())
        };
        assert_eq!(seen("src/lib.rs"), (vec!["read:files", "process", "environment"], 0));
        assert_eq!(seen("tests/a.rs"), (Vec::new(), 0));
    }
}
