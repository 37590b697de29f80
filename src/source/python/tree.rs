//! The only file that knows tree-sitter: parses a text and copies its tree into a flat array.
//!
//! The copy is made in one pass without recursion, so that neither a deep tree nor a wide one
//! costs more than its size, and lowering walks plain memory.

use std::cell::RefCell;
use std::ops::{ControlFlow, Index};
use std::sync::OnceLock;

use tree_sitter::{ParseOptions, ParseState, Parser, Tree as GrammarTree};

use super::kinds::{F, K};
use crate::model::Span;

/// How often the parser may report progress before it is stopped: a base, and one report for so
/// many bytes more. Ordinary code needs one for 70 to 200 bytes, the densest one for 18.
const PROGRESS_BASE: usize = 2_000;
const PROGRESS_BYTES: usize = 10;
/// The same for a text that is wrong anyway, where mending can cost far more than parsing.
const PROGRESS_BYTES_WRONG: usize = 50;

/// A node of the flat tree. Children follow their parent; a subtree ends at `stop`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) kind: K,
    pub(super) field: F,
    /// Put in by the parser because the text has none.
    pub(super) missing: bool,
    pub(super) start: u32,
    pub(super) end: u32,
    /// One past the last node of this subtree.
    stop: u32,
}

impl Node {
    pub(super) const fn span(&self) -> Span {
        Span::new(self.start, self.end)
    }
}

/// A parsed text: nodes in the order of the text, parents first, comments left out.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Nodes that are errors or missing, in order.
    pub(super) broken: Vec<usize>,
    /// Whether the parser had to mend something, seen or unseen.
    mended: bool,
}

impl Index<usize> for Tree {
    type Output = Node;
    fn index(&self, at: usize) -> &Node {
        &self.nodes[at]
    }
}

/// Tables from the grammar's numbers to ours.
struct Tables {
    kinds: Vec<K>,
    fields: Vec<F>,
}

static TABLES: OnceLock<Tables> = OnceLock::new();

thread_local! {
    static PARSER: RefCell<Option<Parser>> = const { RefCell::new(None) };
}

/// Parses `text`, known to be `wrong` or not. `None` when the parser gave up: the text takes too long.
pub(super) fn parse(text: &[u8], wrong: bool) -> Option<Tree> {
    PARSER.with(|slot| {
        let mut slot = slot.borrow_mut();
        if slot.is_none() {
            let mut parser = Parser::new();
            // The grammar is compiled in; its ABI version is one this library reads.
            parser.set_language(&tree_sitter_python::LANGUAGE.into()).ok()?;
            *slot = Some(parser);
        }
        let parser = slot.as_mut()?;
        let mut left = PROGRESS_BASE + text.len() / if wrong { PROGRESS_BYTES_WRONG } else { PROGRESS_BYTES };
        let mut progress = |_: &ParseState| {
            left = left.saturating_sub(1);
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let tree = parser.parse_with_options(&mut |at, _| text.get(at..).unwrap_or_default(), None, Some(options));
        if tree.is_none() {
            parser.reset();
        }
        tree.map(|tree| flatten(&tree))
    })
}

fn tables() -> &'static Tables {
    TABLES.get_or_init(|| {
        let language: tree_sitter::Language = tree_sitter_python::LANGUAGE.into();
        let kinds = (0..language.node_kind_count())
            .map(|id| {
                let id = u16::try_from(id).unwrap_or(u16::MAX);
                K::of(language.node_kind_for_id(id).unwrap_or(""), language.node_kind_is_named(id))
            })
            .collect();
        let fields = (0..=language.field_count())
            .map(|id| F::of(language.field_name_for_id(u16::try_from(id).unwrap_or(0)).unwrap_or("")))
            .collect();
        Tables { kinds, fields }
    })
}

fn flatten(tree: &GrammarTree) -> Tree {
    let tables = tables();
    let mut nodes: Vec<Node> = Vec::with_capacity(tree.root_node().descendant_count());
    let mut broken = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut cursor = tree.walk();
    'walk: loop {
        let node = cursor.node();
        let kind = if node.is_error() {
            K::Error
        } else {
            tables.kinds.get(usize::from(node.kind_id())).copied().unwrap_or(K::Other)
        };
        let skipped = matches!(kind, K::Comment | K::LineContinuation);
        let at = nodes.len();
        if !skipped {
            let missing = node.is_missing();
            if missing || kind == K::Error {
                broken.push(at);
            }
            let field =
                cursor.field_id().and_then(|id| tables.fields.get(usize::from(id.get())).copied()).unwrap_or(F::None);
            let span = Span::of(node.byte_range());
            nodes.push(Node { kind, field, missing, start: span.start, end: span.end, stop: 0 });
            if cursor.goto_first_child() {
                open.push(at);
                continue;
            }
            nodes[at].stop = index(at + 1);
        }
        loop {
            if cursor.goto_next_sibling() {
                continue 'walk;
            }
            cursor.goto_parent();
            let Some(parent) = open.pop() else { break 'walk };
            nodes[parent].stop = index(nodes.len());
        }
    }
    Tree { nodes, broken, mended: tree.root_node().has_error() }
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Tree {
    /// Whether the text does not follow the grammar.
    pub(super) fn is_broken(&self) -> bool {
        self.mended || !self.broken.is_empty()
    }

    /// The children of a node, in order.
    pub(super) fn children(&self, at: usize) -> Children<'_> {
        Children { tree: self, at: at + 1, stop: self.nodes[at].stop as usize }
    }

    /// The first child with this role.
    pub(super) fn field(&self, at: usize, field: F) -> Option<usize> {
        self.children(at).find(|child| self.nodes[*child].field == field)
    }

    /// The first child of this kind.
    pub(super) fn child(&self, at: usize, kind: K) -> Option<usize> {
        self.children(at).find(|child| self.nodes[*child].kind == kind)
    }

    /// Whether a node has a child of this kind.
    pub(super) fn has(&self, at: usize, kind: K) -> bool {
        self.child(at, kind).is_some()
    }

    /// The nodes of a subtree, the node itself first.
    pub(super) fn subtree(&self, at: usize) -> std::ops::Range<usize> {
        at..self.nodes[at].stop as usize
    }
}

/// Walks the children of a node.
#[derive(Clone)]
pub(super) struct Children<'t> {
    tree: &'t Tree,
    at: usize,
    stop: usize,
}

impl Iterator for Children<'_> {
    type Item = usize;
    fn next(&mut self) -> Option<usize> {
        if self.at >= self.stop {
            return None;
        }
        let at = self.at;
        self.at = self.tree.nodes[at].stop as usize;
        Some(at)
    }
}
