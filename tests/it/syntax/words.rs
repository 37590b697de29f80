//! Faults and features in the words that people see.

use wicara_tool::source::python::parse;
use wicara_tool::source::python::syntax::{Constant, ExprKind, StmtKind};

const FAULTS: &[(&str, &str)] = &[
    ("f(a, b\n", "'(' was never closed"),
    ("x = [1)\n", "closing parenthesis ')' does not match opening parenthesis '['"),
    ("x = 1)\n", "unmatched ')'"),
    ("x = 'a\n", "unterminated string literal (detected at line 1)"),
    ("x = '''a\n", "unterminated triple-quoted string literal (detected at line 2)"),
    ("if a\n    b\n", "expected ':'"),
    ("  x\n", "unexpected indent"),
    ("if a:\n        b\n    c\n", "unindent does not match any outer indentation level"),
    ("if a:\nb\n", "expected an indented block after 'if' statement on line 1"),
    ("def f():\n", "expected an indented block after function definition on line 1"),
    ("if a:\n        b\n\tc\n", "inconsistent use of tabs and spaces in indentation"),
    ("print 'a'\n", "Missing parentheses in call to 'print'. Did you mean print(...)?"),
    ("exec 'a'\n", "Missing parentheses in call to 'exec'. Did you mean exec(...)?"),
    ("return 1\n", "'return' outside function"),
    ("class A:\n    yield\n", "'yield' outside function"),
    ("def f():\n    await x\n", "'await' outside async function"),
    ("break\n", "'break' outside loop"),
    ("def f():\n    continue\n", "'continue' not properly in loop"),
    ("def f(a, a): pass\n", "duplicate argument 'a' in function definition"),
    ("def f(a=1, b): pass\n", "non-default argument follows default argument"),
    ("def f(*): pass\n", "named arguments must follow bare *"),
    ("f(a=1, 2)\n", "positional argument follows keyword argument"),
    ("f(a=1, a=2)\n", "keyword argument repeated: a"),
    ("nonlocal x\n", "nonlocal declaration not allowed at module level"),
    ("def f():\n    nonlocal x\n", "no binding for nonlocal 'x' found"),
    ("def f():\n    x = 1\n    global x\n", "name 'x' is assigned to before global declaration"),
    ("x = 0777\n", "leading zeros in decimal integer literals are not permitted; use an 0o prefix for octal integers"),
    ("x = 1a\n", "invalid decimal literal"),
    ("x = '\0'\n", "source code string cannot contain null bytes"),
    ("x = 1\nfrom __future__ import annotations\n", "from __future__ imports must occur at the beginning of the file"),
    ("def f():\n    from os import *\n", "import * only allowed at module level"),
    ("try:\n    a\nexcept A, e:\n    b\n", "multiple exception types must be parenthesized"),
    ("try:\n    a\nexcept:\n    b\nexcept A:\n    c\n", "default 'except:' must be last"),
    ("try:\n    a\nx = 1\n", "expected 'except' or 'finally' block"),
    ("x = b'\u{e9}'\n", "bytes can only contain ASCII literal characters"),
    ("x = \u{201c}a\u{201d}\n", "invalid character '\u{201c}' (U+201C)"),
    ("x = a \\ b\n", "unexpected character after line continuation character"),
    ("f'{a'\n", "f-string: expecting '}'"),
    ("from my-plugin import x\n", "invalid syntax"),
];

#[test]
fn faults_have_the_words_of_python() {
    for (text, message) in FAULTS {
        let ast = parse(text);
        let found: Vec<&str> = ast.faults.iter().map(|fault| fault.message.as_str()).collect();
        assert_eq!(found.first(), Some(message), "{text:?}: {found:?}");
    }
}

#[test]
fn each_mistake_is_told_once() {
    let text = "def f(a, a):\n    return\n\nbreak\nx = 0777\n";
    assert_eq!(parse(text).faults.len(), 1, "a broken layer hides what rests on it");
    assert_eq!(parse("break\nreturn\n").faults.len(), 2, "independent faults are all told");
}

#[test]
fn newer_syntax_has_its_version() {
    let cases: &[(&str, u8)] = &[
        ("match a:\n    case 1:\n        pass\n", 10),
        ("try:\n    a\nexcept* A:\n    b\n", 11),
        ("x = a[*b]\n", 11),
        ("def f(*a: *b): pass\n", 11),
        ("def f[T](a: T): pass\n", 12),
        ("class A[T]: pass\n", 12),
        ("type A = int\n", 12),
        ("f'{a['b']}'\n", 12),
        ("f'{a + \"\\n\"}'\n", 12),
        ("t'{a}'\n", 14),
        ("try:\n    a\nexcept A, B:\n    b\n", 14),
    ];
    for (text, since) in cases {
        let ast = parse(text);
        let found: Vec<u8> = ast.features.iter().map(|feature| feature.since).collect();
        assert_eq!(found, [*since], "{text:?}");
        assert!(ast.faults.is_empty(), "{text:?}: {:?}", ast.faults);
    }
    let plain = "type(a).b = 1\nmatch = case = type = 1\nwith (open(a)) as b: pass\nprint >>a, b\n";
    let ast = parse(plain);
    assert!(ast.features.is_empty() && ast.faults.is_empty(), "{:?} {:?}", ast.features, ast.faults);
}

#[test]
fn spans_are_bytes_of_the_text_as_it_is() {
    for text in ["\u{feff}x = '\u{e9}'\r\nname = y  # \u{e9}nd\r\n", "x = '\u{e9}'\rname = y  # \u{e9}nd\r"] {
        let ast = parse(text);
        assert!(ast.faults.is_empty(), "{:?}", ast.faults);
        assert_eq!(ast.body.len(), 2);
        let StmtKind::Assign { targets, value } = &ast[ast.body[1]].kind else { panic!("an assignment") };
        assert_eq!(&text[ast[targets[0]].span.range()], "name");
        assert_eq!(&text[ast[*value].span.range()], "y");
        assert_eq!(&text[ast.comments[0].range()], "# \u{e9}nd");
    }
}

#[test]
fn faults_are_places_of_the_text_beside_long_characters() {
    for text in ["with x:\n\u{fffd}  y\n", "with x:\n\u{e9} y\n", "x = \\\u{1f600}\n", "if x:\n\u{3000}y\n"] {
        let ast = parse(text);
        assert!(!ast.faults.is_empty(), "{text:?}");
        for fault in &ast.faults {
            assert!(text.get(fault.span.range()).is_some(), "{text:?}: {fault:?}");
        }
    }
}

#[test]
fn only_comments_are_comments_and_names_are_normalised() {
    let text = "# one\nx = '# no' # two\ny = f'{\"#\"}'\nz = (1,  # three\n 2)\n\u{ff45}val\n";
    let ast = parse(text);
    let comments: Vec<&str> = ast.comments.iter().map(|span| &text[span.range()]).collect();
    assert_eq!(comments, ["# one", "# two", "# three"]);
    let StmtKind::Expr(value) = ast[ast.body[3]].kind else { panic!("an expression") };
    assert!(matches!(&ast[value].kind, ExprKind::Name(name) if &**name == "eval"));
}

#[test]
fn adjacent_literals_are_one_value() {
    let ast = parse("x = 'a' \"b\" r'\\n' '''\nc'''\n");
    let StmtKind::Assign { value, .. } = ast[ast.body[0]].kind else { panic!("an assignment") };
    assert!(matches!(&ast[value].kind, ExprKind::Constant(Constant::Str(text)) if &**text == "ab\\n\nc"));
}
