//! Templates and drawings that are written to take for ever or all memory, through the whole tool.

use std::time::Duration;

use crate::intake::Tree;

use super::bounds::validate;

const LONGEST: Duration = Duration::from_secs(20);

/// KiB.
const PEAK: u64 = 200 * 1024;

/// What each does, and its text.
fn pages() -> Vec<(&'static str, String)> {
    let many = |text: &str, bytes: usize| text.repeat(bytes / text.len());
    let each = |count: usize, line: &dyn Fn(usize) -> String| -> String { (0..count).map(line).collect() };
    vec![
        ("brackets", "{{ ".to_owned() + &many("(", 1_000_000)),
        ("a long sum", "{{ a".to_owned() + &many("+b", 900_000) + " }}"),
        ("a long chain", "{{ a".to_owned() + &many(".b(c)|d", 900_000) + "|safe }}"),
        ("indices", "{{ a".to_owned() + &many("[b", 400_000) + &many("]", 200_000) + " }}"),
        ("conditionals", "{{ ".to_owned() + &many("a if b else ", 900_000) + "c|safe }}"),
        ("not", "{{ ".to_owned() + &many("not ", 900_000) + "a }}"),
        ("blocks in blocks", many("{% if a %}", 900_000)),
        ("branches", "{% if a %}".to_owned() + &many("{% elif b %}<p>", 900_000) + "{% endif %}"),
        (
            "branches in a tag",
            format!("<p {}", each(100, &|n| format!("a{n}=b ")))
                + &many("{% if a %}c=d{% else %}e=f{% endif %}", 900_000)
                + ">",
        ),
        ("blocks with names", each(30_000, &|n| format!("{{% block b{n} %}}{{% endblock %}}"))),
        ("names", each(30_000, &|n| format!("{{% set a{n} = a{} ~ a %}}", n.max(1) - 1)) + "{{ a29999|safe }}"),
        ("loops", many("{% for a, b in c %}{{ a|safe }}{% endfor %}", 900_000)),
        ("outputs in a script", "<script>".to_owned() + &many("x={{ a }};", 900_000) + "</script>"),
        ("scripts", many("<script>a()</script>", 900_000)),
        ("scripts that do not end", many("<script>/*", 900_000)),
        ("handlers", many("<p onclick='a()'>", 900_000)),
        ("attributes", "<p ".to_owned() + &each(80_000, &|n| format!("on{n:04}=b ")) + ">"),
        ("values", "<p a=\"".to_owned() + &many("{{ b }}", 900_000) + "\">"),
        ("forms", many("<form method=post>{{ a }}", 900_000)),
        ("tags that do not end", many("<p ", 900_000)),
        ("comments that do not end", many("<!--", 900_000)),
        ("comments of Jinja", many("{#", 900_000)),
        ("raw", many("{% raw %}", 900_000)),
        ("declarations", many("<!DOCTYPE a [<!ENTITY b \"&c;\">", 900_000)),
        ("blanks", "{{".to_owned() + &many(" \n", 900_000)),
        ("quotes", "{{ '".to_owned() + &many("\\'", 900_000)),
        ("trimmed", "<script>".to_owned() + &many("{%- set a = 1 -%} \n", 900_000)),
    ]
}

#[test]
fn no_page_takes_long_or_much_memory() {
    let mut wrong = Vec::new();
    for (name, page) in pages() {
        assert!(page.len() < 1_048_576, "{name}: {}", page.len());
        for path in ["p/templates/p/a.html", "p/static/a.svg"] {
            let tree = Tree::new(&[("p/__init__.py", ""), (path, &page)]);
            let ended = validate(&tree.path(), &["p"]);
            let judged = matches!(ended.code, Some(0 | 1)) && !ended.output.contains("internal-error");
            if !judged || ended.took > LONGEST || ended.peak > PEAK {
                let end: String = ended.output.chars().take(300).collect();
                wrong.push(format!("{name}: {path}: {:?}, {:?}, {} KiB\n{end}", ended.code, ended.took, ended.peak));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
