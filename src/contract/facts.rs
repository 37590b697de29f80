//! What one plugin says about itself to the others of its collection.

use std::collections::BTreeMap;

use crate::model::Place;

/// A name that a plugin claims, and where it does.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The name.
    pub name: String,
    /// Where it is written.
    pub place: Place,
}

/// A handler that a plugin registers.
#[derive(Clone, Debug)]
pub struct HookUse {
    /// The hook.
    pub hook: String,
    /// Where the handler is given.
    pub place: Place,
    /// Where the priority is written, if it is.
    pub priority_place: Option<Place>,
    /// The priority can be compared with numbers.
    pub comparable: bool,
    /// The priority, where it is an integer.
    pub priority: Option<i64>,
    /// The handler returns something that the host uses.
    pub returns_value: bool,
}

/// What a collection is checked by.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Names in `depends_on`.
    pub depends_on: Vec<Claim>,
    /// Modules of other plugins that are imported.
    pub imports: Vec<Claim>,
    /// Filters.
    pub filters: Vec<Claim>,
    /// Template globals.
    pub globals: Vec<Claim>,
    /// URL rules, with the methods they answer.
    pub routes: Vec<Claim>,
    /// Endpoints on the application itself.
    pub endpoints: Vec<Claim>,
    /// Blueprint names.
    pub blueprints: Vec<Claim>,
    /// Template names that blueprints make visible.
    pub templates: Vec<Claim>,
    /// Handlers.
    pub hooks: Vec<HookUse>,
}

/// Groups what several plugins claim: name → (index of the plugin, its claim), in order.
pub(super) fn shared<'f>(
    all: &'f [(&crate::model::Plugin, &Facts)],
    of: impl Fn(&'f Facts) -> &'f [Claim],
) -> BTreeMap<&'f str, Vec<(usize, &'f Claim)>> {
    let mut claims: BTreeMap<&str, Vec<(usize, &Claim)>> = BTreeMap::new();
    for (index, (_, facts)) in all.iter().enumerate() {
        for claim in of(facts) {
            let owners = claims.entry(claim.name.as_str()).or_default();
            if owners.last().is_none_or(|(last, _)| *last != index) {
                owners.push((index, claim));
            }
        }
    }
    claims.retain(|_, owners| owners.len() > 1);
    claims
}
