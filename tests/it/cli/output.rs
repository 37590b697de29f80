//! Formats, streams, colour, and silence.

use std::io::Read as _;
use std::process::Stdio;

use super::tool::{SOUND, Tool};

#[test]
fn one_run_writes_several_formats() {
    let tool = Tool::broken();
    let outputs = ["-o", "json=r.json", "-o", "sarif=r.sarif", "-o", "junit=r.xml", "--output", "markdown=r.md"];
    let answer = tool.run(&[&["validate", "note", "-f", "github"], &outputs[..]].concat()).exits(1);
    assert!(answer.out.starts_with("::error "), "{}", answer.out);
    assert!(tool.read("r.json").starts_with('{') && tool.read("r.sarif").contains("2.1.0"));
    assert!(tool.read("r.xml").starts_with("<?xml") && tool.read("r.md").contains("syntax-error"));
    let alone = tool.run(&["validate", "note", "-f", "json"]).exits(1).out;
    assert_eq!(tool.read("r.json"), alone);
    let answer = tool.run(&["validate", "note", "--output", "json=-"]).exits(1);
    assert_eq!(answer.out, alone, "what goes to standard output replaces the text");
}

#[cfg(unix)]
#[test]
fn a_pipe_is_written_to_and_never_replaced() {
    use std::os::unix::fs::FileTypeExt as _;
    let tool = Tool::broken();
    let pipe = tool.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let from = pipe.clone();
    let reader = std::thread::spawn(move || std::fs::read_to_string(from).unwrap());
    tool.run(&["validate", "note", "-o", "json=pipe"]).exits(1);
    assert!(std::fs::metadata(&pipe).unwrap().file_type().is_fifo(), "the pipe was replaced by a file");
    assert!(reader.join().unwrap().contains("syntax-error"));
}

#[test]
fn every_format_has_a_name_on_the_command_line() {
    let tool = Tool::broken();
    for format in ["text", "concise", "json", "sarif", "github", "junit", "markdown"] {
        let answer = tool.run(&["validate", "note", "--format", format]).exits(1);
        assert!(answer.out.contains("syntax-error") && answer.err.is_empty(), "{format}: {answer:?}");
    }
}

#[test]
fn colour_obeys_the_flag_then_no_color_then_clicolor_force() {
    let coloured = |tool: Tool, flags: &[&str]| {
        let answer = tool.run(&[&["validate", "note"], flags].concat()).exits(1);
        answer.out.contains('\u{1b}')
    };
    assert!(!coloured(Tool::broken(), &[]), "a pipe gets no colour");
    assert!(coloured(Tool::broken().set("CLICOLOR_FORCE", "1"), &[]));
    assert!(!coloured(Tool::broken().set("CLICOLOR_FORCE", "1").set("NO_COLOR", "1"), &[]));
    assert!(coloured(Tool::broken().set("NO_COLOR", "1"), &["--color", "always"]));
    assert!(!coloured(Tool::broken().set("CLICOLOR_FORCE", "1"), &["--color", "never"]));
    assert!(!coloured(Tool::broken().set("CLICOLOR_FORCE", "1"), &["-f", "concise"]));
}

#[test]
fn quiet_says_nothing_when_all_is_well() {
    let answer = Tool::sound().run(&["validate", "note", "--quiet"]).exits(0);
    assert_eq!((answer.out.as_str(), answer.err.as_str()), ("", ""));
    let answer = Tool::comma().run(&["validate", "note", "--quiet", "--fix"]).exits(0);
    assert_eq!((answer.out.as_str(), answer.err.as_str()), ("", ""));
    Tool::broken().run(&["validate", "note", "-q"]).exits(1).prints("syntax-error");
    Tool::sound().run(&["validate", "note", "-q", "-f", "json"]).exits(0).prints("\"version\"");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let mut tool = Tool::new();
    for n in 0..400 {
        tool = tool.with(&format!("all/p{n}/__init__.py"), SOUND).with(&format!("all/p{n}/broken.py"), "def f(:\n");
    }
    let mut command = tool.command(&["validate", "all", "-f", "json"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr).as_ref()), (Some(1), ""));
}

#[test]
fn no_progress_is_shown_in_a_pipe_and_no_file_is_left_half_written() {
    let tool = Tool::broken();
    let before = tool.tree();
    let answer = tool.run(&["validate", "note", "--no-progress"]).exits(1);
    assert_eq!(answer.err, "");
    assert_eq!(tool.tree(), before, "judging writes nothing");
    tool.put("r.json", "old");
    tool.run(&["validate", "note", "-o", "json=r.json"]).exits(1);
    assert_eq!(tool.tree().len(), before.len() + 1, "{:?}", tool.tree());
}

#[test]
fn one_plugin_that_takes_long_shows_progress_on_a_terminal_and_nothing_in_a_pipe() {
    let slow: String = (0..60_000).map(|n| format!("import nope_{n}\n")).collect();
    let tool =
        Tool::sound().with("note/slow.py", &slow).with("note/__init__.py", &format!("from . import slow\n{SOUND}"));
    let arguments = ["validate", "note", "--select", "syntax-error"];
    let answer = tool.run(&arguments).exits(0);
    assert_eq!(answer.err, "", "nobody looks at a pipe");
    // Python gives it a terminal.
    let output = std::process::Command::new("python3")
        .args(["-c", "import pty, sys; sys.exit(pty.spawn(sys.argv[1:]) >> 8)", env!("CARGO_BIN_EXE_wicara-tool")])
        .args(arguments)
        .env("WICARA_TOOL_NO_CACHE", "1")
        .current_dir(tool.path(""))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(shown.contains("judging"), "{shown}");
    assert!(shown.contains("0/1 plugins"), "{shown}");
}
