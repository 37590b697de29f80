//! Members of enums: objects of their class, not the values that are written.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::interp::Interp;
use super::state::{Obj, Slot};
use super::value::{At, ClassId, Kind, Sym, Val};
use crate::source::python::syntax::ArgKind;

/// Bases from outside whose members are no texts and no numbers.
const BASES: &[&str] = &["enum.Enum", "enum.Flag"];

impl Interp<'_> {
    /// Whether a class is an enum whose members are neither texts nor numbers: no `class Hook(str, Enum)`.
    fn is_plain_enum(&self, class: ClassId) -> bool {
        let bases = || self.class(class).mro.iter().flat_map(|id| &self.class(*id).bases);
        bases().any(|base| base.as_external().is_some_and(|path| BASES.contains(&path)))
            && bases().all(|base| {
                matches!(base.kind, Kind::Class(_)) || base.as_external().is_some_and(|path| BASES.contains(&path))
            })
    }

    /// Whether the members of an enum are texts or numbers: `class Hook(str, Enum)`, `class Level(IntEnum)`.
    fn is_valued_enum(&self, class: ClassId) -> bool {
        let mut bases = self.class(class).mro.iter().flat_map(|id| &self.class(*id).bases);
        bases.any(|base| {
            matches!(base.as_external(), Some("enum.Enum" | "enum.IntEnum" | "enum.StrEnum" | "enum.IntFlag"))
        })
    }

    /// The name of a member of an enum of texts or numbers, which stands for its value.
    pub(super) fn member_name(&self, value: &Val) -> Option<Rc<str>> {
        self.classes.iter().enumerate().find_map(|(index, class)| {
            let id = ClassId(u32::try_from(index).ok()?);
            let vars = &self.scope(class.scope)?.vars;
            let (name, _) = vars.iter().find(|(name, slot)| {
                !name.starts_with(['_', '\0']) && slot.value.at == value.at && slot.value.same(value)
            })?;
            self.is_valued_enum(id).then(|| Rc::clone(name))
        })
    }

    /// Makes members of what the body of an enum assigns.
    pub(super) fn make_members(&mut self, class: ClassId) {
        if !self.is_plain_enum(class) {
            return;
        }
        let scope = self.class(class).scope;
        let written: Vec<(Rc<str>, Val)> = self.scope(scope).map_or_else(Vec::new, |scope| {
            let named = scope.vars.iter().filter(|(name, _)| !name.starts_with(['_', '\0']));
            named.map(|(name, slot)| (Rc::clone(name), slot.value.clone())).collect()
        });
        for (name, value) in written {
            let is_value = match &value.kind {
                Kind::Const(_) | Kind::Tuple(_) => true,
                Kind::Sym(sym) => {
                    matches!(&**sym, Sym::Made { callee, .. } if callee.as_external() == Some("enum.auto"))
                }
                _ => false,
            };
            if !is_value {
                continue;
            }
            let at = value.at;
            let slot = |value| Slot { value, maybe: false };
            let attrs =
                BTreeMap::from([(Rc::from("name"), slot(Val::text(&*name, at))), (Rc::from("value"), slot(value))]);
            let member = self.new_obj(Obj::Instance { class, attrs }, at);
            self.bind_in(scope, &name, member);
        }
    }

    /// The members of an enum in the order in which they are written.
    pub(super) fn members(&self, class: ClassId) -> Option<Vec<Val>> {
        let plain = self.is_plain_enum(class);
        if !plain && !self.is_valued_enum(class) {
            return None;
        }
        let is_member =
            |value: &Val| if plain { self.enum_member(value).is_some() } else { value.as_const().is_some() };
        let vars = &self.scope(self.class(class).scope)?.vars;
        let mut members: Vec<Val> = vars
            .iter()
            .filter(|(name, slot)| !name.starts_with(['_', '\0']) && is_member(&slot.value))
            .map(|(_, slot)| slot.value.clone())
            .collect();
        members.sort_by_key(|member| member.at.span.start);
        Some(members)
    }

    /// `Class["NAME"]`; `None` where that asks for no member.
    pub(super) fn member_called(&mut self, class: ClassId, key: &Val, at: At) -> Option<Val> {
        let name = key.as_str()?.to_owned();
        let members = self.members(class)?;
        let vars = &self.scope(self.class(class).scope)?.vars;
        if let Some(slot) = vars.get(&*name).filter(|_| !name.starts_with(['_', '\0'])) {
            return Some(slot.value.clone());
        }
        // Members that were not followed, or a class of the class that finds others.
        let all = vars.iter().filter(|(name, _)| !name.starts_with(['_', '\0'])).all(|(_, slot)| {
            self.function_of(&slot.value).is_some() || members.iter().any(|member| member.same(&slot.value))
        });
        let has_own_meta = self.class(class).mro.iter().filter_map(|id| self.class(*id).def).any(|def| {
            def.bases.iter().any(|base| matches!(&base.kind, ArgKind::Keyword(word) if &*word.name == "metaclass"))
        });
        if members.is_empty() || !all || has_own_meta {
            return Some(Val::unknown(at));
        }
        self.raise_words("KeyError", name, at);
        Some(Val::unknown(at))
    }

    fn member_attr(&self, value: &Val, name: &str) -> Option<(ClassId, Val)> {
        let Kind::Obj(id) = value.kind else { return None };
        let Some(Obj::Instance { class, attrs }) = self.obj(id) else { return None };
        self.is_plain_enum(*class).then_some(())?;
        Some((*class, attrs.get(name)?.value.clone()))
    }

    /// `Class.NAME` for a member of an enum, as Python shows it.
    #[must_use]
    pub fn enum_member(&self, value: &Val) -> Option<Rc<str>> {
        let (class, name) = self.member_attr(value, "name")?;
        Some(format!("{}.{}", self.class(class).name, name.as_str()?).into())
    }

    /// The text that is written for a member of an enum.
    #[must_use]
    pub fn enum_value(&self, value: &Val) -> Option<Rc<str>> {
        self.member_attr(value, "value")?.1.as_str().map(Rc::from)
    }
}
