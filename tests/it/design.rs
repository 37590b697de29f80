//! The three example plugins of the design document, as they are written there.

use std::path::Path;
use std::process::Command;

use crate::intake::Tree;

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// `rule file:line` of each finding of `validate` in a folder, and whether the host loads the plugin.
fn judged(folder: &Path, args: &[&str]) -> (Vec<String>, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_wicara-tool"))
        .args(["validate", ".", "--no-cache", "--format", "json"])
        .args(args)
        .current_dir(folder)
        .output()
        .unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap().iter();
    let lines = findings.map(|finding| {
        let place = format!("{}:{}", finding["path"].as_str().unwrap(), finding["line"]);
        format!("{} {place}", finding["rule"].as_str().unwrap())
    });
    (lines.collect(), report["plugins"][0]["loads"].as_str().unwrap().to_owned())
}

/// What is found as it stands, and what is left after `--fix`, which works on a copy.
fn before_and_after(slug: &str) -> [(Vec<String>, String); 2] {
    let source = repository().join("fixtures/plugins").join(format!("design-{slug}"));
    let tree = Tree::new(&[]);
    for name in ["__init__.py", "plugin.py", "plugin.json"] {
        tree.write(&format!("{slug}/{name}"), &std::fs::read(source.join(name)).unwrap());
    }
    let folder = tree.path().join(slug);
    let before = judged(&folder, &[]);
    let after = judged(&folder, &["--fix"]);
    [before, after]
}

fn check(slug: &str, before: (&[&str], &str), after: (&[&str], &str)) {
    let [found, left] = before_and_after(slug);
    assert_eq!((found.0.as_slice(), found.1.as_str()), (to_strings(before.0).as_slice(), before.1), "as it stands");
    assert_eq!((left.0.as_slice(), left.1.as_str()), (to_strings(after.0).as_slice(), after.1), "after --fix");
}

fn to_strings(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn rich_text_editor() {
    // The host: cannot import name 'FieldTypePlugin' from 'app.plugins'. Mended, it loads and is never asked.
    let inert = ["hook-never-executed plugin.py:5", "field-type-breaks-site plugin.py:16"];
    let before = ["unknown-host-import plugin.py:3", inert[0], inert[1]];
    check("rich-text-editor", (&before, "no"), (&inert, "yes"));
}

#[test]
fn contact_form() {
    // The host: the import, then Can't instantiate abstract class ContactFormPlugin with abstract method init.
    // What `init` shall do, and the validator that the document forgot, only the author knows.
    let before = [
        "unknown-host-import plugin.py:3",
        "unknown-host-import plugin.py:3",
        "abstract-method-missing plugin.py:5",
        "attribute-missing plugin.py:19",
        "typed-hook-lost plugin.py:24",
    ];
    let after = [
        "abstract-method-missing plugin.py:5",
        "hook-never-executed plugin.py:5",
        "field-type-breaks-site plugin.py:16",
        "attribute-missing plugin.py:19",
    ];
    check("contact-form", (&before, "no"), (&after, "no"));
}

#[test]
fn analytics() {
    // The host: the import, then Can't instantiate abstract class AnalyticsPlugin with abstract method init.
    let before = [
        "unknown-host-import plugin.py:3",
        "unknown-host-import plugin.py:3",
        "abstract-method-missing plugin.py:5",
        "typed-hook-lost plugin.py:24",
        "hook-never-executed plugin.py:30",
    ];
    let after =
        ["abstract-method-missing plugin.py:5", "hook-never-executed plugin.py:5", "hook-never-executed plugin.py:31"];
    check("analytics", (&before, "no"), (&after, "no"));
}
