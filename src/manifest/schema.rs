//! The JSON Schema of `plugin.json`, made from the table that the checks use.

use serde_json::{Map, Value, json};

use super::fields::{FIELDS, Field, Shape};
use super::format::{Format, NETWORK};
use crate::model::Capability;

/// The schema (draft 2020-12) that editors use.
///
/// It refuses what the checks report about types, required keys, fixed words, repeated list entries,
/// and forms of texts. What needs more than one value or knowledge of the host (ranges that leave a
/// version out, SPDX expressions, files that are not there) is the checks' alone.
#[must_use]
pub fn json_schema() -> Value {
    let mut schema = mapping(FIELDS);
    let mut out = Map::new();
    out.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
    out.insert("title".to_owned(), json!("Manifest of a Wicara plugin"));
    out.insert(
        "description".to_owned(),
        json!("plugin.json, beside the plugin's __init__.py. The host shows it in lists; registries and wicara-tool check it."),
    );
    out.append(&mut schema);
    Value::Object(out)
}

fn mapping(fields: &[Field]) -> Map<String, Value> {
    let properties: Map<String, Value> =
        fields.iter().map(|field| (field.name.to_owned(), Value::Object(property(field)))).collect();
    let required: Vec<&str> = fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let mut out = Map::new();
    out.insert("type".to_owned(), json!("object"));
    if !required.is_empty() {
        out.insert("required".to_owned(), json!(required));
    }
    out.insert("properties".to_owned(), Value::Object(properties));
    out.insert("patternProperties".to_owned(), json!({ "^x-": { "description": "Yours; nothing reads it." } }));
    out.insert("additionalProperties".to_owned(), json!(false));
    out
}

fn property(field: &Field) -> Map<String, Value> {
    let mut out = match field.shape {
        Shape::Text(format) => text(format),
        Shape::List(format) => {
            let mut out = Map::new();
            out.insert("type".to_owned(), json!("array"));
            out.insert("items".to_owned(), Value::Object(text(format)));
            out.insert("uniqueItems".to_owned(), json!(true));
            out
        }
        Shape::Object => Map::from_iter([("type".to_owned(), json!("object"))]),
        Shape::Mapping(fields) => mapping(fields),
    };
    out.insert("description".to_owned(), json!(field.about));
    let examples: Vec<Value> = field.examples.iter().filter_map(|text| serde_json::from_str(text).ok()).collect();
    if !examples.is_empty() {
        out.insert("examples".to_owned(), json!(examples));
    }
    out
}

fn text(format: Format) -> Map<String, Value> {
    let mut out = Map::from_iter([("type".to_owned(), json!("string"))]);
    if let Some(pattern) = format.pattern() {
        out.insert("pattern".to_owned(), json!(pattern));
    }
    if format == Format::Url {
        out.insert("format".to_owned(), json!("uri"));
    }
    if format == Format::Permission {
        let about = Capability::ALL.map(|one| format!("Leave to {}.", one.about()));
        out.insert(
            "anyOf".to_owned(),
            json!([
                // Editors that follow a common extension show `enumDescriptions` beside each word.
                {"enum": Capability::ALL.map(Capability::name), "enumDescriptions": about},
                {"pattern": NETWORK, "description": "Leave to make requests to this machine."},
            ]),
        );
    }
    out
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    const FORMATS: [Format; 11] = [
        Format::Line,
        Format::Prose,
        Format::Release,
        Format::Bound,
        Format::Range,
        Format::Directory,
        Format::Permission,
        Format::Url,
        Format::Kebab,
        Format::ApiVersion,
        Format::Picture,
    ];

    static SCHEMAS: LazyLock<Vec<(Format, jsonschema::Validator)>> = LazyLock::new(|| {
        let schema = |format| jsonschema::validator_for(&Value::Object(super::text(format))).unwrap();
        FORMATS.iter().map(|format| (*format, schema(*format))).collect()
    });

    fn agree(text: &str) -> Result<(), TestCaseError> {
        for (format, schema) in SCHEMAS.iter() {
            prop_assert_eq!(schema.is_valid(&json!(text)), format.accepts(text), "{:?} and {:?}", format, text);
        }
        Ok(())
    }

    #[test]
    fn patterns_and_checks_are_one() {
        let texts = [
            "",
            " ",
            "a",
            "A b",
            "a\nb",
            "a\tb",
            "a\u{202e}b",
            "\u{feff}",
            "\u{85}",
            "\u{a0}",
            "é",
            "1.0",
            "1.0.0",
            "01.0.0",
            "1.0.0-rc.1",
            "1.0.0-01",
            "1.0.0-0a",
            "1.0.0+b.1",
            "1.0.0-",
            "v1.0",
            "1.0a-",
            "1.0-1",
            "1.0b--2",
            "1!1.0",
            "1.0.post1.dev2+x.y",
            "1.0.POST1",
            ">=1.0",
            ">=1.0,<2",
            ">= 1.0 , < 2",
            ">=\n1",
            ">=1,\t<2",
            "~=1",
            "~=1.0",
            "~=1.0a1",
            "==1.*",
            "!=1.0.*",
            ">=1.*",
            "==1.0+x",
            ">=1.0+x",
            "===1.0",
            "^1.0",
            "1.0,",
            ",",
            "my-plugin",
            "My_Plugin2",
            "2x",
            "-a",
            "read:config",
            "read:all",
            "http://a",
            "https://a.b/c?d#e",
            "HTTPS://a",
            "https://",
            "https://a b",
            "https://a:80",
            "https://a:",
            "https://a:123456",
            "https://[::1]/",
            "https://u@h",
            "//a",
            "a/b.png",
            "a//b",
            "../a",
            "a/..",
            "./a",
            ".a",
            "..a",
            "...",
            "a\\b",
            "c:/x",
            "/a",
            "field-type",
            "field--type",
            "network:api.example.org",
            "network:localhost",
            "network:externl",
            "network:*.org",
            "network:a..b",
            "network:-a.b",
            "process",
            "1.0 ",
            " 1.0",
            "1.0\n",
            "١.٠",
            "1",
            "0.0",
            "1.99999999999999999999999.0",
            "https://ex\u{e4}mple.org/\u{1f600}",
            "https://\u{1f600}.org",
            "==1.0a1.*",
            "==1.0.dev1.*",
            "~=1.0+x",
            "<1.0.dev1",
            "> 1",
            ">1 .0",
            ">=1.0;<2",
            "!= 2!1.*",
        ];
        for text in texts {
            agree(text).unwrap();
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 1024, failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn patterns_and_checks_are_one_on_any_text(
            parts in prop::collection::vec(prop::sample::select(vec![
                "1", "0", "2.0", ".", "-", "_", "+", "!", "*", ".*", ",", " ", "a", "rc", "post", "dev", "v", ">=", "<", "==", "!=",
                "~=", "===", "https", "://", "/", ":", "x", "..", "\n", "é", "\u{202e}", "A", "#", "?",
            ]), 0..8)
        ) {
            agree(&parts.concat())?;
        }
    }

    #[test]
    fn the_schema_is_a_schema_and_takes_its_own_examples() {
        let schema = json_schema();
        assert!(jsonschema::meta::is_valid(&schema));
        let mut whole = Map::new();
        for field in FIELDS {
            if let Some(example) = field.examples.first() {
                whole.insert(field.name.to_owned(), serde_json::from_str(example).unwrap());
            }
        }
        let whole = Value::Object(whole);
        let errors: Vec<_> =
            jsonschema::validator_for(&schema).unwrap().iter_errors(&whole).map(|e| e.to_string()).collect();
        assert!(errors.is_empty(), "{errors:?}");
    }
}
