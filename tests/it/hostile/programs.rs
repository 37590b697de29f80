//! Programs that are written to take for ever or all memory, through the whole tool.

use std::time::Duration;

use crate::intake::Tree;

use super::bounds::validate;

const PLUGIN: &str = "
class P(BasePlugin):
    def get_metadata(self):
        return {'name': 'A', 'version': '1.0.0', 'author': 'a', 'description': 'd'}

    def init(self, app):
        pass
";

const LONGEST: Duration = Duration::from_secs(20);

/// KiB; the tool alone needs about 20,000 of them in a debug build.
const PEAK: u64 = 200 * 1024;

fn each(count: usize, line: impl Fn(usize) -> String) -> String {
    (0..count).map(line).collect()
}

fn nested(count: usize, line: impl Fn(usize) -> String, last: &str) -> String {
    each(count, |depth| format!("{}{}\n", " ".repeat(depth), line(depth))) + &" ".repeat(count) + last + "\n"
}

fn abstract_methods(count: usize) -> String {
    each(count, |n| format!("    @abstractmethod\n    def m_{n}(self): ...\n"))
}

/// What each does, and the code before the plugin's class.
fn programs() -> Vec<(&'static str, String)> {
    let table = |keys| format!("d = {{{}}}\n", each(keys, |n| format!("'k{n}': {n}, ")));
    let list = |items| format!("d = [{}]\n", each(items, |n| format!("{n}, ")));
    let calls = |body: &str| each(22, |n| format!("def f{n}(*x):\n    {}\n", body.replace('N', &(n + 1).to_string())));
    vec![
        ("branches", each(2_000, |n| format!("if os.x:\n    a{n} = {n}\nelse:\n    a{n} = None\n"))),
        ("loops", "r = [1, 2, 3, 4]\n".to_owned() + &nested(30, |n| format!("for i{n} in r:"), "y = i1")),
        ("comprehensions", format!("r = list(range(256))\nx = [1 {}]\n", each(8, |n| format!("for i{n} in r ")))),
        ("calls that fan out", calls("fN(*x); return fN(*x)") + "def f22(*x): return x\nf0(1)\n"),
        ("arguments that double", calls("return fN(*x, *x)") + "def f22(*x): return x\nf0(1, 2, 3)\n"),
        (
            "functions that call one another",
            "def a(n): return b(n) or b(n)\ndef b(n): return a(n) or a(n)\na(1)\n".into(),
        ),
        ("lists that double", "d = [1]\n".to_owned() + &"d = d + d\n".repeat(60)),
        ("stars that double", "d = (1,)\n".to_owned() + &"d = (*d, *d)\n".repeat(60)),
        ("texts that double", "x = 'ab'\n".to_owned() + &"x = x + x\n".repeat(60)),
        ("formats that double", "x = '%s' + 'a' * 60000\n".to_owned() + &"x = x % x\n".repeat(60)),
        ("replacing", "x = 'a' * 60000\n".to_owned() + &"y = x.replace('a', x)\n".repeat(50)),
        ("repeating", "x = 'a' * 10**9\ny = [1] * 10**9\nz = 10 ** 10 ** 10\nf'{1:1000000000}'\n".into()),
        (
            "pairs of pairs",
            "d = e = ()\n".to_owned() + &"d = (d, d)\ne = (e, e)\n".repeat(60) + "x = d if os.x else e\n",
        ),
        ("a chain of attributes", "d = e = os.x\n".to_owned() + &"d = d.a()\n".repeat(20_000)),
        ("a large dict that is copied", table(4_000) + &"e = {**d}\n".repeat(500)),
        ("a large dict in branches", table(20_000) + &"if os.x:\n    d['z'] = 1\n".repeat(500)),
        ("a large list that is walked", list(20_000) + &"for x in d:\n    pass\n".repeat(500)),
        ("zip", list(4_000) + &"y = list(zip(d, d, d, d, d))\n".repeat(500)),
        ("deep classes", "class C0: pass\n".to_owned() + &each(3_000, |n| format!("class C{}(C{n}): pass\n", n + 1))),
        (
            "handlers of exceptions that do not exist",
            "try:\n    os.x()\n".to_owned() + &each(5_000, |n| format!("except E{n}:\n    a{n} = 1\n")),
        ),
        ("statements with such handlers", each(5_000, |n| format!("try:\n    os.x()\nexcept E{n}:\n    a{n} = 1\n"))),
        ("modules that do not exist", each(10_000, |n| format!("import nope_{n}\n"))),
        ("names of modules that do not exist", each(10_000, |n| format!("from nope_{n} import x\n"))),
        (
            "names that the host does not have",
            each(3_000, |n| format!("from app.plugins import FilterPlugin as a{n}\n")),
        ),
        ("names that a library does not have", each(5_000, |n| format!("os.x{n}\n"))),
        (
            "pages that everybody can open",
            "from flask import Blueprint\nbp = Blueprint('p', __name__)\n".to_owned()
                + &each(3_000, |n| format!("@bp.route('/admin/{n}')\ndef v{n}(): return 'x'\n")),
        ),
        (
            "names of hooks that are nearly right",
            format!(
                "class H(BasePlugin):\n    def get_metadata(self): return {{}}\n    def init(self, app): pass\n    \
                 def h(self, html, page): return html\n    def get_hooks(self):\n        return {{{}}}\n",
                each(3_000, |n| format!("'after_page_rendr{n}': self.h, "))
            ),
        ),
        ("abstract methods", "class A(BasePlugin):\n".to_owned() + &abstract_methods(5_000)),
        (
            "abstract methods of a base class",
            format!("class Z(BasePlugin):\n{}class Y(Z):\n    def m_x(self): ...\n", abstract_methods(5_000)),
        ),
        (
            "decorators",
            "def d(f):\n    return lambda *a: f(*a)\n".to_owned() + &"@d\n".repeat(3_000) + "def f(): pass\nf()\n",
        ),
    ]
}

#[test]
fn no_program_takes_long_or_much_memory() {
    for (name, program) in programs() {
        let tree = Tree::new(&[(
            "p/__init__.py",
            &format!(
                "import os\nfrom abc import abstractmethod\nfrom app.plugins import BasePlugin\n{program}{PLUGIN}"
            ),
        )]);
        let ended = validate(&tree.path(), &["p"]);
        assert!(matches!(ended.code, Some(0 | 1)), "{name}: {:?}\n{}", ended.code, ended.output);
        assert!(!ended.output.contains("internal-error"), "{name}: {}", ended.output);
        assert!(ended.peak <= PEAK, "{name}: {} KiB", ended.peak);
        assert!(ended.took <= LONGEST, "{name}: {:?}", ended.took);
    }
}
