//! State that changes in `get_hooks`, which is called again and again.

use crate::contract::context::Context;
use crate::rules::id;
use crate::source::python::syntax::StmtKind;
use crate::source::python::values::{At, EventKind, Kind, Phase, Sym, Val};

/// State that changes in `get_hooks`, which is called again and again.
pub(super) fn side_effects(ctx: &mut Context<'_>) {
    let moment = ctx.sim.before_hooks;
    // The globals of templates are asked for here too; that is another rule's matter.
    let globals = ctx
        .sim
        .class
        .and_then(|class| ctx.interp.find_member(class, "get_template_globals"))
        .and_then(|member| ctx.interp.function_of(&member.value));
    for event in ctx.events(&Phase::Hooks) {
        if !ctx.is_own(event.at) || globals.is_some_and(|func| event.stack.contains(&func)) {
            continue;
        }
        let at = event.at;
        let message = match &event.kind {
            EventKind::SetAttr { target, name, value }
                if is_self(ctx, target) && (!idempotent(value) || augmented(ctx, event.at)) =>
            {
                format!("`get_hooks` changes `{name}`, and the host calls it again for every detail page")
            }
            EventKind::Call { callee, .. } if grows(callee, moment) => {
                "`get_hooks` adds to a container here, and the host calls it again for every detail page".to_owned()
            }
            EventKind::Call { callee, .. } if effect(callee) => {
                "`get_hooks` does something here, and the host calls it again for every detail page".to_owned()
            }
            _ => continue,
        };
        let finding = ctx.finding(id::GET_HOOKS_SIDE_EFFECT, at, message);
        ctx.report(finding);
    }
}

/// Whether a call adds to a container that was there before this moment.
pub(in crate::contract::checks) fn grows(callee: &Val, moment: u32) -> bool {
    match callee.as_sym() {
        Some(Sym::Attr { base, name }) => {
            matches!(base.kind, Kind::Obj(id) if id.0 < moment)
                && matches!(&**name, "append" | "extend" | "insert" | "pop")
        }
        _ => false,
    }
}

/// `target += …` is written at this place.
fn augmented(ctx: &Context<'_>, at: At) -> bool {
    let ast = ctx.ast(at.file);
    ast.stmts()
        .iter()
        .any(|stmt| matches!(stmt.kind, StmtKind::AugAssign { target, .. } if ast[target].span == at.span))
}

fn is_self(ctx: &Context<'_>, target: &Val) -> bool {
    match (&target.kind, ctx.sim.instance.as_ref().map(|instance| &instance.kind)) {
        (Kind::Obj(a), Some(Kind::Obj(b))) => a == b,
        (Kind::Class(_), _) => true,
        _ => false,
    }
}

/// The same each time: nothing is lost by doing it again.
fn idempotent(value: &Val) -> bool {
    matches!(
        value.kind,
        Kind::Const(_) | Kind::Func(_) | Kind::Bound(..) | Kind::Class(_) | Kind::Obj(_) | Kind::Tuple(_)
    )
}

fn effect(callee: &Val) -> bool {
    let path = callee.as_external().unwrap_or("");
    let outside = [
        "builtins.open",
        "builtins.print",
        "time.sleep",
        "os.",
        "subprocess.",
        "requests.",
        "urllib.request.",
        "shutil.",
        "socket.",
        "threading.",
    ];
    if outside.iter().any(|prefix| path == *prefix || (prefix.ends_with('.') && path.starts_with(prefix))) {
        return !path.starts_with("os.path.") && !path.starts_with("os.environ") && path != "os.getenv";
    }
    match callee.as_sym() {
        Some(Sym::Attr { base, name }) => {
            matches!(
                &**name,
                "register"
                    | "register_blueprint"
                    | "route"
                    | "add_url_rule"
                    | "write"
                    | "write_text"
                    | "mkdir"
                    | "unlink"
                    | "start"
            ) && !matches!(base.kind, Kind::Const(_))
        }
        _ => false,
    }
}
