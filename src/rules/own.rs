//! Rules that users bring along: read with the place of every fault, all faults in one go.

use std::ops::Range;
use std::sync::Arc;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::suggest::nearest;
use super::{FlowFacts, Rule, RuleSet};
use crate::model::{Digest, Digester, Fault, Faults, Source, Span};

/// The folder of facts about data flow among the families.
const FLOW: &str = "flow";
/// The family of rules that stand in no folder of their own.
const FAMILY: &str = "own";

/// A file of a folder of rules.
#[derive(Clone, Debug)]
pub struct OwnFile {
    /// As shown to people.
    pub path: String,
    /// The folder that it is in, below the folder of rules; `None` when it is in that itself.
    pub family: Option<String>,
    /// The file's name without `.toml`.
    pub stem: String,
    /// Its text.
    pub source: Arc<Source>,
}

/// What users brought along.
#[derive(Debug, Default)]
pub struct OwnRules {
    /// Their rules, with id and family.
    pub rules: Vec<Rule>,
    /// Their facts about data flow.
    pub facts: FlowFacts,
    /// The digest of all their files.
    pub digest: Option<Digest>,
}

/// What the scanner understands of the words of a rule.
#[derive(Clone, Copy)]
pub struct Words<'a> {
    /// Labels of sources of data.
    pub labels: &'a [&'a str],
    /// Words for `looks`, which takes conditions of `where` as well.
    pub looks: &'a [&'a str],
    /// Whether a condition of `where` is understood, by the argument that it is about.
    pub condition: &'a dyn Fn(&str, &str) -> bool,
}

/// Reads the files of a folder of rules.
///
/// # Errors
///
/// Everything that is wrong in them, file by file.
pub fn read_own(files: &[OwnFile], words: Words<'_>) -> Result<OwnRules, Faults> {
    let known = RuleSet::embedded();
    let mut own = OwnRules::default();
    let mut faults = Faults::new();
    let flows: Vec<&OwnFile> = files.iter().filter(|file| file.family.as_deref() == Some(FLOW)).collect();
    for file in flows {
        if let Some(facts) = parsed::<FlowFacts>(file, &mut faults) {
            own.facts.extend(facts);
        }
    }
    let mut ids: Vec<&str> =
        files.iter().filter(|file| file.family.as_deref() != Some(FLOW)).map(|file| file.stem.as_str()).collect();
    for id in known.ids() {
        ids.push(id.as_str());
    }
    let labels: Vec<&str> =
        words.labels.iter().copied().chain(own.facts.source.iter().map(|source| source.label.as_str())).collect();
    for file in files.iter().filter(|file| file.family.as_deref() != Some(FLOW)) {
        let before = faults.len();
        let whole = 0..0;
        if !is_kebab(&file.stem) {
            let help = "Name it like `no-telnet.toml`: small letters, digits, and hyphens.";
            faults.push(fault(file, whole.clone(), format!("`{}` is no id of a rule", file.stem), "", help));
        } else if known.find(&file.stem).is_some() {
            let help = "Take another name. `severity` in the settings changes a rule that there is.";
            faults.push(fault(file, whole.clone(), format!("there is a rule `{}` already", file.stem), "", help));
        } else if own.rules.iter().any(|rule| rule.id == file.stem) {
            let message = format!("there are two rules `{}`", file.stem);
            faults.push(fault(file, whole.clone(), message, "", "Rename one of the two files."));
        }
        if let Some(family) = file.family.as_deref().filter(|family| !is_kebab(family)) {
            let help = "Name the folder with small letters, digits, and hyphens.";
            faults.push(fault(file, whole, format!("`{family}` is no name of a family"), "", help));
        }
        let Some(rule) = parsed::<Rule>(file, &mut faults) else { continue };
        check(file, &rule, &Words { labels: &labels, ..words }, &ids, &mut faults);
        if faults.len() == before {
            let family = file.family.as_deref().unwrap_or(FAMILY);
            own.rules.push(Rule { id: file.stem.clone(), family: leaked(family), ..rule });
        }
    }
    let mut digester = Digester::default();
    for OwnFile { path: _, family, stem, source } in files {
        digester.optional(family.as_deref());
        digester.text(stem);
        digester.digest(source.digest());
    }
    own.digest = Some(digester.finish());
    if faults.is_empty() { Ok(own) } else { Err(faults) }
}

/// A text for as long as the program runs. Rules are read once, and their names live as long as it does.
pub(super) fn leaked(text: &str) -> &'static str {
    Box::leak(text.to_owned().into_boxed_str())
}

fn is_kebab(text: &str) -> bool {
    text.split('-')
        .all(|part| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit()))
        && text.len() <= 80
}

fn fault(file: &OwnFile, span: Range<usize>, message: String, label: &str, help: &str) -> Fault {
    let place = Some((file.path.clone(), Arc::clone(&file.source), Span::of(span)));
    Fault { message, place, label: label.to_owned(), help: (!help.is_empty()).then(|| help.to_owned()) }
}

fn parsed<T: serde::de::DeserializeOwned>(file: &OwnFile, faults: &mut Faults) -> Option<T> {
    let (_, errors) = DeTable::parse_recoverable(file.source.text());
    if !errors.is_empty() {
        for error in errors {
            let message = format!("this is not TOML: {}", error.message().replace('\n', "; "));
            faults.push(fault(file, error.span().unwrap_or_default(), message, "", ""));
        }
        return None;
    }
    match toml::from_str(file.source.text()) {
        Ok(value) => Some(value),
        Err(error) => {
            let said = error.message().replace('\n', "; ");
            let help = mend(&said);
            faults.push(fault(file, error.span().unwrap_or_default(), said, "here", &help));
            None
        }
    }
}

/// Turns serde's list of what it expected into a suggestion.
fn mend(said: &str) -> String {
    let mut names = said.split('`').skip(1).step_by(2);
    let Some(wrong) = names.next().filter(|_| said.starts_with("unknown ")) else {
        return match said.strip_prefix("missing field ") {
            Some(field) => format!("Add {field}; `wicara-tool explain RULE` shows what the parts of a rule are for."),
            None => String::new(),
        };
    };
    let names: Vec<&str> = names.collect();
    match nearest(wrong, names.iter().copied()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!("Known: {}.", names.join(", ")),
    }
}

fn check(file: &OwnFile, rule: &Rule, words: &Words<'_>, ids: &[&str], faults: &mut Faults) {
    let (table, _) = DeTable::parse_recoverable(file.source.text());
    let table = table.get_ref();
    for (name, text) in [("title", &rule.title), ("why", &rule.why), ("help", &rule.help)] {
        if text.trim().is_empty() {
            let help = "People read it in the report and in `explain`.";
            let span = table.get(name).map(Spanned::span).unwrap_or_default();
            faults.push(fault(file, span, format!("`{name}` is empty"), "", help));
        }
    }
    if rule.matches.is_empty() {
        let help = "Add a `[[match]]` with `call`, `set`, `import`, or `read`.";
        faults.push(fault(file, 0..0, "it matches nothing".to_owned(), "", help));
    }
    for (at, one) in rule.matches.iter().enumerate() {
        let part = table.get("match").and_then(|all| all.get_ref().as_array()).and_then(|all| all.get(at));
        let text = |wanted: &str| part.and_then(|part| find(part, wanted)).unwrap_or_default();
        let triggers = [&one.call, &one.set, &one.import, &one.read];
        if triggers.iter().all(|paths| paths.is_empty()) && !one.returns && !one.dynamic {
            let help = "Say what it is about: `call`, `set`, `import`, `read`, `returns`, or `dynamic`.";
            faults.push(fault(
                file,
                part.map(Spanned::span).unwrap_or_default(),
                "this `[[match]]` matches nothing".to_owned(),
                "",
                help,
            ));
        }
        for path in triggers.into_iter().flatten().filter(|path| !is_path(path)) {
            let help = "Write the whole dotted path, such as `os.system`, `*.execute`, or `sqlite3.connect().execute`.";
            let message = format!("`{path}` is no path of a name");
            faults.push(fault(file, text(path), message, "no dotted path", help));
        }
        if !one.evidence.is_empty() && one.arg.is_empty() {
            let help = "Say which argument: `arg = [\"0\", \"name\"]`.";
            let span = part.and_then(|part| part.get_ref().as_table()?.get("evidence")).map(Spanned::span);
            let message = "`evidence` without `arg`".to_owned();
            faults.push(fault(file, span.unwrap_or_default(), message, "of what?", help));
        }
        for weaker in one.supersedes.iter().filter(|weaker| !ids.contains(&weaker.as_str())) {
            let help = match nearest(weaker, ids.iter().copied()) {
                Some(near) => format!("Did you mean `{near}`?"),
                None => "`wicara-tool rules` lists them.".to_owned(),
            };
            let span = part.and_then(|part| part.get_ref().as_table()?.get("supersedes"));
            let span = span.and_then(|list| find(list, weaker)).unwrap_or_default();
            faults.push(fault(file, span, format!("there is no rule `{weaker}`"), "", &help));
        }
        for label in one.from.iter().filter(|label| !words.labels.contains(&label.as_str())) {
            unknown(file, text(label), "source", label, words.labels, faults);
        }
        let look = one.looks.as_str();
        if !look.is_empty() && !words.looks.contains(&look) && !(words.condition)("", look) {
            unknown(file, text(&one.looks), "look", &one.looks, words.looks, faults);
        }
        for (_, condition) in one.conditions.iter().filter(|(about, condition)| !(words.condition)(about, condition)) {
            let message = format!("the condition `{condition}` is not understood");
            let help = "Known: true, false, none, absent, present, constant, unknown, text, list, `=text`, `~part`, `<number`, `in:a,b`, `path:a.b`; `!` in front, ` or ` between.";
            faults.push(fault(file, text(condition), message, "", help));
        }
    }
}

fn unknown(file: &OwnFile, span: Range<usize>, what: &str, word: &str, known: &[&str], faults: &mut Faults) {
    let help = match nearest(word, known.iter().copied()) {
        Some(near) => format!("Did you mean `{near}`?"),
        None => format!("Known: {}.", known.join(", ")),
    };
    faults.push(fault(file, span, format!("there is no {what} `{word}`"), "", &help));
}

/// Where a text stands in a value.
fn find(value: &Spanned<DeValue<'_>>, wanted: &str) -> Option<Range<usize>> {
    match value.get_ref() {
        DeValue::String(text) => (text == wanted).then(|| value.span()),
        DeValue::Array(items) => items.iter().find_map(|item| find(item, wanted)),
        DeValue::Table(table) => table.iter().find_map(|(_, item)| find(item, wanted)),
        _ => None,
    }
}

/// Names parted by dots, or `@` and the name of a group; `[]` at the end for its parts, `*` for any object at the start or anything at the end, `()` for what a call makes.
fn is_path(path: &str) -> bool {
    let inner = path.strip_prefix("*.").or_else(|| path.strip_prefix('@')).unwrap_or(path);
    let inner = inner.strip_suffix("[]").unwrap_or(inner);
    let inner = inner.strip_suffix(".*").unwrap_or(inner);
    !inner.is_empty()
        && inner.split('.').all(|part| {
            let name = part.strip_suffix("()").unwrap_or(part);
            let mut letters = name.chars();
            letters.next().is_some_and(|first| first == '_' || first.is_alphabetic())
                && letters.all(|letter| letter == '_' || letter.is_alphanumeric())
        })
}
