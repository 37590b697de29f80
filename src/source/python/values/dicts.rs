//! Dicts: setting, spreading, copying, and their methods.

use super::args::Args;
use super::events::EventKind;
use super::interp::Interp;
use super::state::{DictEntry, Obj};
use super::value::{At, Kind, ObjId, Sym, Ty, Val};
use crate::source::python::syntax::Constant;

impl Interp<'_> {
    /// `dict[key] = value`
    pub(super) fn dict_set(&mut self, dict: &Val, key: Val, key_at: At, value: Val, value_at: At) {
        let Kind::Obj(id) = dict.kind else { return };
        let known = key.as_const().is_some() || self.enum_member(&key).is_some();
        let Some(Obj::Dict { entries, open, .. }) = self.state.obj_mut(id) else { return };
        self.budget.seek(entries.len());
        if entries.len() > 4096 {
            *open = true;
            return;
        }
        let entry = DictEntry { key, key_at, value, value_at, maybe: !known };
        match entries.iter_mut().find(|old| old.key.same(&entry.key)) {
            Some(old) if known => *old = entry,
            Some(old) => old.value = Val::union([old.value.clone(), entry.value], entry.value_at),
            None => {
                *open |= !known;
                entries.push(entry);
            }
        }
    }

    /// A key of a dict that may not be there after all.
    pub(super) fn doubt(&mut self, dict: &Val, key: &Val) {
        if let Kind::Obj(id) = dict.kind
            && let Some(Obj::Dict { entries, .. }) = self.state.obj_mut(id)
            && let Some(entry) = entries.iter_mut().find(|entry| entry.key.same(key))
        {
            entry.maybe = true;
        }
    }

    /// `dict.update(more)`, `{**more}`
    pub(super) fn dict_update(&mut self, dict: &Val, more: &Val) {
        let Kind::Obj(id) = dict.kind else { return };
        match &more.kind {
            Kind::Obj(other) => match self.state.obj(*other).cloned() {
                Some(Obj::Dict { entries, open, from }) => {
                    self.budget.copy(entries.len());
                    if let Some(Obj::Dict { entries: mine, open: is_open, from: ours }) = self.state.obj_mut(id)
                        && mine.is_empty()
                    {
                        *mine = entries;
                        *is_open |= open;
                        ours.extend(from);
                        return;
                    }
                    for entry in entries {
                        let maybe = entry.maybe;
                        let absent = self.dict_entry(id, &entry.key).is_none();
                        if maybe && !absent {
                            self.dict_maybe(id, entry);
                            continue;
                        }
                        let key = entry.key.clone();
                        self.dict_set(dict, entry.key, entry.key_at, entry.value, entry.value_at);
                        if maybe {
                            self.dict_mark_maybe(id, &key);
                        }
                    }
                    if let Some(Obj::Dict { open: mine, from: ours, .. }) = self.state.obj_mut(id) {
                        *mine |= open;
                        ours.extend(from);
                    }
                }
                Some(Obj::List { items, open, .. }) => {
                    for pair in &items {
                        match self.items(pair).as_deref() {
                            Some([key, value]) => {
                                self.dict_set(dict, key.clone(), key.at, value.clone(), value.at);
                            }
                            _ => self.open_obj(dict),
                        }
                    }
                    if open {
                        self.open_obj(dict);
                    }
                }
                _ => self.open_obj(dict),
            },
            Kind::Union(members) => {
                // One of several: what is not in all of them is uncertain.
                let members = members.clone();
                let before = self.snapshot();
                let mut merged: Option<super::state::State> = None;
                for member in members.iter() {
                    self.state = before.clone();
                    self.dict_update(dict, member);
                    let after = std::mem::take(&mut self.state);
                    merged = Some(match merged {
                        Some(merged) => merged.merge(&after),
                        None => after,
                    });
                }
                self.state = merged.unwrap_or(before);
            }
            _ => {
                if let Some(Obj::Dict { from, open, .. }) = self.state.obj_mut(id) {
                    *open = true;
                    from.push(more.clone());
                }
            }
        }
    }

    fn dict_entry(&self, id: ObjId, key: &Val) -> Option<&DictEntry> {
        match self.state.obj(id) {
            Some(Obj::Dict { entries, .. }) => {
                self.budget.seek(entries.len());
                entries.iter().find(|entry| entry.key.same(key))
            }
            _ => None,
        }
    }

    fn dict_maybe(&mut self, id: ObjId, new: DictEntry) {
        if let Some(Obj::Dict { entries, .. }) = self.state.obj_mut(id)
            && let Some(old) = entries.iter_mut().find(|old| old.key.same(&new.key))
        {
            old.value = Val::union([old.value.clone(), new.value], new.value_at);
        }
    }

    fn dict_mark_maybe(&mut self, id: ObjId, key: &Val) {
        if let Some(Obj::Dict { entries, .. }) = self.state.obj_mut(id) {
            entries.iter_mut().filter(|entry| entry.key.same(key)).for_each(|entry| entry.maybe = true);
        }
    }

    /// The value under a constant key: `Some(None)` when it is surely absent.
    #[must_use]
    pub fn dict_get(&self, dict: &Val, key: &str) -> Option<Option<DictEntry>> {
        let Kind::Obj(id) = dict.kind else { return None };
        let Some(Obj::Dict { entries, open, .. }) = self.state.obj(id) else { return None };
        match entries.iter().find(|entry| entry.key.as_str() == Some(key)) {
            Some(entry) => Some(Some(entry.clone())),
            None if *open => None,
            None => Some(None),
        }
    }

    /// `base[key]`
    pub(super) fn subscript(&mut self, base: &Val, key: &Val, at: At) -> Val {
        match &base.kind {
            Kind::Obj(id) => match self.state.obj(*id) {
                Some(Obj::Dict { entries, open, .. }) => {
                    let found = entries.iter().find(|entry| entry.key.same(key)).map(|entry| entry.value.clone());
                    let uncertain = *open || key.as_const().is_none();
                    match found {
                        Some(value) => value,
                        None if uncertain => {
                            self.may_raise = true;
                            Val::sym(Sym::Item { base: base.clone(), key: key.clone() }, at)
                        }
                        None => {
                            self.emit(EventKind::MissingKey { target: base.clone(), key: key.clone() }, at);
                            self.may_raise = true;
                            Val::unknown(at)
                        }
                    }
                }
                Some(Obj::List { items, open: false, is_set: false }) => match pick(items, key) {
                    Some(value) => value,
                    None if is_index(key) => self.out_of_range("list", at),
                    None => Val::unknown(at),
                },
                Some(Obj::Instance { .. }) => match self.items(base).as_deref().map(|items| pick(items, key)) {
                    Some(Some(value)) => value,
                    Some(None) if is_index(key) => self.out_of_range("tuple", at),
                    _ => Val::unknown(at),
                },
                _ => Val::unknown(at),
            },
            Kind::Tuple(items) => match pick(items, key) {
                Some(value) => value,
                None if is_index(key) => self.out_of_range("tuple", at),
                None => Val::unknown(at),
            },
            Kind::Union(members) => {
                let members: Vec<Val> = members.to_vec();
                let picked: Vec<Val> = members.iter().map(|member| self.subscript(member, key, at)).collect();
                Val::union(picked, at)
            }
            Kind::Const(constant) => match (&**constant, key.as_const()) {
                (Constant::Str(text), Some(Constant::Int(index))) => {
                    self.budget.text(text.len());
                    let count = i64::try_from(text.chars().count()).unwrap_or(0);
                    let index = if *index < 0 { index + count } else { *index };
                    let char = usize::try_from(index).ok().and_then(|index| text.chars().nth(index));
                    match char {
                        Some(c) => Val::text(c.to_string(), at),
                        None => self.out_of_range("string", at),
                    }
                }
                _ => Val::unknown(at),
            },
            // `List[int]` and the like: a class stays what it is, unless it is an enum.
            Kind::Class(class) => self.member_called(*class, key, at).unwrap_or_else(|| base.clone()),
            Kind::Sym(sym) => {
                self.may_raise = true;
                if let Sym::External(path) = &**sym
                    && (path.starts_with("typing.") || path.starts_with("builtins."))
                {
                    return base.clone().seen_at(at);
                }
                self.emit(EventKind::GetItem { target: base.clone(), key: key.clone() }, at);
                Val::sym(Sym::Item { base: base.clone(), key: key.clone() }, at)
            }
            _ => Val::unknown(at),
        }
    }

    /// `base[lower:upper:step]`
    pub(super) fn slice(&mut self, base: &Val, bounds: &[Option<Val>; 3], at: At) -> Val {
        if let Some(text) = base.as_str() {
            self.budget.text(text.len());
            let chars: Vec<char> = text.chars().collect();
            if let Some(taken) = slice_of(&chars, bounds) {
                return Val::text(taken.into_iter().collect::<String>(), at);
            }
        }
        if let Some(items) = self.items(base).filter(|_| self.type_of(base) != Ty::Str)
            && let Some(taken) = slice_of(&items, bounds)
        {
            return match base.kind {
                Kind::Tuple(_) => Val { kind: Kind::Tuple(taken.into()), at },
                _ => self.new_obj(Obj::List { items: taken, open: false, is_set: false }, at),
            };
        }
        Val::from(vec![base.clone()], self.type_of(base), at)
    }

    /// A method of a dict.
    pub(super) fn dict_method(&mut self, dict: &Val, id: ObjId, name: &str, args: &Args, at: At) -> Val {
        match name {
            "get" | "pop" | "setdefault" => {
                let Some(key) = args.pos.first() else { return Val::unknown(at) };
                let default = args.pos.get(1).cloned().unwrap_or_else(|| Val::none(at));
                let found = self.dict_entry(id, key).cloned();
                let open = matches!(self.state.obj(id), Some(Obj::Dict { open: true, .. })) || key.as_const().is_none();
                let value = match found {
                    Some(entry) if !entry.maybe => entry.value,
                    Some(entry) => Val::union([entry.value, default.clone()], at),
                    None if open => Val::unknown(at),
                    None => default.clone(),
                };
                if name == "pop" {
                    if let Some(Obj::Dict { entries, .. }) = self.state.obj_mut(id) {
                        entries.retain(|entry| !entry.key.same(key));
                    }
                } else if name == "setdefault" && self.dict_entry(id, key).is_none() {
                    let key_at = args.pos_at.first().copied().unwrap_or(at);
                    let value_at = args.pos_at.get(1).copied().unwrap_or(at);
                    self.dict_set(dict, key.clone(), key_at, default, value_at);
                }
                value
            }
            "update" => {
                for more in &args.pos {
                    self.dict_update(dict, more);
                }
                for (name, value, value_at) in &args.named {
                    self.dict_set(dict, Val::text(&**name, *value_at), *value_at, value.clone(), *value_at);
                }
                if args.open {
                    self.open_obj(dict);
                }
                Val::none(at)
            }
            "copy" => {
                let copy = self.new_dict(at);
                self.dict_update(&copy, dict);
                copy
            }
            "clear" => {
                if let Some(Obj::Dict { entries, open, from }) = self.state.obj_mut(id) {
                    entries.clear();
                    *open = false;
                    from.clear();
                }
                Val::none(at)
            }
            "items" | "keys" | "values" => {
                let Some(Obj::Dict { entries, open, .. }) = self.state.obj(id) else { return Val::unknown(at) };
                let open = *open || entries.iter().any(|entry| entry.maybe);
                let items = entries
                    .iter()
                    .map(|entry| match name {
                        "items" => {
                            Val { kind: Kind::Tuple([entry.key.clone(), entry.value.clone()].into()), at: entry.key_at }
                        }
                        "keys" => entry.key.clone(),
                        _ => entry.value.clone(),
                    })
                    .collect();
                self.new_obj(Obj::List { items, open, is_set: false }, at)
            }
            _ => Val::unknown(at),
        }
    }

    /// A method of a list or a set.
    pub(super) fn list_method(&mut self, list: &Val, id: ObjId, name: &str, args: &Args, at: At) -> Val {
        let first = args.pos.first().cloned();
        match (name, first) {
            ("append" | "add", Some(item)) => {
                if let Some(Obj::List { items, open, .. }) = self.state.obj_mut(id) {
                    if items.len() < 4096 { items.push(item) } else { *open = true }
                }
                Val::none(at)
            }
            ("extend" | "update", Some(more)) => {
                self.list_extend(list, &more);
                Val::none(at)
            }
            ("insert", _) => {
                if let (Some(item), Some(Obj::List { items, .. })) = (args.pos.get(1), self.state.obj_mut(id)) {
                    self.budget.seek(items.len());
                    items.insert(0, item.clone());
                }
                Val::none(at)
            }
            ("copy" | "union", _) => match self.state.obj(id).cloned() {
                Some(copy) => self.new_obj(copy, at),
                None => Val::unknown(at),
            },
            ("remove" | "discard" | "clear" | "sort" | "reverse", _) => {
                self.open_obj(list);
                Val::none(at)
            }
            ("pop", _) => {
                let item = self.item_of(list, at);
                self.open_obj(list);
                item
            }
            _ => Val::unknown(at),
        }
    }
}

fn is_index(key: &Val) -> bool {
    matches!(key.as_const(), Some(Constant::Int(_)))
}

fn pick(items: &[Val], key: &Val) -> Option<Val> {
    let Some(Constant::Int(index)) = key.as_const() else { return None };
    let length = i64::try_from(items.len()).ok()?;
    let index = if *index < 0 { index + length } else { *index };
    usize::try_from(index).ok().and_then(|index| items.get(index)).cloned()
}

fn slice_of<T: Clone>(items: &[T], bounds: &[Option<Val>; 3]) -> Option<Vec<T>> {
    let number = |bound: &Option<Val>| match bound.as_ref().map(Val::as_const) {
        None | Some(Some(Constant::None)) => Some(None),
        Some(Some(Constant::Int(number))) => Some(Some(*number)),
        _ => None,
    };
    let (lower, upper, step) = (number(&bounds[0])?, number(&bounds[1])?, number(&bounds[2])?.unwrap_or(1));
    let length = i64::try_from(items.len()).ok()?;
    let place = |index: i64| if index < 0 { index + length } else { index };
    let mut taken = Vec::new();
    if step > 0 {
        let mut at = place(lower.unwrap_or(0)).clamp(0, length);
        let end = place(upper.unwrap_or(length)).clamp(0, length);
        while at < end {
            taken.push(items[usize::try_from(at).ok()?].clone());
            at = at.checked_add(step)?;
        }
    } else if step < 0 {
        let mut at = lower.map_or(length - 1, place).min(length - 1);
        let end = upper.map_or(-1, place).max(-1);
        while at > end {
            taken.push(items[usize::try_from(at).ok()?].clone());
            at = at.checked_add(step)?;
        }
    } else {
        return None;
    }
    Some(taken)
}
