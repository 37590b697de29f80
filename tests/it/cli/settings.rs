//! Settings files, variables, flags, and which of them wins.

use super::tool::{Answer, Tool};

fn validate(tool: &Tool, arguments: &[&str]) -> Answer {
    tool.run(&[&["validate", "note"], arguments].concat())
}

#[test]
fn every_fault_of_a_settings_file_is_shown_with_its_place() {
    let text = "selct = [\"load\"]\nfail-on = \"hgh\"\nignore = [\"syntax-error\", \"syntax-eror\"]\n\
                host-version = \"9.9\"\n[severity]\nsyntax-error = 3\n[[per-path]]\nignore = []\n";
    let tool = Tool::sound().with("wicara-tool.toml", text);
    let answer = validate(&tool, &[]).exits(2);
    for (place, message) in [
        ("wicara-tool.toml:1:1", "unknown key `selct`"),
        ("wicara-tool.toml:2:11", "`hgh`"),
        ("wicara-tool.toml:3:27", "`syntax-eror`"),
        ("wicara-tool.toml:4:16", "`9.9`"),
        ("wicara-tool.toml:6:16", "must be a string, not an integer"),
        ("wicara-tool.toml:7:1", "`per-path` needs `paths`"),
    ] {
        assert!(answer.err.contains(&format!("{place}:")), "no {place} in\n{}", answer.err);
        assert!(answer.err.contains(message), "no {message} in\n{}", answer.err);
    }
    let answer = answer.complains("Did you mean `select`?").complains("Did you mean `high`?");
    assert!(answer.err.contains("fail-on = \"hgh\""), "the line itself is shown:\n{}", answer.err);
    assert_eq!(answer.out, "");
}

#[test]
fn columns_count_characters() {
    let tool = Tool::sound().with("wicara-tool.toml", "exclude = [\"\u{e9}\u{1f600}\", 3]\n");
    validate(&tool, &[]).exits(2).complains("wicara-tool.toml:1:18:").complains("must be a string, not an integer");
    let tool = Tool::sound().with("wicara-tool.toml", "select = [\n");
    validate(&tool, &[]).exits(2).complains("this is not TOML");
}

#[test]
fn the_nearest_file_counts_up_to_the_work_tree() {
    let tool = Tool::broken().with("wicara-tool.toml", "ignore = [\"syntax-error\"]\n");
    validate(&tool, &[]).exits(0);
    let tool = tool.below("note");
    tool.run(&["validate"]).exits(0);
    tool.put("note/pyproject.toml", "[tool.other]\nx = 1\n");
    tool.run(&["validate"]).exits(0);
    tool.put("note/pyproject.toml", "[tool.wicara-tool]\nfail-on = \"high\"\n");
    tool.run(&["validate"]).exits(1);
    tool.run(&["validate", "--no-config"]).exits(1);
    tool.run(&["validate", "--config", "../wicara-tool.toml"]).exits(0);
    tool.put("note/pyproject.toml", "");
    std::fs::create_dir(tool.path("note/.git")).unwrap();
    tool.run(&["validate"]).exits(1);
}

#[test]
fn policy_beats_flags_beat_variables_beat_file_beats_default() {
    let fail_on = |tool: &Tool, arguments: &[&str]| {
        let out = tool.run(&[&["settings"], arguments].concat()).exits(0).out;
        out.lines()
            .find(|line| line.starts_with("fail-on"))
            .unwrap()
            .split_whitespace()
            .skip(1)
            .collect::<Vec<_>>()
            .join(" ")
    };
    let tool = Tool::new();
    assert_eq!(fail_on(&tool, &[]), "medium (default)");
    let tool = tool.with("wicara-tool.toml", "fail-on = \"low\"\n").with("policy.toml", "fail-on = \"never\"\n");
    assert_eq!(fail_on(&tool, &[]), "low (wicara-tool.toml)");
    let tool = tool.set("WICARA_TOOL_FAIL_ON", "high");
    assert_eq!(fail_on(&tool, &[]), "high (WICARA_TOOL_FAIL_ON)");
    assert_eq!(fail_on(&tool, &["--fail-on", "info"]), "info (--fail-on)");
    assert_eq!(fail_on(&tool, &["--fail-on", "info", "--policy", "policy.toml"]), "never (policy.toml)");
}

#[test]
fn rules_are_chosen_in_the_same_order() {
    let tool = Tool::broken().with("wicara-tool.toml", "ignore = [\"syntax-error\"]\n");
    validate(&tool, &[]).exits(0);
    validate(&tool, &["--select", "load"]).exits(1);
    validate(&tool, &["--select", "load", "--ignore", "syntax-error"]).exits(0);
    let tool = tool.set("WICARA_TOOL_SELECT", "load");
    validate(&tool, &[]).exits(1);
    validate(&tool, &["--ignore", "load/*"]).exits(0);
    validate(&tool.set("WICARA_TOOL_SEVERITY", "all=info"), &[]).exits(0);
    let tool = Tool::broken().with("wicara-tool.toml", "severity = { syntax-error = \"off\" }\n");
    validate(&tool, &[]).exits(0);
    validate(&tool, &["--severity", "load=high"]).exits(1);
}

#[test]
fn variables_are_checked_like_flags() {
    let tool = Tool::sound().set("WICARA_TOOL_FAIL_ON", "hihg");
    validate(&tool, &[])
        .exits(2)
        .complains("WICARA_TOOL_FAIL_ON: unknown value `hihg`")
        .complains("Did you mean `high`?");
    validate(&Tool::sound().set("WICARA_TOOL_NO_CONFIG", "maybe"), &[]).exits(2).complains("must be 1 or 0");
    let tool = Tool::broken().with("wicara-tool.toml", "nonsense").set("WICARA_TOOL_NO_CONFIG", "1");
    validate(&tool, &[]).exits(1);
}

#[test]
fn paths_can_have_settings_of_their_own() {
    let tool = Tool::broken().with("note/tests/worse.py", "def f(:\n    pass\n");
    tool.put("wicara-tool.toml", "[[per-path]]\npaths = [\"note/tests\"]\nignore = [\"syntax-error\"]\n");
    let answer = validate(&tool, &["-f", "concise"]).exits(1);
    assert!(answer.out.contains("note/broken.py") && !answer.out.contains("worse.py"), "{}", answer.out);
    tool.put("wicara-tool.toml", "[[per-path]]\npaths = [\"broken.py\", \"tests\"]\nseverity = { load = \"info\" }\n");
    validate(&tool, &["-f", "concise"]).exits(0).prints("worse.py");
}

#[test]
fn what_is_excluded_is_left_out_and_recorded() {
    let tool = Tool::broken().with("wicara-tool.toml", "exclude = [\"broken.py\"]\n");
    let answer = validate(&tool, &["-f", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    let files = report["files"].as_array().unwrap();
    let broken = files.iter().find(|file| file["path"] == "note/broken.py").unwrap();
    assert_eq!((&broken["status"], &broken["reason"]), (&"skipped".into(), &"excluded by the settings".into()));
    tool.put("wicara-tool.toml", "exclude = [\"note\"]\n");
    let answer = validate(&tool, &["-f", "json"]).exits(0);
    let report: serde_json::Value = serde_json::from_str(&answer.out).unwrap();
    assert_eq!(report["plugins"].as_array().unwrap().len(), 0);
}

#[test]
fn local_settings_cannot_speak_for_the_policy() {
    let tool = Tool::sound().with("wicara-tool.toml", "allow-suppressions = true\n");
    validate(&tool, &[]).exits(2).complains("`allow-suppressions` belongs to a policy");
}
