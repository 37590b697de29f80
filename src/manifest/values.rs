//! Texts and lists: empty, hidden, misspelt, or twice.

use std::collections::BTreeMap;

use super::check::{Check, edit, quoted, replace};
use super::fields::{FIELDS, Shape};
use super::format::{Format, is_blank, is_hidden, is_unseen};
use super::license;
use super::model::{Manifest, Spanned, Texts};
use super::versions::{judge, parse_plain};
use crate::model::{Capability, Confidence, Safety, Span};
use crate::rules::{id, nearest};

/// Checks every text and list but the ranges.
pub(super) fn check(check: &mut Check<'_>, manifest: &Manifest) {
    for (key, text) in [("name", &manifest.name), ("author", &manifest.author), ("description", &manifest.description)]
    {
        if let Some(text) = text {
            visible(check, key, text);
        }
    }
    if let Some(text) = &manifest.version {
        version(check, text);
    }
    for (key, text) in [("homepage", &manifest.homepage), ("author_url", &manifest.author_url)] {
        if let Some(text) = text {
            url(check, key, text);
        }
    }
    if let Some(text) = &manifest.license {
        license::check(check, text);
    }
    if let Some(text) = &manifest.category {
        kebab(check, "category", text);
    }
    if let Some(text) = &manifest.api_version {
        api_version(check, text);
    }
    let lists = [
        ("tags", &manifest.tags),
        ("keywords", &manifest.keywords),
        ("screenshots", &manifest.screenshots),
        ("depends_on", &manifest.depends_on),
        ("permissions", &manifest.permissions),
    ];
    for (key, list) in lists {
        let Some(list) = list else { continue };
        duplicates(check, key, list);
        for text in &list.value {
            match key {
                "tags" => kebab(check, key, text),
                "keywords" => visible(check, key, text),
                "screenshots" => screenshot(check, text),
                "depends_on" => dependency(check, text),
                _ => permission(check, text),
            }
        }
    }
}

fn visible(check: &mut Check<'_>, key: &str, text: &Spanned<String>) {
    if is_blank(text) {
        check.push(check.at(id::MANIFEST_TEXT_EMPTY, text.span, format!("`{key}` shows nothing")));
        return;
    }
    let prose = FIELDS.iter().any(|field| field.name == key && matches!(field.shape, Shape::Text(Format::Prose)));
    let bad = |c: &char| is_hidden(*c) || (!prose && is_unseen(*c));
    if let Some(c) = text.chars().find(bad) {
        let name = match c {
            '\n' | '\r' => "a line break".to_owned(),
            '\t' => "a tab".to_owned(),
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' => {
                format!("the text direction character U+{:04X}", u32::from(c))
            }
            _ => format!("the invisible character U+{:04X}", u32::from(c)),
        };
        let finding = check.at(id::MANIFEST_HIDDEN_CHARACTER, text.span, format!("`{key}` holds {name}"));
        let clean: String = text
            .chars()
            .map(|c| if !prose && matches!(c, '\n' | '\r' | '\t') { ' ' } else { c })
            .filter(|c| !bad(c))
            .collect();
        check.push(replace(finding, Safety::Unsafe, text.span, quoted(&clean)));
    }
}

fn version(check: &mut Check<'_>, text: &Spanned<String>) {
    let name = text.escape_debug();
    let path = |c: char| {
        c.is_whitespace() || c.is_control() || matches!(c, '/' | '\\' | '\0' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
    };
    if let Some(c) =
        text.chars().find(|c| path(*c) && !is_comparison(text, *c)).or_else(|| text.contains("..").then_some('.'))
    {
        let what = match c {
            '.' => "`..`".to_owned(),
            c if c.is_whitespace() || c.is_control() => format!("U+{:04X}", u32::from(c)),
            c => format!("`{c}`"),
        };
        let message = format!("the version `{name}` holds {what}, and the host makes a file name of it");
        let says = format!("[Errno 2] No such file or directory: '…/dist/{}-{name}.zip'", check.plugin.slug);
        let mut finding = check.at(id::MANIFEST_VERSION_PATH, text.span, message);
        if matches!(c, '/' | '.') {
            finding = finding.host_says(says);
        }
        let trimmed = text.trim();
        if trimmed != text.value && judge(trimmed).pep440.is_ok() {
            finding = replace(finding, Safety::Safe, text.span, quoted(trimmed));
        }
        check.push(finding);
        return;
    }
    let facts = judge(text);
    match (&facts.pep440, &facts.semver) {
        (Ok(_), Ok(_)) => {
            if facts.order_differs() {
                let message =
                    format!("`{name}` is a release after {0} to the host and one before {0} to a registry", base(text));
                check.push(check.at(id::MANIFEST_VERSION_ORDER, text.span, message));
            }
        }
        (Err(why), other) => {
            let both = if other.is_ok() { "; SemVer takes it" } else { "; SemVer refuses it too" };
            let message = format!("`{name}` is not a PEP 440 version: {why}{both}");
            let says = format!("Invalid version format: {name}");
            check.push(check.at(id::MANIFEST_VERSION_PEP440, text.span, message).host_says(says));
        }
        (Ok(_), Err(why)) => {
            let message = format!("`{name}` is not a SemVer version: {why}; PEP 440 takes it");
            let mut finding = check.at(id::MANIFEST_VERSION_SEMVER, text.span, message);
            if !facts.three_parts {
                finding = finding.host_says(format!("Invalid version format: {name} (expected semantic version)"));
            }
            if let Some(better) = common_spelling(text) {
                finding = finding.help(format!(
                    "Write `{better}` here and in `get_metadata()`; both the host and registries take it."
                ));
                finding = replace(finding, Safety::Unsafe, text.span, quoted(&better));
            }
            check.push(finding);
        }
    }
}

/// Operators are named by the rule for versions, not by the one for file names.
fn is_comparison(text: &str, c: char) -> bool {
    matches!(c, '<' | '>' | '*') && (text.starts_with(c) || text.ends_with(".*"))
}

/// The release numbers of a version.
fn base(text: &str) -> String {
    parse_plain(text).map(|version| version.only_release().to_string()).unwrap_or_default()
}

/// The same version as PEP 440 and SemVer both write it.
fn common_spelling(text: &str) -> Option<String> {
    let version = parse_plain(text).ok()?;
    let part = |at: usize| version.release().get(at).copied().unwrap_or(0);
    if version.release().len() > 3 || version.epoch() > 0 || version.is_post() || version.is_local() {
        return None;
    }
    let mut out = format!("{}.{}.{}", part(0), part(1), part(2));
    match (version.pre(), version.dev()) {
        (None, None) => {}
        (Some(pre), None) => out.push_str(&format!("-{pre}")),
        (None, Some(dev)) => out.push_str(&format!("-dev{dev}")),
        (Some(_), Some(_)) => return None,
    }
    let same = judge(&out);
    (same.pep440.as_ref() == Ok(&version) && same.semver.is_ok()).then_some(out)
}

fn url(check: &mut Check<'_>, key: &str, text: &Spanned<String>) {
    let shown = text.escape_debug();
    if !Format::Url.accepts(text) {
        let message = format!("`{key}` is not an absolute http or https address: `{shown}`");
        let mut finding = check.at(id::MANIFEST_URL, text.span, message);
        let with_scheme = format!("https://{}", text.trim().trim_start_matches("//"));
        if !text.contains("://") && text.contains('.') && !text.contains('@') && Format::Url.accepts(&with_scheme) {
            finding = replace(finding, Safety::Unsafe, text.span, quoted(&with_scheme));
        }
        check.push(finding);
    } else if text.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("http:")) {
        let finding = check.at(id::MANIFEST_URL_INSECURE, text.span, format!("`{key}` is not encrypted: `{shown}`"));
        let secure = format!("https:{}", &text[5..]);
        check.push(replace(finding, Safety::Unsafe, text.span, quoted(&secure)));
    }
}

fn kebab(check: &mut Check<'_>, key: &str, text: &Spanned<String>) {
    if Format::Kebab.accepts(text) {
        return;
    }
    let message = format!("`{}` in `{key}` is not lower-case words with hyphens", text.escape_debug());
    let finding = check.at(id::MANIFEST_TAG, text.span, message);
    let better = to_kebab(text);
    check.push(match better {
        Some(better) => replace(finding, Safety::Unsafe, text.span, quoted(&better)),
        None => finding,
    });
}

fn to_kebab(text: &str) -> Option<String> {
    let mut out = String::new();
    for c in text.chars().flat_map(char::to_lowercase) {
        if c.is_ascii_alphanumeric() {
            out.push(c);
        } else if c.is_alphanumeric() {
            return None;
        } else if !out.ends_with('-') {
            out.push('-');
        }
    }
    let out = out.trim_matches('-').to_owned();
    Format::Kebab.accepts(&out).then_some(out)
}

fn api_version(check: &mut Check<'_>, text: &Spanned<String>) {
    if Format::ApiVersion.accepts(text) {
        return;
    }
    let message = format!("`api_version` is `{}`, and must be two numbers such as `1.0`", text.escape_debug());
    let finding = check.at(id::MANIFEST_API_VERSION, text.span, message);
    let plain = text.trim().trim_start_matches(['v', 'V', '^', '~', '>', '=', ' ']);
    let parts: Vec<&str> = plain.split('.').collect();
    let better = match parts.as_slice() {
        [major] => format!("{major}.0"),
        [major, minor, ..] => format!("{major}.{minor}"),
        [] => String::new(),
    };
    check.push(if Format::ApiVersion.accepts(&better) {
        replace(finding, Safety::Unsafe, text.span, quoted(&better))
    } else {
        finding
    });
}

fn duplicates(check: &mut Check<'_>, key: &str, list: &Texts) {
    let mut seen: BTreeMap<&str, Span> = BTreeMap::new();
    for (at, text) in list.value.iter().enumerate() {
        let Some(first) = seen.get(text.as_str()).copied() else {
            seen.insert(text, text.span);
            continue;
        };
        let message = format!("`{}` stands twice in `{key}`", text.escape_debug());
        let finding = check.at(id::MANIFEST_VALUE_DUPLICATE, text.span, message);
        let place = check.at(id::MANIFEST_VALUE_DUPLICATE, first, "").place;
        let before = list.value[at - 1].span.end;
        let edits = vec![edit(Span::new(before, text.span.end), "")];
        check.push(finding.related(place, "the first one").fix(Safety::Safe, "remove the second one", edits));
    }
}

fn screenshot(check: &mut Check<'_>, text: &Spanned<String>) {
    let shown = text.escape_debug();
    if !Format::Picture.accepts(text) {
        let message = format!("`{shown}` is neither an address nor a path inside the plugin");
        check.push(check.at(id::MANIFEST_SCREENSHOT, text.span, message));
    } else if !Format::Url.accepts(text) && check.plugin.file(text).is_none() {
        let message = format!("the plugin has no file `{shown}`");
        check.push(check.at(id::MANIFEST_SCREENSHOT, text.span, message));
    }
}

fn dependency(check: &mut Check<'_>, text: &Spanned<String>) {
    let shown = text.escape_debug();
    if text.value == check.plugin.slug {
        let message = "the plugin depends on itself";
        check.push(check.at(id::MANIFEST_DEPENDENCY_SELF, text.span, message));
        return;
    }
    if Format::Directory.accepts(text) {
        return;
    }
    let says = format!("missing dependencies: ['{shown}']");
    let operator = text.find(['<', '>', '=', '~', '!', '^', '@', '(', ' ']);
    let name = operator.map_or("", |at| text[..at].trim());
    let version = operator.map_or("", |at| text[at..].trim_matches([' ', '<', '>', '=', '~', '!', '^', '@', '(', ')']));
    if Format::Directory.accepts(name) && version.starts_with(|c: char| c.is_ascii_digit()) {
        let message = format!("`{shown}` names a version, and the host knows directory names only");
        let finding = check.at(id::MANIFEST_DEPENDENCY, text.span, message).host_says(says);
        check.push(replace(finding, Safety::Safe, text.span, quoted(name)));
        return;
    }
    let message = format!("`{shown}` is not the directory name of a plugin");
    let finding = check.at(id::MANIFEST_DEPENDENCY, text.span, message).host_says(says);
    check.push(match to_kebab(text).filter(|better| Format::Directory.accepts(better)) {
        Some(better) => replace(finding, Safety::Unsafe, text.span, quoted(&better)),
        None => finding,
    });
}

fn permission(check: &mut Check<'_>, text: &Spanned<String>) {
    if Format::Permission.accepts(text) {
        return;
    }
    let names = || Capability::ALL.into_iter().map(Capability::name);
    let swapped = text.split_once(':').map(|(first, second)| format!("{second}:{first}"));
    let swapped = names().find(|name| Some((*name).to_owned()) == swapped);
    let message = format!("there is no permission `{}`", text.escape_debug());
    let finding = check.at(id::MANIFEST_PERMISSION_UNKNOWN, text.span, message);
    check.push(match swapped.or_else(|| nearest(text, names())) {
        Some(name) => {
            let safety = if swapped.is_some() { Safety::Safe } else { Safety::Unsafe };
            let finding = finding.label(format!("did you mean `{name}`?")).confidence(Confidence::High);
            replace(finding, safety, text.span, quoted(name))
        }
        None => finding.help(format!(
            "The permissions are: {}, and `network:` with the name of a host.",
            names().collect::<Vec<_>>().join(", ")
        )),
    });
}
