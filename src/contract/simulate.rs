//! The life of a plugin on the host, step by step.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::context::Context;
use super::world::STUB_MODULE;
use crate::model::Span;
use crate::rules::only_near;
use crate::source::python::values::{
    At, Callable, ClassId, DictEntry, FileId, Kind, Obj, Outcome, Phase, Sym, Ty, Val,
};

/// A class that the search for the plugin's class meets.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    /// The name it is bound to in the package.
    pub(super) name: Rc<str>,
    /// The class.
    pub(super) class: ClassId,
    /// Where the package binds it.
    pub(super) at: At,
    /// It is one of the host's, not the plugin's.
    pub(super) is_host: bool,
    /// Methods that are still abstract.
    pub(super) missing: Vec<Rc<str>>,
}

/// A handler that the host would register.
#[derive(Clone, Debug)]
pub(super) struct Hooked {
    /// The hook's name and where it is written.
    pub(super) hook: Rc<str>,
    pub(super) hook_at: At,
    /// The text behind a name that is a member of an enum, which the host does not take for the text.
    pub(super) hook_value: Option<Rc<str>>,
    /// The hook whose facts the handler is judged by: for a name that the host does not have, the one that is meant.
    pub(super) meant: Rc<str>,
    /// The value given as handler.
    pub(super) handler: Val,
    pub(super) handler_at: At,
    /// The priority, and where it is written.
    pub(super) priority: Option<(Val, At)>,
    /// Registered on some paths only.
    pub(super) maybe: bool,
    /// Every way in which the handler ends when the host calls it.
    pub(super) outcome: Option<Outcome>,
}

/// A function that answers a route.
#[derive(Clone, Debug)]
pub(super) struct Route {
    /// The URL rule with the blueprint's prefix; `None` where it is not known.
    pub(super) rule: Option<String>,
    /// Where the rule is written.
    pub(super) at: At,
    /// The blueprint; `None` for the application itself.
    pub(super) blueprint: Option<Val>,
    /// The view.
    pub(super) view: Option<Val>,
    /// How many events there were before it was added.
    pub(super) moment: usize,
    /// The endpoint, if it is given, or the view's name.
    pub(super) endpoint: Option<String>,
    /// `endpoint=` is given.
    pub(super) named_endpoint: bool,
    /// Where the endpoint is written.
    pub(super) endpoint_at: Option<At>,
}

/// A blueprint that is made.
#[derive(Clone, Debug)]
pub(super) struct Blueprint {
    /// The call that makes it.
    pub(super) made: Val,
    /// The name that it is made with, if known.
    pub(super) first_name: Option<String>,
    /// Its name, which may be another one when it is registered, if known.
    pub(super) name: Option<String>,
    /// Where the name is written.
    pub(super) name_at: At,
    /// The whole call.
    pub(super) at: At,
    pub(super) url_prefix: Option<String>,
    pub(super) has_prefix: bool,
    pub(super) template_folder: Option<Val>,
    pub(super) static_folder: Option<Val>,
    pub(super) static_url_path: bool,
    pub(super) static_path: Option<String>,
    /// It is registered on the application.
    pub(super) registered: bool,
    /// Its arguments could not be followed.
    pub(super) open: bool,
}

/// What was simulated.
#[derive(Clone, Debug, Default)]
pub(super) struct Sim {
    pub(super) package: Option<FileId>,
    pub(super) base: Option<ClassId>,
    /// Which names `dir()` gives of the package could not be followed.
    pub(super) names_unknown: bool,
    pub(super) candidates: Vec<Candidate>,
    /// The class that the author means; usually the one that the host takes.
    pub(super) class: Option<ClassId>,
    pub(super) instance: Option<Val>,
    pub(super) metadata: Option<Outcome>,
    pub(super) init: Option<Outcome>,
    pub(super) hooks: Option<Outcome>,
    /// Objects with a lower number existed before `get_hooks()` was called.
    pub(super) before_hooks: u32,
    /// Functions that ran until the plugin was loaded: the file and the whole `def`.
    pub(super) at_load: BTreeSet<(FileId, Span)>,
    pub(super) hooked: Vec<Hooked>,
    /// What the plugin's type would register if `get_hooks()` did not leave it out.
    pub(super) lost: Vec<Hooked>,
    pub(super) routes: Vec<Route>,
    /// What answers for a view class: the call of `as_view`, and its methods behind the class's decorators.
    pub(super) views: Vec<(Val, Vec<Val>)>,
    pub(super) blueprints: Vec<Blueprint>,
}

impl Sim {
    /// The handlers under the names that are meant.
    pub(super) fn as_meant(&self) -> Vec<Hooked> {
        let named = |hooked: &Hooked| Hooked { hook: Rc::clone(&hooked.meant), ..hooked.clone() };
        self.hooked.iter().map(named).collect()
    }
}

/// Walks through discovery, import, construction, metadata, init, hooks, and handlers.
pub(super) fn run(ctx: &mut Context<'_>) {
    if let Some(stub) = ctx.interp.file_of(STUB_MODULE) {
        ctx.interp.run_module(stub);
        ctx.sim.base = class_named(ctx, stub, "BasePlugin");
        let member = ctx.sim.base.and_then(|base| ctx.interp.find_member(base, "get_config_value"));
        ctx.interp.watched = member.and_then(|member| ctx.interp.function_of(&member.value));
    }
    ctx.interp.events.clear();
    let Some(package) = ctx.interp.file_of(&ctx.plugin.slug) else { return };
    ctx.sim.package = Some(package);
    ctx.interp.phase = Phase::Import;
    ctx.interp.run_module(package);
    search(ctx, package);
    let Some(class) = ctx.sim.class else { return };
    let at = At { file: ctx.interp.class(class).file, span: ctx.interp.class(class).name_at.span };

    ctx.interp.phase = Phase::Construct;
    let instance = ctx.interp.make(class, at);
    ctx.sim.instance = Some(instance.clone());
    let app = param("app", Ty::Other, at);
    ctx.interp.set_attribute_of(&instance, "manager", param("manager", Ty::Other, at));
    ctx.interp.set_attribute_of(&instance, "app", app.clone());

    ctx.sim.metadata = call(ctx, &instance, "get_metadata", Vec::new(), Phase::Metadata);
    ctx.sim.init = call(ctx, &instance, "init", vec![app], Phase::Init);
    ctx.sim.before_hooks = ctx.interp.moment();
    ctx.sim.hooks = call(ctx, &instance, "get_hooks", Vec::new(), Phase::Hooks);
    ctx.sim.at_load = ctx.interp.functions_run().map(|func| (func.file, func.span)).collect();
    register(ctx);
    super::checks::routes::collect(ctx);
    handle(ctx);
    lost(ctx, class, &instance);
    super::later::run(ctx, &instance);
    // Handlers and later code may add routes and blueprints too.
    super::checks::routes::collect(ctx);
}

pub(super) fn param(name: &str, ty: Ty, at: At) -> Val {
    Val::sym(Sym::Param { name: name.into(), ty }, at)
}

fn class_named(ctx: &Context<'_>, file: FileId, name: &str) -> Option<ClassId> {
    match ctx.interp.namespace(file)?.vars.get(name)?.value.kind {
        Kind::Class(class) => Some(class),
        _ => None,
    }
}

/// `for name in dir(module)`: every name of the package bound to a subclass of the base, in order.
fn search(ctx: &mut Context<'_>, package: FileId) {
    let Some(base) = ctx.sim.base else { return };
    let Some(namespace) = ctx.interp.namespace(package).cloned() else { return };
    let mut names: Vec<(Rc<str>, Val)> = Vec::new();
    match ctx.interp.listed_by_module(package) {
        // A `__dir__` of the package says which names there are.
        Some(Some(listed)) => {
            let module = Val { kind: Kind::Module(package), at: At { file: package, span: Span::default() } };
            for name in listed {
                let value = ctx.interp.read_attribute(&module, &name);
                names.push((name, value));
            }
        }
        Some(None) => ctx.sim.names_unknown = true,
        None => {
            let bound = namespace.vars.iter().filter(|(name, _)| !name.starts_with('\0'));
            names.extend(bound.map(|(name, slot)| (Rc::clone(name), slot.value.clone())));
        }
    }
    for (name, value) in &names {
        for value in value.alternatives() {
            let Kind::Class(class) = value.kind else { continue };
            if class == base || !ctx.interp.is_subclass(class, base) {
                continue;
            }
            let is_host = ctx.file(ctx.interp.class(class).file).is_none();
            let missing = ctx.interp.abstract_at_definition(class);
            ctx.sim.candidates.push(Candidate { name: Rc::clone(name), class, at: value.at, is_host, missing });
        }
    }
    // The one that is meant: the plugin's own, complete, and not a base of another.
    let candidates = &ctx.sim.candidates;
    let own: Vec<&Candidate> = candidates.iter().filter(|candidate| !candidate.is_host).collect();
    let is_base = |one: &Candidate| {
        own.iter().any(|other| other.class != one.class && ctx.interp.is_subclass(other.class, one.class))
    };
    let complete = own.iter().find(|one| one.missing.is_empty() && !is_base(one));
    ctx.sim.class = complete.or_else(|| own.iter().find(|one| !is_base(one))).map(|candidate| candidate.class);
}

fn call(ctx: &mut Context<'_>, instance: &Val, name: &str, args: Vec<Val>, phase: Phase) -> Option<Outcome> {
    ctx.interp.phase = phase;
    let method = ctx.interp.read_attribute(instance, name);
    let func = ctx.interp.function_of(&method)?;
    let code = ctx.interp.func(func);
    let given = args.len() + usize::from(matches!(method.kind, Kind::Bound(..)));
    // A call that fails runs nothing.
    if code.is_abstract || !super::checks::callable_with(code.params(), given) {
        return None;
    }
    Some(ctx.interp.invoke(&method, args))
}

/// What `get_hooks()` gives, entry by entry.
fn register(ctx: &mut Context<'_>) {
    let Some(outcome) = &ctx.sim.hooks else { return };
    let mut dicts = Vec::new();
    for returned in &outcome.returns {
        for value in returned.value.alternatives() {
            if let Kind::Obj(id) = value.kind
                && !dicts.contains(&id)
            {
                dicts.push(id);
            }
        }
    }
    let several = dicts.len() > 1;
    let mut hooked: Vec<Hooked> = Vec::new();
    for id in dicts {
        let Some(Obj::Dict { entries, .. }) = ctx.interp.obj(id) else { continue };
        for entry in entries.clone() {
            let text = entry.key.as_str().map(Rc::<str>::from);
            let Some(hook) = text.or_else(|| ctx.interp.enum_member(&entry.key)) else { continue };
            for one in definitions(ctx, &entry, &hook, several) {
                if !hooked.iter().any(|seen| seen.hook == one.hook && seen.handler_at == one.handler_at) {
                    hooked.push(one);
                }
            }
        }
    }
    ctx.sim.hooked = hooked;
}

fn definitions(ctx: &Context<'_>, entry: &DictEntry, hook: &Rc<str>, several: bool) -> Vec<Hooked> {
    let hook_at = if entry.key.as_const().is_some() && ctx.is_own(entry.key.at) { entry.key.at } else { entry.key_at };
    let uncertain = entry.maybe || several || matches!(entry.value.kind, Kind::Union(_));
    let mut list = Vec::new();
    for value in entry.value.alternatives() {
        let is_dict = matches!(value.kind, Kind::Obj(id) if matches!(ctx.interp.obj(id), Some(Obj::Dict { .. })));
        let (handler, handler_at, priority) = if is_dict {
            let handler = match ctx.interp.dict_get(value, "handler") {
                Some(Some(entry)) => (entry.value, entry.value_at),
                Some(None) => (Val::none(value.at), value.at),
                None => (Val::unknown(value.at), value.at),
            };
            let priority = ctx.interp.dict_get(value, "priority").flatten().map(|entry| (entry.value, entry.value_at));
            (handler.0, handler.1, priority)
        } else {
            (value.clone(), entry.value_at, None)
        };
        for handler in handler.alternatives() {
            list.push(Hooked {
                hook: Rc::clone(hook),
                hook_at,
                meant: meant(ctx, hook, ctx.interp.enum_value(&entry.key)),
                hook_value: ctx.interp.enum_value(&entry.key),
                handler: handler.clone(),
                handler_at,
                priority: priority.clone(),
                maybe: uncertain,
                outcome: None,
            });
        }
    }
    list
}

/// The hook that a name means: its own, the text of an enum's member, or the only one that is near.
fn meant(ctx: &Context<'_>, hook: &Rc<str>, member: Option<Rc<str>>) -> Rc<str> {
    let hooks = &ctx.host.hooks;
    if hooks.contains_key(&**hook) || super::checks::defined_by_hand(ctx, hook) {
        return Rc::clone(hook);
    }
    match member.filter(|text| hooks.contains_key(&**text)) {
        Some(text) => text,
        None if ctx.has_compared_enough() => Rc::clone(hook),
        None => {
            let names = || hooks.keys().map(String::as_str);
            let near = ctx.nearest(hook, names()).and_then(|_| only_near(hook, names()));
            near.map_or_else(|| Rc::clone(hook), Rc::from)
        }
    }
}

/// Calls every handler with what the host passes.
fn handle(ctx: &mut Context<'_>) {
    for index in 0..ctx.sim.hooked.len() {
        let hooked = ctx.sim.hooked[index].clone();
        let Some(facts) = ctx.host.hooks.get(&*hooked.meant) else { continue };
        let Some(callable) = ctx.interp.callable_of(&hooked.handler) else { continue };
        if !ctx.is_own(ctx.interp.func(callable.func).name_at()) {
            continue;
        }
        let at = hooked.handler_at;
        let args: Vec<Val> = facts
            .args
            .iter()
            .enumerate()
            .map(|(index, name)| param(name, facts.types.get(index).map_or(Ty::Unknown, |ty| type_named(ty)), at))
            .collect();
        ctx.interp.phase = Phase::Handler(Rc::clone(&hooked.meant));
        let outcome = run_handler(ctx, &hooked.handler, callable, args);
        ctx.sim.hooked[index].outcome = Some(outcome);
    }
}

fn run_handler(ctx: &mut Context<'_>, handler: &Val, callable: Callable, args: Vec<Val>) -> Outcome {
    let code = ctx.interp.func(callable.func);
    if !code.is_async() && !code.is_generator() {
        return ctx.interp.invoke(handler, args);
    }
    // The host never runs this body; it is followed for what else is wrong in it.
    let mut all = callable.bound;
    all.extend(args);
    ctx.interp.invoke_body(callable.func, all)
}

/// The methods of the plugin's types whose hooks `get_hooks()` leaves out: what is wrong in them is told in the same run.
fn lost(ctx: &mut Context<'_>, class: ClassId, instance: &Val) {
    for base in ctx.interp.class(class).mro.clone() {
        let info = ctx.interp.class(base);
        let Some(facts) = ctx.host.types.get(&*info.name) else { continue };
        if ctx.file(info.file).is_some() {
            continue;
        }
        for typed in &facts.hooks {
            let at = instance.at;
            let handler = ctx.interp.read_attribute(instance, &typed.handler);
            let Some(func) = ctx.interp.function_of(&handler) else { continue };
            let code = ctx.interp.func(func);
            if ctx.interp.was_called(func) || code.is_async() || code.is_generator() || !ctx.is_own(code.name_at()) {
                continue;
            }
            ctx.interp.phase = Phase::Handler(Rc::from(&*typed.name));
            let outcome = Some(ctx.interp.invoke(&handler, Vec::new()));
            let hook = Rc::from(&*typed.name);
            ctx.sim.lost.push(Hooked {
                meant: Rc::clone(&hook),
                hook,
                hook_at: at,
                hook_value: None,
                handler,
                handler_at: at,
                priority: None,
                maybe: true,
                outcome,
            });
        }
    }
}

fn type_named(name: &str) -> Ty {
    match name {
        "dict" => Ty::Dict,
        "str" => Ty::Str,
        _ => Ty::Unknown,
    }
}
