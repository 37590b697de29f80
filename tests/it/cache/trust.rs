//! A folder that others can write to is not used: they could hide findings.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::Path;

use crate::cli::tool::Tool;

fn mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn what_is_kept_is_for_its_owner_alone() {
    let tool = Tool::sound().set("WICARA_TOOL_CACHE_DIR", "above/cache");
    tool.run(&["validate", "note"]).exits(0);
    let mut left = vec![tool.path("above")];
    let mut seen = 0;
    while let Some(path) = left.pop() {
        let meta = fs::symlink_metadata(&path).unwrap();
        let wanted = if meta.is_dir() { 0o700 } else { 0o600 };
        assert_eq!(meta.permissions().mode() & 0o777, wanted, "{}", path.display());
        seen += 1;
        if meta.is_dir() {
            left.extend(fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
        }
    }
    assert_eq!(seen, 6, "above, cache, its two signs, a part, and an entry");
}

#[test]
fn a_folder_that_others_can_write_to_is_not_used() {
    let tool = Tool::broken().set("WICARA_TOOL_CACHE_DIR", "cache");
    let plain = tool.run(&["validate", "note"]).exits(1).out;
    let cache = tool.path("cache");
    for (change, why) in [(0o777, "others may write to it"), (0o720, "others may write to it")] {
        mode(&cache, change);
        let answer = tool.run(&["validate", "note"]).exits(1).complains("not using the cache in").complains(why);
        assert_eq!(answer.out, plain);
        tool.run(&["cache", "size"]).exits(2).complains(why);
    }
    mode(&cache, 0o755);
    assert_eq!(tool.run(&["validate", "note"]).exits(1).err, "");
    // Only the system's administrator can give files away.
    if chown(&cache, Some(12_345), None).is_ok() {
        let answer = tool.run(&["validate", "note"]).exits(1).complains("it belongs to another user");
        assert_eq!(answer.out, plain);
    }
}

#[test]
fn an_entry_that_others_could_have_written_is_none() {
    let tool = Tool::broken().with("other/__init__.py", "").set("WICARA_TOOL_CACHE_DIR", "cache");
    let plain = tool.run(&["validate", "note"]).exits(1).out;
    let mut found = Vec::new();
    for part in fs::read_dir(tool.path("cache")).unwrap().map(|entry| entry.unwrap().path()) {
        found.extend(fs::read_dir(part).into_iter().flatten().map(|entry| entry.unwrap().path()));
    }
    let [entry] = found.as_slice() else { panic!("{found:?}") };
    mode(entry, 0o666);
    assert_eq!(tool.run(&["validate", "note"]).exits(1).out, plain);
    let now = fs::metadata(entry).unwrap().permissions().mode() & 0o777;
    assert_eq!(now, 0o600, "it was not taken, and a new one is in its place");
}

#[test]
fn a_folder_that_cannot_be_written_to_only_costs_time() {
    let tool = Tool::broken().set("WICARA_TOOL_CACHE_DIR", "/proc/no-such-place/cache");
    for _ in 0..2 {
        let answer = tool.run(&["validate", "note"]).exits(1);
        assert_eq!(answer.err, "");
    }
}
