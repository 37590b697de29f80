//! The marks under a source line stand under what is marked, whatever is in the line.

use proptest::prelude::*;
use unicode_width::UnicodeWidthChar;
use wicara_tool::model::{Related, Severity, Span};
use wicara_tool::report::{Format, Style};

use super::rendered;
use super::sample::{judged, place, report, source};

/// The line of the report that shows the source, and the one with the marks below it.
fn drawn(text: &str, marked: &str, width: usize) -> (String, String) {
    let text = source(text);
    let mut one = judged(Severity::High, "syntax-error", "p", place("p/x.py", &text, marked), "m");
    one.finding.label = "here".to_owned();
    one.help = String::new();
    let out = rendered(Format::Text, &report(Vec::new(), vec![one]), &Style { colour: false, width, links: false });
    let lines: Vec<&str> = out.lines().collect();
    let mark = lines.iter().position(|line| line.contains(['┬', '▲'])).unwrap_or_else(|| panic!("no mark in\n{out}"));
    let widest = lines.iter().map(|line| columns(line)).max().unwrap_or(0);
    assert!(widest <= width, "{widest} columns of {width}:\n{out}");
    (lines[mark - 1].to_owned(), lines[mark].to_owned())
}

fn columns(line: &str) -> usize {
    line.chars().map(|character| character.width().unwrap_or(0)).sum()
}

/// What stands above the marks.
fn above(shown: &str, marks: &str) -> String {
    let from = columns(&marks[..marks.find(['─', '┬', '▲']).expect("a mark")]);
    let to = columns(marks);
    let mut at = 0;
    let mut out = String::new();
    for character in shown.chars() {
        if (from..to).contains(&at) {
            out.push(character);
        }
        at += character.width().unwrap_or(0);
    }
    out
}

#[test]
fn marks_stand_under_what_they_mark() {
    let far_right = format!("{}NEEDLE = {}", "x = 1; ".repeat(40), "y".repeat(500));
    let far_wide = format!("'{}' + NEEDLE", "插件".repeat(300));
    let giant = format!("{}NEEDLE{}", "é+".repeat(200_000), "+ü".repeat(200_000));
    let cases = [
        ("NEEDLE = 1\n", "NEEDLE", "NEEDLE"),
        ("\tx\t= NEEDLE\n", "NEEDLE", "NEEDLE"),
        ("a\t\tb\n", "\t\t", "       "),
        ("名前 = '插件' + NEEDLE # コメント\n", "NEEDLE", "NEEDLE"),
        ("x = '插件插件'\n", "插件插件", "插件插件"),
        ("x = '\u{1f600}\u{1f680}' + NEEDLE\n", "NEEDLE", "NEEDLE"),
        ("x = '\u{1f468}\u{200d}\u{1f469}' + NEEDLE\n", "NEEDLE", "NEEDLE"),
        ("x = 'e\u{301}\u{301}' + NEEDLE\n", "NEEDLE", "NEEDLE"),
        ("first\r\nx = NEEDLE\r\nlast\r\n", "NEEDLE", "NEEDLE"),
        ("first\rx = NEEDLE\rlast", "NEEDLE", "NEEDLE"),
        ("\u{feff}NEEDLE = 1", "NEEDLE", "NEEDLE"),
        ("x = '\x1b[31m\u{202e}' + NEEDLE", "NEEDLE", "NEEDLE"),
        ("x = '\x1b'", "\x1b", "\\x1b"),
        ("x = 1 # end", "end", "end"),
        (far_right.as_str(), "NEEDLE", "NEEDLE"),
        (far_wide.as_str(), "NEEDLE", "NEEDLE"),
        (giant.as_str(), "NEEDLE", "NEEDLE"),
        (
            "class A(Base):\n    a = 1\n    b = 2\n    c = 3\n    d = 4\n",
            "class A(Base):\n    a = 1\n    b = 2\n    c = 3\n    d = 4\n",
            "class A(Base):",
        ),
    ];
    for (text, marked, expected) in cases {
        for width in [40, 80, 200] {
            let (shown, marks) = drawn(text, marked, width);
            assert_eq!(above(&shown, &marks), expected, "width {width}\n{shown}\n{marks}");
        }
    }
}

#[test]
fn marks_without_width_stand_at_their_column() {
    for (text, marked, column) in [("", "", 0), ("x = (", "", 0), ("\n", "\n", 0), ("ab  \ncd", "  \n", 2)] {
        let (shown, marks) = drawn(text, marked, 80);
        let gutter = shown.split_once('│').map_or(0, |(gutter, _)| columns(gutter) + 2);
        let at = columns(marks.split(['▲', '─', '┬']).next().unwrap());
        assert_eq!(at, gutter + column, "{shown}\n{marks}");
    }
}

#[test]
fn spans_that_do_not_fit_their_text_are_still_drawn() {
    let text = source("é = 1");
    for span in [Span::new(1, 1), Span::new(0, u32::MAX), Span::new(7, 9), Span::new(u32::MAX, u32::MAX)] {
        let mut one = judged(Severity::High, "syntax-error", "p", place("p/x.py", &text, "é"), "m");
        one.finding.place.span = Some(span);
        let out = rendered(Format::Text, &report(Vec::new(), vec![one]), &Style::default());
        assert!(out.contains("1 │ é = 1"), "{out}");
    }
}

proptest! {
    #[test]
    fn any_span_of_any_text_is_drawn(
        text in "[a-z \t\r\n\u{0}\u{1b}\u{e9}\u{301}\u{200d}\u{202e}\u{feff}\u{1f600}\u{63d2}]{0,120}",
        spans in proptest::collection::vec((0u32..200, 0u32..60), 1..5),
        label in "[a-z\n\u{63d2} ]{0,80}",
        width in 0usize..220,
    ) {
        let text = source(&text);
        let mut places = spans.iter().map(|(start, length)| {
            let mut place = place("p/x.py", &text, "");
            place.span = Some(Span::new(*start, start + length));
            place
        });
        let mut one = judged(Severity::High, "syntax-error", "p", places.next().expect("one at least"), "m");
        one.finding.label.clone_from(&label);
        one.finding.related = places.map(|place| Related { place, message: label.clone(), step: false }).collect();
        let run = report(Vec::new(), vec![one]);
        let out = rendered(Format::Text, &run, &Style { colour: false, width, links: false });
        prop_assert!(out.contains("p/x.py:") && !out.contains("Failed"), "{}", out);
        prop_assert!(!out.contains(|character: char| character.is_control() && character != '\n'), "{}", out);
        rendered(Format::Markdown, &run, &Style::default());
    }
}

#[test]
fn a_place_nearby_shares_the_snippet_and_one_far_away_is_named() {
    let body = format!("class B: pass\n\n\nclass A: pass\n{}class C: pass\n", "x = 1\n".repeat(40));
    let text = source(&body);
    let mut one = judged(Severity::High, "syntax-error", "p", place("p/x.py", &text, "A: pass"), "m");
    let related = |marked, message: &str| Related {
        place: place("p/x.py", &text, marked),
        message: message.to_owned(),
        step: false,
    };
    one.finding.related = vec![related("C: pass", "far"), related("B: pass", "near")];
    let out = rendered(Format::Text, &report(Vec::new(), vec![one]), &Style::default());
    let expected = "     ╭─[p/x.py:4:7]
   1 │ class B: pass
     ·       ───┬───
     ·          ╰── near
   2 │
   3 │
   4 │ class A: pass
     ·       ───────
   5 │ x = 1
     ╰────
       see: p/x.py:45:7: far
";
    assert!(out.contains(expected), "{out}");
}
