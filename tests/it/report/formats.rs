//! What every format promises, and what each shows of the same report.

use std::io::{self, Write};

use serde_json::Value;
use wicara_tool::model::{Loads, Severity, Verdict};
use wicara_tool::report::{Format, Style, render};
use wicara_tool::rules::RuleSet;

use super::sample::{calm, judged, nasty, place, plugin, report, source, whole};
use super::{plain, rendered};

fn obeyed(character: char) -> bool {
    (character.is_control() && character != '\n')
        || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{200e}' | '\u{200f}')
}

#[test]
fn nothing_that_a_terminal_obeys_leaves_any_format() {
    for format in Format::ALL {
        let text = plain(format, &nasty());
        let found: Vec<char> = text.chars().filter(|character| obeyed(*character)).collect();
        assert_eq!(found, Vec::<char>::new(), "in {format}");
        assert!(text.contains("evil"), "{format} does not name the plugin");
    }
    let colour = rendered(Format::Text, &nasty(), &Style { colour: true, width: 80, links: false });
    let codes: Vec<&str> = colour.split('\x1b').skip(1).map(|rest| rest.split('m').next().unwrap_or(rest)).collect();
    assert!(
        codes.iter().all(|code| code.trim_start_matches('[').bytes().all(|byte| byte.is_ascii_digit() || byte == b';'))
    );
}

#[test]
fn every_format_ends_with_a_line_break_and_never_changes() {
    for report in [calm(), nasty(), report(Vec::new(), Vec::new())] {
        for format in Format::ALL {
            let text = plain(format, &report);
            assert!(text.is_empty() || text.ends_with('\n'), "{format} does not end its last line");
            assert_eq!(text, plain(format, &report), "{format} differs from run to run");
        }
    }
}

#[test]
fn a_closed_pipe_is_answered_not_swallowed() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    for format in Format::ALL {
        let result = render(format, &calm(), &RuleSet::embedded(), &Style::default(), &mut Closed);
        assert_eq!(result.map_err(|error| error.kind()), Err(io::ErrorKind::BrokenPipe), "{format}");
    }
}

#[test]
fn suppressed_findings_are_only_in_the_formats_that_can_say_so() {
    for format in Format::ALL {
        let shows = plain(format, &calm()).contains("silenced");
        assert_eq!(shows, matches!(format, Format::Json | Format::Sarif), "{format}");
    }
}

#[test]
fn concise_is_one_line_each() {
    let expected = "\
plugins/my-plugin:1:1: medium[missing-init] the folder has no `__init__.py`, so the host does not discover it
plugins/my-plugin/plugin.py:10:13: high[syntax-error] the host has no hook `after_page_rendr`
plugins/remark/a.py:1:1: low[syntax-error] two plugins set `x`
";
    assert_eq!(plain(Format::Concise, &calm()), expected);
    assert_eq!(plain(Format::Concise, &nasty()).lines().count(), nasty().findings.len() - 2);
}

#[test]
fn github_commands_are_escaped_and_have_columns_on_one_line_only() {
    let expected = "::notice file=plugins/remark/a.py,line=1,endLine=1,col=1,endColumn=2,title=syntax-error::two plugins set `x`%0Ahelp: Correct the marked place.";
    let text = plain(Format::Github, &calm());
    assert_eq!(text.lines().last(), Some(expected));
    assert!(text.starts_with("::warning file=plugins/my-plugin,title=missing-init::the folder"), "{text}");

    let body = source("a(\n  100%,\n)\n");
    let one =
        judged(Severity::High, "syntax-error", "p", place("a,b:c%.py", &body, "(\n  100%,\n)"), "100% wrong:\r\nx");
    let text = plain(Format::Github, &report(Vec::new(), vec![one]));
    let expected = "::error file=a%2Cb%3Ac%25.py,line=1,endLine=3,title=syntax-error::100%25 wrong:%0Ax%0Ahelp: Correct the marked place.\n";
    assert_eq!(text, expected);
}

#[test]
fn json_says_everything_with_positions_that_people_use() {
    let value: Value = serde_json::from_str(&plain(Format::Json, &calm())).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["version", "tool", "plugins", "findings", "summary", "files"]);
    let hook = &value["findings"][1];
    assert_eq!((&hook["line"], &hook["column"], &hook["end_column"]), (&10.into(), &13.into(), &31.into()));
    assert_eq!(hook["fix"]["edits"][0]["path"], "plugins/my-plugin/plugin.py");
    assert_eq!(hook["fix"]["edits"][0]["start_column"], 13);
    assert_eq!(hook["fix"]["safety"], "safe");
    assert_eq!(value["findings"][0]["related"][0]["line"], 4);
    assert_eq!(value["findings"][2]["suppressed"]["by"], "comment");
    assert_eq!(value["plugins"][1]["loads"], "no");
    assert_eq!(
        value["summary"],
        serde_json::json!({
            "high": 1, "medium": 1, "low": 1, "info": 0, "suppressed": 1, "plugins": 3, "failed": 1, "verdict": "fail"
        })
    );
    assert_eq!(value["files"][1]["reason"], "larger than 4 MiB");

    let value: Value = serde_json::from_str(&plain(Format::Json, &nasty())).unwrap();
    assert_eq!(
        value["findings"][1]["message"],
        format!("message {}", super::sample::HOSTILE),
        "the text stays what it was"
    );
    let lost = &value["findings"][11];
    assert_eq!(lost["fix"]["edits"], serde_json::json!([]), "an edit without a place is not half shown");
}

#[test]
fn sarif_lists_the_rules_of_the_run_and_points_at_them() {
    let mut run = calm();
    run.findings.reverse();
    let value: Value = serde_json::from_str(&plain(Format::Sarif, &run)).unwrap();
    let run = &value["runs"][0];
    let rules = run["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(
        rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect::<Vec<_>>(),
        ["missing-init", "syntax-error"]
    );
    let results = run["results"].as_array().unwrap();
    assert_eq!(results.len(), 4, "suppressed findings are in it");
    for result in results {
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(result["suppressions"].is_array(), "either all results have suppressions or none has");
    }
    assert_eq!(results[1]["suppressions"][0]["kind"], "inSource");
    let fix = &results[2]["fixes"][0]["artifactChanges"][0];
    assert_eq!(fix["replacements"][0]["insertedContent"]["text"], "'after_page_render'");
    assert_eq!(fix["replacements"][0]["deletedRegion"]["startLine"], 10);
    assert!(rules[1]["help"]["markdown"].as_str().unwrap().contains("**Why.**"));
}

#[test]
fn sarif_marks_rules_about_security_as_such() {
    let rules = RuleSet::embedded();
    let every = rules.ids().map(|id| judged(Severity::Low, id.as_str(), "p", whole("p"), "m")).collect();
    let value: Value = serde_json::from_str(&plain(Format::Sarif, &report(Vec::new(), every))).unwrap();
    let described = value["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(described.len(), rules.ids().count());
    let mut secure = 0;
    for (id, rule) in rules.ids().zip(described) {
        assert_eq!(rule["id"], id.as_str());
        let about_security = rules.get(id).references.iter().any(|reference| reference.contains("CWE-"));
        assert_eq!(rule["properties"]["security-severity"].is_string(), about_security, "{id}");
        let tags = rule["properties"]["tags"].to_string();
        assert_eq!(tags.contains("external/cwe/cwe-") && tags.contains("\"security\""), about_security, "{id}");
        secure += usize::from(about_security);
    }
    assert!(secure > 0, "no rule is about security");
}

#[test]
fn junit_counts_what_fails_and_says_that_clean_plugins_pass() {
    let text = plain(Format::Junit, &calm());
    assert!(text.contains("<testcase classname=\"clean\" name=\"no findings\" time=\"0\"/>"), "{text}");
    assert!(text.contains("name=\"my-plugin\" package=\"plugins/my-plugin\" timestamp=\"1970-01-01T00:00:00\" hostname=\"localhost\" tests=\"2\" failures=\"1\""), "{text}");
    assert_eq!(text.matches("<failure ").count(), 1);
    let mut lenient = calm();
    lenient.fail_on = None;
    assert_eq!(plain(Format::Junit, &lenient).matches("<failure ").count(), 0);
}

#[test]
fn markdown_folds_the_details_of_each_finding() {
    let text = plain(Format::Markdown, &calm());
    let expected = "### wicara-tool: 1 high, 1 medium, 1 low

| | Plugin | Version | Verdict | High | Medium | Low | Info |
|---|---|---|---|--:|--:|--:|--:|
| ✅ | clean | 2.0 | loads | 0 | 0 | 0 | 0 |
| ❌ | my-plugin | 1.0.0 | does not load | 1 | 1 | 0 | 0 |
| ⚠️ | remark |  | loads, with remarks | 0 | 0 | 1 | 0 |
";
    assert!(text.starts_with(expected), "{text}");
    let expected = "<details><summary><b>low</b> <code>syntax-error</code> two plugins set <code>x</code> – <code>plugins/remark/a.py:1</code></summary>

```text
   ╭─[plugins/remark/a.py:1:1]
 1 │ x = 1
   · ─
   ╰────
```

**Help:** Correct the marked place.

<code>wicara-tool explain syntax-error</code>
</details>


1 finding suppressed.

<sub>wicara-tool VERSION, judged against Wicara 1.0.0.</sub>
";
    assert!(text.ends_with(&expected.replace("VERSION", env!("CARGO_PKG_VERSION"))), "{text}");

    let mut one = judged(Severity::High, "syntax-error", "p", whole("p"), "m");
    one.help = "Do this:\n\n- with `a_b`\n  and *c*\n- or\n\n```\ndef f(x_): ...\n```\n---\n".to_owned();
    let text = plain(Format::Markdown, &report(Vec::new(), vec![one]));
    let expected = "**Help:** Do this:\n\n- with <code>a&#95;b</code> and &#42;c&#42;\n- or\n\n<code>def f(x&#95;): ...</code><br>\n&#45;&#45;-\n";
    assert!(text.contains(expected), "{text}");
}

#[test]
fn markdown_lets_nothing_through() {
    let text = plain(Format::Markdown, &nasty());

    for line in text.lines().filter(|line| line.starts_with("| ❌")) {
        assert_eq!(line.matches('|').count(), 9, "a cell more: {line}");
    }
    let mut fence = None;
    for line in text.lines() {
        match fence {
            Some(end) if line == end => fence = None,
            Some(_) => {}
            None if line.starts_with("```") => fence = Some(line.trim_end_matches("text")),
            None => {
                assert!(!line.contains("@team") && !line.contains("</summary><script"), "not escaped: {line}");
            }
        }
    }
    assert_eq!(fence, None, "every code block is closed");
    assert_eq!(text.matches("<details>").count(), text.matches("</details>").count());

    let many: Vec<_> = (0..3000)
        .map(|_| judged(Severity::High, "syntax-error", "p", whole("p"), "a message of some length"))
        .collect();
    let text = plain(Format::Markdown, &report(vec![plugin("p", None, Verdict::Fail, Loads::No)], many));
    assert!(text.len() < 65_536 && text.contains(" more findings."), "{} bytes", text.len());
}
