//! Names that no scope binds.

use std::collections::BTreeSet;

use crate::contract::context::Context;
use crate::model::{Safety, Span};
use crate::rules::id;
use crate::source::python::scopes::{self, Unbound};
use crate::source::python::syntax::{Ast, ExprKind, StmtKind};
use crate::source::python::values::{At, EventKind, FileId, Phase};

pub(super) fn check(ctx: &mut Context<'_>) {
    too_early(ctx);
    for index in 0..ctx.files.len() {
        let Some(id) = u32::try_from(index).ok().filter(|_| ctx.files[index].is_some()).map(FileId) else { continue };
        if !ctx.interp.was_run(id)
            || !ctx.ast(id).faults.is_empty()
            || ctx.ast(id).features.iter().any(|feature| feature.since >= 12)
            || ctx.interp.namespace(id).is_none_or(|scope| scope.open)
        {
            continue;
        }
        let unbound = scopes::unbound(ctx.ast(id));
        let mut seen: BTreeSet<(String, Option<Span>)> = BTreeSet::new();
        for one in unbound {
            let Unbound { name, span, function, at_import, .. } = &one;
            let (span, function, at_import) = (*span, *function, *at_import);
            // One finding for a name in a function: the first use.
            if !seen.insert((name.clone(), function)) {
                continue;
            }
            let at = At { file: id, span };
            let mut finding = ctx
                .finding(id::UNDEFINED_NAME, at, format!("nothing binds the name `{name}`"))
                .host_says(format!("name '{name}' is not defined"));
            if let Some(near) = ctx.nearest(name, one.known()) {
                finding = finding.help(format!("Did you mean `{near}`?")).fix(
                    Safety::Unsafe,
                    format!("use `{near}`"),
                    ctx.edit(at, near),
                );
            }
            if at_import {
                finding = finding.host_says(ctx.failed(&format!("name '{name}' is not defined")));
                ctx.stop();
            } else if function.is_some_and(|span| ctx.sim.at_load.contains(&(id, span))) {
                // In a function that the host calls while it loads the plugin.
                finding = finding.host_says(ctx.failed(&format!("name '{name}' is not defined")));
                ctx.stop();
            }
            ctx.report(finding);
        }
    }
}

/// A name of the module that is read while the module is imported, before the statement that binds it.
fn too_early(ctx: &mut Context<'_>) {
    let early: Vec<(At, String)> = ctx
        .interp
        .events
        .iter()
        .filter(|event| event.phase == Phase::Import && event.certain && !event.guards.catches("NameError"))
        .filter_map(|event| match &event.kind {
            EventKind::Unbound(name) if ctx.is_own(event.at) => {
                let bound = ctx.interp.namespace(event.at.file).is_some_and(|scope| scope.vars.contains_key(name));
                bound.then(|| (event.at, name.to_string()))
            }
            _ => None,
        })
        .collect();
    for (at, name) in early {
        let said = ctx.failed(&format!("name '{name}' is not defined"));
        let finding = ctx
            .finding(id::UNDEFINED_NAME, at, format!("`{name}` is read before the statement that binds it"))
            .help("Move the statement that binds the name above its first use.")
            .host_says(said);
        ctx.stopper(finding);
    }
}

/// The bodies of `try` statements that catch a failing import.
pub(super) fn guarded_spans(ast: &Ast) -> Vec<Span> {
    let names = ["ImportError", "ModuleNotFoundError", "Exception", "BaseException"];
    let mut spans = Vec::new();
    for stmt in ast.stmts() {
        let StmtKind::Try { body, handlers, .. } = &stmt.kind else { continue };
        let named = |id: crate::source::python::syntax::ExprId| matches!(&ast[id].kind, ExprKind::Name(name) if names.contains(&&**name));
        let catches = handlers.iter().any(|handler| match handler.typ {
            None => true,
            Some(typ) => match &ast[typ].kind {
                ExprKind::Tuple(items) => items.iter().any(|item| named(*item)),
                _ => named(typ),
            },
        });
        if let (true, Some(first), Some(last)) = (catches, body.first(), body.last()) {
            spans.push(ast[*first].span.cover(ast[*last].span));
        }
    }
    spans
}
