//! Functions before each request that can answer instead of the site.

use super::collect::is_app;
use crate::contract::context::Context;
use crate::rules::id;
use crate::source::python::syntax::Constant;
use crate::source::python::values::{EventKind, FuncId, Returned, Sym, Val};

/// `@app.before_request` functions that can answer instead of the site.
pub(super) fn answers(ctx: &mut Context<'_>) {
    let callbacks: Vec<Val> = ctx
        .interp
        .events
        .iter()
        .filter(|event| ctx.is_own(event.at))
        .filter_map(|event| match &event.kind {
            EventKind::Call { callee, args } => match callee.as_sym() {
                Some(Sym::Attr { base, name })
                    if (&**name == "before_request" && is_app(base)) || &**name == "before_app_request" =>
                {
                    args.pos.first().cloned()
                }
                _ => None,
            },
            _ => None,
        })
        .collect();
    for callback in callbacks {
        let Some(func) = ctx.interp.function_of(&callback) else { continue };
        let at = ctx.func(func).name_at();
        let outcome = ctx.interp.invoke(&callback, Vec::new());
        let something = |returned: &Returned| {
            returned.value.alternatives().any(|value| !matches!(value.as_const(), Some(Constant::None)))
        };
        let all = !outcome.returns.is_empty() && outcome.returns.iter().all(something);
        let any = outcome.returns.iter().any(something);
        if !any || !ctx.is_own(at) {
            continue;
        }
        // One that answers for its own pages only is what it is for.
        if !all && looks_at_path(ctx, func) {
            continue;
        }
        let finding = ctx.finding(
            id::BEFORE_REQUEST_ANSWERS,
            at,
            if all {
                "this answers every request of the site, the login page included".to_owned()
            } else {
                "this can answer any request of the site, the login page included".to_owned()
            },
        );
        ctx.report(finding);
    }
}

fn looks_at_path(ctx: &Context<'_>, func: FuncId) -> bool {
    let code = ctx.func(func);
    ctx.interp.events.iter().any(|event| {
        event.at.file == code.file
            && code.span.start <= event.at.span.start
            && event.at.span.end <= code.span.end
            && matches!(&event.kind, EventKind::Read(path)
                if ["path", "full_path", "url", "endpoint", "blueprint", "url_rule", "base_url"]
                    .iter().any(|part| **path == format!("flask.request.{part}") || path.starts_with(&format!("flask.request.{part}."))))
    })
}
