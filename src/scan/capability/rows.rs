//! The table of permissions: what is asked for against what is done.

use super::least::{by_host, covers, least};
use super::seen::{Capabilities, Use};
use crate::manifest;
use crate::model::Capability;

/// How a permission and the code agree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// It is asked for and used.
    Fine,
    /// It is used and not asked for.
    Undeclared,
    /// It is asked for, and no place uses it.
    Unused,
    /// It is asked for and cannot be seen, but the plugin does things that cannot be told.
    Unseen,
    /// It is asked for, and these narrower ones are enough.
    Wider(Vec<String>),
    /// It is asked for, and there is no such permission.
    Unknown,
}

/// One line of the table.
#[derive(Clone, Debug)]
pub struct Row {
    /// As in `plugin.json`.
    pub permission: String,
    /// Whether it stands there.
    pub declared: bool,
    /// The places that use it.
    pub uses: Vec<Use>,
    /// How both agree.
    pub state: State,
}

/// The table. Permissions come in the order of [`Capability::ALL`], unknown ones last, each once.
#[must_use]
pub fn rows(declared: &[&str], seen: &Capabilities) -> Vec<Row> {
    let least = least(seen);
    let mut names: Vec<&str> = declared.to_vec();
    names.extend(least.iter().filter(|wanted| !declared.iter().any(|one| covers(one, wanted))).map(String::as_str));
    names.sort_by_key(|name| (order(name), *name));
    names.dedup();
    let row = |name: &str| {
        let asked = declared.contains(&name);
        let uses = uses(name, seen);
        let narrower = by_host(seen).filter(|_| name == Capability::NetworkExternal.name());
        let state = match (asked, narrower) {
            (false, _) => State::Undeclared,
            _ if !manifest::is_permission(name) => State::Unknown,
            (true, Some(narrower)) => State::Wider(narrower),
            _ if !uses.is_empty() => State::Fine,
            _ if !seen.open().is_empty() => State::Unseen,
            _ => State::Unused,
        };
        Row { permission: name.to_owned(), declared: asked, uses, state }
    };
    names.into_iter().map(row).collect()
}

fn order(name: &str) -> usize {
    let network = Capability::ALL.iter().position(|one| *one == Capability::NetworkExternal);
    let known = Capability::ALL.iter().position(|one| one.name() == name);
    known.or(network.filter(|_| name.starts_with("network:"))).unwrap_or(Capability::ALL.len())
}

/// The places that a permission is leave for.
pub(super) fn uses(name: &str, seen: &Capabilities) -> Vec<Use> {
    if let Some(capability) = Capability::from_name(name) {
        return seen.uses(capability).to_vec();
    }
    let Some(host) = name.strip_prefix("network:") else { return Vec::new() };
    let mut uses = seen.uses(Capability::NetworkExternal).to_vec();
    // A place that may reach any host may reach this one.
    uses.retain(|one| one.hosts.is_empty() || one.hosts.contains(host));
    uses
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::model::{Place, Span};

    fn one(at: u32, hosts: &[&str]) -> Use {
        let place = Place { path: "a.py".to_owned(), span: Some(Span::new(at, at + 1)), source: None };
        Use { place, what: "x".to_owned(), hosts: hosts.iter().map(|host| (*host).to_owned()).collect::<BTreeSet<_>>() }
    }

    fn table(declared: &[&str], seen: &Capabilities) -> Vec<(String, State)> {
        rows(declared, seen).into_iter().map(|row| (row.permission, row.state)).collect()
    }

    #[test]
    fn each_permission_has_one_line() {
        let mut seen = Capabilities::default();
        seen.add(Capability::Process, one(1, &[]));
        seen.add(Capability::ReadConfig, one(2, &[]));
        let shown = table(&["odd", "read:config", "read:config", "native"], &seen);
        let expected = [
            ("read:config", State::Fine),
            ("process", State::Undeclared),
            ("native", State::Unused),
            ("odd", State::Unknown),
        ];
        assert_eq!(shown, expected.map(|(name, state)| (name.to_owned(), state)));
        seen.add_open(one(3, &[]));
        assert_eq!(table(&["native"], &seen)[2], ("native".to_owned(), State::Unseen));
    }

    #[test]
    fn hosts_are_narrower_than_the_network() {
        let mut seen = Capabilities::default();
        seen.add(Capability::NetworkExternal, one(1, &["a.org", "b.org"]));
        let both = vec!["network:a.org".to_owned(), "network:b.org".to_owned()];
        assert_eq!(least(&seen), both);
        assert_eq!(table(&["network:external"], &seen), [("network:external".to_owned(), State::Wider(both))]);
        let missing = [("network:a.org".to_owned(), State::Fine), ("network:b.org".to_owned(), State::Undeclared)];
        assert_eq!(table(&["network:a.org"], &seen), missing);
        // One place that may reach anything needs the whole network.
        seen.add(Capability::NetworkExternal, one(2, &[]));
        assert_eq!(table(&["network:external"], &seen), [("network:external".to_owned(), State::Fine)]);
        assert_eq!(least(&seen), ["network:external"]);
        let asked = table(&["network:a.org"], &seen);
        assert_eq!(asked[1], ("network:external".to_owned(), State::Undeclared), "{asked:?}");
    }

    #[test]
    fn a_host_that_no_permission_can_name_needs_the_network() {
        let mut seen = Capabilities::default();
        seen.add(Capability::NetworkExternal, one(1, &["intranet"]));
        assert_eq!(least(&seen), ["network:external"]);
    }
}
