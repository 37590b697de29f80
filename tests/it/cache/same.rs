//! The same bytes in every format: without a cache, when it is filled, and when it answers.

use std::fs;
use std::path::PathBuf;
use std::thread;

use wicara_tool::cache::{Bounds, Store};
use wicara_tool::gate::{Done, Run};
use wicara_tool::report::{Format, Style, render};
use wicara_tool::rules::{Host, RuleSet, fixture};
use wicara_tool::settings::{Asked, resolve};

use crate::cli::tool::COMMA;
use crate::fixtures::{Still, fixtures, with_run, written};
use crate::zips::{part, raw, zip};

/// What a run printed in each format.
fn printed(done: &Done, rules: &RuleSet) -> Vec<String> {
    let style = Style { colour: true, width: 100, links: false };
    let formats = Format::ALL.into_iter().map(|format| {
        let mut bytes = Vec::new();
        render(format, &done.ruling.report, rules, &style, &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    });
    formats.chain([done.ruling.baseline.text(), done.ruling.bugs.to_string()]).collect()
}

/// Demands that a cache makes no difference, neither the first nor the second time; how many results it kept.
fn same(run: &Run<'_>, what: &str) -> usize {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(folder.path().to_owned(), Bounds::default()).unwrap();
    let plain = printed(&run.check(&Still), run.rules);
    let with = Run { store: Some(&store), ..*run };
    assert_eq!(printed(&with.check(&Still), run.rules), plain, "{what}: when the cache is filled");
    let kept = store.content();
    assert_eq!(printed(&with.check(&Still), run.rules), plain, "{what}: when the cache answers");
    assert_eq!(store.content(), kept, "{what}: something was judged anew");
    kept.entries
}

#[test]
fn every_fixture_says_the_same_with_a_cache() {
    let all: Vec<(String, String)> = fixtures().into_iter().collect();
    let part = |part: &[(String, String)]| {
        let rules = RuleSet::embedded();
        let mut kept = 0;
        for (id, text) in part {
            let fixture = fixture::parse(text).unwrap_or_else(|error| panic!("{id}: {error}"));
            for (number, case) in fixture.cases.iter().enumerate() {
                let folder = written(case);
                kept += with_run(case, &rules, folder.path(), |run| {
                    let what = format!("{id}, {}", case.name);
                    let scanned =
                        if number == 0 { same(&Run { scan: true, ..*run }, &format!("{what}, scanned")) } else { 0 };
                    scanned + same(run, &what)
                });
            }
        }
        kept
    };
    // Plain threads: one of a pool would begin the next fixture while it waits within this one.
    let kept: usize = thread::scope(|scope| {
        let threads: Vec<_> = all.chunks(all.len().div_ceil(4)).map(|chunk| scope.spawn(move || part(chunk))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert!(kept > 1_000, "{kept} results were kept");
}

#[test]
fn collections_and_archives_say_the_same_with_a_cache() {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folder = tempfile::tempdir().unwrap();
    let mut parts = vec![part("note/__init__.py", "import os\nos.system(input())\n"), part("note/plugin.json", COMMA)];
    parts.push(raw(b"note/latin.py", b"# caf\xe9\nprint('caf\xe9')\n"));
    fs::write(folder.path().join("note.zip"), zip(&parts)).unwrap();
    let archive = || vec![folder.path().join("note.zip")];
    let rules = RuleSet::embedded();
    let host = Host::load(None).unwrap();
    let asked = Asked { no_config: true, ..Asked::default() };
    let settings = resolve(&asked, &Asked::default(), &root, &rules).unwrap();
    for (paths, scan, wanted) in [
        (vec![PathBuf::from("plugins")], false, 6),
        (vec![PathBuf::from("plugins")], true, 1),
        (vec![PathBuf::from("plugins/hello-world"), PathBuf::from("plugins/page-banner")], false, 2),
        (archive(), false, 1),
        (archive(), true, 1),
        (vec![PathBuf::from("rules/eval-call.py")], true, 1),
    ] {
        for jobs in [Some(1), Some(3)] {
            let (cwd, paths, rules) = (root.as_path(), paths.as_slice(), &rules);
            let (changed, baseline, store) = (false, None, None);
            let run = Run { cwd, paths, changed, scan, settings: &settings, rules, host: &host, baseline, jobs, store };
            assert_eq!(same(&run, &format!("{paths:?}")), wanted, "results of {paths:?}");
        }
    }
}
