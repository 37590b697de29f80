//! Objects of the program: what they say as a text, what is in them, and what making one makes outside.

use std::rc::Rc;

use super::engine::Engine;
use super::events::EventKind;
use super::frame::Binding;
use super::names::Sym;
use super::taint::{Origins, merge};
use super::value::{Args, At, ClassId, Dict, Kind, Made, Seq, Val};
use crate::source::python::syntax::{BinOp, CmpOp};

impl Engine<'_, '_> {
    /// What a special method of an object of the program answers.
    pub(super) fn special(&mut self, object: &Val, method: &str, args: Args, at: At) -> Option<Val> {
        let name = self.names.sym(method);
        let method = match object.kind {
            Kind::Instance(class) => {
                self.class_member(class, name)?;
                self.member(object, name)?
            }
            // What a class does itself, its own class says.
            Kind::Class(class) => {
                let method = self.meta_member(class, name)?;
                self.bound(method, class, object, true)
            }
            Kind::Param(0) if self.is_method() => {
                let class = self.frame().class?;
                self.class_member(class, name)?;
                self.own_member(class, object, name)?
            }
            _ => return None,
        };
        Some(self.call(&method, args, at))
    }

    /// An attribute of the class of which a class is an object.
    pub(super) fn meta_member(&self, class: ClassId, name: Sym) -> Option<Val> {
        let mut all = std::iter::once(class).chain(self.bases_of(class));
        let meta = all.find_map(|class| self.classes[class.0 as usize].meta)?;
        self.class_member(meta, name)
    }

    /// `base[key]` of an object or a class of the program, as its own method says.
    pub(super) fn item_by_method(&mut self, base: &Val, key: &Val, at: At) -> Option<Val> {
        let args = || Args::of(vec![key.clone()]);
        if let Some(item) = self.special(base, "__getitem__", args(), at) {
            return Some(item);
        }
        let Kind::Class(class) = base.kind else { return None };
        let name = self.names.sym("__class_getitem__");
        let method = self.class_member(class, name)?;
        let method = self.bound(method, class, base, true);
        Some(self.call(&method, args(), at))
    }

    /// What an operator of an object or a class of the program answers: its own method, or that of the right side.
    pub(super) fn operated(&mut self, left: &Val, op: BinOp, right: &Val) -> Option<Val> {
        let of_program = |value: &Val| matches!(value.kind, Kind::Instance(_) | Kind::Class(_));
        if !of_program(left) && !of_program(right) {
            return None;
        }
        let name = match op {
            BinOp::Add => "add",
            BinOp::Sub => "sub",
            BinOp::Mult => "mul",
            BinOp::MatMult => "matmul",
            BinOp::Div => "truediv",
            BinOp::FloorDiv => "floordiv",
            BinOp::Mod => "mod",
            BinOp::Pow => "pow",
            BinOp::LShift => "lshift",
            BinOp::RShift => "rshift",
            BinOp::BitOr => "or",
            BinOp::BitXor => "xor",
            BinOp::BitAnd => "and",
        };
        let at = self.at(crate::model::Span::default());
        let own = self.special(left, &format!("__{name}__"), Args::of(vec![right.clone()]), at);
        own.or_else(|| self.special(right, &format!("__r{name}__"), Args::of(vec![left.clone()]), at))
    }

    /// A comparison of an object of the program, as its own method does it.
    pub(super) fn asked(&mut self, left: &Val, op: CmpOp, right: &Val, at: At) {
        let (object, method, other) = match op {
            CmpOp::In | CmpOp::NotIn => (right, "__contains__", left),
            CmpOp::Eq => (left, "__eq__", right),
            CmpOp::NotEq => (left, "__ne__", right),
            CmpOp::Lt => (left, "__lt__", right),
            CmpOp::LtE => (left, "__le__", right),
            CmpOp::Gt => (left, "__gt__", right),
            CmpOp::GtE => (left, "__ge__", right),
            CmpOp::Is | CmpOp::IsNot => return,
        };
        if matches!(object.kind, Kind::Instance(_) | Kind::Class(_)) {
            self.special(object, method, Args::of(vec![other.clone()]), at);
        }
    }

    /// What an object answers for an attribute that it has not. What it asks others for meanwhile is not followed: an
    /// object that stands for another one asks it for everything.
    pub(super) fn looked_up(&mut self, object: &Val, attr: Sym, at: At) -> Option<Val> {
        if std::mem::replace(&mut self.looks_up, true) {
            return None;
        }
        let name = Val::text(&**self.names.text(attr));
        let found = self.special(object, "__getattr__", Args::of(vec![name]), at);
        self.looks_up = false;
        found
    }

    /// The variables of a function that runs: what it works with is there, passwords that visitors type among it.
    pub(super) fn variables_of(&mut self, all: Val, at: At) -> Val {
        let labels = self.model.find_label("spied");
        let path = self.paths.of("frame.f_locals");
        let seen = self.source(labels, path, "", at);
        all.with(&seen)
    }

    /// `frame.f_builtins["eval"]`, `frame.f_globals["os"]`: a name that is looked up in a function that runs.
    pub(super) fn of_frame(&mut self, base: &Val, key: &Val, at: At) -> Option<Val> {
        let last = match &base.kind {
            Kind::Attr(pair) => self.text(pair.1),
            Kind::Method(path, _) => self.paths.text(*path).rsplit('.').next()?,
            _ => return None,
        };
        let name = key.as_str()?;
        let path = match (last, name) {
            ("f_builtins", name) => format!("builtins.{name}"),
            ("f_globals", "__builtins__") => "builtins".to_owned(),
            ("f_globals", "os" | "sys" | "subprocess" | "builtins" | "importlib") => name.to_owned(),
            _ => return None,
        };
        let value = self.outside_named(&path, at);
        Some(self.hidden(value, at))
    }

    /// What is kept under a name in the `__dict__` of an object or a class of the program.
    pub(super) fn in_namespace(&mut self, base: &Val, key: &Val, at: At) -> Option<Val> {
        let Kind::Attr(pair) = &base.kind else { return None };
        let ours = matches!(pair.0.kind, Kind::Class(_) | Kind::Instance(_));
        if !ours || self.text(pair.1) != "__dict__" {
            return None;
        }
        let name = self.names.sym(key.as_str()?);
        Some(self.attribute(&pair.0, name, at))
    }

    /// Tells the objects in a class under which names they are there.
    pub(super) fn name_descriptors(&mut self, class: ClassId) {
        let vars = &self.classes[class.0 as usize].vars;
        let objects = vars.iter().filter(|(_, value)| matches!(value.kind, Kind::Instance(_)));
        let mut objects: Vec<(Sym, Val)> = objects.map(|(name, value)| (*name, value.clone())).collect();
        objects.sort_unstable_by_key(|(name, _)| *name);
        let at = self.at(crate::model::Span::default());
        for (name, object) in objects {
            let name = Val::text(&**self.names.text(name));
            let args = Args::of(vec![Val::plain(Kind::Class(class)), name]);
            self.special(&object, "__set_name__", args, at);
        }
    }

    /// Whether a value is a text, whatever it says.
    pub(super) fn says_text(&self, value: &Val) -> bool {
        let Kind::Made(made) = &value.kind else { return false };
        matches!(self.path_of(&made.callee), Some("json.dumps" | "builtins.str" | "builtins.repr" | "builtins.format"))
    }

    /// A value as a text: what an object of the program says of itself.
    pub(super) fn said(&mut self, value: Val, at: At) -> Val {
        match &value.kind {
            Kind::Instance(_) => {
                let said = ["__str__", "__repr__"].into_iter().find_map(|method| {
                    let args = Args::default();
                    self.special(&value, method, args, at)
                });
                said.unwrap_or(value)
            }
            Kind::Seq(seq) if seq.items.iter().any(|item| matches!(item.kind, Kind::Instance(_))) => {
                let items = seq.items.iter().take(64).map(|item| self.said(item.clone(), at)).collect();
                Val::seq(items, seq.open || seq.items.len() > 64).with(&value.taint)
            }
            _ => value,
        }
    }

    /// The same, of all that is put into a text.
    pub(super) fn all_said(&mut self, args: Args, at: At) -> Args {
        let object = |value: &Val| matches!(value.kind, Kind::Instance(_));
        if !args.values().any(object) {
            return args;
        }
        Args {
            pos: args.pos.into_iter().map(|value| self.said(value, at)).collect(),
            named: args.named.into_iter().map(|(name, value)| (name, self.said(value, at))).collect(),
            rest: args.rest,
        }
    }

    /// What an object of the program gives to whoever walks over it.
    pub(super) fn walked(&mut self, object: &Val) -> Option<Val> {
        let at = self.at(crate::model::Span::default());
        let all = self.special(object, "__iter__", Args::default(), at)?;
        (!matches!(all.kind, Kind::Instance(_))).then_some(all)
    }

    /// What outside a class of the program comes from.
    pub(super) fn outer_base(&self, class: ClassId) -> Option<Val> {
        let all = std::iter::once(class).chain(self.bases_of(class));
        let mut bases = all.flat_map(|class| &self.classes[class.0 as usize].bases);
        bases.find(|base| matches!(base.kind, Kind::Path(_) | Kind::Method(..))).cloned()
    }

    /// Tells that an object is made of a class that comes from outside: its constructor gets these arguments.
    pub(super) fn tell_made(&mut self, class: ClassId, args: &Args, at: At) {
        let Some(base) = self.outer_base(class) else { return };
        let Some(name) = self.called_name(&base, None) else { return };
        if self.is_watched(&name) {
            let receiver = Some(Val::plain(Kind::Instance(class)));
            self.emit(EventKind::Call { name, receiver, args: args.clone() }, at);
        }
    }

    /// `super().__init__(x)`, `Base.__init__(self, x)`: the constructor of a class outside.
    pub(super) fn tell_constructor(&mut self, name: &str, args: &Args, at: At) {
        let (base, args) = match name.strip_suffix("().__init__") {
            Some(base) => (base, args.clone()),
            None => {
                let Some(base) = name.strip_suffix(".__init__") else { return };
                let pos = args.pos.iter().skip(1).cloned().collect();
                (base, Args { pos, ..args.clone() })
            }
        };
        if self.is_watched(base) {
            let receiver = self.frame().class.map(|class| Val::plain(Kind::Instance(class)));
            self.emit(EventKind::Call { name: base.into(), receiver, args }, at);
        }
    }

    /// The class that a method of the class itself is followed for.
    pub(super) fn own_class(&self) -> Option<ClassId> {
        let frame = self.frame();
        let func = &self.funcs[frame.func?.0 as usize];
        frame.class.filter(|_| !func.nested && func.binding == Binding::Class)
    }

    /// The fields of an object of the program, by name.
    pub(super) fn fields_of(&mut self, object: &Val, at: At) -> Option<Val> {
        let class = match object.kind {
            Kind::Instance(class) => class,
            Kind::Param(0) => self.class_of_self()?,
            _ => return None,
        };
        let mut names: Vec<Sym> = Vec::new();
        for class in std::iter::once(class).chain(self.bases_of(class)) {
            let class = &self.classes[class.0 as usize];
            let fields = class.vars.iter().filter(|(_, value)| !matches!(value.kind, Kind::Func(..)));
            names.extend(class.attrs.keys().chain(fields.map(|(name, _)| name)));
        }
        // `self.__dict__ = state` is no field.
        names.retain(|name| !self.names.text(*name).starts_with("__"));
        names.sort_unstable();
        names.dedup();
        let entries = names.into_iter().take(64).map(|name| {
            let key = Val::text(&**self.names.text(name));
            (key, self.attribute(object, name, at))
        });
        let entries = entries.collect();
        Some(Val::dict(Dict { entries, open: true }))
    }

    /// The class of the object whose method is followed.
    pub(super) fn class_of_self(&self) -> Option<ClassId> {
        let frame = self.frame();
        let binding = self.funcs[frame.func?.0 as usize].binding;
        frame.class.filter(|_| self.is_method() && matches!(binding, Binding::Plain | Binding::Property))
    }

    /// Calls a function that others keep, and that remembers what is around it: they will call it with whatever they have.
    pub(super) fn call_later(&mut self, function: &Val, at: At) {
        if matches!(&function.kind, Kind::Func(_, captured) if captured.iter().any(|value| value.taint.is_some())) {
            let args = Args { rest: Some(Rc::new(Val::UNKNOWN)), ..Args::default() };
            self.call(function, args, at);
        }
    }

    /// What a call makes that leaves the program.
    pub(super) fn made(
        &mut self,
        callee: &Val,
        args: Args,
        at: At,
        taint: impl FnOnce(&Self, &Args) -> Origins,
    ) -> Val {
        let taint = merge(&callee.taint, &taint(self, &args));
        let depth = callee.depth.max(args.depth());
        Val::around(Kind::Made(Rc::new(Made { callee: callee.clone(), args, at })), taint, depth)
    }

    /// `point.x` of a `namedtuple`.
    pub(super) fn named_field(&self, made: &Made, attr: Sym) -> Option<Val> {
        let Kind::Made(maker) = &made.callee.kind else { return None };
        if self.path_of(&maker.callee) != Some("collections.namedtuple") {
            return None;
        }
        let name = self.names.text(attr);
        let place = match &maker.args.pos.get(1)?.kind {
            Kind::Seq(seq) => seq.items.iter().position(|field| field.as_str() == Some(&**name)),
            Kind::Const(_) => {
                let fields = maker.args.pos.get(1)?.as_str()?;
                fields.split([' ', ',']).filter(|field| !field.is_empty()).position(|field| field == &**name)
            }
            _ => None,
        }?;
        let given = made.args.named.iter().find(|(known, _)| *known == attr).map(|(_, value)| value);
        made.args.pos.get(place).or(given).cloned()
    }

    /// What `iter(read, end)` walks over: what the function answers each time.
    pub(super) fn answers_until(&mut self, function: &Val, at: At) -> Val {
        let item = self.call(function, Args::default(), at);
        let (taint, depth) = (item.taint.clone(), item.depth);
        Val::around(Kind::Seq(Rc::new(Seq { items: vec![item], open: true })), taint, depth)
    }
}
