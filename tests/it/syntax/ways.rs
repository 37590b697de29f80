//! The two ways of parsing against each other: what our own parser reads, the grammar reads alike.
//!
//! There are valid texts that the grammar refuses (`return 1, *[2]`). Where only our own parser
//! takes a text, Python is asked.

use std::path::{Path, PathBuf};

use wicara_tool::source::python::{parse_directly, parse_with_grammar};

use super::mutation::{Random, mutate, pieces};
use super::same::difference;
use super::{PLUGIN, library, minor, python, read, refusal};

/// What is wrong with the answers of the two ways; a text that has to be shown to Python goes to `ask`.
fn compare(text: &str, ask: &mut Vec<String>) -> Result<bool, String> {
    let Some(own) = parse_directly(text) else { return Ok(false) };
    if !own.faults.is_empty() {
        return Err(format!("a fault: {:?}", own.faults));
    }
    let other = parse_with_grammar(text);
    if other.faults.is_empty() {
        return difference(text, &own, &other).map_or(Ok(true), Err);
    }
    if refusal(text, &own, minor()).is_none() {
        ask.push(text.to_owned());
    }
    Ok(true)
}

/// Texts of those asked about that Python refuses.
fn refused(asked: &[String]) -> Vec<String> {
    let json = serde_json::to_string(asked).expect("JSON");
    let answers: Vec<Option<(String, usize)>> =
        serde_json::from_str(&python(&["check"], &json)).expect("an answer for each text");
    assert_eq!(answers.len(), asked.len());
    let wrong = asked.iter().zip(answers).filter_map(|(text, answer)| answer.map(|answer| (text, answer)));
    wrong.map(|(text, (message, line))| format!("{message} (line {line}):\n{text}")).collect()
}

fn python_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            python_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "py") {
            found.push(path);
        }
    }
}

#[test]
fn both_ways_agree_on_the_standard_library_and_hardly_a_file_takes_the_slow_one() {
    let (mut valid, mut own, mut ask, mut wrong) = (0, 0, Vec::new(), Vec::new());
    for (place, (path, refused)) in library(1_200).into_iter().enumerate() {
        if refused.is_some() {
            continue;
        }
        let text = read(&path);
        valid += 1;
        let small = text.len() < 40_000 && place % 16 == 0;
        match if small { compare(&text, &mut ask) } else { Ok(parse_directly(&text).is_some()) } {
            Ok(taken) => own += usize::from(taken),
            Err(difference) => wrong.push(format!("{path}: {difference}")),
        }
    }
    assert!(valid >= 1_000, "only {valid} valid files");
    wrong.extend(refused(&ask));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(own * 1_000 >= valid * 999, "our own parser takes only {own} of {valid} files");
}

#[test]
fn both_ways_agree_on_the_fixtures() {
    let mut paths = Vec::new();
    python_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures"), &mut paths);
    assert!(paths.len() >= 50, "only {} fixtures", paths.len());
    let (mut own, mut ask, mut wrong) = (0, Vec::new(), Vec::new());
    for path in paths {
        let whole = std::fs::read_to_string(&path).expect("a readable file");
        for text in whole.split("#: ") {
            let text = text.split_once('\n').map_or("", |(_, rest)| rest);
            match compare(text, &mut ask) {
                Ok(taken) => own += usize::from(taken),
                Err(difference) => wrong.push(format!("{}: {difference}", path.display())),
            }
        }
    }
    assert!(own >= 500, "our own parser takes only {own} texts");
    wrong.extend(refused(&ask));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_our_own_parser_takes_is_right() {
    let mut sources: Vec<String> = library(400)
        .into_iter()
        .filter(|(_, refused)| refused.is_none())
        .map(|(path, _)| read(&path))
        .filter(|text| (200..6_000).contains(&text.len()))
        .collect();
    sources.push(PLUGIN.to_owned());
    let mut random = Random::new(0x5eed_0003);
    let (mut own, mut ask, mut wrong) = (0, Vec::new(), Vec::new());
    for round in 0..1_500 {
        let source = if round % 3 == 0 { sources.len() - 1 } else { random.below(sources.len()) };
        let text = mutate(&sources[source], &mut random);
        match compare(&text, &mut ask) {
            Ok(taken) => own += usize::from(taken),
            Err(difference) => wrong.push(format!("{difference}\n{text}")),
        }
    }
    // Short texts, so that more of the changed ones are valid.
    let statements: Vec<&str> = DENSE.lines().collect();
    for _ in 0..10_000 {
        let mut text = statements[random.below(statements.len())].replace("\\n", "\n");
        let other = statements[random.below(statements.len())].replace("\\n", "\n");
        let (mut places, from) = (pieces(&text), pieces(&other));
        let (from, to) = (from[random.below(from.len())], places.swap_remove(random.below(places.len())));
        let start = if random.below(2) == 0 { to.0 } else { to.1 };
        text.replace_range(start..to.1, &other[from.0..from.1]);
        text.push('\n');
        match compare(&text, &mut ask) {
            Ok(taken) => own += usize::from(taken),
            Err(difference) => wrong.push(format!("{difference}\n{text}")),
        }
    }
    assert!(own >= 1_500, "our own parser takes only {own} texts");
    wrong.extend(refused(&ask));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_python_refuses_is_declined() {
    let texts = [
        "match a:\n    case _.b: pass\n",
        "def f(*a: * not b): pass\n",
        "f'{lambda a: b}'\n",
        "f'{a!r }'\n",
        "x = [* not a]\n",
        "x = a + not b\n",
        "x = a or lambda: b\n",
        "[a for a in b, c]\n",
        "def f(): x = [(yield) for a in b]\n",
        "def f(): return [await a for a in b]\n",
        "for a := b in c: pass\n",
        "print -1 2\n",
        "x = 1if a else b_\n  y\n",
        "a, *b\n = c\n",
        "x = {**a or b}\n",
        "(a.b := c)\n",
        "del *a\n",
        "f(a=1, *b, c)\n",
        "class A(b for b in c): pass\n",
        "import a.b as c.d\n",
        "from a import b,\n",
        "try: a\nexcept: b\nexcept C: d\n",
        "async def f():\n    yield\n    return 1\n",
        "if a:\n\tb\n        c\n",
        "x = 'a' b'c'\n",
        "x = '\\x1'\n",
        "nonlocal a\n",
        "def f(a):\n    global a\n",
    ];
    for text in texts {
        assert!(parse_directly(text).is_none(), "{text}");
    }
    let json = serde_json::to_string(&texts).expect("JSON");
    let answers: Vec<Option<(String, usize)>> =
        serde_json::from_str(&python(&["check"], &json)).expect("an answer for each text");
    for (text, answer) in texts.iter().zip(answers) {
        assert!(answer.is_some(), "Python takes {text}");
    }
}

#[test]
fn what_is_too_large_or_too_deep_goes_the_way_of_the_grammar() {
    let deep = [
        format!("x = {}1{}\n", "(".repeat(300), ")".repeat(300)),
        format!("x = {}1\n", "-".repeat(2_000)),
        format!("x = {}1\n", "not ".repeat(2_000)),
        format!("x = a{}\n", ".b".repeat(2_000)),
        format!("x = a{}\n", " + a".repeat(2_000)),
        format!("x: a[b]{}\n", " | a".repeat(800)),
        format!("x = {}1\n", "a if b else ".repeat(2_000)),
        format!("x = {}1\n", "lambda: ".repeat(2_000)),
        format!("x = {}1\n", "2 ** ".repeat(2_000)),
        format!("if a:\n    b\n{}", "elif a:\n    b\n".repeat(2_000)),
        "x\n".repeat(150_000),
        "x = \"a".to_owned(),
        "x = f'{".repeat(50),
        "x = (\n".repeat(100),
        "\\\n".repeat(10_000),
        "x = '\0'\n".to_owned(),
    ];
    for text in deep {
        assert!(parse_directly(&text).is_none(), "{}", text.chars().take(80).collect::<String>());
    }
    let wide = [
        format!("x = [{}]\n", "(a, 1), ".repeat(5_000)),
        format!("x = {}1\n", "a, ".repeat(20_000)),
        format!("x = '{}'\n", "\\n".repeat(200_000)),
        format!("x = {}\n", "'a' ".repeat(10_000)),
        format!("x = a{}\n", " or a".repeat(10_000)),
        format!("x = 1{}\n", "0".repeat(200_000)),
        format!("f({})\n", (0..5_000).map(|at| format!("a{at}=1, ")).collect::<String>()),
        format!("def f({}): pass\n", (0..5_000).map(|at| format!("a{at}, ")).collect::<String>()),
        "\n".repeat(200_000),
        "# a\n".repeat(50_000),
        format!("x = 1{}\n", " ".repeat(200_000)),
    ];
    for text in wide {
        let start = text.chars().take(80).collect::<String>();
        let own = parse_directly(&text).unwrap_or_else(|| panic!("not taken: {start}"));
        assert_eq!(difference(&text, &own, &parse_with_grammar(&text)), None, "{start}");
    }
}

/// One text a line, with `\n` for its line breaks: a bit of everything.
const DENSE: &str = r#"x = a if b else c
x, *y = *a, b[1:2, ::3]
x: int | None = -a ** -b & c ^ d | e << f
a.b[c].d += (yield)
lambda a, /, b=1, *c, d, **e: (a, b)
async def f(a: int = 1, *args: *b, c, **d) -> e[f]:\n    await g(h, *i, j=k, **l)
def f():\n    x = yield a, b\n    y = yield from c\n    return x, *y
with (open(a) as b, c as (d, e)), f:\n    pass
with (a, b) as c, (d):\n    pass
for a, (b, *c) in d, e:\n    break\nelse:\n    pass
while (a := b()) and not c:\n    continue
try:\n    a\nexcept (A, B) as e:\n    raise C from e\nexcept D:\n    raise\nelse:\n    b\nfinally:\n    c
if a < b <= c is not d not in e:\n    pass\nelif f == g != h:\n    pass\nelse:\n    pass
x = {a: b, **c, 'd': {e, f}, (g,): {h for h in i if j}}
x = [a async for a in b] if c else {a: b for a, b in c for d in e}
x = f'{a!r:>{b}} {c=} {d:%Y} {{}} {e["f"]}' "g" 'h'
x = rf"\d{a}\{b}" f'{a:\n}' b'' if c else b'\x00' b"d"
@a.b(c)\n@d\nclass A(B, metaclass=C):\n    d: int\n    e = f
match a, b:\n    case [1, -2, *_] | (3 | 4.5 as c, 'd'):\n        pass\n    case {'e': f, **g} if h:\n        pass
match a:\n    case B.C | None | True:\n        pass\n    case D(e, f=g(h=1)) as i:\n        pass\n    case _:\n        pass
from . import a as b, c
from ..a.b import (c, d as e,)
import a.b.c as d, e
del a, b[c], (d, [e.f])
assert a, b; global c, d; print(e, file=f)
print >> a, b
type X[T: int, *Ts, **P] = dict[T, list[int] | None]
def f[T](a: T, b: dict[str, int] | None | list[T] = None) -> (yield): pass
class A[T](B[T], *c, **d): x: int = 1; y = 2
x = 0x_ff + 1_000.5e-3 * 2j // 0o17 % 0b1 @ .5
match[a] = case.b = type = type(c)
x = (a for a in b if c if d), (yield_, *z), (), [], {}
f(a for a in b)[c](*d, e, f=g, **h).i
raise a(b) from c
return_ = not a or b and not c or d
x = ~a + +b - -c
type(a).b = c
"#;
