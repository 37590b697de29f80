//! Reads a page: its texts byte by byte, and the pieces of its template between them.

use super::super::jinja::{Piece, PieceKind, Statement};
use super::attributes::OpenTag;
use super::page::{Output, Page, Place, Tag};
use super::state::{Lex, Raw, State};
use crate::model::Span;

/// Branches of a template inside of one another.
const MAX_BRANCHES: usize = 200;
/// Ends of branches of one branching that are kept.
const MAX_ENDS: usize = 20;

pub(super) struct Reader<'t> {
    text: &'t str,
    page: Page,
    state: State,
    branches: Vec<Branch>,
}

/// A branching of the template.
struct Branch {
    /// Where the reader was in front of it; `None` for a loop, which only keeps its place in the list.
    before: Option<State>,
    /// Where the branches that are over ended.
    ended: Vec<State>,
}

impl<'t> Reader<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, page: Page::default(), state: State::Text, branches: Vec::new() }
    }

    pub(super) fn finish(mut self) -> Page {
        if let State::Raw(raw) = &self.state
            && raw.code
        {
            self.page.scripts.push(Span::new(raw.start, u32::try_from(self.text.len()).unwrap_or(u32::MAX)));
        }
        self.page
    }

    pub(super) fn piece(&mut self, piece: &Piece) {
        match &piece.kind {
            PieceKind::Text => self.markup(piece.span),
            PieceKind::Comment => self.pass(piece.span, false),
            PieceKind::Output(value) => {
                let place = self.place(piece.span);
                self.page.outputs.push(Output { value: *value, span: piece.span, place });
                self.pass(piece.span, true);
            }
            PieceKind::Statement(statement) => {
                self.branch(statement);
                let puts_out = matches!(statement, Statement::Include(_) | Statement::Call(_) | Statement::Print(_));
                self.pass(piece.span, puts_out);
            }
        }
    }

    fn pass(&mut self, span: Span, puts_out: bool) {
        if let State::Tag(open) = &mut self.state {
            open.piece(self.text, span, puts_out);
        }
    }

    /// Each branch starts where the first one did.
    fn branch(&mut self, statement: &Statement) {
        match statement {
            Statement::If(_) | Statement::For { .. } if self.branches.len() < MAX_BRANCHES => {
                let before = matches!(statement, Statement::If(_)).then(|| self.state.clone());
                self.branches.push(Branch { before, ended: Vec::new() });
            }
            Statement::Else | Statement::Elif(_) => {
                if let Some(Branch { before: Some(before), ended }) = self.branches.last_mut() {
                    let end = std::mem::replace(&mut self.state, before.clone());
                    if ended.len() < MAX_ENDS {
                        ended.push(end);
                    }
                }
            }
            Statement::End("if" | "for") => {
                let Some(branch) = self.branches.pop() else { return };
                if let State::Tag(open) = &mut self.state {
                    let others = branch.ended.into_iter().chain(branch.before);
                    for other in others {
                        if let State::Tag(other) = other {
                            open.merge(other);
                        }
                    }
                }
            }
            _ => {}
        }
    }

    fn place(&self, span: Span) -> Place {
        match &self.state {
            State::Text => Place::Text,
            State::Comment | State::Declaration(..) => Place::Comment,
            State::Tag(open) => match open.in_value() {
                Some(attr) => {
                    let start = attr.value.map_or(span.start, |value| value.start);
                    let name = self.text.get(attr.span.range()).unwrap_or("").to_ascii_lowercase().into();
                    let tag = if open.tag.name.is_empty() { "".into() } else { open.tag.name.clone() };
                    Place::Attr { tag, name, quote: attr.quote, start }
                }
                None => Place::Tag,
            },
            State::Raw(raw) => match &*raw.name {
                "script" if raw.code => Place::Script(raw.lex.quote()),
                "style" => Place::Style,
                _ => Place::Text,
            },
        }
    }

    /// The text without the blanks that `-%}` in front of it and `{%-` behind it drop.
    fn soft(&self, start: usize, end: usize) -> std::ops::Range<usize> {
        let text = &self.text[start..end];
        let mut soft = start..end;
        if ["-%}", "-}}", "-#}"].iter().any(|mark| self.text[..start].ends_with(mark)) {
            soft.start = end - text.trim_start().len();
        }
        if ["{%-", "{{-", "{#-"].iter().any(|mark| self.text[end..].starts_with(mark)) {
            soft.end = start + text.trim_end().len();
        }
        soft
    }

    fn markup(&mut self, span: Span) {
        let bytes = self.text.as_bytes();
        let end = span.end as usize;
        let mut at = span.start as usize;
        let soft = self.soft(at, end);
        while at < end {
            match &mut self.state {
                State::Text => match bytes[at..end].iter().position(|byte| *byte == b'<') {
                    Some(offset) => at = self.open(at + offset, end),
                    None => at = end,
                },
                State::Comment => match self.text[at..end].find("-->") {
                    Some(offset) => {
                        self.state = State::Text;
                        at += offset + 3;
                    }
                    None => at = end,
                },
                State::Declaration(start, brackets) => {
                    match bytes[at] {
                        b'[' => *brackets += 1,
                        b']' => *brackets = brackets.saturating_sub(1),
                        b'<' if *brackets > 0 => *brackets += 1,
                        b'>' if *brackets > 1 => *brackets -= 1,
                        b'>' if *brackets == 0 => {
                            self.page.declarations.push(Span::of(*start as usize..at + 1));
                            self.state = State::Text;
                        }
                        _ => {}
                    }
                    at += 1;
                }
                State::Tag(open) => {
                    let here = u32::try_from(at).unwrap_or(u32::MAX);
                    if open.step(self.text, bytes[at], here) {
                        let tag = std::mem::replace(&mut open.tag, OpenTag::new(0, false).tag);
                        self.tag(tag, at + 1);
                    }
                    at += 1;
                }
                State::Raw(_) => at = self.raw(at, end, soft.clone()),
            }
        }
    }

    /// Reads what starts with the `<` at `at`; hands out where to go on.
    fn open(&mut self, at: usize, end: usize) -> usize {
        let rest = &self.text[at..end];
        let start = u32::try_from(at).unwrap_or(u32::MAX);
        let second = rest.as_bytes().get(1).copied().unwrap_or(b' ');
        if rest.starts_with("<!--") {
            self.state = State::Comment;
            at + 4
        } else if rest.starts_with("<![CDATA[") {
            at + 9
        } else if matches!(second, b'!' | b'?') {
            self.state = State::Declaration(start, 0);
            at + 2
        } else if second == b'/' && rest.as_bytes().get(2).is_some_and(u8::is_ascii_alphabetic) {
            self.state = State::Tag(OpenTag::new(start, true));
            at + 2
        } else if second.is_ascii_alphabetic() {
            self.state = State::Tag(OpenTag::new(start, false));
            at + 1
        } else {
            at + 1
        }
    }

    fn tag(&mut self, tag: Tag, end: usize) {
        let raw = matches!(&*tag.name, "script" | "style" | "textarea" | "title" | "xmp" | "noembed" | "noframes");
        let empty = self.text.as_bytes().get(end.saturating_sub(2)) == Some(&b'/');
        self.state = if raw && !tag.closes && !(empty && tag.name.as_ref() == "script" && tag.attr("src").is_none()) {
            let kind = tag.value(self.text, "type").unwrap_or("").trim().to_ascii_lowercase();
            let code = &*tag.name == "script" && is_code(&kind);
            State::Raw(Raw {
                name: tag.name.clone(),
                start: u32::try_from(end).unwrap_or(u32::MAX),
                code,
                lex: Lex::Code,
            })
        } else {
            State::Text
        };
        self.page.tags.push(tag);
    }

    /// Reads on in an element whose content holds no tags.
    ///
    /// Outside of `soft` there are blanks only that the template drops.
    fn raw(&mut self, at: usize, end: usize, soft: std::ops::Range<usize>) -> usize {
        let bytes = self.text.as_bytes();
        let State::Raw(raw) = &mut self.state else { return end };
        let mut at = at;
        while at < end {
            let ends = bytes[at] == b'<'
                && bytes.get(at + 1) == Some(&b'/')
                && self.text.as_bytes()[at + 2..]
                    .get(..raw.name.len())
                    .is_some_and(|name| name.eq_ignore_ascii_case(raw.name.as_bytes()));
            if ends {
                if raw.code {
                    self.page.scripts.push(Span::of(raw.start as usize..at));
                }
                self.state = State::Text;
                return at;
            }
            if raw.code && soft.contains(&at) {
                let before = if at > 0 { bytes[at - 1] } else { b' ' };
                raw.lex = raw.lex.after(bytes[at], before, bytes.get(at + 1).copied().unwrap_or(b' '));
            }
            at += 1;
        }
        at
    }
}

/// Whether a browser runs a script of this type; data and templates for other programs are none.
fn is_code(kind: &str) -> bool {
    matches!(
        kind,
        "" | "module"
            | "text/javascript"
            | "application/javascript"
            | "application/x-javascript"
            | "text/ecmascript"
            | "text/babel"
    )
}
