//! Entries that are damaged, cut, exchanged, or something else altogether are no entries.

use std::fs;
use std::path::{Path, PathBuf};

use crate::cli::tool::Tool;

/// The entries of a cache, sorted.
fn entries(cache: &Path) -> Vec<PathBuf> {
    let parts = fs::read_dir(cache).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_dir());
    let mut all: Vec<PathBuf> =
        parts.flat_map(|part| fs::read_dir(part).unwrap().map(|entry| entry.unwrap().path())).collect();
    all.sort();
    all
}

/// One way to damage an entry.
type Damage = (&'static str, fn(&Path, &[u8]));

const DAMAGES: &[Damage] = &[
    ("empty", |path, _| fs::write(path, b"").unwrap()),
    ("cut", |path, bytes| fs::write(path, &bytes[..bytes.len() / 2]).unwrap()),
    ("one byte less", |path, bytes| fs::write(path, &bytes[..bytes.len() - 1]).unwrap()),
    ("one byte more", |path, bytes| fs::write(path, [bytes, b"\0"].concat()).unwrap()),
    ("one bit", |path, bytes| {
        let mut bytes = bytes.to_vec();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    }),
    ("zeros", |path, bytes| fs::write(path, vec![0; bytes.len()]).unwrap()),
    ("another program's", |path, _| fs::write(path, "{\"version\": 1, \"findings\": []}").unwrap()),
    ("too large", |path, bytes| {
        fs::write(path, bytes).unwrap();
        fs::OpenOptions::new().write(true).open(path).unwrap().set_len(1 << 33).unwrap();
    }),
    ("a folder", |path, _| {
        fs::remove_file(path).unwrap();
        fs::create_dir(path).unwrap();
    }),
];

#[test]
fn what_is_not_whole_is_judged_anew() {
    let tool =
        Tool::broken().with("note/tasks.py", "import os\nos.system(input())\n").set("WICARA_TOOL_CACHE_DIR", "cache");
    let cache = tool.path("cache");
    let runs: [&[&str]; 2] = [&["validate", "note", "-f", "json"], &["scan", "note", "-f", "sarif"]];
    let plain = runs.map(|run| tool.run(run).exits(1).out);
    let whole: Vec<(PathBuf, Vec<u8>)> =
        entries(&cache).into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect();
    assert_eq!(whole.len(), 2);
    for (what, damage) in DAMAGES {
        whole.iter().for_each(|(path, bytes)| damage(path, bytes));
        for time in ["first", "second"] {
            for (run, plain) in runs.iter().zip(&plain) {
                let answer = tool.run(run).exits(1);
                assert_eq!((&answer.out, answer.err.as_str()), (plain, ""), "{what}, the {time} time");
            }
        }
        for (path, bytes) in &whole {
            if path.is_dir() {
                fs::remove_dir(path).unwrap();
                fs::write(path, bytes).unwrap();
            }
            assert_eq!(&fs::read(path).unwrap(), bytes, "{what}: mended");
        }
    }
    // The two exchanged.
    fs::write(&whole[0].0, &whole[1].1).unwrap();
    fs::write(&whole[1].0, &whole[0].1).unwrap();
    for (run, plain) in runs.iter().zip(&plain) {
        assert_eq!(&tool.run(run).exits(1).out, plain);
    }
}

#[cfg(unix)]
#[test]
fn what_is_no_file_is_not_waited_for() {
    use std::os::unix::fs::symlink;
    use std::process::Command;

    let tool = Tool::broken().set("WICARA_TOOL_CACHE_DIR", "cache");
    let plain = tool.run(&["validate", "note"]).exits(1).out;
    let all = entries(&tool.path("cache"));
    let [entry] = all.as_slice() else { panic!("{all:?}") };
    let kept = fs::read(entry).unwrap();
    let elsewhere = tool.path("elsewhere");
    fs::write(&elsewhere, &kept).unwrap();
    let stand_ins: [&dyn Fn(); 3] = [
        &|| assert!(Command::new("mkfifo").arg(entry).status().unwrap().success()),
        &|| symlink("/dev/zero", entry).unwrap(),
        &|| symlink(&elsewhere, entry).unwrap(),
    ];
    for stand_in in stand_ins {
        fs::remove_file(entry).unwrap();
        stand_in();
        assert_eq!(tool.run(&["validate", "note"]).exits(1).out, plain);
        assert!(fs::symlink_metadata(entry).unwrap().is_file(), "replaced by an entry");
        assert_eq!(fs::read(entry).unwrap(), kept);
        assert_eq!(fs::read(&elsewhere).unwrap(), kept);
    }
    // A part of the cache that is no folder.
    let part = entry.parent().unwrap();
    fs::remove_dir_all(part).unwrap();
    fs::write(part, "mine").unwrap();
    let answer = tool.run(&["validate", "note"]).exits(1);
    assert_eq!((answer.out, answer.err), (plain, String::new()));
    assert_eq!(fs::read(part).unwrap(), b"mine");
}
