//! The facts of a host version are data: another version is another file and nothing else.

use std::path::PathBuf;
use std::sync::Arc;

use wicara_tool::gate::{self, Bench};
use wicara_tool::intake::Group;
use wicara_tool::model::{FileState, Loads, Origin, Plugin, PluginFile, RelPath, Source};
use wicara_tool::rules::{Host, RuleSet};

const PLUGIN: &str = "\
from app.plugins import BasePlugin


class MyPlugin(BasePlugin):
    def get_metadata(self):
        return {'name': 'A', 'version': '1.0.0', 'author': 'B', 'description': 'C', 'min_version': '1.5.0'}

    def init(self, app):
        pass

    def get_hooks(self):
        return {'after_page_render': self.render, 'on_startup': self.start}

    def render(self, page_data, html, request_path):
        return html

    def start(self):
        pass
";

fn plugin() -> Plugin {
    let file = PluginFile {
        path: RelPath::new("__init__.py").unwrap(),
        size: PLUGIN.len() as u64,
        executable: false,
        head: Vec::new(),
        state: FileState::Read(Arc::new(Source::new(PLUGIN.into()))),
    };
    Plugin { slug: "my-plugin".into(), root: "my-plugin".into(), origin: Origin::Folder, files: vec![file] }
}

fn judged(host: &Host) -> (Vec<&'static str>, Loads) {
    let group = Group { plugins: vec![plugin()], collection: false };
    let rules = RuleSet::embedded();
    let bench = Bench { host, python: None, jobs: Some(1), scan: false, rules: &rules, store: None };
    let outcome = gate::judge(&[group], bench, &|| ());
    let rules =
        outcome.found.iter().map(|found| found.finding.rule.as_str()).filter(|rule| *rule != "missing-manifest");
    (rules.collect(), outcome.seen[0].loads)
}

#[test]
fn a_second_host_version_is_a_second_file_and_nothing_else() {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("rules/host/1.0.0.toml");
    let facts = std::fs::read_to_string(file).unwrap();
    let first = Host::parse("1.0.0", &facts).unwrap();
    assert_eq!(
        judged(&first),
        (vec!["version-range-excludes-host", "unknown-hook", "handler-arity"], Loads::No),
        "what this plugin wants, Wicara 1.0.0 does not have"
    );

    // A host that passes one argument more, knows one hook more, and is newer.
    let changed = facts
        .replace(
            "[hooks.after_page_render]\ntypes = [\"dict\", \"str\"]\nargs = [\"page_data\", \"html\"]",
            "[hooks.on_startup]\nargs = []\nexecuted = true\ncategory = \"admin\"\nresult = \"ignored\"\n\n\
             [hooks.after_page_render]\ntypes = [\"dict\", \"str\", \"str\"]\nargs = [\"page_data\", \"html\", \"request_path\"]",
        );
    assert_ne!(changed, facts, "the change did not find its place");
    let second = Host::parse("2.0.0", &changed).unwrap();
    assert_eq!(judged(&second), (Vec::new(), Loads::Yes));
}

#[test]
fn facts_with_an_unknown_key_are_refused() {
    let error = Host::parse("9.9.9", "source = \"x\"\nwrong-key = 1\n").unwrap_err();
    assert!(error.message().contains("wrong-key"), "{error}");
}
