//! What one version of a plugin asks for and does that another one does not.

use super::least::{covers, least};
use super::rows::uses;
use super::seen::{Capabilities, Use};
use crate::manifest;

/// One version.
#[derive(Clone, Debug)]
pub struct Version<'a> {
    /// What it asks for; `None` when its manifest has no list.
    pub declared: Option<Vec<&'a str>>,
    /// What it can do.
    pub seen: &'a Capabilities,
}

/// A permission that only the new version needs, or only the old one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// As in `plugin.json`.
    pub permission: String,
    /// Whether the version that has it asks for it, when the other one does not.
    pub declared: bool,
    /// Whether the version that has it uses it, when the other one does not.
    pub used: bool,
}

/// What grew and what shrank, by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Changes {
    /// Only the new version has these.
    pub grown: Vec<Change>,
    /// Only the old version has these.
    pub shrunk: Vec<Change>,
}

impl Version<'_> {
    fn asks(&self) -> Vec<String> {
        let declared = self.declared.iter().flatten().filter(|name| manifest::is_permission(name));
        declared.map(|name| (*name).to_owned()).collect()
    }

    /// Everything that people agreed to, or that happened anyway.
    fn all(&self) -> Vec<String> {
        let mut all = self.asks();
        all.extend(least(self.seen));
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The places that need a permission.
    #[must_use]
    pub fn uses(&self, permission: &str) -> Vec<Use> {
        uses(permission, self.seen)
    }
}

/// Compares two versions.
#[must_use]
pub fn changes(old: &Version<'_>, new: &Version<'_>) -> Changes {
    let has = |list: &[String], wanted: &str| list.iter().any(|one| covers(one, wanted));
    let (before, after) = (old.all(), new.all());
    let agreed = if old.declared.is_some() { old.asks() } else { before.clone() };
    let (asked, used) = (new.asks(), least(new.seen));
    let grown = after.iter().filter_map(|name| {
        let change = Change {
            permission: name.clone(),
            declared: asked.contains(name) && !has(&agreed, name),
            used: used.contains(name) && !has(&before, name),
        };
        (change.declared || change.used).then_some(change)
    });
    let (asked, used) = (old.asks(), least(old.seen));
    let shrunk = before.iter().filter(|name| !has(&after, name)).map(|name| Change {
        permission: name.clone(),
        declared: asked.contains(name),
        used: used.contains(name),
    });
    Changes { grown: grown.collect(), shrunk: shrunk.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Capability, Place};

    fn seen(all: &[(Capability, &[&str])]) -> Capabilities {
        let mut seen = Capabilities::default();
        for (at, (capability, hosts)) in all.iter().enumerate() {
            let place = Place { path: format!("{at}.py"), span: None, source: None };
            let hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
            seen.add(*capability, Use { place, what: "x".to_owned(), hosts });
        }
        seen
    }

    fn shown(old: &Version<'_>, new: &Version<'_>) -> (Vec<String>, Vec<String>) {
        let names = |all: Vec<Change>| all.into_iter().map(|one| one.permission).collect();
        let changes = changes(old, new);
        (names(changes.grown), names(changes.shrunk))
    }

    const fn version<'a>(declared: Option<Vec<&'a str>>, seen: &'a Capabilities) -> Version<'a> {
        Version { declared, seen }
    }

    fn names(all: &[&str]) -> Vec<String> {
        all.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn what_was_asked_for_or_done_before_has_not_grown() {
        use Capability::{Native, NetworkExternal, Process};
        let (nothing, process) = (seen(&[]), seen(&[(Process, &[])]));
        let none = (Vec::new(), Vec::new());
        assert_eq!(shown(&version(None, &nothing), &version(None, &process)), (names(&["process"]), Vec::new()));
        assert_eq!(shown(&version(None, &process), &version(None, &nothing)), (Vec::new(), names(&["process"])));
        assert_eq!(shown(&version(Some(vec!["process"]), &nothing), &version(None, &process)), none);
        assert_eq!(shown(&version(None, &process), &version(Some(vec!["process"]), &process)), none);
        // People agreed to a list that said nothing of it.
        let both = (&version(Some(vec![]), &process), &version(Some(vec!["process"]), &process));
        assert_eq!(shown(both.0, both.1), (names(&["process"]), Vec::new()));
        let (one, two) = (seen(&[(NetworkExternal, &["a.org"])]), seen(&[(NetworkExternal, &["a.org", "b.org"])]));
        let any = seen(&[(NetworkExternal, &[]), (Native, &[])]);
        assert_eq!(shown(&version(None, &one), &version(None, &two)), (names(&["network:b.org"]), Vec::new()));
        assert_eq!(
            shown(&version(None, &one), &version(None, &any)),
            (names(&["native", "network:external"]), Vec::new())
        );
        assert_eq!(
            shown(&version(None, &any), &version(None, &one)),
            (Vec::new(), names(&["native", "network:external"]))
        );
        assert_eq!(shown(&version(Some(vec!["network:external"]), &one), &version(None, &two)).0, names(&[]));
        assert_eq!(shown(&version(Some(vec!["nonsense"]), &nothing), &version(None, &nothing)), none);
    }
}
