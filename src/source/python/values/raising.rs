//! What Python raises by itself where operators, subscripts, unpacking, and calls meet values that they do not take.

use super::interp::Interp;
use super::value::{At, Kind, Ty, Val};
use crate::source::python::syntax::{BinOp, Constant};

/// Public methods of the builtin types, on every Python from 3.9 on.
const OF_STR: &str = "capitalize casefold center count encode endswith expandtabs find format format_map index isalnum \
    isalpha isascii isdecimal isdigit isidentifier islower isnumeric isprintable isspace istitle isupper join ljust \
    lower lstrip maketrans partition removeprefix removesuffix replace rfind rindex rjust rpartition rsplit rstrip \
    split splitlines startswith strip swapcase title translate upper zfill";
const OF_LIST: &str = "append clear copy count extend index insert pop remove reverse sort";
const OF_TUPLE: &str = "count index";
const OF_DICT: &str = "clear copy fromkeys get items keys pop popitem setdefault update values";
const OF_SET: &str = "add clear copy difference difference_update discard intersection intersection_update isdisjoint \
    issubset issuperset pop remove symmetric_difference symmetric_difference_update union update";

impl Interp<'_> {
    pub(super) fn raise_words(&mut self, exception: &str, words: impl Into<Box<str>>, at: At) {
        self.raise_builtin(exception, vec![Val::text(words, at)], at);
    }

    /// `left + right` of types that cannot be added.
    pub(super) fn not_added(&mut self, left: &Val, op: BinOp, right: &Val, at: At) -> bool {
        if op != BinOp::Add {
            return false;
        }
        let (a, b) = (self.type_of(left), self.type_of(right));
        let plain = |ty: Ty| {
            matches!(
                ty,
                Ty::None
                    | Ty::Bool
                    | Ty::Int
                    | Ty::Float
                    | Ty::Str
                    | Ty::Bytes
                    | Ty::Tuple
                    | Ty::List
                    | Ty::Dict
                    | Ty::Set
            )
        };
        let number = |ty: Ty| matches!(ty, Ty::Bool | Ty::Int | Ty::Float);
        let added = a == b && !matches!(a, Ty::None | Ty::Dict | Ty::Set) || number(a) && number(b);
        if !plain(a) || !plain(b) || added || !is_certain(left) || !is_certain(right) {
            return false;
        }
        let words = match a {
            Ty::Str | Ty::List | Ty::Tuple => {
                format!("can only concatenate {} (not \"{}\") to {}", a.name(), b.name(), a.name())
            }
            Ty::Bytes => format!("can't concat {} to bytes", b.name()),
            _ => format!("unsupported operand type(s) for +: '{}' and '{}'", a.name(), b.name()),
        };
        self.raise_words("TypeError", words, at);
        true
    }

    /// `a, b = value` with another number of items.
    pub(super) fn unpacked(&mut self, value: &Val, targets: usize, starred: bool, at: At) {
        if value.is_none()
            || matches!(value.as_const(), Some(Constant::Int(_) | Constant::Bool(_) | Constant::Float(_)))
        {
            let words = format!("cannot unpack non-iterable {} object", self.type_of(value).name());
            self.raise_words("TypeError", words, at);
            return;
        }
        let Some(count) = self.items(value).map(|items| items.len()) else { return };
        let needed = targets - usize::from(starred);
        if count < needed {
            let least = if starred { "at least " } else { "" };
            let words = format!("not enough values to unpack (expected {least}{needed}, got {count})");
            self.raise_words("ValueError", words, at);
        } else if count > needed && !starred {
            self.raise_words("ValueError", format!("too many values to unpack (expected {needed})"), at);
        }
    }

    /// `list[9]` of a list that is known to be shorter.
    pub(super) fn out_of_range(&mut self, what: &str, at: At) -> Val {
        self.raise_words("IndexError", format!("{what} index out of range"), at);
        Val::unknown(at)
    }

    /// A call of something that surely cannot be called.
    pub(super) fn not_callable(&mut self, callee: &Val, at: At) -> bool {
        let ty = self.type_of(callee);
        let plain = match &callee.kind {
            Kind::Const(_) | Kind::Tuple(_) | Kind::Module(_) => true,
            Kind::Obj(_) => matches!(ty, Ty::Dict | Ty::List | Ty::Set),
            _ => false,
        };
        if plain {
            self.raise_words("TypeError", format!("'{}' object is not callable", ty.name()), at);
        }
        plain
    }

    /// Whether a value of a builtin type surely has no public attribute of this name.
    pub(super) fn lacks_attribute(&self, value: &Val, name: &str) -> bool {
        if name.starts_with('_') {
            return false;
        }
        let names = match (&value.kind, self.type_of(value)) {
            (Kind::Const(_), Ty::Str) => OF_STR,
            (Kind::Tuple(_), _) => OF_TUPLE,
            (Kind::Obj(_), Ty::List) => OF_LIST,
            (Kind::Obj(_), Ty::Dict) => OF_DICT,
            (Kind::Obj(_), Ty::Set) => OF_SET,
            _ => return false,
        };
        // Members of enums of texts have these, too, and a subclass of `dict` may have any.
        !matches!(name, "name" | "value") && !names.split_whitespace().any(|known| known == name)
    }
}

/// Whether a value is of its type on every way.
fn is_certain(value: &Val) -> bool {
    !matches!(value.kind, Kind::Union(_))
}
