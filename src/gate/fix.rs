//! Applies fixes in memory: edits that do not overlap, whose result still parses.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::decide::Owners;
use crate::intake::Group;
use crate::model::{
    Decoded, Edit, FileState, Fix, Judged, Origin, Plugin, PluginFile, RelPath, Report, Safety, Source,
};
use crate::source::python;

/// Rounds after which mending stops: a fix may uncover another, but not for ever.
pub const MAX_ROUNDS: usize = 10;

/// A file that fixes changed or made.
#[derive(Clone, Debug)]
pub struct Mended {
    /// The root of its plugin, as shown to people.
    pub root: String,
    /// Its path from there.
    pub path: String,
    /// What it held; `None` for a new file.
    pub before: Option<Arc<Source>>,
    /// What it should hold.
    pub after: Arc<Source>,
}

/// Texts by plugin and path, as they were before the first round.
#[derive(Clone, Debug, Default)]
pub struct Originals(BTreeMap<(usize, String), Option<Arc<Source>>>);

/// Applies one round of fixes to the plugins in memory; the answer is how many findings were mended.
pub fn mend(groups: &mut [Group], report: &Report, allowed: Safety, originals: &mut Originals) -> usize {
    let mut chosen: BTreeMap<usize, Vec<&Fix>> = BTreeMap::new();
    {
        let plugins: Vec<&Plugin> = groups.iter().flat_map(|group| &group.plugins).collect();
        let owners = Owners::new(&plugins);
        for Judged { finding, .. } in report.findings.iter().filter(|judged| judged.suppressed.is_none()) {
            let Some(fix) = finding.fix.as_ref().filter(|fix| fix.safety <= allowed) else { continue };
            let Some(at) = owners.of(finding).filter(|at| plugins[*at].origin == Origin::Folder) else {
                continue;
            };
            let fixes = chosen.entry(at).or_default();
            let clash = fixes.iter().flat_map(|other| &other.edits).any(|a| fix.edits.iter().any(|b| overlap(a, b)));
            if !clash && fix.edits.iter().all(|edit| fits(plugins[at], edit)) {
                fixes.push(fix);
            }
        }
    }
    let mut mended = 0;
    for (at, plugin) in groups.iter_mut().flat_map(|group| &mut group.plugins).enumerate() {
        let fixes = chosen.remove(&at).unwrap_or_default();
        let (fixes, texts) = settle(plugin, fixes);
        mended += fixes;
        for (path, text) in texts {
            let before = put(plugin, &path, text);
            originals.0.entry((at, path)).or_insert(before);
        }
    }
    mended
}

/// Every file that differs from what it was before the first round.
#[must_use]
pub fn changes(groups: &[Group], originals: &Originals) -> Vec<Mended> {
    let plugins: Vec<&Plugin> = groups.iter().flat_map(|group| &group.plugins).collect();
    let mended = originals.0.iter().filter_map(|((at, path), before)| {
        let plugin = plugins.get(*at)?;
        let after = Arc::clone(plugin.file(path)?.source()?);
        let same = before.as_ref().is_some_and(|before| before.text() == after.text());
        let mended = Mended { root: plugin.root.clone(), path: path.clone(), before: before.clone(), after };
        (!same).then_some(mended)
    });
    mended.collect()
}

/// The largest handful of fixes whose result still parses: all, or each that works alone, or the first.
fn settle(plugin: &Plugin, fixes: Vec<&Fix>) -> (usize, BTreeMap<String, String>) {
    let result = |fixes: &[&Fix]| {
        let texts = applied(plugin, fixes);
        let sound = texts.iter().all(|(path, text)| no_worse(path, plugin.file(path), text));
        sound.then_some((fixes.len(), texts))
    };
    if let Some(all) = result(&fixes) {
        return all;
    }
    let alone: Vec<&Fix> = fixes.into_iter().filter(|fix| result(&[*fix]).is_some()).collect();
    result(&alone).or_else(|| result(alone.get(..1)?)).unwrap_or_default()
}

fn applied(plugin: &Plugin, fixes: &[&Fix]) -> BTreeMap<String, String> {
    let mut edits: BTreeMap<&str, Vec<&Edit>> = BTreeMap::new();
    for edit in fixes.iter().flat_map(|fix| &fix.edits) {
        edits.entry(&edit.path).or_default().push(edit);
    }
    let texts = edits.into_iter().map(|(path, mut edits)| {
        edits.sort_by_key(|edit| edit.span);
        let mut text = plugin.file(path).and_then(PluginFile::source).map_or("", |source| source.text()).to_owned();
        for edit in edits.iter().rev() {
            text.replace_range(edit.span.range(), &edit.replacement);
        }
        (path.to_owned(), text)
    });
    texts.collect()
}

/// Whether the new text of a file is at least as sound as the old one.
fn no_worse(path: &str, file: Option<&PluginFile>, new: &str) -> bool {
    let old = file.and_then(PluginFile::source).map_or("", |source| source.text());
    if path.ends_with(".py") {
        return python::parse(new).faults.len() <= python::parse(old).faults.len();
    }
    let reads = |text: &str| serde_json::from_str::<serde_json::Value>(text).is_ok();
    !path.ends_with(".json") || reads(new) || (file.is_some() && !reads(old))
}

/// Puts a text into the plugin, and hands out what was there.
fn put(plugin: &mut Plugin, path: &str, text: String) -> Option<Arc<Source>> {
    let size = text.len() as u64;
    let state = FileState::Read(Arc::new(Source::new(text.into_bytes())));
    match plugin.files.binary_search_by(|file| file.path.as_str().cmp(path)) {
        Ok(at) => {
            let file = &mut plugin.files[at];
            file.size = size;
            let before = std::mem::replace(&mut file.state, state);
            if let FileState::Read(source) = before { Some(source) } else { None }
        }
        Err(at) => {
            if let Some(path) = RelPath::new(path) {
                plugin.files.insert(at, PluginFile { path, size, executable: false, head: Vec::new(), state });
            }
            None
        }
    }
}

/// Whether two edits cannot both be made; two insertions at one place cannot, since their order is open.
fn overlap(a: &Edit, b: &Edit) -> bool {
    a.path == b.path && (a.span == b.span || (a.span.start < b.span.end && b.span.start < a.span.end) || touches(a, b))
}

fn touches(a: &Edit, b: &Edit) -> bool {
    let inserts = |edit: &Edit| edit.span.start == edit.span.end;
    (inserts(a) && b.span.contains(a.span.start)) || (inserts(b) && a.span.contains(b.span.start))
}

/// Whether an edit lies in a text of the plugin, or makes a file that is not there.
fn fits(plugin: &Plugin, edit: &Edit) -> bool {
    match plugin.file(&edit.path) {
        None => RelPath::new(&edit.path).is_some() && edit.span.start == 0 && edit.span.end == 0,
        Some(file) => file.source().is_some_and(|source| {
            let unicode = !matches!(source.decoded(), Decoded::Invalid(_));
            unicode && source.text().get(edit.span.range()).is_some()
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Confidence, Finding, Severity, Span};
    use crate::rules::id;

    fn group(text: &str) -> Group {
        let files = vec![PluginFile {
            path: RelPath::new("a.py").unwrap(),
            size: 0,
            executable: false,
            head: Vec::new(),
            state: FileState::Read(Arc::new(Source::new(text.as_bytes().to_vec()))),
        }];
        let plugin = Plugin { slug: "p".to_owned(), root: "p".to_owned(), origin: Origin::Folder, files };
        Group { plugins: vec![plugin], collection: false }
    }

    fn run(text: &str, edits: &[(usize, usize, &str, Safety)], allowed: Safety) -> (usize, String) {
        let mut groups = [group(text)];
        let plugin = &groups[0].plugins[0];
        let judged = edits.iter().map(|(start, end, with, safety)| {
            let span = Span::of(*start..*end);
            let edit = Edit { path: "a.py".to_owned(), span, replacement: (*with).to_owned() };
            let finding =
                Finding::at(id::SYNTAX_ERROR, plugin, &plugin.files[0], span, "m").confidence(Confidence::High);
            Judged {
                finding: finding.fix(*safety, "t", vec![edit]),
                severity: Severity::High,
                family: "load",
                help: String::new(),
                fingerprint: String::new(),
                suppressed: None,
            }
        });
        let findings = judged.collect();
        let host_version = String::new();
        let report = Report { plugins: Vec::new(), findings, files: Vec::new(), host_version, fail_on: None };
        let mut originals = Originals::default();
        let mended = mend(&mut groups, &report, allowed, &mut originals);
        let changes = changes(&groups, &originals);
        (mended, changes.first().map_or_else(|| text.to_owned(), |mended| mended.after.text().to_owned()))
    }

    #[test]
    fn edits_that_overlap_wait_for_the_next_round() {
        use Safety::{Safe, Unsafe};
        let edits = [(0, 1, "x", Safe), (0, 3, "y", Safe), (4, 5, "22", Safe), (4, 4, "3", Safe)];
        assert_eq!(run("a = 1\n", &edits, Safe), (2, "x = 22\n".to_owned()));
        assert_eq!(run("a = 1\n", &[(0, 1, "x", Unsafe)], Safe), (0, "a = 1\n".to_owned()));
        assert_eq!(run("a = 1\n", &[(0, 1, "x", Unsafe)], Unsafe), (1, "x = 1\n".to_owned()));
        assert_eq!(run("a = 1\n", &[(3, 99, "x", Safe)], Safe).0, 0, "outside the text");
    }

    #[test]
    fn a_fix_that_breaks_the_syntax_is_not_applied() {
        use Safety::Safe;
        let edits = [(0, 1, "(", Safe), (4, 5, "2", Safe)];
        assert_eq!(run("a = 1\n", &edits, Safe), (1, "a = 2\n".to_owned()));
    }
}
