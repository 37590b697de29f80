//! The least permissions that are enough.

use std::collections::BTreeSet;

use super::seen::Capabilities;
use crate::manifest;
use crate::model::Capability;

/// With more hosts than this, naming them says no more than that there are many.
const HOSTS: usize = 8;

/// The least permissions for what a plugin does, in the order of [`Capability::ALL`], hosts by name. The network is
/// asked for by host where all hosts are known.
#[must_use]
pub fn least(seen: &Capabilities) -> Vec<String> {
    let of = |capability: Capability| match capability {
        Capability::NetworkExternal => by_host(seen).unwrap_or_else(|| vec![capability.name().to_owned()]),
        _ => vec![capability.name().to_owned()],
    };
    seen.iter().flat_map(|(capability, _)| of(capability)).collect()
}

/// `network:HOST` for each host, when all are known and few.
pub(super) fn by_host(seen: &Capabilities) -> Option<Vec<String>> {
    let hosts: BTreeSet<String> = seen.hosts()?.into_iter().map(|host| format!("network:{host}")).collect();
    let fits = !hosts.is_empty() && hosts.len() <= HOSTS && hosts.iter().all(|host| manifest::is_permission(host));
    fits.then(|| hosts.into_iter().collect())
}

/// Whether one permission is leave for what another one names.
#[must_use]
pub fn covers(permission: &str, wanted: &str) -> bool {
    permission == wanted || permission == Capability::NetworkExternal.name() && wanted.starts_with("network:")
}
