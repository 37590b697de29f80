//! Capabilities, and the places that show them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Capability, Place};

/// So many places of one capability are kept.
const PLACES: usize = 500;

/// A place that shows a capability.
#[derive(Clone, Debug)]
pub struct Use {
    /// Where.
    pub place: Place,
    /// What is there, as a noun phrase: a name as rules know it, a route, a hook.
    pub what: String,
    /// The hosts that are reached from here; empty when they are not known, and for all but the network.
    pub hosts: BTreeSet<String>,
}

/// What a plugin can do.
#[derive(Clone, Debug, Default)]
pub struct Capabilities {
    of: BTreeMap<Capability, Vec<Use>>,
    /// Places whose effect cannot be told: code that is made while the plugin runs, machine code.
    open: Vec<Use>,
    /// A place of the network that may reach any host.
    anywhere: bool,
}

impl Capabilities {
    /// Adds a place. A place that is known already only gets more hosts.
    pub fn add(&mut self, capability: Capability, new: Use) {
        self.anywhere |= capability == Capability::NetworkExternal && new.hosts.is_empty();
        let uses = self.of.entry(capability).or_default();
        let room = uses.len() < PLACES;
        match uses.iter_mut().find(|seen| same(seen, &new)) {
            Some(seen) => seen.hosts.extend(new.hosts),
            None if room => uses.push(new),
            // A place that is not kept must not make the plugin look narrower than it is.
            None => self.anywhere |= capability == Capability::NetworkExternal,
        }
    }

    /// Adds a place whose effect cannot be told.
    pub fn add_open(&mut self, new: Use) {
        if self.open.len() < PLACES && !self.open.iter().any(|seen| same(seen, &new)) {
            self.open.push(new);
        }
    }

    /// Brings the places into the order of paths and positions.
    pub fn sort(&mut self) {
        let key = |one: &Use| (one.place.path.clone(), one.place.span, one.what.clone());
        self.of.values_mut().for_each(|uses| uses.sort_by_cached_key(key));
        self.open.sort_by_cached_key(key);
    }

    /// Reading a name in order to write to it is no reading.
    pub fn without_reads_of_writes(&mut self) {
        let start = |one: &Use| Some((one.place.path.clone(), one.place.span?.start));
        let written: BTreeSet<(String, u32)> = self.uses(Capability::WriteConfig).iter().filter_map(start).collect();
        if let Some(uses) = self.of.get_mut(&Capability::ReadConfig) {
            uses.retain(|one| start(one).is_none_or(|at| !written.contains(&at)));
            if uses.is_empty() {
                self.of.remove(&Capability::ReadConfig);
            }
        }
    }

    /// The capabilities and their places, in the order of [`Capability::ALL`].
    pub fn iter(&self) -> impl Iterator<Item = (Capability, &[Use])> {
        self.of.iter().map(|(capability, uses)| (*capability, uses.as_slice()))
    }

    /// The places of one capability.
    #[must_use]
    pub fn uses(&self, capability: Capability) -> &[Use] {
        self.of.get(&capability).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether the plugin has a capability.
    #[must_use]
    pub fn has(&self, capability: Capability) -> bool {
        self.of.contains_key(&capability)
    }

    /// Places whose effect cannot be told: the plugin may be able to do more.
    #[must_use]
    pub fn open(&self) -> &[Use] {
        &self.open
    }

    /// The hosts that the plugin reaches; `None` when it may reach others as well.
    #[must_use]
    pub fn hosts(&self) -> Option<BTreeSet<&str>> {
        let uses = self.uses(Capability::NetworkExternal);
        (!self.anywhere).then(|| uses.iter().flat_map(|one| &one.hosts).map(String::as_str).collect())
    }
}

fn same(one: &Use, other: &Use) -> bool {
    one.place.span == other.place.span && one.place.path == other.place.path
}
