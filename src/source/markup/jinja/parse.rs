//! From a text to a template.

use super::lexer::{Lexer, RawKind};
use super::statements::Blocks;
use super::syntax::{Expr, ExprId, ExprKind, Fault, Piece, PieceKind, Statement, Template};
use super::tokens::{Kind, Token};
use crate::model::Span;

/// Reads a template. `extensions`: tags of Jinja's own extensions are known.
#[must_use]
pub fn parse(text: &str, extensions: bool) -> Template {
    let mut lexer = Lexer::new(text);
    let cut = lexer.run();
    let mut template = Template::default();
    let mut blocks = Blocks::new(extensions);
    let mut fault = None;
    for raw in lexer.found {
        let kind = match raw.kind {
            RawKind::Text => PieceKind::Text,
            RawKind::Comment => PieceKind::Comment,
            RawKind::Raw => PieceKind::Statement(Statement::End("raw")),
            RawKind::Output(tokens) => {
                let mut parser = Parser::new(text, &tokens, &mut template.exprs);
                match parser.tuple(true, &[]).and_then(|value| parser.end("end of print statement").map(|()| value)) {
                    Ok(value) => PieceKind::Output(value),
                    Err(why) => {
                        fault = Some(why);
                        break;
                    }
                }
            }
            RawKind::Statement(tokens) => {
                let mut parser = Parser::new(text, &tokens, &mut template.exprs);
                match blocks.statement(&mut parser, raw.span) {
                    Ok(statement) => PieceKind::Statement(statement),
                    Err(why) => {
                        fault = Some(why);
                        break;
                    }
                }
            }
        };
        template.pieces.push(Piece { span: raw.span, kind });
    }
    template.fault = fault.or_else(|| cut.err()).or_else(|| blocks.unclosed());
    let read = template.pieces.last().map_or(0, |piece| piece.span.end as usize);
    if read < text.len() {
        template.pieces.push(Piece { span: Span::of(read..text.len()), kind: PieceKind::Text });
    }
    template
}

/// A text that no template is, as one piece.
#[must_use]
pub fn plain(text: &str) -> Template {
    let piece = Piece { span: Span::of(0..text.len()), kind: PieceKind::Text };
    Template { pieces: vec![piece], ..Template::default() }
}

/// Expressions inside of one another; what lies deeper is refused.
const MAX_DEPTH: usize = 150;

/// Reads the tokens of one piece.
pub(super) struct Parser<'p> {
    pub(super) text: &'p str,
    tokens: &'p [Token],
    at: usize,
    exprs: &'p mut Vec<Expr>,
    depth: usize,
}

impl<'p> Parser<'p> {
    pub(super) fn new(text: &'p str, tokens: &'p [Token], exprs: &'p mut Vec<Expr>) -> Self {
        Self { text, tokens, at: 0, exprs, depth: 0 }
    }

    pub(super) fn add(&mut self, span: Span, kind: ExprKind) -> ExprId {
        let id = ExprId(u32::try_from(self.exprs.len()).unwrap_or(u32::MAX));
        self.exprs.push(Expr { kind, span });
        id
    }

    pub(super) fn span_of(&self, id: ExprId) -> Span {
        self.exprs[id.0 as usize].span
    }

    pub(super) fn is_call(&self, id: ExprId) -> bool {
        matches!(self.exprs[id.0 as usize].kind, ExprKind::Call(..))
    }

    /// The token that comes next; the last one is the end, and stays.
    pub(super) fn token(&self) -> Token {
        self.ahead(0)
    }

    pub(super) fn ahead(&self, by: usize) -> Token {
        let last = self.tokens.len().saturating_sub(1);
        self.tokens.get((self.at + by).min(last)).copied().unwrap_or(Token { kind: Kind::End, span: Span::default() })
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.token();
        self.at += 1;
        token
    }

    /// Where the token before this one stands.
    pub(super) fn before(&self) -> Span {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or_else(Span::default, |token| token.span)
    }

    pub(super) fn written(&self, token: Token) -> &'p str {
        self.text.get(token.span.range()).unwrap_or("")
    }

    pub(super) fn is_word(&self, token: Token, word: &str) -> bool {
        token.kind == Kind::Name && self.written(token) == word
    }

    pub(super) fn at_word(&self, word: &str) -> bool {
        self.is_word(self.token(), word)
    }

    pub(super) fn at_mark(&self, mark: &str) -> bool {
        matches!(self.token().kind, Kind::Mark(other) if other == mark)
    }

    pub(super) fn skip_word(&mut self, word: &str) -> bool {
        let found = self.at_word(word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn skip_mark(&mut self, mark: &str) -> bool {
        let found = self.at_mark(mark);
        self.at += usize::from(found);
        found
    }

    pub(super) fn expect_mark(&mut self, mark: &str) -> Result<Token, Fault> {
        if self.at_mark(mark) { Ok(self.next()) } else { Err(self.expected(mark)) }
    }

    pub(super) fn expect_word(&mut self, word: &str) -> Result<(), Fault> {
        if self.skip_word(word) { Ok(()) } else { Err(self.expected(word)) }
    }

    pub(super) fn expect_name(&mut self) -> Result<Token, Fault> {
        if self.token().kind == Kind::Name { Ok(self.next()) } else { Err(self.expected("name")) }
    }

    /// Nothing more may follow.
    pub(super) fn end(&mut self, what: &str) -> Result<(), Fault> {
        if self.token().kind == Kind::End { Ok(()) } else { Err(self.expected(what)) }
    }

    pub(super) fn expected(&self, what: &str) -> Fault {
        let token = self.token();
        self.fault(token.span, format!("expected token '{what}', got '{}'", self.shown(token)))
    }

    pub(super) fn fault(&self, span: Span, message: impl Into<String>) -> Fault {
        Fault { span, message: message.into(), tag: None }
    }

    /// A token as Jinja names it.
    pub(super) fn shown(&self, token: Token) -> String {
        match token.kind {
            Kind::End if self.written(token).contains('%') => "end of statement block".to_owned(),
            Kind::End => "end of print statement".to_owned(),
            Kind::Text => self.written(token).trim_matches(['"', '\'']).chars().take(40).collect(),
            _ => self.written(token).chars().take(40).collect(),
        }
    }

    /// Runs `work` one level deeper, unless that is too deep.
    pub(super) fn deeper<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, Fault>) -> Result<T, Fault> {
        if self.depth >= MAX_DEPTH {
            return Err(self.fault(self.token().span, "expressions are nested too deep"));
        }
        self.depth += 1;
        let done = work(self);
        self.depth -= 1;
        done
    }
}
