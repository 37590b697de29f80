//! Where the cache is, `wicara-tool cache`, and how to go without.

use crate::cli::tool::Tool;

#[test]
fn the_folder_comes_from_a_flag_a_variable_or_the_system() {
    let tool = Tool::sound();
    tool.run(&["cache", "dir"]).exits(2).complains("there is no place for a cache");
    tool.run(&["validate", "note"]).exits(0);
    let xdg = tool.path("xdg").display().to_string();
    let tool = tool.set("XDG_CACHE_HOME", &xdg);
    #[cfg(target_os = "linux")]
    {
        let shown = tool.path("xdg/wicara-tool").display().to_string();
        assert_eq!(tool.run(&["cache", "dir"]).exits(0).out, format!("{shown}\n"));
        assert_eq!(tool.run(&["cache", "size"]).exits(0).out, format!("0 results (0 bytes) in {shown}\n"));
        assert!(!tool.path("xdg").exists(), "asking makes no folder");
        tool.run(&["validate", "note"]).exits(0);
        tool.run(&["cache", "size"]).exits(0).prints("1 result (");
    }
    let tool = tool.set("WICARA_TOOL_CACHE_DIR", "by-variable");
    let shown = |name: &str| tool.path(name).canonicalize().unwrap_or(tool.path(name)).display().to_string();
    tool.run(&["validate", "note"]).exits(0);
    tool.run(&["cache", "size"]).exits(0).prints(&format!(" in {}", shown("by-variable"))).prints("1 result (");
    tool.run(&["validate", "note", "--cache-dir", "by-flag"]).exits(0);
    tool.run(&["cache", "--cache-dir", "by-flag", "size"]).exits(0).prints("1 result (");
    tool.run(&["cache", "clean", "--cache-dir", "by-flag"]).exits(0).prints("removed 1 result (");
    assert!(!tool.path("by-flag").exists() && tool.path("by-variable").exists());
    assert!(tool.read("by-variable/CACHEDIR.TAG").starts_with("Signature: 8a477f597d28d172789f06886806bc55\n"));
    assert_eq!(tool.read("by-variable/.gitignore"), "*\n");
}

#[test]
fn without_a_cache_nothing_is_kept_or_read() {
    let tool = Tool::sound().set("WICARA_TOOL_CACHE_DIR", "cache");
    tool.run(&["validate", "note", "--no-cache"]).exits(0);
    tool.run(&["validate", "note", "--no-cache", "--cache-dir", "x"]).exits(2).complains("cannot be used with");
    assert!(!tool.path("cache").exists());
    let tool = tool.set("WICARA_TOOL_NO_CACHE", "1");
    tool.run(&["validate", "note"]).exits(0);
    assert!(!tool.path("cache").exists());
    tool.run(&["validate", "note", "--cache-dir", "flag"]).exits(0);
    assert!(tool.path("flag").exists(), "a flag is stronger than a variable");
    tool.set("WICARA_TOOL_NO_CACHE", "maybe").run(&["scan", "note"]).exits(2).complains("must be 1 or 0");
}

#[test]
fn a_folder_among_what_is_judged_is_not_used() {
    let tool = Tool::sound().with("note/tasks.py", "import os\nos.system(input())\n");
    let plain = tool.run(&["scan", "."]).exits(1);
    for folder in ["kept", "note/kept"] {
        let answer = tool.run(&["scan", ".", "--cache-dir", folder]).exits(1).complains("not using the cache in");
        assert_eq!(answer.out, plain.out);
        assert!(!tool.path(folder).exists());
        let quiet = tool.run(&["scan", ".", "--quiet", "--cache-dir", folder]).exits(1);
        assert_eq!(quiet.err, "");
    }
    // This one is left out of what is judged.
    let kept = ["scan", ".", "--cache-dir", ".wicara_cache"];
    tool.run(&kept).exits(1);
    let plain = tool.run(&["scan", ".", "--no-cache"]).exits(1);
    let answer = tool.run(&kept).exits(1);
    assert_eq!((answer.out, answer.err), (plain.out, String::new()));
    tool.run(&["cache", "size", "--cache-dir", ".wicara_cache"]).exits(0).prints("1 result (");
    // What lies beside it does no harm.
    assert_eq!(tool.run(&["scan", "note", "--cache-dir", "kept"]).exits(1).err, "");
    assert!(tool.path("kept").exists());
}

#[test]
fn a_file_in_place_of_the_folder_is_told_and_left_alone() {
    let tool = Tool::sound().with("kept", "mine\n");
    tool.run(&["validate", "note", "--cache-dir", "kept"]).exits(0).complains("it is no folder");
    tool.run(&["cache", "clean", "--cache-dir", "kept"]).exits(2).complains("it is no folder");
    assert_eq!(tool.read("kept"), "mine\n");
}
