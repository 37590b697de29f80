//! Every kind of fault: what is said, and that its mend makes the text readable.

use super::{Fault, FaultKind, parse};
use crate::model::Safety;

fn mended(text: &str, faults: &[Fault]) -> String {
    let mut edits: Vec<_> =
        faults.iter().filter_map(|fault| fault.mend.as_ref()).flat_map(|mend| &mend.edits).collect();
    edits.sort_by_key(|(span, _)| *span);
    let (mut out, mut at) = (String::new(), 0);
    for (span, replacement) in edits {
        assert!(span.start as usize >= at, "edits overlap in {text:?}");
        out.push_str(&text[at..span.start as usize]);
        out.push_str(replacement);
        at = span.end as usize;
    }
    out + &text[at..]
}

#[test]
fn mends_restore_what_was_meant() {
    let cases = [
        ("{\"a\": 1,}", "{\"a\": 1}", "a comma after the last item: JSON has none there"),
        ("{\n  // why\n  \"a\": 1\n}", "{\n  \"a\": 1\n}", "a comment: JSON has none"),
        ("{\"a\": 1 # why\n}", "{\"a\": 1\n}", "a comment: JSON has none"),
        ("{\"a\": /* one */ 1}", "{\"a\":  1}", "a comment: JSON has none"),
        ("{\"a\": [1/**/]}", "{\"a\": [1 ]}", "a comment: JSON has none"),
        ("\u{feff}{}", "{}", "the file starts with a byte order mark"),
        ("{'a': 'it\\'s \"b\"'}", "{\"a\": \"it's \\\"b\\\"\"}", "`'` does not quote a string in JSON; only `\"` does"),
        ("{\u{201c}a\u{201d}: 1}", "{\"a\": 1}", "`\u{201c}` does not quote a string in JSON; only `\"` does"),
        ("{a: 1}", "{\"a\": 1}", "the key `a` has no quotes"),
        ("{\"a\": True}", "{\"a\": true}", "`True` is a word of Python; JSON writes `true`"),
        ("{\"a\": None}", "{\"a\": null}", "`None` is a word of Python; JSON writes `null`"),
        ("{\"a\": undefined}", "{\"a\": null}", "`undefined` is a word of JavaScript; JSON writes `null`"),
        ("{\"a\": 1\n\"b\": 2}", "{\"a\": 1,\n\"b\": 2}", "a comma is missing after this value"),
        ("[1; 2]", "[1, 2]", "JSON separates with commas, not with semicolons"),
        ("{\"a\" = 1}", "{\"a\" : 1}", "JSON has a colon between key and value"),
        ("{\"a\" 1}", "{\"a\": 1}", "there is no colon after the key"),
        ("[1,,2]", "[1,2]", "a comma with nothing before it"),
        ("[\"a\tb\"]", "[\"a\\tb\"]", "a tab inside a string"),
        ("[\"a\nb\"]", "[\"a\\nb\"]", "a line break inside a string"),
        ("[\"\\d\"]", "[\"\\\\d\"]", "`\\\\d` is not an escape of JSON"),
        ("[\"\\'\"]", "[\"'\"]", "`\\\\\\'` is not an escape of JSON"),
        ("[\"\\xe9\"]", "[\"\\u00e9\"]", "`\\\\xe9` is not an escape of JSON"),
        ("[01]", "[1]", "`01` is not a number of JSON: it has no leading zeros"),
        ("[.5]", "[0.5]", "`.5` is not a number of JSON: it needs a digit before the point"),
        ("[5.]", "[5.0]", "`5.` is not a number of JSON: it needs a digit after the point"),
        ("[+1]", "[1]", "`+1` is not a number of JSON: it has no leading plus sign"),
        ("[1_000]", "[1000]", "`1_000` is not a number of JSON: it has no underscores"),
        ("[0x10]", "[16]", "`0x10` is not a number of JSON: it has no hexadecimal"),
        ("{\"version\": 1.0.0}", "{\"version\": \"1.0.0\"}", "`1.0.0` is not a number; text needs quotes"),
        ("[My Plugin]", "[\"My Plugin\"]", "`My Plugin` is text without quotes"),
        ("[1,\u{a0}2]", "[1, 2]", "U+00A0 is not white space to JSON"),
        ("{\"a\": \"x,\n \"b\": 1}", "{\"a\": \"x\",\n \"b\": 1}", "the string is never closed"),
    ];
    for (text, wanted, words) in cases {
        let (node, faults) = parse(text);
        let messages: Vec<_> = faults.iter().map(|fault| fault.message.as_str()).collect();
        assert!(messages.iter().all(|message| *message == words), "{text:?}: {messages:?}");
        let mended = mended(text, &faults);
        assert_eq!(mended, wanted, "{text:?}");
        let (after, left) = parse(&mended);
        assert!(left.is_empty(), "{mended:?}: {left:?}");
        if !["0", "+", "_", "5"].iter().any(|odd| text.contains(odd)) {
            assert_eq!(node.to_value(text), after.to_value(&mended), "the tree already says what was meant: {text:?}");
        }
    }
}

#[test]
fn what_cannot_be_mended_is_named() {
    let cases = [
        ("", FaultKind::Broken, "the file is empty: it holds no JSON value"),
        ("{\"a\": 1", FaultKind::Broken, "`{` is never closed"),
        ("{\"a\": [1}", FaultKind::Broken, "`[` is never closed"),
        ("{\"a\": }", FaultKind::Broken, "a value is missing here"),
        ("{\"a\"}", FaultKind::Broken, "the key has no value"),
        ("{\"a\": 1]}", FaultKind::Broken, "`]` has no place here"),
        ("{} {}", FaultKind::Broken, "text after the end of the JSON value"),
        ("[\"\\u12\"]", FaultKind::Broken, "`\\u` needs four hexadecimal digits"),
        ("[NaN]", FaultKind::Nonstandard, "`NaN` is not JSON"),
        ("[-Infinity]", FaultKind::Nonstandard, "`-Infinity` is not JSON"),
        ("[1e999]", FaultKind::Nonstandard, "the number is too large for most readers of JSON"),
        ("[\"\\ud83d\"]", FaultKind::Nonstandard, "`\\ud83d` is half of a surrogate pair"),
        ("[1 /* x", FaultKind::Comment, "a comment that is never closed"),
        ("[@@]", FaultKind::Broken, "`@@` is text without quotes"),
        ("[\0]", FaultKind::Broken, "`\\0` has no place here"),
    ];
    for (text, kind, words) in cases {
        let (_, faults) = parse(text);
        let said: Vec<_> = faults.iter().map(|fault| (fault.kind, fault.message.as_str())).collect();
        assert_eq!(said, [(kind, words)], "{text:?}");
        let safe = |fault: &Fault| fault.mend.as_ref().is_some_and(|mend| mend.safety == Safety::Safe);
        assert!(!faults.iter().any(safe), "{text:?}");
    }
}

#[test]
fn all_faults_of_a_text_are_found_in_one_go() {
    let text =
        "{\n  // one\n  'name': \"A\"\n  \"version\": \"1.0.0\",\n  \"author\": None,\n  \"description\": \"x\",\n}\n";
    let (node, faults) = parse(text);
    let kinds: Vec<_> = faults.iter().map(|fault| fault.kind).collect();
    let (b, c, t) = (FaultKind::Broken, FaultKind::Comment, FaultKind::TrailingComma);
    assert_eq!(kinds, [c, b, b, b, t]);
    let value = node.to_value(text);
    assert_eq!(value["name"], "A");
    assert_eq!(value["description"], "x");
    let (_, left) = parse(&mended(text, &faults));
    assert!(left.is_empty(), "{left:?}");
}
