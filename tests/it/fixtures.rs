//! Every rule against its own fixture: the exact set of findings over all rules, case by case.
//!
//! `WICARA_FIXTURE=rule-id` runs one fixture, `WICARA_FIXTURE=all` all of them, families that are not
//! finished included.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use std::{env, fs};

use tempfile::TempDir;
use wicara_tool::gate::{self, Run, Watch};
use wicara_tool::model::{RuleId, Safety};
use wicara_tool::rules::fixture::{self, Case, Fixture};
use wicara_tool::rules::{Host, RuleSet};
use wicara_tool::settings::{Asked, resolve};

/// Rules that no text fixture can show, and the test that shows them instead.
const ELSEWHERE: &[(&str, &str)] = &[
    ("internal-error", "a_panic_is_a_finding_of_its_plugin_and_the_others_are_judged"),
    ("stale-baseline", "a_baseline_goes_round_and_reports_what_is_stale"),
    ("file-too-large", "large_files_are_not_read"),
    ("link-loop", "links_are_followed_inside_the_plugin_only"),
    ("link-outside", "links_are_followed_inside_the_plugin_only"),
    ("odd-file-name", "names_that_hide_something_are_written_out"),
    ("permission-grown", "a_version_that_can_do_more_is_a_finding"),
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

pub(crate) fn fixtures() -> BTreeMap<String, String> {
    let folder = root().join("fixtures/rules");
    let files = fs::read_dir(&folder).map(|entries| entries.map(|entry| entry.unwrap().path()).collect::<Vec<_>>());
    let files = files.unwrap_or_default().into_iter().filter(|path| path.extension().is_some_and(|ext| ext == "py"));
    files.map(|path| (stem(&path), fs::read_to_string(&path).unwrap())).collect()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().into_owned()
}

/// Writes the plugins of a case below a fresh folder.
pub(crate) fn written(case: &Case) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for plugin in &case.plugins {
        for file in &plugin.files {
            let path = folder.path().join(&plugin.folder).join(&file.path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, file.bytes()).unwrap();
        }
        fs::create_dir_all(folder.path().join(&plugin.folder)).unwrap();
    }
    folder
}

pub(crate) struct Still;

impl Watch for Still {
    fn start(&self, _: usize) {}
    fn tick(&self) {}
}

/// Runs `work` with what the program would make of `validate` in `cwd`.
pub(crate) fn with_run<T>(case: &Case, rules: &RuleSet, cwd: &Path, work: impl FnOnce(&Run<'_>) -> T) -> T {
    static NEWEST: LazyLock<Host> = LazyLock::new(|| Host::load(None).unwrap());
    let other = case.host.as_deref().map(|version| Host::load(Some(version)).unwrap());
    let host = other.as_ref().unwrap_or(&NEWEST);
    let asked = Asked { no_config: true, host_version: case.host.clone(), ..Asked::default() };
    let settings = resolve(&asked, &Asked::default(), cwd, rules).unwrap();
    let paths: Vec<PathBuf> = match case.plugins.as_slice() {
        [one] => vec![PathBuf::from(&one.folder)],
        _ => vec![PathBuf::from(".")],
    };
    let (settings, paths) = (&settings, paths.as_slice());
    work(&Run {
        cwd,
        paths,
        changed: false,
        scan: false,
        settings,
        rules,
        host,
        baseline: None,
        jobs: Some(1),
        store: None,
    })
}

fn judged(case: &Case, rules: &RuleSet, folder: &Path) -> Vec<Place> {
    let done = with_run(case, rules, folder, |run| run.check(&Still));
    let counts = done.ruling.report.findings.into_iter().filter(|judged| judged.suppressed.is_none());
    let places = counts.map(|judged| {
        let place = judged.finding.place;
        let line = place.span.map(|_| place.positions().0.line as usize);
        (place.path, line, judged.finding.rule.as_str().to_owned())
    });
    places.collect()
}

/// The safest fix that a finding of the rule has in this case.
pub(crate) fn best_fix(case: &Case, rules: &RuleSet, id: RuleId) -> Option<Safety> {
    let folder = written(case);
    let done = with_run(case, rules, folder.path(), |run| run.check(&Still));
    let findings = done.ruling.report.findings.into_iter().map(|judged| judged.finding);
    findings.filter(|finding| finding.rule == id).filter_map(|finding| finding.fix).map(|fix| fix.safety).min()
}

/// Mends the case on the disk, and says what differs from its `#: fixed` files.
fn unmended(case: &Case, rules: &RuleSet, folder: &Path) -> Vec<String> {
    if case.plugins.iter().all(|plugin| plugin.fixed.is_empty()) {
        return Vec::new();
    }
    let mending = with_run(case, rules, folder, |run| run.mend(Safety::Safe, &Still));
    for file in &mending.files {
        gate::write(file, folder).unwrap();
    }
    let mut out = Vec::new();
    for (plugin, file) in case.plugins.iter().flat_map(|plugin| plugin.fixed.iter().map(move |file| (plugin, file))) {
        let path = format!("{}/{}", plugin.folder, file.path);
        let bytes = fs::read(folder.join(&path)).unwrap_or_default();
        let plain =
            |text: &str| text.lines().map(fixture::without_markers).map(str::trim_end).collect::<Vec<_>>().join("\n");
        let found = plain(&String::from_utf8_lossy(&bytes));
        if found.trim() != plain(&file.text).trim() {
            out.push(format!("{path} after --fix:\n{found}"));
        }
    }
    out
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
        let counts =
            |place: &Place| place.2 != "missing-manifest" || has(case, "plugin.json") || id == "missing-manifest";
        let (mut wanted, mut found) = (wanted(case), Vec::new());
        let folder = written(case);
        found.extend(judged(case, rules, folder.path()));
        wanted.retain(counts);
        found.retain(counts);
        let (missing, noisy) = (minus(&wanted, &found), minus(&found, &wanted));
        let unmended = unmended(case, rules, folder.path());
        if missing.is_empty() && noisy.is_empty() && unmended.is_empty() {
            continue;
        }
        let _ = writeln!(out, "fixtures/rules/{id}.py:{}: case `{}`", case.line, case.name);
        for (title, places) in [("Missing", missing), ("Noisy", noisy)] {
            for (path, line, rule) in places {
                let line = line.map_or_else(|| "whole".to_owned(), |line| line.to_string());
                let _ = writeln!(out, "    {title}: {path}:{line} {rule}");
            }
        }
        for text in unmended {
            let _ = writeln!(out, "    Unmended: {text}");
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
    for (id, text) in
        fixtures().into_iter().filter(|(id, _)| only.as_ref().is_none_or(|only| only == id || only == "all"))
    {
        match fixture::parse(&text) {
            Ok(fixture) => check(&id, &fixture, &rules, &mut out),
            Err(error) => {
                let _ = writeln!(out, "fixtures/rules/{id}.py: {error}");
            }
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
            let rule = rules.get(id);
            let shown =
                [&rule.bad, &rule.good].iter().all(|one| one.as_ref().is_some_and(|one| !one.trim().is_empty()));
            if !shown && id.as_str() != "internal-error" {
                let _ = writeln!(out, "{id}: needs `bad` and `good`, as no fixture shows it");
            }
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
            let _ = writeln!(out, "{id}: unknown rule `{}`", mark.rule);
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
