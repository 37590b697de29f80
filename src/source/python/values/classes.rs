//! Classes: how they are made, their order of resolution, and their members.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::args::Args;
use super::bases::Meta;
use super::interp::{Frame, Interp};
use super::records::Record;
use super::state::{Obj, ScopeKind};
use super::value::{At, ClassId, FileId, FuncId, Kind, ScopeId, Sym, Val};
use super::walk::Yields;
use crate::model::Span;
use crate::source::python::syntax::{ArgKind, ClassDef};

/// A class that was defined.
#[derive(Clone, Debug)]
pub struct Class<'a> {
    /// Its name.
    pub name: Rc<str>,
    /// Where it is named: in the statement, or the call of `type` or `namedtuple` that makes it.
    pub name_at: At,
    /// Its statement, unless a call made it.
    pub def: Option<&'a ClassDef>,
    /// The file it is in.
    pub file: FileId,
    /// The whole statement or call.
    pub span: Span,
    /// Its namespace.
    pub scope: ScopeId,
    /// The values of its bases, in order, with where each is written.
    pub bases: Vec<Val>,
    /// Itself, then its bases in the order in which attributes are looked up.
    pub mro: Vec<ClassId>,
    /// It has a base that is not known, so it may have any attribute.
    pub is_open: bool,
    /// A decorator writes methods into it (`dataclass`).
    pub is_decorated: bool,
    /// The fields from which Python writes its constructor: those of a data class, or of a named tuple.
    pub record: Option<Rc<Record>>,
    /// The class of the class, where it is known.
    pub meta: Meta,
    /// Methods that were abstract when it was made; what is set later does not change that.
    pub missing: Vec<Rc<str>>,
}

/// A class attribute and the class that defines it.
#[derive(Clone, Debug)]
pub struct Member {
    /// The defining class.
    pub class: ClassId,
    /// Its value.
    pub value: Val,
    /// Unbound on some path.
    pub maybe: bool,
}

/// What a statement or call says of a class, apart from its name and bases.
#[derive(Default)]
pub(super) struct Making<'a> {
    pub(super) def: Option<&'a ClassDef>,
    pub(super) span: Span,
    pub(super) metaclass: Option<Val>,
    pub(super) is_open: bool,
    pub(super) is_decorated: bool,
}

/// Bases from outside that bring no attributes of their own.
const PLAIN_BASES: &[&str] = &["builtins.object", "abc.ABC", "typing.Generic", "typing.Protocol"];

impl<'a> Interp<'a> {
    pub(super) fn define_class(&mut self, def: &'a ClassDef, span: Span) -> Val {
        let at = self.at(def.name.span);
        let (mut bases, mut keywords) = (Vec::new(), Vec::new());
        let mut made = Making { span, def: Some(def), ..Making::default() };
        for base in &def.bases {
            let value = self.eval(base.value);
            match &base.kind {
                ArgKind::Positional => {
                    let seen = self.at(base.span);
                    bases.push(value.seen_at(seen));
                }
                ArgKind::Keyword(name) if &*name.name == "metaclass" => made.metaclass = Some(value),
                ArgKind::Keyword(name) => {
                    let name_of = self.name(&name.name);
                    let value_at = self.expr_at(base.value);
                    keywords.push((name_of, value, value_at));
                }
                ArgKind::Star | ArgKind::DoubleStar => made.is_open = true,
            }
        }
        let decorators: Vec<Val> = def.decorators.iter().map(|decorator| self.eval(*decorator)).collect();
        made.is_decorated = decorators.iter().any(|decorator| {
            let path = match decorator.as_sym() {
                Some(Sym::External(path)) => &**path,
                Some(Sym::Made { callee, .. }) => callee.as_external().unwrap_or(""),
                _ => "",
            };
            path != "typing.final"
        });
        let id = self.new_class(&def.name.name, at, bases, &made);
        let (file, scope) = (self.frame().file, self.classes[id.0 as usize].scope);
        let undecided = self.undecided();
        let function = self.frame().function;
        self.push_frame(Frame {
            file,
            scope,
            function,
            class: Some(id),
            receiver: None,
            returns: Vec::new(),
            undecided,
            breaks: Vec::new(),
            continues: Vec::new(),
            yields: Yields::default(),
        });
        self.exec_block(&def.body);
        self.frames.pop();
        self.make_members(id);
        self.classes[id.0 as usize].missing = self.abstract_methods(id);
        self.classes[id.0 as usize].record = self.record_of(id, def, &decorators);
        let class = Val { kind: Kind::Class(id), at };
        self.made_subclass(id, keywords, at);
        for decorator in decorators.iter().rev() {
            // The result of a decorator from outside is still that class, as for `dataclass` and `final`.
            if matches!(decorator.kind, Kind::Func(_) | Kind::Bound(..)) {
                let made = self.call(decorator, Args::of(vec![class.clone()], at), at);
                if !matches!(made.kind, Kind::Unknown) {
                    return made;
                }
            }
        }
        class
    }

    /// A class with an empty namespace.
    pub(super) fn new_class(&mut self, name: &str, name_at: At, bases: Vec<Val>, made: &Making<'a>) -> ClassId {
        let parent = self.frame().scope;
        let scope = self.new_scope(Some(parent), ScopeKind::Class);
        let id = ClassId(u32::try_from(self.classes.len()).unwrap_or(u32::MAX));
        let file = self.frame().file;
        let mut is_open = made.is_open;
        let mut lines = Vec::new();
        for base in &bases {
            match &base.kind {
                Kind::Class(base) => {
                    let class = &self.classes[base.0 as usize];
                    is_open |= class.is_open;
                    self.budget.walk(class.mro.len());
                    lines.push(class.mro.clone());
                }
                Kind::Sym(sym) if matches!(&**sym, Sym::External(path) if PLAIN_BASES.contains(&&**path)) => {}
                _ => is_open = true,
            }
        }
        let direct: Vec<ClassId> = lines.iter().filter_map(|line| line.first().copied()).collect();
        let mro = linearize(id, lines, direct);
        self.contradicted(&bases, name_at);
        let meta = self.meta_of(made.metaclass.as_ref(), &bases, name_at);
        let name = self.name(name);
        let Making { def, span, is_decorated, .. } = *made;
        self.classes.push(Class {
            name,
            name_at,
            def,
            file,
            span,
            scope,
            bases,
            mro,
            is_open,
            is_decorated,
            record: None,
            meta,
            missing: Vec::new(),
        });
        id
    }

    /// An attribute of a class, found along its order of resolution.
    #[must_use]
    pub fn find_member(&self, class: ClassId, name: &str) -> Option<Member> {
        self.member_in(&self.classes[class.0 as usize].mro, name)
    }

    pub(super) fn member_in(&self, mro: &[ClassId], name: &str) -> Option<Member> {
        mro.iter().find_map(|class| {
            let scope = self.state.scope(self.classes[class.0 as usize].scope)?;
            let slot = scope.vars.get(name)?;
            Some(Member { class: *class, value: slot.value.clone(), maybe: slot.maybe })
        })
    }

    /// Whether one class is another or derives from it.
    #[must_use]
    pub fn is_subclass(&self, class: ClassId, base: ClassId) -> bool {
        self.classes[class.0 as usize].mro.contains(&base)
    }

    /// The abstract methods that a class left open when it was made, sorted as Python lists them.
    #[must_use]
    pub fn abstract_at_definition(&self, class: ClassId) -> Vec<Rc<str>> {
        self.classes[class.0 as usize].missing.clone()
    }

    /// The abstract methods that a class leaves open, sorted as Python lists them.
    #[must_use]
    pub fn abstract_methods(&self, class: ClassId) -> Vec<Rc<str>> {
        let mut names: BTreeSet<Rc<str>> = BTreeSet::new();
        for id in &self.classes[class.0 as usize].mro {
            let Some(scope) = self.state.scope(self.classes[id.0 as usize].scope) else { continue };
            for (name, slot) in &scope.vars {
                let is_abstract = |value: &Val| self.function_of(value).is_some_and(|func| self.func(func).is_abstract);
                if is_abstract(&slot.value)
                    && self.find_member(class, name).is_some_and(|member| is_abstract(&member.value))
                {
                    names.insert(Rc::clone(name));
                }
            }
        }
        names.into_iter().collect()
    }

    /// The function inside a value: plain, bound, or wrapped by a decorator from outside.
    #[must_use]
    pub fn function_of(&self, value: &Val) -> Option<FuncId> {
        match &value.kind {
            Kind::Func(func) | Kind::Bound(func, _) => Some(*func),
            Kind::Sym(sym) => match &**sym {
                Sym::Made { args, .. } if args.pos.len() == 1 && args.named.is_empty() => {
                    self.function_of(&args.pos[0])
                }
                _ => None,
            },
            _ => None,
        }
    }

    /// Calls a class.
    pub(super) fn instantiate(&mut self, class: ClassId, args: Args, at: At) -> Val {
        // `class About(TypedDict)`, `class About(dict)`: calling it makes a dict.
        let is_dict = self.classes[class.0 as usize].mro.iter().any(|id| {
            let bases = &self.classes[id.0 as usize].bases;
            bases.iter().any(|base| {
                matches!(
                    base.as_external(),
                    Some("typing.TypedDict" | "builtins.dict" | "collections.OrderedDict" | "collections.UserDict")
                )
            })
        });
        if is_dict && self.find_member(class, "__init__").is_none() {
            let made = self.call_external("builtins.dict", &args, at).unwrap_or_else(|| Val::unknown(at));
            if ["__missing__", "__getitem__"].iter().any(|name| self.find_member(class, name).is_some()) {
                self.open_obj(&made);
            }
            return made;
        }
        let instance = self.new_obj(Obj::Instance { class, attrs: std::collections::BTreeMap::new() }, at);
        if let Some(record) = self.written_constructor(class) {
            self.fill_record(class, &record, &instance, args, at);
        } else if let Some(member) = self.find_member(class, "__init__")
            && let Some(func) = self.function_of(&member.value)
        {
            let mut all = Args::of(vec![instance.clone()], at);
            all.append(args);
            self.call_function(func, all, at);
        } else if self.is_exception(class) {
            let args = Val { kind: Kind::Tuple(args.pos.into()), at };
            self.set_slot(&instance, "args", args);
        } else if self.classes[class.0 as usize].mro.iter().any(|id| self.derives_outside(*id)) {
            // The constructor is that of a class from outside.
            let base = Val { kind: Kind::Super(class, Rc::new(instance.clone())), at };
            let constructor = self.attr_of(&base, "__init__", at);
            self.call(&constructor, args, at);
        }
        instance
    }

    /// Whether one of the bases of a class is a class from outside that brings something: no marker, and none of
    /// Python's own types.
    pub(super) fn derives_outside(&self, class: ClassId) -> bool {
        self.classes[class.0 as usize].bases.iter().any(|base| {
            base.as_external().is_some_and(|path| !PLAIN_BASES.contains(&path) && !path.starts_with("builtins."))
        })
    }

    /// Makes an instance of a class as the host does: without arguments.
    pub fn make(&mut self, class: ClassId, at: At) -> Val {
        self.with_frame(at.file, |me| me.instantiate(class, Args::default(), at))
    }
}

/// C3 linearization; where the bases contradict each other, which Python refuses, first come, first served.
fn linearize(own: ClassId, mut lines: Vec<Vec<ClassId>>, direct: Vec<ClassId>) -> Vec<ClassId> {
    let mut order = vec![own];
    if let [line] = lines.as_slice() {
        order.extend(line);
        return order;
    }
    lines.push(direct);
    loop {
        lines.retain(|line| !line.is_empty());
        let Some(first) = lines.first().and_then(|line| line.first().copied()) else { return order };
        let head = lines
            .iter()
            .map(|line| line[0])
            .find(|head| lines.iter().all(|line| !line[1..].contains(head)))
            .unwrap_or(first);
        order.push(head);
        for line in &mut lines {
            line.retain(|id| *id != head);
        }
    }
}
