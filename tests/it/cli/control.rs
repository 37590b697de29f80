//! Comments, baseline, policy.

use super::tool::{Answer, BROKEN, Tool};

fn validate(tool: &Tool, arguments: &[&str]) -> Answer {
    tool.run(&[&["validate", "note"], arguments].concat())
}

const IGNORED: &str = "# wicara: ignore-file[syntax-error] a sample\ndef later(:\n    pass\n";

#[test]
fn a_comment_silences_and_its_reason_is_in_the_report() {
    let tool = Tool::sound().with("note/broken.py", IGNORED);
    validate(&tool, &[]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&validate(&tool, &["-f", "json"]).exits(0).out).unwrap();
    let suppressed = &report["findings"][0]["suppressed"];
    assert_eq!((suppressed["by"].as_str(), suppressed["reason"].as_str()), (Some("comment"), Some("a sample")));
}

#[test]
fn a_comment_for_a_rule_that_takes_no_part_is_not_called_unused() {
    let tool = Tool::sound().with("note/late.py", "x = 1  # wicara: ignore[syntax-error] was broken\n");
    assert_eq!(tool.rules(&["validate", "note"]), ["unused-suppression"]);
    assert_eq!(tool.rules(&["validate", "note", "--ignore", "syntax-error"]), Vec::<String>::new());
    assert_eq!(tool.rules(&["validate", "note", "--select", "control"]), Vec::<String>::new());
}

#[test]
fn a_baseline_goes_round_and_reports_what_is_stale() {
    let tool = Tool::broken().with("note/other.py", "def other(:\n    pass\n");
    let baseline = ["--baseline", "base.json"];
    validate(&tool, &[&baseline[..], &["--update-baseline"]].concat())
        .exits(0)
        .complains("wrote 2 findings to base.json");
    let first = tool.read("base.json");
    validate(&tool, &[&baseline[..], &["--update-baseline"]].concat()).exits(0);
    assert_eq!(tool.read("base.json"), first, "the same findings give the same bytes");
    assert_eq!(tool.rules(&["validate", "note", "--baseline", "base.json"]), Vec::<String>::new());

    tool.put("note/broken.py", &format!("import os\n\n\nif os:\n    {}", BROKEN.replace('\n', "\n    ").trim_end()));
    assert_eq!(
        tool.rules(&["validate", "note", "--baseline", "base.json"]),
        Vec::<String>::new(),
        "moved and indented"
    );

    tool.put("note/other.py", "def other():\n    pass\n");
    tool.put("note/new.py", "def new(:\n    pass\n");
    let rules = tool.rules(&["validate", "note", "--baseline", "base.json"]);
    assert_eq!(rules, ["stale-baseline", "syntax-error"], "what is new counts, what is gone is named");
    validate(&tool, &[&baseline[..], &["--update-baseline"]].concat()).exits(0);
    let second = tool.read("base.json");
    assert!(second.contains("new.py") && !second.contains("other.py") && second.contains("broken.py"), "{second}");
}

#[test]
fn a_baseline_keeps_what_belongs_to_plugins_that_were_not_judged() {
    let tool = Tool::broken().with("memo/__init__.py", "x = (\n").with("memo/plugin.json", super::tool::MANIFEST);
    tool.run(&["validate", "note", "memo", "--baseline", "b.json", "--update-baseline"]).exits(0);
    let all = tool.read("b.json");
    tool.run(&["validate", "memo", "--baseline", "b.json", "--update-baseline"]).exits(0);
    assert_eq!(tool.read("b.json"), all);
    assert_eq!(tool.rules(&["validate", "memo", "--baseline", "b.json"]), Vec::<String>::new());
}

#[test]
fn a_baseline_that_is_none_is_refused() {
    for text in ["", "[]", "{\"version\": 2, \"findings\": []}", "{\"version\": 1}"] {
        let tool = Tool::sound().with("b.json", text);
        validate(&tool, &["--baseline", "b.json"]).exits(2).complains("cannot use the baseline");
    }
}

#[test]
fn a_policy_refuses_local_suppressions_unless_it_allows_them() {
    let tool = Tool::sound().with("note/broken.py", IGNORED).with("policy.toml", "");
    let tool =
        tool.with("wicara-tool.toml", "ignore = [\"syntax-error\"]\nfail-on = \"never\"\nexclude = [\"note\"]\n");
    validate(&tool, &["--policy", "policy.toml"]).exits(1).prints("syntax-error");
    validate(&tool, &["--policy", "policy.toml", "--ignore", "syntax-error"]).exits(1);
    validate(&tool, &["--policy", "policy.toml", "--select", "hooks"]).exits(1);
    validate(&tool, &["--policy", "policy.toml", "--severity", "syntax-error=info"]).exits(1);
    for (policy, code) in [
        ("allow-suppressions = false", 1),
        ("allow-suppressions = [\"unknown-hook\"]", 1),
        ("allow-suppressions = [\"syntax-error\"]", 0),
        ("allow-suppressions = [\"load/*\"]", 0),
        ("allow-suppressions = true", 0),
        ("severity = { syntax-error = \"low\" }", 0),
        ("ignore = [\"load\"]", 0),
        ("fail-on = \"never\"", 0),
    ] {
        tool.put("policy.toml", policy);
        tool.put("wicara-tool.toml", "");
        let answer = validate(&tool, &["--policy", "policy.toml"]);
        assert_eq!(answer.code, code, "{policy}: {answer:?}");
    }
}

#[test]
fn a_policy_refuses_the_baseline_and_gitignore() {
    let tool = Tool::broken().with("policy.toml", "").with(".gitignore", "broken.py\n");
    std::process::Command::new("git").args(["init", "-q"]).current_dir(tool.path("")).status().unwrap();
    validate(&tool, &[]).exits(0);
    validate(&tool, &["--no-ignore"]).exits(1);
    validate(&tool, &["--policy", "policy.toml"]).exits(1);
    validate(&tool, &["--no-ignore", "--baseline", "b.json", "--update-baseline"]).exits(0);
    validate(&tool, &["--no-ignore", "--baseline", "b.json"]).exits(0);
    validate(&tool, &["--policy", "policy.toml", "--baseline", "b.json"]).exits(1);
    validate(&tool, &["--policy", "policy.toml", "--baseline", "b.json", "--update-baseline"]).exits(2);
}
