//! What an expression may be worth.

use std::rc::Rc;

use crate::model::Span;
use crate::source::python::syntax::Constant;

/// Alternatives that are kept apart.
const MEMBERS: usize = 16;

/// Comparisons before two values are taken for different ones.
const COMPARED: u32 = 10_000;

/// Values inside one another before one is taken for unknown.
const DEPTH: usize = 200;

/// A file of the program, by its place in the list given to the interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

impl FileId {
    /// Stands for a data file: its values have no place in the code.
    pub const DATA: Self = Self(u32::MAX);
}

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct At {
    /// The file.
    pub file: FileId,
    /// The bytes.
    pub span: Span,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub(crate) u32);
    )*};
}

ids! {
    /// A function: one `def` or `lambda` that was evaluated.
    FuncId,
    /// A class that was evaluated.
    ClassId,
    /// A container or an instance on the heap.
    ObjId,
    /// A namespace.
    ScopeId
}

/// A value and the expression that it came from.
#[derive(Clone, Debug)]
pub struct Val {
    /// What it is.
    pub kind: Kind,
    /// The expression that made it: for a constant the literal, even when it came through names.
    pub at: At,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Anything.
    Unknown,
    /// A literal, or folded from literals.
    Const(Rc<Constant>),
    /// A tuple.
    Tuple(Rc<[Val]>),
    /// A list, set, dict or instance of a class of the program.
    Obj(ObjId),
    /// A plain function.
    Func(FuncId),
    /// A function bound to an instance or class.
    Bound(FuncId, Rc<Val>),
    /// A class of the program.
    Class(ClassId),
    /// A module of the program.
    Module(FileId),
    /// The object that `super()` makes: lookups start after this class.
    Super(ClassId, Rc<Val>),
    /// Something from outside the program, or made from it.
    Sym(Rc<Sym>),
    /// A coroutine object: an `async def` that was called.
    Coroutine(FuncId),
    /// A generator object: the function, and what it was called with.
    Generator(FuncId, Rc<super::Args>),
    /// One of several, on different paths.
    Union(Rc<[Val]>),
}

/// A value known only by where it comes from.
#[derive(Clone, Debug)]
pub enum Sym {
    /// A dotted name outside the program: `flask.Blueprint`, `builtins.len`.
    External(Rc<str>),
    /// An argument that the host passes.
    Param {
        /// Its name in the host's words.
        name: Rc<str>,
        /// Its type.
        ty: Ty,
    },
    /// `base.name`
    Attr {
        /// The object.
        base: Val,
        /// The attribute.
        name: Rc<str>,
    },
    /// `base[key]`
    Item {
        /// The container.
        base: Val,
        /// The key.
        key: Val,
    },
    /// The result of a call that leaves the program.
    Made {
        /// What was called.
        callee: Val,
        /// With what.
        args: Rc<super::Args>,
    },
    /// Computed from other values: an operator, a formatted string, a method of a text.
    From {
        /// What it is computed from.
        parts: Vec<Val>,
        /// Its type.
        ty: Ty,
    },
}

/// What is known of a value's type.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "Python's own type names")]
pub enum Ty {
    Unknown,
    None,
    Bool,
    Int,
    Float,
    Str,
    Bytes,
    Tuple,
    List,
    Dict,
    Set,
    Function,
    Class,
    Module,
    Instance,
    Coroutine,
    Generator,
    /// Something else that is none of these, `datetime` for one.
    Other,
}

impl Ty {
    /// Python's name of the type, for messages.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unknown | Self::Other | Self::Instance => "object",
            Self::None => "NoneType",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float",
            Self::Str => "str",
            Self::Bytes => "bytes",
            Self::Tuple => "tuple",
            Self::List => "list",
            Self::Dict => "dict",
            Self::Set => "set",
            Self::Function => "function",
            Self::Class => "type",
            Self::Module => "module",
            Self::Coroutine => "coroutine",
            Self::Generator => "generator",
        }
    }
}

impl Val {
    /// A value of unknown kind.
    #[must_use]
    pub const fn unknown(at: At) -> Self {
        Self { kind: Kind::Unknown, at }
    }

    /// A constant.
    #[must_use]
    pub fn constant(constant: Constant, at: At) -> Self {
        Self { kind: Kind::Const(Rc::new(constant)), at }
    }

    /// `None`
    #[must_use]
    pub fn none(at: At) -> Self {
        Self::constant(Constant::None, at)
    }

    /// A text.
    #[must_use]
    pub fn text(text: impl Into<Box<str>>, at: At) -> Self {
        Self::constant(Constant::Str(text.into()), at)
    }

    /// Something from outside, by dotted name.
    #[must_use]
    pub fn external(path: impl Into<Rc<str>>, at: At) -> Self {
        Self { kind: Kind::Sym(Rc::new(Sym::External(path.into()))), at }
    }

    /// A symbolic value; unknown where it would be made of too many others, one inside another.
    #[must_use]
    pub fn sym(sym: Sym, at: At) -> Self {
        if is_deep(&sym) {
            return Self::unknown(at);
        }
        Self { kind: Kind::Sym(Rc::new(sym)), at }
    }

    /// A value of a known type, computed from others.
    #[must_use]
    pub fn from(parts: Vec<Self>, ty: Ty, at: At) -> Self {
        Self::sym(Sym::From { parts, ty }, at)
    }

    /// The same value, seen at another place.
    #[must_use]
    pub fn seen_at(mut self, at: At) -> Self {
        self.at = at;
        self
    }

    /// The constant, if it is one.
    #[must_use]
    pub fn as_const(&self) -> Option<&Constant> {
        match &self.kind {
            Kind::Const(constant) => Some(constant),
            _ => None,
        }
    }

    /// The text, if it is a constant text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self.as_const() {
            Some(Constant::Str(text)) => Some(text),
            _ => None,
        }
    }

    /// Whether it is the constant `None`.
    #[must_use]
    pub fn is_none(&self) -> bool {
        matches!(self.as_const(), Some(Constant::None))
    }

    /// The symbol, if it is one.
    #[must_use]
    pub fn as_sym(&self) -> Option<&Sym> {
        match &self.kind {
            Kind::Sym(sym) => Some(sym),
            _ => None,
        }
    }

    /// The dotted name, if it is something from outside.
    #[must_use]
    pub fn as_external(&self) -> Option<&str> {
        match self.as_sym() {
            Some(Sym::External(path)) => Some(path),
            _ => None,
        }
    }

    /// The alternatives: itself, or the members of a union.
    pub fn alternatives(&self) -> impl Iterator<Item = &Self> {
        match &self.kind {
            Kind::Union(members) => members.iter(),
            _ => std::slice::from_ref(self).iter(),
        }
    }

    /// One value that may be any of these; equal ones are kept once.
    #[must_use]
    pub fn union(values: impl IntoIterator<Item = Self>, at: At) -> Self {
        let mut members: Vec<Self> = Vec::new();
        for value in values {
            for member in value.alternatives() {
                if !members.iter().any(|seen| seen.same(member)) {
                    members.push(member.clone());
                }
                if members.len() > MEMBERS {
                    return Self::unknown(at);
                }
            }
        }
        match members.len() {
            0 => Self::unknown(at),
            1 => members.remove(0),
            _ => Self { kind: Kind::Union(members.into()), at },
        }
    }

    /// Whether both are surely one value. Constants are compared by value, the rest by identity.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        self.same_within(other, &mut { COMPARED })
    }

    /// Values may hold others many times over: beyond `left` comparisons they are not surely one.
    fn same_within(&self, other: &Self, left: &mut u32) -> bool {
        if *left == 0 {
            return false;
        }
        *left -= 1;
        match (&self.kind, &other.kind) {
            (Kind::Unknown, Kind::Unknown) => true,
            (Kind::Const(a), Kind::Const(b)) => a == b,
            (Kind::Obj(a), Kind::Obj(b)) => a == b,
            (Kind::Func(a), Kind::Func(b)) | (Kind::Coroutine(a), Kind::Coroutine(b)) => a == b,
            (Kind::Generator(a, x), Kind::Generator(b, y)) => a == b && Rc::ptr_eq(x, y),
            (Kind::Bound(a, x), Kind::Bound(b, y)) => a == b && x.same_within(y, left),
            (Kind::Class(a), Kind::Class(b)) => a == b,
            (Kind::Module(a), Kind::Module(b)) => a == b,
            (Kind::Super(a, x), Kind::Super(b, y)) => a == b && x.same_within(y, left),
            (Kind::Tuple(a), Kind::Tuple(b)) => {
                Rc::ptr_eq(a, b) || a.len() == b.len() && a.iter().zip(b.iter()).all(|(a, b)| a.same_within(b, left))
            }
            (Kind::Sym(a), Kind::Sym(b)) => Rc::ptr_eq(a, b) || same_sym(a, b, left),
            _ => false,
        }
    }
}

fn same_sym(a: &Sym, b: &Sym, left: &mut u32) -> bool {
    match (a, b) {
        (Sym::External(a), Sym::External(b)) => a == b,
        (Sym::Param { name: a, .. }, Sym::Param { name: b, .. }) => a == b,
        (Sym::Attr { base: a, name: n }, Sym::Attr { base: b, name: m }) => n == m && a.same_within(b, left),
        _ => false,
    }
}

/// Whether a value is made of many others, one inside another. Only the first of several is followed.
fn is_deep(sym: &Sym) -> bool {
    let mut next = inner(sym);
    for _ in 0..DEPTH {
        next = match next.map(|value| &value.kind) {
            Some(Kind::Sym(sym)) => inner(sym),
            Some(Kind::Tuple(items)) => items.first(),
            Some(Kind::Bound(_, receiver)) => Some(receiver),
            _ => return false,
        };
    }
    true
}

/// The first value that a symbol is made of.
fn inner(sym: &Sym) -> Option<&Val> {
    match sym {
        Sym::External(_) | Sym::Param { .. } => None,
        Sym::Attr { base, .. } | Sym::Item { base, .. } => Some(base),
        Sym::Made { callee, args } if callee.as_external().is_some() => args.pos.first(),
        Sym::Made { callee, .. } => Some(callee),
        Sym::From { parts, .. } => parts.first(),
    }
}
