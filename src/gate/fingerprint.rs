//! Fingerprints of findings: the same when a line moves or is indented anew, different for every
//! other change that matters.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rayon::prelude::*;
use sha2::{Digest as _, Sha256};

use super::engine::Found;
use crate::model::{Finding, Plugin, Source, Span};
use crate::source::python::{
    self,
    syntax::{Ast, StmtId, StmtKind},
};

/// Hex digits of a fingerprint: 128 bits are plenty to tell findings apart.
const DIGITS: usize = 32;
/// Bytes of a line that count: a long one with many findings would be hashed as many times.
const LONGEST_LINE: usize = 1_000;

/// One fingerprint for each of `found`, which must be in its final order.
pub(super) fn all(found: &[Found], plugins: &[&Plugin]) -> Vec<String> {
    let unknown = found.iter().filter(|found| found.scope.is_none());
    let scopes = scopes(unknown.map(|found| &found.finding));
    let mut times: BTreeMap<String, usize> = BTreeMap::new();
    let mut all = Vec::with_capacity(found.len());
    for Found { plugin, finding, scope: known } in found {
        let path = inner_path(finding, plugin.and_then(|at| plugins.get(at)).copied());
        let (line, scope) = match (&finding.place.source, finding.place.span) {
            (Some(source), Some(span)) => {
                let scope = || scopes.get(finding.place.path.as_str()).map_or("", |scopes| scopes.name(span.start));
                (line_text(source, span), known.as_deref().unwrap_or_else(scope))
            }
            _ => (finding.message.as_str(), ""),
        };
        // The slug keeps equal plugins of a collection apart while occurrences are counted.
        let key = format!("{}\0{}\0{path}\0{scope}\0{line}", finding.plugin, finding.rule);
        let time = times.entry(key).or_insert(0);
        *time += 1;
        let mut digest = Sha256::new();
        for part in [finding.rule.as_str(), path, scope, line, &time.to_string()] {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        all.push(hex(&digest.finalize()));
    }
    all
}

/// For each finding the function or class that it is in; empty for none.
pub(super) fn scopes_of(findings: &[Finding]) -> Vec<String> {
    let scopes = scopes(findings.iter());
    let name = |finding: &Finding| {
        let scopes = finding.place.span.zip(scopes.get(finding.place.path.as_str()));
        scopes.map_or("", |(span, scopes)| scopes.name(span.start)).to_owned()
    };
    findings.iter().map(name).collect()
}

/// The scopes of every file with a finding.
fn scopes<'f>(findings: impl Iterator<Item = &'f Finding>) -> BTreeMap<&'f str, Scopes> {
    let mut files: BTreeMap<&str, &Source> = BTreeMap::new();
    for finding in findings {
        if let (Some(source), Some(_)) = (&finding.place.source, finding.place.span) {
            files.insert(&finding.place.path, source);
        }
    }
    // A few files are not worth waking other threads.
    match files.len() {
        0..=16 => files.into_iter().map(|(path, source)| (path, Scopes::new(path, source))).collect(),
        _ => files.into_par_iter().map(|(path, source)| (path, Scopes::new(path, source))).collect(),
    }
}

/// The path of a finding from its plugin's root; empty for the plugin itself.
pub(super) fn inner_path<'a>(finding: &'a Finding, plugin: Option<&Plugin>) -> &'a str {
    let path = finding.place.path.as_str();
    match plugin.map(|plugin| plugin.root.as_str()) {
        None | Some("" | ".") => path,
        Some(root) => path.strip_prefix(root).map_or(path, |rest| rest.trim_start_matches('/')),
    }
}

fn line_text(source: &Source, span: Span) -> &str {
    let line = source.position(span.start).line;
    let text = source.slice(source.lines().line_span(source.text(), line)).trim();
    &text[..text.floor_char_boundary(LONGEST_LINE)]
}

fn hex(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(DIGITS);
    for byte in bytes.iter().take(DIGITS / 2) {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// The functions and classes of a file: span and qualified name, outer ones first.
struct Scopes(Vec<(Span, String)>);

impl Scopes {
    fn new(path: &str, source: &Source) -> Self {
        let mut scopes = Vec::new();
        if path.ends_with(".py") {
            let ast = python::parse(source.text());
            collect(&ast, &ast.body, "", &mut scopes);
        }
        Self(scopes)
    }

    fn name(&self, offset: u32) -> &str {
        let around = self.0.iter().filter(|(span, _)| span.contains(offset));
        around.min_by_key(|(span, _)| span.end - span.start).map_or("", |(_, name)| name)
    }
}

fn collect(ast: &Ast, body: &[StmtId], outer: &str, scopes: &mut Vec<(Span, String)>) {
    for id in body {
        let stmt = &ast[*id];
        let named = |name: &str| if outer.is_empty() { name.to_owned() } else { format!("{outer}.{name}") };
        match &stmt.kind {
            StmtKind::FunctionDef(def) => {
                let name = named(&def.name.name);
                scopes.push((stmt.span, name.clone()));
                collect(ast, &def.body, &name, scopes);
            }
            StmtKind::ClassDef(def) => {
                let name = named(&def.name.name);
                scopes.push((stmt.span, name.clone()));
                collect(ast, &def.body, &name, scopes);
            }
            StmtKind::If { body, orelse, .. }
            | StmtKind::While { body, orelse, .. }
            | StmtKind::For { body, orelse, .. } => {
                collect(ast, body, outer, scopes);
                collect(ast, orelse, outer, scopes);
            }
            StmtKind::With { body, .. } => collect(ast, body, outer, scopes),
            StmtKind::Try { body, handlers, orelse, finalbody } => {
                for part in [body, orelse, finalbody].into_iter().chain(handlers.iter().map(|handler| &handler.body)) {
                    collect(ast, part, outer, scopes);
                }
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{FileState, Origin, PluginFile, RelPath};
    use crate::rules::id;

    fn prints(text: &str, root: &str) -> Vec<String> {
        let source = Arc::new(Source::new(text.as_bytes().to_vec()));
        let file = PluginFile {
            path: RelPath::new("a.py").unwrap(),
            size: 0,
            executable: false,
            head: Vec::new(),
            state: FileState::Read(source),
        };
        let plugin = Plugin { slug: "p".to_owned(), root: root.to_owned(), origin: Origin::Folder, files: vec![file] };
        let found: Vec<Found> = text
            .match_indices("bad")
            .map(|(at, _)| {
                let span = Span::of(at..at + 3);
                let finding = Finding::at(id::SYNTAX_ERROR, &plugin, &plugin.files[0], span, "m");
                Found { plugin: Some(0), finding, scope: None }
            })
            .collect();
        all(&found, &[&plugin])
    }

    #[test]
    fn moved_and_indented_lines_keep_their_fingerprints() {
        let before = prints("class A:\n    def f(self):\n        bad(1)\n\ndef g():\n    bad(1)\n    bad(1)\n", "x/p");
        assert_eq!(before.iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
        let after = "import os\n\ndef g():\n  if os:\n      bad(1)\n  bad(1)\n\nclass A:\n\n    def f(self):\n            bad(1)\n";
        let after = prints(after, "elsewhere/p");
        assert_eq!([&after[2], &after[0], &after[1]], [&before[0], &before[1], &before[2]]);
        assert_ne!(prints("class A:\n    def f(self):\n        bad(2)\n", "p")[0], before[0], "another line");
        assert_ne!(prints("class B:\n    def f(self):\n        bad(1)\n", "p")[0], before[0], "another class");
    }
}
