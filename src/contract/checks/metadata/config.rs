//! Configuration that the host never delivers, and schemas that it cannot show.

use super::json::unserialisable;
use crate::contract::context::Context;
use crate::model::Span;
use crate::rules::id;
use crate::source::python::syntax::{ArgKind, Ast, BoolOp, ExprId, ExprKind};
use crate::source::python::values::{At, ClassId, EventKind, FileId, Kind, Obj, Phase};

/// Configuration that the host never delivers, and schemas that it cannot show.
pub(super) fn config(ctx: &mut Context<'_>) {
    let Some(instance) = ctx.sim.instance.clone() else { return };
    let Some(class) = ctx.sim.class else { return };
    reads_config(ctx, class);
    let schema = ctx.interp.read_attribute(&instance, "get_config_schema");
    let Some(func) = ctx.interp.function_of(&schema) else { return };
    if !ctx.is_own(ctx.func(func).name_at()) {
        return;
    }
    ctx.interp.phase = Phase::Later("schema");
    let outcome = ctx.interp.invoke(&schema, Vec::new());
    let mut bad = Vec::new();
    for value in outcome.value.alternatives() {
        unserialisable(ctx, value, &mut bad, true, 0);
    }
    for (at, ty) in bad {
        // Flask writes dates, decimals, and UUIDs as text; the page of the schema is written by Flask.
        if ["`date", "`Decimal", "`UUID"].iter().any(|name| ty.contains(name)) {
            continue;
        }
        let finding = ctx
            .finding(id::CONFIG_SCHEMA_NOT_JSON, at, format!("the schema holds {ty}, which JSON cannot hold"))
            .host_says(format!(
                "Object of type {} is not JSON serializable",
                ty.trim_start_matches("a `").trim_end_matches('`')
            ));
        ctx.report(finding);
    }
}

/// `self.get_config_value("x")` without a default, `self.get_config()["x"]`.
fn reads_config(ctx: &mut Context<'_>, class: ClassId) {
    let overridden = ["set_config", "get_config", "get_config_value"].iter().any(|name| {
        ctx.interp
            .find_member(class, name)
            .is_some_and(|member| ctx.file(ctx.interp.class(member.class).file).is_some())
    });
    let fed = ctx.interp.events.iter().any(|event| {
        matches!(&event.kind, EventKind::SetAttr { name, .. } if &**name == "_config") && ctx.is_own(event.at)
    }) || calls_set_config(ctx);
    if overridden || fed {
        return;
    }
    // `self.get_config()["x"]`, `self._config["x"]`, also through a variable.
    let config = ctx.sim.instance.as_ref().and_then(|instance| match instance.kind {
        Kind::Obj(id) => match ctx.interp.obj(id) {
            Some(Obj::Instance { attrs, .. }) => attrs.get("_config").map(|slot| slot.value.clone()),
            _ => None,
        },
        _ => None,
    });
    let mut found: Vec<At> = ctx
        .interp
        .events
        .iter()
        .filter(|event| match (&event.kind, &config) {
            (EventKind::MissingKey { target, .. }, Some(config)) => {
                target.same(config) && ctx.is_own(event.at) && !event.guards.catches("KeyError")
            }
            _ => false,
        })
        .map(|event| event.at)
        .collect();
    // By whatever name it is called: the object, the key, and no default.
    for (given, at) in &ctx.interp.watched_calls {
        if *given == 2 && ctx.is_own(*at) && !with_fallback(ctx.ast(at.file), at.span) {
            found.push(*at);
        }
    }
    // In code that was not reached, by what is written.
    for (index, file) in ctx.files.iter().enumerate() {
        let Some(id) = u32::try_from(index).ok().filter(|_| file.is_some()).map(FileId) else {
            continue;
        };
        if !ctx.interp.was_run(id) {
            continue;
        }
        let ast = ctx.ast(id);
        let is_self = |value: ExprId| matches!(&ast[value].kind, ExprKind::Name(name) if &**name == "self");
        let method = |value: ExprId| match &ast[value].kind {
            ExprKind::Attribute { value, attr } if is_self(*value) => Some(&*attr.name),
            _ => None,
        };
        for expr in ast.exprs() {
            match &expr.kind {
                ExprKind::Call { func, args } if method(*func) == Some("get_config_value") => {
                    let defaulted = args.len() > 1
                        || args.iter().any(|arg| matches!(arg.kind, ArgKind::Star | ArgKind::DoubleStar));
                    let at = At { file: id, span: expr.span };
                    if !defaulted && !found.contains(&at) && !with_fallback(ast, expr.span) {
                        found.push(at);
                    }
                }
                _ => {}
            }
        }
    }
    // A key that is read while the plugin is loaded ends the loading.
    let ends = |at: &At| {
        ctx.interp.events.iter().find_map(|event| match &event.kind {
            EventKind::MissingKey { key, .. }
                if event.at == *at
                    && event.certain
                    && matches!(event.phase, Phase::Construct | Phase::Metadata | Phase::Init | Phase::Hooks) =>
            {
                Some(key.as_str().map_or_else(|| "…".to_owned(), |key| format!("'{key}'")))
            }
            _ => None,
        })
    };
    found.sort();
    found.dedup();
    let found: Vec<(At, Option<String>)> = found.into_iter().map(|at| (at, ends(&at))).collect();
    for (at, words) in found {
        let finding = ctx.finding(
            id::CONFIG_NEVER_SET,
            at,
            "the host never delivers a configuration to plugins, so this has no value".to_owned(),
        );
        match words {
            Some(words) => {
                let said = ctx.failed(&words);
                ctx.stopper(finding.host_says(said));
            }
            None => ctx.report(finding),
        }
    }
}

/// `value or default`
fn with_fallback(ast: &Ast, span: Span) -> bool {
    ast.exprs().iter().any(|expr| match &expr.kind {
        ExprKind::BoolOp { op: BoolOp::Or, values } => {
            values.split_last().is_some_and(|(_, first)| first.iter().any(|id| ast[*id].span == span))
        }
        _ => false,
    })
}

fn calls_set_config(ctx: &Context<'_>) -> bool {
    ctx.files.iter().enumerate().filter(|(_, file)| file.is_some()).any(|(index, _)| {
        let id = FileId(u32::try_from(index).unwrap_or(u32::MAX));
        ctx.ast(id)
            .exprs()
            .iter()
            .any(|expr| matches!(&expr.kind, ExprKind::Attribute { attr, .. } if &*attr.name == "set_config"))
    })
}
