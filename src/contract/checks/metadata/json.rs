//! Values that JSON cannot hold.

use crate::contract::context::Context;
use crate::source::python::syntax::Constant;
use crate::source::python::values::{At, Kind, Obj, Sym, Ty, Val};

/// Collects what `json.dumps` would refuse.
pub(in crate::contract::checks) fn unserialisable(
    ctx: &Context<'_>,
    value: &Val,
    bad: &mut Vec<(At, String)>,
    sorted: bool,
    depth: usize,
) {
    if depth > 16 {
        return;
    }
    match &value.kind {
        Kind::Obj(id) => match ctx.interp.obj(*id) {
            Some(Obj::Dict { entries, .. }) => {
                let entries = entries.clone();
                for entry in &entries {
                    if matches!(ctx.interp.type_of(&entry.key), Ty::Tuple | Ty::Bytes) {
                        let at = if ctx.is_own(entry.key.at) { entry.key.at } else { entry.key_at };
                        bad.push((at, format!("a key that is a `{}`", ctx.interp.type_of(&entry.key).name())));
                    }
                }
                let kinds = |wanted: Ty| entries.iter().any(|entry| ctx.interp.type_of(&entry.key) == wanted);
                if sorted && kinds(Ty::Str) && kinds(Ty::Int) {
                    bad.push((
                        value.at,
                        "keys that are text and keys that are numbers, and it is written with sorted keys".to_owned(),
                    ));
                }
                for entry in entries {
                    unserialisable(ctx, &entry.value.clone().at_or(ctx, entry.value_at), bad, sorted, depth + 1);
                }
            }
            Some(Obj::List { is_set: true, .. }) => bad.push((value.at, "a `set`".to_owned())),
            Some(Obj::List { items, .. }) => {
                for item in items.clone() {
                    unserialisable(ctx, &item, bad, sorted, depth + 1);
                }
            }
            Some(Obj::Instance { class, .. }) if !ctx.interp.class(*class).is_open => {
                bad.push((value.at, format!("a `{}`", ctx.interp.class(*class).name)));
            }
            _ => {}
        },
        Kind::Tuple(items) => items.iter().for_each(|item| unserialisable(ctx, item, bad, sorted, depth + 1)),
        Kind::Const(constant)
            if matches!(**constant, Constant::Bytes(_) | Constant::Ellipsis | Constant::Complex(_)) =>
        {
            bad.push((value.at, "a `bytes`".to_owned()));
        }
        Kind::Func(_) => bad.push((value.at, "a `function`".to_owned())),
        Kind::Bound(..) => bad.push((value.at, "a `method`".to_owned())),
        Kind::Class(_) => bad.push((value.at, "a `type`".to_owned())),
        Kind::Sym(_) => {
            if let Some(name) = library_type(ctx, value) {
                bad.push((value.at, format!("a `{name}`")));
            }
        }
        _ => {}
    }
}

/// The type of a value from outside that JSON surely cannot hold.
fn library_type(ctx: &Context<'_>, value: &Val) -> Option<&'static str> {
    match value.as_sym()? {
        Sym::External(path) => match path.strip_prefix("builtins.") {
            Some(name) if name.starts_with(|c: char| c.is_ascii_lowercase()) && !name.contains('.') => Some("type"),
            _ => None,
        },
        Sym::Made { callee, .. } => match callee.as_external()? {
            "datetime.datetime.now"
            | "datetime.datetime.utcnow"
            | "datetime.datetime.today"
            | "datetime.datetime"
            | "datetime.datetime.fromtimestamp" => Some("datetime"),
            "datetime.date.today" | "datetime.date" => Some("date"),
            "datetime.timedelta" => Some("timedelta"),
            "decimal.Decimal" => Some("Decimal"),
            "uuid.uuid4" | "uuid.uuid1" | "uuid.UUID" => Some("UUID"),
            "pathlib.Path" => Some("PosixPath"),
            "re.compile" => Some("Pattern"),
            "builtins.range" => Some("range"),
            "builtins.bytes" | "builtins.bytearray" | "os.urandom" => Some("bytes"),
            "builtins.object" => Some("object"),
            _ => match ctx.interp.type_of(value) {
                Ty::Bytes => Some("bytes"),
                Ty::Set => Some("set"),
                _ => None,
            },
        },
        Sym::From { ty: Ty::Bytes, .. } => Some("bytes"),
        Sym::From { ty: Ty::Set, .. } => Some("set"),
        _ => None,
    }
}

impl Val {
    /// The value, seen at `at` when its own place is not in the plugin.
    pub(in crate::contract::checks) fn at_or(self, ctx: &Context<'_>, at: At) -> Self {
        if ctx.is_own(self.at) { self } else { self.seen_at(at) }
    }
}
