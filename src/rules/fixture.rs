//! The text format of `fixtures/rules/<rule-id>.py`: several small plugins in one file, each with the
//! findings that it must have. `explain` cuts its examples from it; the tests demand it.

pub use super::fixture_file::{CaseFile, Encoding};

/// One fixture file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Fixture {
    /// Its cases, in order.
    pub cases: Vec<Case>,
}

/// One case: one run over one plugin, or over a collection when there are several.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Case {
    /// Its name.
    pub name: String,
    /// The line of the fixture where it starts, from 1.
    pub line: usize,
    /// The host version to judge against, if it matters.
    pub host: Option<String>,
    /// Its plugins, in order.
    pub plugins: Vec<CasePlugin>,
}

/// One plugin of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CasePlugin {
    /// The folder's name.
    pub folder: String,
    /// Its files.
    pub files: Vec<CaseFile>,
    /// What files must hold after the safe fixes.
    pub fixed: Vec<CaseFile>,
    /// What must be found, and what must not.
    pub marks: Vec<Mark>,
}

/// A demand on one place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Mark {
    /// Path from the plugin's root; empty for the plugin itself.
    pub path: String,
    /// From 1; `None`: a finding without a place in the text.
    pub line: Option<usize>,
    /// The rule's id.
    pub rule: String,
    /// `expect`, or `ok`.
    pub wanted: bool,
}

/// What is wrong with a fixture.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct FixtureError {
    /// Line of the fixture, from 1.
    pub line: usize,
    /// What.
    pub message: String,
}

/// What `#: loads` stands for.
const LOADS: &str = r#"from flask import Blueprint

from app.plugins import BasePlugin

files = Blueprint(
    "my_plugin", __name__, template_folder="templates", static_folder="static", url_prefix="/plugins/my-plugin"
)


class MyPlugin(BasePlugin):
    def get_metadata(self):
        return {"name": "My Plugin", "version": "1.0.0", "author": "Pat", "description": "An example."}

    def init(self, app):
        app.register_blueprint(files)
"#;

/// Where the lines between two directives go.
#[derive(Default)]
enum Target {
    #[default]
    Nowhere,
    File,
    Fixed,
}

/// Reads a fixture.
///
/// # Errors
///
/// The first line that is no fixture: an unknown directive, text outside a file, a repeated name.
pub fn parse(text: &str) -> Result<Fixture, FixtureError> {
    let mut fixture = Fixture::default();
    let mut target = Target::Nowhere;
    for (at, line) in text.lines().enumerate() {
        let fault = |message: String| FixtureError { line: at + 1, message };
        let Some(directive) = line.strip_prefix("#: ") else {
            let plugin = fixture.cases.last_mut().and_then(|case| case.plugins.last_mut());
            match (&target, plugin) {
                (Target::File, Some(plugin)) => add_line(plugin, line),
                (Target::Fixed, Some(plugin)) => {
                    if let Some(file) = plugin.fixed.last_mut() {
                        file.text.push_str(line);
                        file.text.push('\n');
                    }
                }
                _ if line.trim().is_empty() || line.starts_with('#') => {}
                _ => return Err(fault("text outside a file".to_owned())),
            }
            continue;
        };
        let (word, rest) = directive.trim().split_once(' ').unwrap_or((directive.trim(), ""));
        let rest = rest.trim();
        if word == "case" {
            if rest.is_empty() || fixture.cases.iter().any(|case| case.name == rest) {
                return Err(fault(format!("a case needs a name of its own, not `{rest}`")));
            }
            fixture.cases.push(Case { name: rest.to_owned(), line: at + 1, ..Case::default() });
            target = Target::Nowhere;
            continue;
        }
        let Some(case) = fixture.cases.last_mut() else {
            return Err(fault(format!("`{word}` stands before the first case")));
        };
        target = directive_in(case, word, rest).map_err(fault)?;
    }
    for file in fixture.cases.iter_mut().flat_map(|case| &mut case.plugins).flat_map(|plugin| {
        let CasePlugin { files, fixed, .. } = plugin;
        files.iter_mut().chain(fixed)
    }) {
        let body = file.text.trim_end_matches('\n').len();
        file.text.truncate(body);
        if body > 0 {
            file.text.push('\n');
        }
    }
    Ok(fixture)
}

fn directive_in(case: &mut Case, word: &str, rest: &str) -> Result<Target, String> {
    match word {
        "host" => {
            case.host = Some(rest.to_owned());
            return Ok(Target::Nowhere);
        }
        "plugin" => {
            case.plugins.push(CasePlugin::new(rest));
            return Ok(Target::Nowhere);
        }
        _ => {}
    }
    if case.plugins.is_empty() {
        case.plugins.push(CasePlugin::new("my-plugin"));
    }
    let several = case.plugins.len() > 1;
    let plugin = plugin_at_end(case)?;
    match word {
        "file" => {
            plugin.files.push(CaseFile::named(rest)?);
            Ok(Target::File)
        }
        "fixed" => {
            plugin.fixed.push(CaseFile::named(rest)?);
            Ok(Target::Fixed)
        }
        "loads" => {
            let mut file = CaseFile::named("__init__.py")?;
            LOADS.clone_into(&mut file.text);
            plugin.files.push(file);
            Ok(Target::Nowhere)
        }
        "empty" => {
            plugin.files.push(CaseFile::named(rest)?);
            Ok(Target::Nowhere)
        }
        "expect" => {
            let (rule, path) = rest.split_once(' ').ok_or("`expect` needs a rule and a path")?;
            let path = path.trim();
            let (folder, inner) = path.split_once('/').unwrap_or((path, ""));
            let (plugin, path) = match case.plugins.iter().position(|plugin| plugin.folder == folder) {
                Some(at) => (&mut case.plugins[at], inner),
                None if several => return Err(format!("no plugin `{folder}` before this line")),
                None => (plugin_at_end(case)?, if path == "." { "" } else { path }),
            };
            plugin.marks.push(Mark { path: path.to_owned(), line: None, rule: rule.to_owned(), wanted: true });
            Ok(Target::Nowhere)
        }
        _ => Err(format!("unknown directive `{word}`")),
    }
}

fn plugin_at_end(case: &mut Case) -> Result<&mut CasePlugin, String> {
    case.plugins.last_mut().ok_or_else(|| "no plugin before this line".to_owned())
}

impl CasePlugin {
    fn new(folder: &str) -> Self {
        Self { folder: folder.to_owned(), files: Vec::new(), fixed: Vec::new(), marks: Vec::new() }
    }
}

fn add_line(plugin: &mut CasePlugin, line: &str) {
    let CasePlugin { files, marks, .. } = plugin;
    let Some(file) = files.last_mut() else { return };
    let at = file.text.lines().count() + 1;
    let (kept, found) = marker(line);
    for (word, rules) in found {
        let line = Some(if word == "expect-next" { at + 1 } else { at });
        for rule in rules.split(',').map(str::trim) {
            marks.push(Mark { path: file.path.clone(), line, rule: rule.to_owned(), wanted: word != "ok" });
        }
    }
    file.text.push_str(if file.path.ends_with(".py") { line } else { kept });
    file.text.push('\n');
}

/// The line before its markers, and the markers: word and rules.
fn marker(line: &str) -> (&str, Vec<(&str, &str)>) {
    let mut kept = line.trim_end();
    let mut found = Vec::new();
    'again: loop {
        for opener in ["{# ", "# ", "// ", "<!-- ", "/* "] {
            for word in ["expect", "expect-next", "ok"] {
                let mark = format!("{opener}{word}: ");
                let Some(at) = kept.rfind(&mark) else { continue };
                let rules = kept[at + mark.len()..].trim_end_matches(['#', '}', '-', '>', '*', '/', ' ']).trim();
                let id = |rule: &str| {
                    !rule.is_empty() && rule.chars().all(|c| c.is_ascii_lowercase() || "-0123456789".contains(c))
                };
                if rules.split(',').all(|rule| id(rule.trim())) {
                    let start = at + mark.len();
                    found.push((&line[at + opener.len()..start - 2], &line[start..start + rules.len()]));
                    kept = kept[..at].trim_end();
                    continue 'again;
                }
            }
        }
        break;
    }
    if found.is_empty() { (line, found) } else { (kept, found) }
}

/// The line without its markers: what a reader of an example should see.
#[must_use]
pub fn without_markers(line: &str) -> &str {
    marker(line).0
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "\
# a note
#: case bad
#: file __init__.py
a = 1
b = [  # expect: x-y, z
]  # ok: x-y

#: file plugin.json
{\"a\": 1} // expect: m
// not a marker
#: expect whole .
#: empty static/x.css
#: fixed __init__.py
a = 2
#: case good, a collection
#: host 1.0.0
#: plugin one
#: file __init__.py encoding=latin-1
\u{e9} = 1
#: plugin two
#: file __init__.py
#: expect late one/__init__.py
";

    fn mark(path: &str, line: Option<usize>, rule: &str, wanted: bool) -> Mark {
        Mark { path: path.to_owned(), line, rule: rule.to_owned(), wanted }
    }

    #[test]
    fn cases_files_and_marks_are_read() {
        let fixture = parse(TEXT).unwrap();
        let bad = &fixture.cases[0].plugins[0];
        assert_eq!((bad.folder.as_str(), bad.files.len()), ("my-plugin", 3));
        assert_eq!(bad.files[0].text, "a = 1\nb = [  # expect: x-y, z\n]  # ok: x-y\n");
        assert_eq!(bad.files[1].text, "{\"a\": 1}\n// not a marker\n");
        assert_eq!(bad.fixed[0].text, "a = 2\n");
        let init = "__init__.py";
        assert_eq!(
            bad.marks,
            [
                mark(init, Some(2), "x-y", true),
                mark(init, Some(2), "z", true),
                mark(init, Some(3), "x-y", false),
                mark("plugin.json", Some(1), "m", true),
                mark("", None, "whole", true),
            ]
        );
        let good = &fixture.cases[1];
        assert_eq!((good.host.as_deref(), good.plugins.len()), (Some("1.0.0"), 2));
        assert_eq!(good.plugins[0].files[0].bytes(), b"\xe9 = 1\n");
        assert_eq!(good.plugins[0].marks, [mark(init, None, "late", true)]);
    }

    #[test]
    fn characters_that_editors_hide_are_written_as_escapes() {
        let text = "#: case a\n#: loads\n#: file a.bin encoding=latin-1 escaped\n\\u{7f}ELF\\u{ff}\\u{zz}\n";
        let fixture = parse(text).unwrap();
        let [init, file] = fixture.cases[0].plugins[0].files.as_slice() else { panic!("{fixture:?}") };
        assert_eq!((init.path.as_str(), init.text.as_str()), ("__init__.py", LOADS));
        assert_eq!(
            (file.text.as_str(), file.bytes().as_slice()),
            ("\\u{7f}ELF\\u{ff}\\u{zz}\n", b"\x7fELF\xff\\u{zz}\n".as_slice())
        );
    }

    #[test]
    fn what_is_no_fixture_is_refused_with_its_line() {
        for (text, line) in
            [("a = 1\n", 1), ("#: file a\n", 1), ("#: case a\n#: fil a\n", 2), ("#: case a\n#: case a\n", 2)]
        {
            assert_eq!(parse(text).unwrap_err().line, line, "{text}");
        }
    }

    #[test]
    fn several_markers_may_stand_on_one_line() {
        assert_eq!(marker("x  # ok: b  # expect: a").1, [("expect", "a"), ("ok", "b")]);
        assert_eq!(marker("<b>  {# expect: a #}"), ("<b>", vec![("expect", "a")]));
        assert_eq!(marker("x  # expect: Nothing here"), ("x  # expect: Nothing here", Vec::new()));
    }
}
