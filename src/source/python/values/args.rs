//! Arguments: how they are passed, and how parameters take them.

use std::rc::Rc;

use super::func::Func;
use super::interp::Interp;
use super::state::Obj;
use super::value::{At, Kind, Ty, Val};
use crate::source::python::syntax::{Arg, ArgKind, ParamKind};

/// Arguments of a call.
#[derive(Clone, Debug, Default)]
pub struct Args {
    /// By position.
    pub pos: Vec<Val>,
    /// Where each of them is written.
    pub pos_at: Vec<At>,
    /// By name: the value, and where it is written.
    pub named: Vec<(Rc<str>, Val, At)>,
    /// There may be more: `*args` or `**kwargs` that are not known.
    pub open: bool,
}

impl Args {
    /// Positional arguments, all seen at one place.
    #[must_use]
    pub fn of(pos: Vec<Val>, at: At) -> Self {
        let pos_at = vec![at; pos.len()];
        Self { pos, pos_at, named: Vec::new(), open: false }
    }

    /// The argument of this name or, failing that, at this position.
    #[must_use]
    pub fn get(&self, name: &str, position: usize) -> Option<(&Val, At)> {
        let named = self.named.iter().find(|(key, _, _)| &**key == name).map(|(_, value, at)| (value, *at));
        named.or_else(|| self.pos.get(position).map(|value| (value, self.pos_at[position])))
    }

    /// The argument of this name.
    #[must_use]
    pub fn named(&self, name: &str) -> Option<(&Val, At)> {
        self.get(name, usize::MAX)
    }

    pub(super) fn append(&mut self, more: Self) {
        self.pos.extend(more.pos);
        self.pos_at.extend(more.pos_at);
        self.named.extend(more.named);
        self.open |= more.open;
    }
}

impl<'a> Interp<'a> {
    pub(super) fn eval_args(&mut self, args: &'a [Arg]) -> Args {
        let mut values = Args::default();
        for arg in args {
            let value = self.eval(arg.value);
            let at = self.expr_at(arg.value);
            match &arg.kind {
                ArgKind::Positional => {
                    values.pos.push(value);
                    values.pos_at.push(at);
                }
                ArgKind::Star => match self.items(&value) {
                    Some(items) => {
                        self.budget.copy(items.len());
                        for item in items {
                            values.pos.push(item);
                            values.pos_at.push(at);
                        }
                    }
                    None => values.open = true,
                },
                ArgKind::Keyword(name) => {
                    let name = self.name(&name.name);
                    values.named.push((name, value, at));
                }
                ArgKind::DoubleStar => match value.kind {
                    Kind::Obj(id) => match self.state.obj(id).cloned() {
                        Some(Obj::Dict { entries, open, .. }) => {
                            self.budget.copy(entries.len());
                            values.open |= open;
                            for entry in entries {
                                match entry.key.as_str() {
                                    Some(key) => values.named.push((key.into(), entry.value, entry.value_at)),
                                    None => values.open = true,
                                }
                            }
                        }
                        _ => values.open = true,
                    },
                    _ => values.open = true,
                },
            }
        }
        values
    }

    pub(super) fn bind_params(&mut self, func: &Func<'a>, args: Args) {
        let at = self.at(func.params().span);
        let mut positional = args.pos.into_iter();
        let mut named = args.named;
        for (index, param) in func.params().list.iter().enumerate() {
            let name = &*param.name.name;
            let value = match param.kind {
                ParamKind::VarArgs => {
                    let rest: Vec<Val> = positional.by_ref().collect();
                    if args.open { Val::from(rest, Ty::Tuple, at) } else { Val { kind: Kind::Tuple(rest.into()), at } }
                }
                ParamKind::KwArgs => {
                    let dict = self.new_dict(at);
                    for (key, value, value_at) in std::mem::take(&mut named) {
                        self.dict_set(&dict, Val::text(&*key, value_at), value_at, value, value_at);
                    }
                    if args.open {
                        self.open_obj(&dict);
                    }
                    dict
                }
                kind => {
                    let given = if kind == ParamKind::KeywordOnly { None } else { positional.next() };
                    let by_name = named.iter().position(|(key, _, _)| &**key == name);
                    given
                        .or_else(|| by_name.map(|index| named.remove(index).1))
                        .or_else(|| if args.open { None } else { func.defaults.get(index).cloned().flatten() })
                        .unwrap_or_else(|| Val::unknown(at))
                }
            };
            let name = self.private(name);
            self.bind(&name, value);
        }
    }
}
