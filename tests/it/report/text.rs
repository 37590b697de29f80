//! The report for people, as they see it.

use wicara_tool::model::{Loads, Severity, Verdict};
use wicara_tool::report::{Format, Style};

use super::sample::{calm, judged, nasty, plugin, report, whole};
use super::{plain, rendered};

#[test]
fn a_calm_report_reads_like_this() {
    let expected = "✓ clean 2.0 loads

✗ my-plugin 1.0.0 does not load

  medium[missing-init]: the folder has no `__init__.py`, so the host does not
    discover it
        in: plugins/my-plugin
       see: plugins/my-plugin/plugin.py:4:7: the class that nobody will see
      help: Correct the marked place.
      more: wicara-tool explain missing-init

  high[syntax-error]: the host has no hook `after_page_rendr`
      ╭─[plugins/my-plugin/plugin.py:10:13]
    9 │         return {
   10 │             'after_page_rendr': [(self.footer, 10)],
      ·             ─────────┬────────
      ·                      ╰── did you mean `after_page_render`?
   11 │         }
      ╰────
  the host: Nothing: the host stores the handler under this name and never asks
            for it.
      help: Use the name of a hook that the host executes. `wicara-tool hooks`
            lists them with the arguments that each handler gets.
       fix: Rename the hook to `after_page_render` (`--fix` does it)
      more: wicara-tool explain syntax-error

! remark loads, with remarks

  low[syntax-error]: two plugins set `x`
     ╭─[plugins/remark/a.py:1:1]
   1 │ x = 1
     · ─
     ╰────
      help: Correct the marked place.

1 high, 1 medium, 1 low in 2 of 3 plugins; 1 can be fixed with --fix
1 suppressed; 1 file not read (`--format json` lists them)
";
    assert_eq!(plain(Format::Text, &calm()), expected);
}

fn without_codes(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("\x1b[") {
        out.push_str(before);
        rest = after.split_once('m').map_or("", |(_, after)| after);
    }
    out + rest
}

#[test]
fn colour_adds_nothing_but_colour() {
    for report in [calm(), nasty()] {
        let style = Style { colour: true, width: 80, links: false };
        let coloured = rendered(Format::Text, &report, &style);
        assert!(coloured.contains("\x1b[1;31mhigh[syntax-error]\x1b[0m"), "{coloured}");
        let trimmed = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
        assert_eq!(trimmed(&without_codes(&coloured)), trimmed(&plain(Format::Text, &report)));
    }
}

#[test]
fn prose_fits_the_terminal() {
    for width in [40, 60, 80, 120] {
        let text = rendered(Format::Text, &calm(), &Style { colour: false, width, links: false });
        // At 40 columns a label of one long word stands out of its snippet.
        let bound = |line: &&str| !line.contains("plugins/") && (width > 40 || !line.contains('·'));
        for line in text.lines().filter(bound) {
            assert!(line.chars().count() <= width, "more than {width} columns: {line}");
        }
    }
}

#[test]
fn clean_runs_are_short() {
    assert_eq!(plain(Format::Text, &report(Vec::new(), Vec::new())), "no findings in 0 plugins\n");
    let one = || plugin("hello-world", Some("1.0.0"), Verdict::Pass, Loads::Yes);
    let text = plain(Format::Text, &report(vec![one()], Vec::new()));
    assert_eq!(text, "✓ hello-world 1.0.0 loads\n\nno findings in 1 plugin\n");

    let mut plugins: Vec<_> =
        (0..1000).map(|at| plugin(&format!("p{at:04}"), None, Verdict::Pass, Loads::Yes)).collect();
    plugins[7].loads = Loads::Unknown;
    plugins[500].verdict = Verdict::Fail;
    plugins[500].loads = Loads::No;
    let finding = judged(Severity::High, "missing-init", "p0500", whole("p0500"), "no `__init__.py`");
    let expected = "✓ 998 plugins load
✓ 1 plugin passes; whether it loads cannot be told

✗ p0500 does not load

  high[missing-init]: no `__init__.py`
        in: p0500
      help: Correct the marked place.
      more: wicara-tool explain missing-init

1 high in 1 of 1000 plugins
";
    assert_eq!(plain(Format::Text, &report(plugins, vec![finding])), expected);
}

#[test]
fn plugins_of_the_same_name_are_told_apart_by_their_path() {
    let plugins =
        vec![plugin("a/twin", None, Verdict::Pass, Loads::Yes), plugin("b/twin", None, Verdict::Fail, Loads::No)];
    let finding = judged(Severity::High, "missing-init", "twin", whole("b/twin"), "no `__init__.py`");
    let text = plain(Format::Text, &report(plugins, vec![finding]));
    assert!(text.starts_with("✓ twin loads (a/twin)\n\n✗ twin does not load (b/twin)\n\n  high"), "{text}");
}
