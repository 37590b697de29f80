//! The ways in which `get_metadata()` returns, each judged on its own.

use super::config::config;
use super::shape::{metadata_method, one};
use crate::contract::context::Context;
use crate::source::python::values::{At, Val};

/// Name and version, where every path returns the same.
pub(in crate::contract) fn identity(ctx: &Context<'_>) -> (Option<String>, Option<String>) {
    let get = |key: &str| {
        let outcome = ctx.sim.metadata.as_ref()?;
        let entry = ctx.interp.dict_get(&outcome.value, key)??;
        entry.value.as_str().map(str::to_owned)
    };
    (get("name"), get("version"))
}

pub(in crate::contract::checks) fn check(ctx: &mut Context<'_>) {
    let Some(outcome) = ctx.sim.metadata.clone() else { return };
    let method = metadata_method(ctx);
    let mut ways: Vec<(Val, At)> = outcome
        .returns
        .iter()
        .flat_map(|returned| {
            let at = returned.at.or(method).unwrap_or(returned.value.at);
            returned.value.alternatives().map(move |value| (value.clone(), at)).collect::<Vec<_>>()
        })
        .collect();
    if outcome.opaque {
        ways.push((outcome.value.clone(), method.unwrap_or(outcome.value.at)));
    }
    let certain = ways.len() == 1;
    for (value, at) in ways {
        one(ctx, &value, at, certain);
    }
    config(ctx);
}
