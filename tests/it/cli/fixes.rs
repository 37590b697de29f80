//! `--fix` and `--diff`.

use super::tool::{COMMA, MANIFEST, SOUND, Tool, feed};
use crate::zips::{part, zip};

#[test]
fn fix_mends_and_judges_again() {
    let tool = Tool::comma();
    tool.run(&["validate", "note"]).exits(1).prints("manifest-trailing-comma");
    let answer = tool.run(&["validate", "note", "--fix"]).exits(0).complains("fixed 1 problem in 1 file");
    assert_eq!(tool.read("note/plugin.json"), MANIFEST, "{}", answer.out);
    let answer = tool.run(&["validate", "note", "--fix"]).exits(0);
    assert_eq!(answer.err, "", "nothing is left to mend");
}

#[test]
fn diff_shows_what_fix_would_do_and_writes_nothing() {
    let tool = Tool::comma();
    let diff = tool.run(&["validate", "note", "--diff"]).exits(1).out;
    assert!(diff.starts_with("--- a/note/plugin.json\n+++ b/note/plugin.json\n@@"), "{diff}");
    assert_eq!(tool.read("note/plugin.json"), COMMA);
    let (applies, said) = feed("patch", &["-p1", "-d", tool.path("").to_str().unwrap()], &diff);
    assert!(applies, "{said}");
    assert_eq!(tool.read("note/plugin.json"), MANIFEST);
    let answer = tool.run(&["validate", "note", "--diff"]).exits(0);
    assert_eq!(answer.out, "");
    Tool::comma().run(&["validate", "note", "--diff", "--color", "always"]).exits(1).prints("\u{1b}[31m-{");
}

#[test]
fn diff_names_paths_without_a_plugin_too() {
    let tool = Tool::comma();
    tool.run(&["validate", "note", "nowhere", "--diff"]).exits(3).complains("nowhere").prints("+++ b/note/plugin.json");
}

#[test]
fn what_is_silenced_is_not_mended() {
    let tool = Tool::comma();
    tool.run(&["validate", "note", "--fix", "--ignore", "manifest-trailing-comma"]).exits(0);
    assert_eq!(tool.read("note/plugin.json"), COMMA);
}

#[test]
fn several_rounds_mend_what_only_shows_after_another_fix() {
    let text = "def later():  # wicara: ignore[syntax-error, syntax-eror] why\n    pass\n";
    let tool = Tool::sound().with("note/late.py", text);
    tool.run(&["validate", "note", "--fix"]).exits(0);
    assert_eq!(tool.read("note/late.py"), "def later():\n    pass\n");
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_of_the_plugin_is_never_written_through() {
    let tool = Tool::sound().with("outside.json", COMMA);
    std::fs::remove_file(tool.path("note/plugin.json")).unwrap();
    std::os::unix::fs::symlink("../outside.json", tool.path("note/plugin.json")).unwrap();
    tool.run(&["validate", "note", "--fix"]);
    assert_eq!(tool.read("outside.json"), COMMA);
}

#[test]
fn nothing_is_promised_for_an_archive_since_nothing_is_written_into_one() {
    let tool = Tool::new();
    let archive = zip(&[part("note/__init__.py", SOUND), part("note/plugin.json", COMMA)]);
    std::fs::write(tool.path("note.zip"), &archive).unwrap();
    let answer = tool.run(&["validate", "note.zip"]).exits(1).prints("manifest-trailing-comma");
    assert!(!answer.out.contains("--fix"), "{}", answer.out);
    let report = tool.run(&["validate", "note.zip", "-f", "json"]).exits(1).out;
    let report: serde_json::Value = serde_json::from_str(&report).unwrap();
    assert!(report["findings"][0]["fix"].is_null(), "{report}");
    tool.run(&["validate", "note.zip", "--fix"]).exits(1);
    assert_eq!(std::fs::read(tool.path("note.zip")).unwrap(), archive);
    let answer = tool.run(&["validate", "note.zip", "--diff"]).exits(0);
    assert_eq!(answer.out, "");
}
