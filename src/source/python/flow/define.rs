//! Functions and classes: what is defined, and how their attributes are found.

use std::rc::Rc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::engine::{Binding, Body, Class, Engine, Func, Level, Progress};
use super::events::EventKind;
use super::names::Sym;
use super::summary::Summary;
use super::value::{Args, At, ClassId, FuncId, Kind, Origin, Step, StepKind, Taint, Val};
use crate::model::Span;
use crate::source::python::children::expr_children;
use crate::source::python::syntax::{
    ArgKind, Ast, ClassDef, Constant, ExprId, ExprKind, FunctionDef, Params, StmtId, StmtKind,
};

impl<'a> Engine<'a, '_> {
    pub(super) fn define_function(&mut self, id: StmtId, def: &'a FunctionDef, span: Span) -> Val {
        let decorators: Vec<Val> = def.decorators.iter().map(|decorator| self.eval(*decorator)).collect();
        let func = self.new_func((id.index(), true), Body::Def(def), &def.params, span);
        let captured = self.captured(func);
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
        let taint = super::value::merge_all(captured.iter().map(|value| &value.taint));
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
        if let Some(path) = self.path_of(decorator) {
            match path {
                "builtins.staticmethod" => *binding = Binding::Static,
                "builtins.classmethod" => *binding = Binding::Class,
                "builtins.property" | "functools.cached_property" | "abc.abstractproperty" => {
                    *binding = Binding::Property
                }
                _ => {
                    let path = path.to_owned();
                    let known = self.is_watched(&path);
                    self.funcs[func.0 as usize].escapes = true;
                    if known {
                        self.call(decorator, Args::of(vec![function.clone()]), at);
                    }
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
                continue;
            }
            self.give(func, index, labels, &format!("route parameter {}", param.name.name), param.name.span);
        }
    }

    /// The world outside passes data of these labels for a parameter.
    pub(super) fn give(&mut self, func: FuncId, index: usize, labels: super::model::Labels, what: &str, span: Span) {
        let file = self.funcs[func.0 as usize].file;
        let path = self.paths.of(what);
        let name: Rc<str> = what.into();
        let part = self.part(path, "");
        let step = Step { at: At { file, span }, what: StepKind::Source(name), before: None, length: 0 };
        let taint =
            Taint { origin: Origin::Source(labels, part), cleared: super::model::Kinds::NONE, step: Rc::new(step) };
        let given = self.funcs[func.0 as usize].given.entry(index).or_default();
        *given = super::value::merge(given, &Some(Rc::from([taint])));
    }

    /// The methods that the host calls with data of its own: the handlers that `get_hooks()` names.
    pub(super) fn give_to_handlers(&mut self) {
        let hooks = self.names.sym("get_hooks");
        let labels = self.model.find_label("hook");
        let secret = self.model.find_label("secret");
        let of_classes = self.classes.iter().filter_map(|class| class.vars.get(&hooks));
        let of_modules = self.files.iter().filter_map(|file| file.vars.get(&hooks));
        let all: Vec<Kind> = of_classes.chain(of_modules).map(|value| value.kind.clone()).collect();
        for kind in all {
            let Kind::Func(func, _) = kind else { continue };
            let summary = self.summary_of(func);
            let mut handlers = Vec::new();
            collect_functions(&summary.ret, &mut handlers, 4);
            for handler in handlers {
                let params = self.funcs[handler.0 as usize].params();
                let func = &self.funcs[handler.0 as usize];
                let skip = usize::from(func.class.is_some() && !func.nested && func.binding != Binding::Static);
                let spans: Vec<_> =
                    params.list.iter().map(|param| (param.name.name.clone(), param.name.span)).collect();
                for (index, (name, span)) in spans.into_iter().enumerate().skip(skip) {
                    // The host hands its whole configuration to some hooks.
                    let labels = if &*name == "config" { super::model::Labels(labels.0 | secret.0) } else { labels };
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
        }
    }

    pub(super) fn define_lambda(&mut self, id: ExprId, params: &'a Params, body: ExprId, span: Span) -> Val {
        let func = self.new_func((id.index(), false), Body::Lambda(params, body), params, span);
        let captured = self.captured(func);
        Self::function_value(func, captured)
    }

    fn new_func(&mut self, key: (u32, bool), body: Body<'a>, params: &'a Params, span: Span) -> FuncId {
        let defaults: Vec<Option<Val>> =
            params.list.iter().map(|param| param.default.map(|default| self.eval(default))).collect();
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
        self.funcs.push(Func {
            body,
            file,
            span,
            class,
            free,
            defaults,
            binding: Binding::Plain,
            nested,
            given: FxHashMap::default(),
            escapes: false,
            view: false,
            called: false,
            entered: false,
            progress: Progress::New,
            summary: Rc::new(Summary::nothing()),
            read: Vec::new(),
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

    fn names_in(&mut self, ast: &Ast, id: ExprId, used: &mut FxHashSet<Sym>) {
        if let ExprKind::Name(name) = &ast[id].kind {
            used.insert(self.names.sym(name));
        }
        let mut children = Vec::new();
        expr_children(ast, id, &mut |child| children.push(child));
        for child in children {
            self.names_in(ast, child, used);
        }
    }

    fn names_in_block(&mut self, ast: &Ast, body: &[StmtId], used: &mut FxHashSet<Sym>) {
        for id in body {
            let (exprs, blocks) = parts(&ast[*id].kind);
            for expr in exprs {
                self.names_in(ast, expr, used);
            }
            for block in blocks {
                self.names_in_block(ast, block, used);
            }
        }
    }

    /// The class that an annotation names, if it is one of the program.
    pub(super) fn annotated(&mut self, annotation: ExprId) -> Option<ClassId> {
        let ast = self.ast();
        let value = match &ast[annotation].kind {
            ExprKind::Name(name) => {
                let name = self.names.sym(name);
                self.lookup(name)?
            }
            ExprKind::Constant(Constant::Str(text)) if text.len() < 100 => {
                let name = self.names.sym(text);
                self.lookup(name)?
            }
            _ => return None,
        };
        match value.kind {
            Kind::Class(class) => Some(class),
            _ => None,
        }
    }

    pub(super) fn define_class(&mut self, id: StmtId, def: &'a ClassDef) -> Val {
        let decorators: Vec<Val> = def.decorators.iter().map(|decorator| self.eval(*decorator)).collect();
        let mut bases = Vec::new();
        for base in &def.bases {
            let value = self.eval(base.value);
            if matches!(base.kind, ArgKind::Positional) {
                bases.push(value);
            }
        }
        let file = self.frame().file;
        let class = match self.class_of.get(&(file, id.index())) {
            Some(known) => *known,
            None => {
                let class = ClassId(u32::try_from(self.classes.len()).unwrap_or(u32::MAX));
                self.classes.push(Class {
                    bases: Vec::new(),
                    vars: FxHashMap::default(),
                    attrs: FxHashMap::default(),
                    grew: FxHashSet::default(),
                });
                self.class_of.insert((file, id.index()), class);
                class
            }
        };
        let mut frame = Self::new_frame(Level::Class, file);
        frame.class = Some(class);
        frame.func = self.frame().func;
        self.frames.push(frame);
        self.exec_block(&def.body);
        if let Some(frame) = self.frames.pop() {
            for event in frame.pending {
                if let Some(outer) = self.frames.last_mut() {
                    outer.wait(event);
                }
            }
            let mut vars: Vec<(Sym, Val)> = frame.vars.into_iter().collect();
            vars.sort_unstable_by_key(|(sym, _)| *sym);
            for (sym, value) in vars {
                let name: Rc<str> = format!("=class {} {}", def.name.name, self.names.text(sym)).into();
                if self.is_watched(&name) {
                    let at = self.at(def.name.span);
                    self.emit(EventKind::Set { name, key: None, value: value.clone() }, at);
                }
                let value = self.erase(&value);
                self.classes[class.0 as usize].vars.insert(sym, value);
            }
        }
        let bases = bases.iter().map(|base| self.erase(base)).collect();
        self.classes[class.0 as usize].bases = bases;
        let value = Val::plain(Kind::Class(class));
        for decorator in &decorators {
            if self.path_of(decorator).is_some_and(|path| self.model.watches(path)) {
                let at = self.at(def.name.span);
                self.call(decorator, Args::of(vec![value.clone()]), at);
            }
        }
        value
    }

    /// The classes of the program that a class derives from, nearest first.
    pub(super) fn bases_of(&self, class: ClassId) -> Vec<ClassId> {
        let mut all = Vec::new();
        let mut next = vec![class];
        while let Some(class) = next.pop() {
            for base in self.classes[class.0 as usize].bases.iter().rev() {
                if let Kind::Class(base) = base.kind
                    && base != class
                    && !all.contains(&base)
                    && all.len() < 64
                {
                    all.push(base);
                    next.push(base);
                }
            }
        }
        all
    }

    /// An attribute in the namespace of a class or of what it derives from.
    pub(super) fn class_member(&self, class: ClassId, name: Sym) -> Option<Val> {
        let own = self.classes[class.0 as usize].vars.get(&name);
        own.cloned().or_else(|| {
            self.bases_of(class).into_iter().find_map(|base| self.classes[base.0 as usize].vars.get(&name).cloned())
        })
    }

    fn kept_member(&self, class: ClassId, name: Sym) -> Option<Val> {
        let own = self.classes[class.0 as usize].attrs.get(&name);
        own.cloned().or_else(|| {
            self.bases_of(class).into_iter().find_map(|base| self.classes[base.0 as usize].attrs.get(&name).cloned())
        })
    }

    /// An attribute of a class or of an object of it, bound where it is a method.
    pub(super) fn member(&mut self, base: &Val, name: Sym) -> Option<Val> {
        let (class, is_object) = match base.kind {
            Kind::Class(class) => (class, false),
            Kind::Instance(class) => (class, true),
            _ => return None,
        };
        let kept = self.kept_member(class, name);
        let Some(value) = self.class_member(class, name) else { return kept };
        let bound = match &value.kind {
            Kind::Func(func, captured) => {
                let binding = self.funcs[func.0 as usize].binding;
                match (binding, is_object) {
                    (Binding::Static, _) | (Binding::Plain, false) => value,
                    (Binding::Property, true) => {
                        let (func, captured) = (*func, Rc::clone(captured));
                        let at = At { file: self.frame().file, span: Span::default() };
                        self.call_function(func, &captured, Args::of(vec![base.clone()]), at)
                    }
                    _ if captured.is_empty() => Val {
                        kind: Kind::Bound(*func, Rc::new(base.clone())),
                        taint: base.taint.clone(),
                        depth: base.depth,
                    },
                    _ => {
                        let args = Args::of(vec![base.clone()]);
                        let depth = value.depth.max(base.depth);
                        let taint = value.taint.clone();
                        Val::around(Kind::Partial(Rc::new((value, args))), taint, depth)
                    }
                }
            }
            _ => value,
        };
        Some(match kept {
            Some(kept) => bound.either(kept),
            None => bound,
        })
    }

    /// An attribute that a class has from outside the program.
    pub(super) fn outer_member(&mut self, base: &Val, name: Sym) -> Val {
        let class = match base.kind {
            Kind::Class(class) | Kind::Instance(class) => class,
            _ => return Val::UNKNOWN,
        };
        let mut all = vec![class];
        all.extend(self.bases_of(class));
        let outer =
            all.into_iter().flat_map(|class| self.classes[class.0 as usize].bases.clone()).find_map(|base| match base
                .kind
            {
                Kind::Path(path) => Some(path),
                _ => None,
            });
        match outer {
            Some(path) => {
                let result = self.paths.result(path);
                let child = self.paths.child(result, name, &self.names);
                Val::around(Kind::Method(child, Rc::new(base.clone())), base.taint.clone(), base.depth)
            }
            None => Val::around(Kind::Attr(Rc::new((base.clone(), name))), base.taint.clone(), base.depth),
        }
    }

    /// Makes an object of a class of the program.
    pub(super) fn instantiate(&mut self, class: ClassId, args: Args, at: At) -> Val {
        // A member of an enum is one of our own values.
        let bases = self.classes[class.0 as usize].bases.clone();
        if bases.iter().any(|base| self.path_of(base).is_some_and(|path| path.starts_with("enum."))) {
            return Val::plain(Kind::Instance(class));
        }
        let init = self.names.sym("__init__");
        let taint = args.taint();
        match self.class_member(class, init).map(|value| value.kind) {
            Some(Kind::Func(func, captured)) => {
                let receiver = Val::plain(Kind::Instance(class));
                let mut all = Args::of(vec![receiver]);
                all.pos.extend(args.pos);
                all.named = args.named;
                all.rest = args.rest;
                self.call_function(func, &captured, all, at);
                Val::plain(Kind::Instance(class))
            }
            _ => {
                // Fields of a dataclass and the like are given by name.
                for (name, value) in &args.named {
                    let value = self.erase(value);
                    self.keep(class, *name, value);
                }
                Val { kind: Kind::Instance(class), taint, depth: 0 }
            }
        }
    }
}

fn collect_functions(value: &Val, found: &mut Vec<FuncId>, depth: u8) {
    if depth == 0 || found.len() >= 256 {
        return;
    }
    match &value.kind {
        Kind::Func(func, _) | Kind::Bound(func, _) => {
            if !found.contains(func) {
                found.push(*func);
            }
        }
        Kind::Dict(dict) => dict.entries.iter().for_each(|(_, value)| collect_functions(value, found, depth - 1)),
        Kind::Seq(seq) => seq.items.iter().for_each(|value| collect_functions(value, found, depth - 1)),
        Kind::Union(members) => members.iter().for_each(|value| collect_functions(value, found, depth - 1)),
        _ => {}
    }
}

/// The expressions and blocks of a statement.
fn parts(stmt: &StmtKind) -> (Vec<ExprId>, Vec<&[StmtId]>) {
    match stmt {
        StmtKind::FunctionDef(def) => {
            let mut exprs = def.decorators.clone();
            exprs.extend(def.params.list.iter().filter_map(|param| param.default));
            (exprs, vec![&def.body])
        }
        StmtKind::ClassDef(def) => {
            let mut exprs = def.decorators.clone();
            exprs.extend(def.bases.iter().map(|base| base.value));
            (exprs, vec![&def.body])
        }
        StmtKind::Return(value) => (value.iter().copied().collect(), Vec::new()),
        StmtKind::Delete(targets) => (targets.clone(), Vec::new()),
        StmtKind::Assign { targets, value } => (targets.iter().copied().chain([*value]).collect(), Vec::new()),
        StmtKind::AugAssign { target, value, .. } => (vec![*target, *value], Vec::new()),
        StmtKind::AnnAssign { target, value, .. } => ([*target].into_iter().chain(*value).collect(), Vec::new()),
        StmtKind::For { target, iter, body, orelse, .. } => (vec![*target, *iter], vec![body, orelse]),
        StmtKind::While { test, body, orelse } | StmtKind::If { test, body, orelse } => {
            (vec![*test], vec![body, orelse])
        }
        StmtKind::With { items, body, .. } => {
            (items.iter().flat_map(|(manager, target)| [Some(*manager), *target]).flatten().collect(), vec![body])
        }
        StmtKind::Match { subject, cases } => (
            [*subject].into_iter().chain(cases.iter().filter_map(|case| case.guard)).collect(),
            cases.iter().map(|case| case.body.as_slice()).collect(),
        ),
        StmtKind::Raise { exc, cause } => (exc.iter().chain(cause).copied().collect(), Vec::new()),
        StmtKind::Try { body, handlers, orelse, finalbody } => {
            let mut blocks: Vec<&[StmtId]> = vec![body, orelse, finalbody];
            blocks.extend(handlers.iter().map(|handler| handler.body.as_slice()));
            (handlers.iter().filter_map(|handler| handler.typ).collect(), blocks)
        }
        StmtKind::Assert { test, msg } => ([*test].into_iter().chain(*msg).collect(), Vec::new()),
        StmtKind::Expr(value) => (vec![*value], Vec::new()),
        StmtKind::TypeAlias { value, .. } => (vec![*value], Vec::new()),
        StmtKind::Import(_)
        | StmtKind::ImportFrom { .. }
        | StmtKind::Global(_)
        | StmtKind::Nonlocal(_)
        | StmtKind::Pass
        | StmtKind::Break
        | StmtKind::Continue
        | StmtKind::Invalid => (Vec::new(), Vec::new()),
    }
}
