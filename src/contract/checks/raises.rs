//! Exceptions that surely end the loading of the plugin.

use std::rc::Rc;

use crate::contract::context::Context;
use crate::rules::id;
use crate::source::python::signature::{Fit, fit_with};
use crate::source::python::syntax::{Constant, ExprKind};
use crate::source::python::values::{At, Event, EventKind, FuncId, Kind, Obj, Outcome, Phase, Sym, Val};

/// Events of a phase that are looked at closely, which takes a look at all that happened before.
const CANDIDATES: usize = 4;

/// What the host does in each phase, as a message names it.
fn moment(phase: &Phase) -> &'static str {
    match phase {
        Phase::Import => "the import",
        Phase::Construct => "the constructor",
        Phase::Metadata => "`get_metadata()`",
        Phase::Init => "`init()`",
        _ => "`get_hooks()`",
    }
}

pub(super) fn check(ctx: &mut Context<'_>) {
    let phases = [Phase::Import, Phase::Construct, Phase::Metadata, Phase::Init, Phase::Hooks];
    for phase in phases {
        let failures = failures(ctx, &phase);
        // The first one ends the phase: what follows it is not reached.
        let mut certain = failures.iter().filter(|(_, event, _)| event.certain).take(CANDIDATES);
        let sure = certain.find(|(place, event, failure)| is_sure(ctx, *place, event, failure));
        let never = ending(ctx, &phase).is_some_and(|outcome| outcome.never_returns);
        let certain = sure.or_else(|| failures.iter().find(|(_, _, failure)| never && failure.raised));
        match certain {
            Some((_, event, failure)) => tell(ctx, event, failure),
            // Whether that path is taken is not known here.
            None if failures.iter().any(|(_, event, failure)| failure.raised || event.certain) => ctx.unsure(),
            None => {}
        }
    }
    handlers(ctx);
}

fn ending<'c>(ctx: &'c Context<'_>, phase: &Phase) -> Option<&'c Outcome> {
    match phase {
        Phase::Metadata => ctx.sim.metadata.as_ref(),
        Phase::Init => ctx.sim.init.as_ref(),
        Phase::Hooks => ctx.sim.hooks.as_ref(),
        _ => None,
    }
}

/// What is raised in a phase, in order, by its place among the events.
fn failures(ctx: &Context<'_>, phase: &Phase) -> Vec<(usize, Event, Failure)> {
    let events = ctx.interp.events.iter().enumerate();
    let events = events.filter(|(_, event)| event.phase == *phase && ctx.is_own(event.at));
    events.filter_map(|(place, event)| failure(ctx, event).map(|failure| (place, event.clone(), failure))).collect()
}

/// Handlers that raise on every path: the host logs it each time, and goes on without their result.
fn handlers(ctx: &mut Context<'_>) {
    let mut told: Vec<Rc<str>> = Vec::new();
    for hooked in ctx.sim.as_meant() {
        let hook = hooked.hook;
        let shared = ctx.sim.hooked.iter().filter(|other| other.meant == hook).count() > 1;
        let Some(outcome) = hooked.outcome.filter(|outcome| !outcome.opaque && !shared) else { continue };
        let Some(facts) = ctx.host.hooks.get(&*hook).filter(|facts| facts.executed) else { continue };
        // One that cannot be called like this never gets so far.
        let fits = ctx.interp.callable_of(&hooked.handler).is_some_and(|callable| {
            let named: Vec<&str> = callable.named.iter().map(|(name, _, _)| &**name).collect();
            let params = ctx.func(callable.func).params();
            fit_with(params, callable.bound.len() + facts.args.len(), &named) == Fit::Fits
        });
        if !fits || told.contains(&hook) {
            continue;
        }
        told.push(Rc::clone(&hook));
        let failures = failures(ctx, &Phase::Handler(Rc::clone(&hook)));
        let first =
            failures.iter().find(|(_, event, failure)| failure.raised && (event.certain || outcome.never_returns));
        let Some((_, event, failure)) = first else { continue };
        let said = format!("Error executing hook '{hook}' in plugin '{}': {}", ctx.plugin.slug, failure.words);
        let finding = ctx
            .finding(
                id::RAISES_IN_HANDLER,
                event.at,
                format!("the handler of `{hook}` always ends here with `{}`, so it changes nothing", failure.name),
            )
            .host_says(said.trim_end());
        ctx.report(finding);
    }
}

/// An exception that nothing catches.
struct Failure {
    /// Its class, as Python names it.
    name: String,
    /// What `str()` makes of it.
    words: String,
    /// It is written as `raise` or `assert`, or needs no other value: nothing outside can prevent it.
    raised: bool,
}

fn failure(ctx: &Context<'_>, event: &Event) -> Option<Failure> {
    match &event.kind {
        EventKind::Raise(value) => {
            // That is told of the constructor of the host's class, and of a handler that is called.
            let told = |(func, _, at): &(FuncId, String, At)| {
                *at == event.at && (super::class::is_host_constructor(ctx, *func) || super::hooks::is_called(ctx, *at))
            };
            if ctx.interp.misfits.iter().any(told) {
                return None;
            }
            let (name, words) = described(ctx, value);
            // The end of the whole process is another finding.
            let exits = super::lifecycle::ends_process(ctx, value).is_some();
            let caught = ctx.interp.caught_by(value, &event.guards);
            // An index may be there after all, when something that was not followed has filled the list.
            let raised = name != "IndexError";
            (!exits && !caught).then_some(Failure { name, words, raised })
        }
        // The host's own dict, the configuration, is another finding.
        EventKind::MissingKey { target, key } if ctx.is_own(target.at) && !event.guards.catches("KeyError") => {
            let words = key.as_const().map_or_else(|| "…".to_owned(), shown);
            Some(Failure { name: "KeyError".to_owned(), words, raised: false })
        }
        EventKind::MissingAttr { target, name } if target.is_none() && !event.guards.catches("AttributeError") => {
            // In the constructor that is the business of the rule about what the host sets later.
            let later = event.phase == Phase::Construct && super::attributes::set_later(ctx, target).is_some();
            let words = format!("'NoneType' object has no attribute '{name}'");
            (!later).then_some(Failure { name: "AttributeError".to_owned(), words, raised: false })
        }
        _ => None,
    }
}

fn tell(ctx: &mut Context<'_>, event: &Event, failure: &Failure) {
    let said = ctx.failed(&failure.words);
    let finding = ctx
        .finding(
            id::RAISES_AT_LOAD,
            event.at,
            format!("{} always ends here with `{}`, so the plugin never loads", moment(&event.phase), failure.name),
        )
        .host_says(said.trim_end());
    ctx.stopper(finding);
}

/// The class of an exception, and its text.
fn described(ctx: &Context<'_>, value: &Val) -> (String, String) {
    let last = |path: &str| path.rsplit('.').next().unwrap_or(path).to_owned();
    if let Some(class) = ctx.interp.exception_class(value) {
        let name = ctx.interp.class(class).name.to_string();
        let plain = ctx.interp.find_member(class, "__str__").is_none();
        let words = match value.as_sym() {
            Some(Sym::Made { args, .. }) if plain && !args.open => text(&args.pos, false),
            Some(_) => "…".to_owned(),
            None => String::new(),
        };
        return (name, words);
    }
    match value.as_sym() {
        Some(Sym::External(path)) => (last(path), String::new()),
        Some(Sym::Made { callee, args }) => {
            let name = callee.as_external().map_or_else(|| "Exception".to_owned(), last);
            let words = if args.open || !args.named.is_empty() {
                "…".to_owned()
            } else {
                text(&args.pos, name == "KeyError")
            };
            (name, words)
        }
        _ => ("Exception".to_owned(), "…".to_owned()),
    }
}

/// What `str()` makes of an exception with these arguments; `…` for what is not known.
fn text(args: &[Val], quoted: bool) -> String {
    let plain = |value: &Val| match (value.as_const(), quoted) {
        (Some(Constant::Str(text)), false) => text.to_string(),
        (Some(constant), _) => shown(constant),
        (None, _) => "…".to_owned(),
    };
    match args {
        [] => String::new(),
        [one] => plain(one),
        _ => "…".to_owned(),
    }
}

/// A constant as Python writes it.
fn shown(constant: &Constant) -> String {
    match constant {
        Constant::Str(text) if !text.contains(['\'', '\\', '\n']) => format!("'{text}'"),
        Constant::Int(number) => number.to_string(),
        Constant::None => "None".to_owned(),
        Constant::Bool(true) => "True".to_owned(),
        Constant::Bool(false) => "False".to_owned(),
        _ => "…".to_owned(),
    }
}

/// Whether nothing that the simulation did not follow may have put a value where none was seen: code outside that
/// was handed the dict or the object, or a function of the plugin that it or Python may have called.
fn is_sure(ctx: &Context<'_>, place: usize, event: &Event, failure: &Failure) -> bool {
    if failure.raised {
        return true;
    }
    let Some(name) = base_name(ctx, event) else { return true };
    let target = match &event.kind {
        EventKind::MissingKey { target, .. } => Some(target),
        _ => None,
    };
    let fills = |func: FuncId| {
        let code = ctx.func(func);
        !ctx.sim.at_load.contains(&(code.file, code.span)) && mentions(ctx, func, &name)
    };
    // Python calls these by itself.
    let by_itself = ctx.interp.functions().any(|(id, func)| {
        func.name().starts_with("__") && func.name() != "__init__" && ctx.is_own(func.name_at()) && fills(id)
    });
    let handed = |value: &Val| {
        target.is_some_and(|target| holds(ctx, value, target, 0))
            || is_instance(ctx, value)
            || ctx.interp.callable_of(value).is_some_and(|callable| fills(callable.func))
    };
    !by_itself
        && !ctx.interp.events[..place].iter().any(|earlier| match &earlier.kind {
            EventKind::Call { callee, args } => {
                of_namespace(callee) || args.pos.iter().chain(args.named.iter().map(|(_, value, _)| value)).any(handed)
            }
            EventKind::SetItem { target, .. } => of_namespace(target),
            _ => false,
        })
}

/// The name or attribute whose value is used.
fn base_name(ctx: &Context<'_>, event: &Event) -> Option<String> {
    let ast = ctx.ast(event.at.file);
    let used = ast.exprs().iter().find(|expr| {
        expr.span == event.at.span && matches!(expr.kind, ExprKind::Attribute { .. } | ExprKind::Subscript { .. })
    })?;
    let (ExprKind::Attribute { value, .. } | ExprKind::Subscript { value, .. }) = &used.kind else { return None };
    match &ast[*value].kind {
        ExprKind::Name(name) => Some(name.to_string()),
        ExprKind::Attribute { attr, .. } => Some(attr.name.to_string()),
        _ => None,
    }
}

/// Whether a function's code names something.
fn mentions(ctx: &Context<'_>, func: FuncId, wanted: &str) -> bool {
    let code = ctx.func(func);
    ctx.ast(code.file).exprs().iter().any(|expr| {
        code.span.start <= expr.span.start
            && expr.span.end <= code.span.end
            && match &expr.kind {
                ExprKind::Name(name) => **name == *wanted,
                ExprKind::Attribute { attr, .. } => *attr.name == *wanted,
                _ => false,
            }
    })
}

fn is_instance(ctx: &Context<'_>, value: &Val) -> bool {
    matches!(value.kind, Kind::Obj(id) if matches!(ctx.interp.obj(id), Some(Obj::Instance { .. })))
}

/// Whether a value is another one, or a container with it inside.
fn holds(ctx: &Context<'_>, value: &Val, wanted: &Val, depth: usize) -> bool {
    value.same(wanted)
        || depth < 4
            && match &value.kind {
                Kind::Tuple(items) => items.iter().any(|item| holds(ctx, item, wanted, depth + 1)),
                Kind::Obj(id) => match ctx.interp.obj(*id) {
                    Some(Obj::Dict { entries, .. }) => {
                        entries.iter().any(|entry| holds(ctx, &entry.value, wanted, depth + 1))
                    }
                    Some(Obj::List { items, .. }) => items.iter().any(|item| holds(ctx, item, wanted, depth + 1)),
                    _ => false,
                },
                _ => false,
            }
}

/// `self.__dict__` and what is reached through it.
fn of_namespace(value: &Val) -> bool {
    match value.as_sym() {
        Some(Sym::Attr { base, name }) => &**name == "__dict__" || of_namespace(base),
        Some(Sym::Made { callee, .. }) => {
            matches!(callee.as_external(), Some("builtins.vars" | "builtins.globals" | "builtins.locals"))
        }
        Some(Sym::External(path)) => {
            matches!(&**path, "builtins.exec" | "builtins.setattr" | "builtins.vars" | "builtins.globals")
        }
        _ => false,
    }
}
