//! Scripts that are written to take for ever or all memory, through the whole tool.

use std::time::Duration;

use crate::intake::Tree;

use super::bounds::validate;

const LONGEST: Duration = Duration::from_secs(20);

/// KiB.
const PEAK: u64 = 200 * 1024;

fn each(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// What each does, and its text.
fn scripts() -> Vec<(&'static str, String)> {
    let many = |text: &str, bytes: usize| text.repeat(bytes / text.len());
    vec![
        ("brackets", many("(", 1_000_000)),
        ("arrays in arrays", many("[", 200_000) + &many("]", 200_000)),
        ("functions in functions", many("function f(a){", 200_000) + &many("}", 200_000)),
        ("arrows", "x = ".to_owned() + &many("a=>", 500_000) + "1"),
        ("templates in templates", "x = ".to_owned() + &many("`${", 100_000)),
        ("a long sum", "x = a".to_owned() + &many("+'b'+c", 900_000)),
        ("a long chain", "x = a".to_owned() + &many(".b(c)", 900_000)),
        ("else if", "if (a) {}".to_owned() + &many(" else if (b) { x = 1 }", 900_000)),
        ("conditionals", "x = ".to_owned() + &many("a ? b : ", 500_000) + "c"),
        ("branches", each(20_000, |n| format!("if (a) {{ x{n} = b; y = x{n} }} else {{ y = c }}\n"))),
        ("loops in loops", many("for (const a of b) {", 100_000) + &many("}", 100_000)),
        ("texts that grow", "let s = 'ab';\n".to_owned() + &many("s += s;", 500_000) + "eval(s)"),
        (
            "arrays that are walked",
            format!("const a = [{}];\n", many("b,", 200_000)) + &many("a.map(f);a[i].join('');", 500_000),
        ),
        (
            "objects that hold one another",
            "let o = {};\n".to_owned()
                + &each(20_000, |n| format!("o = {{a{n}: o, b: o}};\n"))
                + "fetch('https://x.net', o)",
        ),
        (
            "functions that call one another",
            each(8_000, |n| format!("function f{n}(a) {{ return f{}(a) + f{}(a) }}\n", n + 1, n + 2)),
        ),
        ("sinks", many("e.innerHTML=f(location.hash);", 900_000)),
        ("assignments", each(30_000, |n| format!("var v{n} = v{};\n", n.max(1) - 1)) + "eval(v29999)"),
        ("decoders", format!("const t = '{}';\n", "QUFB".repeat(15_000)) + &many("eval(atob(t));", 100_000)),
        ("what was lifted from its place", many("var a;{let b;{var c}}", 500_000)),
        (
            "names that are destructured",
            format!("const {{{}}} = location;\n", each(30_000, |n| format!("a{n}: {{b{n}}}, "))),
        ),
        ("errors", many("var = ) ( ;\n}", 300_000)),
        ("quotes", many("'\n\"\n`", 300_000)),
        ("slashes", many("/ /", 300_000)),
        ("nothing", many("\u{feff}\u{2028}\n", 300_000)),
        ("made-up names", each(60_000, |n| format!("_0x{n:06x};"))),
    ]
}

#[test]
fn no_script_takes_long_or_much_memory() {
    let mut wrong = Vec::new();
    for (name, script) in scripts() {
        assert!(script.len() < 1_048_576, "{name}: {}", script.len());
        let tree = Tree::new(&[("p/__init__.py", ""), ("p/static/a.js", &script)]);
        let ended = validate(&tree.path(), &["p"]);
        let judged = matches!(ended.code, Some(0 | 1)) && !ended.output.contains("internal-error");
        if !judged || ended.took > LONGEST || ended.peak > PEAK {
            let end: String = ended.output.chars().take(300).collect();
            wrong.push(format!("{name}: {:?}, {:?}, {} KiB\n{end}", ended.code, ended.took, ended.peak));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
