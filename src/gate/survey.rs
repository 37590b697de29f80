//! What plugins can do and what they ask leave for, without judging them.

use rayon::prelude::*;

use super::engine::on_threads;
use super::panics::caught;
use crate::contract::Parsed;
use crate::intake::Group;
use crate::manifest::{self, Manifest};
use crate::model::Plugin;
use crate::rules::Host;
use crate::scan::{self, Capabilities, Catalogue};

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
        let kept = self.rows().into_iter().filter(|row| row.state == scan::State::Unseen).map(|row| row.permission);
        let mut least = scan::least(&self.seen);
        least.extend(kept);
        least
    }
}

/// Surveys every plugin, in order. `jobs` are the threads; one for each processor when `None`.
#[must_use]
pub fn survey<'p>(groups: &'p [Group], host: &Host, jobs: Option<usize>) -> Vec<Surveyed<'p>> {
    let catalogue = Catalogue::with_powers();
    let all: Vec<&Plugin> = groups.iter().flat_map(|group| &group.plugins).collect();
    let one = |plugin: &&'p Plugin| {
        let manifest = manifest::check(plugin, host, None).manifest;
        let (seen, broken) = match caught(|| capabilities(plugin, catalogue)) {
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
