//! `wicara-tool permissions`: the table, its JSON, `--fix`, and comparisons of versions.

use serde_json::Value;

use crate::cli::tool::{Answer, MANIFEST, Tool};
use crate::zips::{part, zip};

/// A plugin whose capabilities are behind other names, helper functions, and other files.
const INIT: &str = "\
import os as system
from app.plugins import BasePlugin
from . import store
from .web import tell as say


class NotePlugin(BasePlugin):
    def get_metadata(self):
        return {'name': 'Note', 'version': '1.0.0', 'author': 'Ada', 'description': 'Notes.'}

    def init(self, app):
        self.run = getattr(system, 'sys' + 'tem')

    def get_hooks(self):
        return {**super().get_hooks(), 'after_cache_clear': self.cleared}

    def cleared(self, cache_type):
        say('/cleared')
        self.run('sync')
        store.keep(cache_type)
";

const WEB: &str = "\
from functools import partial
from urllib import request

BASE = 'https://api.example.org'
fetch = partial(request.urlopen, timeout=5)


def tell(path):
    return _send('%s%s' % (BASE, path))


def _send(address):
    return fetch(address).read()
";

const STORE: &str = "\
import sqlite3

INSERT = 'INSERT INTO notes '


class Store:
    def __init__(self):
        self.base = sqlite3.connect('notes.db')

    def write(self, statement, *values):
        return self.base.cursor().execute(statement, values)


def keep(text):
    Store().write(INSERT + 'VALUES (?)', text)
";

fn note() -> Tool {
    Tool::new()
        .with("note/__init__.py", INIT)
        .with("note/web.py", WEB)
        .with("note/store.py", STORE)
        .with("note/plugin.json", MANIFEST)
}

fn manifest(permissions: &str) -> String {
    MANIFEST.replace("\"Notes.\"}", &format!("\"Notes.\", \"permissions\": {permissions}}}"))
}

fn json(answer: &Answer) -> Value {
    serde_json::from_str(&answer.out).unwrap_or_else(|error| panic!("{error}: {answer:?}"))
}

/// The keys of an object, sorted.
fn keys(value: &Value) -> Vec<String> {
    let mut keys: Vec<String> = value.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    keys
}

/// Permission, state, and `path:line` of each place.
fn table(answer: &Answer) -> Vec<(String, String, Vec<String>)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let rows = json(answer)["plugins"][0]["permissions"].as_array().unwrap().clone();
    rows.iter()
        .map(|row| {
            let places = row["places"].as_array().unwrap();
            let places = places.iter().map(|place| format!("{}:{}", text(&place["path"]), place["line"]));
            (text(&row["permission"]), text(&row["state"]), places.collect())
        })
        .collect()
}

fn row(permission: &str, state: &str, places: &[&str]) -> (String, String, Vec<String>) {
    (permission.to_owned(), state.to_owned(), places.iter().map(|place| (*place).to_owned()).collect())
}

#[test]
fn capabilities_are_seen_through_names_functions_and_files() {
    let tool = note();
    let expected = [
        row("network:api.example.org", "undeclared", &["note/web.py:13"]),
        row("database:write", "undeclared", &["note/store.py:11"]),
        row("process", "undeclared", &["note/__init__.py:19"]),
    ];
    let answer = tool.run(&["permissions", "note", "-f", "json"]).exits(0);
    assert_eq!(table(&answer), expected);
    let plugin = &json(&answer)["plugins"][0];
    assert_eq!(plugin["declared"], Value::Null);
    assert_eq!(plugin["hosts"], serde_json::json!(["api.example.org"]));
    assert_eq!(plugin["least"], serde_json::json!(["network:api.example.org", "database:write", "process"]));
    assert_eq!((&plugin["slug"], &plugin["version"]), (&Value::from("note"), &Value::from("1.0.0")));
    // What it says to people is the same.
    tool.run(&["permissions", "note"])
        .exits(0)
        .prints("note/web.py:13:12  `urllib.request.urlopen` to api.example.org")
        .prints("Enough would be: network:api.example.org, database:write, process");
    // Without a list nothing is promised, and nothing is reported.
    assert_eq!(tool.rules(&["validate", "note", "--select", "permissions"]), Vec::<String>::new());
    tool.put("note/plugin.json", &manifest("[]"));
    assert_eq!(tool.rules(&["validate", "note", "--select", "permissions"]), ["permission-undeclared"; 3]);
}

#[test]
fn the_shape_of_the_json_is_frozen() {
    let tool = note();
    tool.put("note/plugin.json", &manifest("[\"network:external\", \"native\"]"));
    let answer = json(&tool.run(&["permissions", "note", "--format=json"]).exits(0));
    assert_eq!(answer["version"], 1);
    let plugin = &answer["plugins"][0];
    let all = ["declared", "hosts", "least", "name", "path", "permissions", "slug", "untold", "version"];
    assert_eq!(keys(plugin), all);
    let first = &plugin["permissions"][0];
    assert_eq!(keys(first), ["declared", "narrower", "permission", "places", "state", "used"]);
    assert_eq!(first["narrower"], serde_json::json!(["network:api.example.org"]));
    let place = &first["places"][0];
    assert_eq!(keys(place), ["column", "end_column", "end_line", "hosts", "line", "path", "what"]);
    assert_eq!((&place["line"], &place["column"], &place["end_column"]), (&13.into(), &12.into(), &26.into()));
    let states: Vec<&Value> = plugin["permissions"].as_array().unwrap().iter().map(|row| &row["state"]).collect();
    assert_eq!(states, ["wider", "undeclared", "undeclared", "unused"]);
}

#[test]
fn fix_writes_the_least_list_once_and_nothing_else() {
    let tool = note();
    let text = "{\n    \"version\": \"1.0.0\",\n    \"name\": \"Note\",\n    \"permissions\": [\"process\", \"native\"],\n    \
                \"author\": \"Ada\", \"description\": \"Notes.\"\n}\n";
    tool.put("note/plugin.json", text);
    tool.run(&["permissions", "note", "--dry-run"])
        .exits(1)
        .prints("-    \"permissions\": [\"process\", \"native\"],")
        .prints("+    \"permissions\": [\"process\", \"network:api.example.org\", \"database:write\"],");
    assert_eq!(tool.read("note/plugin.json"), text, "a dry run writes nothing");
    tool.run(&["permissions", "note", "--fix"]).exits(0).complains("wrote the permissions of 1 manifest");
    let fixed = tool.read("note/plugin.json");
    let wanted = text.replace("\"native\"", "\"network:api.example.org\", \"database:write\"");
    assert_eq!(fixed, wanted);
    let again = tool.run(&["permissions", "note", "--fix"]).exits(0);
    assert_eq!((tool.read("note/plugin.json"), again.err), (fixed, String::new()));
    assert_eq!(tool.run(&["permissions", "note", "--dry-run"]).exits(0).out, "");
    assert_eq!(tool.rules(&["validate", "note", "--select", "permissions"]), Vec::<String>::new());
}

#[test]
fn fix_makes_a_list_where_there_is_none_and_leaves_what_it_cannot_read() {
    let tool = note();
    tool.run(&["permissions", "note", "--fix", "--quiet"]).exits(0);
    let list = "[\"network:api.example.org\", \"database:write\", \"process\"]";
    assert_eq!(tool.read("note/plugin.json"), manifest(list));
    let broken = MANIFEST.replace("\"}", "\",}");
    tool.put("note/plugin.json", &broken);
    tool.run(&["permissions", "note", "--fix"]).exits(3).complains("plugin.json is not JSON");
    assert_eq!(tool.read("note/plugin.json"), broken);
    std::fs::remove_file(tool.path("note/plugin.json")).unwrap();
    tool.run(&["permissions", "note", "--fix"]).exits(3).complains("there is no plugin.json");
    std::fs::write(tool.path("note.zip"), archive(INIT, MANIFEST)).unwrap();
    tool.run(&["permissions", "note.zip", "--fix"]).exits(3).complains("it is an archive");
}

#[test]
fn what_is_asked_for_stays_when_the_plugin_runs_code_that_cannot_be_told() {
    let tool = note();
    let init = INIT.replace("        say('/cleared')", "        exec(open(cache_type).read())");
    tool.put("note/__init__.py", &init);
    tool.put("note/plugin.json", &manifest("[\"native\", \"read:files\", \"process\", \"database:write\"]"));
    assert_eq!(tool.rules(&["validate", "note", "--select", "permission-unused"]), Vec::<String>::new());
    let answer = tool.run(&["permissions", "note", "-f", "json"]).exits(0);
    assert!(table(&answer).contains(&row("native", "unseen", &[])), "{answer:?}");
    let plugin = &json(&answer)["plugins"][0];
    assert_eq!(plugin["untold"][0]["what"], "`exec`");
    tool.run(&["permissions", "note", "--fix", "-q"]).exits(0);
    assert!(tool.read("note/plugin.json").contains("\"native\""));
}

fn archive(init: &str, manifest: &str) -> Vec<u8> {
    let parts = [
        part("note/__init__.py", init),
        part("note/web.py", WEB),
        part("note/store.py", STORE),
        part("note/plugin.json", manifest),
    ];
    zip(&parts)
}

#[test]
fn a_version_that_can_do_more_is_a_finding() {
    let tool = note();
    let old = INIT.replace("        self.run('sync')\n", "");
    std::fs::write(tool.path("old.zip"), archive(&old, &MANIFEST.replace("1.0.0", "0.9.0"))).unwrap();
    let grown = "note/__init__.py:19:9: medium[permission-grown] `os.system` needs `process`, \
                 which version 0.9.0 neither asked for nor used";
    tool.put("note/plugin.json", &manifest("[\"process\", \"network:external\", \"database:write\"]"));
    tool.run(&["permissions", "note", "--diff", "old.zip"])
        .exits(1)
        .prints("note 0.9.0 → 1.0.0")
        .prints("  + process  asked for and used")
        .prints("  + network:external  asked for")
        .prints(grown);
    // The bar, and settings for the rule.
    tool.run(&["permissions", "note", "--diff", "old.zip", "--fail-on", "high"]).exits(0).prints(grown);
    tool.run(&["permissions", "note", "--diff", "old.zip", "--severity", "permission-grown=low"]).exits(0);
    // The other way around nothing grows.
    let less = tool.run(&["permissions", "old.zip", "--diff", "note"]).exits(0).prints("- process  no longer");
    assert!(!less.out.contains("permission-grown"), "{}", less.out);
    // A folder against the same as an archive.
    std::fs::write(tool.path("same.zip"), archive(INIT, &tool.read("note/plugin.json"))).unwrap();
    for pair in [["note", "same.zip"], ["same.zip", "note"]] {
        let same = ["permissions", pair[0], "--diff", pair[1]];
        tool.run(&same).exits(0).prints("It asks for and does what it did before.");
    }
}

#[test]
fn comparisons_have_a_frozen_shape_too() {
    let tool = note();
    let old = INIT.replace("        self.run('sync')\n", "");
    std::fs::write(tool.path("old.zip"), archive(&old, MANIFEST)).unwrap();
    let answer = json(&tool.run(&["permissions", "note", "--diff", "old.zip", "-f", "json"]).exits(1));
    assert_eq!(keys(&answer), ["findings", "plugins", "version"]);
    let plugin = &answer["plugins"][0];
    assert_eq!(keys(plugin), ["grown", "new", "old", "shrunk", "slug"]);
    assert_eq!(keys(&plugin["old"]), ["declared", "path", "version"]);
    assert_eq!(keys(&plugin["grown"][0]), ["declared", "permission", "places", "used"]);
    assert_eq!(plugin["grown"][0]["permission"], "process");
    let finding = &answer["findings"][0];
    let all = [
        "column",
        "end_column",
        "end_line",
        "family",
        "fingerprint",
        "line",
        "message",
        "path",
        "plugin",
        "rule",
        "severity",
        "suppressed",
    ];
    assert_eq!(keys(finding), all);
    assert_eq!((&finding["rule"], &finding["line"]), (&"permission-grown".into(), &19.into()));
}

#[test]
fn folders_of_plugins_are_compared_by_name() {
    let tool = note();
    for path in ["__init__.py", "web.py", "store.py", "plugin.json"] {
        let text = tool.read(&format!("note/{path}"));
        tool.put(&format!("new/note/{path}"), &text);
        tool.put(&format!("new/fresh/{path}"), &text);
        tool.put(&format!("old/note/{path}"), &text.replace("self.run('sync')", "pass"));
        tool.put(&format!("old/gone/{path}"), &text);
    }
    let answer = tool.run(&["permissions", "new", "--diff", "old"]).exits(1);
    let answer = answer.prints("fresh 1.0.0 is new").prints("gone 1.0.0 is gone").prints("+ process  used");
    assert_eq!(answer.out.matches("permission-grown").count(), 1, "{}", answer.out);
    tool.run(&["permissions", "new", "--diff", "nowhere"]).exits(3).complains("there is no `nowhere`");
    tool.run(&["permissions", "nowhere"]).exits(3).complains("there is no `nowhere`");
    tool.run(&["permissions", "new", "--fix", "--diff", "old"]).exits(2);
}

/// A plugin of `fixtures/capabilities.toml`.
#[derive(serde::Deserialize)]
struct Case {
    name: String,
    needs: Vec<String>,
    files: std::collections::BTreeMap<String, String>,
}

#[derive(serde::Deserialize)]
struct Cases {
    case: Vec<Case>,
}

#[test]
fn small_plugins_need_what_is_written_beside_them() {
    let text = include_str!("../../fixtures/capabilities.toml");
    let cases: Cases = toml::from_str(text).unwrap();
    let tool = Tool::new();
    for (at, case) in cases.case.iter().enumerate() {
        for (path, text) in &case.files {
            tool.put(&format!("all/p{at:03}/{path}"), text);
        }
    }
    let answer = json(&tool.run(&["permissions", "all", "-f", "json"]).exits(0));
    let plugins = answer["plugins"].as_array().unwrap();
    assert_eq!(plugins.len(), cases.case.len());
    let mut wrong = Vec::new();
    for (case, plugin) in cases.case.iter().zip(plugins) {
        let least = plugin["least"].as_array().unwrap();
        let mut least: Vec<&str> = least.iter().map(|name| name.as_str().unwrap()).collect();
        least.sort_unstable();
        if least != case.needs {
            wrong.push(format!("{}: {least:?}, not {:?}", case.name, case.needs));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(plugins.len() > 90, "only {} cases", plugins.len());
}
