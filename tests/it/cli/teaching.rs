//! Help, rules, explanations, schemas, completions, manual pages.

use super::tool::{Tool, feed};

#[test]
fn every_flag_and_subcommand_is_documented() {
    fn walk(command: &clap::Command, path: &str, faults: &mut Vec<String>) {
        if command.get_about().is_none() {
            faults.push(path.to_owned());
        }
        for argument in command.get_arguments() {
            if argument.get_help().is_none_or(|help| help.to_string().len() < 10) {
                faults.push(format!("{path} {}", argument.get_id()));
            }
        }
        for subcommand in command.get_subcommands() {
            walk(subcommand, &format!("{path} {}", subcommand.get_name()), faults);
        }
    }
    let mut command = wicara_tool::commands::command();
    command.build();
    let mut faults = Vec::new();
    walk(&command, "wicara-tool", &mut faults);
    faults.retain(|fault| !fault.contains(" help"));
    assert_eq!(faults, Vec::<String>::new());
    command.debug_assert();
}

#[test]
fn help_fits_80_columns_and_names_the_exit_codes() {
    let tool = Tool::new();
    for subcommand in ["validate", "rules", "explain", "settings", "schema", "completions", "man"] {
        for flag in ["-h", "--help"] {
            let answer = tool.run(&[subcommand, flag]).exits(0);
            let long: Vec<&str> = answer.out.lines().filter(|line| line.chars().count() > 80).collect();
            assert_eq!(long, Vec::<&str>::new(), "{subcommand} {flag}");
        }
    }
    let help = tool.run(&["--help"]).exits(0).out;
    assert!(help.split_whitespace().collect::<Vec<_>>().join(" ").contains("70 a bug"), "{help}");
    tool.run(&["--version"]).exits(0).prints("1.0.0");
}

#[test]
fn rules_are_listed_by_family_for_people_and_programs() {
    let tool = Tool::new();
    let answer = tool.run(&["rules"]).exits(0).prints("syntax-error").prints("unused-suppression");
    assert!(!answer.out.contains('\u{1b}'));
    let answer = tool.run(&["rules", "load"]).exits(0).prints("syntax-error");
    assert!(!answer.out.contains("unused-suppression"));
    let list: serde_json::Value = serde_json::from_str(&tool.run(&["rules", "--format", "json"]).exits(0).out).unwrap();
    let rules = list["rules"].as_array().unwrap();
    assert!(
        rules.iter().any(|rule| rule["id"] == "syntax-error" && rule["severity"] == "high" && rule["family"] == "load")
    );
}

#[test]
fn every_rule_can_be_explained_with_its_examples() {
    let tool = Tool::new();
    let answer = tool.run(&["explain", "unused-suppression"]).exits(0);
    let answer = answer.prints("What to do").prints("A bad example").prints("A good example").prints("Severity low");
    assert!(!answer.out.contains("expect:"), "{}", answer.out);
    assert!(answer.out.lines().all(|line| line.starts_with("    ") || line.chars().count() <= 80), "{}", answer.out);
    let rules = wicara_tool::rules::RuleSet::embedded();
    for id in rules.ids() {
        let rule = rules.get(id);
        assert!(rule.title.len() > 10 && rule.why.len() > 40 && rule.help.len() > 10, "{id} needs more words");
        assert!(!rule.title.ends_with('.'), "{id}: a title is no sentence");
    }
    tool.run(&["explain", "load/syntax-error"]).exits(0).prints("What the host says");
    Tool::new().set("CLICOLOR_FORCE", "1").run(&["explain", "syntax-error"]).exits(0).prints("\u{1b}[1m");
}

#[test]
fn schemas_are_schemas() {
    let tool = Tool::new();
    for what in ["manifest", "report", "settings"] {
        let text = tool.run(&["schema", what]).exits(0).out;
        let schema: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(jsonschema::meta::is_valid(&schema), "{what}");
    }
    let schema: serde_json::Value = serde_json::from_str(&tool.run(&["schema", "settings"]).out).unwrap();
    let accepts = |value: serde_json::Value| jsonschema::is_valid(&schema, &value);
    assert!(accepts(serde_json::json!({"select": ["load"], "severity": {"syntax-error": "off"}, "fail-on": "never"})));
    assert!(!accepts(serde_json::json!({"selct": []})));
    assert!(!accepts(serde_json::json!({"fail-on": "loud"})));
    assert!(!accepts(serde_json::json!({"per-path": [{"ignore": []}]})));
}

#[test]
fn completions_parse_in_their_shells() {
    let tool = Tool::new();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = tool.run(&["completions", shell]).exits(0).out;
        assert!(script.contains("update-baseline"), "{shell}");
        if shell == "bash" {
            let (parses, said) = feed("bash", &["-n"], &script);
            assert!(parses, "{said}");
        }
    }
}

#[test]
fn manual_pages_are_roff() {
    let tool = Tool::new();
    let page = tool.run(&["man"]).exits(0).out;
    assert!(page.contains(".TH wicara-tool 1") && page.contains(".SH SYNOPSIS"), "{page}");
    tool.run(&["man", "--out", "pages"]).exits(0);
    let page = tool.read("pages/wicara-tool-validate.1");
    assert!(page.contains(".TH wicara-tool-validate 1") && page.contains("\\-\\-update\\-baseline"), "{page}");
    let known = ["TH", "SH", "TP", "IP", "RS", "RE", "br", "ie", "el"];
    let requests = page.lines().filter_map(|line| line.strip_prefix('.')?.split_whitespace().next());
    let unknown: Vec<&str> = requests.filter(|request| !known.contains(request)).collect();
    assert_eq!(unknown, Vec::<&str>::new());
    let rendered = page.lines().filter(|line| !line.starts_with('.')).any(|line| line.contains("Judge plugins"));
    assert!(rendered, "{page}");
}
