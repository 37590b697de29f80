//! Edits with the positions that readers of a report need.

use std::collections::BTreeMap;

use super::group::Plugins;
use crate::model::{Edit, Judged, Place, Position, Report, Source};

/// One edit as reports show it: path like every other, positions instead of bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct LocatedEdit<'a> {
    pub(super) path: String,
    pub(super) start: Position,
    pub(super) end: Position,
    pub(super) replacement: &'a str,
}

/// The texts that a report carries, by path.
#[derive(Debug)]
pub(super) struct Sources<'a> {
    plugins: Plugins<'a>,
    texts: BTreeMap<&'a str, &'a Source>,
}

impl<'a> Sources<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let mut texts = BTreeMap::new();
        let mut add = |place: &'a Place| {
            if let Some(source) = &place.source {
                texts.entry(place.path.as_str()).or_insert(source.as_ref());
            }
        };
        for judged in &report.findings {
            add(&judged.finding.place);
            judged.finding.related.iter().for_each(|related| add(&related.place));
        }
        Self { plugins: Plugins::of(report), texts }
    }

    /// The edits of a finding's fix; empty when any of them is in a file whose text the report
    /// does not carry, because half a fix is worse than none.
    pub(super) fn edits<'f>(&self, judged: &'f Judged) -> Vec<LocatedEdit<'f>> {
        let edits = judged.finding.fix.as_ref().map_or(&[][..], |fix| &fix.edits);
        let root = self.plugins.behind(judged).map_or("", |plugin| plugin.path.as_str());
        edits.iter().map(|edit| self.edit(root, edit)).collect::<Option<_>>().unwrap_or_default()
    }

    fn edit<'f>(&self, root: &str, edit: &'f Edit) -> Option<LocatedEdit<'f>> {
        let path = if matches!(root, "" | ".") { edit.path.clone() } else { format!("{root}/{}", edit.path) };
        let (start, end) = match self.texts.get(path.as_str()) {
            Some(source) => (source.position(edit.span.start), source.position(edit.span.end)),
            None if edit.span.end == 0 => (Position { line: 1, column: 1 }, Position { line: 1, column: 1 }),
            None => return None,
        };
        Some(LocatedEdit { path, start, end, replacement: &edit.replacement })
    }
}
