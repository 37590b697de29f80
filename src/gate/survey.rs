//! What plugins can do and what they ask leave for, without judging them.

use std::sync::Arc;

use rayon::prelude::*;

use super::engine::on_threads;
use super::fix::Mended;
use super::panics::caught;
use crate::contract::Parsed;
use crate::intake::Group;
use crate::manifest::{self, Manifest};
use crate::model::{Finding, Origin, Plugin, PluginFile, Source};
use crate::rules::{Host, RuleSet, id};
use crate::scan::{self, Capabilities, Catalogue};

/// Places that a finding names.
const PLACES: usize = 5;

/// What is known of one plugin.
#[derive(Clone, Debug)]
pub struct Surveyed<'p> {
    /// The plugin.
    pub plugin: &'p Plugin,
    /// Its manifest, if it has one that holds an object.
    pub manifest: Option<Manifest>,
    /// What it can do.
    pub seen: Capabilities,
    /// What a check said that broke off; then the rest says nothing.
    pub broken: Option<String>,
}

impl Surveyed<'_> {
    /// What it asks leave for, in the order of the file; `None` when it has no list.
    #[must_use]
    pub fn declared(&self) -> Option<Vec<&str>> {
        let list = self.manifest.as_ref()?.permissions.as_ref()?;
        Some(list.value.iter().map(|one| one.value.as_str()).collect())
    }

    /// The table of its permissions.
    #[must_use]
    pub fn rows(&self) -> Vec<scan::Row> {
        scan::rows(&self.declared().unwrap_or_default(), &self.seen)
    }

    /// The least permissions that are enough. What it asks for stays when it does things that cannot be told.
    #[must_use]
    pub fn least(&self) -> Vec<String> {
        scan::enough(&self.rows(), &self.seen)
    }
}

impl Surveyed<'_> {
    /// What the manifest would be with the least permissions; `None` when nothing would change.
    ///
    /// # Errors
    ///
    /// Why it cannot be written, as a sentence without a full stop.
    pub fn mended(&self) -> Result<Option<Mended>, String> {
        let fault = |why: &str| Err(format!("cannot write the permissions of `{}`: {why}", self.plugin.root));
        let source = self.plugin.file(manifest::FILE).and_then(PluginFile::source);
        let (Some(source), Some(manifest)) = (source, &self.manifest) else {
            return fault("there is no plugin.json that holds an object");
        };
        if !manifest.readable {
            return fault("plugin.json is not JSON that the host can read");
        }
        let Some(edit) = manifest::permissions_edit(source.text(), manifest, &self.least()) else { return Ok(None) };
        if self.plugin.origin != Origin::Folder {
            return fault("it is an archive");
        }
        let mut text = source.text().to_owned();
        text.replace_range(edit.span.range(), &edit.replacement);
        Ok(Some(Mended {
            root: self.plugin.root.clone(),
            path: manifest::FILE.to_owned(),
            before: Some(Arc::clone(source)),
            after: Arc::new(Source::new(text.into_bytes())),
        }))
    }

    /// This version, for a comparison.
    #[must_use]
    pub fn as_version(&self) -> scan::Version<'_> {
        scan::Version { declared: self.declared(), seen: &self.seen }
    }

    /// The name by which people know the version: its number, or what it is called in a comparison.
    #[must_use]
    pub fn version(&self) -> Option<&str> {
        Some(self.manifest.as_ref()?.version.as_ref()?.value.as_str())
    }

    /// What only this version can do or asks for, as findings.
    #[must_use]
    pub fn grown(&self, old: &Self) -> Vec<Finding> {
        let new = self.as_version();
        let changes = scan::changes(&old.as_version(), &new);
        let before = old.version().map_or_else(|| "the old version".to_owned(), |version| format!("version {version}"));
        changes.grown.iter().map(|change| self.growth(change, &new.uses(&change.permission), &before)).collect()
    }

    fn growth(&self, change: &scan::Change, uses: &[scan::Use], before: &str) -> Finding {
        let name = &change.permission;
        let list = self.manifest.as_ref().and_then(|manifest| manifest.permissions.as_ref());
        let entry = list.and_then(|list| list.value.iter().find(|one| one.value == *name));
        let message = match (uses.first().filter(|_| change.used), change.declared) {
            (Some(one), true) => format!("{} needs `{name}`, which {before} neither asked for nor used", one.what),
            (Some(one), false) => format!("{} needs `{name}`, which {before} did not use", one.what),
            (None, _) => format!("this version asks for `{name}`, which {before} did not ask for"),
        };
        let mut finding = Finding::whole(id::PERMISSION_GROWN, self.plugin, manifest::FILE, message);
        let listed = entry.zip(self.plugin.file(manifest::FILE));
        let listed =
            listed.map(|(entry, file)| Finding::at(id::PERMISSION_GROWN, self.plugin, file, entry.span, "").place);
        let places = uses.iter().filter(|_| change.used).take(PLACES).map(|one| (one.place.clone(), one.what.clone()));
        let asked = listed.map(|place| (place, "is asked for here".to_owned()));
        let mut all = places.chain(asked);
        if let Some((place, _)) = all.next() {
            finding.place = place;
        }
        all.fold(finding, |finding, (place, what)| finding.related(place, what))
    }
}

/// Surveys every plugin, in order, with what `rules` teach of names and data. `jobs` are the threads; one for each
/// processor when `None`.
#[must_use]
pub fn survey<'p>(groups: &'p [Group], host: &Host, rules: &RuleSet, jobs: Option<usize>) -> Vec<Surveyed<'p>> {
    let catalogue = Catalogue::of(rules, true);
    let all: Vec<&Plugin> = groups.iter().flat_map(|group| &group.plugins).collect();
    let one = |plugin: &&'p Plugin| {
        let manifest = manifest::check(plugin, host, None).manifest;
        let (seen, broken) = match caught(|| capabilities(plugin, &catalogue)) {
            Ok(seen) => (seen, None),
            Err(said) => (Capabilities::default(), Some(said)),
        };
        Surveyed { plugin, manifest, seen, broken }
    };
    on_threads(all.len(), jobs, || match all.len() {
        1 => all.iter().map(one).collect(),
        _ => all.par_iter().map(one).collect(),
    })
}

fn capabilities(plugin: &Plugin, catalogue: &Catalogue) -> Capabilities {
    let parsed = Parsed::new(plugin);
    let (_, mut seen) = scan::python(plugin, &parsed.files, catalogue);
    scan::of_files(plugin, &mut seen);
    seen
}
