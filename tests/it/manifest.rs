//! `plugin.json`: the schema and the checks refuse the same fixtures, and safe fixes lead where the fixtures say.

use std::fs;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use proptest::prelude::*;
use serde_json::Value;
use wicara_tool::manifest::{self, Checked};
use wicara_tool::model::{Decoded, Edit, FileState, Finding, Origin, Plugin, PluginFile, RelPath, Safety, Source};
use wicara_tool::rules::Host;
use wicara_tool::rules::fixture::{self, CasePlugin};

/// Rules about what a schema can say.
const OF_THE_SCHEMA: &[&str] = &[
    "manifest-api-version",
    "manifest-bound-syntax",
    "manifest-dependency",
    "manifest-hidden-character",
    "manifest-key-missing",
    "manifest-key-unknown",
    "manifest-not-object",
    "manifest-null",
    "manifest-permission-unknown",
    "manifest-registry-key",
    "manifest-requires-syntax",
    "manifest-tag",
    "manifest-text-empty",
    "manifest-type",
    "manifest-url",
    "manifest-value-duplicate",
    "manifest-version-path",
    "manifest-version-semver",
];

static HOST: LazyLock<Host> = LazyLock::new(|| Host::load(None).unwrap());

/// A plugin without a file of its own.
static CASE: LazyLock<CasePlugin> = LazyLock::new(|| {
    let fixture = fixture::parse("#: case any\n#: empty __init__.py\n").unwrap();
    fixture.cases.into_iter().next().unwrap().plugins.remove(0)
});
static SCHEMA: LazyLock<jsonschema::Validator> =
    LazyLock::new(|| jsonschema::validator_for(&manifest::json_schema()).unwrap());

/// Every plugin of every fixture, with the fixture's and the case's name.
fn cases() -> Vec<(String, CasePlugin)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/rules");
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let stem = path.file_stem().unwrap().to_string_lossy().into_owned();
        for case in fixture::parse(&fs::read_to_string(&path).unwrap()).unwrap().cases {
            found.extend(case.plugins.into_iter().map(|plugin| (format!("{stem}: {}", case.name), plugin)));
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found
}

fn plugin(case: &CasePlugin, manifest: Vec<u8>) -> Plugin {
    let file = |path: &str, bytes: Vec<u8>| PluginFile {
        path: RelPath::new(path).unwrap(),
        size: bytes.len() as u64,
        executable: false,
        head: Vec::new(),
        state: FileState::Read(Arc::new(Source::new(bytes))),
    };
    let others = case.files.iter().filter(|other| other.path != manifest::FILE);
    let mut files: Vec<_> = others.map(|other| file(&other.path, other.bytes())).collect();
    files.push(file(manifest::FILE, manifest));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Plugin { slug: case.folder.clone(), root: case.folder.clone(), origin: Origin::Folder, files }
}

fn judged(case: &CasePlugin, manifest: Vec<u8>) -> Checked {
    manifest::check(&plugin(case, manifest), &HOST, None)
}

fn has(findings: &[Finding], rule: &str) -> bool {
    findings.iter().any(|finding| finding.rule.as_str() == rule)
}

/// Whether schema and checks agree on a manifest; `None` when it is no JSON, else whether it is accepted.
fn agreed(name: &str, case: &CasePlugin, manifest: Vec<u8>) -> Option<bool> {
    let value = serde_json::from_slice::<Value>(&manifest).ok()?;
    let checked = judged(case, manifest);
    let version = value["version"].as_str().unwrap_or_default();
    let semver = !has(&checked.findings, "manifest-version-pep440") || semver::Version::parse(version).is_ok();
    // A picture that is not there is beyond a schema; one that cannot be there is not.
    let picture = checked.findings.iter().any(|finding| finding.message.contains("neither an address"));
    let wanted = semver && !picture && !OF_THE_SCHEMA.iter().any(|rule| has(&checked.findings, rule));
    let errors: Vec<_> = SCHEMA.iter_errors(&value).map(|error| error.to_string()).collect();
    assert_eq!(errors.is_empty(), wanted, "{name}: {value} {errors:?}, {:?}", checked.findings);
    Some(wanted)
}

#[test]
fn schema_and_checks_refuse_the_same_manifests() {
    let (mut accepted, mut refused) = (0, 0);
    for (name, case) in cases() {
        let Some(file) = case.files.iter().find(|file| file.path == manifest::FILE) else { continue };
        match agreed(&name, &case, file.bytes()) {
            Some(true) => accepted += 1,
            Some(false) => refused += 1,
            None => {}
        }
    }
    assert!(accepted > 60 && refused > 60, "{accepted} accepted, {refused} refused");
}

fn apply(text: &str, findings: &[Finding]) -> Option<String> {
    let fixes = findings.iter().filter_map(|finding| finding.fix.as_ref());
    let mut edits: Vec<&Edit> = fixes.filter(|fix| fix.safety == Safety::Safe).flat_map(|fix| &fix.edits).collect();
    edits.sort_by_key(|edit| edit.span);
    let (mut out, mut at) = (String::new(), 0);
    for edit in &edits {
        let span = edit.span.range();
        if span.start >= at {
            out.push_str(&text[at..span.start]);
            out.push_str(&edit.replacement);
            at = span.end;
        }
    }
    out.push_str(&text[at..]);
    (!edits.is_empty()).then_some(out)
}

/// Applies safe fixes until there are none.
fn mended(case: &CasePlugin, mut text: String) -> String {
    for _ in 0..40 {
        match apply(&text, &judged(case, text.clone().into_bytes()).findings) {
            Some(next) => text = next,
            None => return text,
        }
    }
    panic!("safe fixes find no end: {text}");
}

#[test]
fn safe_fixes_lead_where_the_fixtures_say() {
    let mut count = 0;
    for (name, case) in cases() {
        let Some(file) = case.files.iter().find(|file| file.path == manifest::FILE) else { continue };
        let Some(wanted) = case.fixed.iter().find(|file| file.path == manifest::FILE) else { continue };
        let text = String::from_utf8(file.bytes()).unwrap();
        assert_eq!(mended(&case, text), wanted.text, "{name}");
        count += 1;
    }
    assert!(count > 30, "{count}");
}

/// Members as people write them, rightly and wrongly.
fn members() -> impl Strategy<Value = String> {
    let key = prop::sample::select(vec![
        "name",
        "version",
        "author",
        "description",
        "license",
        "homepage",
        "author_url",
        "tags",
        "keywords",
        "category",
        "screenshots",
        "min_version",
        "max_version",
        "requires",
        "depends_on",
        "permissions",
        "api_version",
        "config_schema",
        "$schema",
        "auther",
        "licence",
        "minVersion",
        "checksum",
        "x-note",
        "requires_wicara",
        "wicara",
        "python",
        "",
    ]);
    let value = prop::sample::select(vec![
        "null",
        "true",
        "1",
        "1.0",
        "\"\"",
        "\" \"",
        "\"A\"",
        "\"1.0.0\"",
        "\"1.0\"",
        "\">=1.0\"",
        "\"^1.2\"",
        "\"<2\"",
        "\"MIT\"",
        "\"mit OR\"",
        "\"https://example.org\"",
        "\"http://a\"",
        "\"www.a.b\"",
        "\"read:config\"",
        "\"config:read\"",
        "\"a\\u202e\"",
        "\"a\\n\"",
        "\"Field Type\"",
        "\"\\u00e9\"",
        "\"\u{1f600}\"",
        "[]",
        "[null]",
        "[\"a\"]",
        "[\"a\", \"a\"]",
        "[\"A b\", 1]",
        "[\"my-plugin\"]",
        "[\"base>=1.0\"]",
        "[\"config:read\", \"read:config\"]",
        "[\"../x\", \"x.png\"]",
        "{}",
        "{\"wicara\": \">=1.0\"}",
        "{\"wicara\": \"^1.0\", \"python\": null}",
        "{\"python\": 3.9, \"flask\": 1}",
        "{\"wicara\": \">=2\"}",
    ]);
    // Most of the time what JSON wants; now and then something else.
    let colon = prop::sample::select(vec![": ", ": ", ": ", ": ", ":", " = ", " ", ": // why\n"]);
    let comma = prop::sample::select(vec![", ", ",\n  ", ",\n  ", ",\n  ", ",,", "\n", "; ", ", # x\n", " /* x */, "]);
    let member =
        (key, colon, value, comma).prop_map(|(key, colon, value, comma)| format!("\"{key}\"{colon}{value}{comma}"));
    prop::collection::vec(member, 0..8).prop_map(|members| members.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_manifest_is_judged_and_mended(members in members(), whole in any::<bool>(), tail in 0_usize..4) {
        let case = &*CASE;
        let start = if whole { "\"name\": \"A\", \"version\": \"1.0.0\", \"author\": \"B\", \"description\": \"C\", " } else { "" };
        let text = format!("{{{start}{members}\"x-end\": {}}}", ["1", "NaN", "'\u{e9}'", "[1,]"][tail]);
        agreed("any", case, text.clone().into_bytes());
        let readable = judged(case, text.clone().into_bytes()).manifest.map(|manifest| manifest.readable);
        // Python reads NaN, and serde_json does not.
        prop_assert_eq!(readable, Some(serde_json::from_str::<Value>(&text.replace("NaN", "1")).is_ok()), "{}", &text);
        agreed("mended", case, mended(case, text).into_bytes());
    }
}

#[test]
fn hostile_manifests_are_judged_like_others() {
    let good = "{\"name\": \"A\", \"version\": \"1.0.0\", \"author\": \"B\", \"description\": \"C\"";
    let long = "9".repeat(100_000);
    for tail in [
        format!(", \"x-deep\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000)),
        format!(", \"tags\": [{}]}}", vec!["\"a\""; 20_000].join(",")),
        format!(", \"min_version\": \"{long}.{long}\"}}"),
        format!(", \"requires\": {{\"wicara\": \">={long}\", \"python\": \"{}\"}}}}", vec![">=3.9"; 5_000].join(",")),
        format!(", \"license\": \"{}MIT\"}}", "(".repeat(100_000)),
        format!(", \"license\": \"{}MIT\"}}", "MIT OR ".repeat(20_000)),
        format!(", {}}}", (0..3_000).map(|at| format!("\"k{at}\": 1")).collect::<Vec<_>>().join(",")),
        format!(", {}}}", vec!["\"name\": 1"; 5_000].join(",")),
        "\0".repeat(100_000),
        "\u{202e}".repeat(10_000),
        "{\"".repeat(50_000),
    ] {
        let checked = judged(&CASE, format!("{good}{tail}").into_bytes());
        assert!(
            !checked.findings.is_empty() || tail.contains("MIT OR"),
            "{}",
            tail.chars().take(40).collect::<String>()
        );
        assert!(checked.findings.len() <= 501, "{}", checked.findings.len());
    }
    let checked = judged(&CASE, vec![0xff; 1 << 20]);
    assert!(has(&checked.findings, "manifest-encoding"));
    assert!(matches!(Source::new(vec![0xff]).decoded(), Decoded::Invalid(0)));
}
