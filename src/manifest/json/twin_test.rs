//! The reader against `serde_json`: no fault where that reads, a fault where that refuses, never a panic.

use proptest::prelude::*;
use serde_json::Value;

use super::{Fault, parse};

fn both(text: &str) -> Result<(), TestCaseError> {
    let (node, faults) = parse(text);
    match serde_json::from_str::<Value>(text) {
        Ok(value) => {
            prop_assert!(faults.is_empty(), "{text:?} is JSON: {faults:?}");
            prop_assert_eq!(node.to_value(text), value, "{:?}", text);
        }
        Err(error) => prop_assert!(!faults.is_empty(), "{text:?} is not JSON ({error}) and passed"),
    }
    for Fault { span, mend, .. } in &faults {
        prop_assert!(text.get(span.range()).is_some(), "{text:?}: {span:?}");
        for (span, _) in mend.iter().flat_map(|mend| &mend.edits) {
            prop_assert!(text.get(span.range()).is_some(), "{text:?}: edit {span:?}");
        }
    }
    Ok(())
}

fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((any::<String>(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Text that is nearly JSON.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "{",
        "}",
        "[",
        "]",
        ",",
        ":",
        ";",
        "\"",
        "'",
        "\"a\"",
        "'b'",
        "key",
        "true",
        "True",
        "None",
        "null",
        "NaN",
        "-Infinity",
        "1",
        "-0",
        "01",
        "1.5",
        ".5",
        "5.",
        "1e9",
        "1e999",
        "0x1f",
        "1_000",
        "+3",
        "1.0.0",
        "\\",
        "\\u12",
        "\\ud800",
        "\\udc00",
        "\\n",
        "\\q",
        "\n",
        " ",
        "\t",
        "\r\n",
        "//",
        "#",
        "/*",
        "*/",
        "/",
        "\u{feff}",
        "\u{a0}",
        "\0",
        "\u{1}",
        "é",
        "\u{201c}",
        "\u{201d}",
        "=",
        "=>",
        "\"version\": \"1\"",
        "{\"a\": [",
        "]}",
        "😀",
    ]);
    prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_serde_writes_is_read_alike(value in json(), pretty in any::<bool>()) {
        let text = if pretty { serde_json::to_string_pretty(&value) } else { serde_json::to_string(&value) };
        both(&text.unwrap())?;
    }

    #[test]
    fn nearly_json_is_judged_alike(text in pieces()) {
        both(&text)?;
    }

    #[test]
    fn any_text_is_judged_alike(text in any::<String>()) {
        both(&text)?;
    }
}

#[test]
fn nesting_size_and_fault_counts_are_bounded() {
    for depth in [126, 127, 128, 129, 100_000] {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let inner = if open == "[" { "" } else { "1" };
            let text = format!("{}{inner}{}", open.repeat(depth), close.repeat(depth));
            both(&text).unwrap();
            both(&text[..text.len() / 2]).unwrap();
        }
    }
    let (_, faults) = parse(&"[".repeat(100_000));
    assert!(faults.len() < 10, "an unclosed nest is one story, not {}", faults.len());
    let (_, faults) = parse(&"[,\n".repeat(50_000));
    assert!(faults.len() <= 201, "{}", faults.len());
    for hard in ["\"\n", "'", "/*", "\"\\", "\u{a0}x", "1 ", "a b\n", "{\"a\" 1 ", "# x\n", "\\u", "\n\n\"a\n"] {
        let (_, faults) = parse(&hard.repeat(60_000));
        assert!(!faults.is_empty());
    }
}
