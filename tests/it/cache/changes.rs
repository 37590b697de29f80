//! Whatever changes, the answer is that of a run without a cache, although every answer before was kept.

use std::fs;

use crate::cli::tool::{Answer, BROKEN, COMMA, MANIFEST, SOUND, Tool};

const RULE: &str = "title = \"No telnet\"\nseverity = \"high\"\nconfidence = \"high\"\nwhy = \"It is old.\"\n\
    help = \"Use SSH.\"\n\n[[match]]\ncall = [\"telnetlib.Telnet\"]\n";

/// The same run with the cache and without; then once more with it.
fn same(tool: &Tool, arguments: &[&str]) -> String {
    let seen = |answer: &Answer| (answer.code, answer.out.clone(), answer.err.clone());
    let run = |more: &[&str]| tool.run(&[arguments, more].concat());
    let plain = run(&["--no-cache"]);
    for time in ["first", "second"] {
        let answer = run(&[]);
        assert_eq!(seen(&answer), seen(&plain), "{arguments:?}, the {time} time");
    }
    plain.out
}

fn kept(tool: &Tool) -> usize {
    tool.run(&["cache", "size"]).exits(0).out.split(' ').next().unwrap().parse().unwrap()
}

fn tool() -> Tool {
    let tool = Tool::new().with("all/note/__init__.py", SOUND).with("all/note/plugin.json", MANIFEST);
    let cache = tool.path("cache").display().to_string();
    tool.set("WICARA_TOOL_CACHE_DIR", &cache)
}

#[test]
fn every_change_to_a_plugin_counts() {
    let tool = tool();
    let mut said = vec![same(&tool, &["validate", "all", "-f", "json"])];
    let put = |path: &str, text: &str| tool.put(&format!("all/note/{path}"), text);
    let changes: &[(&str, &dyn Fn())] = &[
        ("a fault in the manifest", &|| put("plugin.json", COMMA)),
        ("another file", &|| put("tasks.py", "import os\nos.system(input())\n")),
        ("a byte of that file", &|| put("tasks.py", "import os\nos.system(inpuT())\n")),
        ("its name", &|| fs::rename(tool.path("all/note/tasks.py"), tool.path("all/note/jobs.py")).unwrap()),
        ("a comment", &|| put("jobs.py", "import os\nos.system(inpuT())  # wicara: ignore[process-call] mine\n")),
        ("an error of syntax", &|| put("broken.py", BROKEN)),
        ("a file that is no text", &|| fs::write(tool.path("all/note/x.bin"), b"\x7fELF\x02\x01\x01").unwrap()),
        ("a byte of it", &|| fs::write(tool.path("all/note/x.bin"), b"\x80\x04\x95\x01\x01\x01\x01").unwrap()),
        ("bytes that are not UTF-8", &|| fs::write(tool.path("all/note/l.py"), b"a = '\xe9'\n").unwrap()),
        ("others of them", &|| fs::write(tool.path("all/note/l.py"), b"a = '\xe8'\n").unwrap()),
        ("a plugin beside it", &|| {
            tool.put("all/other/__init__.py", SOUND);
            tool.put("all/other/plugin.json", MANIFEST);
        }),
        ("the name of that plugin", &|| fs::rename(tool.path("all/other"), tool.path("all/third")).unwrap()),
        ("a file that is gone", &|| fs::remove_file(tool.path("all/note/broken.py")).unwrap()),
        ("all is as at first", &|| {
            for path in ["note/jobs.py", "note/x.bin", "note/l.py"] {
                fs::remove_file(tool.path(&format!("all/{path}"))).unwrap();
            }
            fs::remove_dir_all(tool.path("all/third")).unwrap();
            put("plugin.json", MANIFEST);
        }),
    ];
    for (what, change) in changes {
        let before = kept(&tool);
        change();
        said.push(same(&tool, &["validate", "all", "-f", "json"]));
        let known = *what == "all is as at first";
        assert_eq!(kept(&tool) == before, known, "{what}: {before} results were kept before");
        same(&tool, &["scan", "all", "-f", "sarif"]);
    }
    assert_eq!(said.first(), said.last());
}

#[cfg(unix)]
#[test]
fn the_mode_of_a_file_counts() {
    use std::os::unix::fs::PermissionsExt as _;
    let tool = tool().with("all/note/data.txt", "text\n");
    for mode in [0o644, 0o755] {
        let before = kept(&tool);
        fs::set_permissions(tool.path("all/note/data.txt"), fs::Permissions::from_mode(mode)).unwrap();
        same(&tool, &["validate", "all"]);
        assert!(kept(&tool) > before, "{mode:o}");
    }
}

#[test]
fn what_a_run_is_told_counts_when_engines_see_it_and_only_then() {
    let tool = tool()
        .with("all/note/tasks.py", "import os, telnetlib\nos.system(input())\ntelnetlib.Telnet('a')\n")
        .with("rules/no-telnet.toml", RULE)
        .with("wicara-tool.toml", "exclude = [\"tests\"]\n")
        .with("all/note/tests/test_a.py", "eval(input())\n");
    same(&tool, &["validate", "all", "-f", "json"]);
    let mut before = kept(&tool);
    let mut check = |arguments: &[&str], anew: bool| {
        let said = same(&tool, &[&["validate", "all", "-f", "json"], arguments].concat());
        let now = kept(&tool);
        assert_eq!(now > before, anew, "{arguments:?}: {before} results before, {now} now");
        before = now;
        said
    };
    check(&["--select", "process"], false);
    check(&["--ignore", "process-call"], false);
    check(&["--severity", "process-call=low", "--fail-on", "never"], false);
    check(&["--jobs", "1"], false);
    check(&["--python-version", "3.9"], true);
    check(&["--python-version", "3.10"], true);
    check(&["--no-config"], true);
    let with_rule = check(&["--rules", "rules"], true);
    assert!(with_rule.contains("no-telnet"));
    tool.put("rules/no-telnet.toml", &RULE.replace("telnetlib.Telnet", "telnetlib.Other"));
    let with_other = check(&["--rules", "rules"], true);
    assert!(!with_other.contains("no-telnet"));
    // What a rule says besides is not asked for until it is told.
    tool.put("rules/no-telnet.toml", &RULE.replace("It is old", "It is very old"));
    check(&["--rules", "rules"], true);
    check(&[], false);
    tool.put("baseline.json", "{\"version\": 1, \"findings\": []}\n");
    check(&["--baseline", "baseline.json"], false);
}

#[test]
fn fixes_are_judged_by_what_they_make() {
    let tool = Tool::comma().set("WICARA_TOOL_CACHE_DIR", "cache");
    let diff = tool.run(&["validate", "--diff", "note"]).exits(1);
    for _ in 0..2 {
        assert_eq!(tool.run(&["validate", "--diff", "note"]).exits(1).out, diff.out);
    }
    tool.run(&["validate", "note"]).exits(1);
    tool.run(&["validate", "--fix", "note"]).exits(0).complains("fixed 1 problem in 1 file");
    tool.run(&["validate", "note"]).exits(0);
    tool.put("note/plugin.json", COMMA);
    tool.run(&["validate", "note"]).exits(1);
}

#[test]
fn a_plugin_seen_from_another_folder_has_its_other_names() {
    let tool = tool().with("all/note/tasks.py", "import os\nos.system(input())\n");
    same(&tool, &["validate", "all/note", "-f", "concise"]);
    let there = tool.below("all");
    let said = same(&there, &["validate", "note", "-f", "concise"]);
    assert!(said.lines().all(|line| line.starts_with("note/")), "{said}");
}
