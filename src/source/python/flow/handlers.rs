//! The functions that a plugin hands to the host, and what they do to what the host hands to them.

use std::rc::Rc;

use super::define::collect_functions;
use super::engine::Engine;
use super::events::EventKind;
use super::frame::{Binding, Progress};
use super::model::Labels;
use super::names::Sym;
use super::taint::StepKind;
use super::value::{At, FuncId, Kind, Val};

/// The event for a list or dict that is changed in place. Its `key` is what is changed.
pub const CHANGE: &str = "=change";

/// Methods that change the list or dict that they belong to.
const CHANGES: &[&str] = &["append", "clear", "extend", "insert", "pop", "popitem", "remove", "setdefault", "update"];

/// A handler of a hook.
#[derive(Clone, Debug)]
pub struct Handler {
    /// The hook.
    pub hook: String,
    /// Its function.
    pub func: FuncId,
    /// Its name, or the whole of a lambda.
    pub at: At,
    /// Its parameters.
    pub params: Vec<At>,
}

impl Engine<'_, '_> {
    /// The handlers that `get_hooks()` names, when everything was followed; in the order of the classes and modules.
    #[must_use]
    pub fn handlers(&self) -> Vec<Handler> {
        let of_classes = self.classes.iter().map(|class| &class.vars);
        let of_modules = self.files.iter().map(|file| &file.vars);
        let mut found = Vec::new();
        for vars in of_classes.chain(of_modules) {
            let hooks = vars.iter().find(|(name, _)| &**self.names.text(**name) == "get_hooks");
            let Some(Kind::Func(func, _)) = hooks.map(|(_, value)| &value.kind) else { continue };
            for dict in self.funcs[func.0 as usize].summary.ret.alternatives() {
                let Kind::Dict(dict) = &dict.kind else { continue };
                for (key, value) in &dict.entries {
                    if let Some(hook) = key.as_str() {
                        self.handlers_in(hook, value, 3, &mut found);
                    }
                }
            }
        }
        found
    }

    fn handlers_in(&self, hook: &str, value: &Val, depth: u8, found: &mut Vec<Handler>) {
        if depth == 0 || found.len() >= 1_000 {
            return;
        }
        match &value.kind {
            Kind::Func(func, _) | Kind::Bound(func, _) => {
                let function = &self.funcs[func.0 as usize];
                let file = function.file;
                let span = function.def().map_or(function.span, |def| def.name.span);
                let params = function.params().list.iter().map(|param| At { file, span: param.name.span }).collect();
                found.push(Handler { hook: hook.to_owned(), func: *func, at: At { file, span }, params });
            }
            // `{'handler': …, 'priority': …}`
            Kind::Dict(dict) => {
                for (key, value) in &dict.entries {
                    if key.as_str() == Some("handler") {
                        self.handlers_in(hook, value, depth - 1, found);
                    }
                }
            }
            Kind::Partial(pair) => self.handlers_in(hook, &pair.0, depth - 1, found),
            Kind::Union(members) => {
                members.iter().for_each(|member| self.handlers_in(hook, member, depth - 1, found));
            }
            _ => {}
        }
    }

    /// The methods that the host calls with data of its own: the handlers that `get_hooks()` names, and the filters
    /// of templates.
    pub(super) fn give_to_handlers(&mut self) {
        let labels = self.model.find_label("hook");
        let secret = self.model.find_label("secret");
        let mut handlers = self.named_by("get_hooks");
        let listed = self.listed_handlers();
        let more: Vec<FuncId> = listed.iter().map(|(_, func)| *func).filter(|func| !handlers.contains(func)).collect();
        handlers.extend(more);
        for handler in handlers {
            let func = &self.funcs[handler.0 as usize];
            let skip = usize::from(func.class.is_some() && !func.nested && func.binding != Binding::Static);
            let params = func.params().list.iter();
            let spans: Vec<_> = params.map(|param| (param.name.name.clone(), param.name.span)).collect();
            for (index, (name, span)) in spans.into_iter().enumerate().skip(skip) {
                // The host hands its whole configuration to some hooks.
                let labels = if &*name == "config" { Labels(labels.0 | secret.0) } else { labels };
                self.give(handler, index, labels, &format!("hook argument {name}"), span);
            }
            // What it returns goes to a browser.
            let func = &mut self.funcs[handler.0 as usize];
            func.escapes = true;
            if !func.view {
                func.view = true;
                func.progress = Progress::New;
                self.summary_of(handler);
            }
        }
        let mut filters = self.named_by("get_template_filters");
        filters.extend(self.named_by("register_template_filters"));
        for (hook, handler) in listed {
            if matches!(&*hook, "register_template_filters" | "register_template_globals") {
                collect_functions(&self.func(handler).summary.ret, &mut filters, 4);
            }
        }
        for filter in filters {
            self.filter(filter);
        }
    }

    /// The functions in dicts that have a hook of the host for a key, with that key: variables of modules and classes,
    /// and what functions answer.
    fn listed_handlers(&self) -> Vec<(Rc<str>, FuncId)> {
        let mut found = Vec::new();
        let mut dicts: Vec<&Val> = Vec::new();
        let of_modules = self.files.iter().map(|file| &file.vars);
        for vars in of_modules.chain(self.classes.iter().map(|class| &class.vars)) {
            let mut named: Vec<(&Sym, &Val)> =
                vars.iter().filter(|(_, value)| matches!(value.kind, Kind::Dict(_))).collect();
            named.sort_unstable_by_key(|(name, _)| **name);
            dicts.extend(named.into_iter().map(|(_, value)| value));
        }
        dicts.extend(self.funcs.iter().flat_map(|func| func.summary.ret.alternatives()));
        for dict in dicts {
            let Kind::Dict(dict) = &dict.kind else { continue };
            for (key, value) in &dict.entries {
                let Some(hook) = key.as_str().filter(|key| self.model.is_hook(key)) else { continue };
                let mut functions = Vec::new();
                collect_functions(value, &mut functions, 3);
                found.extend(functions.into_iter().map(|func| (Rc::from(hook), func)));
            }
        }
        found
    }

    /// The functions in what the methods and functions of this name answer.
    fn named_by(&mut self, name: &str) -> Vec<FuncId> {
        let name = self.names.sym(name);
        let of_classes = self.classes.iter().filter_map(|class| class.vars.get(&name));
        let of_modules = self.files.iter().filter_map(|file| file.vars.get(&name));
        let all: Vec<Kind> = of_classes.chain(of_modules).map(|value| value.kind.clone()).collect();
        let mut found = Vec::new();
        for kind in all {
            let Kind::Func(func, _) = kind else { continue };
            let summary = self.summary_of(func);
            collect_functions(&summary.ret, &mut found, 4);
        }
        found
    }

    /// A function is a filter of templates: it gets what a page shows.
    pub(super) fn filter(&mut self, id: FuncId) {
        let labels = self.model.find_label("filter");
        let func = &self.funcs[id.0 as usize];
        let skip = usize::from(func.class.is_some() && !func.nested && func.binding != Binding::Static);
        let params = func.params().list.iter();
        let spans: Vec<_> = params.map(|param| (param.name.name.clone(), param.name.span)).collect();
        for (index, (name, span)) in spans.into_iter().enumerate().skip(skip) {
            self.give(id, index, labels, &format!("filter argument {name}"), span);
        }
        self.funcs[id.0 as usize].escapes = true;
    }

    /// What the host puts on the object of a plugin: its application.
    pub(super) fn host_member(&mut self, base: &Val, attr: Sym, at: At) -> Option<Val> {
        if &**self.names.text(attr) != "app" {
            return None;
        }
        let (Kind::Class(class) | Kind::Instance(class)) = base.kind else { return None };
        let mut all = vec![class];
        all.extend(self.bases_of(class));
        let mut bases = all.iter().flat_map(|class| &self.classes[class.0 as usize].bases);
        let is_plugin = bases.any(|base| self.path_of(base).is_some_and(|path| path.starts_with("app.plugins")));
        is_plugin.then(|| self.outside_named("flask.current_app", at))
    }

    /// Tells that a part of an argument is changed: by `x[key] = …`, or by a method when there is one.
    pub(super) fn tell_change(&mut self, container: &Val, method: Option<&str>, at: At) {
        let changes = method.is_none_or(|method| CHANGES.contains(&method));
        if changes && self.is_watched(CHANGE) && self.is_of_argument(container) {
            let key = Some(container.clone());
            self.emit(EventKind::Set { name: CHANGE.into(), key, value: Val::UNKNOWN }, at);
        }
    }

    /// Whether a value is an argument that may be the site's configuration, or lies in one.
    fn is_of_argument(&self, value: &Val) -> bool {
        let mut value = value;
        loop {
            match &value.kind {
                Kind::Item(pair) => value = &pair.0,
                Kind::Attr(pair) => value = &pair.0,
                // `config.get("pages")`
                Kind::Made(made) => match &made.callee.kind {
                    Kind::Attr(pair) if matches!(self.text(pair.1), "get" | "setdefault") => value = &pair.0,
                    _ => return false,
                },
                Kind::Param(index) => {
                    let Some(func) = self.frame().func else { return false };
                    let given = self.funcs[func.0 as usize].given.contains_key(&usize::from(*index));
                    return given || value.origins().iter().any(|taint| is_configuration(&taint.step.what));
                }
                _ => return false,
            }
        }
    }
}

fn is_configuration(step: &StepKind) -> bool {
    let StepKind::Param(name) = step else { return false };
    let name = name.to_ascii_lowercase();
    ["config", "cfg", "conf", "settings", "site"].iter().any(|word| name.contains(word))
}
