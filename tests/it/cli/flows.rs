//! The way of data as each format shows it.

use serde_json::Value;

use super::tool::Tool;

const VIEWS: &str = "\
from flask import request

from .store import find


def show():
    wanted = request.args.get('q')
    return find(wanted)
";

const STORE: &str = "\
import sqlite3

db = sqlite3.connect('site.db')


def find(text):
    query = \"SELECT * FROM pages WHERE title = '\" + text + \"'\"
    return db.execute(query).fetchall()
";

fn shop() -> Tool {
    Tool::new().with("shop/__init__.py", "").with("shop/views.py", VIEWS).with("shop/store.py", STORE)
}

#[test]
fn text_tells_the_steps_in_order() {
    let out = shop().run(&["scan", "shop"]).exits(1).out;
    let lines: Vec<&str> = out.lines().map(str::trim).collect();
    let first = lines.iter().position(|line| line.starts_with("data: 1. shop/views.py:7:14: comes from")).unwrap();
    assert_eq!(lines[first + 1], "2. shop/views.py:8:12: is handed to `find`", "{out}");
    assert!(out.contains("[shop/store.py:8:12]"), "{out}");
}

#[test]
fn json_has_the_flow_apart_from_other_places_and_the_weakness() {
    let out = shop().run(&["scan", "shop", "-f", "json"]).exits(1).out;
    let report: Value = serde_json::from_str(&out).unwrap();
    let finding = &report["findings"][0];
    assert_eq!((finding["rule"].as_str(), finding["line"].as_u64()), (Some("sql-injection"), Some(8)));
    let steps: Vec<_> = finding["flow"].as_array().unwrap().iter().map(|step| (&step["path"], &step["line"])).collect();
    assert_eq!(format!("{steps:?}"), r#"[(String("shop/views.py"), Number(7)), (String("shop/views.py"), Number(8))]"#);
    assert_eq!(finding["related"], serde_json::json!([]));
    assert_eq!(finding["cwe"], serde_json::json!(["CWE-89"]));
}

#[test]
fn sarif_has_a_code_flow_that_ends_at_the_finding() {
    let out = shop().run(&["scan", "shop", "-f", "sarif"]).exits(1).out;
    let log: Value = serde_json::from_str(&out).unwrap();
    let run = &log["runs"][0];
    let result = &run["results"][0];
    let flow = result["codeFlows"][0]["threadFlows"][0]["locations"].as_array().unwrap();
    assert_eq!(flow.len(), 3);
    assert_eq!(flow[0]["location"]["physicalLocation"]["artifactLocation"]["uri"], "shop/views.py");
    assert_eq!(flow[2]["location"]["physicalLocation"], result["locations"][0]["physicalLocation"]);
    let tags = run["tool"]["driver"]["rules"][0]["properties"]["tags"].to_string();
    for tag in ["external/cwe/cwe-89", "bandit/B608", "ruff/S608"] {
        assert!(tags.contains(tag), "{tag}: {tags}");
    }
}

#[test]
fn explain_names_the_codes_of_other_tools() {
    let out = Tool::new().run(&["explain", "sql-injection"]).exits(0).out;
    assert!(out.contains("bandit B608") && out.contains("ruff S608") && out.contains("CWE-89"), "{out}");
}

#[test]
fn a_loose_script_may_work_while_it_runs() {
    let script = "import requests\n\nprint(requests.get('https://example.org/', timeout=5).status_code)\n";
    let module = format!("{script}\n\ndef show():\n    return 1\n");
    let tool = Tool::new().with("fetch.py", script).with("news.py", &module);
    let out = tool.run(&["scan", ".", "-f", "concise"]).exits(1).out;
    assert!(out.contains("news.py:3:7: medium[work-at-import]"), "{out}");
    assert!(!out.contains("fetch.py"), "{out}");
}

#[test]
fn what_is_too_large_to_be_judged_is_told() {
    let line = "    print(request.args.get('a'), request.args.get('b'))\n";
    let text = format!("from flask import request\n\n\ndef show():\n{}", line.repeat(12_000));
    let out = Tool::new().with("views.py", &text).run(&["scan", ".", "-f", "concise"]).exits(1).out;
    assert!(out.contains(": medium[analysis-limit] this file is too large"), "{out}");
}

#[test]
fn a_program_whose_data_goes_too_many_ways_is_told() {
    let names = ["one", "two", "three", "four", "five", "six", "seven", "eight"];
    let mut text = "def zero(text):\n    return text, text + 'z'\n".to_owned();
    for (before, name) in ["zero"].iter().chain(&names).zip(&names) {
        let calls: Vec<String> = (0..8).map(|digit| format!("{before}(text + '{digit}')")).collect();
        text += &format!("\n\ndef {name}(text):\n    return {}\n", calls.join(", "));
    }
    text += "\n\nTABLE = eight('t')\n";
    let out = Tool::new().with("tables.py", &text).run(&["scan", ".", "-f", "concise"]).exits(1).out;
    assert!(out.contains("tables.py:1:1: medium[analysis-limit] the data of this program"), "{out}");
}
