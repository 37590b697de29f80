//! One requirements file.

use super::lines::{Line, lines};
use super::names;
use crate::manifest::normal_name;
use crate::model::{Confidence, Finding, Plugin, PluginFile, RuleId};
use crate::rules::id;

/// Findings of one rule in one file.
const MOST: usize = 25;

/// Judges a requirements file.
pub(in crate::scan) fn check(plugin: &Plugin, file: &PluginFile, text: &str, found: &mut Vec<Finding>) {
    let name = file.path.file_name();
    let list = name.ends_with(".txt")
        && (name.starts_with("requirements") || file.path.parent().rsplit('/').next() == Some("requirements"));
    if !list {
        return;
    }
    let mut counts = std::collections::BTreeMap::new();
    let running = name == "requirements.txt";
    for line in lines(text) {
        for (rule, confidence, message) in judge(&line, running) {
            let count: &mut usize = counts.entry(rule).or_default();
            *count += 1;
            if *count <= MOST {
                found.push(Finding::at(rule, plugin, file, line.span, message).confidence(confidence));
            }
        }
    }
}

type Said = (RuleId, Confidence, String);

fn judge(line: &Line, running: bool) -> Vec<Said> {
    let text = line.text.as_str();
    if !text.starts_with('-') {
        return entry(text, running);
    }
    let (option, value) = option(text);
    let shown = shown(value);
    let index = |message: String| vec![(id::PACKAGE_INDEX, Confidence::High, message)];
    match option {
        "-e" | "--editable" => entry(value, running),
        "-r" | "--requirement" | "-c" | "--constraint" if value.contains("://") => {
            let message = format!("what is installed is decided by a list at `{shown}`, which can change any time");
            vec![(id::REQUIREMENT_ADDRESS, Confidence::High, message)]
        }
        "-i" | "--index-url" if !is_official(value) => {
            index(format!("everything is installed from `{shown}` and not from PyPI"))
        }
        "--extra-index-url" if !is_official(value) => {
            index(format!("`{shown}` may answer for any package, and pip takes the higher version"))
        }
        "-f" | "--find-links" if value.contains("://") => {
            index(format!("pip takes packages from the links at `{shown}`, too"))
        }
        "--trusted-host" => index(format!("pip accepts any certificate of `{shown}`, or none")),
        _ => Vec::new(),
    }
}

/// An option and its value: `--name value`, `--name=value`, `-nvalue`.
fn option(text: &str) -> (&str, &str) {
    let ends = |c: char| c.is_whitespace() || c == '=';
    let (name, value) = match text.find(ends) {
        Some(at) => (&text[..at], text[at..].trim_start_matches(ends)),
        None => (text, ""),
    };
    let value = value.split_whitespace().next().unwrap_or("");
    if name.starts_with("--") || name.len() <= 2 || !name.is_char_boundary(2) {
        return (name, value);
    }
    let whole = text.split_whitespace().next().unwrap_or("");
    (&whole[..2], &whole[2..])
}

/// Something that is to be installed.
fn entry(text: &str, running: bool) -> Vec<Said> {
    let mut said = Vec::new();
    if let Some(at) = text.find("://") {
        let before = text[..at].rsplit(|c: char| c.is_whitespace() || c == '@').next().unwrap_or("");
        let address = text[at - before.len()..].split_whitespace().next().unwrap_or("");
        if address.starts_with("file:") {
            said.push(local(address));
        } else if !is_fixed(address, text) {
            let message = format!("this is installed from `{}`, whatever is there that day", shown(address));
            said.push((id::REQUIREMENT_ADDRESS, Confidence::High, message));
        }
        return said;
    }
    let length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte)).count();
    let (written, rest) = text.split_at(length);
    let rest = rest.trim_start();
    let file = [".whl", ".tar.gz", ".zip"].iter().any(|end| written.ends_with(end));
    if length == 0 || written.starts_with('.') || rest.starts_with(['/', '\\', ':']) || file {
        if text.starts_with(['.', '/', '~', '\\']) || rest.starts_with(['/', '\\']) || file {
            said.push(local(text.split_whitespace().next().unwrap_or("")));
        }
        return said;
    }
    let name = normal_name(written);
    if let Some(known) = names::taken_for(&name) {
        let message = format!("`{written}` is nearly called like `{known}`, which is probably meant");
        said.push((id::REQUIREMENT_LOOKALIKE, Confidence::Low, message));
    } else if running && names::is_tool(&name) {
        let message = format!("`{written}` is a tool for developers, and a running site does not need it");
        said.push((id::REQUIREMENT_TOOL, Confidence::High, message));
    } else if running && is_open(rest) {
        let message = format!("`{written}` may be any version: the one of today, or one that does not fit any more");
        said.push((id::REQUIREMENT_UNPINNED, Confidence::High, message));
    }
    said
}

/// Whether what follows a name says nothing about versions.
fn is_open(rest: &str) -> bool {
    let rest = match rest.strip_prefix('[') {
        Some(extras) => extras.split_once(']').map_or("", |(_, rest)| rest).trim_start(),
        None => rest,
    };
    rest.is_empty() || rest.starts_with([';', '-'])
}

fn local(path: &str) -> Said {
    let message = format!("`{}` is a place on the author's machine, or a folder that is not shipped", shown(path));
    (id::REQUIREMENT_LOCAL, Confidence::Medium, message)
}

/// Whether an address names content that cannot change: a whole commit, or a checksum.
fn is_fixed(address: &str, line: &str) -> bool {
    let commit = address.split(['@', '#', '/', '&']).any(|part| {
        let part = part.strip_suffix(".zip").or_else(|| part.strip_suffix(".tar.gz")).unwrap_or(part);
        matches!(part.len(), 40 | 64) && part.bytes().all(|byte| byte.is_ascii_hexdigit())
    });
    commit || address.contains("sha256=") || line.contains("--hash=sha256:")
}

fn is_official(address: &str) -> bool {
    let address = address.trim_end_matches('/');
    matches!(address, "https://pypi.org/simple" | "https://pypi.python.org/simple" | "https://pypi.org")
}

/// An address without what logs in to it, and not too long.
fn shown(address: &str) -> String {
    let address = match (address.find("://"), address.rfind('@')) {
        (Some(scheme), Some(at)) if at > scheme && !address[scheme + 3..at].contains('/') => {
            format!("{}…{}", &address[..scheme + 3], &address[at..])
        }
        _ => address.to_owned(),
    };
    address.chars().take(80).collect()
}
