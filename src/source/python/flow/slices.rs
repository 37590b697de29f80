//! Parts of texts and lists by their places, and the arguments that a function takes by any name.

use std::rc::Rc;

use super::engine::Engine;
use super::value::{Args, At, Dict, Kind, Made, Val};
use crate::source::python::syntax::Constant;

/// What stands for all arguments by name in a dict: no name is written like this.
const REST: &str = "**";

impl Engine<'_, '_> {
    /// `base[lower:upper:step]`. Of an argument each caller may know more.
    pub(super) fn slice_of(&mut self, base: &Val, [lower, upper, step]: [Option<Val>; 3], at: At) -> Val {
        if let Kind::Union(members) = &base.kind
            && !base.has_param()
            && members.iter().all(|member| member.as_bytes().is_some())
        {
            let members = Rc::clone(members);
            let parts =
                members.iter().map(|member| super::texts::slice(member, lower.as_ref(), upper.as_ref(), step.as_ref()));
            return parts.reduce(Val::either).unwrap_or(Val::UNKNOWN).with(&base.taint);
        }
        if base.has_param() && matches!(base.kind, Kind::Param(_) | Kind::Made(_) | Kind::Item(_) | Kind::Attr(_)) {
            let none = || Val::constant(Constant::None);
            let parts = [lower, upper, step].map(|part| part.unwrap_or_else(none));
            let callee = self.outside_named("builtins.slice", at);
            let depth = parts.iter().map(|part| part.depth).max().unwrap_or(0);
            let key = Val::around(Kind::Made(Rc::new(Made { callee, args: Args::of(parts.into()), at })), None, depth);
            let taint = self.piece_of(&base.taint, super::parts::VALUE);
            let depth = base.depth.max(key.depth);
            return Val::around(Kind::Item(Rc::new((base.clone(), key))), taint, depth);
        }
        let part = super::texts::slice(base, lower.as_ref(), upper.as_ref(), step.as_ref());
        let taint = self.piece_of(&part.taint, super::parts::VALUE);
        let part = part.from(taint);
        let backwards = step.as_ref().and_then(Val::as_int).is_some_and(|step| step < 0);
        if backwards { self.decoded(part, at) } else { part }
    }

    /// `"{0.name}: {page[title]}".format(…)`
    pub(super) fn formatted(&mut self, base: &Val, method: &str, args: &Args, at: At) -> Option<Val> {
        let text = base.as_str().filter(|_| method == "format")?.to_owned();
        let names: Vec<String> = args.named.iter().map(|(name, _)| self.names.text(*name).to_string()).collect();
        let mut inside = |value: &Val, path: &str| {
            let mut value = value.clone();
            for part in path.split_inclusive(['.', ']']).flat_map(|part| part.split('[')).take(8) {
                let part = part.trim_end_matches('.');
                value = match part.strip_suffix(']') {
                    Some(key) => self.item(&value, &Val::text(key), at),
                    None if part.is_empty() => continue,
                    None => {
                        let name = self.names.sym(part);
                        self.attribute(&value, name, at)
                    }
                };
            }
            value
        };
        Some(super::texts::format(&text, args, &mut inside, &|at| names[at].clone()))
    }

    /// The parts of `slice(lower, upper, step)`.
    pub(super) fn slice_key(&self, key: &Val) -> Option<[Option<Val>; 3]> {
        let Kind::Made(made) = &key.kind else { return None };
        if self.path_of(&made.callee) != Some("builtins.slice") {
            return None;
        }
        Some(match made.args.pos.as_slice() {
            [upper] => [None, Some(upper.clone()), None],
            [lower, upper] => [Some(lower.clone()), Some(upper.clone()), None],
            [lower, upper, step] => [Some(lower.clone()), Some(upper.clone()), Some(step.clone())],
            _ => return None,
        })
    }

    /// What a function finds in its `**kwargs`: all of what is given, whatever the names.
    pub(super) fn all_by_name(&mut self, given: Val) -> Val {
        let key = Val::plain(Kind::Path(self.paths.of(REST)));
        Val::dict(Dict { entries: vec![(key, given)], open: true })
    }

    /// Whether a key stands for all arguments by name.
    pub(super) fn is_rest(&self, key: &Val) -> bool {
        matches!(key.kind, Kind::Path(path) if &**self.paths.text(path) == REST)
    }

    /// A dict in which all arguments by name are known now.
    pub(super) fn spliced(&mut self, dict: Dict) -> Dict {
        if !dict.entries.iter().any(|(key, value)| self.is_rest(key) && matches!(value.kind, Kind::Dict(_))) {
            return dict;
        }
        let mut all = Dict::default();
        for (key, value) in dict.entries {
            match &value.kind {
                Kind::Dict(inner) if self.is_rest(&key) => {
                    all.open |= inner.open;
                    all.entries.extend(inner.entries.iter().cloned());
                }
                _ => {
                    all.open |= self.is_rest(&key);
                    all.entries.push((key, value));
                }
            }
        }
        all
    }

    /// Arguments in which all that `**kwargs` holds is known now.
    pub(super) fn spread(&mut self, mut args: Args) -> Args {
        let Some(Val { kind: Kind::Dict(dict), taint, .. }) = args.rest.as_deref() else { return args };
        let (dict, taint) = (Rc::clone(dict), taint.clone());
        let mut left = Dict { entries: Vec::new(), open: dict.open };
        for (key, value) in &dict.entries {
            match key.as_str().map(|name| self.names.sym(name)) {
                Some(name) => {
                    if !args.named.iter().any(|(known, _)| *known == name) && args.named.len() < 256 {
                        args.named.push((name, value.clone()));
                    }
                }
                None => left.entries.push((key.clone(), value.clone())),
            }
        }
        args.rest = match (left.open, left.entries.is_empty()) {
            (false, true) => None,
            (true, true) => Some(Rc::new(Val::dirty(taint))),
            _ => Some(Rc::new(Val::dict(left))),
        };
        args
    }
}
