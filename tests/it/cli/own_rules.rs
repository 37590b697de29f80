//! `--rules DIR`: rules that users bring along.

use serde_json::Value;

use super::tool::Tool;

const TELNET: &str = "\
title = 'Telnet sends everything in the clear'
severity = 'high'
confidence = 'high'
why = 'Whoever is on the way reads the password.'
help = 'Use SSH.'
references = ['CWE-319']

[[match]]
call = ['telnetlib.Telnet', 'house.lines.connect']
message = '{call} opens a line that everybody can read'

[[match]]
call = ['house.lines.send']
arg = ['0', 'text']
evidence = ['tainted']
from = ['request']
message = '{call} sends {value}'
";

const PROGRAM: &str = "\
import telnetlib as t
from flask import request
from house.lines import send
from house.text import plain

line = getattr(t, 'Tel' + 'net')('old.example.org')
line.close()


def one():
    send(request.args['q'])


def two():
    send(plain(request.args['q']))


def three():
    send('constant')
";

const FACTS: &str = "\
[[clears]]
call = ['house.text.plain']
kinds = ['wires']
";

fn tool() -> Tool {
    Tool::new().with("house/wires/no-telnet.toml", TELNET).with("house/flow/text.toml", FACTS).with("p.py", PROGRAM)
}

fn found(out: &str) -> Vec<(String, u64)> {
    let report: Value = serde_json::from_str(out).unwrap();
    let findings = report["findings"].as_array().unwrap();
    findings
        .iter()
        .filter(|finding| finding["suppressed"].is_null())
        .map(|finding| (finding["rule"].as_str().unwrap().to_owned(), finding["line"].as_u64().unwrap()))
        .filter(|(rule, _)| rule == "no-telnet")
        .collect()
}

#[test]
fn they_run_the_same_way_as_built_in_ones() {
    let tool = tool();
    let out = tool.run(&["scan", "p.py", "--rules", "house", "-f", "json"]).exits(1).out;
    assert_eq!(found(&out), [("no-telnet".to_owned(), 6), ("no-telnet".to_owned(), 11)], "{out}");
    let report: Value = serde_json::from_str(&out).unwrap();
    let one = report["findings"].as_array().unwrap().iter().find(|finding| finding["line"] == 11).unwrap();
    assert_eq!((one["family"].as_str(), one["severity"].as_str()), (Some("wires"), Some("high")));
    assert_eq!(one["help"], "Use SSH.");
    assert_eq!(one["cwe"], serde_json::json!(["CWE-319"]));
    let without = tool.run(&["scan", "p.py", "-f", "json"]).out;
    assert_eq!(found(&without), []);
}

#[test]
fn settings_comments_and_teaching_know_them() {
    let tool = tool().with("wicara-tool.toml", "ignore = ['no-telnet']\n");
    let out = tool.run(&["--rules", "house", "scan", "p.py", "-f", "json"]).out;
    assert_eq!(found(&out), []);
    let refused = tool.run(&["scan", "p.py"]).exits(2).err;
    assert!(refused.contains("no-telnet") && refused.contains("wicara-tool.toml:1:"), "{refused}");
    let out = tool.run(&["explain", "no-telnet", "--rules", "house"]).exits(0).out;
    assert!(out.contains("Whoever is on the way") && out.contains("CWE-319") && !out.contains("since"), "{out}");
    let out = tool.run(&["rules", "wires", "--rules", "house"]).exits(0).out;
    assert!(out.contains("no-telnet"), "{out}");
    let quiet = PROGRAM.replace("'old.example.org')", "'old.example.org')  # wicara: ignore[no-telnet] the old box");
    let tool = Tool::new().with("house/no-telnet.toml", TELNET).with("p.py", &quiet);
    let out = tool.run(&["scan", "p.py", "--rules", "house", "-f", "concise"]).exits(1).out;
    assert!(!out.contains("p.py:6:8: high[no-telnet]") && out.contains("p.py:11:5: high[no-telnet]"), "{out}");
}

#[test]
fn every_fault_is_told_at_its_place() {
    let wrong = TELNET
        .replace("'request'", "'reqest'")
        .replace("title = 'Telnet sends everything in the clear'", "title = ' '")
        .replace("'house.lines.connect'", "'house lines'")
        .replace("evidence = ['tainted']", "evidence = ['tainted']\nlooks = 'sqll'\nwhere = { shell = 'treu' }");
    let tool = Tool::new()
        .with("house/wires/no-telnet.toml", &wrong)
        .with("house/eval-call.toml", TELNET)
        .with("house/Bad_Name.toml", TELNET)
        .with("house/half.toml", "title = 'x'\nseverty = 'high'\n")
        .with("house/broken.toml", "title = \n")
        .with("house/louder.toml", &TELNET.replace("evidence =", "supersedes = ['eval-cal', 'silent']\nevidence ="))
        .with("house/silent.toml", &TELNET.replace("call =", "# call ="))
        .with("p.py", "");
    let answer = tool.run(&["scan", "p.py", "--rules", "house"]).exits(2);
    assert_eq!(answer.out, "");
    for part in [
        "house/Bad_Name.toml:1:1: `Bad_Name` is no id of a rule",
        "house/broken.toml:1:",
        "house/eval-call.toml:1:1: there is a rule `eval-call` already",
        "house/half.toml:2:1: unknown field `severty`",
        "Did you mean `severity`?",
        "house/louder.toml:15:15: there is no rule `eval-cal`",
        "Did you mean `eval-call`?",
        "house/silent.toml:8:1: this `[[match]]` matches nothing",
        "house/wires/no-telnet.toml:1:9: `title` is empty",
        "house/wires/no-telnet.toml:9:29: `house lines` is no path of a name",
        "house/wires/no-telnet.toml:17:19: the condition `treu` is not understood",
        "house/wires/no-telnet.toml:16:9: there is no look `sqll`",
        "Did you mean `sql`?",
        "there is no source `reqest`",
        "Did you mean `request`?",
    ] {
        assert!(answer.err.contains(part), "{part} is missing in\n{}", answer.err);
    }
}

#[test]
fn permissions_are_told_with_what_they_teach() {
    let plugin = "from app.plugins import BasePlugin\nfrom house.lines import ask\n\n\nclass P(BasePlugin):\n    \
        def get_metadata(self):\n        return {'name': 'P', 'version': '1.0.0', 'author': 'A', 'description': 'D'}\n\n    \
        def init(self, app):\n        ask('https://example.org/rates')\n";
    let tool = Tool::new()
        .with("p/__init__.py", plugin)
        .with("p/plugin.json", "{\"name\": \"P\", \"permissions\": []}")
        .with("house/flow/lines.toml", "[aliases]\n'house.lines.ask' = 'requests.get'\n");
    let told = tool.run(&["permissions", "p", "--rules", "house"]).exits(0).out;
    let before = tool.run(&["permissions", "p"]).exits(0).out;
    assert!(told.contains("network") && !before.contains("network"), "{told}\n{before}");
}

#[test]
fn a_folder_without_rules_or_that_is_not_there_is_an_error() {
    let tool = Tool::new().with("empty/README.md", "# None\n").with("p.py", "");
    let answer = tool.run(&["scan", "p.py", "--rules", "empty"]).exits(2);
    assert!(answer.err.contains("there are no rules in `empty`"), "{}", answer.err);
    let answer = tool.run(&["scan", "p.py", "--rules", "nowhere"]).exits(2);
    assert!(answer.err.contains("cannot use the rules in `nowhere`"), "{}", answer.err);
}
