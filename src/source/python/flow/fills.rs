//! Calls that put something into an object: into the one that they belong to, or into one that they are given.

use super::engine::Engine;
use super::names::Sym;
use super::taint::{Origins, merge};
use super::value::{Args, At, Kind, Val};
use crate::source::python::syntax::{Arg, ArgKind, Constant, ExprId, ExprKind};
use std::rc::Rc;

/// Methods that put what they are given into their object.
const FILLS: &[&str] = &[
    "add",
    "add_attachment",
    "add_header",
    "append_data",
    "attach",
    "put",
    "put_nowait",
    "push",
    "set_content",
    "set_payload",
    "setdefault",
    "update",
    "write",
    "writelines",
    "writerow",
    "writerows",
    "writestr",
];

/// The same of what is made by one of these modules.
const COLLECTS: &[&str] = &["append", "appendleft", "extend", "extendleft", "insert"];
const COLLECTIONS: &[&str] =
    &["collections.", "queue.", "multiprocessing.", "array.", "builtins.bytearray", "builtins.list"];

/// Methods that put their object into what they are given.
const GIVES_ITSELF: &[&str] = &["save", "savefig", "to_csv", "to_excel", "to_json", "to_pickle", "tofile"];

/// Who makes what can be written into; the name of a file stays what it is.
const BUFFERS: &[&str] = &["builtins.open", "io.", "tempfile."];

/// Functions that put their first argument into the one at this position.
const INTO: &[(&str, usize)] = &[
    ("json.dump", 1),
    ("flask.json.dump", 1),
    ("pickle.dump", 1),
    ("marshal.dump", 1),
    ("yaml.dump", 1),
    ("yaml.safe_dump", 1),
    ("shutil.copyfileobj", 1),
    ("base64.encode", 1),
];

/// Letters that are kept of the name of what is read.
const NAMED: usize = 160;

impl<'a> Engine<'a, '_> {
    /// `message.set_content(x)`, `json.dump(x, file)`: from now on `x` is in it.
    pub(super) fn fill(&mut self, func: ExprId, written: &'a [Arg], callee: &Val, args: &Args, at: At) {
        self.fill_with_object(func, written, callee, args);
        let taint = match self.path_of(callee).map(str::to_owned) {
            // `archive.write(path)`: what is in the file.
            Some(name) if self.model.reads(&name) => {
                let part = args.pos.first().map(|path| self.spelled(path)).unwrap_or_default();
                let labels = self.model.find_label("file");
                let path = self.paths.of(&name);
                merge(&args.taint(), &self.source(labels, path, &part, at))
            }
            Some(name) => {
                if let Some((_, into)) = INTO.iter().find(|(known, _)| *known == name) {
                    self.fill_argument(written, args, *into);
                    return;
                }
                args.taint()
            }
            None => args.taint(),
        };
        if taint.is_none() {
            return;
        }
        let ExprKind::Attribute { value: base, attr } = &self.ast()[func].kind else { return };
        let holder = match &callee.kind {
            Kind::Method(_, holder) => (**holder).clone(),
            Kind::Attr(pair) => pair.0.clone(),
            _ => return,
        };
        let collects = || {
            COLLECTS.contains(&&*attr.name)
                && matches!(&holder.kind, Kind::Made(made) if self.path_of(&made.callee).is_some_and(|path| COLLECTIONS.iter().any(|of| path.starts_with(of))))
        };
        // `session.add(x)` of a database is no container.
        let fills = match &*attr.name {
            "add" => self.path_of(callee).is_some_and(|path| self.model.reads(path)),
            name => FILLS.contains(&name),
        };
        if fills || collects() || self.is_around(*base) && COLLECTS.contains(&&*attr.name) {
            self.fill_inner(&holder, &taint);
            self.store(*base, holder.with(&taint));
        }
    }

    /// `picture.save(buffer)`: what the object is goes into what it is given.
    fn fill_with_object(&mut self, func: ExprId, written: &'a [Arg], callee: &Val, args: &Args) {
        let ExprKind::Attribute { attr, .. } = &self.ast()[func].kind else { return };
        if !GIVES_ITSELF.contains(&&*attr.name) || callee.taint.is_none() {
            return;
        }
        let (Some(place), Some(buffer)) = (written.first(), args.pos.first()) else { return };
        let Kind::Made(made) = &buffer.kind else { return };
        let takes = self.path_of(&made.callee).is_some_and(|path| BUFFERS.iter().any(|of| path.starts_with(of)));
        if takes && matches!(place.kind, ArgKind::Positional) {
            self.store(place.value, buffer.clone().with(&callee.taint));
        }
    }

    /// Whether this is a variable of the function around the one that is followed.
    fn is_around(&mut self, place: ExprId) -> bool {
        let ExprKind::Name(name) = &self.ast()[place].kind else { return false };
        let name = self.names.sym(name);
        self.frame().func.is_some_and(|func| self.funcs[func.0 as usize].free.contains(&name))
    }

    fn fill_argument(&mut self, written: &'a [Arg], args: &Args, into: usize) {
        let (Some(what), Some(holder)) = (args.pos.first(), args.pos.get(into)) else { return };
        let place = written.get(into).filter(|arg| matches!(arg.kind, ArgKind::Positional));
        if let (Some(place), taint @ Some(_)) = (place, what.taint.clone()) {
            self.fill_inner(holder, &taint);
            self.store(place.value, holder.clone().with(&taint));
        }
    }

    /// What is put into an archive goes into the buffer that the archive was made with.
    fn fill_inner(&mut self, holder: &Val, taint: &Origins) {
        let Kind::Made(made) = &holder.kind else { return };
        let inner: Vec<&Val> = made.args.values().filter(|value| matches!(value.kind, Kind::Made(_))).collect();
        let vars = &self.frame().vars;
        if inner.is_empty() || vars.is_empty() {
            return;
        }
        let is_one = |value: &Val| {
            let one =
                |inner: &&Val| matches!((&inner.kind, &value.kind), (Kind::Made(a), Kind::Made(b)) if Rc::ptr_eq(a, b));
            inner.iter().any(one)
        };
        let mut found: Vec<(Sym, Val)> =
            vars.iter().filter(|(_, value)| is_one(value)).map(|(name, value)| (*name, value.clone())).collect();
        found.sort_unstable_by_key(|(name, _)| *name);
        self.budget = self.budget.saturating_sub(self.frame().vars.len() as u64 / 8);
        for (name, value) in found {
            self.set_var(name, value.with(taint));
        }
    }

    /// The known texts in a value, as they would stand in a path.
    pub(super) fn spelled(&self, value: &Val) -> String {
        let mut said = String::new();
        say(value, &mut said, 8);
        said
    }
}

fn say(value: &Val, said: &mut String, deep: u8) {
    let Some(deep) = deep.checked_sub(1).filter(|_| said.len() < NAMED) else { return };
    match &value.kind {
        Kind::Const(constant) => {
            if let Constant::Str(text) = &**constant {
                if !said.is_empty() && !said.ends_with(['/', ' ']) {
                    said.push('/');
                }
                said.extend(text.chars().filter(|c| !matches!(c, '[' | ']')).take(NAMED));
            }
        }
        Kind::Text(pieces) => {
            for piece in pieces.iter() {
                match piece {
                    super::value::Piece::Literal(text) => {
                        said.extend(text.chars().filter(|c| !matches!(c, '[' | ']')).take(NAMED));
                    }
                    super::value::Piece::Hole(hole) => say(hole, said, deep),
                }
            }
        }
        Kind::Made(made) => {
            if let Kind::Method(_, holder) = &made.callee.kind {
                say(holder, said, deep);
            }
            made.args.pos.iter().take(8).for_each(|value| say(value, said, deep));
        }
        Kind::Method(_, holder) => say(holder, said, deep),
        Kind::Attr(pair) => say(&pair.0, said, deep),
        Kind::Item(pair) => say(&pair.0, said, deep),
        Kind::Seq(seq) => say_each(seq.items.iter(), said, deep),
        Kind::Union(members) => say_each(members.iter(), said, deep),
        _ => {}
    }
}

/// Each of several, with a space between.
fn say_each<'v>(all: impl Iterator<Item = &'v Val>, said: &mut String, deep: u8) {
    for value in all.take(16) {
        if !said.is_empty() && !said.ends_with(' ') {
            said.push(' ');
        }
        say(value, said, deep);
    }
}
