//! The only file of this room that knows tree-sitter: parses a text and copies its tree into a flat array.

use std::cell::RefCell;
use std::ops::{ControlFlow, Index};
use std::sync::OnceLock;

use tree_sitter::{Language, ParseOptions, ParseState, Parser, Tree as GrammarTree};

use super::kinds::{F, K};
use crate::model::Span;

/// How often the parser may report progress before it is stopped: a base, and one report for so
/// many bytes more. A minified library needs one for some 25 bytes.
const PROGRESS_BASE: usize = 2_000;
const PROGRESS_BYTES: usize = 8;
/// Nodes that are kept; a minified text of 1 MiB has some 600,000.
const MOST_NODES: usize = 1_000_000;
/// Brackets inside of one another; each costs memory while it is open, and people write a few dozen.
const MOST_BRACKETS: usize = 5_000;

/// A node of the flat tree. Children follow their parent; a subtree ends at `stop`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Node {
    pub(super) kind: K,
    pub(super) field: F,
    /// Whether the grammar has a name for it; else it is a word or a mark.
    pub(super) named: bool,
    pub(super) span: Span,
    stop: u32,
}

/// A parsed text: nodes in the order of the text, parents first.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// Where the text does not follow the grammar, in order.
    pub(super) broken: Vec<Span>,
    /// Every comment, in order.
    pub(super) comments: Vec<Span>,
}

impl Index<usize> for Tree {
    type Output = Node;
    fn index(&self, at: usize) -> &Node {
        &self.nodes[at]
    }
}

struct Tables {
    kinds: Vec<K>,
    fields: Vec<F>,
}

static TABLES: OnceLock<Tables> = OnceLock::new();

thread_local! {
    static PARSER: RefCell<Option<Parser>> = const { RefCell::new(None) };
}

/// Parses `text`. `None` when it takes too long or too much.
pub(super) fn parse(text: &str) -> Option<Tree> {
    if brackets(text) > MOST_BRACKETS {
        return None;
    }
    PARSER.with(|slot| {
        let mut slot = slot.borrow_mut();
        if slot.is_none() {
            let mut parser = Parser::new();
            // The grammar is compiled in; its ABI version is one this library reads.
            parser.set_language(&tree_sitter_javascript::LANGUAGE.into()).ok()?;
            *slot = Some(parser);
        }
        let parser = slot.as_mut()?;
        let mut left = PROGRESS_BASE + text.len() / PROGRESS_BYTES;
        let mut progress = |_: &ParseState| {
            left = left.saturating_sub(1);
            if left == 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        };
        let options = ParseOptions::new().progress_callback(&mut progress);
        let bytes = text.as_bytes();
        let tree = parser.parse_with_options(&mut |at, _| bytes.get(at..).unwrap_or_default(), None, Some(options));
        if tree.is_none() {
            parser.reset();
        }
        tree.filter(|tree| tree.root_node().descendant_count() <= MOST_NODES).map(|tree| flatten(&tree))
    })
}

/// How many brackets are open at once at most, as far as can be told without a parse.
fn brackets(text: &str) -> usize {
    let (mut open, mut most) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => {
                open += 1;
                most = most.max(open);
            }
            b')' | b']' | b'}' => open = open.saturating_sub(1),
            _ => {}
        }
    }
    most
}

fn tables() -> &'static Tables {
    TABLES.get_or_init(|| {
        let language: Language = tree_sitter_javascript::LANGUAGE.into();
        let id = |at: usize| u16::try_from(at).unwrap_or(u16::MAX);
        let kinds = (0..language.node_kind_count())
            .map(|at| {
                let name = language.node_kind_for_id(id(at)).unwrap_or("");
                // Keywords are called like nodes (`import`, `this`), and only one of the two is meant.
                let word = !language.node_kind_is_named(id(at)) && !matches!(name, ";");
                if word { K::Other } else { K::of(name) }
            })
            .collect();
        let fields =
            (0..=language.field_count()).map(|at| F::of(language.field_name_for_id(id(at)).unwrap_or(""))).collect();
        Tables { kinds, fields }
    })
}

fn flatten(tree: &GrammarTree) -> Tree {
    let tables = tables();
    let mut out = Tree {
        nodes: Vec::with_capacity(tree.root_node().descendant_count()),
        broken: Vec::new(),
        comments: Vec::new(),
    };
    let mut open: Vec<usize> = Vec::new();
    let mut cursor = tree.walk();
    'walk: loop {
        let node = cursor.node();
        let kind = if node.is_error() {
            K::Error
        } else {
            tables.kinds.get(usize::from(node.kind_id())).copied().unwrap_or(K::Other)
        };
        let span = Span::of(node.byte_range());
        let comment = matches!(kind, K::Comment | K::HtmlComment);
        if comment {
            out.comments.push(span);
        } else {
            if node.is_missing() || kind == K::Error {
                out.broken.push(span);
            }
            let field =
                cursor.field_id().and_then(|id| tables.fields.get(usize::from(id.get())).copied()).unwrap_or(F::Other);
            let at = out.nodes.len();
            out.nodes.push(Node { kind, field, named: node.is_named(), span, stop: 0 });
            if cursor.goto_first_child() {
                open.push(at);
                continue;
            }
            out.nodes[at].stop = index(at + 1);
        }
        loop {
            if cursor.goto_next_sibling() {
                continue 'walk;
            }
            cursor.goto_parent();
            let Some(parent) = open.pop() else { break 'walk };
            out.nodes[parent].stop = index(out.nodes.len());
        }
    }
    out
}

fn index(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

impl Tree {
    /// The children of a node, in order.
    pub(super) fn children(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        let stop = self.nodes[at].stop as usize;
        let mut next = at + 1;
        std::iter::from_fn(move || {
            let this = (next < stop).then_some(next)?;
            next = self.nodes[this].stop as usize;
            Some(this)
        })
    }

    /// The children that are no words and no marks.
    pub(super) fn named(&self, at: usize) -> impl Iterator<Item = usize> + '_ {
        self.children(at).filter(|child| self.nodes[*child].named)
    }

    /// The first child with this role.
    pub(super) fn field(&self, at: usize, field: F) -> Option<usize> {
        self.children(at).find(|child| self.nodes[*child].field == field)
    }

    /// The first child of this kind.
    pub(super) fn child(&self, at: usize, kind: K) -> Option<usize> {
        self.children(at).find(|child| self.nodes[*child].kind == kind)
    }

    /// The first child that is no word and no mark.
    pub(super) fn first(&self, at: usize) -> Option<usize> {
        self.named(at).next()
    }
}
