//! What the plugins of one collection do to one another.

use std::collections::BTreeMap;

use super::context::failed;
use super::facts::{Claim, Facts, HookUse, shared};
use crate::model::{Confidence, Finding, Place, Plugin, RuleId};
use crate::rules::{Host, id};

/// Compares the plugins of a collection, given in the order of their folder names.
#[must_use]
pub fn across(all: &[(&Plugin, &Facts)], host: &Host) -> Vec<Finding> {
    let mut findings = Vec::new();
    collisions(all, &mut findings);
    dependencies(all, &mut findings);
    imports(all, &mut findings);
    cycles(all, &mut findings);
    hooks(all, host, &mut findings);
    findings
}

fn at(rule: RuleId, plugin: &Plugin, place: &Place, message: String) -> Finding {
    let mut finding = Finding::whole(rule, plugin, "", message);
    finding.place = place.clone();
    finding
}

type Of = for<'f> fn(&'f Facts) -> &'f [Claim];

fn collisions(all: &[(&Plugin, &Facts)], findings: &mut Vec<Finding>) {
    let kinds: [(RuleId, Of, &str, &str); 6] = [
        (
            id::FILTER_COLLISION,
            |facts| &facts.filters,
            "filter",
            "the one with the lowest priority wins, without a message",
        ),
        (
            id::FILTER_COLLISION,
            |facts| &facts.globals,
            "global",
            "the one with the lowest priority wins, without a message",
        ),
        (
            id::ROUTE_COLLISION,
            |facts| &facts.routes,
            "route",
            "the plugin that is loaded first answers, without a message",
        ),
        (id::ENDPOINT_COLLISION, |facts| &facts.endpoints, "endpoint", "the second one does not load"),
        (id::BLUEPRINT_COLLISION, |facts| &facts.blueprints, "blueprint", "the second one does not load"),
        (id::TEMPLATE_COLLISION, |facts| &facts.templates, "template", "both get the same one"),
    ];
    for (rule, of, what, then) in kinds {
        for (name, owners) in shared(all, of) {
            let (first, first_claim) = owners[0];
            for (index, claim) in &owners[1..] {
                let plugin = all[*index].0;
                let other = &all[first].0.slug;
                let mut finding =
                    at(rule, plugin, &claim.place, format!("`{other}` also has the {what} `{name}`: {then}"))
                        .related(first_claim.place.clone(), format!("the {what} of `{other}`"));
                finding.host_says = match what {
                    "endpoint" => Some(failed(
                        &plugin.slug,
                        &format!("View function mapping is overwriting an existing endpoint function: {name}"),
                    )),
                    "blueprint" => Some(failed(
                        &plugin.slug,
                        &format!(
                            "The name '{name}' is already registered for a different blueprint. \
                             Use 'name=' to provide a unique name."
                        ),
                    )),
                    _ => None,
                };
                findings.push(finding);
            }
        }
    }
}

fn imports(all: &[(&Plugin, &Facts)], findings: &mut Vec<Finding>) {
    for (plugin, facts) in all {
        for import in &facts.imports {
            if facts.depends_on.iter().any(|dependency| dependency.name == import.name) {
                continue;
            }
            let finding = at(
                id::CROSS_PLUGIN_IMPORT,
                plugin,
                &import.place,
                format!("this imports the plugin `{}`, which is not in `depends_on`", import.name),
            );
            findings.push(finding);
        }
    }
}

/// Dependencies that mean a plugin of the collection by another spelling.
fn dependencies(all: &[(&Plugin, &Facts)], findings: &mut Vec<Finding>) {
    for (plugin, facts) in all {
        for claim in &facts.depends_on {
            let known = |name: &str| all.iter().any(|(other, _)| other.slug == name);
            let plain_name = claim.name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_'));
            if known(&claim.name) || !plain_name {
                continue;
            }
            let plain = |name: &str| name.to_lowercase().replace(['_', ' '], "-");
            let meant = all.iter().find(|(other, _)| plain(&other.slug) == plain(&claim.name));
            if let Some((other, _)) = meant {
                let finding = at(
                    id::DEPENDS_ON_VALUE,
                    plugin,
                    &claim.place,
                    format!("`{}` is not the name of a plugin's folder", claim.name),
                )
                .host_says(format!("Plugin '{}' missing dependencies: ['{}']", plugin.slug, claim.name))
                .help(format!("Did you mean `{}`?", other.slug));
                findings.push(finding);
            }
        }
    }
}

/// Circles of `depends_on`, each told once for every plugin in it.
fn cycles(all: &[(&Plugin, &Facts)], findings: &mut Vec<Finding>) {
    let index: BTreeMap<&str, usize> =
        all.iter().enumerate().map(|(index, (plugin, _))| (plugin.slug.as_str(), index)).collect();
    let next = |at: usize| {
        all[at].1.depends_on.iter().filter_map(|claim| index.get(claim.name.as_str()).map(|to| (*to, claim)))
    };
    for start in 0..all.len() {
        // The shortest way back to the start, breadth first.
        let mut from: BTreeMap<usize, usize> = BTreeMap::new();
        let mut queue = std::collections::VecDeque::from([start]);
        let mut closed = None;
        'search: while let Some(at) = queue.pop_front() {
            for (to, _) in next(at) {
                if to == start && at != start {
                    closed = Some(at);
                    break 'search;
                }
                if to != start && !from.contains_key(&to) {
                    from.insert(to, at);
                    queue.push_back(to);
                }
            }
        }
        let Some(mut at_index) = closed else { continue };
        let mut path = vec![all[start].0.slug.as_str()];
        while at_index != start {
            path.push(all[at_index].0.slug.as_str());
            at_index = from.get(&at_index).copied().unwrap_or(start);
        }
        path.push(all[start].0.slug.as_str());
        path.reverse();
        let (plugin, facts) = all[start];
        let claim = facts.depends_on.iter().find(|claim| claim.name == path[1]);
        let Some(claim) = claim else { continue };
        let finding = at(
            id::DEPENDENCY_CYCLE,
            plugin,
            &claim.place,
            format!("these plugins depend on one another in a circle: {}", path.join(" → ")),
        );
        findings.push(finding);
    }
}

fn hooks(all: &[(&Plugin, &Facts)], host: &Host, findings: &mut Vec<Finding>) {
    let mut by_hook: BTreeMap<&str, Vec<(usize, &HookUse)>> = BTreeMap::new();
    for (index, (_, facts)) in all.iter().enumerate() {
        for hook in &facts.hooks {
            by_hook.entry(hook.hook.as_str()).or_default().push((index, hook));
        }
    }
    for (name, uses) in by_hook {
        let several = uses.iter().any(|(index, _)| *index != uses[0].0);
        if !several {
            continue;
        }
        // The plugin that is loaded later fails, whoever's priority is odd.
        if let Some((odd, _)) = uses.iter().find(|(_, hook)| !hook.comparable) {
            let mut told: Vec<usize> = Vec::new();
            for (index, hook) in uses.iter().filter(|(index, _)| *index != uses[0].0) {
                if told.contains(index) {
                    continue;
                }
                told.push(*index);
                let other = if *odd == *index { uses[0].0 } else { *odd };
                let finding = at(
                    id::PRIORITY_COLLISION,
                    all[*index].0,
                    hook.priority_place.as_ref().unwrap_or(&hook.place),
                    format!(
                        "this priority cannot be compared with that of `{}` on `{name}`, so this plugin fails",
                        all[other].0.slug
                    ),
                )
                .host_says("'<' not supported between instances of 'str' and 'int'".to_owned());
                findings.push(finding);
            }
        }
        let replaces = host.hooks.get(name).is_some_and(|facts| facts.replaces.is_some());
        let changing: Vec<&(usize, &HookUse)> =
            uses.iter().filter(|(_, hook)| hook.returns_value && replaces).collect();
        if changing.len() > 1 {
            let (first, first_use) = changing[0];
            for (index, hook) in &changing[1..] {
                if index == first {
                    continue;
                }
                let finding = at(
                    id::HANDLERS_NOT_CHAINED,
                    all[*index].0,
                    &hook.place,
                    format!("`{}` also returns a result for `{name}`; only the last one counts", all[*first].0.slug),
                )
                .confidence(Confidence::High)
                .related(first_use.place.clone(), "the other handler");
                findings.push(finding);
            }
        }
    }
}
