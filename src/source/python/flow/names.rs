//! Names and dotted paths as small numbers, so that looking one up costs no text.

use std::rc::Rc;

use rustc_hash::FxHashMap;

use super::model::{Effect, Kinds, Labels, Model};
use crate::source::python::syntax::Constant;

/// A name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sym(u32);

/// A dotted path outside the program: `os.system`; `requests.Session().get` is the method of what a call makes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PathId(u32);

/// Longer paths stay what they were: nothing outside has names inside one another so deep.
const LONGEST: usize = 200;

/// Every name that was met.
#[derive(Debug, Default)]
pub(super) struct Names {
    known: FxHashMap<Rc<str>, Sym>,
    texts: Vec<Rc<str>>,
}

impl Names {
    pub(super) fn sym(&mut self, name: &str) -> Sym {
        if let Some(sym) = self.known.get(name) {
            return *sym;
        }
        let sym = Sym(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        let text: Rc<str> = name.into();
        self.texts.push(Rc::clone(&text));
        self.known.insert(text, sym);
        sym
    }

    pub(super) fn text(&self, sym: Sym) -> &Rc<str> {
        &self.texts[sym.0 as usize]
    }
}

/// What the model says of calls of one name. Asked for each call, and looked up once for each name.
#[derive(Clone, Copy, Debug)]
pub(super) struct Called {
    /// Calls of it matter.
    pub(super) watched: bool,
    /// What a call does to its arguments.
    pub(super) effect: Option<Effect>,
    /// A call raises unless its object is harmless for these kinds of sinks.
    pub(super) ensures: Option<Kinds>,
}

impl Called {
    /// A call of this path.
    pub(super) fn path(model: &Model, path: &str) -> Self {
        Self { watched: model.watches_call(path), effect: model.effect(path), ensures: model.ensures(path) }
    }
}

/// The same of a method of anything, by its name alone.
#[derive(Clone, Copy, Debug)]
pub(super) struct CalledMethod {
    pub(super) called: Called,
    /// A path with this last name matters.
    pub(super) may_matter: bool,
}

/// What is known of methods by their names.
#[derive(Debug, Default)]
pub(super) struct Methods {
    by_name: Vec<Option<CalledMethod>>,
}

impl Methods {
    pub(super) fn of(&mut self, name: Sym, names: &Names, model: &Model) -> CalledMethod {
        let at = name.0 as usize;
        if self.by_name.len() <= at {
            self.by_name.resize(names.texts.len(), None);
        }
        if let Some(Some(known)) = self.by_name.get(at) {
            return *known;
        }
        let text = names.text(name);
        let (watched, effect) = (model.watches_method(text), model.method(text));
        let called = Called { watched, effect, ensures: model.ensures(text) };
        let method = CalledMethod { called, may_matter: model.may_matter(text) };
        if let Some(place) = self.by_name.get_mut(at) {
            *place = Some(method);
        }
        method
    }
}

/// What is known of a path.
#[derive(Debug)]
struct Node {
    text: Rc<str>,
    /// What comes from it comes from these sources.
    labels: Labels,
    /// Some rule speaks of it.
    watched: bool,
    /// Some rule speaks of reading it.
    read: bool,
    called: Called,
    /// What it is worth, if that never changes.
    worth: Option<Rc<Constant>>,
}

/// Every path that was met.
pub(super) struct Paths<'m> {
    model: &'m Model,
    known: FxHashMap<Rc<str>, PathId>,
    below: FxHashMap<(PathId, Sym), PathId>,
    made: FxHashMap<PathId, PathId>,
    nodes: Vec<Node>,
}

impl<'m> Paths<'m> {
    pub(super) fn new(model: &'m Model) -> Self {
        Self {
            model,
            known: FxHashMap::default(),
            below: FxHashMap::default(),
            made: FxHashMap::default(),
            nodes: Vec::new(),
        }
    }

    /// The path of a text, under the name that rules use.
    pub(super) fn of(&mut self, text: &str) -> PathId {
        let text = self.model.canonical(text);
        if let Some(path) = self.known.get(&*text) {
            return *path;
        }
        let path = PathId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        let shared: Rc<str> = (&*text).into();
        let labels = self.model.source(&shared);
        let watched = self.model.watches(&shared);
        let read = watched && self.model.watches_read(&shared);
        let called = Called::path(self.model, &shared);
        let worth = self.model.constant(&shared).cloned().map(Rc::new);
        self.nodes.push(Node { text: Rc::clone(&shared), labels, watched, read, called, worth });
        self.known.insert(shared, path);
        path
    }

    /// `path.name`
    pub(super) fn child(&mut self, path: PathId, name: Sym, names: &Names) -> PathId {
        if let Some(child) = self.below.get(&(path, name)) {
            return *child;
        }
        let base = Rc::clone(self.text(path));
        let child = if base.len() > LONGEST { path } else { self.of(&format!("{base}.{}", names.text(name))) };
        self.below.insert((path, name), child);
        child
    }

    /// What a call of it makes.
    pub(super) fn result(&mut self, path: PathId) -> PathId {
        if let Some(made) = self.made.get(&path) {
            return *made;
        }
        let base = Rc::clone(self.text(path));
        let made = if base.len() > LONGEST { path } else { self.of(&format!("{base}()")) };
        self.made.insert(path, made);
        made
    }

    pub(super) fn text(&self, path: PathId) -> &Rc<str> {
        &self.nodes[path.0 as usize].text
    }

    pub(super) fn labels(&self, path: PathId) -> Labels {
        self.nodes[path.0 as usize].labels
    }

    pub(super) fn worth(&self, path: PathId) -> Option<&Rc<Constant>> {
        self.nodes[path.0 as usize].worth.as_ref()
    }

    pub(super) fn watched(&self, path: PathId) -> bool {
        self.nodes[path.0 as usize].watched
    }

    pub(super) fn called(&self, path: PathId) -> Called {
        self.nodes[path.0 as usize].called
    }

    pub(super) fn read(&self, path: PathId) -> bool {
        self.nodes[path.0 as usize].read
    }
}
