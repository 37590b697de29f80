//! Bases that contradict each other, as Python finds out while it makes a class.

use std::rc::Rc;

use super::args::Args;
use super::interp::Interp;
use super::value::{At, ClassId, Kind, Val};

/// The class of a class.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Meta {
    /// `type`
    #[default]
    Type,
    /// `abc.ABCMeta`
    Abc,
    /// One of the program.
    Own(ClassId),
    /// Not known.
    Unknown,
}

/// A class in an order of resolution.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Key {
    Own(ClassId),
    Outside(Rc<str>),
}

/// Bases from outside whose class is `type`.
const OF_TYPE: &[&str] = &["builtins.object", "typing.Generic", "builtins.dict", "builtins.str", "builtins.Exception"];

impl Interp<'_> {
    /// Tells when no order of resolution agrees with the order of the bases, and with those of each of them.
    pub(super) fn contradicted(&mut self, bases: &[Val], at: At) {
        let known = bases.iter().all(|base| matches!(base.kind, Kind::Class(_)) || base.as_external().is_some());
        if bases.len() < 2 || !known {
            return;
        }
        let names: Vec<String> = bases.iter().map(|base| self.class_name(base)).collect();
        let twice = bases.iter().enumerate().find(|(index, base)| bases[..*index].iter().any(|other| other.same(base)));
        let words = match twice {
            Some((index, _)) => format!("duplicate base class {}", names[index]),
            None if self.merged(bases, 0).is_none() => {
                format!("Cannot create a consistent method resolution\norder (MRO) for bases {}", names.join(", "))
            }
            None => return,
        };
        self.raise_builtin("TypeError", vec![Val::text(words, at)], at);
    }

    fn class_name(&self, class: &Val) -> String {
        match &class.kind {
            Kind::Class(class) => self.class(*class).name.to_string(),
            _ => class.as_external().and_then(|path| path.rsplit('.').next()).unwrap_or_default().to_owned(),
        }
    }

    /// The order of resolution of a class with these bases, without the class; `None` when there is none.
    fn merged(&self, bases: &[Val], depth: usize) -> Option<Vec<Key>> {
        let mut lines: Vec<Vec<Key>> = bases.iter().map(|base| self.line(base, depth)).collect::<Option<_>>()?;
        lines.push(lines.iter().filter_map(|line| line.first().cloned()).collect());
        let mut order = Vec::new();
        loop {
            lines.retain(|line| !line.is_empty());
            if lines.is_empty() {
                return Some(order);
            }
            self.budget.walk(lines.iter().map(Vec::len).sum());
            let head =
                lines.iter().map(|line| &line[0]).find(|head| lines.iter().all(|line| !line[1..].contains(head)))?;
            let head = head.clone();
            for line in &mut lines {
                line.retain(|key| *key != head);
            }
            order.push(head);
        }
    }

    fn line(&self, class: &Val, depth: usize) -> Option<Vec<Key>> {
        // A chain so long is of no author; it passes as it is.
        if depth > 16 || self.exhausted() {
            return Some(Vec::new());
        }
        let object = Key::Outside("builtins.object".into());
        match &class.kind {
            Kind::Class(class) => {
                let mut line = vec![Key::Own(*class)];
                // One that contradicts itself was told already.
                line.extend(self.merged(&self.class(*class).bases, depth + 1).unwrap_or_default());
                if !line.contains(&object) {
                    line.push(object);
                }
                Some(line)
            }
            _ => {
                let key = Key::Outside(class.as_external().unwrap_or_default().into());
                Some(if key == object { vec![key] } else { vec![key, object] })
            }
        }
    }

    /// The class of a class with these bases; tells when theirs are not of one line.
    pub(super) fn meta_of(&mut self, metaclass: Option<&Val>, bases: &[Val], at: At) -> Meta {
        let mut metas: Vec<Meta> = bases
            .iter()
            .map(|base| match &base.kind {
                Kind::Class(class) => self.class(*class).meta,
                _ => match base.as_external() {
                    Some("abc.ABC") => Meta::Abc,
                    Some(path) if OF_TYPE.contains(&path) => Meta::Type,
                    _ => Meta::Unknown,
                },
            })
            .collect();
        metas.extend(metaclass.map(|value| match &value.kind {
            Kind::Class(class) => Meta::Own(*class),
            _ => match value.as_external() {
                Some("abc.ABCMeta") => Meta::Abc,
                Some("builtins.type") => Meta::Type,
                _ => Meta::Unknown,
            },
        }));
        let above = |one: Meta| metas.iter().all(|other| self.derives(one, *other) != Some(false));
        let Some(winner) = metas.iter().copied().find(|meta| above(*meta)) else {
            let words = "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the \
                         metaclasses of all its bases";
            if !metas.is_empty() {
                self.raise_builtin("TypeError", vec![Val::text(words, at)], at);
            }
            return Meta::Type;
        };
        winner
    }

    /// Whether one class of classes is another, or derives from it.
    fn derives(&self, one: Meta, other: Meta) -> Option<bool> {
        match (one, other) {
            (_, Meta::Type) => Some(true),
            (Meta::Unknown, _) | (_, Meta::Unknown) => None,
            (Meta::Type, _) | (Meta::Abc, Meta::Own(_)) => Some(false),
            (Meta::Abc, Meta::Abc) => Some(true),
            (Meta::Own(one), Meta::Own(other)) => Some(self.is_subclass(one, other)),
            (Meta::Own(one), Meta::Abc) => {
                let bases = || self.class(one).mro.iter().flat_map(|id| &self.class(*id).bases);
                let is_abc = bases().any(|base| base.as_external() == Some("abc.ABCMeta"));
                let known = bases()
                    .all(|base| matches!(base.kind, Kind::Class(_)) || base.as_external() == Some("builtins.type"));
                if is_abc { Some(true) } else { known.then_some(false) }
            }
        }
    }

    /// Runs `__init_subclass__` of a base of a class that was made.
    pub(super) fn made_subclass(&mut self, class: ClassId, keywords: Vec<(Rc<str>, Val, At)>, at: At) {
        let mro = self.class(class).mro.clone();
        let Some(member) = self.member_in(&mro[1..], "__init_subclass__") else { return };
        let Some(func) = self.function_of(&member.value) else { return };
        let mut args = Args::of(vec![Val { kind: Kind::Class(class), at }], at);
        args.named = keywords;
        self.call_function(func, args, at);
    }
}
