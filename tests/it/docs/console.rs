//! Every `console` block: its commands are run in a copy of the example plugins, in the order of the page.
//!
//! A line that is only `…` stands for any lines, none included. `$ echo $?` shows the exit code; without
//! it a command must exit with 0 or 1. Both streams are shown, as on a terminal.

use std::fs;
use std::io::{Read as _, pipe};
use std::path::Path;
use std::process::{Command, Stdio};

use super::{pages, root, updating};

/// One command of a block and the lines below it.
struct Step<'a> {
    line: usize,
    command: &'a str,
    shown: Vec<&'a str>,
}

/// The commands of all blocks of a page; panics for a block that starts with something else.
fn steps<'a>(page: &str, text: &'a str) -> Vec<Step<'a>> {
    let mut steps: Vec<Step<'a>> = Vec::new();
    let mut inside = false;
    for (at, line) in text.lines().enumerate() {
        match line {
            "```console" => inside = true,
            "```" => inside = false,
            _ if !inside => {}
            _ => match (line.strip_prefix("$ "), steps.last_mut()) {
                (Some(command), _) => steps.push(Step { line: at + 1, command, shown: Vec::new() }),
                (None, Some(step)) => step.shown.push(line),
                (None, None) => panic!("{page}:{}: output without a command", at + 1),
            },
        }
    }
    steps
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(from, to).unwrap();
        }
    }
}

/// Both streams in the order in which they were written, and the exit code.
fn run(arguments: &str, folder: &Path) -> (String, i32) {
    assert!(!arguments.contains(['"', '\'', '|', '>', '&', ';']), "the documents need no shell: {arguments}");
    let (mut reader, writer) = pipe().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_wicara-tool"));
    command.args(arguments.split_whitespace()).current_dir(folder).env_clear().stdin(Stdio::null());
    command.stdout(writer.try_clone().unwrap()).stderr(writer);
    let mut child = command.spawn().unwrap();
    drop(command);
    let mut out = String::new();
    reader.read_to_string(&mut out).unwrap();
    (out, child.wait().unwrap().code().unwrap_or(-1))
}

/// Whether lines match, where `…` alone stands for any lines.
fn matches(shown: &[&str], said: &[&str]) -> bool {
    match shown.split_first() {
        None => said.is_empty(),
        Some((&"…", rest)) => (0..=said.len()).any(|skip| matches(rest, &said[skip..])),
        Some((line, rest)) => {
            said.split_first().is_some_and(|(first, said)| first.trim_end() == line.trim_end() && matches(rest, said))
        }
    }
}

/// Runs the commands of a page; what is wrong, and the page as it should be.
fn check(page: &str, text: &str, wrong: &mut Vec<String>) -> String {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join(".git")).unwrap();
    copy(&root().join("fixtures/plugins"), &folder.path().join("fixtures/plugins"));
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut edits = Vec::new();
    let mut code = None;
    let all = steps(page, text);
    for (at, step) in all.iter().enumerate() {
        let said = match (step.command, step.command.strip_prefix("wicara-tool ")) {
            ("echo $?", _) => format!("{}\n", code.expect("`echo $?` follows a command")),
            (_, Some(arguments)) => {
                let (said, exit) = run(arguments, folder.path());
                let asked = all.get(at + 1).is_some_and(|next| next.command == "echo $?");
                if !asked && !matches!(exit, 0 | 1) {
                    wrong.push(format!("{page}:{}: `{}` exits with {exit}", step.line, step.command));
                }
                code = Some(exit);
                said
            }
            (other, None) => panic!("{page}:{}: `{other}` cannot be run here", step.line),
        };
        let said: Vec<&str> = said.lines().collect();
        // A block may end with an empty line that is not part of the output.
        if !matches(&step.shown, &said) {
            wrong.push(format!("{page}:{}: `{}` prints\n{}", step.line, step.command, said.join("\n")));
            if !step.shown.contains(&"…") {
                let said: Vec<String> = said.iter().map(|line| line.trim_end().to_owned()).collect();
                edits.push((step.line, step.shown.len(), said));
            }
        }
    }
    for (line, length, said) in edits.into_iter().rev() {
        lines.splice(line..line + length, said);
    }
    lines.join("\n") + "\n"
}

#[test]
fn commands_in_the_documents_print_what_is_shown() {
    let mut wrong = Vec::new();
    let mut commands = 0;
    for (page, text) in pages() {
        commands += steps(&page, &text).len();
        let corrected = check(&page, &text, &mut wrong);
        if updating() && corrected != text {
            fs::write(root().join(&page), corrected).unwrap();
        }
    }
    assert!(commands > 10, "only {commands} commands");
    assert!(wrong.is_empty() || updating(), "WICARA_UPDATE=1 cargo test docs corrects\n{}", wrong.join("\n\n"));
}

#[test]
fn wrong_outputs_and_exit_codes_are_seen() {
    let page = "```console\n$ wicara-tool explain no-such-rule\n…\n$ echo $?\n0\n$ wicara-tool rules hooks\nhooks\n…\nnot there\n```\n";
    let mut wrong = Vec::new();
    let corrected = check("a.md", page, &mut wrong);
    assert_eq!(wrong.len(), 2, "{wrong:?}");
    assert!(corrected.contains("$ echo $?\n2\n"), "{corrected}");
    assert!(matches(&["a", "…", "d"], &["a", "b", "c", "d"]) && matches(&["…"], &[]));
    assert!(!matches(&["a", "…", "d"], &["a", "b", "c"]) && !matches(&[], &["a"]));
}
