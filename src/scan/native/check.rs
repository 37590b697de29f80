//! One file of Rust.

use std::collections::BTreeSet;

use super::cargo;
use super::known::{self, Can};
use crate::model::{Confidence, FileState, Finding, Plugin, PluginFile, RuleId, Span};
use crate::rules::id;
use crate::source::native::{EventKind, Native, read};

/// Findings of one rule in one file.
const MOST: usize = 25;
/// Bytes from which on a file that is built in is no text or table any more.
const LARGE: u64 = 200_000;

/// Judges a file of Rust, or what Cargo reads.
pub(in crate::scan) fn check(plugin: &Plugin, file: &PluginFile, text: &str, found: &mut Vec<Finding>) {
    if file.path.file_name() == "Cargo.toml" {
        cargo::check(plugin, file, text, found);
    }
    let aside = file.path.parent().split('/').any(|folder| matches!(folder, "tests" | "benches" | "examples"));
    if file.path.extension() != Some("rs") || aside {
        return;
    }
    let native = read(text);
    if native.given_up {
        let message = "this file is too deep or too tangled to be read, and was not judged";
        found.push(Finding::at(id::NATIVE_SYNTAX_ERROR, plugin, file, Span::first_of(text), message));
        return;
    }
    if let Some(span) = native.fault {
        let message = "the syntax of Rust is wrong here; the compiler refuses the file, and it was not judged";
        found.push(Finding::at(id::NATIVE_SYNTAX_ERROR, plugin, file, span, message));
        return;
    }
    let build = cargo::is_build_script(plugin, file.path.as_str());
    let mut told: BTreeSet<(RuleId, String)> = BTreeSet::new();
    let compiler = text.contains("\"RUSTC");
    let judge = Judge { plugin, file, build, compiler, python: text.contains("pyo3") };
    for one in judge.all(&native) {
        // A thing that is done in many places is told once.
        let count = told.iter().filter(|(rule, _)| *rule == one.rule).count();
        if count < MOST && told.insert((one.rule, one.key)) {
            found.push(Finding::at(one.rule, plugin, file, one.span, one.message).confidence(one.confidence));
        }
    }
}

struct Judge<'p> {
    plugin: &'p Plugin,
    file: &'p PluginFile,
    build: bool,
    /// Whether it asks which compiler there is.
    compiler: bool,
    /// Whether the file has to do with Python.
    python: bool,
}

struct Said {
    rule: RuleId,
    span: Span,
    confidence: Confidence,
    message: String,
    /// What is told once.
    key: String,
}

impl Judge<'_> {
    fn all(&self, native: &Native) -> Vec<Said> {
        let events = native.events.iter();
        events
            .filter_map(|event| {
                let (rule, confidence, message, key) = self.one(&event.kind)?;
                Some(Said { rule, span: event.span, confidence, message, key })
            })
            .collect()
    }

    fn one(&self, event: &EventKind) -> Option<(RuleId, Confidence, String, String)> {
        let said = |rule, message: String, key: &str| Some((rule, Confidence::High, message, key.to_owned()));
        match event {
            EventKind::Uses { path, perhaps, first } => {
                let (rule, confidence, message) = self.uses(path, *perhaps, first.as_deref())?;
                let key = match self.build {
                    true => format!("{path} {}", first.as_deref().unwrap_or("")),
                    false => path.to_string(),
                };
                Some((rule, confidence, message, key))
            }
            EventKind::Method(name) if self.python && matches!(&**name, "run_bound" | "eval_bound" | "py_run") => {
                said(id::NATIVE_PYTHON_CODE, format!("`{name}` runs Python code that is a text here"), name)
            }
            EventKind::Unsafe(what) => {
                said(id::NATIVE_UNSAFE, format!("{what} does without the compiler's checks of memory"), what)
            }
            EventKind::Foreign(library) => {
                let from = library.as_deref().map_or_else(String::new, |library| format!(" of `{library}`"));
                said(id::NATIVE_FFI, format!("functions{from} in another language are called here"), &from)
            }
            EventKind::Macro(name, first) => match (&**name, first) {
                ("asm" | "global_asm" | "naked_asm", _) => said(
                    id::NATIVE_UNSAFE,
                    "code of the processor does without the compiler's checks".to_owned(),
                    "asm",
                ),
                ("py_run", _) => {
                    said(id::NATIVE_PYTHON_CODE, "`py_run!` runs Python code that is a text here".to_owned(), name)
                }
                ("include_bytes", Some(path)) => self.embeds(path),
                _ => None,
            },
            EventKind::Method(_) => None,
        }
    }

    fn uses(&self, path: &str, perhaps: bool, first: Option<&str>) -> Option<(RuleId, Confidence, String)> {
        let can = known::can(path, perhaps)?;
        let confidence = if perhaps { Confidence::Medium } else { Confidence::High };
        let shown = path.split("::").take(5).collect::<Vec<_>>().join("::");
        if self.build {
            // What it asks of Cargo, and which compiler it has, every build script may know.
            let program = first.unwrap_or("").to_ascii_lowercase();
            return match can {
                Can::Run if self.compiler && ["rustc", "cargo", "wrapper"].iter().any(|own| program.contains(own)) => {
                    None
                }
                Can::Run if program == "rustc" || program == "cargo" => None,
                // The name of the type alone runs nothing yet.
                Can::Run if path.ends_with("::Command") => None,
                Can::Run => {
                    let which = first
                        .filter(|_| path.ends_with("::new"))
                        .map_or_else(String::new, |first| format!(" (`{first}`)"));
                    let message = format!("`{shown}` runs a program while the extension is built{which}");
                    Some((id::BUILD_SCRIPT, confidence, message))
                }
                Can::Connect => {
                    let message = format!("`{shown}` reaches into the network while the extension is built");
                    Some((id::BUILD_SCRIPT, confidence, message))
                }
                _ => None,
            };
        }
        let (rule, message) = match can {
            Can::Run => (id::NATIVE_PROCESS, format!("`{shown}` runs programs of the server")),
            Can::Connect => (id::NATIVE_NETWORK, format!("`{shown}` opens connections")),
            Can::Files => (id::NATIVE_FILES, format!("`{shown}` reads or changes files of the server")),
            Can::Environment => (id::NATIVE_ENVIRONMENT, format!("`{shown}` reads or changes the environment")),
            Can::Retype => {
                (id::NATIVE_UNSAFE, format!("`{shown}` takes memory for something else than it was made as"))
            }
            Can::Load => (id::NATIVE_FFI, format!("`{shown}` loads code that is not part of the extension")),
            Can::Python => (id::NATIVE_PYTHON_CODE, format!("`{shown}` runs Python code that is a text here")),
        };
        Some((rule, confidence, message))
    }

    /// A file that becomes a part of the extension.
    fn embeds(&self, path: &str) -> Option<(RuleId, Confidence, String, String)> {
        let mut folders: Vec<&str> = self.file.path.parent().split('/').filter(|part| !part.is_empty()).collect();
        for part in path.split('/') {
            match part {
                "" | "." => {}
                ".." => {
                    folders.pop();
                }
                name => folders.push(name),
            }
        }
        let whole = folders.join("/");
        let file = self.plugin.file(&whole);
        let program = ["so", "dll", "dylib", "exe", "bin", "pyd", "elf", "o", "a", "wasm"]
            .iter()
            .any(|extension| path.to_ascii_lowercase().ends_with(&format!(".{extension}")));
        let large = file.is_some_and(|file| file.size >= LARGE && !matches!(file.state, FileState::Read(_)));
        (program || large).then(|| {
            let message = format!("`{path}` becomes a part of the extension, where nobody sees it");
            (id::NATIVE_EMBEDDED_FILE, Confidence::High, message, path.to_owned())
        })
    }
}
