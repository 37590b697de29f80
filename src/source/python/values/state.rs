//! The mutable part of a run: namespaces and heap. Cloned at a branch, merged where branches meet.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::budget::Budget;
use super::value::{At, ClassId, ObjId, ScopeId, Val};

/// A variable or attribute.
#[derive(Clone, Debug)]
pub struct Slot {
    /// Its value.
    pub value: Val,
    /// Unbound on some path.
    pub maybe: bool,
}

/// What a namespace belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ScopeKind {
    Module,
    Class,
    Function,
}

/// A namespace.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Its names.
    pub vars: BTreeMap<Rc<str>, Slot>,
    /// The namespace around it.
    pub parent: Option<ScopeId>,
    /// What it belongs to.
    pub kind: ScopeKind,
    /// It may hold names that are not listed (a star import from outside, `exec`).
    pub open: bool,
}

/// One key of a dict.
#[derive(Clone, Debug)]
pub struct DictEntry {
    /// The key.
    pub key: Val,
    /// Where the key is written.
    pub key_at: At,
    /// The value.
    pub value: Val,
    /// Where the value is written.
    pub value_at: At,
    /// Absent on some path.
    pub maybe: bool,
}

/// An object on the heap.
#[derive(Clone, Debug)]
pub enum Obj {
    /// A dict, in insertion order.
    Dict {
        /// The known keys.
        entries: Vec<DictEntry>,
        /// Other keys may be there.
        open: bool,
        /// Values it was copied or spread from that are not known by key.
        from: Vec<Val>,
    },
    /// A list or a set.
    List {
        /// The known items.
        items: Vec<Val>,
        /// Other items may be there.
        open: bool,
        /// It is a set.
        is_set: bool,
    },
    /// An instance of a class of the program.
    Instance {
        /// Its class.
        class: ClassId,
        /// Its attributes.
        attrs: BTreeMap<Rc<str>, Slot>,
    },
}

/// Namespaces and heap. Ids are never used twice in one run, so states of two branches can be merged.
#[derive(Clone, Debug, Default)]
pub(super) struct State {
    scopes: Vec<Option<Rc<Scope>>>,
    objs: Vec<Option<Rc<Obj>>>,
    budget: Budget,
}

impl Obj {
    /// How many values it holds.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Dict { entries, .. } => entries.len(),
            Self::List { items, .. } => items.len(),
            Self::Instance { attrs, .. } => attrs.len(),
        }
    }
}

impl State {
    /// An empty state whose copies are paid from `budget`.
    pub(super) fn with(budget: &Budget) -> Self {
        Self { budget: budget.clone(), ..Self::default() }
    }

    pub(super) fn put_scope(&mut self, id: ScopeId, scope: Scope) {
        put(&mut self.scopes, id.0 as usize, scope);
    }

    pub(super) fn put_obj(&mut self, id: ObjId, obj: Obj) {
        put(&mut self.objs, id.0 as usize, obj);
    }

    pub(super) fn scope(&self, id: ScopeId) -> Option<&Scope> {
        self.scopes.get(id.0 as usize).and_then(|scope| scope.as_deref())
    }

    pub(super) fn scope_mut(&mut self, id: ScopeId) -> Option<&mut Scope> {
        let scope = self.scopes.get_mut(id.0 as usize)?.as_mut()?;
        Some(own(scope, scope.vars.len(), &self.budget))
    }

    pub(super) fn obj(&self, id: ObjId) -> Option<&Obj> {
        self.objs.get(id.0 as usize).and_then(|obj| obj.as_deref())
    }

    pub(super) fn obj_mut(&mut self, id: ObjId) -> Option<&mut Obj> {
        let obj = self.objs.get_mut(id.0 as usize)?.as_mut()?;
        Some(own(obj, obj.len(), &self.budget))
    }

    /// How much there is to copy, for the step count.
    pub(super) fn size(&self) -> usize {
        self.scopes.len() + self.objs.len()
    }

    /// What holds when either state may be the case.
    pub(super) fn merge(mut self, other: &Self) -> Self {
        let budget = self.budget.clone();
        merge_lists(&mut self.scopes, &other.scopes, |mine, theirs| {
            let mine = own(mine, mine.vars.len(), &budget);
            budget.walk(mine.vars.len() + theirs.vars.len());
            mine.open |= theirs.open;
            merge_slots(&mut mine.vars, &theirs.vars);
        });
        merge_lists(&mut self.objs, &other.objs, |mine, theirs| {
            let mine = own(mine, mine.len(), &budget);
            budget.walk(mine.len() + theirs.len());
            merge_objs(mine, theirs, &budget);
        });
        self
    }
}

/// What is held, to change it; a copy when another state holds it too.
fn own<'s, T: Clone>(held: &'s mut Rc<T>, values: usize, budget: &Budget) -> &'s mut T {
    if Rc::strong_count(held) > 1 {
        budget.copy(values);
    }
    Rc::make_mut(held)
}

fn put<T>(list: &mut Vec<Option<Rc<T>>>, at: usize, value: T) {
    if list.len() <= at {
        list.resize_with(at + 1, || None);
    }
    list[at] = Some(Rc::new(value));
}

fn merge_lists<T>(mine: &mut Vec<Option<Rc<T>>>, theirs: &[Option<Rc<T>>], merge: impl Fn(&mut Rc<T>, &T)) {
    if mine.len() < theirs.len() {
        mine.resize_with(theirs.len(), || None);
    }
    for (mine, theirs) in mine.iter_mut().zip(theirs) {
        match (mine.as_mut(), theirs) {
            (None, Some(theirs)) => *mine = Some(Rc::clone(theirs)),
            (Some(ours), Some(theirs)) if !Rc::ptr_eq(ours, theirs) => merge(ours, theirs),
            _ => {}
        }
    }
}

fn merge_slots(mine: &mut BTreeMap<Rc<str>, Slot>, theirs: &BTreeMap<Rc<str>, Slot>) {
    for (name, slot) in mine.iter_mut() {
        match theirs.get(name) {
            Some(other) => {
                slot.maybe |= other.maybe;
                if !slot.value.same(&other.value) {
                    slot.value = Val::union([slot.value.clone(), other.value.clone()], slot.value.at);
                }
            }
            None => slot.maybe = true,
        }
    }
    for (name, slot) in theirs {
        if !mine.contains_key(name) {
            mine.insert(Rc::clone(name), Slot { value: slot.value.clone(), maybe: true });
        }
    }
}

/// The place of something in a list in which it is probably at `likely`.
fn find_near<T>(list: &[T], likely: usize, budget: &Budget, is: impl Fn(&T) -> bool) -> Option<usize> {
    if list.get(likely).is_some_and(&is) {
        return Some(likely);
    }
    budget.seek(list.len());
    list.iter().position(is)
}

fn merge_objs(mine: &mut Obj, theirs: &Obj, budget: &Budget) {
    match (mine, theirs) {
        (
            Obj::Dict { entries, open, from },
            Obj::Dict { entries: their_entries, open: their_open, from: their_from },
        ) => {
            *open |= their_open;
            for value in their_from {
                if !from.iter().any(|seen| seen.same(value)) {
                    from.push(value.clone());
                }
            }
            for (at, entry) in entries.iter_mut().enumerate() {
                match find_near(their_entries, at, budget, |other| other.key.same(&entry.key)) {
                    Some(at) => {
                        let other = &their_entries[at];
                        entry.maybe |= other.maybe;
                        if !entry.value.same(&other.value) {
                            entry.value = Val::union([entry.value.clone(), other.value.clone()], entry.value.at);
                        }
                    }
                    None => entry.maybe = true,
                }
            }
            for (at, entry) in their_entries.iter().enumerate() {
                if find_near(entries, at, budget, |mine| mine.key.same(&entry.key)).is_none() {
                    entries.push(DictEntry { maybe: true, ..entry.clone() });
                }
            }
        }
        (Obj::List { items, open, .. }, Obj::List { items: their_items, open: their_open, .. }) => {
            let equal = items.len() == their_items.len() && items.iter().zip(their_items).all(|(a, b)| a.same(b));
            *open |= *their_open || !equal;
            for (at, item) in their_items.iter().enumerate() {
                if find_near(items, at, budget, |mine| mine.same(item)).is_none() {
                    items.push(item.clone());
                }
            }
        }
        (Obj::Instance { attrs, .. }, Obj::Instance { attrs: theirs, .. }) => merge_slots(attrs, theirs),
        _ => {}
    }
}
