//! Which of several classes the host takes.

use std::rc::Rc;

use crate::contract::context::Context;
use crate::contract::simulate::Candidate;
use crate::model::{Edit, Finding, Safety};
use crate::rules::id;
use crate::source::python::syntax::ExprKind::Name;
use crate::source::python::syntax::StmtKind;

pub(super) fn choice(ctx: &mut Context<'_>) {
    let candidates = ctx.sim.candidates.clone();
    let Some(taken) = candidates.first() else { return };
    let Some(meant) = ctx.sim.class else { return };
    let meant_name = candidates.iter().find(|one| one.class == meant).map_or(Rc::from(""), |one| Rc::clone(&one.name));
    if taken.class != meant {
        let complete = taken.missing.is_empty();
        let related = ctx.interp.is_subclass(meant, taken.class);
        if complete && !related {
            several(ctx, &candidates, taken);
            return;
        }
        let why = if taken.is_host { "a base class of the host's own" } else { "a base class of the plugin" };
        let mut finding = ctx
            .finding(
                id::WRONG_CLASS_CHOSEN,
                taken.at,
                format!("the host takes `{}`, {why}, because it sorts before `{meant_name}`", taken.name),
            )
            .label(format!("`{}` comes first in the alphabet", taken.name));
        if !complete {
            let name = &ctx.interp.class(taken.class).name;
            finding = finding.host_says(ctx.not_instantiable(name, &taken.missing));
        }
        finding = unexposed(ctx, finding, taken);
        // A complete class loads; it is only not the one that is meant.
        if complete {
            ctx.report(finding);
        } else {
            ctx.stopper(finding);
        }
        return;
    }
    let others: Vec<&Candidate> = candidates.iter().filter(|one| one.class != taken.class).collect();
    let rivals: Vec<&&Candidate> = others
        .iter()
        .filter(|one| {
            one.name != taken.name
                && !one.is_host
                && one.missing.is_empty()
                && !ctx.interp.is_subclass(taken.class, one.class)
        })
        .collect();
    if !rivals.is_empty() {
        several(ctx, &candidates, taken);
        return;
    }
    for other in others {
        // An underscore sorts after every class name in capital letters.
        if other.name == taken.name || other.name.starts_with('_') {
            continue;
        }
        let finding = ctx.finding(
            id::CLASS_CHOSEN_BY_LUCK,
            other.at,
            format!("only the alphabet makes the host take `{}` and not `{}`", taken.name, other.name),
        );
        let finding = unexposed(ctx, finding, other);
        ctx.report(finding);
    }
}

/// The fix for a typed base that is imported by name into the package: import its module instead.
fn unexposed(ctx: &Context<'_>, finding: Finding, candidate: &Candidate) -> Finding {
    if !candidate.is_host {
        return finding;
    }
    let name = ctx.interp.class(candidate.class).name.to_string();
    let help = format!(
        "Keep `{name}` out of the names of `__init__.py`: write the class in `plugin.py` and import only it, or use \
         `from app.plugins import types` and `types.{name}`."
    );
    let finding = finding.help(help);
    let ast = ctx.ast(candidate.at.file);
    let import = ast.stmts().iter().find_map(|stmt| match &stmt.kind {
        StmtKind::ImportFrom { module: Some(module), names, level: 0, .. }
            if names.len() == 1 && names[0].name.span == candidate.at.span && &**module == "app.plugins.types" =>
        {
            Some((stmt.span, names[0].asname.as_ref().map_or(&names[0].name, |name| name).name.to_string()))
        }
        _ => None,
    });
    let Some((span, local)) = import else { return finding };
    let path = ctx.file(candidate.at.file).map_or("", |file| file.path.as_str()).to_owned();
    let mut edits = vec![Edit { path: path.clone(), span, replacement: "from app.plugins import types".to_owned() }];
    for expr in ast.exprs() {
        if matches!(&expr.kind, Name(used) if **used == *local) {
            edits.push(Edit { path: path.clone(), span: expr.span, replacement: format!("types.{name}") });
        }
    }
    finding.fix(Safety::Safe, "import the module of the base class", edits)
}

fn several(ctx: &mut Context<'_>, candidates: &[Candidate], taken: &Candidate) {
    let others: Vec<&Candidate> = candidates
        .iter()
        .filter(|one| one.class != taken.class && !one.is_host && !ctx.interp.is_subclass(taken.class, one.class))
        .collect();
    for other in others {
        let finding = ctx
            .finding(
                id::SEVERAL_PLUGIN_CLASSES,
                other.at,
                format!("the host takes `{}` and never looks at `{}`", taken.name, other.name),
            )
            .related(ctx.place(taken.at), format!("`{}` comes first in the alphabet", taken.name));
        ctx.report(finding);
    }
}
