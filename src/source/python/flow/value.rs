//! What an expression may be worth, and where it may come from.

use super::taint::*;
use std::rc::Rc;

use super::names::{PathId, Sym};
use crate::model::Span;
use crate::source::python::syntax::Constant;

/// Alternatives that are kept apart.
const MEMBERS: usize = 6;
/// Values that are looked at before one is not surely constant.
const COMPARED: u32 = 10_000;
/// Values inside one another before one is taken for unknown.
const DEEPEST: u8 = 24;
/// Pieces of a text that are kept apart.
pub(super) const PIECES: usize = 24;

/// A file of the program, by its place in the list given to the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(pub u32);

/// A function of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FuncId(pub u32);

/// A class of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassId(pub u32);

/// A place in a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At {
    /// The file.
    pub file: FileId,
    /// The bytes.
    pub span: Span,
}

/// A value: what it is, and where its data comes from.
#[derive(Clone, Debug)]
pub struct Val {
    /// What it is.
    pub kind: Kind,
    /// Where its data comes from; `None` when nothing from outside is in it.
    pub taint: Origins,
    /// How many values are inside one another.
    pub(super) depth: u8,
    /// It depends on an argument of the function that is being summarised. Asked for each value of each call, and so
    /// known from the start; `kind` and `taint` change only by what makes a new value.
    param: bool,
}

/// What a value is.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Anything.
    Unknown,
    /// A literal, or folded from literals.
    Const(Rc<Constant>),
    /// A text made of pieces, some of them not known.
    Text(Rc<[Piece]>),
    /// Something outside the program.
    Path(PathId),
    /// A method of something that was made: the path, and the object.
    Method(PathId, Rc<Val>),
    /// A function of the program, with the values that it sees around itself.
    Func(FuncId, Rc<[Val]>),
    /// A function bound to its first argument.
    Bound(FuncId, Rc<Val>),
    /// A class of the program.
    Class(ClassId),
    /// An object of a class of the program.
    Instance(ClassId),
    /// A module of the program.
    Module(FileId),
    /// A list, tuple, or set.
    Seq(Rc<Seq>),
    /// A dict.
    Dict(Rc<Dict>),
    /// The result of a call that leaves the program.
    Made(Rc<Made>),
    /// `base.name` where the base is not known.
    Attr(Rc<(Val, Sym)>),
    /// `base[key]` where that is not known.
    Item(Rc<(Val, Val)>),
    /// A function with some of its arguments.
    Partial(Rc<(Val, Args)>),
    /// An argument of the function that is being summarised; the values around it count as arguments, too.
    Param(u16),
    /// The answer to a test: what is harmless when it is true, and when it is false.
    Check(Rc<[Passed]>),
    /// One of several, on different paths.
    Union(Rc<[Val]>),
}

/// A piece of a text.
#[derive(Clone, Debug)]
pub enum Piece {
    /// Known.
    Literal(Rc<str>),
    /// Not known.
    Hole(Val),
}

/// A list, tuple, or set.
#[derive(Clone, Debug, Default)]
pub struct Seq {
    /// The known items, in order.
    pub items: Vec<Val>,
    /// There may be others, or another order.
    pub open: bool,
}

/// A dict, in insertion order.
#[derive(Clone, Debug, Default)]
pub struct Dict {
    /// Keys and values.
    pub entries: Vec<(Val, Val)>,
    /// There may be others.
    pub open: bool,
}

/// A call that left the program.
#[derive(Clone, Debug)]
pub struct Made {
    /// What was called.
    pub callee: Val,
    /// With what.
    pub args: Args,
    /// Where.
    pub at: At,
}

/// The arguments of a call.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// By position.
    pub pos: Vec<Val>,
    /// By name.
    pub named: Vec<(Sym, Val)>,
    /// What `*args` and `**kwargs` hold that could not be followed.
    pub rest: Option<Rc<Val>>,
}

impl Val {
    pub(super) const UNKNOWN: Self = Self { kind: Kind::Unknown, taint: None, depth: 0, param: false };

    pub(super) fn new(kind: Kind, taint: Origins, depth: u8) -> Self {
        let param = Self::depends(&kind, &taint);
        Self { kind, taint, depth, param }
    }

    fn depends(kind: &Kind, taint: &Origins) -> bool {
        // What a test says of an argument is not made of it.
        let tests = match kind {
            Kind::Check(all) => all.iter().any(|passed| matches!(passed.origin, Origin::Param(..))),
            Kind::Union(members) => members.iter().any(|member| member.param && matches!(member.kind, Kind::Check(_))),
            _ => false,
        };
        tests || taint.as_deref().is_some_and(|all| all.iter().any(|taint| matches!(taint.origin, Origin::Param(..))))
    }

    pub(super) fn plain(kind: Kind) -> Self {
        Self::new(kind, None, 0)
    }

    /// Anything, from these origins.
    pub(super) fn dirty(taint: Origins) -> Self {
        Self::new(Kind::Unknown, taint, 0)
    }

    /// The same value from these origins, and no others.
    pub(super) fn from(self, taint: Origins) -> Self {
        let param = Self::depends(&self.kind, &taint);
        Self { taint, param, ..self }
    }

    /// Something else from the same origins.
    pub(super) fn turned(self, kind: Kind) -> Self {
        let param = Self::depends(&kind, &self.taint);
        Self { kind, param, ..self }
    }

    /// A value with others inside, the deepest of which has this depth; unknown when that is too deep.
    pub(super) fn around(kind: Kind, taint: Origins, inner: u8) -> Self {
        if inner >= DEEPEST { Self::dirty(taint) } else { Self::new(kind, taint, inner + 1) }
    }

    pub(super) fn constant(constant: Constant) -> Self {
        Self::plain(Kind::Const(Rc::new(constant)))
    }

    pub(super) fn text(text: impl Into<Box<str>>) -> Self {
        Self::constant(Constant::Str(text.into()))
    }

    pub(super) fn int(number: i64) -> Self {
        Self::constant(Constant::Int(number))
    }

    /// A number or a truth value that is not known, and harmless.
    pub(super) fn number() -> Self {
        Self::plain(Kind::Check(Rc::from([])))
    }

    pub(super) fn seq(items: Vec<Self>, open: bool) -> Self {
        let taint = merge_all(items.iter().map(|item| &item.taint));
        let inner = items.iter().map(|item| item.depth).max().unwrap_or(0);
        Self::around(Kind::Seq(Rc::new(Seq { items, open })), taint, inner)
    }

    pub(super) fn dict(dict: Dict) -> Self {
        let taint = merge_all(dict.entries.iter().flat_map(|(key, value)| [&key.taint, &value.taint]));
        let inner = dict.entries.iter().map(|(key, value)| key.depth.max(value.depth)).max().unwrap_or(0);
        Self::around(Kind::Dict(Rc::new(dict)), taint, inner)
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

    /// The bytes, if it is a constant text or constant bytes.
    #[must_use]
    pub fn as_bytes(&self) -> Option<&[u8]> {
        match self.as_const() {
            Some(Constant::Str(text)) => Some(text.as_bytes()),
            Some(Constant::Bytes(bytes)) => Some(bytes),
            _ => None,
        }
    }

    /// The number, if it is a constant integer.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self.as_const() {
            Some(Constant::Int(number)) => Some(*number),
            Some(Constant::Bool(truth)) => Some(i64::from(*truth)),
            _ => None,
        }
    }

    /// Whether it is made of literals alone.
    #[must_use]
    pub fn is_constant(&self) -> bool {
        self.constant_within(&mut { COMPARED })
    }

    /// A value may hold others many times over: beyond `left` of them it is not surely constant.
    fn constant_within(&self, left: &mut u32) -> bool {
        *left = left.saturating_sub(1);
        if *left == 0 {
            return false;
        }
        match &self.kind {
            Kind::Const(_) => true,
            Kind::Seq(seq) => !seq.open && seq.items.iter().all(|item| item.constant_within(left)),
            Kind::Dict(dict) => {
                let mut pair = |(key, value): &(Self, Self)| key.constant_within(left) && value.constant_within(left);
                !dict.open && dict.entries.iter().all(&mut pair)
            }
            Kind::Union(members) => members.iter().all(|member| member.constant_within(left)),
            _ => false,
        }
    }

    /// The alternatives: itself, or the members of a union.
    pub fn alternatives(&self) -> impl Iterator<Item = &Self> {
        match &self.kind {
            Kind::Union(members) => members.iter(),
            _ => std::slice::from_ref(self).iter(),
        }
    }

    /// Its origins.
    #[must_use]
    pub fn origins(&self) -> &[Taint] {
        self.taint.as_deref().unwrap_or_default()
    }

    /// Whether it depends on an argument of the function that is being summarised.
    pub(super) const fn has_param(&self) -> bool {
        self.param
    }

    /// The same value, with the origins of others as well.
    pub(super) fn with(self, taint: &Origins) -> Self {
        if taint.is_none() {
            return self;
        }
        let all = merge(&self.taint, taint);
        self.from(all)
    }

    /// Whether both are surely one value.
    pub(super) fn same(&self, other: &Self) -> bool {
        let taint = match (&self.taint, &other.taint) {
            (None, None) => true,
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            _ => false,
        };
        taint
            && match (&self.kind, &other.kind) {
                (Kind::Unknown, Kind::Unknown) => true,
                (Kind::Const(a), Kind::Const(b)) => Rc::ptr_eq(a, b) || a == b,
                (Kind::Path(a), Kind::Path(b)) => a == b,
                (Kind::Func(a, x), Kind::Func(b, y)) => a == b && (Rc::ptr_eq(x, y) || x.is_empty() && y.is_empty()),
                (Kind::Class(a), Kind::Class(b)) | (Kind::Instance(a), Kind::Instance(b)) => a == b,
                (Kind::Module(a), Kind::Module(b)) => a == b,
                (Kind::Param(a), Kind::Param(b)) => a == b,
                (Kind::Seq(a), Kind::Seq(b)) => Rc::ptr_eq(a, b),
                (Kind::Dict(a), Kind::Dict(b)) => Rc::ptr_eq(a, b),
                (Kind::Made(a), Kind::Made(b)) => Rc::ptr_eq(a, b),
                (Kind::Attr(a), Kind::Attr(b)) => Rc::ptr_eq(a, b) || a.1 == b.1 && a.0.same(&b.0),
                (Kind::Item(a), Kind::Item(b)) => Rc::ptr_eq(a, b),
                (Kind::Text(a), Kind::Text(b)) => Rc::ptr_eq(a, b),
                (Kind::Union(a), Kind::Union(b)) => Rc::ptr_eq(a, b),
                _ => false,
            }
    }

    /// One value that may be either.
    #[expect(clippy::needless_pass_by_value, reason = "it reads as what it is: both become one")]
    pub(super) fn either(self, other: Self) -> Self {
        if self.same(&other) {
            return self;
        }
        let taint = merge(&self.taint, &other.taint);
        let depth = self.depth.max(other.depth);
        let mut members: Vec<Self> = Vec::new();
        for member in self.alternatives().chain(other.alternatives()) {
            if members.iter().any(|seen| seen.same(member)) {
                continue;
            }
            // Of two answers only what both say.
            let answer = members.iter_mut().find(|seen| matches!(seen.kind, Kind::Check(_)));
            match (&member.kind, answer) {
                (Kind::Check(mine), Some(seen)) => {
                    let kind = super::guards::both_say(&seen.kind, mine);
                    *seen = Self::new(kind, merge(&seen.taint, &member.taint), 0);
                }
                _ => members.push(member.clone()),
            }
        }
        if let [one] = members.as_slice() {
            return one.clone().from(taint);
        }
        if members.len() > MEMBERS {
            return Self::dirty(taint);
        }
        Self::around(Kind::Union(members.into()), taint, depth.saturating_sub(1))
    }
}

impl Args {
    pub(super) fn of(pos: Vec<Val>) -> Self {
        Self { pos, named: Vec::new(), rest: None }
    }

    /// All values, in order.
    pub fn values(&self) -> impl Iterator<Item = &Val> {
        self.pos.iter().chain(self.named.iter().map(|(_, value)| value)).chain(self.rest.as_deref())
    }

    pub(super) fn taint(&self) -> Origins {
        merge_all(self.values().map(|value| &value.taint))
    }

    pub(super) fn has_param(&self) -> bool {
        self.values().any(Val::has_param)
    }

    pub(super) fn depth(&self) -> u8 {
        self.values().map(|value| value.depth).max().unwrap_or(0)
    }
}
