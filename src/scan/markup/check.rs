//! One file with markup: read, and judged by what stands in it.

use std::collections::BTreeSet;

use super::{forms, inline, outputs, picture, tags, walk};
use crate::model::{Confidence, Edit, Finding, Plugin, PluginFile, RuleId, Safety, Span};
use crate::rules::id;
use crate::source::markup::jinja::{self, Template};
use crate::source::markup::page;

/// Findings of one rule in one file.
const MOST: usize = 25;

/// What a check of this room says.
#[derive(Clone, Debug)]
pub(super) struct Said {
    rule: RuleId,
    span: Span,
    confidence: Confidence,
    message: String,
    help: Option<String>,
    /// A safe fix: its title, what is replaced, and by what.
    fix: Option<(&'static str, Span, String)>,
}

impl Said {
    pub(super) fn new(rule: RuleId, span: Span, confidence: Confidence, message: String) -> Self {
        Self { rule, span, confidence, message, help: None, fix: None }
    }

    pub(super) fn help(self, help: String) -> Self {
        Self { help: Some(help), ..self }
    }

    pub(super) fn fix(self, title: &'static str, span: Span, replacement: String) -> Self {
        Self { fix: Some((title, span, replacement)), ..self }
    }
}

/// What a file with markup is to the host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Jinja renders it, and escapes.
    Template,
    /// It has tags of Jinja, though it lies where Flask looks for no templates.
    Elsewhere,
    /// Jinja renders it, but Flask does not have it escape.
    Unescaping,
    /// It goes out as it stands.
    Page,
    /// A drawing that goes out as it stands.
    Picture,
}

/// Judges a file with markup.
pub(in crate::scan) fn check(plugin: &Plugin, file: &PluginFile, text: &str, found: &mut Vec<Finding>) {
    let Some(mut kind) = kind(file, text) else { return };
    let mut said = Vec::new();
    let mut template = match kind {
        Kind::Template | Kind::Elsewhere | Kind::Unescaping => jinja::parse(text, true),
        Kind::Page | Kind::Picture => jinja::plain(text),
    };
    if kind == Kind::Template && template.fault.is_some() && of_another_engine(plugin, file, text) {
        kind = Kind::Page;
        template = jinja::plain(text);
    }
    let page = page(text, &template);
    if matches!(kind, Kind::Template | Kind::Elsewhere | Kind::Unescaping) {
        if kind != Kind::Elsewhere {
            faults(plugin, &template, &mut said);
        }
        let walked = walk::walk(text, &template, &page);
        outputs::judge(text, &walked, &mut said);
        if kind == Kind::Unescaping {
            said.extend(outputs::never_escaped(file, text, &page, &walked));
        }
        forms::judge(text, &template, &page, &mut said);
    }
    let drawing = file.path.extension() == Some("svg");
    if drawing {
        picture::judge(text, &page, &mut said);
    } else {
        tags::judge(text, &page, &mut said);
    }
    report(plugin, file, said, found);
    inline::judge(plugin, file, text, &template, &page, found);
}

/// What a template in a text of a program says: rule, place in the text, confidence, and message. Whoever does not
/// render with Flask may write with other marks, or no page at all.
pub(in crate::scan) fn in_text(plugin: &Plugin, text: &str, by_flask: bool) -> Vec<(RuleId, Span, Confidence, String)> {
    if !by_flask && !has_tags(text) {
        return Vec::new();
    }
    let template = jinja::parse(text, true);
    let page = page(text, &template);
    let mut said = Vec::new();
    if by_flask {
        faults(plugin, &template, &mut said);
    }
    outputs::judge(text, &walk::walk(text, &template, &page), &mut said);
    said.sort_by_key(|one| (one.span.start, one.rule, one.span.end));
    said.dedup_by_key(|one| (one.span.start, one.rule));
    said.truncate(MOST);
    said.into_iter().map(|one| (one.rule, one.span, one.confidence, one.message)).collect()
}

/// What is a template, and what is only sent.
fn kind(file: &PluginFile, text: &str) -> Option<Kind> {
    let path = file.path.as_str();
    let extension = file.path.extension()?;
    let folders = || file.path.parent().split('/');
    let rendered = folders().any(|folder| folder == "templates") && !folders().any(|folder| folder == "static");
    match extension {
        "html" | "htm" | "xhtml" | "xml" | "svg" if rendered => Some(Kind::Template),
        "jinja" | "jinja2" | "j2" if path.split('.').rev().nth(1).is_none_or(is_markup) && has_tags(text) => {
            Some(Kind::Unescaping)
        }
        "html" | "htm" | "xhtml" if !folders().any(|folder| folder == "static") && is_template(text) => {
            Some(Kind::Elsewhere)
        }
        "html" | "htm" | "xhtml" => Some(Kind::Page),
        "svg" => Some(Kind::Picture),
        _ => None,
    }
}

/// Whether a file has the sections of Mustache and Handlebars, `{{#each lines}} … {{/each}}`, which Jinja never takes,
/// and nothing of the plugin names it: then it is for scripts in the browser, wherever it lies.
fn of_another_engine(plugin: &Plugin, file: &PluginFile, text: &str) -> bool {
    let word = |rest: &str| {
        let rest = rest.trim_start();
        let end = rest.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '-' | '.')).unwrap_or(rest.len());
        rest[..end].to_owned()
    };
    let mut sections = text.split("{{#").skip(1).take(MOST).map(word).filter(|word| !word.is_empty());
    if !sections.any(|word| text.contains(&format!("{{{{/{word}"))) {
        return false;
    }
    let path = file.path.as_str();
    let name = path.split_once("templates/").map_or(path, |(_, name)| name);
    !plugin.files.iter().filter(|other| other.path != file.path).any(|other| {
        let looks = matches!(other.path.extension(), Some("py" | "html" | "htm" | "jinja" | "jinja2" | "j2"));
        looks && other.source().is_some_and(|source| source.text().contains(name))
    })
}

/// Whether a page has tags or names that only Jinja and Flask give a meaning.
fn is_template(text: &str) -> bool {
    const TAGS: &[&str] = &["autoescape", "block", "extends", "for", "if", "import", "include", "macro", "set"];
    let tag = |rest: &str| {
        let rest = rest.trim_start_matches(['-', '+']).trim_start();
        TAGS.iter().any(|tag| rest.strip_prefix(tag).is_some_and(|rest| rest.starts_with(char::is_whitespace)))
    };
    let name = |rest: &str| {
        let inside = rest.split("}}").next().unwrap_or(rest);
        ["url_for(", "request.args", "request.form", "csrf_token("].iter().any(|name| inside.contains(name))
    };
    text.split("{%").skip(1).any(tag) || text.split("{{").skip(1).any(name)
}

/// Whether what stands in front of `.j2` leaves it open that it is a page.
fn is_markup(before: &str) -> bool {
    !["txt", "md", "py", "sql", "json", "yaml", "yml", "toml", "ini", "conf", "sh", "js", "css"].contains(&before)
}

fn has_tags(text: &str) -> bool {
    ["</", "<br", "<p>", "<!DOCTYPE"].iter().any(|mark| text.contains(mark))
}

/// Tags of extensions that Jinja has, and what switches them on.
const EXTENSIONS: &[(&str, &str)] = &[
    ("do", "jinja2.ext.do"),
    ("break", "jinja2.ext.loopcontrols"),
    ("continue", "jinja2.ext.loopcontrols"),
    ("debug", "jinja2.ext.debug"),
    ("trans", "jinja2.ext.i18n"),
];

fn faults(plugin: &Plugin, template: &Template, said: &mut Vec<Said>) {
    // Whoever adds an extension may add tags that nobody knows.
    let extended = plugin.files.iter().filter(|file| file.path.extension() == Some("py")).any(|file| {
        file.source().is_some_and(|source| {
            ["add_extension", "jinja2.ext", "jinja2_ext", "flask_babel", "flask_babelex", "extensions="]
                .iter()
                .any(|word| source.text().contains(word))
        })
    });
    if let Some(fault) = &template.fault {
        if fault.tag.is_some() && extended {
            return;
        }
        let message = format!("Jinja refuses this template: {}", fault.message);
        said.push(Said::new(id::TEMPLATE_SYNTAX_ERROR, fault.span, Confidence::High, message));
    } else if !extended
        && let Some((span, (tag, name))) = template.others().find_map(|(span, word)| {
            EXTENSIONS.iter().find(|(tag, _)| *tag == word).map(|extension| (span, *extension))
        })
    {
        let message = format!("Jinja refuses this template: Encountered unknown tag '{tag}'");
        let help = format!(
            "The host switches no extension of Jinja on. Write it without `{{% {tag} %}}`, or add `app.jinja_env.add_extension('{name}')` to `init()`."
        );
        said.push(Said::new(id::TEMPLATE_SYNTAX_ERROR, span, Confidence::High, message).help(help));
    }
}

fn report(plugin: &Plugin, file: &PluginFile, mut said: Vec<Said>, found: &mut Vec<Finding>) {
    said.sort_by_key(|one| (one.span.start, one.rule, one.span.end));
    let mut told: BTreeSet<(RuleId, u32)> = BTreeSet::new();
    let mut counts = std::collections::BTreeMap::new();
    for one in said {
        let count: &mut usize = counts.entry(one.rule).or_default();
        if *count >= MOST || !told.insert((one.rule, one.span.start)) {
            continue;
        }
        *count += 1;
        let mut finding = Finding::at(one.rule, plugin, file, one.span, one.message).confidence(one.confidence);
        finding.help = one.help;
        if let Some((title, span, replacement)) = one.fix {
            let edit = Edit { path: file.path.as_str().to_owned(), span, replacement };
            finding = finding.fix(Safety::Safe, title, vec![edit]);
        }
        found.push(finding);
    }
}
