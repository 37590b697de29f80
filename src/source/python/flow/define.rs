//! Functions and classes: what is defined, and how their attributes are found.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::engine::Engine;
use super::frame::{Binding, Body, Class, Func, Level, Progress};
use super::model::Kinds;
use super::names::Sym;
use super::parts::Part;
use super::summary::Summary;
use super::taint::{Origin, Step, StepKind, Taint};
use super::value::{Args, At, ClassId, FuncId, Kind, Val};
use crate::model::Span;
use crate::source::python::syntax::{ExprId, FunctionDef, Params, StmtId};

impl<'a> Engine<'a, '_> {
    pub(super) fn define_function(&mut self, id: StmtId, def: &'a FunctionDef, span: Span) -> Val {
        let decorators: Vec<Val> = def.decorators.iter().map(|decorator| self.eval(*decorator)).collect();
        let func = self.new_func((id.index(), true), Body::Def(def), &def.params, span);
        let captured = self.captured(func);
        self.see_around(func, &captured);
        let mut value = Self::function_value(func, captured);
        let mut binding = Binding::Plain;
        for (decorator, written) in decorators.iter().zip(&def.decorators).rev() {
            let at = self.at(self.ast()[*written].span);
            value = self.decorate(func, decorator, value, &mut binding, def, at);
        }
        self.funcs[func.0 as usize].binding = binding;
        value
    }

    fn function_value(func: FuncId, captured: Vec<Val>) -> Val {
        let taint = super::taint::merge_all(captured.iter().map(|value| &value.taint));
        let depth = captured.iter().map(|value| value.depth).max().unwrap_or(0);
        Val::around(Kind::Func(func, captured.into()), taint, depth)
    }

    fn decorate(
        &mut self,
        func: FuncId,
        decorator: &Val,
        function: Val,
        binding: &mut Binding,
        def: &'a FunctionDef,
        at: At,
    ) -> Val {
        // `@exec` above a decorator that makes a text: it is given what that made.
        if !matches!(function.kind, Kind::Func(..) | Kind::Bound(..) | Kind::Partial(_) | Kind::Class(_)) {
            return self.call(decorator, Args::of(vec![function]), at);
        }
        if let Some(path) = self.path_of(decorator) {
            match path {
                "builtins.staticmethod" => *binding = Binding::Static,
                "builtins.classmethod" => *binding = Binding::Class,
                "builtins.property" | "functools.cached_property" | "abc.abstractproperty" => {
                    *binding = Binding::Property;
                }
                _ => {
                    let path = path.to_owned();
                    let known = self.is_watched(&path);
                    self.funcs[func.0 as usize].escapes = true;
                    if known {
                        self.call(decorator, Args::of(vec![function.clone()]), at);
                    }
                    self.call_later(&function, at);
                    return function;
                }
            }
            return function;
        }
        if let Kind::Made(made) = &decorator.kind {
            let made = Rc::clone(made);
            self.route(func, &made, def);
        }
        match &decorator.kind {
            Kind::Func(..) | Kind::Bound(..) | Kind::Class(_) | Kind::Instance(_) | Kind::Partial(_) => {
                let result = self.call(decorator, Args::of(vec![function.clone()]), at);
                if matches!(result.kind, Kind::Unknown) { function } else { result }
            }
            Kind::Union(members) => {
                let members = Rc::clone(members);
                for member in members.iter() {
                    if self.path_of(member).is_some_and(|path| self.model.watches(path)) {
                        self.call(member, Args::of(vec![function.clone()]), at);
                    }
                }
                function
            }
            // `@app.route(…)`, `@app.before_request`, `@x.setter`: kept by somebody else, and handed back.
            _ => {
                self.funcs[func.0 as usize].escapes = true;
                self.call_later(&function, at);
                function
            }
        }
    }

    /// `@app.route("/<name>")`: a browser sends the parts of the path, and gets what is returned.
    fn route(&mut self, func: FuncId, made: &super::value::Made, def: &'a FunctionDef) {
        let name = match &made.callee.kind {
            Kind::Attr(pair) => self.names.text(pair.1).to_string(),
            Kind::Path(path) | Kind::Method(path, _) => {
                let text = self.paths.text(*path);
                text.rsplit('.').next().unwrap_or(text).to_owned()
            }
            _ => return,
        };
        // What a handler of errors returns goes to a browser, too.
        if matches!(name.as_str(), "errorhandler" | "app_errorhandler") {
            self.funcs[func.0 as usize].view = true;
            self.funcs[func.0 as usize].escapes = true;
        }
        if matches!(name.as_str(), "app_template_filter" | "template_filter") {
            self.filter(func);
            return;
        }
        if !matches!(name.as_str(), "route" | "get" | "post" | "put" | "delete" | "patch" | "add_url_rule") {
            return;
        }
        let rule = made.args.pos.first().and_then(Val::as_str).unwrap_or("").to_owned();
        if !rule.starts_with('/') {
            return;
        }
        self.answer(func, &rule, def);
    }

    /// Marks a function as the view of a route.
    pub(super) fn answer(&mut self, func: FuncId, rule: &str, def: &'a FunctionDef) {
        self.funcs[func.0 as usize].view = true;
        self.funcs[func.0 as usize].escapes = true;
        let labels = self.model.find_label("request");
        for (index, param) in def.params.list.iter().enumerate() {
            let converter = rule.split('<').skip(1).filter_map(|part| part.split_once('>')).find_map(|(inside, _)| {
                let (converter, name) = inside.split_once(':').unwrap_or(("string", inside));
                (name.trim() == &*param.name.name).then_some(converter.trim())
            });
            let Some(converter) = converter else { continue };
            if converter.starts_with("int")
                || converter.starts_with("float")
                || converter.starts_with("uuid")
                || converter.starts_with("any")
            {
                let what = format!("route parameter {}", param.name.name);
                self.give_cleared(func, index, labels, &what, param.name.span, super::model::Kinds::ALL);
                continue;
            }
            self.give(func, index, labels, &format!("route parameter {}", param.name.name), param.name.span);
        }
    }

    /// `app.add_url_rule("/<name>", view_func=show)`
    pub(super) fn add_view(&mut self, args: &Args) {
        let rule = self.argument(args, "rule", Some(0)).and_then(Val::as_str).unwrap_or_default().to_owned();
        let view = self.argument(args, "view_func", Some(2)).cloned();
        for func in view.map(|view| self.views_of(&view)).unwrap_or_default() {
            let followed = &self.funcs[func.0 as usize];
            let (seen, done) = (followed.view, followed.progress == Progress::Done);
            if let Some(def) = followed.def() {
                self.answer(func, &rule, def);
            }
            if done && !seen {
                self.funcs[func.0 as usize].progress = Progress::New;
                self.summary_of(func);
            }
        }
    }

    /// The functions that answer for a view: itself, or the methods of a class of which it was made.
    fn views_of(&mut self, view: &Val) -> Vec<FuncId> {
        match &view.kind {
            Kind::Func(func, _) | Kind::Bound(func, _) => vec![*func],
            // `Pages.as_view("pages")`
            Kind::Made(made) => match &made.callee.kind {
                Kind::Method(path, holder) if self.paths.text(*path).ends_with(".as_view") => match holder.kind {
                    Kind::Class(class) => self.answering(class),
                    _ => Vec::new(),
                },
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    /// The world outside passes data of these labels for a parameter.
    pub(super) fn give(&mut self, func: FuncId, index: usize, labels: super::model::Labels, what: &str, span: Span) {
        self.give_cleared(func, index, labels, what, span, super::model::Kinds::NONE);
    }

    /// The same, of data that is harmless for these kinds of sinks.
    fn give_cleared(
        &mut self,
        func: FuncId,
        index: usize,
        labels: super::model::Labels,
        what: &str,
        span: Span,
        cleared: super::model::Kinds,
    ) {
        let file = self.funcs[func.0 as usize].file;
        let path = self.paths.of(what);
        let name: Rc<str> = what.into();
        let step = Step { at: At { file, span }, what: StepKind::Source(name), before: None, length: 0 };
        let taint = Taint { origin: Origin::Source(labels, path, Part::WHOLE), cleared, step: Rc::new(step) };
        let given = self.funcs[func.0 as usize].given.entry(index).or_default();
        *given = super::taint::merge(given, &Some(Rc::from([taint])));
    }

    /// Functions that are handed to what watches something get what it sees.
    pub(super) fn give_seen(&mut self, name: &Rc<str>, args: &Args, at: At) {
        let labels = self.model.gives(name);
        if labels == super::model::Labels::NONE {
            return;
        }
        let path = self.paths.of(name);
        let seen = self.source(labels, path, "", at);
        let mut found = Vec::new();
        args.values().for_each(|value| collect_functions(value, &mut found, 2));
        for func in found {
            let followed = &mut self.funcs[func.0 as usize];
            let skip = usize::from(followed.class.is_some() && !followed.nested && followed.binding != Binding::Static);
            let again = followed.progress == Progress::Done && followed.always.is_empty();
            for index in skip..followed.params().list.len() {
                followed.always.insert(index, seen.clone());
            }
            if again {
                followed.progress = Progress::New;
                self.summary_of(func);
            }
        }
    }

    /// Whether a class of the program comes from this class outside.
    #[must_use]
    pub fn inherits(&self, class: super::value::ClassId, path: &str) -> bool {
        let all = std::iter::once(class).chain(self.bases_of(class));
        all.flat_map(|class| &self.classes[class.0 as usize].bases).any(|base| self.path_of(base) == Some(path))
    }

    /// Whether a class of the program, or one that it comes from, defines a method.
    #[must_use]
    pub fn defines(&self, class: super::value::ClassId, method: &str) -> bool {
        let mut all = std::iter::once(class).chain(self.bases_of(class));
        all.any(|class| self.classes[class.0 as usize].vars.keys().any(|name| &**self.names.text(*name) == method))
    }

    /// Whether a class of the program has a method of its own that hands on only what it has tested: of every way in
    /// which it answers, some argument was found harmless.
    #[must_use]
    pub fn narrows(&self, class: super::value::ClassId, method: &str) -> bool {
        let mut all = std::iter::once(class).chain(self.bases_of(class));
        let own = all.find_map(|class| {
            let vars = self.classes[class.0 as usize].vars.iter();
            vars.filter(|(name, _)| &**self.names.text(**name) == method).map(|(_, value)| value).next()
        });
        let Some(own) = own else { return false };
        let (Kind::Func(func, _) | Kind::Bound(func, _)) = &own.kind else { return true };
        let summary = &self.func(*func).summary;
        let given = |origin: Origin| matches!(origin, Origin::Param(index, _) if index > 0);
        let tested = summary.passes.iter().any(|(origin, kinds)| given(*origin) && *kinds != Kinds::NONE);
        tested
            || summary.ret.alternatives().all(|answer| {
                let inside = match &answer.kind {
                    Kind::Made(made) => Some(made.args.values().flat_map(Val::origins)),
                    _ => None,
                };
                let all = answer.origins().iter().chain(inside.into_iter().flatten());
                let mut asked = all.filter(|taint| given(taint.origin)).peekable();
                asked.peek().is_none() || asked.any(|taint| taint.cleared != Kinds::NONE)
            })
    }

    pub(super) fn define_lambda(&mut self, id: ExprId, params: &'a Params, body: ExprId, span: Span) -> Val {
        let func = self.new_func((id.index(), false), Body::Lambda(params, body), params, span);
        let captured = self.captured(func);
        self.see_around(func, &captured);
        Self::function_value(func, captured)
    }

    fn new_func(&mut self, key: (u32, bool), body: Body<'a>, params: &'a Params, span: Span) -> FuncId {
        let defaults: Vec<Option<Val>> =
            params.list.iter().map(|param| param.default.map(|default| self.eval(default))).collect();
        self.tell_defaults(params, &defaults);
        let frame = self.frame();
        let (file, level) = (frame.file, frame.level);
        let class = frame.class;
        if let Some(known) = self.func_of.get(&(file, key.0, key.1)) {
            return *known;
        }
        let nested = level == Level::Function || matches!(body, Body::Lambda(..)) && level != Level::Class;
        let names: Rc<[Sym]> = if self.inside_function() {
            let ast = self.files[file.0 as usize].ast;
            let mut used = FxHashSet::default();
            match body {
                Body::Def(def) => self.names_in_block(ast, &def.body, &mut used),
                Body::Lambda(_, value) => self.names_in(ast, value, &mut used),
            }
            let mut own: FxHashSet<Sym> = FxHashSet::default();
            for param in &params.list {
                own.insert(self.names.sym(&param.name.name));
            }
            let mut used: Vec<Sym> = used.into_iter().filter(|name| !own.contains(name)).collect();
            used.sort_unstable();
            used.into()
        } else {
            Rc::from([])
        };
        let id = FuncId(u32::try_from(self.funcs.len()).unwrap_or(u32::MAX));
        let free: Rc<[Sym]> = names.iter().copied().filter(|name| self.around(*name).is_some()).collect();
        let outer =
            self.frames.iter().rev().take_while(|frame| frame.level != Level::Module).find_map(|frame| frame.func);
        if let Some(outer) = outer.filter(|_| !free.is_empty())
            && self.funcs[outer.0 as usize].kept.is_none()
        {
            let class = ClassId(u32::try_from(self.classes.len()).unwrap_or(u32::MAX));
            self.classes.push(Class::default());
            self.funcs[outer.0 as usize].kept = Some(class);
        }
        self.funcs.push(Func {
            body,
            file,
            span,
            class,
            home: class,
            outer,
            kept: None,
            free,
            around: Vec::new(),
            defaults,
            binding: Binding::Plain,
            nested,
            given: FxHashMap::default(),
            always: FxHashMap::default(),
            escapes: false,
            // What an object says of itself as markup goes to a browser as it is.
            view: class.is_some() && matches!(body, Body::Def(def) if &*def.name.name == "__html__"),
            called: false,
            called_blindly: false,
            entered: false,
            progress: Progress::New,
            summary: Rc::new(Summary::nothing()),
            read: Vec::new(),
            computes: None,
            failures: 0,
            callers: FxHashSet::default(),
        });
        self.func_of.insert((file, key.0, key.1), id);
        id
    }

    fn inside_function(&self) -> bool {
        self.frames
            .iter()
            .rev()
            .take_while(|frame| frame.level != Level::Module)
            .any(|frame| frame.level == Level::Function)
    }

    /// A variable of the functions around the place that is followed.
    fn around(&self, name: Sym) -> Option<Val> {
        for frame in self.frames.iter().rev() {
            match frame.level {
                Level::Module => return None,
                Level::Class => {}
                Level::Function => return frame.vars.get(&name).cloned(),
            }
        }
        None
    }

    fn captured(&self, func: FuncId) -> Vec<Val> {
        let free = &self.funcs[func.0 as usize].free;
        free.iter().map(|name| self.around(*name).unwrap_or(Val::UNKNOWN)).collect()
    }
}

pub(super) fn collect_functions(value: &Val, found: &mut Vec<FuncId>, depth: u8) {
    if depth == 0 || found.len() >= 256 {
        return;
    }
    match &value.kind {
        Kind::Func(func, _) | Kind::Bound(func, _) if !found.contains(func) => found.push(*func),
        Kind::Dict(dict) => dict.entries.iter().for_each(|(_, value)| collect_functions(value, found, depth - 1)),
        Kind::Seq(seq) => seq.items.iter().for_each(|value| collect_functions(value, found, depth - 1)),
        Kind::Union(members) => members.iter().for_each(|value| collect_functions(value, found, depth - 1)),
        _ => {}
    }
}
