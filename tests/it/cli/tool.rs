//! Runs the real program in a scrubbed environment and a folder of its own.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

/// A world for one test: a folder, variables, and the program.
pub(crate) struct Tool {
    folder: TempDir,
    below: PathBuf,
    variables: Vec<(String, String)>,
}

/// What one run answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// A plugin without a fault.
pub(crate) const SOUND: &str = "\
from app.plugins import BasePlugin


class NotePlugin(BasePlugin):
    def get_metadata(self):
        return {'name': 'Note', 'version': '1.0.0', 'author': 'Ada', 'description': 'Notes.'}

    def init(self, app):
        pass
";

/// Its manifest.
pub(crate) const MANIFEST: &str =
    "{\"name\": \"Note\", \"version\": \"1.0.0\", \"author\": \"Ada\", \"description\": \"Notes.\"}\n";

/// The same with a comma that no JSON reader takes: high, and mended by `--fix`.
pub(crate) const COMMA: &str =
    "{\"name\": \"Note\", \"version\": \"1.0.0\", \"author\": \"Ada\", \"description\": \"Notes.\",}\n";

/// A module that Python cannot compile: high, and not mended.
pub(crate) const BROKEN: &str = "def later(:\n    pass\n";

impl Tool {
    /// An empty folder, which is also the root of a work tree, so that no settings above it count.
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join(".git")).unwrap();
        Self { below: folder.path().to_owned(), folder, variables: Vec::new() }
    }

    /// With a sound plugin `note`.
    pub(crate) fn sound() -> Self {
        Self::new().with("note/__init__.py", SOUND).with("note/plugin.json", MANIFEST)
    }

    /// With a plugin `note` whose manifest has one fault, which `--fix` mends.
    pub(crate) fn comma() -> Self {
        Self::sound().with("note/plugin.json", COMMA)
    }

    /// With a plugin `note` that has one module with a syntax error.
    pub(crate) fn broken() -> Self {
        Self::sound().with("note/broken.py", BROKEN)
    }

    pub(crate) fn with(self, path: &str, text: &str) -> Self {
        self.put(path, text);
        self
    }

    pub(crate) fn set(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Runs from here on in a folder below.
    pub(crate) fn below(mut self, path: &str) -> Self {
        self.below = self.folder.path().join(path);
        fs::create_dir_all(&self.below).unwrap();
        self
    }

    pub(crate) fn put(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    /// Every path in the folder but `.git`, sorted.
    pub(crate) fn tree(&self) -> Vec<String> {
        fn walk(root: &Path, folder: &Path, out: &mut Vec<String>) {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    walk(root, &path, out);
                } else {
                    out.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
                }
            }
        }
        let mut out = Vec::new();
        walk(self.folder.path(), self.folder.path(), &mut out);
        out.sort();
        out
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_wicara-tool"));
        command.args(arguments).current_dir(&self.below).env_clear().stdin(Stdio::null());
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Answer {
        let output = self.command(arguments).output().unwrap();
        Answer {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Rule ids of the findings that count, as the JSON report lists them.
    pub(crate) fn rules(&self, arguments: &[&str]) -> Vec<String> {
        let arguments = [arguments, &["-f", "json"]].concat();
        let answer = self.run(&arguments);
        let report: serde_json::Value =
            serde_json::from_str(&answer.out).unwrap_or_else(|error| panic!("{error}: {answer:?}"));
        let findings = report["findings"].as_array().unwrap();
        let counts = findings.iter().filter(|finding| finding["suppressed"].is_null());
        counts.map(|finding| finding["rule"].as_str().unwrap().to_owned()).collect()
    }
}

impl Answer {
    /// Demands an exit code and hands itself on.
    #[track_caller]
    pub(crate) fn exits(self, code: i32) -> Self {
        assert_eq!(self.code, code, "\n--- stdout\n{}\n--- stderr\n{}", self.out, self.err);
        self
    }

    /// Demands a piece of standard error.
    #[track_caller]
    pub(crate) fn complains(self, text: &str) -> Self {
        let plain = self.err.replace('│', " ");
        let plain = plain.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(plain.contains(text), "no `{text}` in\n{}", self.err);
        self
    }

    /// Demands a piece of standard output.
    #[track_caller]
    pub(crate) fn prints(self, text: &str) -> Self {
        assert!(self.out.contains(text), "no `{text}` in\n{}", self.out);
        self
    }
}

/// Runs another program on a text; whether it accepted it, and what it said.
pub(crate) fn feed(program: &str, arguments: &[&str], text: &str) -> (bool, String) {
    let child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let mut child = child.unwrap_or_else(|error| panic!("this test needs `{program}`: {error}"));
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (output.status.success(), said)
}
