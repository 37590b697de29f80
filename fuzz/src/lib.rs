//! What the fuzz targets share: plugins from bytes, and the way through the gate.

use std::path::Path;
use std::sync::{Arc, LazyLock};

use wicara_tool::gate::{self, Bench, Docket, MAX_ROUNDS, Originals, Ruling};
use wicara_tool::intake::Group;
use wicara_tool::model::{FileState, Origin, Plugin, PluginFile, RelPath, Safety, Source};
use wicara_tool::rules::{Host, RuleSet};
use wicara_tool::settings::{Asked, Settings, resolve};

static HOST: LazyLock<Host> = LazyLock::new(|| Host::load(None).expect("facts of the newest host"));
static RULES: LazyLock<RuleSet> = LazyLock::new(RuleSet::embedded);
static SETTINGS: LazyLock<Settings> = LazyLock::new(|| {
    let asked = Asked { no_config: true, ..Asked::default() };
    resolve(&asked, &Asked::default(), Path::new("/"), &RULES).expect("settings without a file")
});

/// The stack that the gate gives to its threads.
const STACK: usize = 16 << 20;

/// A plugin `my-plugin` with these files.
#[must_use]
pub fn plugin(files: &[(&str, &[u8])]) -> Plugin {
    let mut files: Vec<PluginFile> = files
        .iter()
        .map(|(path, bytes)| PluginFile {
            path: RelPath::new(path).expect("a path"),
            size: bytes.len() as u64,
            executable: false,
            head: Vec::new(),
            state: FileState::Read(Arc::new(Source::new(bytes.to_vec()))),
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Plugin { slug: "my-plugin".to_owned(), root: "my-plugin".to_owned(), origin: Origin::Folder, files }
}

/// Runs `work` with the stack that it has in the program.
pub fn with_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).expect("a thread");
        thread.join().expect("no panic")
    })
}

/// Looks at the same bytes as each of these files, as `scan` does: each place that it tells must be one of the text.
pub fn scanned(paths: &[&str], bytes: &[u8]) {
    let plugin = plugin(&paths.iter().map(|path| (*path, bytes)).collect::<Vec<_>>());
    with_stack(|| {
        for finding in wicara_tool::scan::others(&plugin) {
            let Some((span, source)) = finding.place.span.zip(finding.place.source) else { continue };
            assert!(source.text().get(span.range()).is_some(), "{}: {span:?} is no place", finding.rule);
            let edits = finding.fix.into_iter().flat_map(|fix| fix.edits);
            for edit in edits {
                assert!(source.text().get(edit.span.range()).is_some(), "{}: {edit:?}", finding.rule);
            }
        }
    });
}

fn ruled(groups: &[Group]) -> Ruling {
    let bench = Bench { host: &HOST, python: None, jobs: Some(1), scan: false, rules: &RULES, store: None };
    let outcome = gate::judge(groups, bench, &|| ());
    assert_eq!(outcome.bugs, 0, "a check broke off");
    let docket = Docket { groups, rules: &RULES, settings: &SETTINGS, baseline: None };
    gate::decide(outcome, Vec::new(), Vec::new(), docket)
}

/// Judges a plugin, twice to the same answer, and mends it until nothing is left to mend.
pub fn judge(plugin: Plugin) {
    let mut groups = vec![Group { plugins: vec![plugin], collection: false }];
    let shown = |ruling: &Ruling| -> Vec<String> {
        let findings = ruling.report.findings.iter().map(|judged| &judged.finding);
        findings.map(|finding| format!("{} {:?} {}", finding.rule, finding.place.positions(), finding.message)).collect()
    };
    let first = ruled(&groups);
    assert_eq!(shown(&first), shown(&ruled(&groups)), "the answer depends on chance");
    let mut originals = Originals::default();
    let mut ruling = first;
    for _ in 0..MAX_ROUNDS {
        if gate::mend(&mut groups, &ruling.report, Safety::Safe, &mut originals) == 0 {
            break;
        }
        ruling = ruled(&groups);
    }
    let _ = gate::changes(&groups, &originals);
}

/// What own rules may speak of.
const PROGRAM: &str = "\
import os, subprocess, telnetlib
from flask import Markup, request

def show(name, *rest, **more):
    link = telnetlib.Telnet(request.args['host'], timeout=3)
    os.environ['X'] = name
    subprocess.run(['ls', name], shell=True)
    return Markup('<b>%s</b>' % name) + link.read_all().decode()

app.config['DEBUG'] = True
show(request.args['name'])
";

/// Reads these as a rule and as facts of one's own; when they are taken, a plugin is judged by them.
pub fn with_own_rules(rule: &[u8], facts: &[u8]) {
    let own = |family: Option<&str>, stem: &str, bytes: &[u8]| wicara_tool::rules::OwnFile {
        path: format!("{stem}.toml"),
        family: family.map(str::to_owned),
        stem: stem.to_owned(),
        source: Arc::new(Source::new(bytes.to_vec())),
    };
    let mut files = vec![own(None, "own-rule", rule)];
    if !facts.is_empty() {
        files.push(own(Some("flow"), "facts", facts));
    }
    match wicara_tool::scan::read_rules(&files) {
        Err(faults) => assert!(!faults.is_empty(), "refused without a word"),
        Ok(own) => {
            let mut rules = RuleSet::embedded();
            rules.add(own);
            let groups = [Group { plugins: vec![plugin(&[("__init__.py", PROGRAM.as_bytes())])], collection: false }];
            let bench = Bench { host: &HOST, python: None, jobs: Some(1), scan: true, rules: &rules, store: None };
            assert_eq!(gate::judge(&groups, bench, &|| ()).bugs, 0, "a check broke off");
        }
    }
}
