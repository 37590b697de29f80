//! Targets: names, attributes, and items that are bound, changed, and deleted.

use std::rc::Rc;

use super::events::EventKind;
use super::interp::Interp;
use super::state::{DictEntry, Obj, ScopeKind, Slot};
use super::value::{At, Kind, Val};
use crate::model::Span;
use crate::source::python::syntax::{Constant, ExprId, ExprKind};

impl Interp<'_> {
    /// `target = value`
    pub(super) fn assign(&mut self, target: ExprId, value: Val) {
        let ast = self.ast(self.frame().file);
        let at = self.at(ast[target].span);
        match &ast[target].kind {
            ExprKind::Name(name) => {
                let name = self.private(name);
                self.bind_shared(&name, value);
            }
            ExprKind::Attribute { value: base, attr } => {
                let base = self.eval(*base);
                let name = self.private(&attr.name);
                self.set_attribute(&base, &name, value, at);
            }
            ExprKind::Subscript { value: base, slice } => {
                let base = self.eval(*base);
                let key = self.eval(*slice);
                let (key_at, value_at) = (self.expr_at(*slice), value.at);
                self.set_item(&base, key, key_at, value, value_at, at);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                let starred = items.iter().any(|item| matches!(ast[*item].kind, ExprKind::Starred(_)));
                let value = self.walked(&value);
                self.unpacked(&value, items.len(), starred, at);
                let known = self.items(&value).filter(|values| !starred && values.len() == items.len());
                for (index, item) in items.iter().enumerate() {
                    let part = match &known {
                        Some(values) => values[index].clone(),
                        None => self.item_of(&value, at),
                    };
                    self.assign(*item, part);
                }
            }
            ExprKind::Starred(inner) => {
                let list = self.new_obj(Obj::List { items: Vec::new(), open: true, is_set: false }, at);
                self.assign(*inner, list);
            }
            _ => {}
        }
    }

    /// Binds a name where `global` or `nonlocal` sends it.
    fn bind_shared(&mut self, name: &str, value: Val) {
        let scope = self.frame().scope;
        let marker = format!("\0{name}");
        let target = self.state.scope(scope).and_then(|scope| scope.vars.get(marker.as_str())).and_then(|slot| {
            match slot.value.as_const() {
                Some(Constant::Int(id)) => u32::try_from(*id).ok().map(super::ScopeId),
                _ => None,
            }
        });
        self.bind_in(target.unwrap_or(scope), name, value);
    }

    /// `global name`, `nonlocal name`
    pub(super) fn share_name(&mut self, name: &str, is_global: bool) {
        let frame = self.frame();
        let module = self.files[frame.file.0 as usize].scope;
        let mut target = module;
        if !is_global {
            let mut next = self.state.scope(frame.scope).and_then(|scope| scope.parent);
            while let Some(id) = next {
                let Some(scope) = self.state.scope(id) else { break };
                if scope.kind == ScopeKind::Function && scope.vars.contains_key(name) {
                    target = id;
                    break;
                }
                next = scope.parent;
            }
        }
        let at = self.at(Span::default());
        let marker = format!("\0{name}");
        self.bind(&marker, Val::constant(Constant::Int(i64::from(target.0)), at));
    }

    pub(super) fn delete(&mut self, target: ExprId) {
        let ast = self.ast(self.frame().file);
        let at = self.at(ast[target].span);
        match &ast[target].kind {
            ExprKind::Name(name) => {
                let scope = self.frame().scope;
                if let Some(scope) = self.state.scope_mut(scope) {
                    scope.vars.remove(&**name);
                }
            }
            ExprKind::Subscript { value, slice } => {
                let base = self.eval(*value);
                let key = self.eval(*slice);
                self.delete_item(&base, &key, at);
            }
            ExprKind::Tuple(items) | ExprKind::List(items) => {
                for item in items {
                    self.delete(*item);
                }
            }
            ExprKind::Attribute { value, .. } => {
                self.eval(*value);
            }
            _ => {}
        }
    }

    fn delete_item(&mut self, base: &Val, key: &Val, at: At) {
        if let Kind::Obj(id) = base.kind {
            let known = key.as_const().is_some();
            if let Some(Obj::Dict { entries, .. }) = self.state.obj_mut(id) {
                if known {
                    entries.retain(|entry| !entry.key.same(key));
                } else {
                    entries.iter_mut().for_each(|entry| entry.maybe = true);
                }
            }
        } else {
            self.emit(EventKind::SetItem { target: base.clone(), key: key.clone(), value: Val::unknown(at) }, at);
        }
    }

    pub(super) fn set_item(&mut self, base: &Val, key: Val, key_at: At, value: Val, value_at: At, at: At) {
        self.emit(EventKind::SetItem { target: base.clone(), key: key.clone(), value: value.clone() }, at);
        match base.kind {
            Kind::Obj(id) if matches!(self.state.obj(id), Some(Obj::Dict { .. })) => {
                self.dict_set(base, key, key_at, value, value_at);
            }
            Kind::Obj(id) => {
                if let Some(Obj::List { items, open, .. }) = self.state.obj_mut(id) {
                    match key.as_const() {
                        Some(Constant::Int(index)) if usize::try_from(*index).is_ok_and(|at| at < items.len()) => {
                            items[usize::try_from(*index).unwrap_or_default()] = value;
                        }
                        _ => *open = true,
                    }
                }
            }
            _ => {}
        }
    }

    /// `base.name = value`
    pub(super) fn set_attribute(&mut self, base: &Val, name: &str, value: Val, at: At) {
        let shared = self.name(name);
        self.emit(EventKind::SetAttr { target: base.clone(), name: Rc::clone(&shared), value: value.clone() }, at);
        match &base.kind {
            Kind::Obj(id) => {
                if let Some(Obj::Instance { attrs, .. }) = self.state.obj_mut(*id) {
                    attrs.insert(shared, Slot { value, maybe: false });
                }
            }
            Kind::Class(id) => {
                let scope = self.classes[id.0 as usize].scope;
                self.bind_in(scope, name, value);
            }
            Kind::Module(file) => {
                let scope = self.files[file.0 as usize].scope;
                self.bind_in(scope, name, value);
            }
            Kind::Func(func) if Self::is_free(name) => {
                let func = func.0 as usize;
                let known = self.undecided() == 0 || !self.calling.is_empty();
                let value = if known { value } else { Val::unknown(at) };
                self.funcs[func].attrs.insert(shared, value);
            }
            _ => {}
        }
    }

    /// Marks a container as holding more than is listed.
    pub(super) fn open_obj(&mut self, value: &Val) {
        if let Kind::Obj(id) = value.kind {
            match self.state.obj_mut(id) {
                Some(Obj::Dict { entries, open, .. }) => {
                    *open = true;
                    entries.iter_mut().for_each(|entry: &mut DictEntry| entry.maybe = true);
                }
                Some(Obj::List { open, .. }) => *open = true,
                _ => {}
            }
        }
    }
}
