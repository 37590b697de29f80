//! Machine formats against their schemas, offline.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value;
use wicara_tool::model::{Severity, SuppressedBy, Suppression};
use wicara_tool::report::{Format, json_schema};
use wicara_tool::rules::RuleSet;

use super::plain;
use super::sample::{calm, judged, nasty, report, whole};

fn schema(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas").join(name)
}

fn violations(schema: &Value, text: &str) -> Vec<String> {
    let value: Value = serde_json::from_str(text).expect("the output is JSON");
    let validator = jsonschema::validator_for(schema).expect("the schema itself is valid");
    validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect()
}

#[test]
fn json_reports_fit_their_own_schema() {
    for report in [calm(), nasty(), report(Vec::new(), Vec::new())] {
        assert_eq!(violations(&json_schema(), &plain(Format::Json, &report)), Vec::<String>::new());
    }
}

#[test]
fn the_schema_of_json_reports_is_strict_everywhere() {
    fn check(schema: &Value, path: &str) {
        if let Value::Object(map) = schema {
            if let Some(properties) = map.get("properties").and_then(Value::as_object) {
                assert_eq!(map.get("additionalProperties"), Some(&Value::Bool(false)), "{path} is open");
                let required = map["required"].as_array().map_or(0, Vec::len);
                assert_eq!(required, properties.len(), "{path} has optional properties");
            }
            map.iter().for_each(|(key, value)| check(value, &format!("{path}/{key}")));
        }
    }
    check(&json_schema(), "");
    let text = plain(Format::Json, &calm());
    for (from, to) in [
        ("\"severity\": \"high\"", "\"severity\": \"fatal\""),
        ("\"line\": 10", "\"line\": 0"),
        ("\"slug\"", "\"slugs\""),
        ("\"version\": 1,", "\"version\": 2,"),
    ] {
        assert!(text.contains(from), "{from} is not in the report");
        assert!(!violations(&json_schema(), &text.replace(from, to)).is_empty(), "{to} was accepted");
    }
}

#[test]
fn sarif_passes_the_official_schema() {
    let text =
        std::fs::read_to_string(schema("sarif-2.1.0.schema.json")).expect("tests/schemas holds the SARIF schema");
    let schema: Value = serde_json::from_str(&text).expect("the SARIF schema is JSON");
    let mut every_rule = Vec::new();
    for id in RuleSet::embedded().ids() {
        let mut one = judged(Severity::Low, id.as_str(), "p", whole("p"), "m");
        one.suppressed = Some(Suppression { by: SuppressedBy::Settings, reason: "r".to_owned() });
        every_rule.push(one);
    }
    for report in [calm(), nasty(), report(Vec::new(), Vec::new()), report(Vec::new(), every_rule)] {
        assert_eq!(violations(&schema, &plain(Format::Sarif, &report)), Vec::<String>::new());
    }
    let wrong = plain(Format::Sarif, &calm()).replace("\"level\": \"error\"", "\"level\": \"high\"");
    assert!(!violations(&schema, &wrong).is_empty(), "the schema accepts anything");
}

/// Asks `xmllint` or, where it is not installed, Python's lxml, which `pip` brings into the target folder.
fn validated(xsd: &Path, xml: &Path) -> Output {
    let asked = Command::new("xmllint").args(["--nonet", "--noout", "--schema"]).args([xsd, xml]).output();
    if let Ok(output) = asked {
        return output;
    }
    const SCRIPT: &str = "import sys; from lxml import etree; \
        etree.XMLSchema(etree.parse(sys.argv[1])).assertValid(etree.parse(sys.argv[2]))";
    let lxml = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lxml");
    if !lxml.join("lxml").is_dir() {
        let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target"];
        let status = Command::new("python3").args(pip).arg(&lxml).arg("lxml").status();
        assert!(status.is_ok_and(|status| status.success()), "this test needs `xmllint`, or `pip` to install lxml");
    }
    let python = Command::new("python3").arg("-c").arg(SCRIPT).args([xsd, xml]).env("PYTHONPATH", lxml).output();
    python.expect("python3 must be there")
}

#[test]
fn junit_passes_the_ant_schema() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let validate = |xml: &str| {
        let file = folder.path().join("report.xml");
        std::fs::write(&file, xml).expect("the temporary folder takes a file");
        let output = validated(&schema("junit.xsd"), &file);
        (output.status.success(), String::from_utf8_lossy(&output.stderr).into_owned())
    };
    for report in [calm(), nasty(), report(Vec::new(), Vec::new())] {
        let (valid, errors) = validate(&plain(Format::Junit, &report));
        assert!(valid, "{errors}");
    }
    let (valid, _) = validate(&plain(Format::Junit, &calm()).replace("hostname", "host"));
    assert!(!valid, "the schema accepts anything");
}
