//! Paths and exit codes.

use super::tool::{Answer, BROKEN, COMMA, MANIFEST, SOUND, Tool};

fn validate(tool: &Tool, arguments: &[&str]) -> Answer {
    tool.run(&[&["validate"], arguments].concat())
}

#[test]
fn exit_0_for_a_sound_plugin_by_every_kind_of_path() {
    let tool = Tool::sound();
    for path in ["note", "note/", "note/plugin.json", "note/__init__.py", "."] {
        validate(&tool, &[path]).exits(0);
    }
    validate(&Tool::sound().below("note"), &[]).exits(0);
    let hello = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/plugins/hello-world");
    let answer = validate(&tool, &[hello, "-f", "concise"]).exits(0);
    assert_eq!(answer.out, "", "the example plugin has no finding at all");
}

#[test]
fn exit_1_for_findings_at_or_above_the_bar() {
    let tool = Tool::broken();
    validate(&tool, &["note"]).exits(1).prints("syntax-error");
    validate(&tool, &["note", "--fail-on", "never"]).exits(0).prints("syntax-error");
    validate(&tool, &["note", "--severity", "syntax-error=low"]).exits(0).prints("syntax-error");
    validate(&tool, &["note", "--severity", "syntax-error=low", "--fail-on", "low"]).exits(1);
    validate(&tool, &["note", "--severity", "syntax-error=low", "--fail-on", "info"]).exits(1);
}

#[test]
fn exit_2_for_a_wrong_command_line() {
    let tool = Tool::sound();
    for arguments in [
        &["validat", "note"][..],
        &["validate", "note", "--formt", "json"],
        &["validate", "note", "--format", "yaml"],
        &["validate", "note", "--fail-on", "huge"],
        &["validate", "note", "--host-version", "9.9"],
        &["validate", "note", "--python-version", "4"],
        &["validate", "note", "--select", "syntax-eror"],
        &["validate", "note", "--severity", "syntax-error"],
        &["validate", "note", "--severity", "syntax-error=loud"],
        &["validate", "note", "--jobs", "0"],
        &["validate", "note", "--config", "x.toml", "--no-config"],
        &["validate", "note", "--config", "not-there.toml"],
        &["validate", "note", "--policy", "not-there.toml"],
        &["validate", "note", "--baseline", "not-there.json"],
        &["validate", "note", "--update-baseline"],
        &["validate", "note", "--output", "json"],
        &["validate", "note", "--output", "jsn=x"],
        &["validate", "note", "--output", "json=-", "-f", "text"],
        &["validate", "note", "--output", "json=no/such/folder/x"],
        &["explain", "no-such-rule"],
        &["rules", "no-such-family"],
        &["schema", "nothing"],
        &[],
    ] {
        let answer = tool.run(arguments);
        assert_eq!(answer.code, 2, "{arguments:?}: {answer:?}");
        assert!(!answer.err.is_empty(), "{arguments:?} says why");
    }
    tool.run(&["validate", "--select", "syntax-eror"]).complains("--select: there is no rule or family `syntax-eror`");
    tool.run(&["validate", "--select", "syntax-eror"]).complains("Did you mean `syntax-error`?");
    tool.run(&["explain", "sintax-error"]).complains("Did you mean `syntax-error`?");
    tool.run(&["rules", "lod"]).complains("Did you mean `load`?");
}

#[test]
fn exit_3_for_every_path_without_a_plugin_and_the_others_are_judged() {
    let tool = Tool::broken().with("empty/readme.md", "nothing");
    let answer = validate(&tool, &["nowhere", "note", "empty", "-f", "concise"]).exits(3);
    let answer = answer.prints("syntax-error").complains("nowhere").complains("empty");
    assert!(answer.out.starts_with("note/broken.py:1:"), "{}", answer.out);
    let answer = validate(&tool, &["nowhere"]).exits(3);
    assert_eq!(answer.out, "", "there is nothing to report");
}

#[test]
fn files_that_pre_commit_passes_are_judged_once_as_their_plugin() {
    let tool = Tool::broken();
    let rules = tool.rules(&["validate", "note/__init__.py", "note/broken.py", "note/plugin.json", "note"]);
    assert_eq!(rules, ["syntax-error"]);
}

#[test]
fn a_folder_of_plugins_is_judged_with_any_number_of_threads_in_one_order() {
    let mut tool = Tool::new();
    for n in 0..24 {
        tool =
            tool.with(&format!("all/p{n:02}/__init__.py"), SOUND).with(&format!("all/p{n:02}/plugin.json"), MANIFEST);
        tool = tool.with(&format!("all/p{n:02}/broken.py"), BROKEN);
    }
    let run =
        |jobs| validate(&tool, &["all", "-f", "concise", "--jobs", jobs, "--select", "syntax-error"]).exits(1).out;
    assert_eq!(run("1"), run("5"));
    assert_eq!(run("2").lines().count(), 24);
    assert!(run("3").lines().is_sorted());
}

#[test]
fn changed_files_lead_to_their_plugins_and_others_are_passed_over() {
    let tool = Tool::sound()
        .with("comma/__init__.py", SOUND)
        .with("comma/plugin.json", COMMA)
        .with("site/app/__init__.py", "from app.plugins import init_plugins\n")
        .with("site/app/core/__init__.py", "")
        .with("site/app/plugins/installed/bare/__init__.py", "")
        .with("tools/__init__.py", "def later(:\n")
        .with("config.json", "{},")
        .with("old.zip", "PK\x03\x04");
    let of_none = ["config.json", "old.zip", "tools/__init__.py", "gone/x.py", "site/app/core/__init__.py"];
    let answer = validate(&tool, &[&["--changed", "-f", "json"], &of_none[..]].concat()).exits(0);
    let report: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    let files = report["files"].as_array().unwrap();
    assert_eq!((files.len(), report["plugins"].as_array().unwrap().len()), (of_none.len(), 0));
    assert!(files.iter().all(|file| file["reason"] == "belongs to no plugin"), "{files:?}");

    validate(&tool, &["--changed", "note/__init__.py", "config.json"]).exits(0).prints("note 1.0.0 loads");
    // A file that is gone changes its plugin.
    let answer = validate(&tool, &["--changed", "comma/gone.py", "comma/templates/gone.html"]).exits(1);
    assert_eq!(answer.out.matches("does not pass").count(), 1, "{}", answer.out);
    validate(&tool, &["--changed", "site/app/plugins/installed/bare/gone.py"]).exits(1).prints("no-plugin-class");
    validate(&tool, &["config.json"]).exits(3);
    validate(&tool, &["--changed"]).exits(2);
}

#[test]
fn exit_70_for_whatever_panics() {
    let exit = wicara_tool::guarded(|| panic!("a bug of ours"));
    assert_eq!((exit, exit.code()), (wicara_tool::exit::Exit::Bug, 70));
    assert_eq!(wicara_tool::guarded(|| wicara_tool::exit::Exit::Findings).code(), 1, "what does not panic passes");
}
