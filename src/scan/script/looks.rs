//! How a script looks: written by people, made by a machine, or made not to be read.

use std::collections::BTreeSet;

use super::check::Said;
use crate::model::{Confidence, Plugin, PluginFile, Span};
use crate::rules::id;
use crate::source::script::syntax::{ExprKind, Script};

/// Bytes from which on the look says something.
const LEAST: usize = 1_500;
/// Bytes of a line that nobody writes by hand.
const LONG: usize = 500;

/// Whether a text was made by a machine: most of it stands in very long lines with hardly a blank.
pub(super) fn is_minified(text: &str) -> bool {
    if text.len() < LEAST {
        return false;
    }
    let long: usize = text.lines().map(str::len).filter(|length| *length >= LONG).sum();
    let code: String = text.lines().filter(|line| line.len() >= LONG).collect();
    let blanks = code.bytes().filter(u8::is_ascii_whitespace).count();
    long * 2 > text.len() && blanks * 8 < code.len().max(1)
}

/// Whether what a minified file was made from lies in the plugin.
pub(super) fn has_source(plugin: &Plugin, file: &PluginFile) -> bool {
    let name = file.path.file_name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let stem = stem.strip_suffix(".min").or_else(|| stem.strip_suffix("-min")).unwrap_or(stem);
    let stem = stem.split(".bundle").next().unwrap_or(stem);
    plugin.files.iter().filter(|other| other.path != file.path).any(|other| {
        let other_name = other.path.file_name();
        let (other_stem, extension) = other_name.split_once('.').unwrap_or((other_name, ""));
        let source = ["js", "mjs", "ts", "jsx", "tsx", "coffee"].contains(&extension);
        source && other_stem == stem.split('.').next().unwrap_or(stem) || other_name == format!("{name}.map")
    })
}

/// Signs of a script that was made not to be read.
pub(super) fn obfuscated(text: &str, script: &Script) -> Option<Said> {
    let said = |span: Span, confidence, message: String| {
        Some(Said { rule: id::SCRIPT_OBFUSCATED, span, confidence, message, from: None })
    };
    let start = Span::first_of(text);
    let names = made_up(text);
    let mut escaped: usize = 0;
    let mut first_escaped = None;
    for expr in script.exprs() {
        if let ExprKind::Text(_) = &expr.kind {
            let written = text.get(expr.span.range()).unwrap_or("");
            let count = escapes(written);
            // Each escape stands for a letter that could have been written.
            if count >= 4 && count * 6 > written.len() {
                escaped += count;
                first_escaped.get_or_insert(expr.span);
            }
        }
    }
    if names.len() >= 8 {
        let message = format!(
            "{} names are numbers like `{}`: a tool has made this script unreadable",
            names.len(),
            names.first().unwrap_or(&"")
        );
        let at = text.find("_0x").unwrap_or(0);
        return said(Span::of(at..at + 3), Confidence::High, message);
    }
    if escaped >= 40 {
        let message = format!("{escaped} plain characters are written as numbers, so that nobody reads them");
        return said(first_escaped.unwrap_or(start), Confidence::High, message);
    }
    if let Some(at) = text.find("eval(function(p,a,c,k,e,") {
        let message = "a packer has made this script unreadable; it unpacks itself and runs the result".to_owned();
        return said(Span::of(at..at + 4), Confidence::High, message);
    }
    let marks = text.bytes().filter(|byte| b"[]()!+".contains(byte)).count();
    if text.len() > 500 && marks * 10 > text.len() * 9 {
        let message = "this script is made of brackets and signs alone, so that nobody reads it".to_owned();
        return said(start, Confidence::High, message);
    }
    None
}

/// Different names like `_0x3f2a`, as one well-known tool makes them.
fn made_up(text: &str) -> BTreeSet<&str> {
    let names = text.match_indices("_0x").filter_map(|(at, _)| {
        let length = text[at + 3..].bytes().take(8).take_while(u8::is_ascii_hexdigit).count();
        (length >= 3).then(|| &text[at..at + 3 + length])
    });
    names.take(1_000).collect()
}

/// Escapes of plain characters in a string as it is written.
fn escapes(written: &str) -> usize {
    let hex = written.match_indices("\\x").filter(|(at, _)| is_plain(written.get(at + 2..at + 4)));
    let wide = written.match_indices("\\u00").filter(|(at, _)| is_plain(written.get(at + 4..at + 6)));
    hex.count() + wide.count()
}

fn is_plain(digits: Option<&str>) -> bool {
    digits
        .and_then(|digits| u8::from_str_radix(digits, 16).ok())
        .is_some_and(|byte| byte.is_ascii_graphic() || byte == b' ')
}
