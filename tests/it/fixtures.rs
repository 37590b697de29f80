//! Every rule against its own fixture: the exact set of findings over all rules, case by case.
//!
//! `WICARA_FIXTURE=rule-id` runs one fixture.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{env, fs};

use wicara_tool::gate::{self, Bench};
use wicara_tool::intake::Group;
use wicara_tool::model::{FileState, Origin, Plugin, PluginFile, RelPath, Source};
use wicara_tool::rules::fixture::{self, Case, CasePlugin, Fixture};
use wicara_tool::rules::{Host, RuleSet};

/// Families whose engine is not written yet.
const PENDING: &[&str] =
    &["class", "control", "handlers", "hooks", "lifecycle", "load", "metadata", "routes", "templates"];

/// Rules that no text fixture can show, and the test that shows them instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("internal-error", "a_panic_is_a_finding_of_its_plugin_and_the_others_are_judged"),
    ("compiled-file", "leftovers_secrets_and_modes_are_told"),
    ("file-too-large", "large_files_are_not_read"),
    ("link-loop", "links_are_followed_inside_the_plugin_only"),
    ("link-outside", "links_are_followed_inside_the_plugin_only"),
    ("odd-file-name", "names_that_hide_something_are_written_out"),
    ("secret-file", "an_honest_plugin_in_a_work_tree_has_no_finding"),
    ("special-file", "what_is_no_file_is_not_opened"),
    ("stray-file", "leftovers_secrets_and_modes_are_told"),
    ("tests-not-collected", "tests_that_the_host_passes_over_are_told"),
    ("too-many-files", "counts_depth_and_total_are_bounded"),
    ("unreadable-file", "what_is_no_file_is_not_opened"),
    ("version-control-data", "leftovers_secrets_and_modes_are_told"),
    ("zip-bomb", "bombs_are_not_unpacked"),
    ("zip-duplicate-entry", "two_entries_with_one_name_are_told_and_the_later_one_is_judged"),
    ("zip-exec-mode", "leftovers_secrets_and_modes_are_told"),
    ("zip-headers-disagree", "both_directories_must_say_the_same_and_no_byte_may_hide"),
    ("zip-hidden-data", "both_directories_must_say_the_same_and_no_byte_may_hide"),
    ("zip-link", "paths_that_lead_elsewhere_are_not_followed"),
    ("zip-missing-init", "the_host_wants_one_folder_with_a_package"),
    ("zip-name-differs", "the_host_wants_one_folder_with_a_package"),
    ("zip-no-top-folder", "the_host_wants_one_folder_with_a_package"),
    ("zip-path-escape", "paths_that_lead_elsewhere_are_not_followed"),
    ("zip-unreadable", "what_cannot_be_unpacked_is_told"),
];

/// Path, line, rule.
type Place = (String, Option<usize>, String);

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn fixtures() -> BTreeMap<String, String> {
    let folder = root().join("fixtures/rules");
    let files = fs::read_dir(&folder).map(|entries| entries.map(|entry| entry.unwrap().path()).collect::<Vec<_>>());
    let files = files.unwrap_or_default().into_iter().filter(|path| path.extension().is_some_and(|ext| ext == "py"));
    files.map(|path| (stem(&path), fs::read_to_string(&path).unwrap())).collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

fn plugin(case: &CasePlugin) -> Plugin {
    let mut files: Vec<PluginFile> = case
        .files
        .iter()
        .map(|file| PluginFile {
            path: RelPath::new(&file.path).unwrap_or_else(|| panic!("bad path {:?}", file.path)),
            size: file.bytes().len() as u64,
            executable: false,
            state: FileState::Read(Arc::new(Source::new(file.bytes()))),
        })
        .collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Plugin { slug: case.folder.clone(), root: case.folder.clone(), origin: Origin::Folder, files }
}

fn judged(case: &Case) -> Vec<Place> {
    let host = Host::load(case.host.as_deref()).unwrap();
    let group = Group { plugins: case.plugins.iter().map(plugin).collect(), collection: case.plugins.len() > 1 };
    let outcome = gate::judge(&[group], Bench { host: &host, python: None, jobs: Some(1) }, &|| ());
    let places = outcome.found.into_iter().map(|found| {
        let place = found.finding.place;
        let line = place.span.map(|_| place.positions().0.line as usize);
        (place.path, line, found.finding.rule.as_str().to_owned())
    });
    places.collect()
}

fn wanted(case: &Case) -> Vec<Place> {
    let marks = case.plugins.iter().flat_map(|plugin| plugin.marks.iter().map(move |mark| (plugin, mark)));
    let wanted = marks.filter(|(_, mark)| mark.wanted).map(|(plugin, mark)| {
        let path =
            if mark.path.is_empty() { plugin.folder.clone() } else { format!("{}/{}", plugin.folder, mark.path) };
        (path, mark.line, mark.rule.clone())
    });
    wanted.collect()
}

/// Takes from `from` what is in `what`, one for one.
fn minus(from: &[Place], what: &[Place]) -> Vec<Place> {
    let mut left = what.to_vec();
    let mut rest = Vec::new();
    for place in from {
        match left.iter().position(|other| other == place) {
            Some(at) => drop(left.swap_remove(at)),
            None => rest.push(place.clone()),
        }
    }
    rest.sort();
    rest
}

fn check(id: &str, fixture: &Fixture, rules: &RuleSet, out: &mut String) {
    for case in &fixture.cases {
        let counts = |place: &Place| {
            let silent = place.2 == "missing-manifest" && !has(case, "plugin.json") && id != "missing-manifest";
            !silent && rules.find(&place.2).map_or(PENDING.is_empty(), |rule| !PENDING.contains(&rules.family(rule)))
        };
        let (mut wanted, mut found) = (wanted(case), judged(case));
        wanted.retain(counts);
        found.retain(counts);
        let (missing, noisy) = (minus(&wanted, &found), minus(&found, &wanted));
        if missing.is_empty() && noisy.is_empty() {
            continue;
        }
        let _ = writeln!(out, "fixtures/rules/{id}.py:{}: case `{}`", case.line, case.name);
        for (title, places) in [("Missing", missing), ("Noisy", noisy)] {
            for (path, line, rule) in places {
                let line = line.map_or_else(|| "whole".to_owned(), |line| line.to_string());
                let _ = writeln!(out, "    {title}: {path}:{line} {rule}");
            }
        }
    }
}

fn has(case: &Case, path: &str) -> bool {
    case.plugins.iter().any(|plugin| plugin.files.iter().any(|file| file.path == path))
}

#[test]
fn every_fixture_has_exactly_the_findings_it_says() {
    let rules = RuleSet::embedded();
    let only = env::var("WICARA_FIXTURE").ok();
    let mut out = String::new();
    for (id, text) in fixtures().into_iter().filter(|(id, _)| only.as_ref().is_none_or(|only| only == id)) {
        match fixture::parse(&text) {
            Ok(fixture) => check(&id, &fixture, &rules, &mut out),
            Err(error) => drop(writeln!(out, "fixtures/rules/{id}.py: {error}")),
        }
    }
    assert!(out.is_empty(), "\n{out}");
}

#[test]
fn rules_and_fixtures_belong_together() {
    let rules = RuleSet::embedded();
    let fixtures = fixtures();
    let mut out = String::new();
    let tests = test_names();
    for id in rules.ids() {
        if let Some((_, test)) = ELSEWHERE.iter().find(|(rule, _)| *rule == id.as_str()) {
            if !tests.contains(*test) {
                let _ = writeln!(out, "{id}: no test is named `{test}`");
            }
            continue;
        }
        if PENDING.contains(&rules.family(id)) && !fixtures.contains_key(id.as_str()) {
            continue;
        }
        let fixture = fixtures.get(id.as_str()).and_then(|text| fixture::parse(text).ok()).unwrap_or_default();
        let marks: Vec<bool> = fixture
            .cases
            .iter()
            .flat_map(|case| &case.plugins)
            .flat_map(|plugin| &plugin.marks)
            .filter(|mark| mark.rule == id.as_str())
            .map(|mark| mark.wanted)
            .collect();
        if !marks.contains(&true) || !marks.contains(&false) {
            let _ = writeln!(out, "{id}: needs a fixture with an `expect` and an `ok` line");
        }
        if !fixture.cases.iter().any(|case| case.name.starts_with("good")) {
            let _ = writeln!(out, "{id}: needs a case whose name starts with `good`");
        }
    }
    for (id, text) in &fixtures {
        if rules.find(id).is_none() {
            let _ = writeln!(out, "fixtures/rules/{id}.py: no such rule");
        }
        let marks = fixture::parse(text).unwrap_or_default().cases.into_iter().flat_map(|case| case.plugins);
        for mark in marks.flat_map(|plugin| plugin.marks).filter(|mark| rules.find(&mark.rule).is_none()) {
            // Rules of families that are not written yet have no file yet.
            let _ = if PENDING.is_empty() { writeln!(out, "{id}: unknown rule `{}`", mark.rule) } else { Ok(()) };
        }
    }
    assert!(out.is_empty(), "\n{out}");
}

/// Names of all test functions of the project.
fn test_names() -> BTreeSet<String> {
    fn walk(folder: &Path, names: &mut BTreeSet<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, names);
            } else if path.extension().is_some_and(|ext| ext == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let tests = text.split("#[test]").skip(1).filter_map(|rest| rest.split_once("fn ")?.1.split_once('('));
                names.extend(tests.map(|(name, _)| name.to_owned()));
            }
        }
    }
    let mut names = BTreeSet::new();
    walk(&root().join("src"), &mut names);
    walk(&root().join("tests"), &mut names);
    names
}
