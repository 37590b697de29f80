//! ZIP archives: one rule after the other, and honest ones against Python's own reader.

use std::io::Write as _;
use std::process::Command;

use proptest::prelude::*;
use wicara_tool::model::Severity;
use wicara_tool::package::{Limits, archive};
use wicara_tool::rules::RuleSet;

use crate::intake::{Tree, findings};
use crate::zips::{Part, part, raw, zeros, zip};

const INIT: (&str, &str) = ("my-plugin/__init__.py", "from app.plugins import BasePlugin\n");

fn honest() -> Vec<Part> {
    vec![part(INIT.0, INIT.1), part("my-plugin/plugin.json", "{}"), part("my-plugin/static/x.css", "a{}")]
}

fn with(more: Vec<Part>) -> Vec<u8> {
    zip(&honest().into_iter().chain(more).collect::<Vec<_>>())
}

/// The findings about an archive of that name, without the archive's own path.
fn judged(name: &str, bytes: &[u8]) -> Vec<String> {
    let tree = Tree::new(&[]);
    tree.write(name, bytes);
    let intake = tree.load(&[name]);
    assert!(intake.errors.is_empty(), "{:?}", intake.errors);
    findings(&intake).into_iter().map(|line| line.replace(&format!("{name}/"), "").replace(name, "")).collect()
}

#[test]
fn an_honest_archive_is_a_plugin_like_its_folder() {
    let tree = Tree::new(&[]);
    tree.write("dist/my-plugin-1.0.zip", &with(vec![]));
    let intake = tree.load(&["dist/my-plugin-1.0.zip"]);
    assert_eq!(findings(&intake), [""; 0]);
    let plugin = &intake.groups[0].plugins[0];
    assert_eq!((plugin.slug.as_str(), plugin.root.as_str()), ("my-plugin", "dist/my-plugin-1.0.zip/my-plugin"));
    assert_eq!(plugin.shown("plugin.json"), "dist/my-plugin-1.0.zip/my-plugin/plugin.json");
    assert_eq!(plugin.file("__init__.py").unwrap().source().unwrap().text(), INIT.1);
    assert_eq!(plugin.file("static/x.css").unwrap().source().unwrap().text(), "a{}");
    tree.write("renamed.bin", &with(vec![]));
    assert_eq!(tree.load(&["renamed.bin"]).groups.len(), 1, "the content makes it an archive, not the name");
}

#[test]
fn the_host_wants_one_folder_with_a_package() {
    let no_top = zip(&[part("__init__.py", ""), part("plugin.py", "")]);
    assert_eq!(judged("my-plugin.zip", &no_top), ["zip-no-top-folder "]);
    let mac = with(vec![part("__MACOSX/my-plugin/._x", "x")]);
    assert_eq!(judged("my-plugin.zip", &mac), ["zip-no-top-folder "]);
    assert_eq!(judged("my-plugin.zip", &zip(&[])), ["zip-no-top-folder "]);
    let branch = zip(&[part("my-plugin-main/__init__.py", "")]);
    assert_eq!(judged("my-plugin-main.zip", &branch), ["zip-name-differs my-plugin-main"]);
    let nested = zip(&[part("my-plugin/src/my-plugin/__init__.py", "")]);
    assert_eq!(judged("my-plugin.zip", &nested), ["zip-missing-init my-plugin/src/my-plugin"]);
}

#[test]
fn paths_that_lead_elsewhere_are_not_followed() {
    for path in [
        "../evil.py",
        "my-plugin/../../evil.py",
        "/etc/evil",
        "my-plugin\\evil.py",
        "C:/evil.py",
        "my-plugin/x.py\0.txt",
    ] {
        let found = judged("my-plugin.zip", &with(vec![part(path, "x")]));
        assert!(matches!(found.as_slice(), [one] if one.starts_with("zip-path-escape ")), "{path:?}: {found:?}");
    }
    let link = Part { mode: 0o120_777, ..part("my-plugin/link", "/etc/passwd") };
    assert_eq!(judged("my-plugin.zip", &with(vec![link])), ["zip-link my-plugin/link"]);
    let pipe = Part { mode: 0o010_644, ..part("my-plugin/pipe", "") };
    assert_eq!(judged("my-plugin.zip", &with(vec![pipe])), ["special-file my-plugin/pipe"]);
}

#[test]
fn two_entries_with_one_name_are_told_and_the_later_one_is_judged() {
    let tree = Tree::new(&[]);
    tree.write("a.zip", &with(vec![part(INIT.0, "later = 1\n")]));
    let intake = tree.load(&["a.zip"]);
    assert_eq!(findings(&intake), ["zip-duplicate-entry a.zip/my-plugin/__init__.py"]);
    let text = intake.groups[0].plugins[0].file("__init__.py").unwrap().source().unwrap().text().to_owned();
    assert_eq!(text, "later = 1\n", "as the host unpacks it");
    for (one, other) in [
        ("my-plugin/Utils.py", "my-plugin/utils.py"),
        ("my-plugin/caf\u{e9}.txt", "my-plugin/cafe\u{301}.txt"),
        ("my-plugin/LIB/a.py", "my-plugin/lib/b.py"),
        ("my-plugin/x", "my-plugin/x/y"),
    ] {
        let found = judged("a.zip", &with(vec![part(one, ""), part(other, "")]));
        assert!(matches!(found.as_slice(), [one] if one.starts_with("zip-duplicate-entry ")), "{other}: {found:?}");
    }
    let folders = with(vec![part("my-plugin/", ""), part("my-plugin/lib/", ""), part("my-plugin/lib/a.py", "")]);
    assert_eq!(judged("a.zip", &folders), [""; 0], "entries of folders are usual");
}

#[test]
fn bombs_are_not_unpacked() {
    assert_eq!(judged("a.zip", &with(vec![zeros("my-plugin/zeros", 3 << 20)])), ["zip-bomb "]);
    let many: Vec<Part> = (0..10_001).map(|at| part(&format!("my-plugin/{at}"), "")).collect();
    assert_eq!(judged("a.zip", &zip(&many)), ["zip-bomb "]);
    let claimed = Part { size: Some(u32::MAX - 1), ..part("my-plugin/big", "x") };
    let found = judged("a.zip", &with(vec![claimed]));
    assert_eq!(found, ["zip-bomb "], "what it says of itself is enough");
    let liar = Part { size: Some(10), ..zeros("my-plugin/x.py", 1 << 20) };
    assert_eq!(judged("a.zip", &with(vec![liar])), ["zip-unreadable my-plugin/x.py"]);
    // Two entries over the same packed bytes: the second one's place in the list is changed to the first's.
    let mut twice = zip(&[part("my-plugin/__init__.py", "x=1"), part("my-plugin/__init__.pY", "x=1")]);
    let second = twice.windows(4).rposition(|four| four == b"PK\x01\x02").unwrap();
    twice[second + 42..second + 46].copy_from_slice(&[0; 4]);
    let found = judged("a.zip", &twice);
    assert!(found.contains(&"zip-bomb ".to_owned()), "{found:?}");
}

#[test]
fn what_cannot_be_unpacked_is_told() {
    let encrypted = Part { flags: 0x801, ..part("my-plugin/x.py", "x") };
    assert_eq!(judged("a.zip", &with(vec![encrypted])), ["zip-unreadable my-plugin/x.py"]);
    let method = Part { method: 14, ..part("my-plugin/x.py", "x") };
    assert_eq!(judged("a.zip", &with(vec![method])), ["zip-unreadable my-plugin/x.py"]);
    let damaged = Part { crc: Some(1), ..part("my-plugin/x.css", "x") };
    assert_eq!(judged("a.zip", &with(vec![damaged])), ["zip-unreadable my-plugin/x.css"]);
    let whole = with(vec![]);
    for cut in [0, 1, 21, 22, 60, whole.len() / 2, whole.len() - 1] {
        assert_eq!(judged("a.zip", &whole[..cut]), ["zip-unreadable "], "cut off after {cut} bytes");
    }
    let tree = Tree::new(&[]);
    tree.write("a.zip", b"not a zip");
    let intake = tree.load(&["a.zip"]);
    assert_eq!(intake.unjudged.len(), 1, "a plugin of which nothing is known has not passed");
    assert!(intake.groups.is_empty());
}

#[test]
fn both_directories_must_say_the_same_and_no_byte_may_hide() {
    let other = Part { header_name: Some(b"my-plugin/y.py".to_vec()), ..part("my-plugin/x.py", "x") };
    assert_eq!(judged("a.zip", &with(vec![other])), ["zip-headers-disagree my-plugin/x.py"]);
    let plain = with(vec![]);
    let before = [b"#!/bin/sh\nexit\n".as_slice(), &plain].concat();
    assert_eq!(judged("a.zip", &before), ["zip-hidden-data "]);
    let after = [&plain, b"more".as_slice()].concat();
    assert_eq!(judged("a.zip", &after), ["zip-hidden-data "]);
}

#[test]
fn leftovers_secrets_and_modes_are_told() {
    let found = judged(
        "a.zip",
        &with(vec![
            part("my-plugin/.env", "KEY=1"),
            part("my-plugin/.git/config", "[core]"),
            part("my-plugin/.git/HEAD", "ref"),
            part("my-plugin/__pycache__/plugin.cpython-311.pyc", "x"),
            part("my-plugin/fast.so", "\x7fELF"),
            part("my-plugin/.DS_Store", "x"),
            Part { mode: 0o100_755, ..part("my-plugin/run.sh", "x") },
            raw(b"my-plugin/caf\xe9.txt", b"x"),
            Part { flags: 0, ..raw(b"my-plugin/\xe9.txt", b"x") },
        ]),
    );
    assert_eq!(
        found,
        [
            "stray-file my-plugin/.DS_Store",
            "secret-file my-plugin/.env",
            "version-control-data my-plugin/.git",
            "odd-file-name my-plugin/\\xe9.txt",
            "compiled-file my-plugin/__pycache__",
            "zip-unreadable my-plugin/caf\\xe9.txt",
            "zip-exec-mode my-plugin/run.sh",
        ]
    );
}

/// Unpacks each archive as the host does, and prints what came out: one JSON line each.
const UNPACK: &str = r#"
import hashlib, json, os, sys, tempfile, zipfile
for path in sorted(os.listdir('.')):
    with tempfile.TemporaryDirectory() as folder:
        try:
            with zipfile.ZipFile(path) as archive:
                archive.extractall(folder)
            files = {}
            for parent, _, names in os.walk(folder):
                for name in names:
                    full = os.path.join(parent, name)
                    with open(full, 'rb') as file:
                        files[os.path.relpath(full, folder)] = file.read().hex()
            print(json.dumps([path, files]))
        except Exception as error:
            print(json.dumps([path, None, str(error)]))
"#;

/// Archives with a few changed, dropped or doubled bytes, the same at each run.
fn damaged(count: usize) -> Vec<Vec<u8>> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % below as u64) as usize
    };
    let plain = with(vec![part("my-plugin/templates/a.html", "<p>"), zeros("my-plugin/zeros.py", 500)]);
    let one = |next: &mut dyn FnMut(usize) -> usize| {
        let mut bytes = plain.clone();
        for _ in 0..=next(2) {
            let at = next(bytes.len());
            match next(8) {
                0 => drop(bytes.remove(at)),
                1 => bytes.insert(at, next(256) as u8),
                2 => bytes[at] ^= 0x20,
                3 => bytes[at] = [b'/', b'.', 0, 0xff][next(4)],
                4 => bytes[at] ^= 1 << next(8),
                _ => bytes[at] = next(256) as u8,
            }
        }
        bytes
    };
    (0..count).map(|_| one(&mut next)).collect()
}

#[test]
fn what_passes_is_what_python_unpacks() {
    let tree = Tree::new(&[]);
    let archives = damaged(1_500);
    for (at, bytes) in archives.iter().enumerate() {
        tree.write(&format!("{at:05}.zip"), bytes);
    }
    let output = Command::new("python3").args(["-c", UNPACK]).current_dir(tree.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let rules = RuleSet::embedded();
    let (mut passed, mut wrong) = (0, Vec::new());
    for (line, bytes) in String::from_utf8(output.stdout).unwrap().lines().zip(&archives) {
        let python: serde_json::Value = serde_json::from_str(line).unwrap();
        let archive = archive::open(bytes, "a.zip", "my-plugin", &Limits::default());
        let findings = archive.plugins.iter().chain(&archive.unjudged).flat_map(|loaded| &loaded.findings);
        if findings.clone().any(|finding| rules.get(finding.rule).severity >= Severity::Medium) {
            continue;
        }
        passed += 1;
        let plugin = &archive.plugins[0].plugin;
        let texts = plugin.files.iter().filter_map(|file| Some((file.path.as_str(), file.source()?)));
        let same = plugin.files.len() == python[1].as_object().map_or(0, serde_json::Map::len)
            && texts.into_iter().all(|(path, source)| {
                let hex: String = source.text().bytes().map(|byte| format!("{byte:02x}")).collect();
                python[1][format!("{}/{path}", plugin.slug)] == hex
            });
        if !same {
            wrong.push(line.to_owned());
        }
    }
    assert!(wrong.is_empty(), "{} of {passed} differ from Python:\n{}", wrong.len(), wrong.join("\n"));
    assert!(passed > 100, "only {passed} archives were harmless; the comparison says little");
}

/// An archive with everything in it, so that a changed byte can hit anything.
fn rich() -> Vec<u8> {
    with(vec![
        part("my-plugin/", ""),
        zeros("my-plugin/zeros.py", 5_000),
        Part { mode: 0o120_777, ..part("my-plugin/link", "x") },
        part("my-plugin/tests/test_x.py", "import unittest"),
        part("other/x", "x"),
    ])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_archives_never_end_the_run(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
        inserted in prop::collection::vec(any::<u8>(), 0..8),
    ) {
        let mut bytes = rich();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(at) = cut {
            let at = at.index(bytes.len());
            bytes.splice(at..at, inserted);
        }
        let archive = archive::open(&bytes, "a.zip", "a", &Limits::default());
        prop_assert!(archive.unjudged.is_some() == archive.plugins.is_empty(), "judged, or said why not");
        if let Some(unjudged) = &archive.unjudged {
            prop_assert!(!unjudged.findings.is_empty(), "nothing is refused in silence");
        }
        for loaded in archive.plugins.iter().chain(&archive.unjudged) {
            prop_assert!(loaded.findings.iter().all(|finding| !finding.place.path.chars().any(char::is_control)));
        }
    }
}

#[test]
fn honest_writers_make_archives_without_a_finding() {
    let tree = Tree::new(&[]);
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default().large_file(true);
    writer.add_directory("my-plugin/", options).unwrap();
    for (path, text) in [INIT, ("my-plugin/été.txt", "x"), ("my-plugin/a.js", &"var a = 1;\n".repeat(999))] {
        writer.start_file(path, options).unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    tree.write("rust.zip", &writer.finish().unwrap().into_inner());
    tree.write("src/my-plugin/__init__.py", INIT.1.as_bytes());
    tree.write("src/my-plugin/été.txt", b"x");
    let script = "
import shutil, sys, zipfile
shutil.make_archive('python', 'zip', 'src')
with open('stream.zip', 'wb') as raw:
    class Pipe:
        write = raw.write
        flush = raw.flush
    with zipfile.ZipFile(Pipe(), 'w', zipfile.ZIP_DEFLATED) as out:
        out.write('src/my-plugin/__init__.py', 'my-plugin/__init__.py')
        with out.open('my-plugin/big.txt', 'w', force_zip64=True) as entry:
            entry.write(b'line\\n' * 1000)
        out.comment = b'PK in a comment'
";
    let python = Command::new("python3").args(["-c", script]).current_dir(tree.path()).status().unwrap();
    assert!(python.success());
    for name in ["rust.zip", "python.zip", "stream.zip"] {
        let intake = tree.load(&[name]);
        assert_eq!(findings(&intake), [""; 0], "{name}");
        let plugin = &intake.groups[0].plugins[0];
        assert_eq!(plugin.file("__init__.py").unwrap().source().unwrap().text(), INIT.1, "{name}");
    }
}
