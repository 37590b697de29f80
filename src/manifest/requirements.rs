//! `requirements.txt`: which distributions a plugin says it needs. The host never reads the file.

use crate::model::{Plugin, Span};

/// The path of the file in a plugin.
const FILE: &str = "requirements.txt";
/// Entries that are read; a plugin has a handful.
const MAX_ENTRIES: usize = 2_000;

/// One distribution that a plugin asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirement {
    /// The name in its normal form: lower case, with single hyphens.
    pub name: String,
    /// The specifier set as written, without spaces around it; empty when any version will do.
    pub versions: String,
    /// The environment marker as written; empty when there is none.
    pub marker: String,
    /// The entry in `requirements.txt`, from the name to the last thing read.
    pub span: Span,
}

/// What the plugin's `requirements.txt` names, in order of lines; empty when there is no such file.
///
/// Options (`-r`, `-e`, `--hash` …) and paths name no distribution and are passed over; an address counts
/// when it says which distribution it is (`name @ https://…` or `#egg=name`).
#[must_use]
pub fn requirements(plugin: &Plugin) -> Vec<Requirement> {
    let Some(source) = plugin.file(FILE).and_then(|file| file.source()) else {
        return Vec::new();
    };
    read(source.text())
}

fn read(text: &str) -> Vec<Requirement> {
    let mut found = Vec::new();
    let mut at = 0;
    let mut continued = false;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        let body = line.trim_end_matches(['\r', '\n']);
        let goes_on = body.ends_with('\\');
        // What follows on continued lines are hashes and options: the name stands on the first.
        if !continued && let Some(requirement) = entry(body, start) {
            found.push(requirement);
        }
        continued = goes_on;
        if found.len() == MAX_ENTRIES {
            break;
        }
    }
    found
}

fn entry(line: &str, offset: usize) -> Option<Requirement> {
    let line = line.strip_prefix('\u{feff}').map_or((line, 0), |rest| (rest, 3));
    let (line, offset) = (line.0, offset + line.1);
    // A `#` inside a word belongs to an address.
    let comment = line
        .char_indices()
        .find(|(at, c)| *c == '#' && line[..*at].chars().next_back().is_none_or(char::is_whitespace));
    let line = comment.map_or(line, |(at, _)| &line[..at]);
    let line = line.trim_end_matches(['\\', ' ', '\t']);
    let indent = line.len() - line.trim_start().len();
    let body = &line[indent..];
    let start = offset + indent;
    if body.starts_with('-') {
        return from_address(body, start);
    }
    let length = body.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte)).count();
    let written = &body[..length];
    let rest = body[length..].trim_start();
    let address = rest.starts_with(['/', ':', '\\']) || written.starts_with('.') || rest.starts_with("+http");
    if length == 0 || address {
        return from_address(body, start);
    }
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']').map_or("", |(_, rest)| rest).trim_start(),
        None => rest,
    };
    let (rest, marker) = rest.split_once(';').unwrap_or((rest, ""));
    let rest = if rest.starts_with("--") { "" } else { rest.split(" --").next().unwrap_or_default().trim() };
    let versions = if rest.starts_with('@') { "" } else { rest.trim_matches(['(', ')', ' ']) };
    let fits = versions.is_empty() || versions.starts_with(['<', '>', '=', '!', '~']);
    if !fits || !written.ends_with(|c: char| c.is_ascii_alphanumeric()) {
        return None;
    }
    let marker = marker.split(" --").next().unwrap_or_default().trim().to_owned();
    let span = Span::of(start..start + body.len());
    Some(Requirement { name: normal_name(written), versions: versions.to_owned(), marker, span })
}

/// `-e git+https://…#egg=name` and the like.
fn from_address(body: &str, start: usize) -> Option<Requirement> {
    let (_, egg) = body.split_once("#egg=")?;
    let length = egg.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte)).count();
    let name = normal_name(&egg[..length]);
    let span = Span::of(start..start + body.len());
    (!name.is_empty()).then(|| Requirement { name, versions: String::new(), marker: String::new(), span })
}

/// The normal form of a distribution's name: lower case, and every run of `-`, `_`, and `.` one hyphen.
#[must_use]
pub fn normal_name(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    for c in name.chars() {
        match c {
            '-' | '_' | '.' if out.ends_with('-') => {}
            '-' | '_' | '.' => out.push('-'),
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_an_entry_is_read() {
        let text = "\u{feff}# what we need\nrequests>=2.31,<3  # http\nPy.YAML_x==6.0 ; python_version < \"3.12\"\r\n\
            flask [async] ( >= 2 ) \\\n    --hash=sha256:abc \\\n    --hash=sha256:def\n-r more.txt\n--index-url https://example.org\n\
            -e git+https://example.org/a.git#egg=My_Lib&subdirectory=x\npillow @ https://example.org/pillow.whl#sha1=x\n\
            ./local\nhttps://example.org/x.whl\nsix --no-binary :all:\n  \nnot a requirement\nmarkdown";
        let found = read(text);
        let short: Vec<_> =
            found.iter().map(|one| (one.name.as_str(), one.versions.as_str(), one.marker.as_str())).collect();
        assert_eq!(
            short,
            [
                ("requests", ">=2.31,<3", ""),
                ("py-yaml-x", "==6.0", "python_version < \"3.12\""),
                ("flask", ">= 2", ""),
                ("my-lib", "", ""),
                ("pillow", "", ""),
                ("six", "", ""),
                ("markdown", "", ""),
            ]
        );
        assert_eq!(&text[found[0].span.range()], "requests>=2.31,<3");
        assert_eq!(&text[found[6].span.range()], "markdown");
        assert_eq!(read(&"a\n".repeat(10_000)).len(), MAX_ENTRIES);
    }

    #[test]
    fn no_text_breaks_the_reader() {
        for odd in
            ["[", "a[", "a[b", ";", "@", "#egg=", "-e x#egg=é", "é", "a;", "\\", "a\\", "\u{feff}", "a @", "..", "a-"]
        {
            let text = format!("{odd}\n{odd}");
            for one in read(&text) {
                assert!(text.get(one.span.range()).is_some(), "{odd:?}: {one:?}");
            }
        }
    }
}
