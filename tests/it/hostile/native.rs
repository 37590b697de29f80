//! Rust and requirements that are written to take for ever or all memory, through the whole tool.

use std::time::Duration;

use crate::intake::Tree;

use super::bounds::validate;

const LONGEST: Duration = Duration::from_secs(20);

/// KiB.
const PEAK: u64 = 300 * 1024;

/// What each does, its path, and its text.
fn files() -> Vec<(&'static str, &'static str, String)> {
    let many = |text: &str, bytes: usize| text.repeat(bytes / text.len());
    let each = |count: usize, line: &dyn Fn(usize) -> String| -> String { (0..count).map(line).collect() };
    let code = "native/src/lib.rs";
    let list = "requirements.txt";
    vec![
        ("brackets", code, many("(", 500_000) + &many(")", 500_000)),
        ("brackets that may be read", code, format!("fn f() {{ {}1{}; }}", "(".repeat(60), ")".repeat(60))),
        ("types", code, format!("type A = {}B{};", "(".repeat(60), ")".repeat(60))),
        ("bounds", code, format!("fn f<T: {}B{}>() {{}}", "(".repeat(60), ")".repeat(60))),
        ("patterns", code, format!("fn f() {{ let {}a{} = b; }}", "(".repeat(60), ")".repeat(60))),
        ("blocks", code, format!("fn f() {{ {} {} }}", "if a {".repeat(60), "}".repeat(60))),
        ("arguments", code, format!("type A = {}B{};", "C<".repeat(300), ">".repeat(300))),
        ("closures", code, format!("fn f() {{ {}1 }}", "|a|".repeat(320))),
        ("marks", code, format!("fn f() {{ {}1 }}", "!".repeat(950))),
        ("references", code, format!("type A = {}B;", "& ".repeat(190))),
        ("pointers", code, format!("type A = {}B;", "*const ".repeat(160))),
        ("too many references", code, format!("type A = {}B;", "&".repeat(100_000))),
        ("functions", code, format!("type A = {}B;", "fn() -> ".repeat(190))),
        ("a sum", code, format!("const A: u8 = 1{};", "+1".repeat(490))),
        ("comparisons", code, format!("fn f() {{ a{}; }}", "<b".repeat(490))),
        ("turbofish", code, format!("fn f() {{ a{}b{} }}", "::<".repeat(240), ">".repeat(240))),
        ("many functions", code, each(30_000, &|n| format!("fn f{n}() {{ g() }}\n"))),
        ("many paths", code, "use std::process::*;".to_owned() + &many("fn f() { Command::new(a); }", 900_000)),
        ("aliases of aliases", code, each(20_000, &|n| format!("type A{n} = A{};", n + 1)) + "fn f() { A0::b(); }"),
        ("uses of one another", code, "use a::b as c; use c::d as a; fn f() { a::b::c(); c::d(); }".to_owned()),
        ("a use with branches", code, format!("use {}x{};", "a::{b, ".repeat(60), "}".repeat(60))),
        (
            "modules in modules",
            code,
            "mod a {".repeat(60) + &many("use super::b; fn c() { b::d(); }", 400_000) + &"}".repeat(60),
        ),
        ("macros", code, format!("fn f() {{ {} }}", many("a!{unsafe{b::c(d)}}", 900_000))),
        ("comments", code, many("/*", 900_000)),
        ("quotes", code, many("r#\"", 900_000)),
        (
            "far places",
            code,
            "\u{e9}".repeat(10).replace('\u{e9}', "// \u{e9}\n") + &many("unsafe fn f(){}//\u{e9}\n", 900_000),
        ),
        ("names", list, each(60_000, &|n| format!("reqest{n}\n"))),
        ("a line that goes on", list, many("a \\\n", 900_000)),
        ("addresses", list, many("a@://b ", 900_000)),
        (
            "a manifest of Cargo",
            "native/Cargo.toml",
            "[dependencies]\n".to_owned() + &each(20_000, &|n| format!("a{n}.git = 'b'\n")),
        ),
    ]
}

#[test]
fn no_rust_and_no_list_takes_long_or_much_memory() {
    let mut wrong = Vec::new();
    for (name, path, text) in files() {
        assert!(text.len() <= 1_048_576, "{name}: {}", text.len());
        let path = format!("p/{path}");
        let tree = Tree::new(&[("p/__init__.py", ""), (&path, &text)]);
        let ended = validate(&tree.path(), &["p"]);
        let judged = matches!(ended.code, Some(0 | 1)) && !ended.output.contains("internal-error");
        if !judged || ended.took > LONGEST || ended.peak > PEAK {
            let end: String = ended.output.chars().take(300).collect();
            wrong.push(format!("{name}: {:?}, {:?}, {} KiB\n{end}", ended.code, ended.took, ended.peak));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
