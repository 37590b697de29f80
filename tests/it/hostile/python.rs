//! Python that was written to hurt.

use std::time::{Duration, Instant};

use wicara_tool::source::python::syntax::{Ast, ExprId, ExprKind, StmtKind};
use wicara_tool::source::python::{MAX_DEPTH, expr_children, parse};

/// What callers give their threads.
const STACK: usize = 8 << 20;
const DEEP: usize = 100_000;

/// How often a small thing is repeated where the file must stay below the bound on tokens.
const MANY: usize = 40_000;

/// Parses on a thread with the stack that callers have.
fn parsed(text: String) -> (Ast, Duration) {
    let run = move || {
        let start = Instant::now();
        let ast = parse(&text);
        (ast, start.elapsed())
    };
    std::thread::Builder::new().stack_size(STACK).spawn(run).expect("a thread").join().expect("no panic, no overflow")
}

fn nested_blocks(head: &str, depth: usize) -> String {
    let mut text = String::new();
    for level in 0..depth {
        text.push_str(&" ".repeat(level));
        text.push_str(head);
        text.push('\n');
    }
    text.push_str(&" ".repeat(depth));
    text.push_str("pass\n");
    text
}

/// Texts that Python refuses, each far beyond its bounds.
fn refused() -> Vec<(&'static str, String)> {
    let twice = |open: &str, close: &str| format!("x = {}{}\n", open.repeat(DEEP), close.repeat(DEEP));
    let open = |open: &str| format!("x = {}", open.repeat(DEEP));
    vec![
        ("parentheses", twice("(", ")")),
        ("lists", twice("[", "]")),
        ("sets", twice("{", "}")),
        ("dicts", format!("x = {}1{}\n", "{1:".repeat(DEEP), "}".repeat(DEEP))),
        ("calls", format!("x = {}1{}\n", "f(".repeat(DEEP), ")".repeat(DEEP))),
        ("subscripts", format!("x = {}1{}\n", "a[".repeat(DEEP), "]".repeat(DEEP))),
        ("open parentheses", open("(")),
        ("open calls", open("f(a, ")),
        ("closing", format!("{}\n", ")".repeat(DEEP))),
        ("minus", format!("x = {}1\n", "-".repeat(DEEP))),
        ("tilde", format!("x = {}1\n", "~".repeat(DEEP))),
        ("not", format!("x = {}1\n", "not ".repeat(DEEP))),
        ("await", format!("async def f():\n    {}x\n", "await ".repeat(DEEP))),
        ("lambda", format!("x = {}1\n", "lambda: ".repeat(DEEP))),
        ("lambda defaults", format!("x = {}1\n", "lambda a=".repeat(DEEP))),
        ("conditional", format!("x = {}1\n", "1 if 2 else ".repeat(DEEP))),
        ("power", format!("x = {}1\n", "2 ** ".repeat(DEEP))),
        ("sum", format!("x = {}1\n", "a + ".repeat(DEEP))),
        ("xor and", format!("x = {}1\n", "a & b ^ ".repeat(DEEP))),
        ("attributes", format!("x = a{}\n", ".b".repeat(DEEP))),
        ("method chain", format!("x = a{}\n", ".b()".repeat(DEEP))),
        ("subscript chain", format!("x = a{}\n", "[0]".repeat(DEEP))),
        ("type chain", format!("type(a){} = 1\n", ".b".repeat(DEEP))),
        ("yield", format!("def f():\n    x = {}1\n", "(yield ".repeat(DEEP))),
        ("walrus", format!("{}1\n", "(a := ".repeat(DEEP))),
        ("stars", format!("x = {}a\n", "*".repeat(DEEP))),
        ("nested if", nested_blocks("if a:", 3_000)),
        ("nested def", nested_blocks("def f():", 3_000)),
        ("nested class", nested_blocks("class A:", 3_000)),
        ("nested with", nested_blocks("with a:", 90)),
        ("elif", format!("if a:\n    pass\n{}", "elif b:\n    pass\n".repeat(DEEP))),
        ("indent only", " ".repeat(DEEP * 10) + "x\n  y\n z\n"),
        ("null bytes", "x = '\0'\n".repeat(1_000)),
        ("f-strings", format!("x = {}{}\n", "f'{".repeat(DEEP), "}'".repeat(DEEP))),
        ("open f-strings", "f'{\n".repeat(DEEP)),
        ("open f-string lines", "f\"{a\n".repeat(DEEP)),
        ("format specs", format!("f'{}{}'\n", "{a:".repeat(DEEP), "}".repeat(DEEP))),
        ("quotes", "'\n\"\n".repeat(DEEP)),
        ("words", "a ".repeat(DEEP)),
        ("keywords", "if else for in ".repeat(DEEP / 4)),
        ("lines of nonsense", "a b c )( ] : = 1\n".repeat(DEEP / 10)),
        ("lines without colon", "if a\n    b\n".repeat(DEEP / 4)),
        ("patterns", format!("match a:\n    case {}1{}:\n        pass\n", "[".repeat(190), "]".repeat(191))),
        ("alternatives", format!("match a:\n    case {}b:\n        pass\n", "a | ".repeat(DEEP / 10))),
        ("annotations", format!("x: {}int\n", "a | ".repeat(DEEP))),
        ("backslashes", "\\\n".repeat(DEEP)),
        ("comprehension", format!("x = {}\n", "[a for a in ".repeat(DEEP))),
        ("decorators", "@a\n".repeat(DEEP)),
    ]
}

/// Long and wide texts that Python takes.
fn accepted() -> Vec<(&'static str, String)> {
    let terms = MAX_DEPTH - 100;
    vec![
        ("sum", format!("x = {}1\n", "a + ".repeat(terms))),
        ("method chain", format!("x = a{}\n", ".b(1)[0]".repeat(terms / 3))),
        ("or", format!("x = {}1\n", "a or ".repeat(MANY))),
        ("alternating", format!("x = {}1\n", "a and b or ".repeat(MANY))),
        ("comparison", format!("x = {}1\n", "a < ".repeat(MANY))),
        ("strings", format!("x = {}\n", "'a' ".repeat(MANY))),
        ("targets", format!("{}1\n", "x = ".repeat(MANY))),
        ("elif", format!("if a:\n    pass\n{}", "elif b:\n    pass\n".repeat(500))),
        ("parentheses", format!("x = {}1{}\n", "(".repeat(199), ")".repeat(199))),
        ("calls", format!("x = {}1{}\n", "f(1, a + ".repeat(199), ")".repeat(199))),
        ("blocks", nested_blocks("if a:", 98)),
        ("classes in functions", nested_blocks("class A:", 98)),
        ("not", format!("x = {}1\n", "not ".repeat(1_000))),
        ("conditional", format!("x = {}1\n", "1 if 2 else ".repeat(1_000))),
        ("dict", format!("x = {{{}}}\n", "'a': 1, ".repeat(MANY))),
        ("decorators", format!("{}def f(): pass\n", "@a\n".repeat(MANY))),
        ("comments", "# a comment\n".repeat(MANY)),
        ("joined lines", format!("x = 1{}\n", " \\\n".repeat(MANY))),
        ("statements", "x = 1; y = 2\n".repeat(MANY / 2)),
        ("names", format!("x = [{}]\n", "abc, ".repeat(MANY))),
        ("string", format!("x = '''{}'''\n", "\\n{}\"".repeat(MANY))),
        ("f-string", format!("x = f'{}'\n", "{a}b".repeat(MANY))),
        ("type chain", format!("type(a){} = 1\n", ".b".repeat(1_000))),
    ]
}

/// The longest way from a statement's expression down.
fn depth(ast: &Ast) -> usize {
    let mut deepest = 0;
    for stmt in &ast.body {
        if let StmtKind::Assign { value, .. } = &ast[*stmt].kind {
            let mut open = vec![(*value, 1)];
            while let Some((id, depth)) = open.pop() {
                deepest = deepest.max(depth);
                expr_children(ast, id, &mut |child| open.push((child, depth + 1)));
            }
        }
    }
    deepest
}

/// Wall time on a loaded machine in a debug build; alone each takes well under a second.
const LIMIT: Duration = Duration::from_secs(20);

#[test]
fn what_is_too_much_for_python_is_a_fault_in_bounded_time() {
    for (name, text) in refused() {
        let (ast, time) = parsed(text);
        assert!(!ast.faults.is_empty(), "{name}: no fault");
        assert!(time < LIMIT, "{name}: {time:?}");
        assert!(depth(&ast) <= MAX_DEPTH, "{name}: too deep a tree");
    }
}

#[test]
fn what_is_long_and_right_is_lowered_whole() {
    for (name, text) in accepted() {
        let (ast, time) = parsed(text);
        assert!(ast.faults.is_empty(), "{name}: {:?}", ast.faults.first());
        assert!(time < LIMIT, "{name}: {time:?}");
        assert!(depth(&ast) <= MAX_DEPTH, "{name}: too deep a tree");
    }
}

#[test]
fn a_long_sum_keeps_every_term() {
    let (ast, _) = parsed(format!("x = {}z\n", "a + ".repeat(1_000)));
    assert_eq!(depth(&ast), 1_001);
    let names = |id: ExprId| match &ast[id].kind {
        ExprKind::Name(name) => Some(name.clone()),
        _ => None,
    };
    let StmtKind::Assign { mut value, .. } = ast[ast.body[0]].kind.clone() else { panic!("an assignment") };
    let mut right = Vec::new();
    while let ExprKind::BinOp { left, right: operand, .. } = &ast[value].kind {
        right.push(names(*operand));
        value = *left;
    }
    assert_eq!(right.len(), 1_000);
    assert_eq!(right[0].as_deref(), Some("z"));
}

#[cfg(target_os = "linux")]
#[test]
fn memory_stays_in_bounds() {
    // The shapes that cost the most memory for their size.
    let costly = |name: &str| matches!(name, "conditional" | "lambda defaults" | "elif" | "dict");
    for (_, text) in refused().into_iter().chain(accepted()).filter(|(name, _)| costly(name)) {
        drop(parsed(text));
    }
    let status = std::fs::read_to_string("/proc/self/status").expect("procfs");
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    let kib: usize = peak.trim().trim_end_matches("kB").trim().parse().expect("a number");
    assert!(kib < 400 * 1024, "{kib} KiB for the whole test process");
}
